"""Dates as transactions state them, and periods after them. All times are UTC; a date without time is a day of UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

DateOnly = Literal["start", "end"]

_PERIOD = re.compile(r"([0-9]{1,6}) (minute|hour|day|week|month|year)s?")
_DAY = re.compile(r"[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{14}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})")
_LAST_YEAR, _MONTHS = 9999, 12
_NEVER = datetime.max.replace(tzinfo=UTC)


class Period(NamedTuple):
    """How long something may be kept: months of the calendar, and a span of time after them."""

    months: int = 0
    span: timedelta = timedelta()

    def after(self, moment: datetime) -> datetime:
        """When it is over; beyond the calendar, at its end. A day that a month lacks is the first of the next."""
        try:
            return _months_after(moment, self.months) + self.span
        except OverflowError:
            return _NEVER


def period(text: str) -> Period:
    """The period of `12 hours` or `75 years`. ValueError for what is none."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        units = "minutes, hours, days, weeks, months or years"
        raise ValueError(f"{text[:40]!r} is no period such as 12 hours or 75 years; units are {units}")
    number, unit = int(match[1]), match[2]
    if unit in ("month", "year"):
        return Period(number * (_MONTHS if unit == "year" else 1))
    return Period(span=timedelta(**{f"{unit}s": number}))


def _months_after(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, _MONTHS)
    if moment.year + years > _LAST_YEAR:
        raise OverflowError
    first = moment.replace(year=moment.year + years, month=month + 1, day=1)
    there = first + timedelta(days=moment.day - 1)
    return there if there.month == first.month else there.replace(day=1)


class Stated(NamedTuple):
    """A date as it is stated: from when to when the moment may have been, the same where the time is known."""

    start: datetime
    end: datetime

    @property
    def timed(self) -> bool:
        """True where the time is stated, too."""
        return self.start == self.end


def stated(text: str) -> Stated:
    """The date or moment of YYYYMMDD or YYYYMMDDHHMMSSZ, or as XML spells both. ValueError for what is none.

    A moment without a time zone is none: it could be any of a whole day.
    """
    if _DAY.fullmatch(text):
        return of_day(date.fromisoformat(text))
    if not _MOMENT.fullmatch(text):
        raise ValueError("expected YYYYMMDD or YYYYMMDDHHMMSSZ")
    iso = f"{text[:8]}T{text[8:]}" if text[:14].isdigit() else text
    try:
        return of_moment(datetime.fromisoformat(iso).astimezone(UTC))
    except OverflowError:
        raise ValueError("expected a moment of the years 1 to 9999") from None


def of_day(day: date) -> Stated:
    """A date without time: the day of UTC from its start to the start of the next."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Stated(start, Period(span=timedelta(days=1)).after(start))


def of_moment(moment: datetime) -> Stated:
    """A date with its time."""
    return Stated(moment, moment)


def moment(text: str) -> datetime:
    """A moment in UTC from text with a time zone, such as 2026-11-30T12:00Z. ValueError for what is none."""
    said = stated(text) if _MOMENT.fullmatch(text) else None
    if said is None:
        raise ValueError(f"{text[:40]!r} is no time with its zone such as 2026-11-30T12:00Z")
    return said.start


def told(at: datetime) -> str:
    """A moment as output and log state it: UTC, to the second."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
