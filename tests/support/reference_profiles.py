"""What the reference tables state of the DoD's, INTERPOL's and NATO's profiles, row by row, beside our tables.

Names are not compared: they are our own words. 2.001 and 2.002 are those of the standard.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nistitl.declare.conditions import M
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import Date, GreenwichTime
from nistitl.profiles.merging import code_rows
from nistitl.profiles.spans import interval
from tests.support.samples import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.profiles import TableProfile
    from nistitl.profiles.layer import LayerRow

HERE = Path(__file__).parent
DEPARTURES: list[dict[str, Any]] = tomllib.loads((HERE / "departures_profiles.toml").read_text("utf-8"))["row"]

needs_reference = pytest.mark.skipif(
    not (REFERENCE / "dod" / "tots.json").is_file(), reason=f"the reference tables are not there: {REFERENCE}"
)

Fact = dict[str, Any]  # a row of the reference
Deviation = tuple[str, str, object, object]  # place, what, source, table
_OTHERS = {
    "int-i-5.03": "interpol_int_i_5.03_traditional",
    "int-i-6.0": "interpol_int_i_6.0_as_bsil",
    "nato-stanag-4715": "nato_stanag_4715_ed2",
}
_ALIASES = {"ALL": "ANY"}
_STANDARDS = ("2.001", "2.002")


# -- what the source states -------------------------------------------------------------------


class Source:
    """The facts of one profile, in one shape whatever file they come from."""

    def __init__(self, name: str) -> None:
        self.elements: dict[str, list[Fact]] = {}
        self.items: dict[str, list[list[Fact]]] = {}
        self.tots: dict[str, Fact] = {}
        self.fields: dict[str, Fact] = {}
        if name.startswith("dod"):
            self._dod(name.rpartition("-")[2])
        else:
            self._other(_read("other/profiles.json")["profiles"][_OTHERS[name]])

    def _dod(self, version: str) -> None:
        dealt: dict[str, dict[int, list[Fact]]] = {}
        for row in _read("dod/type2.json")["elements"]:
            if row["version"] == version and "item" in row:
                dealt.setdefault(row["number"], {}).setdefault(row["item"], []).append(row)
            elif row["version"] == version:
                self.elements.setdefault(row["number"], []).append(row)
        self.items = {number: [rows for _, rows in sorted(found.items())] for number, found in dealt.items()}
        for row in _read("dod/tots.json")["tots"]:
            if row["version"] == version:
                both = {letter: {one["number"]: one for one in row["type2"][letter]} for letter in "MO"}
                self.tots[row["tot"]] = {**row, **both}
        for record in _read("dod/records.json")["records"][version].values():
            self._fields(record["fields"])

    def _other(self, profile: Fact) -> None:
        for row in profile["type2"]:
            self.elements[row["number"]] = [row, *row.get("variants", [])]
            if row.get("items"):
                self.items[row["number"]] = [[item] for item in row["items"]]
        for row in profile["tots"]:
            self.tots[row["tot"]] = {**row, **{letter: dict.fromkeys(row["type2"][letter]) for letter in "MO"}}
        for rows in (profile["type1"], *profile["records"].values()):
            self._fields(rows)

    def _fields(self, rows: list[Fact]) -> None:
        for row in rows:
            path = _path(row["number"])
            if "item" in row:
                path = f"{path}.{row['item']}"
            self.fields.setdefault(path, row)
            for at, item in enumerate(row.get("items", []), 1):
                self.fields.setdefault(f"{path}.{at}", item)

    def of(self, number: str, tot: str) -> Fact:
        """The row of an element that holds for a transaction type."""
        rows = self.elements[number]
        for row in rows:
            condition = row.get("condition_by_tot") or row.get("condition")
            if isinstance(condition, dict) and any(tot in tots for tots in condition.values()):
                return row
        return rows[0]


def _read(name: str) -> Any:
    return json.loads((REFERENCE / name).read_text("utf-8"))


def _path(number: str) -> str:
    kind, _, field = number.partition(".")
    return f"{int(kind)}.{field}"


@cache
def source(name: str) -> Source:
    """The facts of a profile, read once."""
    return Source(name)


def _spelled(least: int | None, most: int | None) -> str:
    low = max(least or 1, 1)
    return f"{low}-" if most is None else str(low) if low == most else f"{low}-{most}"


def _widest(rows: list[Fact], what: str) -> str | None:
    """The span that covers those of all rows; None where one of them has none."""
    low, high = [row[what][0] for row in rows], [row[what][1] for row in rows]
    if what == "len" and None in low:
        return None
    return _spelled(min(one or 1 for one in low), None if None in high else max(high))


@cache
def whole_lists(profile: str) -> dict[str, Fact]:
    """The lists that the tables of the reference cut short, by path."""
    lists: dict[str, Fact] = _read("codelists_whole.json").get(profile, {})
    return lists


def official_fields() -> list[Fact]:
    """The fields of Type-1 and Type-2 in INTERPOL's own table of INT-I 6."""
    rows: list[Fact] = _read("other/profiles.json")["profiles"]["interpol_int_i_6.00.02_xml_mrt"]["fields_type1_type2"]
    return rows


