"""Periods of the calendar, and dates as transactions state them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nistitl.exchange.retention.periods import moment, period, stated, told


@pytest.mark.parametrize(
    ("since", "keep", "until"),
    [
        ("20260101", "12 hours", "2026-01-01T12:00:00Z"),
        ("20260101", "0 hours", "2026-01-01T00:00:00Z"),
        ("20260101", "1 minute", "2026-01-01T00:01:00Z"),
        ("20260101", "14 days", "2026-01-15T00:00:00Z"),
        ("20260101", "2 weeks", "2026-01-15T00:00:00Z"),
        ("20261130", "3 months", "2027-03-01T00:00:00Z"),  # there is no 30th of February
        ("20261231", "2 months", "2027-03-01T00:00:00Z"),
        ("20260131", "2 months", "2026-03-31T00:00:00Z"),
        ("20240229", "1 year", "2025-03-01T00:00:00Z"),
        ("20240229", "4 years", "2028-02-29T00:00:00Z"),
        ("20260101", "75 years", "2101-01-01T00:00:00Z"),
        ("20260101", "9999 years", "9999-12-31T23:59:59Z"),
        ("20260101", "999999 weeks", "9999-12-31T23:59:59Z"),
        ("20261215103000Z", "1 month", "2027-01-15T10:30:00Z"),
    ],
)
def test_a_period_is_over_at_its_moment(since: str, keep: str, until: str) -> None:
    assert told(period(keep).after(stated(since).start)) == until


@pytest.mark.parametrize(
    "text", ["", "12", "hours", "-1 days", "1.5 days", "12 Hours", "9999999 days", "1 day ", "1 fortnight"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no period such as 12 hours or 75 years"):
        period(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("20260228", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2026-02-28", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("20260228235959Z", "2026-02-28T23:59:59Z", "2026-02-28T23:59:59Z"),
        ("2026-02-28T23:59:59Z", "2026-02-28T23:59:59Z", "2026-02-28T23:59:59Z"),
        ("2026-02-28T23:59+02:00", "2026-02-28T21:59:00Z", "2026-02-28T21:59:00Z"),
    ],
)
def test_a_date_is_a_day_of_utc_and_a_moment_itself(text: str, start: str, end: str) -> None:
    date = stated(text)
    assert (told(date.start), told(date.end), date.timed) == (start, end, start == end)


@pytest.mark.parametrize(
    "text",
    [
        "", "00000000", "20260230", "2026010", "202601011", "20260101101010", "20260101246060Z", "2026-01-01T10:00",
        "0001-01-01T00:00+14:00", "２０２６０１０１", "DOE",
    ],
)  # fmt: skip
def test_what_is_no_date_or_has_no_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        stated(text)


def test_the_moment_of_a_run_has_a_zone() -> None:
    assert moment("2026-11-30T14:00+02:00") == datetime(2026, 11, 30, 12, tzinfo=UTC)
    for text in ("2026-11-30T14:00", "20261130", "2026-11-30", "now"):
        with pytest.raises(ValueError, match="is no time with its zone such as"):
            moment(text)
