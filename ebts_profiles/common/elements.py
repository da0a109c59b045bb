"""Elements of Type-2 as rules read them: by number, without those in which level 1 found something wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.wire.grammar import RS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from nistitl.validation import RecordView, ValidationContext


def texts(view: RecordView, number: int) -> Iterator[tuple[int, str]]:
    """The subfields of an element with their places from 1, empty ones left out."""
    raw = view.record.raw(number)
    if raw is not None and not view.doubtful(number):
        for place, one in enumerate(bytes(raw).split(RS), 1):
            if one:
                yield place, one.decode("latin-1")


def text_of(view: RecordView, number: int) -> str | None:
    """The first subfield of an element."""
    return next((text for _, text in texts(view, number)), None)


def day_of(view: RecordView, number: int) -> str | None:
    """The date of an element as eight digits, None where it is absent or not known."""
    text = text_of(view, number)
    return None if text is None or text == "00000000" else text


def transaction_day(context: ValidationContext) -> date | None:
    """The date of the transaction, 1.005 DAT."""
    found: date | None = context.header.value("DAT") if context.header is not None else None
    return found


def digits(day: date) -> str:
    """A date as eight digits."""
    return day.isoformat().replace("-", "")


def lacks(view: RecordView, number: int, other: int) -> bool:
    """True where an element is there without another one."""
    return view.present(number) and not view.present(other) and not view.doubtful(other)