def official_codes() -> dict[str, dict[str, str]]:
    """The code tables in INTERPOL's own table of INT-I 6, by name."""
    source: dict[str, Any] = _read("other/profiles.json")["profiles"]["interpol_int_i_6.00.02_xml_mrt"]
    tables: dict[str, dict[str, str]] = source["code_tables"]
    return tables


def _stated_codes(profile: TableProfile, path: str, rows: list[Fact]) -> set[str] | None:
    """The codes of a closed list, whole where the source prints the first of them only."""
    whole = whole_lists(profile.name).get(path)
    if whole is None:
        return codes_in(rows)
    return None if whole["open"] else set(whole["codes"])


def codes_in(rows: list[Fact]) -> set[str] | None:
    """The codes of a closed list that the source prints in full."""
    lists = [row["values"] for row in rows if "values" in row]
    if not lists and rows and isinstance(rows[0].get("codes"), list | dict) and rows[0].get("closed", True):
        return set(rows[0]["codes"]) - {""}
    if not lists or not all(one["closed"] for one in lists):
        return None
    return {code for one in lists for code in one["codes"]} - {""}


# -- beside our tables ------------------------------------------------------------------------


def deviations(profile: TableProfile) -> Iterator[Deviation]:
    """Every fact that the source and the table state differently."""
    facts = source(profile.name)
    yield from _elements(profile, facts)
    yield from _types(profile, facts)
    yield from _narrowed(profile, facts)


def _differ(place: str, what: str, theirs: object, ours: object) -> Iterator[Deviation]:
    if theirs != ours:
        yield place, what, theirs, ours


def _differ_codes(place: str, theirs: set[str] | None, ours: set[str] | None) -> Iterator[Deviation]:
    """Two lists that differ: the codes that only one of them has; None where there is no closed list."""
    stated, declared = numbered(theirs), numbered(ours)
    if stated is None or declared is None:
        yield from _differ(place, "codes", stated and sorted(stated), declared and sorted(declared))
    elif stated != declared:
        yield place, "codes", sorted(stated - declared), sorted(declared - stated)


def _elements(profile: TableProfile, facts: Source) -> Iterator[Deviation]:
    rows = profile.layer.type2
    paths = {path for path in rows if path.count(".") == 1}
    yield from _differ("2", "elements", sorted(set(facts.elements) - set(_STANDARDS)), sorted(paths))
    for number in sorted(paths & set(facts.elements)):
        theirs, ours = facts.elements[number], rows[number]
        items = facts.items.get(number, [])
        yield from _differ(number, "mnemonic", theirs[0]["mnemonic"], ours.get("mnemonic"))
        yield from _differ(number, "occurs", _widest(theirs, "occ"), ours.get("occurs", "1"))
        yield from _differ(number, "items", len(items), sum(path.startswith(f"{number}.") for path in rows))
        if items and f"{number}.1" in rows:
            for at, item in enumerate(items, 1):
                yield from _item(profile, f"{number}.{at}", item, rows[f"{number}.{at}"])
        else:
            yield from _content(profile, number, theirs, ours)


def _item(profile: TableProfile, path: str, theirs: list[Fact], ours: LayerRow) -> Iterator[Deviation]:
    conditions: set[str] = set()
    for row in theirs:
        said = row.get("condition_by_tot") or row.get("condition")
        conditions |= set(said) if isinstance(said, dict) else {said}
    yield from _differ(path, "mandatory", conditions == {"M"}, interval(ours.get("occurs", "1"))[0] > 0)
    doubtful = conditions == {"M"} and theirs[0]["occ"][0] == 0
    yield from _differ(path, "sure", not doubtful, ours.get("sure", True))
    if not theirs[0]["mnemonic"].endswith(ours["mnemonic"]):
        yield path, "mnemonic", theirs[0]["mnemonic"], ours["mnemonic"]
    yield from _content(profile, path, theirs, ours)


