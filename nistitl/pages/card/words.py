"""The text of a transaction as a card has it: Type-2 by the mnemonics of a profile, and what of Type-1 has a box."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import FieldError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.base.text import printable
from nistitl.pages.card.fonts import scripts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.place import Place
    from nistitl.model.transaction import Transaction
    from nistitl.pages.card.paper import Paper

_STRUCTURE = (1, 2)  # LEN and IDC, which are nobody's
_HEADER = ("1.004", "1.005", "1.008", "1.009")
_MOST_LETTERS = 4000  # of a value: more is no matter of a card
_MOST_VALUES = 2000


@attrs.frozen(slots=True)
class Value:
    """What stands in a field, a line a subfield."""

    path: str
    mnemonic: str
    name: str
    text: str
    where: Location


def values_of(tx: Transaction, dictionary: Dictionary | None, findings: list[Finding]) -> list[Value]:
    """The fields of Type-1 that a card has boxes for, and all of Type-2; those too long for paper are told."""
    found = list(_header(tx))
    for at, record in enumerate(tx):
        if record.type == 2:
            found += (_value(at, place, dictionary) for place in record.fields() if place.key not in _STRUCTURE)
    kept = [one for one in found if len(one.text) <= _MOST_LETTERS][:_MOST_VALUES]
    for one in found:
        if len(one.text) > _MOST_LETTERS:
            message = f"a value of {len(one.text)} characters is left out: a card has room for {_MOST_LETTERS}"
            findings.append(Finding("card-text-left-out", message, one.where, Severity.WARNING))
    if (left := sum(len(one.text) <= _MOST_LETTERS for one in found) - len(kept)) > 0:
        message = f"{left} fields of Type-2 are left out: a card has room for {_MOST_VALUES}"
        findings.append(Finding("card-text-left-out", message, kept[-1].where, Severity.WARNING))
    return kept


def _header(tx: Transaction) -> Iterator[Value]:
    header = tx.header
    for path in _HEADER if header is not None else ():
        place = header.get(path) if header is not None else None
        if place is not None:
            yield _value(0, place, None)


def _value(at: int, place: Place, dictionary: Dictionary | None) -> Value:
    number = place.key if isinstance(place.key, int) else None
    element = None
    if place.record.type == 2 and dictionary is not None and number is not None:
        element = dictionary.by_number(number)
    mnemonic, name = (element.mnemonic, element.name) if element is not None else (place.mnemonic, place.name)
    where = Location(record=at, type=place.record.type, idc=place.record.idc, field=number)
    return Value(place.path, mnemonic, name, readable(place.text), where)


def readable(text: str) -> str:
    """Text for paper: a line a subfield, items apart, every blank a space, what cannot be seen as an escape."""
    lines = (line.replace("\x1f", ", ") for line in text.split("\x1e"))
    return "\n".join(printable("".join(map(_blank, line))) for line in lines)


def _blank(letter: str) -> str:
    return " " if unicodedata.category(letter) == "Zs" else letter


def check_letters(values: list[Value], paper: Paper) -> None:
    """FieldError where no font at hand has the letters of a value; it says of which script, and what to do."""
    lacking = {one.path: missing for one in values if (missing := paper.lacking(one.text.replace("\n", "")))}
    if lacking:
        path, letters = next(iter(lacking.items()))
        others = f", so have {', '.join(list(lacking)[1:6])}" if len(lacking) > 1 else ""
        raise FieldError(
            f"{path} has letters that no font at hand has ({scripts(letters)}){others}; give a font that has them: "
            f"--font FILE.ttf, fonts=[...]; Chinese, Japanese and Korean ones: pip install manimgx-fonts-cjk"
        )
