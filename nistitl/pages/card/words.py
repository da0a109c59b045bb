"""The text of a transaction as a card has it: Type-2 by the mnemonics of a profile, and what of Type-1 has a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import FieldError
from nistitl.base.findings import Finding, Severity
from nistitl.pages.card.fonts import scripts
from nistitl.pages.demographics import Value, demographics, value_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.transaction import Transaction
    from nistitl.pages.card.paper import Paper

_HEADER = ("1.004", "1.005", "1.008", "1.009")
_MOST_LETTERS = 4000  # of a value: more is no matter of a card
_MOST_VALUES = 2000


def values_of(tx: Transaction, dictionary: Dictionary | None, findings: list[Finding]) -> list[Value]:
    """The fields of Type-1 that a card has boxes for, and all of Type-2; those too long for paper are told."""
    found = [*_header(tx), *demographics(tx, dictionary)]
    short = [one for one in found if len(one.text) <= _MOST_LETTERS]
    for one in found:
        if len(one.text) > _MOST_LETTERS:
            message = f"a value of {len(one.text)} characters is left out: a card has room for {_MOST_LETTERS}"
            findings.append(Finding("card-text-left-out", message, one.where, Severity.WARNING))
    if len(short) > _MOST_VALUES:
        message = f"{len(short) - _MOST_VALUES} fields of Type-2 are left out: a card has room for {_MOST_VALUES}"
        findings.append(Finding("card-text-left-out", message, short[_MOST_VALUES].where, Severity.WARNING))
    return short[:_MOST_VALUES]


def _header(tx: Transaction) -> Iterator[Value]:
    if (header := tx.header) is not None:
        places = (header.get(path) for path in _HEADER)
        yield from (value_of(0, place, None) for place in places if place is not None)


def check_letters(values: Sequence[Value], paper: Paper) -> None:
    """FieldError where no font at hand has the letters of a value; it says of which script, and what to do."""
    refuse_lacking({one.path: missing for one in values if (missing := paper.lacking(one.text.replace("\n", "")))})


def refuse_lacking(lacking: Mapping[str, Collection[str]]) -> None:
    """FieldError where there are letters that no font at hand has, by where they stand."""
    if lacking:
        path, letters = next(iter(lacking.items()))
        others = f", so have {', '.join(list(lacking)[1:6])}" if len(lacking) > 1 else ""
        raise FieldError(
            f"{path} has letters that no font at hand has ({scripts(letters)}){others}; give a font that has them: "
            f"--font FILE.ttf, fonts=[...]; Chinese, Japanese and Korean ones: pip install manimgx-fonts-cjk"
        )