def _content(profile: TableProfile, path: str, theirs: list[Fact], ours: LayerRow) -> Iterator[Deviation]:
    dated = any("date" in row for row in theirs)
    yield from _differ(path, "date", dated, "date" in ours)
    if not dated:
        types = {row["char_type"] for row in theirs}
        yield from _differ(path, "type", types if len(types) > 1 else types.pop(), ours.get("type"))
        yield from _differ(path, "length", _widest(theirs, "len"), ours.get("length"))
        special = next((row["special_chars"] for row in theirs if "special_chars" in row), None)
        if "S" in str(ours.get("type")) and special == "PRINT":
            special = None  # what S takes anyway
        yield from _differ(path, "special", _ALIASES.get(special or "", special), ours.get("special"))
    yield from _differ_codes(path, _stated_codes(profile, path, theirs), _our_codes(profile, ours))
    regex = next((row["regex_msg"].partition(":")[2] for row in theirs if "regex_msg" in row), None)
    yield from _differ(path, "pattern", regex, ours.get("pattern"))


def _our_codes(profile: TableProfile, row: LayerRow) -> set[str] | None:
    codes = row.get("codes")
    if codes is None or row.get("open"):
        return None
    return set(code_rows(profile.layer.codes[codes[1:]]["list"])) if codes.startswith("@") else set(codes.split())


def _types(profile: TableProfile, facts: Source) -> Iterator[Deviation]:
    yield from _differ("1.004", "types", sorted(facts.tots), sorted(profile.tots))
    for tot in sorted(set(facts.tots) & set(profile.tots)):
        theirs, ours = facts.tots[tot], profile.tots[tot]
        joined_first = sorted(ours.records, key=lambda count: -len(count.types))  # the count of one type alone speaks
        counts = {str(kind): [count.least, count.most] for count in joined_first for kind in count.types}
        yield from _differ(tot, "records", dict(sorted(theirs["records"].items())), dict(sorted(counts.items())))
        yield from _differ(tot, "records sure", True, all(count.sure for count in ours.records))
        if "responses" in theirs:
            answers = sorted(theirs["responses"]["tots"])
            yield from _differ(tot, "answers", answers, sorted([*ours.answers, *ours.errors]))
        yield from _needs(profile, facts, tot)


def _needs(profile: TableProfile, facts: Source, tot: str) -> Iterator[Deviation]:
    theirs, ours = facts.tots[tot], profile.type2(tot)
    stated = {number: letter for letter in "MO" for number in theirs[letter] if number not in _STANDARDS}
    numbers = {f"2.{number:03d}": element for number, element in ours.items()}
    for number in sorted(stated.keys() | numbers):
        place, element = f"{tot} {number}", numbers.get(number)
        letter = None if element is None else "M" if element.condition is M else "O"
        yield from _differ(place, "condition", stated.get(number), letter)
        if element is None or number not in stated:
            continue
        sure = profile.tots[tot].needs[element.mnemonic].sure
        yield from _differ(place, "sure", True, sure)
        row = facts.of(number, tot)
        occurs = (theirs[stated[number]][number] or row)["occ"]
        yield from _differ(place, "occurs", _spelled(*occurs), _spelled(*element.subfields))
        value = element.value.inner if isinstance(element.value, Values) else element.value
        if not isinstance(value, Sets | Date | GreenwichTime) and value.table is None and value.one_of is None:
            length = None if row["len"] == [None, None] else _spelled(*row["len"])
            had = None if (value.min_len, value.max_len) == (None, None) else _spelled(value.min_len, value.max_len)
            yield from _differ(place, "length", length, had)


def _narrowed(profile: TableProfile, facts: Source) -> Iterator[Deviation]:
    """Each row of [fields]: it states what the source states."""
    for path, row in profile.layer.fields.items():
        theirs = facts.fields.get(path) or whole_lists(profile.name).get(path)
        if theirs is None:
            yield path, "field", None, row["mnemonic"]
            continue
        if "length" in row:
            yield from _differ(path, "length", _spelled(*theirs["len"]), row["length"])
        if "occurs" in row:
            yield from _differ(path, "occurs", _spelled(*theirs["occ"]), row["occurs"])
        if "codes" in row or "values" in row:
            yield from _differ_codes(path, _stated_codes(profile, path, [theirs]), _our_values(profile, row))
        if "condition" in row:
            said = theirs.get("condition")
            tots = sorted(said["M"]) if isinstance(said, dict) and "M" in said else []
            yield from _differ(path, "condition", "M" if said == "M" or tots else said, row["condition"])
            yield from _differ(path, "tots", tots, sorted(row.get("tots", "").split()))
        yield from _differ(path, "sure", True, row.get("sure", True))


def _our_values(profile: TableProfile, row: LayerRow) -> set[str] | None:
    if "values" not in row:
        return _our_codes(profile, row)
    found: set[str] = set()
    for part in row["values"].split(","):
        low, _, high = part.strip().partition("..")
        found |= {str(number) for number in range(int(low), int(high or low) + 1)}
    return found


def numbered(codes: set[str] | None) -> set[str] | None:
    """Codes that are numbers without zeros before them."""
    return codes and {str(int(code)) if code.isdigit() else code for code in codes}
