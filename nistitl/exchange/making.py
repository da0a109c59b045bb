"""Values made of their declarations alone, which say nothing of anybody: permitted values, and pseudonyms.

A maker goes through what a declaration allows and picks: the first there is, for a permitted value, or what a keyed
stream of numbers says, for a pseudonym. It counts how many values there could have been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from nistitl.base.patterns import Characters as PatternCharacters
from nistitl.base.patterns import Choice, Repeat, Sequence, Tree, parse_pattern
from nistitl.codes.fingers import FINGERS
from nistitl.declare.conditions import M_UP
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import Characters, Data, Date, GreenwichTime, Joined, N, Points, Real, Signed, Text, Value

if TYPE_CHECKING:
    from collections.abc import Sequence as List

    from nistitl.base.editions import Edition
    from nistitl.declare.element import Element
    from nistitl.declare.items import Item, Items
    from nistitl.model.record import Record

T = TypeVar("T")
DATE, MOMENT = "20200101", "20200101000000Z"
_LETTERS = "XABCDEFGHIJKLMNOPQRSTUVWYZ0123456789"
_FIRST = 1  # of a number without limits: counts and codes begin with it, and schemas refuse 0
_PRINTABLE = "".join(map(chr, range(33, 127)))


class Picker(Protocol):
    """Picks one of several; `longest` is how long a text of free length becomes."""

    letters: str
    longest: int

    def one_of(self, options: List[T]) -> T:
        """One of these, which are some."""


class First:
    """Picks what comes first; text is as short as may be."""

    longest = 0

    def __init__(self, letters: str = _LETTERS) -> None:
        self.letters = letters

    def one_of(self, options: List[T]) -> T:
        """The first."""
        return options[0]


class Maker:
    """Makes text of declarations as of an edition."""

    def __init__(self, picker: Picker, edition: Edition) -> None:
        self.picker = picker
        self.edition = edition

    def field(self, element: Element) -> str | None:
        """The content of a field; None where none can be made."""
        value = element.value
        if isinstance(value, Sets):
            subfields = [self.subfield(value.of(place)) for place in range(1, max(value.least, 1) + 1)]
            return None if None in subfields else "\x1e".join(filter(None, subfields))
        if isinstance(value, Values):
            one = self.text(value.inner)
            return None if one is None else "\x1e".join([one] * max(value.least, 1))
        return self.text(value)

    def subfield(self, kind: type[Items]) -> str | None:
        """The items of a subfield: those that must be there, the first of those that may."""
        rows = [row for row in kind.items if row.since is None or row.since <= self.edition]
        needed = [row for row in rows if row.condition is M_UP] or rows[:1]
        pieces: list[str] = []
        for row in rows:
            made = self.item(row) if row in needed else ""
            if made is None:
                return None
            pieces.append(made)
        return "\x1f".join(pieces).rstrip("\x1f")

    def item(self, row: Item) -> str | None:
        """The content of an item, as often as it must stand."""
        one = self.text(row.content_in(self.edition))
        times = max(row.occurrence[0], 1) * max(len(row.pair), 1)
        return None if one is None else "\x1f".join([one] * times)

    def text(self, value: Value) -> str | None:
        """One value."""
        if (options := self._codes(value)) is not None:
            return self.picker.one_of(options) if options else None
        if isinstance(value, Date | GreenwichTime):
            return DATE if isinstance(value, Date) else MOMENT
        if isinstance(value, Joined):
            return self.text(value.inner)
        if isinstance(value, Points):
            return "-".join(f"{at},{at * at}" for at in range(value.least))
        if isinstance(value, N | Signed | Real):
            return self._number(value)
        if isinstance(value, Characters) and value.pattern:
            return self._of_pattern(value)
        return self._characters(value) if isinstance(value, Text) and not isinstance(value, Data) else None

    def _codes(self, value: Value) -> list[str] | None:
        """The codes that a value may be, None where it is no code."""
        if value.table is None and value.one_of is None:
            return None
        codes = list(value.one_of or ())
        table = value.code_table
        if table is not None:
            good = (row for row in table.codes if row.status != "reserved" and row.valid_in(self.edition))
            listed = [row.code.partition("..")[0] for row in good]
            codes = [code for code in codes if code in table] or listed
        if value.within is not None:
            codes = [code for code in codes if code.isdecimal() and int(code) in value.within]
        padded = (code.zfill(value.min_len or 1) if code.isdigit() else code for code in codes)
        return [code for code in padded if value.max_len is None or len(code) <= value.max_len]

    def _number(self, value: Value) -> str:
        low = next((low for low, _ in value.within.spans if low is not None), 0) if value.within else _FIRST
        form = getattr(value, "form", None)
        if form is not None:
            return f"{low:0{len(form)}.{len(form.partition('.')[2])}f}"
        whole = f"{int(low):0{value.min_len or 1}d}"
        if self.picker.longest == 0 or value.within:
            return whole
        return "".join(self.picker.one_of("0123456789") for _ in range(self._length(value)))

    def _characters(self, value: Text) -> str | None:
        letters = [one for one in self.picker.letters if value.holds_only_its_characters(one)]
        if not letters:
            return None
        if value.within is not None:
            return self._number(value)
        made = "".join(self.picker.one_of(letters) for _ in range(self._length(value)))
        return made if made.strip("0") else f"{_FIRST:0{len(made)}d}"

    def _length(self, value: Value) -> int:
        wanted = max(value.min_len or 1, self.picker.longest, 1)
        return wanted if value.max_len is None else min(wanted, value.max_len)

    def _of_pattern(self, value: Characters) -> str | None:
        assert value.pattern is not None
        _, tree = parse_pattern(value.pattern)
        for times in range(max(self.picker.longest, value.min_len or 1), 0, -1):
            made = "".join(self._walk(tree, times, value))
            if (value.min_len or 0) <= len(made) <= (value.max_len or len(made)):
                return made
        return None

    def _walk(self, tree: Tree, times: int, value: Characters) -> list[str]:
        """Text of a part of a pattern, what may repeat repeated so many times."""
        if isinstance(tree, PatternCharacters):
            known = [one for one in self.picker.letters + _PRINTABLE + " " if tree.bits >> ord(one) & 1]
            known = [one for one in known if value.holds_only_its_characters(one)] or known
            plain = [one for one in known if one in self.picker.letters]
            return [self.picker.one_of(plain or known[:1])] if known else []
        if isinstance(tree, Sequence):
            return [text for part in tree.parts for text in self._walk(part, times, value)]
        if isinstance(tree, Choice):
            return self._walk(tree.branches[0], times, value)
        assert isinstance(tree, Repeat)
        count = max(tree.least, min(times, tree.most if tree.most is not None else times))
        return [text for _ in range(count) for text in self._walk(tree.body, times, value)]


def segments_of(record: Record) -> str | None:
    """14.021 for an image of several fingers: each has a part of the width; None of other images."""
    position, width, height = (getattr(record, name, None) for name in ("FGP", "HLL", "VLL"))
    fingers = FINGERS.get(position[0] if position else 0, ())
    if not isinstance(width, int) or not isinstance(height, int) or width < len(fingers) or not fingers:
        return None
    edges = [width * at // len(fingers) for at in range(len(fingers) + 1)]
    parts = zip(fingers, edges, edges[1:], strict=False)
    return "\x1e".join(f"{one}\x1f{left}\x1f{right - 1}\x1f0\x1f{height - 1}" for one, left, right in parts)
