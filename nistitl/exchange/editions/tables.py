"""The rows of conversion, as the files of this folder hold them: one a line, the origin at the head."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from nistitl.base.resources import Resource


class CodeRow(NamedTuple):
    """A code, and what stands in its place where an edition does not have it; `loses` is empty if it says the same."""

    place: str  # a code table, or a field
    code: str
    becomes: str
    loses: str
    clause: str


class ImpressionRow(NamedTuple):
    """An impression of before 2015, and IMP and FCT that say the same since; what these say beyond it.

    `assumes` is that on the way up, `loses` on the way down: a row that loses is none for the way up.
    """

    type: int
    position: str
    older: int
    newer: int
    technology: int | None
    assumes: str
    loses: str
    clause: str


class GivenRow(NamedTuple):
    """A field that is asked for, and its value: that it is not known, or what a field of Type-1 says."""

    type: int
    number: int
    value: str
    header: int | None  # the field of Type-1
    clause: str


class RecordRow(NamedTuple):
    """A record type, the one that carries the same image in its place, and when."""

    type: int
    becomes: int
    when: str
    clause: str


@cache
def code_rows() -> tuple[CodeRow, ...]:
    """The codes that have another name elsewhere."""
    return tuple(CodeRow(*cells) for cells in rows_of("codes"))


@cache
def impression_rows() -> tuple[ImpressionRow, ...]:
    """The impressions that are said otherwise since 2015."""
    return tuple(
        ImpressionRow(int(kind), position, int(older), int(newer), int(technology) if technology else None, *rest)
        for kind, position, older, newer, technology, *rest in rows_of("impressions")
    )


@cache
def given_rows() -> dict[tuple[int, int], GivenRow]:
    """The fields that can be given, by record type and number."""
    rows = {}
    for path, value, clause in rows_of("given"):
        kind, number = map(int, path.split("."))
        header = int(value.partition(".")[2]) if value.startswith("1.") else None
        rows[kind, number] = GivenRow(kind, number, value, header, clause)
    return rows


@cache
def record_rows() -> tuple[RecordRow, ...]:
    """The record types that take the place of others."""
    return tuple(RecordRow(int(kind), int(becomes), *rest) for kind, becomes, *rest in rows_of("records"))


def rows_of(name: str) -> list[list[str]]:
    """The cells of a table, without its head and the names of its columns."""
    return _lines(name)[1:]


def _lines(name: str) -> list[list[str]]:
    """The names of the columns, then the rows, each as long."""
    lines = Resource("nistitl.exchange.editions", f"{name}.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [row + [""] * (len(rows[0]) - len(row)) for row in rows]


@cache
def element_columns() -> tuple[tuple[str, ...], tuple[tuple[int | None, ...], ...]]:
    """Whose dictionaries the columns are of, and the numbers of each element in them; None where it is in none."""
    names, *rows = _lines("elements")
    numbers = tuple(tuple(int(cell) if cell else None for cell in row[1:]) for row in rows)
    return tuple(names[1:]), numbers
