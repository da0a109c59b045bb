"""Every note of the reference that names an edition is what that edition takes, or is listed with a reason.

Notes stand in `codes.json` (of a table, of a code) and in `fields.json` (`value_constraint`, `versions`). Those
that follow a form (`20 or 30 (2015 also 10, 11)`, `SR since 2015`) are read here and held against what level 1
takes in each edition; what test_reference_fields.py compares as content of older editions is read there. Any other
stands in `departures.toml` under `edition`, and a new one fails here until it does.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from nistitl.base.editions import Edition
from nistitl.codes import table
from nistitl.declare.binary import Uint
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import N
from nistitl.records import DECLARED, record_class
from nistitl.validation.contents import ContentCheck
from nistitl.wire.charsets import ASCII
from tests.codes.test_reference_codes import needs_reference as needs_codes
from tests.codes.test_reference_codes import reference_tables
from tests.records.test_reference_fields import EFR_VERSIONS, PROSE, VERSIONS, needs_reference, reference_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.codes import Table
    from nistitl.declare.element import Element
    from nistitl.declare.items import Item
    from nistitl.declare.values import Value

Row = dict[str, Any]

SUPPORT = Path(__file__).parents[1] / "support"
LISTED = {row["note"] for row in tomllib.loads((SUPPORT / "departures.toml").read_text("utf-8"))["edition"]}
EDITIONS = (Edition.E2000, Edition.E2007, Edition.E2011, Edition.E2013, Edition.E2015)
YEAR = r"(?:1986|1993|1997|2000|2007|2008|2011|2013|2015|2025)"
YEARS = rf"{YEAR}(?:/{YEAR})*"
NAMES_AN_EDITION = re.compile(
    rf"\b{YEAR}\b|\b(draft|older|earlier|later editions?|legacy|deprecated|since|new in|before|editions?)\b"
)


# -- reading ----------------------------------------------------------------------------------


@attrs.frozen
class Stated:
    """What prose says a field takes: in general, and in the editions that it names."""

    always: frozenset[str]
    named: dict[int, frozenset[str]]
    earlier: frozenset[str] = frozenset()  # before all that it names

    def taken(self, edition: Edition) -> frozenset[str]:
        """What it says of one edition."""
        if self.earlier and edition.year < min(self.named):
            return self.earlier
        return self.named.get(edition.year, self.always)


LIST = r"[A-Z0-9]+(?:(?:-|\.\.)[A-Z0-9]+)?(?:(?:, ?| or )[A-Z0-9]+(?:(?:-|\.\.)[A-Z0-9]+)?)*"
CLAUSES = (
    re.compile(rf"(?P<years>{YEARS})(?P<on>\+)?(?P<verb>:| also| adds| to|: to|) (?P<list>{LIST})"),
    re.compile(rf"(?P<list>{LIST})(?P<verb>) in (?P<years>{YEARS})(?P<on>)"),
)


def stated(prose: str) -> Stated | None:
    """What prose says of editions; None where it is not of the form."""
    head, _, rest = prose.partition("(")
    clauses = [part.strip() for part in rest.rstrip(") ").split(";")]
    if re.match(YEAR, head):
        head, clauses = "", [part.strip() for part in prose.split(";")]
    if head and not re.fullmatch(LIST, head.strip()):
        return None
    always = listed(head.strip())
    named: dict[int, frozenset[str]] = {}
    earlier: frozenset[str] = frozenset()
    for clause in filter(NAMES_AN_EDITION.search, clauses):
        if past := re.fullmatch(rf"earlier ({LIST})", clause):
            earlier = listed(past[1])
            continue
        found = next((match for form in CLAUSES if (match := form.fullmatch(clause))), None)
        if found is None:
            return None
        first, *_ = years = [int(year) for year in found["years"].split("/")]
        if found["on"]:
            years = [edition.year for edition in EDITIONS if edition.year >= first]
        named |= dict.fromkeys(years, changed(always, found["verb"].strip(" :"), found["verb"], found["list"]))
    return Stated(always, named, earlier)


def changed(always: frozenset[str], verb: str, mark: str, text: str) -> frozenset[str]:
    """What is taken where a clause says `also`, `to`, or gives a list of its own."""
    if verb == "to":
        numbers, last = sorted(map(int, always)), int(text)
        return frozenset(str(n) for n in (*numbers, *range(numbers[-1], last + 1)) if n <= last)
    return listed(text) if mark == ":" else always | listed(text)


def listed(text: str) -> frozenset[str]:
    """The codes and numbers of a list, spans written out: `0-3, 9 or 10`, `FV1-FV4`."""
    found: set[str] = set()
    for part in re.split(r", ?| or ", text) if text else ():
        span = re.fullmatch(r"([A-Z]*)(\d+)(?:-|\.\.)\1(\d+)", part)
        found |= {f"{span[1]}{n}" for n in range(int(span[2]), int(span[3]) + 1)} if span else {part}
    return frozenset(found)


@pytest.mark.parametrize(
    ("prose", "taken"),
    [
        ("20 or 30 (2015 also 10,11)", {2013: "20 30", 2015: "10 11 20 30"}),
        ("2015: 4,8; earlier 4-6", {2000: "4 5 6", 2013: "4 5 6", 2015: "4 8"}),
        ("0-2, 7 (2013+ to 9)", {2011: "0 1 2 7", 2013: "0 1 2 7 8 9", 2015: "0 1 2 7 8 9"}),
        ("5..8 (2000: 5-7; 2011: to 6)", {2000: "5 6 7", 2007: "5 6 7 8", 2011: "5 6"}),
        ("XX or F1-F2 (2015 SR)", {2013: "F1 F2 XX", 2015: "F1 F2 SR XX"}),
        ("0..1 (unsigned; 0..3 in 2000/2007)", {2000: "0 1 2 3", 2007: "0 1 2 3", 2011: "0 1"}),
        ("1..NOM (2007: 255 with count 15)", None),
    ],
)
def test_prose_is_read(prose: str, taken: dict[int, str] | None) -> None:
    read = stated(prose)
    said = None if read is None or taken is None else {y: read.taken(Edition[f"E{y}"]) for y in taken}
    assert said == (None if taken is None else {year: frozenset(text.split()) for year, text in taken.items()})


# -- fields -----------------------------------------------------------------------------------


def contents(number: int, row: Row) -> Iterator[tuple[str, str, dict[Edition, Value]]]:
    """The notes of a field and of its items that name an edition, with the content of each edition."""
    kind = record_class(number)
    newest, editions = kind.elements.get(row["number"]), [e for e in EDITIONS if e <= (kind.until or e)]
    ages = {} if newest is None else {e: one for e in editions if (one := newest.in_edition(e))}
    path = f"{number}.{row['number']:03d}"
    for note in notes_of(row):
        plain = {e: one.value.inner if isinstance(one.value, Values) else one.value for e, one in ages.items()}
        yield path, note, plain
    for item in (*row.get("items", []), *row.get("items_alt", [])):
        for note in notes_of(item):
            rows = {edition: _item(one, item["mnemonic"]) for edition, one in ages.items()}
            yield (
                f"{path}.{item['mnemonic']}",
                note,
                {edition: found.content_in(edition) for edition, found in rows.items() if found is not None},
            )


def _item(element: Element, mnemonic: str) -> Item | None:
    """The information item of that name, None where the content of the edition has none."""
    rows = (*element.value.items.items, *element.value.first.items) if isinstance(element.value, Sets) else ()
    return next((row for row in rows if row.mnemonic == mnemonic), None)


def notes_of(row: Row) -> list[str]:
    """What a row says of its values where it names an edition."""
    texts = (row.get(key) or "" for key in ("value_constraint", "subfield_value_constraint"))
    return [text for text in texts if NAMES_AN_EDITION.search(text)]


def takes(value: Value, edition: Edition, text: str) -> bool:
    """True where level 1 finds nothing wrong with a value; a legacy code is found."""
    raw = text.encode()
    if isinstance(value, Uint):
        raw = int(text).to_bytes(value.width, "big")
    elif isinstance(value, N):
        raw = text.rjust(value.min_len or 1, "0").encode()
    return ContentCheck(value, edition).fault(raw, ASCII) is None


def differences(path: str, read: Stated, ages: dict[Edition, Value]) -> Iterator[str]:
    """The values that prose and level 1 do not both take, edition by edition."""
    for edition, value in ages.items():
        said = read.taken(edition)
        codes = {code.code: code for code in table(value.table).codes} if value.table else {}
        if codes:  # what a list dates itself
            said = frozenset(one for one in said if one in codes and not _newer(codes[one].since, edition))
        tried = said | codes.keys() | {str(n) for n in range(256)}
        tried = {one for one in tried if one.isdigit() or not isinstance(value, N | Uint)}
        if wrong := sorted(one for one in tried if takes(value, edition, one) is not (one in said)):
            yield f"{path} {edition.year}: {' '.join(wrong)}"


def _newer(since: Edition | None, edition: Edition) -> bool:
    return since is not None and edition < since


@needs_reference
def test_what_constraints_say_of_editions() -> None:
    """What can be read is what level 1 takes in that edition; all else is compared elsewhere, or listed."""
    unread, wrong, seen = set(), [], 0
    for number, kind in reference_types().items():
        for path, note, ages in (found for row in kind["fields"] for found in contents(number, row)):
            read = stated(note)
            if read is not None and note not in LISTED:
                seen += 1
                wrong += differences(path, read, ages)
            elif note not in PROSE["was"] and not re.search(rf"{YEAR}\+: deprecated", note):
                unread.add(note)
    assert not wrong
    assert seen > 10, "the forms are no longer read"
    assert not unread - LISTED, "read these, or list them under `edition` in departures.toml"


def remark(versions: str) -> str:
    """What `versions` says beyond when the field exists."""
    return re.sub(rf"^(all|{YEAR}(\+| only)?)", "", versions)


@needs_reference
def test_what_versions_say() -> None:
    """A remark that names an edition is content, condition or legacy of that edition, or listed."""
    texts = {row.get("versions", "all") for kind in reference_types().values() for row in kind["fields"]}
    assert texts <= {*VERSIONS, EFR_VERSIONS}, "versions nobody has read"
    silent = {
        text for text in texts - {EFR_VERSIONS}
        if NAMES_AN_EDITION.search(remark(text)) and not (VERSIONS[text].was or VERSIONS[text].legacy)
    }  # fmt: skip
    assert not silent - LISTED


# -- codes ------------------------------------------------------------------------------------


def codes_differ(name: str, note: str) -> Iterator[str] | None:
    """Where the codes of a table are not of the editions that a note says; None where it is not of a form."""
    clauses = [part.strip() for part in re.sub(r"\([^()]*\)", "", note).split(";")]
    rows = [_clause(table(name), clause) for clause in clauses]
    if None in rows:
        return None
    mentioned = {code for row in rows if row for code in row[1]}
    return (wrong for row in rows if row for wrong in _differ(table(name), *row, mentioned))


def _clause(codes: Table, clause: str) -> tuple[str, list[str], list[int]] | None:
    """What a clause says, the codes that it names, and of which years."""
    if only := re.fullmatch(rf"({YEARS}): (.+) only", clause):
        return "only", re.split(", ?", only[2]), [int(year) for year in only[1].split("/")]
    since = re.fullmatch(rf"(?P<codes>.*?) ?since (?P<year>{YEAR})", clause)
    if found := since or re.fullmatch(rf"(?P<year>{YEAR}) adds (?P<codes>.+)", clause):
        words = re.split(", ?", found["codes"].strip())
        return "since", [word for word in words if codes.get(word)], [int(found["year"])]
    return None


def _differ(codes: Table, says: str, named: list[str], years: list[int], mentioned: set[str]) -> Iterator[str]:
    if says == "only":
        for year in years:
            valid = {code.code for code in codes.codes if code.valid_in(Edition[f"E{year}"])}
            yield from sorted(f"{codes.name} {year}: {code}" for code in valid ^ set(named))
        return
    rest = [code.code for code in codes.codes if code.code not in mentioned]  # "2011 adds images of the body"
    for one in named or (rest if mentioned else ()):
        found = codes.get(one)
        if found is None or found.since is None or found.since.year != years[0]:
            yield f"{codes.name} {one}: not since {years[0]}"
    if not named and not mentioned:  # the whole table: so are the fields that hold it
        for path, since in _holders(codes.name):
            if since.year < years[0]:
                yield f"{path}: not since {years[0]}"


def _holders(name: str) -> Iterator[tuple[str, Edition]]:
    for number in DECLARED:
        for element in record_class(number).elements.values():
            if element.value.table == name or any(row.value.table == name for row in element.items):
                yield f"{number}.{element.number:03d}", element.since


@needs_codes
def test_what_code_tables_say_of_editions() -> None:
    """A note of a table that can be read holds; all else is listed."""
    unread, wrong, seen = set(), [], 0
    for name, rows in reference_tables().items():
        note = rows.get("note", "")
        if NAMES_AN_EDITION.search(note) or re.search(r"\blater\b", note):
            found = codes_differ(name, note)
            if found is None:
                unread.add(note)
            else:
                seen += 1
                wrong += found
    assert not wrong
    assert seen > 2, "the forms are no longer read"
    assert not unread - LISTED, "read these, or list them under `edition` in departures.toml"


@needs_codes
def test_what_codes_say_of_editions() -> None:
    """`(2015)` in the meaning of a code is since when it is, `2000/2007 only` when it was; all else is listed."""
    unread, wrong = set(), []
    for name, rows in reference_tables().items():
        for row in rows["codes"]:
            text = f"{row['meaning']} {row.get('note', '')}".strip()
            if not re.search(rf"\b{YEAR}\b", text):
                continue
            code = table(name).get(row["code"])
            assert code is not None
            if found := re.search(rf"\(({YEAR})\)$", text):
                wrong += [] if code.since and code.since.year == int(found[1]) else [f"{name} {code.code}"]
            elif found := re.search(rf"({YEARS}) only", text):
                years = {edition.year for edition in EDITIONS if code.valid_in(edition)}
                wrong += [] if years == {int(year) for year in found[1].split("/")} else [f"{name} {code.code}"]
            else:
                unread.add(text)
    assert not wrong
    assert not unread - LISTED


# -- the list ---------------------------------------------------------------------------------


@needs_reference
def test_no_listed_note_has_gone() -> None:
    """A note that the reference no longer has, or that is read, is not listed."""
    fields = [(number, row) for number, kind in reference_types().items() for row in kind["fields"]]
    found = [one for number, row in fields for one in contents(number, row)]
    there = {note for _, note, _ in found} | {row.get("versions", "all") for _, row in fields}
    for rows in reference_tables().values():
        there |= {rows.get("note", "")} | {f"{c['meaning']} {c.get('note', '')}".strip() for c in rows["codes"]}
    assert not LISTED - there
    read = [(path, stated(note), ages) for path, note, ages in found if note in LISTED]
    assert not [path for path, said, ages in read if said and not [*differences(path, said, ages)]]


def test_listed_notes_have_reasons() -> None:
    """Each says why it is no declaration, and stands once."""
    rows = tomllib.loads((SUPPORT / "departures.toml").read_text("utf-8"))["edition"]
    assert all(row["why"] for row in rows)
    assert len(rows) == len({row["note"] for row in rows})
