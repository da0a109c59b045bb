"""A difference is empty of a file with itself, spelling of its twins, and of one edit exactly that edit."""

from __future__ import annotations

from collections.abc import Iterator
from math import log10
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.declare.items import Sets
from nistitl.exchange.comparing.difference import Difference
from tests.support.growing import check_ratio
from tests.support.samples import IMAGE, ROOT, small_transaction
from tests.support.spelled import FS, GS, RS, US, header, tagged

RECORDS = sorted((ROOT / "fixtures/records").glob("*.an2"))
TENPRINT = (ROOT / "fixtures/tenprint-type14.eft").read_bytes()
SMALL = small_transaction()


def counts(difference: Difference) -> dict[str, int]:
    """How many differences there are of each list that has some."""
    lists = {name: len(getattr(difference, name)) for name in ("records", "fields", "images", "minutiae", "spelling")}
    return {name: count for name, count in lists.items() if count}


def diff(before: bytes, after: bytes) -> Difference:
    return nistitl.read(before).diff(nistitl.read(after))


# -- twins --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_file_is_itself_and_its_xml(path: Path) -> None:
    tx, twin = nistitl.read(path), nistitl.read(path)
    assert counts(tx.diff(twin)) == {} and not tx.diff(twin) and tx.same_as(twin)
    conversion = tx.convert("xml")
    gone = {one.location.record for one in conversion.lost if one.code == "xml-record-unsayable"}
    assert len(gone) == len(conversion.lost)
    difference = tx.diff(conversion.transaction)
    assert {change.record.before for change in difference.records} == gone
    assert not difference.fields and not difference.images and not difference.minutiae
    assert tx.same_as(conversion.transaction) == (not gone)
    assert difference.spelling[0].how == "encoding"
    assert tx != conversion.transaction


TYPE_2 = [(2, b"0"), (3, b"A"), (18, b"DOE,JANE")]
FINGER = [
    (2, b"1"), (3, b"0"), (4, b"ORI"), (5, b"20240101"), (6, b"4"), (7, b"4"), (8, b"1"), (9, b"500"), (10, b"500"),
    (11, b"NONE"), (12, b"8"), (13, b"2"), (16, b"500"), (20, b"seen"), (24, US.join((b"1", b"20", b"0000", b"1"))),
]  # fmt: skip


def finger(*fields: tuple[int, bytes], tail: bytes = b"") -> bytes:
    """A transaction of one finger image with these fields in the place of those it has."""
    changed = dict(fields)
    kept = [(number, changed.pop(number, raw)) for number, raw in FINGER]
    data = GS + b"14.999:" + IMAGE[:16]
    return header([(14, b"1")]) + tagged(14, [*kept, *sorted(changed.items())], tail + data + FS)


@pytest.mark.parametrize(
    ("field", "how"),
    [
        ((2, b"01"), "value"),
        ((3, b"00"), "value"),
        ((9, b"0500"), "value"),
        ((13, b"02"), "value"),
        ((20, b"seen  "), "value"),
        ((24, US.join((b"01", b"020", b"0000", b"1"))), "value"),
        ((24, US.join((b"1", b"20", b"0000", b"1", b""))), "value"),
        ((15, b""), "empty"),
    ],
    ids=lambda part: part if isinstance(part, str) else f"{part[0]}-{len(part[1])}",
)
def test_another_spelling_of_a_field_is_spelling(field: tuple[int, bytes], how: str) -> None:
    difference = diff(finger(), finger(field))
    assert counts(difference) == {"spelling": 1} and difference.same_meaning and not difference.same
    (change,) = difference.spelling
    assert (change.how, change.path) == (how, f"14.{field[0]:03d}")


def test_hexadecimal_digits_in_either_case_are_the_same_hash() -> None:
    upper, lower = (finger((996, b"%b" % digits)) for digits in (b"AB" * 32, b"ab" * 32))
    assert [change.how for change in diff(upper, lower).spelling] == ["value"]


