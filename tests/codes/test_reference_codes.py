"""The code tables carry every code of the reference (`standard/codes.json`), with editions and status, and no other.

Deviations on purpose stand in `departures.toml` under `code`, tables that no declaration links under `unlinked`,
codes that the content of a field cannot hold under `unfit`; the tests fail for one that is not listed and for a
listed one that no longer occurs.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nistitl.codes import table, table_names
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import Joined, N, Text
from nistitl.records import DECLARED, record_class
from nistitl.wire.charsets import ASCII
from tests.support.samples import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.editions import Edition
    from nistitl.codes import Code
    from nistitl.declare.values import Value

HERE = Path(__file__).parent
SUPPORT = Path(__file__).parents[1] / "support"
STANDARD = REFERENCE / "standard"
CODES = STANDARD / "codes.json"
DEPARTURES = tomllib.loads((SUPPORT / "departures.toml").read_text("utf-8"))

needs_reference = pytest.mark.skipif(not CODES.is_file(), reason=f"the reference tables are not there: {CODES}")

Deviation = tuple[str, str, str, str]  # table and code, what, reference, declared


def reference_tables() -> dict[str, Any]:
    """The code tables of the reference by name."""
    tables: dict[str, Any] = json.loads(CODES.read_text("utf-8"))["tables"]
    return tables


def spelled(code: str) -> str:
    """A code of the reference as our tables write it: a range of numbers with two dots."""
    return re.sub(r"^(\d+)-(\d+)$", r"\1..\2", code)


def stated(row: dict[str, Any]) -> dict[str, str]:
    """What the reference says about a code."""
    status = "reserved" if row.get("reserved") else "sourced" if row.get("sourced") else "unverified"
    since, legacy = row.get("since"), row.get("legacy_from")
    return {"since": text(since and max(since, 1993)), "legacy": text(legacy), "status": status}


def declared(code: Code) -> dict[str, str]:
    """What our table says about a code."""
    since, legacy = code.since and code.since.year, code.legacy and code.legacy.year
    return {"since": text(since), "legacy": text(legacy), "status": code.status}


def text(value: object) -> str:
    """A value in writing, None as nothing."""
    return "" if value is None else str(value)


def is_newer(edition: Edition | None) -> bool:
    """True of an edition that is known in part, which the reference tables are not about."""
    return edition is not None and not edition.checked


BESIDE = {"MINUTIA_TYPE_IAFIS"}  # C and D of 9.023 are exchanged; tests/minutiae/test_meaning.py holds it against NIST


def tables_of_the_reference() -> list[str]:
    """The names of our tables, without those of an edition that is known in part, and those that it has not."""
    names = [name for name in table_names() if not all(is_newer(code.since) for code in table(name).codes)]
    return [name for name in names if name not in BESIDE]


def deviations(name: str) -> Iterator[Deviation]:
    """Where a table of ours differs from the reference."""
    reference = reference_tables()[name]
    if reference["title"] != table(name).title:
        yield name, "title", reference["title"], table(name).title
    theirs = {spelled(row["code"]): row for row in reference["codes"]}
    ours = {code.code: code for code in table(name).codes if code.code in theirs or not is_newer(code.since)}
    if len({code.code for code in table(name).codes}) < len(table(name).codes):
        yield name, "codes", "", "a code stands twice"
    for code in sorted(theirs.keys() | ours.keys()):
        where = f"{name} {code}"
        if code not in ours:
            yield where, "code", theirs[code]["meaning"], ""
        elif code not in theirs:
            yield where, "code", "", ours[code].meaning
        else:
            said, kept = stated(theirs[code]), declared(ours[code])
            if is_newer(ours[code].legacy) and not said["legacy"]:
                kept["legacy"] = ""  # an edition of which these tables say nothing; see test_edition_2025.py
            yield from ((where, what, said[what], kept[what]) for what in said if said[what] != kept[what])


@needs_reference
def test_every_table_exists() -> None:
    """Reference and library know the same tables."""
    assert sorted(reference_tables()) == tables_of_the_reference()


@needs_reference
@pytest.mark.parametrize("name", tables_of_the_reference())
def test_codes(name: str) -> None:
    """Each deviation of a table is a listed departure, and each listed departure occurs."""
    found = set(deviations(name))
    rows = [row for row in DEPARTURES["code"] if row["code"].split(" ")[0] == name]
    listed = {(row["code"], row["what"], row["reference"], row["declared"]) for row in rows}
    assert not found - listed, "deviations nobody has reviewed"
    assert not listed - found, "listed departures that no longer occur"


@pytest.mark.parametrize("name", table_names())
def test_every_code_has_a_meaning(name: str) -> None:
    """No code is left without a word on what it means."""
    silent = [code.code for code in table(name).codes if not code.meaning.strip()]
    assert not silent, f"{len(silent)} codes without a meaning"


def linked() -> Iterator[tuple[str, Value]]:
    """Every content that links a table, with its path."""
    for number in DECLARED:
        for element in record_class(number).elements.values():
            path, value = f"{number}.{element.number:03d}", element.value
            contents = [(path, value.inner if isinstance(value, Values) else value)]
            if isinstance(value, Sets):
                rows = {row.mnemonic: row for row in (*value.first.items, *value.items.items)}
                contents = [(f"{path}.{mnemonic}", row.value) for mnemonic, row in rows.items()]
            yield from ((path, value) for path, value in contents if value.table)


def test_every_table_is_linked() -> None:
    """A table that no field or item links is listed with a reason."""
    used = {value.table for _, value in linked()}
    assert used <= set(table_names())
    assert set(table_names()) - used == {row["table"] for row in DEPARTURES["unlinked"]}


def test_codes_fit_their_fields() -> None:
    """A code of a table can be written wherever the table is linked, or is listed with a reason."""
    unfit = {
        (path, code.code)
        for path, value in linked()
        for code in table(value.table or "").codes
        if ".." not in code.code and code.status != "reserved" and not fits(code.code, value)
    }
    listed = {(row["path"], code) for row in DEPARTURES["unfit"] for code in row["codes"]}
    assert not unfit - listed, "codes that cannot be written, nobody has reviewed"
    assert not listed - unfit, "listed codes that can be written"


def fits(code: str, value: Value) -> bool:
    """True when a content can be written with this code; one that numbers limit need not hold it."""
    inner = value.inner if isinstance(value, Joined) else value
    if inner.each:
        code *= inner.min_len or 1
    if not isinstance(inner, Text | N):
        return True
    if inner.within is not None and code.isdigit() and int(code) not in inner.within:
        return True
    try:
        inner.encode(code, ASCII)
    except ValueError:
        return False
    return True


def test_departures_have_reasons() -> None:
    """Each departure says why."""
    assert all(row["why"] for part in ("code", "unlinked", "unfit") for row in DEPARTURES[part])
