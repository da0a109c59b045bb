"""The rows of the FBI's tables, from `ebts_rows.tsv`: what a transaction type holds, how often, how certain that is.

One row a line: profile, transaction type, what, place, least, most, certainty. Of `what`, `element` is a row of Type-2,
`unlisted` an element that the type does not have, `record` a record type, and `codes` a list, whose codes stand for the
least, with a bar between. `?` in the last column: one source, it warns; `~`: the minimum does, the rest is certain.
`stated` reads the same rows from the reference.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support.samples import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_suffix(".tsv")
CERTAIN, WARNS, MINIMUM_WARNS = "", "?", "~"
NEW, OLD, TEN = "fbi-ebts-11.2", "fbi-ebts-8.001", "fbi-ebts-10.0"
_OWN = ("2.001", "2.002")  # LEN and IDC are the standard's
_FOLDER = REFERENCE / "fbi"


class EbtsRow(NamedTuple):
    """One row: `most` is empty where any number may be there."""

    profile: str
    tot: str
    what: str
    place: str
    least: str
    most: str
    certainty: str

    @property
    def number(self) -> int:
        """The number of the element."""
        return int(self.place.split(".")[1])

    @property
    def counts(self) -> tuple[int, int | None]:
        """Least and most."""
        return int(self.least), int(self.most) if self.most else None


@cache
def rows() -> tuple[EbtsRow, ...]:
    """Every row of the table."""
    lines = TABLE.read_text("utf-8").splitlines()
    return tuple(EbtsRow(*line.split("\t")) for line in lines if not line.startswith("#"))


def of(profile: str, tot: str) -> tuple[EbtsRow, ...]:
    """The rows of a transaction type."""
    return _dealt().get((profile, tot), ())


@cache
def _dealt() -> dict[tuple[str, str], tuple[EbtsRow, ...]]:
    dealt: dict[tuple[str, str], list[EbtsRow]] = {}
    for row in rows():
        dealt.setdefault((row.profile, row.tot), []).append(row)
    return {key: tuple(found) for key, found in dealt.items()}


# -- from the reference -----------------------------------------------------------------------


def stated() -> Iterator[EbtsRow]:
    """Every row as the reference has it, in the order of the table."""
    for tot in _read("ebts11/ebts11_2_tots.json")["tots"]:
        yield from _elements(NEW, tot["tot"], tot["type2"])
        yield from _records_11(tot["tot"], tot["records"])
    yield from _codes(
        {(row["tot"], path) for row in _read("ebts11/ebts11_2_tots.json")["tots"] for path in row["type2"]}
    )
    for tot, path in _cells("### 1.4", "Advice: a warning"):
        yield EbtsRow(NEW, tot, "unlisted", path, "0", "0", WARNS)
    for tot in _read("ebts8/ebts8_tots.json")["tots"]:
        yield from _elements(OLD, tot["tot"], tot["type2"])
        yield from _records_8(tot["tot"], tot.get("records", {}).get("counts", {}))
    yield from _corrections()


def _read(name: str) -> Any:
    return json.loads((_FOLDER / name).read_text("utf-8"))


def _elements(profile: str, tot: str, elements: dict[str, Any]) -> Iterator[EbtsRow]:
    for path, row in sorted(elements.items(), key=lambda one: int(one[0][2:])):
        if path not in _OWN:
            yield EbtsRow(profile, tot, "element", path, str(row["min"]), str(row["max"]), _certainty(row))


def _certainty(row: dict[str, Any]) -> str:
    if row["grade"].startswith("certain"):
        return CERTAIN
    if "shading" in row["grade"] or "summary table" in row["grade"]:
        return WARNS if "shifted" in row.get("doubt", "") else MINIMUM_WARNS
    return WARNS


def _records_11(tot: str, records: dict[str, Any]) -> Iterator[EbtsRow]:
    grade = records["grade"]
    for kind, count in sorted(records["counts"].items(), key=lambda one: int(one[0])):
        doubted = kind == "17" and ("Type-17" in grade or tot == "IIDS")  # the only counts with one source
        sure = not doubted and (grade.startswith("certain") or "certain" in grade or tot == "IIDS")
        low, _, high = count.partition("-")
        yield EbtsRow(NEW, tot, "record", kind, low, high or low, CERTAIN if sure else WARNS)


def _records_8(tot: str, counts: dict[str, str]) -> Iterator[EbtsRow]:
    """The counts of 8.001, which all warn: `14-34`, `0-many`, `0 or 14`, `0-NCR`.

    A number alone is the least and the most of prints; of other images it is the most.
    """
    for cell, kind, told in _cells_8(tot, counts):
        low, _, high = told.replace(" or ", "-").partition("-")
        alone = not high and cell not in ("1", "2", "4/14")
        most = "" if (high or low) in ("N", "many", "NCR") else high or low
        if most != "0":
            yield EbtsRow(OLD, tot, "record", kind, "0" if alone else low, most, WARNS)


def _cells_8(tot: str, counts: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Cell, record types and count: 4/14 and 7/13 are counted together, 15/17 apart (`8/2`, `8`, `N` of both)."""
    for cell, told in counts.items():
        if cell != "15/17":
            yield cell, cell.replace("/", "+"), told
        elif tot == "IIE":  # enrolls irises
            yield cell, "17", told
        else:
            palms, _, irises = told.partition("/")
            yield cell, "15", palms
            yield cell, "17", irises or ("N" if palms == "N" else "0")