def test_order_of_fields_tags_len_and_what_stands_beside_records_are_spelling() -> None:
    swapped = header([(2, b"0")]) + tagged(2, [TYPE_2[0], TYPE_2[2], TYPE_2[1]])
    plain = header([(2, b"0")]) + tagged(2, TYPE_2)
    short = plain.replace(b"2.003:A", b"2.03:A").replace(b"2.001:", b"2.01:")
    told = {
        "order": swapped,
        "layout": short,
        "around": plain + b"\r\n",
    }
    size = len(tagged(2, TYPE_2))
    told["length"] = header([(2, b"0")]) + tagged(2, TYPE_2).replace(b"2.001:%d" % size, b"2.001:%05d" % (size + 3))
    for how, data in told.items():
        difference = diff(plain, data)
        assert counts(difference) == {"spelling": 1}, how
        assert difference.spelling[0].how == how and difference.same_meaning
        assert nistitl.read(plain).same_as(nistitl.read(data))


def test_cnt_follows_the_records_or_is_spelling() -> None:
    plain, other = (header([(14, idc)]) + finger()[len(header([(14, b"1")])) :] for idc in (b"1", b"01"))
    assert [change.how for change in diff(plain, other).spelling] == ["count"]
    changed = nistitl.read(other)
    changed[1][0]["1.002"].raw = b"0501"  # another number 2 explains no CNT
    difference = nistitl.read(plain).diff(changed)
    assert [change.how for change in difference.spelling] == ["count"] and difference.fields[0].mnemonic == "VER"


def test_another_character_set_is_spelling() -> None:
    plain = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", DAT="20200229", charset="utf-8")
    text = nistitl.Type2()
    text["2.018"] = "MÜLLER,JÖRG"
    plain.append(text)
    other = plain.copy()
    other.header.DCS = ((2, "UTF-16"),) if other.header is not None else ()  # type: ignore[union-attr]
    difference = plain.diff(other)
    assert plain.same_as(other) and {change.how for change in difference.spelling} == {"characters"}
    assert {change.path for change in difference.spelling} >= {"1.015", "2.018"}


def test_an_empty_list_within_an_item_is_spelling() -> None:
    short = header([(12, b"1")]) + tagged(12, [(2, b"1"), (11, US.join((b"20001212", b"Y3")))])
    long = header([(12, b"1")]) + tagged(12, [(2, b"1"), (11, US.join((b"20001212", b"Y3", b"", b"")))])
    difference = diff(short, long)
    assert [change.path for change in difference.spelling] == ["12.011"] and difference.same_meaning


def test_what_does_not_decode_is_not_the_same_because_of_that() -> None:
    assert counts(diff(finger((9, b"5OO")), finger((9, b"SOO")))) == {"fields": 1}
    score = US.join((b"x", b"20", b"0000", b"1"))
    other = US.join((b"y", b"20", b"0000", b"1"))
    assert counts(diff(finger((24, score)), finger((24, other)))) == {"fields": 1}


def test_a_field_that_stands_twice_with_something_else_is_no_spelling() -> None:
    twice, other = (header([(2, b"0")]) + tagged(2, [*TYPE_2, (18, name)]) for name in (b"ROE", b"POE"))
    difference = diff(twice, other)
    assert counts(difference) == {"fields": 1} and difference.fields[0].path == "2.018"
    assert counts(diff(header([(2, b"0")]) + tagged(2, TYPE_2), other)) == {"fields": 1}


def test_what_is_another_case_or_another_text_is_meaning() -> None:
    assert counts(diff(finger((20, b"seen")), finger((20, b"Seen")))) == {"fields": 1}
    assert counts(diff(finger((5, b"20240101")), finger((5, b"20240102")))) == {"fields": 1}


# -- single edits -------------------------------------------------------------------------------

