"""What a row of [fields] says of the header of a binary record: numbers of fixed width, and codes by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.ranges import Range
from nistitl.declare.binary import Slots, Uint
from nistitl.profiles.named import coded
from nistitl.records import record_class
from nistitl.validation.contents import Fault

if TYPE_CHECKING:
    from nistitl.profiles.dictionary import CodeLists
    from nistitl.profiles.merging import LayerRow

BINARY = (3, 4, 5, 6, 7, 8)
_BYTES_ONLY = ("length", "type", "special", "date", "pattern")


class BinaryCheck:
    """What a row says of a number, or of the positions, in the header of a binary record.

    ValueError for what says nothing there: such fields are numbers of fixed width; codes may be named (`PNG`).
    """

    def __init__(self, kind: int, number: int, row: LayerRow, lists: CodeLists) -> None:
        element = record_class(kind).elements[number]
        if wrong := next((name for name in _BYTES_ONLY if name in row), None):
            raise ValueError(
                f"{wrong} says nothing of a binary field, whose width is fixed; expected values = '500..1000' or codes"
            )
        if not isinstance(element.value, Uint | Slots):
            raise ValueError("this field is data; nothing but condition can be said of it")
        words = row.get("codes", "")
        listed = [one.code for one in lists.table(words[1:]).codes] if words.startswith("@") else words.split()
        self.codes = frozenset(coded(element.value, word) for word in listed)
        self.told = words if len(words) < 60 else f"one of {len(listed)} codes"
        self.values = Range(row["values"]) if "values" in row else None

    def fault(self, text: str) -> Fault | None:
        """What is wrong with a number."""
        if self.codes and str(int(text)) not in {str(int(code)) for code in self.codes}:
            return Fault("value-code", "is no code that this field may hold", self.told)
        if self.values is not None and int(text) not in self.values:
            return Fault("value-range", "is not in the allowed range", str(self.values))
        return None