_FIELD = re.compile(r"\b(\d+\.\d+)(?: item ([A-Z]))?")


def fields_of(stated: str) -> list[str]:
    """The paths of every field and item that a list is of: `2.2040, 2.2069 item B`."""
    return [path + (f".{ord(item) - ord('A') + 1}" if item else "") for path, item in _FIELD.findall(stated)]


def _codes(listed: set[tuple[str, str]]) -> Iterator[EbtsRow]:
    """The code lists that are certain and closed, whole and by type, of those that list the element."""
    for table in _read("ebts11/ebts11_2_codes.json")["lists"].values():
        values = table["values"]
        if not table["grade"].startswith("certain") or isinstance(values, str):
            continue
        if any("-" in code and code[0].isdigit() for code in values):
            continue  # ranges of numbers
        for path in fields_of(table["field"]):
            if not path.startswith("2."):
                continue  # the standard's own
            yield EbtsRow(NEW, "*", "codes", path, "|".join(sorted(values)), "", CERTAIN)
            for tot, codes in sorted(_allowed(table).items()):
                if (tot, ".".join(path.split(".")[:2])) in listed:
                    yield EbtsRow(NEW, tot, "codes", path, "|".join(sorted(codes)), "", CERTAIN)


def _allowed(table: dict[str, Any]) -> dict[str, list[str]]:
    """The codes of each type that has not all of a list; the reference has them by code or by type."""
    allowed: dict[str, list[str]] = {}
    for key, found in table.get("allowed_in", {}).items():
        for one in () if found == "all" else found:
            tot, code = (one.split()[0], key) if key in table["values"] else (key, one)
            allowed.setdefault(tot, []).append(code)
    return allowed


def _corrections() -> Iterator[EbtsRow]:
    """What the templates of 10.0.2 say otherwise than the rule file of 10.0."""
    asked = {(tot, field.split()[0]): span for tot, field, _, span, _ in _lines("### 2.1", "Left out: 2.011")}
    del asked["NFUE", "2.2070"]  # the mandatory of one template only
    limits = {(tot, field.split()[0]): span for tot, field, _, span in _lines("### 2.2", "### 2.3")}
    for (tot, path), span in (asked | limits).items():
        low, _, high = span.partition("..")
        yield EbtsRow(TEN, tot, "element", path, low, high, WARNS)
    later = set(_cells("### 1.4", "Advice: a warning"))
    for tot, path in _cells("### 2.3", "NNDR: the template"):
        if (tot, path) in later:
            yield EbtsRow(TEN, tot, "unlisted", path, "0", "0", WARNS)


def _lines(first: str, last: str) -> Iterator[list[str]]:
    """The lines of a table of the comparison."""
    text = (_FOLDER / "ebts11" / "DIFFERENCES.md").read_text("utf-8")
    for line in text[text.index(first) : text.index(last)].splitlines():
        if line.startswith("| ") and not line.startswith("| TOT"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _cells(first: str, last: str) -> Iterator[tuple[str, str]]:
    for tot, fields in _lines(first, last):
        yield from ((tot, field.split()[0]) for field in fields.split(","))