PLACES = [
    (at, place.path)
    for at, record in enumerate(nistitl.read(TENPRINT))
    for place in record.fields()
    if isinstance(place.key, int) and place.key not in (1, 2, 3, 15) and not place.is_data and record.type != 1
]
WORDS = st.text("ABCXYZ0123456789", min_size=1, max_size=6)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(PLACES), WORDS)
def test_a_field_that_is_set_shows_as_that(place: tuple[int, str], word: str) -> None:
    tx = nistitl.read(TENPRINT)
    edited = tx.copy()
    record = edited.records[place[0]]
    record[place[1]].raw = word.encode()
    difference = tx.diff(edited)
    before, after = (one.records[place[0]][place[1]] for one in (tx, edited))
    if not difference.fields:  # the same value in another spelling: 5 in the place of 05, or the same text
        assert set(counts(difference)) <= {"spelling"} and (
            before.value == after.value or before.meaning == after.meaning
        )
        return
    assert not difference.records and not difference.images and not difference.minutiae and not difference.spelling
    assert all(f"{change.path}.".startswith(f"{place[1]}.") for change in difference.fields)
    assert {(change.record.before, change.record.after) for change in difference.fields} == {(place[0], place[0])}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PLACES))
def test_a_field_that_is_deleted_or_added_shows_as_that(place: tuple[int, str]) -> None:
    tx = nistitl.read(TENPRINT)
    edited = tx.copy()
    text = edited.records[place[0]][place[1]].text
    del edited.records[place[0]][place[1]]
    for difference, kind, sides in (
        (tx.diff(edited), "removed", (text, None)),
        (edited.diff(tx), "added", (None, text)),
    ):
        assert counts(difference) == {"fields": 1}
        (change,) = difference.fields
        assert (change.kind, change.path, change.before, change.after) == (kind, place[1], *sides)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3), st.integers(1, 4), st.integers(1, 9999))
def test_an_item_that_is_set_shows_as_that(subfield: int, item: int, number: int) -> None:
    tx = nistitl.read(TENPRINT)
    edited = tx.copy()
    path = f"14.021.{subfield + 1}.{item + 1}"
    edited[14][12][path] = str(number)
    difference = tx.diff(edited)
    if tx[14][12][path].value == number:
        assert difference.same_meaning
    else:
        assert counts(difference) == {"fields": 1}
        (change,) = difference.fields
        assert (change.path, change.mnemonic, change.after) == (
            path,
            ("LHC", "RHC", "TVC", "BVC")[item - 1],
            str(number),
        )


FAR = [path for path in RECORDS if path.stem.endswith(("0300", "0502", "0600"))]


@pytest.mark.parametrize("path", FAR, ids=lambda path: path.stem)
def test_every_single_edit_of_every_record_type_shows_as_that(path: Path) -> None:
    """Each field deleted, and each item (each byte field of a binary record) saying something else."""
    tx = nistitl.read(path)
    for at, record in enumerate(tx):
        for place in record.fields():
            if not isinstance(place.key, int) or place.key in (1, 3, 15) or (record.type, place.key) == (1, 2):
                continue
            for told, edited in _edits(tx, at, place):
                difference = tx.diff(edited)
                found = [*difference.fields, *(one for moved in difference.minutiae for one in moved.fields)]
                paths = [one.path for one in found] + [one.path for one in difference.images]
                assert sum(counts(difference).values()) == 1 and paths == [told], (at, told, counts(difference))


def _edits(tx: nistitl.Transaction, at: int, place: Any) -> Iterator[tuple[str, nistitl.Transaction]]:
    """The path that a difference has to tell, and the edited transaction."""
    raw, binary = bytes(place.raw), tx.records[at].binary
    if binary or place.is_data:
        yield place.path, _with(tx, at, place.key, bytes([raw[0] ^ 1, *raw[1:]]))
        return
    if place.key != 2:
        yield place.path, _with(tx, at, place.key, None)
    rows = [row.split(US) for row in raw.split(RS)]
    has_items = US in raw or isinstance(place.element and place.element.value, Sets)
    for number, row in enumerate(rows):
        for item, piece in enumerate(row):
            new = [*row[:item], b"Q" if piece != b"Q" else b"R", *row[item + 1 :]]
            several = has_items or len(rows) > 1
            path = f"{place.path}.{number + 1}" if several else place.path
            content = RS.join(US.join(one) for one in [*rows[:number], new, *rows[number + 1 :]])
            yield f"{path}.{item + 1}" if has_items else path, _with(tx, at, place.key, content)


