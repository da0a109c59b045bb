"""The declarations carry every fact of the reference table of fields, and nothing the table does not state.

The reference (`standard/fields.json`) is walked field by field and item by item; whatever differs from the
declaration is a deviation. Deviations on purpose stand in `departures.toml`, each with its reason; the test
fails for one that is not listed and for a listed one that no longer occurs. What the prose of the reference
means (`value_constraint`) is written down in `reference_prose.toml`, what its `versions` mean in VERSIONS.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from nistitl.base.editions import LATEST, Edition
from nistitl.base.ranges import Range
from nistitl.codes import table
from nistitl.declare.items import One, Sets, Values
from nistitl.declare.values import Value
from nistitl.records import DECLARED, record_class
from tests.support.samples import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.declare.conditions import Condition
    from nistitl.declare.element import Element
    from nistitl.declare.items import Item
    from nistitl.model.record import Record

HERE = Path(__file__).parent
SUPPORT = Path(__file__).parents[1] / "support"
STANDARD = REFERENCE / "standard"
FIELDS = STANDARD / "fields.json"
PROSE = tomllib.loads((HERE / "reference_prose.toml").read_text("utf-8"))
DEPARTURES = tomllib.loads((SUPPORT / "departures.toml").read_text("utf-8"))["field"]

needs_reference = pytest.mark.skipif(not FIELDS.is_file(), reason=f"the reference tables are not there: {FIELDS}")

Row = dict[str, Any]  # a record type, field or item of the reference


@attrs.frozen
class Deviation:
    """One fact that reference and declaration state differently."""

    path: str
    what: str
    reference: str
    declared: str


def differ(path: str, what: str, reference: object, declared: object) -> Iterator[Deviation]:
    """A deviation, when the two are not the same in writing; None is written as nothing."""
    ours, theirs = ("" if value is None else str(value) for value in (declared, reference))
    if ours != theirs:
        yield Deviation(path, what, theirs, ours)


# -- editions ---------------------------------------------------------------------------------


@attrs.frozen
class Life:
    """Since and until when a field exists, from when it is legacy, what older editions had instead."""

    since: int = 1993
    until: int | None = None
    legacy: int | None = None
    was: str = ""


VERSIONS = {
    "all": Life(),
    "EFTS": Life(),
    "all: 1..9": Life(),
    "all (D in text: required in responses)": Life(),
    "2011+: no format mandated": Life(),
    "M through 2013": Life(was="2013: M"),
    "all (M before 2011)": Life(was="2007: M"),
    "all (M before 2013)": Life(was="2011: M"),
    "all (2000: TCD tenprint capture date)": Life(was="2000: TCD"),
    "all (2000/2007: HPS)": Life(was="2007: HPS"),
    "all (2000/2007: VPS)": Life(was="2007: VPS"),
    "all (2000/2007: to 65535)": Life(was="2007: N 2..5 in 10..65535"),
    "all (2007: BDB)": Life(was="2007: BDB"),
    "all (2007: FID feature identifier)": Life(was="2007: FID"),
    "all; legacy from 2011 (still valid with FMT = S)": Life(legacy=2011),
    "2000/2007: max 4 chars (nist4j Std2007); 2011+: 16": Life(was="2007: A 1..4"),
    "2000/2007: 1-6 values; 2011+: exactly one": Life(was="2007: 1..6 values of N 1..2 in 0..19, 33, 36, 40..54"),
    "2000/2007 only; legacy in 2011+": Life(2000, legacy=2011),
    "2000+": Life(2000),
    "2000+ (2000: three angles)": Life(2000),
    "2007+ (2000: 10.024 one value)": Life(2000, was="2000: N 1..4"),
    "2011+ (2000/2007: 10.038 as well)": Life(2000),
    "2007 only": Life(2007, until=2007),
    "2007+": Life(2007),
    "2007+ M for faces": Life(2007),
    "2007+ (2015: only if image present)": Life(2007),
    "2007+ (2007: HPS)": Life(2007, was="2007: HPS"),
    "2007+ (2007: VPS)": Life(2007, was="2007: VPS"),
    "2007+ (2007: ALS acquisition lighting spectrum NIR, VIS, OTHER)": Life(
        2007, was="2007: ALS, A 3..5 one of NIR VIS OTHER"
    ),
    "2011+": Life(2011),
    "2011+ (M in draft)": Life(2011),
    "2011+ (M in 2011)": Life(2011, was="2011: M"),
    "2011+ (M before 2015)": Life(2011, was="2013: M"),
    "2013+": Life(2013),
    "2013+ (draft said M)": Life(2013),
    "2013+ (draft: SNP snipping)": Life(2013),
    "2015+": Life(2015),
    "2015+ (confirmed by nist4j only for Type-14; others by analogy)": Life(2015),
    "2015 (MRT tags it as XML row X)": Life(2015),
    "nist4j says 'since 2025' edition: NOT in 2015": Life(2025),
}
EFR_VERSIONS = "2011+ for 20/21, 2013+ for 10/11/12/22"


def life_of(kind: int, row: Row) -> Life:
    """What the reference says about the editions of a field."""
    versions = row.get("versions", "all")
    if versions == EFR_VERSIONS:
        return Life(2011 if kind in (20, 21) else 2013)
    life = VERSIONS[versions]
    prose = row.get("value_constraint") or ""
    if (deprecated := re.search(r"(\d{4})\+: deprecated", prose)) is not None:
        life = attrs.evolve(life, legacy=int(deprecated[1]))
    was = PROSE["was"].get(prose)
    return attrs.evolve(life, was=was) if was else life


def year(edition: Edition | None) -> int | None:
    """The year of an edition."""
    return None if edition is None else edition.year


def was_text(element: Element | Item) -> str:
    """What older editions had, written as VERSIONS writes it."""
    return "; ".join(
        f"{year(last)}: " + ", ".join(map(change_text, change if isinstance(change, tuple) else (change,)))
        for last, change in sorted(element.was.items())
    )


def change_text(change: Condition | Value | str) -> str:
    """A condition, a mnemonic, or a content with its limits."""
    if not isinstance(change, Value):
        return str(change)
    if isinstance(change, Sets | Values):
        kind = "sets" if isinstance(change, Sets) else f"values of {change_text(change.inner)}"
        return f"{change.least}..{'' if change.most is None else change.most} {kind}"
    within = f" in {change.within}" if change.within else ""
    codes = f" one of {' '.join(change.one_of)}" if change.one_of else ""
    return f"{change.limits}{within}{codes}"


def since_year(text: str) -> int:
    """The edition since when a record type or a block of fields exists; 1986 and 'all' are our oldest."""
    years = [int(found) for found in re.findall(r"\d{4}", text)] or [1993]
    return max(1993, years[0])


# -- record types -----------------------------------------------------------------------------


def compare_type(number: int, row: Row) -> Iterator[Deviation]:
    """A record type: its name and editions, its blocks, its fields in both directions."""
    cls, path = record_class(number), str(number)
    yield from differ(path, "title", row["name"], cls.title)
    yield from differ(path, "since", since_year(row["since"]), cls.since.year)
    gone = row["deprecated_in"]
    yield from differ(path, "until", last_before(gone) if gone else None, year(cls.until))
    yield from differ(path, "binary", row["kind"] == "binary", cls.binary)
    yield from compare_blocks(path, row.get("reserved_or_user_blocks", []), cls)
    stated = {field["number"]: field for field in row["fields"]}
    ours = {number for number, element in cls.elements.items() if number in stated or not newer(element.since)}
    for field in sorted(stated.keys() | ours):
        where = f"{number}.{field:03d}"
        if field not in cls.elements:
            yield Deviation(where, "field", stated[field]["mnemonic"], "")
        elif field not in stated:
            yield Deviation(where, "field", "", cls.elements[field].mnemonic)
        else:
            yield from compare_field(where, number, stated[field], cls.elements[field])
    if cls.binary:
        yield from compare_layout(path, row, cls)


def last_before(text: str) -> int:
    """The edition before the one that a text names first."""
    first = int(text[:4])
    return max(edition.year for edition in Edition if edition.year < first)


def compare_blocks(path: str, stated: list[Row], cls: type[Record]) -> Iterator[Deviation]:
    """The ranges of fields left to users and vendors, or reserved."""
    theirs = [f"{b['from']}..{b['to']} {b['mnemonic']} {b['name']} {since_year(b['versions'])}" for b in stated]
    ours = [f"{b.first}..{b.last} {b.mnemonic} {b.name} {b.since.year}" for b in cls.ranges]
    yield from differ(path, "blocks", "; ".join(theirs), "; ".join(ours))


def compare_layout(path: str, row: Row, cls: type[Record]) -> Iterator[Deviation]:
    """Offset and width of each field of a binary record; the last takes the rest."""
    offset = 0
    for field in row["fields"]:
        where, width = f"{path}.{field['number']:03d}", getattr(cls.elements[field["number"]].value, "width", None)
        yield from differ(where, "offset", field["offset"], offset)
        yield from differ(where, "width", field["width_bytes"], width)
        offset += width or 0
    yield from differ(path, "header length", row["header_len"], offset)


# -- fields -----------------------------------------------------------------------------------


def in_tables(element: Element) -> Element:
    """A field as the newest tables have it that are known: the reference is about those."""
    known = element.in_edition(LATEST)
    if known is None:
        return element
    until, legacy = (None if one is not None and newer(one) else one for one in (element.until, element.legacy))
    older = {last: was for last, was in element.was.items() if last < LATEST}
    if element.until == LATEST:
        until = None
    return attrs.evolve(known, was=older, until=until, legacy=legacy)


def newer(edition: Edition | None) -> bool:
    """True of an edition that is known in part."""
    return edition is not None and not edition.checked


def compare_field(path: str, kind: int, row: Row, element: Element) -> Iterator[Deviation]:
    """A field: what it is called, when it exists, what it holds."""
    element = in_tables(element)
    yield from differ(path, "mnemonic", row.get("alt_mnemonics", [row["mnemonic"]])[0], element.mnemonic)
    yield from differ(path, "name", plain(row["name"]), plain(element.name))
    yield from differ(path, "condition", row["condition"], element.condition)
    yield from differ(path, "unverified", row.get("limits") == "unverified", element.unverified)
    life = life_of(kind, row)
    yield from differ(path, "since", life.since, element.since.year)
    yield from differ(path, "until", life.until, year(element.until))
    yield from differ(path, "legacy", life.legacy, year(element.legacy))
    yield from differ(path, "was", life.was, was_text(element))
    if not record_class(kind).binary:
        yield from differ(path, "occurrence", occurrence(row), spelled(*element.occurrence))
        yield from compare_subfields(path, row, element.value)
    if not isinstance(element.value, Sets):
        content = element.value.inner if isinstance(element.value, Values) else element.value
        yield from compare_content(path, row, content)
    else:
        yield from compare_sets(path, row, element.value)


def compare_subfields(path: str, row: Row, value: Value) -> Iterator[Deviation]:
    """Whether the content repeats, as values or as sets of items, and how often."""
    stated = row.get("subfields", {"repeat": "none"})
    theirs = stated["repeat"]
    if theirs in ("sets", "values"):
        theirs += " " + spelled(stated["min"], stated["max"])
    ours = "none"
    if isinstance(value, One):
        ours = "single"
    elif isinstance(value, Sets | Values):
        ours = f"{'sets' if isinstance(value, Sets) else 'values'} {spelled(value.least, value.most)}"
    yield from differ(path, "subfields", theirs, ours)


def compare_sets(path: str, row: Row, value: Sets) -> Iterator[Deviation]:
    """The items of a field, in order; 1.003 and 9.138 have other items in their first subfield."""
    yield from compare_items(path, row["items"], value.first.items)
    later = later_items(row)
    if later or value.first is not value.items:
        yield from compare_items(f"{path}+", later, value.items.items)


def later_items(row: Row) -> list[Row]:
    """The items of every subfield but the first, where the reference tells them apart."""
    if "items_alt" in row:
        return [{**item, "occ_min": 1, "occ_max": 1} for item in row["items_alt"]]
    found: list[Row] = []
    for item in row["items"]:
        mrt = item.get("mrt_rec") or item.get("mrt_idc")
        if mrt:
            mnemonic, _, name = item["name"].partition(" / ")[2].partition(" ")
            later = {"mnemonic": mnemonic, "name": name, "condition": mrt["cond"], "char_types": mrt["type"]}
            later |= {"occ_min": 1, "occ_max": 1, "value_constraint": mrt["value_range"]}
            found.append({**mrt, **later})
    return found


# -- items ------------------------------------------------------------------------------------


def compare_items(path: str, rows: list[Row], declared: tuple[Item, ...]) -> Iterator[Deviation]:
    """Information items in order, pairs taken as one."""
    stated, declared = folded(rows), tuple(item for item in declared if not newer(item.since))
    theirs, ours = [row["mnemonic"] for row in stated], ["/".join(i.pair) or i.mnemonic for i in declared]
    yield from differ(path, "items", " ".join(theirs), " ".join(ours))
    known = dict(zip(ours, declared, strict=True))
    for row in stated:
        if row["mnemonic"] in known:
            yield from compare_item(f"{path}.{row['mnemonic']}", row, known[row["mnemonic"]])


def folded(rows: list[Row]) -> list[Row]:
    """Rows of the reference with the two halves of each pair (HPO and VPO, as often as NOP) made one."""
    done: list[Row] = []
    for row in rows:
        if done and "repeat_group" in row and row["repeat_group"] == done[-1].get("repeat_group"):
            first = done.pop()
            alike = ("condition", "char_types", "min_len", "max_len", "occ_min", "occ_max", "limits")
            assert all(first[key] == row[key] for key in alike), f"a pair of unlike halves: {first} {row}"
            done.append({**first, "mnemonic": f"{first['mnemonic']}/{row['mnemonic']}", "name": "point offsets"})
        else:
            done.append(row)
    return done


def compare_item(path: str, row: Row, item: Item) -> Iterator[Deviation]:
    """An information item: what it is called, how often it stands, what it holds."""
    name = row["name"].partition(" / ")[0] if path.startswith(("1.003", "9.138")) else row["name"]
    yield from differ(path, "name", plain(name), plain(item.name))
    yield from differ(path, "condition", row["condition"].replace("⇑", "^"), item.condition)
    yield from differ(path, "unverified", row.get("limits") == "unverified", item.unverified)
    yield from differ(path, "occurrence", occurrence(row), spelled(*item.occurrence))
    item = attrs.evolve(item, value=item.content_in(LATEST), was={k: v for k, v in item.was.items() if k < LATEST})
    yield from differ(path, "was", PROSE["was"].get(row.get("value_constraint")), was_text(item))
    yield from compare_content(path, row, item.value)


# -- content ----------------------------------------------------------------------------------


@attrs.frozen
class Stated:
    """What the prose on a value says."""

    numbers: str | None
    codes: tuple[str, ...]
    table: str | None
    kind: str | None


def stated_by(row: Row) -> Stated:
    """Prose read; for repeated values it stands on the value as well as on the field."""
    texts = [row.get(key) or "none" for key in ("subfield_value_constraint", "value_constraint")]
    numbers = [found for text in texts if (found := numbers_of(text)) is not None]
    codes = [PROSE["codes"][text].split() for text in texts if text in PROSE["codes"]]
    tables = [mention[1] for text in texts if (mention := re.search(r"@(\w+)", text))]
    kinds = [PROSE["kinds"][text] for text in texts if text in PROSE["kinds"]]
    if "GMT" in texts and row["min_len"] != row["max_len"]:
        kinds.clear()  # a time of day is meant as well
    return Stated(
        numbers[0] if numbers else None,
        tuple(codes[0]) if codes else (),
        row.get("code_table") or (tables[0] if tables else None),
        kinds[0] if kinds else None,
    )


def compare_content(path: str, row: Row, value: Value) -> Iterator[Deviation]:
    """Character type, lengths, numbers, codes, table and kind of one value."""
    yield from differ(path, "characters", row["char_types"], value.char_type)
    if "width_bytes" not in row:
        lengths = spelled(value.min_len, value.max_len)
        yield from differ(path, "length", spelled(row["min_len"], row["max_len"]), lengths)
    stated = stated_by(row)
    yield from compare_numbers(path, stated, value)
    yield from compare_codes(path, stated, value)
    if value.table != stated.table and (stated.table or not (stated.codes or stated.numbers)):
        # a link that the reference does not make has to hold codes or numbers that it states
        yield from differ(path, "table", stated.table, value.table)
    if stated.kind:
        yield from differ(path, "kind", stated.kind, type(value).__name__)


SPAN = r"-?\d+(?:\.\.-?\d*|-\d+)?"
NUMBERS = re.compile(rf"{SPAN}(?:(?:, ?| or ){SPAN})*")


def numbers_of(prose: str) -> str | None:
    """The range of numbers that prose states: written out (`1..10, 16 or 17`) or read by us."""
    if prose in PROSE["ranges"]:
        return str(PROSE["ranges"][prose])
    text = re.sub(r"\(?@\w+\)?", "", prose).strip()
    if not NUMBERS.fullmatch(text):
        return None
    return re.sub(r"(\d)-(\d)", r"\1..\2", text.replace(" or ", ", "))


def compare_numbers(path: str, stated: Stated, value: Value) -> Iterator[Deviation]:
    """A stated range is declared, or every number of it is a code of the linked table."""
    if value.within is None and stated.numbers and value.table and covered(stated.numbers, value.table):
        return
    ours = str(value.within) if value.within else None
    yield from differ(path, "numbers", merged(stated.numbers), merged(ours))


def covered(numbers: str, name: str) -> bool:
    """True when a table has every one of these numbers."""
    spans = Range(numbers).spans
    if any(low is None or high is None for low, high in spans):
        return False
    return all(str(n) in table(name) for low, high in spans for n in range(int(low or 0), int(high or 0) + 1))


def merged(numbers: str | None) -> str | None:
    """A range with neighbouring whole numbers joined, so that `0, 1, 2` is `0..2`."""
    if numbers is None:
        return None
    done: list[list[float]] = []
    for low, high in sorted((low or 0, float("inf") if high is None else high) for low, high in Range(numbers).spans):
        if done and low <= done[-1][1] + 1:
            done[-1][1] = max(high, done[-1][1])
        else:
            done.append([low, high])
    return ", ".join(f"{low:g}" if low == high else f"{low:g}..{high:g}".removesuffix("inf") for low, high in done)


def compare_codes(path: str, stated: Stated, value: Value) -> Iterator[Deviation]:
    """Stated codes are the declared ones, or are all in the linked table."""
    if stated.codes and value.table and all(code in table(value.table) for code in stated.codes):
        return
    yield from differ(path, "codes", " ".join(sorted(stated.codes)), " ".join(sorted(value.one_of or ())))


# -- spelling ---------------------------------------------------------------------------------


def plain(name: str) -> str:
    """A name without remarks in brackets and without what `legacy` says."""
    without = re.sub(r"\s*\([^()]*\)", "", name).removesuffix(" - legacy")
    return " ".join(without.lower().split())


def occurrence(row: Row) -> str:
    """How often the reference lets a field or item stand; as often as NOP is any number."""
    return spelled(row["occ_min"], None if row["occ_max"] == "NOP" else row["occ_max"])


def spelled(least: int | None, most: int | None) -> str:
    """An interval as text; nothing when it is open on both sides."""
    return "" if least is None and most is None else f"{least}..{'' if most is None else most}"


# -- tests ------------------------------------------------------------------------------------


def reference_types() -> dict[int, Row]:
    """The record types of the reference by number."""
    types: dict[str, Row] = json.loads(FIELDS.read_text("utf-8"))["types"]
    return {int(number): row for number, row in types.items()}


def shown(deviations: Iterable[Deviation]) -> str:
    """Deviations as rows of departures.toml, for reading."""
    return "\n".join(f"{d.path} {d.what}: reference {d.reference!r}, declared {d.declared!r}" for d in deviations)


@needs_reference
def test_every_record_type_is_declared() -> None:
    """Reference and library know the same record types."""
    assert sorted(reference_types()) == sorted(DECLARED)


@needs_reference
@pytest.mark.parametrize("number", DECLARED, ids=lambda number: f"Type-{number}")
def test_fields(number: int) -> None:
    """Each deviation of a record type is a listed departure, and each listed departure occurs."""
    found = set(compare_type(number, reference_types()[number]))
    listed = {
        Deviation(row["path"], row["what"], row["reference"], row["declared"])
        for row in DEPARTURES
        if row["path"].partition(".")[0] == str(number)
    }
    unlisted, gone = sorted(found - listed, key=str), sorted(listed - found, key=str)
    assert not unlisted, f"{len(unlisted)} deviations nobody has reviewed:\n{shown(unlisted)}"
    assert not gone, f"{len(gone)} listed departures no longer occur:\n{shown(gone)}"


@needs_reference
def test_all_prose_is_reviewed() -> None:
    """Every constraint is read as numbers, codes or a kind, or is known to say nothing a declaration carries."""
    read = {*PROSE["ranges"], *PROSE["codes"], *PROSE["kinds"], *PROSE["was"], *PROSE["silent"], "none"}
    new = {
        prose
        for row in rows_of(reference_types())
        for key in ("value_constraint", "subfield_value_constraint")
        if (prose := row.get(key)) and prose not in read
        if numbers_of(prose) is None and not re.fullmatch(r"@\w+", prose)
    }
    assert not new, "read these and add them to reference_prose.toml:\n" + "\n".join(sorted(new))


def rows_of(types: dict[int, Row]) -> Iterator[Row]:
    """Every field and item of the reference."""
    for row in types.values():
        for field in row["fields"]:
            yield field
            yield from field.get("items", [])
            yield from field.get("items_alt", [])


def test_departures_have_reasons() -> None:
    """Each departure says why, and none is listed twice."""
    assert all(row["why"] for row in DEPARTURES)
    keys = [(row["path"], row["what"]) for row in DEPARTURES]
    assert len(keys) == len(set(keys))


TYPES_BY_EDITION = {  # RULES.md, 2, and NIST's own field table for the editions to 2007
    Edition.E1993: {*range(1, 10)},
    Edition.E1997: {*range(1, 11)},
    Edition.E2000: {*range(1, 11), 13, 14, 15, 16},
    Edition.E2007: {*range(1, 11), 13, 14, 15, 16, 17, 99},
    Edition.E2011: {1, 2, 4, 7, 8, 9, 10, *range(13, 22), 98, 99},
    Edition.E2013: {1, 2, 4, *range(7, 23), 98, 99},
    Edition.E2015: {1, 2, 4, *range(7, 23), 98, 99},
}


@pytest.mark.parametrize("edition", TYPES_BY_EDITION, ids=lambda edition: edition.ver)
def test_record_types_of_each_edition(edition: Edition) -> None:
    """An edition has the record types it was published with."""
    classes = [record_class(number) for number in DECLARED]
    known = {c.type for c in classes if c.since <= edition and (c.until is None or edition <= c.until)}
    assert known == TYPES_BY_EDITION[edition]
