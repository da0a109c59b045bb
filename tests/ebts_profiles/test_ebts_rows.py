"""Each row of the FBI's tables, tried: one transaction that it passes, one that breaks it and nothing else.

The rows are those of tests/support/ebts_rows.tsv, which are the reference's; transactions are made of them at each run.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tests.support.ebts_rows as table
from ebts_profiles import FBI_8_001, FBI_10_0, FBI_11_2
from nistitl import Severity
from nistitl.wire.grammar import RS, US
from tests.support.ebts_rows import CERTAIN, NEW, OLD, TEN, WARNS, EbtsRow
from tests.support.minimal import GIVEN, assembled, edition_for, header, least, newest, record, subfield, text_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl import Record, Transaction

DEPARTURES = tomllib.loads((Path(table.__file__).with_name("departures_ebts.toml")).read_text("utf-8"))["row"]
PROFILES = {OLD: FBI_8_001, TEN: FBI_10_0, NEW: FBI_11_2}
ERROR, WARNING = Severity.ERROR, Severity.WARNING
MOST_RECORDS = 60  # larger counts are not tried out
FOREIGN = (4, 7, 8, 9, 10, 13, 14, 15, 16, 17, 99)
# findings that rows give; what named rules warn of beside them is not of the rows
OF_ROWS = frozenset({
    "field-missing", "field-not-listed", "subfields-many", "item-many", "records-few", "records-many",
    "record-not-listed", "value-code",
})  # fmt: skip

MANY, BOTH = "many", ("item-many", "subfields-many")  # of an element that stands once, and of one that may repeat

Found = Counter[tuple[str, str, Severity]]

whole = pytest.mark.parametrize("name", [NEW, OLD])
every = pytest.mark.parametrize("name", PROFILES)


def departed(name: str, what: str) -> set[str]:
    """The places that differ on purpose."""
    return {place for row in DEPARTURES if (row["profile"], row["what"]) == (name, what) for place in row["places"]}


def rows_of(name: str, what: str) -> list[EbtsRow]:
    return [row for row in table.rows() if (row.profile, row.what) == (name, what)]


# -- transactions made of rows ------------------------------------------------------------------


@cache
def sound(name: str, tot: str) -> Transaction:
    """What the rows of a type ask for: its mandatory elements and as few records as may be."""
    profile = PROFILES[name]
    if name == TEN:
        return least(profile, tot)  # the table has a few of its rows only
    rows = table.of(name, tot)
    asked = [row for row in rows if row.what == "element" and row.least != "0"]
    text = text_record(profile, tot, {}).copy()
    for key in [key for key in text.keys() if key > 2]:
        del text[key]
    for row in asked:
        text[row.number] = content(row, int(row.least))
    counts = [(newest(count), count.least) for count in profile.tots[tot].records]  # of 8.001 two types together
    if name == NEW:
        joined = [(newest(count), count.least) for count in profile.tots[tot].records if len(count.types) > 1]
        counts = [(int(row.place), int(row.least)) for row in rows if row.what == "record"] + joined
    made = [record(profile, tot, kind, idc) for kind, many in counts if kind > 2 for idc in range(many)]
    return assembled([header(profile, tot, {"TCR": "SYNTHETIC-ANSWERED"}), text, *made])


def content(row: EbtsRow, count: int) -> bytes:
    """That many subfields of an element."""
    return RS.join([one(row)] * count)


@cache
def one(row: EbtsRow) -> bytes:
    """What one subfield of an element may hold."""
    codes = [found for found in table.of(row.profile, row.tot) if (found.what, found.place) == ("codes", row.place)]
    if codes:
        return codes[0].least.split("|")[0].encode()
    profile = PROFILES[row.profile]
    element = profile.type2(row.tot).get(row.number) or profile.dictionary.by_number(row.number)
    assert element is not None, row
    return subfield(element, edition_for(profile), every=True)


def changed(tx: Transaction, number: int, raw: bytes | None) -> Transaction:
    """The transaction with another content of an element, or without it."""
    head, old, *others = tx
    text = old.copy()
    text.put(number, raw)
    return assembled([head, text, *others])


def told(tx: Transaction, name: str, level: int) -> Found:
    """Errors, and warnings that rows give."""
    report = tx.validate(PROFILES[name], level=level)
    found = (*report.errors, *(one for one in report.warnings if one.code in OF_ROWS))
    codes = ((MANY if one.code in BOTH else one.code, one) for one in found)
    return Counter((code, one.location.path or "", one.severity) for code, one in codes)


@cache
def before(name: str, tot: str, level: int) -> Found:
    """What is told of the sound transaction."""
    return told(sound(name, tot), name, level)


def new(tx: Transaction, name: str, tot: str, level: int = 1) -> Found:
    """What is told of a transaction and not of the sound one."""
    return told(tx, name, level) - before(name, tot, level)


def wrongs(row: EbtsRow, found: Found, expected: Iterable[tuple[str, str, Severity]], what: str) -> Iterator[str]:
    """What differs from exactly these findings; a place stands for all within it."""
    wanted = list(expected)
    there = [(code, severity, path) for (code, path, severity), many in found.items() for _ in range(many)]
    if [(code, severity) for code, severity, _ in there] != [(code, severity) for code, _, severity in wanted] or any(
        not f"{path}.".startswith(f"{place}.") for (_, _, path), (_, place, _) in zip(there, wanted, strict=True)
    ):
        yield f"{row.profile} {row.tot} {row.place} {what}: expected {wanted}, found {there}"


# -- elements -----------------------------------------------------------------------------------


@whole
def test_what_the_rows_ask_for_has_no_errors(name: str) -> None:
    tots = dict.fromkeys(row.tot for row in rows_of(name, "element"))
    assert len(tots) == {NEW: 97, OLD: 81}[name] and set(tots) <= set(PROFILES[name].tots)
    found = {tot: before(name, tot, 2) for tot in tots}
    assert {tot: one for tot, one in found.items() if one} == {}


@every
def test_each_element_at_its_most_and_one_more(name: str) -> None:
    """The most that a row has passes; one more is an error where the row is certain, also where its minimum is not."""
    wrong: list[str] = []
    for row in rows_of(name, "element"):
        most, tx = int(row.most), sound(name, row.tot)
        passes = new(changed(tx, row.number, content(row, most)), name, row.tot)
        wrong += wrongs(row, passes, (), "at its most")
        severity = WARNING if row.certainty == WARNS else ERROR
        fails = new(changed(tx, row.number, content(row, most + 1)), name, row.tot)
        wrong += wrongs(row, fails, [(MANY, row.place, severity)], "one more")
    assert not wrong, "\n".join(wrong[:30])


@every
def test_each_element_that_must_be_there_is_missed(name: str) -> None:
    """Its absence is an error where the row is certain, and a warning where it, or its minimum, is not."""
    wrong: list[str] = []
    skipped = departed(name, "element")
    for row in rows_of(name, "element"):
        if row.least != "0" and f"{row.tot} {row.place}" not in skipped:
            severity = ERROR if row.certainty == CERTAIN else WARNING
            fails = new(changed(sound(name, row.tot), row.number, None), name, row.tot)
            wrong += wrongs(row, fails, [("field-missing", row.place, severity)], "missing")
    assert not wrong, "\n".join(wrong[:30])


@pytest.mark.parametrize("tot", ["EHRR", "RBIHSR", "SRNRR"])
def test_a_rap_sheet_is_text_or_xml(tot: str) -> None:
    """Neither is an error, either is enough."""
    bare = changed(sound(NEW, tot), 75, None)
    assert new(bare, NEW, tot, 2) == Counter({("condition-one-of", "2.075", ERROR): 1})
    assert new(changed(bare, 90, b"<rapsheet/>"), NEW, tot, 2) == Counter()


def test_what_a_photo_request_needs_for_deletion_only_warns() -> None:
    found = new(changed(sound(OLD, "CPR"), 73, None), OLD, "CPR")
    assert found == Counter({("field-missing", "2.073", WARNING): 1})


@pytest.mark.parametrize("name", [NEW, TEN])
def test_each_element_that_the_newer_sources_do_not_list_warns(name: str) -> None:
    wrong: list[str] = []
    for row in rows_of(name, "unlisted"):
        found = new(changed(sound(name, row.tot), row.number, one(row)), name, row.tot)
        wrong += wrongs(row, found, [("field-not-listed", row.place, WARNING)], "unlisted")
    assert not wrong, "\n".join(wrong[:30])


@whole
def test_an_element_that_no_row_lists_is_told(name: str) -> None:
    """Nobody says that the FBI rejects it by 11.2, where it warns; in 8.001 the tables are closed."""
    severity = WARNING if name == NEW else ERROR
    for tot in dict.fromkeys(row.tot for row in rows_of(name, "element")):
        listed = {row.number for row in table.of(name, tot) if row.what == "element"}
        number = min({*PROFILES[name].dictionary.numbers()} - listed - {1, 2})
        row = EbtsRow(name, tot, "element", f"2.{number:03d}", "0", "1", WARNS)
        found = new(changed(sound(name, tot), number, one(row)), name, tot)
        assert not list(wrongs(row, found, [("field-not-listed", row.place, severity)], "no row"))


# -- codes --------------------------------------------------------------------------------------


def test_each_code_of_a_list_passes_and_another_does_not() -> None:
    wrong: list[str] = []
    for row in rows_of(NEW, "codes"):
        lister, every = _lister(row), _whole(row)
        tot, place, tx = lister.tot, lister.place, sound(NEW, lister.tot)
        own = next((one for one in table.of(NEW, tot) if (one.what, one.place) == ("codes", row.place)), row)
        codes = own.least.split("|")  # where every type that lists the element has its own part
        for code in codes:
            found = new(changed(tx, row.number, _coded(row, tot, code)), NEW, tot)
            wrong += wrongs(row, found, (), f"code {code}")
        for code in {*every} - {*codes} or {"Q" * len(codes[0]) if not codes[0].isdigit() else "0"}:
            found = new(changed(tx, row.number, _coded(row, tot, code)), NEW, tot)
            wrong += wrongs(
                row, found, [("value-code", place, ERROR if lister.certainty == CERTAIN else WARNING)], code
            )
    assert not wrong, "\n".join(wrong[:30])


def _whole(row: EbtsRow) -> list[str]:
    """The codes of the list that a type has a part of."""
    return next(one.least.split("|") for one in rows_of(NEW, "codes") if (one.tot, one.place) == ("*", row.place))


def _lister(row: EbtsRow) -> EbtsRow:
    """The row of the element in its type; for every type, in one that has every code of the list and is certain."""
    place = ".".join(row.place.split(".")[:2])
    listing = [one for one in rows_of(NEW, "element") if one.place == place and row.tot in ("*", one.tot)]
    own = {one.tot for one in rows_of(NEW, "codes") if one.place == row.place}
    return min(listing, key=lambda one: (one.tot in own, one.certainty))


def _coded(row: EbtsRow, tot: str, code: str) -> bytes:
    """The element with a code, in its item where it has items."""
    _, number, *item = row.place.split(".")
    if not item:
        return code.encode()
    pieces = one(EbtsRow(NEW, tot, "element", f"2.{number}", "0", "1", CERTAIN)).split(US)
    pieces[int(item[0]) - 1] = code.encode()
    return US.join(pieces)


@pytest.mark.parametrize(
    ("raw", "said"), [("07", None), ("A", None), ("N", None), ("7", "value-form"), ("B", "value-form")]
)
def test_fingers_asked_for_are_two_digits_or_all_or_none(raw: str, said: str | None) -> None:
    found = new(changed(sound(NEW, "IRQ"), 57, raw.encode()), NEW, "IRQ")
    assert [(code, severity) for code, _, severity in found] == ([(said, ERROR)] if said else [])


# -- records ------------------------------------------------------------------------------------


@whole
def test_each_count_of_records_at_its_bounds_and_beyond(name: str) -> None:
    wrong: list[str] = []
    skipped = departed(name, "record")
    for row in rows_of(name, "record"):
        (low, high), kinds = row.counts, [int(kind) for kind in row.place.split("+")]
        if kinds == [1] or f"{row.tot} {row.place}" in skipped:
            continue
        tx, severity = sound(name, row.tot), ERROR if row.certainty == CERTAIN else WARNING
        others = [one for one in tx if one.type not in kinds]
        models = [tx[2][0] if kind == 2 else record(PROFILES[name], row.tot, kind) for kind in kinds]
        if high is not None and high <= MOST_RECORDS:
            at_most = [*others, *some(models, high)]
            wrong += wrongs(row, new(ordered(at_most), name, row.tot, 2), (), "at its most")
            found = new(ordered([*at_most, models[0]]), name, row.tot, 2)
            wrong += wrongs(row, found, [("records-many", "", severity)], "one more")
        excused = 2 if name == OLD and 4 in kinds and tx[2][0].raw(84) is not None else 0  # a finger stands in AMP
        for fewer in {low - excused - 1, 0} if low and kinds != [2] else ():
            found = new(ordered([*others, *some(models, fewer)]), name, row.tot, 2)
            wrong += wrongs(row, found, [("records-few", "", severity)], f"{fewer}")
    assert not wrong, "\n".join(wrong[:30])


def some(models: list[Record], count: int) -> list[Record]:
    """That many records, of each kind in turn."""
    return [models[at % len(models)] for at in range(count)]


@pytest.mark.parametrize(
    ("fingers", "images", "asked"),
    [
        (0, 14, None), (0, 13, 14), (0, 0, 14), (1, 12, None), (1, 11, 12), (4, 6, None), (4, 5, 6), (9, 1, None),
        (9, 0, 1),
    ],
)  # fmt: skip
def test_fingers_that_could_not_be_printed_excuse_their_images(fingers: int, images: int, asked: int | None) -> None:
    """Each stands in AMP; a thumb lacks two images, and no transaction that needs prints is without any."""
    tx, print_of = sound(OLD, "CAR"), record(FBI_8_001, "CAR", 4)
    tx = ordered([*(one for one in tx if one.type != 14), *[print_of] * images])
    tx = changed(tx, 84, RS.join(b"%02d\x1fXX" % finger for finger in range(1, fingers + 1)) or None)
    found = [(one.severity, one.message) for one in tx.validate(FBI_8_001).findings if one.code == "records-few"]
    message = f"CAR holds {images} records of Type-4 and Type-14, at least {asked} must be there"
    assert found == ([] if asked is None else [(WARNING, message)])


def ordered(records: list) -> Transaction:  # type: ignore[type-arg]
    """A transaction with the records in the order of their types."""
    return assembled(sorted(records, key=lambda one: one.type))


def test_records_that_a_type_does_not_have_are_told() -> None:
    for tot in dict.fromkeys(row.tot for row in rows_of(NEW, "record")):
        listed = {int(row.place) for row in table.of(NEW, tot) if row.what == "record"}
        strangers = [kind for kind in FOREIGN if kind not in listed and kind in GIVEN]
        severity = WARNING if tot in ("CVSO", "FVR") else ERROR
        tx = ordered([*sound(NEW, tot), *(record(FBI_11_2, tot, kind) for kind in strangers)])
        report = tx.validate(FBI_11_2, level=2)
        found = [(one.location.type, one.severity) for one in report.findings if one.code == "record-not-listed"]
        assert sorted(found) == [(kind, severity) for kind in strangers], tot


def test_records_that_8_001_does_not_have_warn() -> None:
    """One table of the document counts records: all of it warns."""
    tx = ordered([*sound(OLD, "ERRT"), record(FBI_8_001, "ERRT", 4)])
    found = [(one.location.type, one.severity) for one in tx.validate(FBI_8_001).findings if "record" in one.code]
    assert found == [(4, WARNING)]


@pytest.mark.parametrize(
    ("place", "text", "severity"),
    [
        ("2.073", b"XX0000000", None), ("2.073", b"XX000", WARNING), ("2.073", b"XX00000000", ERROR),
        ("2.084", b"2\x1fXX", WARNING), ("2.084", b"002\x1fXX", ERROR), ("2.084", b"02\x1fXX", None),
    ],
)  # fmt: skip
def test_a_length_that_one_source_narrows_warns(place: str, text: bytes, severity: Severity | None) -> None:
    """Table C-1 of 11.0 wants nine characters of CRI, and two of a finger, where 10.0 takes fewer."""
    tx = changed(sound(NEW, "CAR"), int(place.partition(".")[2]), text)
    found = [one for one in tx.validate(FBI_11_2, level=1).findings if one.code == "value-length"]
    assert [(one.severity, (one.location.path or "")[: len(place)]) for one in found] == (
        [] if severity is None else [(severity, place)]
    )