def _with(tx: nistitl.Transaction, at: int, key: int, raw: bytes | None) -> nistitl.Transaction:
    edited = tx.copy()
    edited.records[at].put(key, raw)
    return edited


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5))
def test_a_subfield_that_comes_or_goes_shows_as_that(place: int) -> None:
    tx = nistitl.read(TENPRINT)
    edited = tx.copy()
    new = ("9", "1", "2", "3", "4")
    if place < 5:
        edited[14][12].insert(f"14.021.{place}", new)
    else:
        edited[14][12]["14.021.5"] = new
    for difference, kind in ((tx.diff(edited), "added"), (edited.diff(tx), "removed")):
        assert counts(difference) == {"fields": 1}
        assert (difference.fields[0].kind, difference.fields[0].path) == (kind, f"14.021.{place}")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_records_that_come_go_move_or_change_their_number(data: st.DataObject) -> None:
    tx = nistitl.read(TENPRINT)
    edited = tx.copy()
    at = data.draw(st.integers(1, len(tx) - 1))
    record = edited.records[at]
    match data.draw(st.sampled_from(("remove", "insert", "move", "idc"))):
        case "remove":
            edited.remove(record)
            told = [("removed", at, None)]
        case "insert":
            edited.insert(at, record.copy())
            edited.records[at]["IDC"] = 88
            edited.records[at][f"{record.type}.300"] = "other"
            told = [("added", None, at)]
        case "move":
            to = data.draw(st.integers(1, len(tx) - 1).filter(lambda other: abs(other - at) > 1))
            edited.move(record, to)
            told = [("moved", at, to)]
        case _:
            record["IDC"] = 88
            difference = tx.diff(edited)
            assert counts(difference) == {"fields": 1}
            assert (difference.fields[0].mnemonic, difference.fields[0].after) == ("IDC", "88")
            return
    difference = tx.diff(edited)
    assert counts(difference) == {"records": 1}
    assert [(one.kind, one.record.before, one.record.after) for one in difference.records] == told


def texts(*rows: tuple[int, bytes]) -> bytes:
    """A transaction of a Type-2 for each IDC and name."""
    records = [tagged(2, [(2, b"%d" % idc), (18, name)]) for idc, name in rows]
    return header([(2, b"%d" % idc) for idc, _ in rows]) + b"".join(records)


def test_records_that_say_the_same_under_another_number_are_the_same() -> None:
    difference = diff(texts((1, b"A"), (2, b"B"), (3, b"C")), texts((1, b"B"), (2, b"C")))
    assert [(one.kind, one.record.before) for one in difference.records] == [("removed", 1)]
    told = [(one.record.before, one.record.after, one.mnemonic, one.before, one.after) for one in difference.fields]
    assert told == [(2, 1, "IDC", "2", "1"), (3, 2, "IDC", "3", "2")] and not difference.spelling


def test_vocabularies_of_xml_and_what_only_xml_holds() -> None:
    tx = nistitl.read(SMALL)
    one, other = (tx.convert("xml", name).transaction for name in ("niem2", "niem4"))
    assert {change.how for change in one.diff(other).spelling} == {"encoding"} and one.same_as(other)
    document = bytes(one)
    end = document.rindex(b"</itl:PackageDescriptiveTextRecord>")
    strange, stranger = (
        document[:end] + b"<nc:Strange>%b</nc:Strange>" % word + document[end:] for word in (b"one", b"two")
    )
    (change,) = diff(document, strange).fields
    assert (change.kind, change.record.type, change.name) == ("added", 2, "what is the content of no field")
    assert counts(diff(strange, stranger)) == {"fields": 1} and not diff(strange, strange)
    apart = document.replace(b"</itl:PackageDescriptiveTextRecord>", b"  </itl:PackageDescriptiveTextRecord>")
    assert [change.how for change in diff(document, apart).spelling] == ["layout"]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(IMAGE) - 1), st.integers(0, 7), st.sampled_from((4, 14)))
