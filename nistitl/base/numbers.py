"""The numbers by which records are counted and named, and what messages may tell of those that are none.

A number with more digits than these have may be anything, a person's too.
"""

from __future__ import annotations

from nistitl.base.findings import told_idc

HIGHEST_IDC = 99
_HIGHEST_TYPE = 99
_HIGHEST_COUNT = 999
_HIGHEST_LEN = 99_999_999


def idc_in_words(idc: int | None) -> str:
    """`IDC 3`, as messages tell it."""
    told = told_idc(idc)
    return "no IDC that can be one" if told is None else f"IDC {told}"


def type_in_words(record_type: int | None) -> str:
    """`Type-14`, as messages tell it."""
    known = record_type is not None and record_type <= _HIGHEST_TYPE
    return f"Type-{record_type}" if known else "type that is none"


def count_in_words(count: int | None) -> str:
    """A number of records, as messages tell it."""
    return str(count) if count is not None and count <= _HIGHEST_COUNT else "too many"


def told_len(size: int) -> str | None:
    """The LEN of a record, None for a number that is hardly one."""
    return str(size) if size <= _HIGHEST_LEN else None


def len_against(size: int, there: int) -> str:
    """`: LEN says 90 bytes, 80 are there`, as messages on a record that was cut add it."""
    said = told_len(size) or "more"
    return f": LEN says {said} bytes, {there} are there"
