"""The profiles of EBTS 8.001, 10.0 and 11.2 say what the reference says, row by row, list by list.

What differs on purpose stands in tests/support/departures_ebts.toml with its reason. That each row is also checked in
transactions is tried in test_ebts_rows.py.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import tests.support.ebts_rows as table
from ebts_profiles import FBI_8_001, FBI_10_0, FBI_11_2
from nistitl import record_class
from nistitl.model.dictionaries import profile_names
from nistitl.profiles import TableProfile, TransactionType
from nistitl.profiles.choice import named
from nistitl.profiles.merging import code_rows
from nistitl.profiles.spans import interval
from tests.support.ebts_rows import CERTAIN, MINIMUM_WARNS, NEW, OLD, TEN, WARNS, EbtsRow
from tests.support.minimal import codes_of, inner
from tests.support.samples import REFERENCE, ROOT

DEPARTURES = tomllib.loads((Path(table.__file__).with_name("departures_ebts.toml")).read_text("utf-8"))["row"]
PROFILES = {OLD: FBI_8_001, TEN: FBI_10_0, NEW: FBI_11_2}
FOLDER = REFERENCE / "fbi"

needs_reference = pytest.mark.skipif(
    not (FOLDER / "ebts11").is_dir(), reason=f"the reference tables are not there: {FOLDER}"
)


class Deviation(NamedTuple):
    """What one side states and the other does not."""

    what: str
    place: str
    said: object
    ours: object


def read(name: str) -> Any:
    """One file of the reference."""
    return json.loads((FOLDER / name).read_text("utf-8"))


def held(profile: str, what: str, found: Iterator[Deviation]) -> None:
    """Every deviation is a departure, and every departure occurs."""
    there = {one.place: one for one in found}
    listed = [
        place for row in DEPARTURES if (row["profile"], row["what"]) == (profile, what) for place in row["places"]
    ]
    strange = [one for place, one in there.items() if place not in listed]
    assert not strange, f"{len(strange)} deviations without a reason:\n" + "\n".join(map(str, strange[:40]))
    assert sorted(listed) == sorted(set(listed) & set(there)), sorted(set(listed) - set(there))


def test_departures_have_reasons() -> None:
    assert all(row["why"] and row["places"] and row["profile"] in PROFILES for row in DEPARTURES)


# -- rows ---------------------------------------------------------------------------------------


@needs_reference
def test_the_table_of_rows_is_the_reference() -> None:
    assert table.rows() == tuple(table.stated())


def said(profile: TableProfile, known: TransactionType) -> dict[str, tuple[int, int | None, str]]:
    """What a profile says of the elements of a type: least, most, certainty."""
    found = {}
    for name, need in known.needs.items():
        number = profile.dictionary.number_of(name)
        assert number is not None
        sure = known.sure and not known.analogy and need.sure
        _, most = need.occurs or interval(profile.dictionary.row(f"2.{number:03d}").get("occurs", "1"))
        asked = need.condition in "ME"
        certainty = WARNS if not sure else MINIMUM_WARNS if need.condition == "E" else CERTAIN
        found[f"2.{number:03d}"] = int(asked), most, certainty
    return found


def rows_differ(name: str) -> Iterator[Deviation]:
    """Rows that the table and the profile state differently, and elements that only the profile has."""
    profile = PROFILES[name]
    stated: dict[str, dict[str, EbtsRow]] = {}
    for row in table.rows():
        if (row.profile, row.what) == (name, "element"):
            stated.setdefault(row.tot, {})[row.place] = row
    for tot, rows in stated.items():
        ours = said(profile, profile.tots[tot])
        for place, row in rows.items():
            low, high = row.counts
            certainty = CERTAIN if row.certainty == MINIMUM_WARNS and not low else row.certainty
            if (theirs := (low, high, certainty)) != ours.get(place):
                yield Deviation("element", f"{tot} {place}", theirs, ours.get(place))
        if name != TEN:
            yield from (
                Deviation("element", f"{tot} {place}", None, ours[place]) for place in ours if place not in rows
            )


@pytest.mark.parametrize("name", PROFILES)
def test_the_profile_says_what_the_rows_say(name: str) -> None:
    held(name, "element", rows_differ(name))


def test_what_newer_sources_do_not_list_is_doubted_in_10_0() -> None:
    rows = [row for row in table.rows() if (row.profile, row.what) == (TEN, "unlisted")]
    assert len(rows) == 84
    assert all(row.number in FBI_10_0.doubted(row.tot) for row in rows)
    assert not [row for row in rows if row.place in said(FBI_10_0, FBI_10_0.tots[row.tot])]


def test_the_types_and_their_records_are_those_of_the_rows() -> None:
    tots = {row.tot for row in table.rows() if (row.profile, row.what) == (NEW, "element")}
    assert set(FBI_11_2.tots) == tots | {"MAPC"} and len(tots) == 97
    assert set(FBI_8_001.tots) == {row.tot for row in table.rows() if row.profile == OLD}
    found = {}
    for tot in sorted(tots):
        known = FBI_11_2.tots[tot]
        ours = {
            (one.types[0], one.least, one.most, one.sure and known.sure) for one in known.records if len(one.types) == 1
        }
        rows = [row for row in table.rows() if (row.profile, row.tot, row.what) == (NEW, tot, "record")]
        theirs = {(int(row.place), *row.counts, row.certainty == CERTAIN) for row in rows}
        if ours != theirs:
            found[tot] = ours ^ theirs
    assert found == {}


def test_a_print_of_either_type_is_asked_for_where_prints_are_the_subject() -> None:
    joined = {
        f"{tot} {'+'.join(map(str, one.types))}": (one.least, one.most, one.sure)
        for tot, known in FBI_11_2.tots.items() if tot != "MAPC"  # which is like MAP
        for one in known.records if len(one.types) > 1
    }  # fmt: skip
    rows = [row for row in DEPARTURES if (row["profile"], row["what"]) == (NEW, "record")]
    listed = {place for row in rows for place in row["places"]}
    assert joined == dict.fromkeys(listed, (1, None, False)) and {"FAUF 4+14", "TPIS 4+14"} <= listed


def counts_differ(name: str) -> Iterator[Deviation]:
    """Counts of records that the table and the profile state differently, and those that only one has."""
    for tot, known in PROFILES[name].tots.items():
        ours = {"+".join(map(str, one.types)): (one.least, one.most, one.sure) for one in known.records}
        rows = [row for row in table.of(name, tot) if row.what == "record"]
        theirs = {row.place: (*row.counts, row.certainty == CERTAIN) for row in rows}
        for place in {*ours, *theirs}:
            if ours.get(place) != theirs.get(place):
                yield Deviation("record", f"{tot} {place}", theirs.get(place), ours.get(place))


def test_the_counts_of_8_001_are_those_of_the_rows() -> None:
    held(OLD, "record", counts_differ(OLD))


@needs_reference
def test_answers_and_errors_are_those_of_the_reference() -> None:
    stated = [row for row in read("ebts11/ebts11_2_tots.json")["tots"] if "answers" in row]
    assert len(stated) == 51
    for row in stated:
        known = FBI_11_2.tots[row["tot"]]
        assert (set(known.answers), set(known.errors)) == (set(row["answers"]), set(row["errors"])), row["tot"]
    assert (FBI_11_2.tots["CVSO"].answers, FBI_11_2.tots["CVSO"].errors) == ((), ())


# -- dictionaries -------------------------------------------------------------------------------


def elements_differ(profile: TableProfile, stated: list[dict[str, Any]]) -> Iterator[Deviation]:
    """What the dictionary states differently of an element or an item, attribute by attribute."""
    layer = profile.layer.type2
    for element in stated:
        path = element["number"]
        if path not in layer:
            yield Deviation("dictionary", path, element["mnemonic"], None)
            continue
        items = element.get("items", ())
        yield from _row(path, element, layer[path], items=bool(items))
        if "occ_max" in element:
            most = interval(layer[path].get("occurs", "1"))[1]
            yield from _differ(f"{path} occurs", element["occ_max"], most)
        for item in items:
            key = f"{path}.{item['item']}"
            if key not in layer:
                yield Deviation("dictionary", key, item["mnemonic"], None)
                continue
            yield from _row(key, item, layer[key], items=False)
            if "occ_min" in item:
                least = interval(layer[key].get("occurs", "1"))[0]
                yield from _differ(f"{key} present", min(item["occ_min"], 1), min(least, 1))


def _row(path: str, stated: dict[str, Any], ours: dict[str, Any], *, items: bool) -> Iterator[Deviation]:
    yield from _differ(f"{path} mnemonic", stated["mnemonic"], ours.get("mnemonic"))
    if items or "date" in ours:
        return
    yield from _differ(f"{path} type", stated["char_type"], ours.get("type"))
    length = None if stated.get("max_len") is None else (stated["min_len"], stated["max_len"])
    yield from _differ(f"{path} length", length, interval(ours["length"]) if "length" in ours else None)


def _differ(place: str, theirs: object, ours: object) -> Iterator[Deviation]:
    if theirs != ours:
        yield Deviation("dictionary", place, theirs, ours)


@needs_reference
@pytest.mark.parametrize(
    ("name", "file", "many"), [(NEW, "ebts11/ebts11_dictionary.json", 134), (OLD, "ebts8/ebts8_dictionary.json", 104)]
)
def test_the_dictionary_is_the_reference(name: str, file: str, many: int) -> None:
    stated = read(file)["elements"]
    assert len(stated) == many
    held(name, "dictionary", elements_differ(PROFILES[name], stated))


# -- code lists ---------------------------------------------------------------------------------


def lists_differ() -> Iterator[Deviation]:
    """The code lists of 11.2, each with every row that is to have it; after the first, by list and field."""
    for name, stated in read("ebts11/ebts11_2_codes.json")["lists"].items():
        values = stated["values"]
        theirs = None if isinstance(values, str) else {str(int(code)) if code.isdigit() else code for code in values}
        for at, path in enumerate(table.fields_of(stated["field"]) or [""]):
            one = Deviation("codes", f"{name} {path}" if at else name, theirs, _ours(path))
            if one.said != one.ours:
                yield one


def _ours(path: str) -> set[str] | None:
    """The codes of the row that the reference names, or of the standard where the profile has none of its own."""
    row = FBI_11_2.layer.type2.get(path) or FBI_11_2.layer.fields.get(path)
    if row is None:
        return _standard(path)
    codes = row.get("codes")
    if codes is None:
        return None
    listed = code_rows(FBI_11_2.layer.codes[codes[1:]]["list"]) if codes.startswith("@") else codes.split()
    return {str(int(code)) if code.isdigit() else code for code in listed}


def _standard(path: str) -> set[str] | None:
    kind, _, number = path.partition(".")
    element = record_class(int(kind)).elements.get(int(number)) if number and kind != "2" else None
    return None if element is None else {*codes_of(inner(element.value))} or None


@needs_reference
def test_the_code_lists_are_the_reference() -> None:
    lists = read("ebts11/ebts11_2_codes.json")["lists"]
    assert len(lists) == 37
    held(NEW, "codes", lists_differ())
    for name in ("SMT_new", "SMT_supplement", "POB"):
        assert set(lists[name]["values"]) <= (_ours(table.fields_of(lists[name]["field"])[0]) or set()), name


# -- the page -----------------------------------------------------------------------------------

LINE = re.compile(r"\| `([\w.-]+)` \| (\d+|any) \| (\d+) \| (\d+) \| (\d+) \| .+ \|")


def counted(profile: TableProfile) -> tuple[str, ...]:
    """Types, rows that are certain, rows of which the minimum warns, rows that warn."""
    rows = [certainty for known in profile.types for _, _, certainty in said(profile, known).values()]
    return str(len(profile.tots) or "any"), *(str(rows.count(one)) for one in (CERTAIN, MINIMUM_WARNS, WARNS))


def test_the_page_counts_the_rows_of_the_shipped_profiles() -> None:
    page = (ROOT / "docs" / "profiles.md").read_text("utf-8")
    lines = {name: tuple(counts) for name, *counts in LINE.findall(page)}
    assert set(lines) == set(profile_names())
    assert {name: counted(named(name)) for name in lines} == lines