def test_a_bit_of_an_image_shows(at: int, bit: int, kind: int) -> None:
    tx = nistitl.read(SMALL)
    edited = tx.copy()
    record: Any = edited[kind][0]
    content = bytearray(record.DATA)
    content[at] ^= 1 << bit
    record.DATA = bytes(content)
    difference = tx.diff(edited)
    assert counts(difference) == {"images": 1} and not tx.same_as(edited)
    (change,) = difference.images
    assert (change.same_pixels, change.changed, change.largest) == (False, 1, 1 << bit)
    assert change.psnr == pytest.approx(10 * log10(255**2 * len(IMAGE) / 4**bit))


# -- privacy, tolerances, size ------------------------------------------------------------------


def test_nothing_of_a_person_is_in_what_a_difference_prints() -> None:
    tx, edited = nistitl.read(SMALL), nistitl.read(SMALL)
    edited[2][0]["2.018"] = "OTHER,NAME"
    edited[2][0]["2.019.1"] = "ALIAS,THREE"
    difference = tx.diff(edited)
    assert len(difference.fields) == 2
    assert not [word for word in ("PLANTED", "OTHER", "ALIAS") if word in repr(difference)]
    assert {change.before for change in difference.fields} == {"PLANTED,NAME", "ALIAS,ONE"}


def test_a_difference_is_a_value() -> None:
    tx, edited = nistitl.read(SMALL), nistitl.read(SMALL)
    edited[2][0]["2.018"] = "OTHER,NAME"
    assert tx.diff(edited) == nistitl.read(SMALL).diff(edited)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        tx.diff(edited).fields = ()  # type: ignore[misc]


@pytest.mark.parametrize("tolerances", [{"millimetres": -1}, {"degrees": 181}, {"millimetres": float("nan")}])
def test_tolerances_that_are_none_are_refused(tolerances: dict[str, float]) -> None:
    tx = nistitl.read(SMALL)
    with pytest.raises(nistitl.ITLError, match="millimetres"):
        tx.diff(tx, **tolerances)


def test_a_path_is_no_transaction_to_compare_with() -> None:
    with pytest.raises(nistitl.ITLError, match=r"not \w*Path; nistitl.read gives one"):
        nistitl.read(SMALL).diff(RECORDS[0])  # type: ignore[arg-type]


def many(count: int, *, first: int = 0) -> bytes:
    """A transaction of so many records of user-defined text, all other than those of another start."""
    records = [tagged(2, [(2, b"%d" % (at % 100)), (3, b"%d" % (first + at))]) for at in range(count)]
    return header([(2, b"%d" % (at % 100)) for at in range(count)]) + b"".join(records)


def test_ten_times_the_records_take_ten_times_the_time() -> None:
    def compared(count: int) -> Any:
        before, after = nistitl.read(many(count)), nistitl.read(many(count, first=count // 2))
        return lambda: before.diff(after)

    check_ratio(compared(300), compared(3000), 25, 0.05)


def test_ten_times_the_subfields_take_ten_times_the_time() -> None:
    def compared(count: int) -> Any:
        rows = [RS.join(b"%d%bx" % (at * step, US) for at in range(count)) for step in (7, 11)]
        before, after = (nistitl.read(header([(2, b"0")]) + tagged(2, [(2, b"0"), (300, raw)])) for raw in rows)
        return lambda: before.diff(after)

    check_ratio(compared(300), compared(3000), 25, 0.05)
