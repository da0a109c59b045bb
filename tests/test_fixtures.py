"""The fixtures are what their manifest says, and the generator still makes them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.base.editions import edition_of
from nistitl.base.findings import Severity

ROOT = Path(__file__).resolve().parent.parent / "fixtures"
MANIFEST: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "manifest.toml").read_text("utf-8"))
READABLE = [path for path, told in MANIFEST.items() if "error" not in told]
UNREADABLE = [path for path, told in MANIFEST.items() if "error" in told]
RECORDS = [path for path in MANIFEST if path.startswith("records/")]
DAMAGED = [path for path in READABLE if path.startswith("damaged/")]
QUIRKS = [path for path in MANIFEST if path.startswith("quirks/")]
SPECIAL = ("type57-0502.an2", "type02-far-0502.an2", "type09-0600.an2")  # not filled by a table
FOLDERS = ("records", "damaged", "quirks")
# what framing finds; strict reading stops there, fields are refused only when they are touched
FRAMING = frozenset({
    "type1-missing", "type1-damaged", "bytes-before", "bytes-between", "bytes-after", "transaction-follows",
    "len-wrong", "len-unreadable", "record-cut", "terminator-missing", "terminator-wrong", "cnt-missing",
    "cnt-malformed", "cnt-count", "cnt-missing-record", "cnt-extra-record", "cnt-idc",
})  # fmt: skip


@cache
def content(path: str) -> bytes:
    """The bytes of a fixture."""
    return (ROOT / path).read_bytes()


def test_manifest_lists_the_files_that_are_there() -> None:
    files = {file.relative_to(ROOT).as_posix() for folder in FOLDERS for file in (ROOT / folder).iterdir()}
    files |= {file.name for file in ROOT.glob("*.eft")}
    assert files == set(MANIFEST)
    assert all(told["purpose"] and told["size"] == len(content(path)) for path, told in MANIFEST.items())


@pytest.mark.parametrize("path", READABLE)
def test_reading_and_writing_give_the_same_bytes(path: str) -> None:
    tx = nistitl.read(content(path))
    assert bytes(tx) == content(path)
    assert [record.type for record in tx] == MANIFEST[path]["types"]
    assert b"".join(bytes(piece) for piece in tx.pieces()) == content(path)


@pytest.mark.parametrize("path", READABLE)
def test_first_finding_is_the_one_that_was_planted(path: str) -> None:
    found = nistitl.read(content(path)).findings
    told = MANIFEST[path]
    if "finding" not in told:
        assert found == ()
    else:
        assert (found[0].code, found[0].location.offset) == (told["finding"], told["offset"])


@pytest.mark.parametrize("path", READABLE)
def test_strict_reading_stops_at_framing_and_nowhere_else(path: str) -> None:
    told = MANIFEST[path]
    if told.get("finding") not in FRAMING:
        assert len(nistitl.read(content(path), policy="strict")) == len(told["types"])
        return
    with pytest.raises(nistitl.ITLError) as caught:
        nistitl.read(content(path), policy="strict")
    assert caught.value.location is not None
    assert caught.value.location.offset == told["offset"]


@pytest.mark.parametrize("policy", ["strict", "tolerant", "repair"])
@pytest.mark.parametrize("path", UNREADABLE)
def test_what_is_no_transaction_is_refused_under_every_policy(path: str, policy: Any) -> None:
    with pytest.raises(nistitl.ReadError) as caught:
        nistitl.read(content(path), policy=policy)
    assert caught.value.finding is not None
    assert caught.value.finding.code == MANIFEST[path]["error"]
    assert caught.value.finding.location.offset == MANIFEST[path]["offset"]


@pytest.mark.parametrize("path", DAMAGED)
def test_repaired_transactions_read_strictly(path: str) -> None:
    mended = nistitl.read(content(path), policy="repair")
    again = nistitl.read(bytes(mended), policy="strict")
    assert not {finding.code for finding in again.findings} & FRAMING
    assert bytes(nistitl.read(bytes(mended), policy="repair")) == bytes(mended)
    if MANIFEST[path]["finding"] in FRAMING:
        assert MANIFEST[path]["finding"] in {finding.code for finding in mended.repairs}


@pytest.mark.parametrize("path", [*RECORDS, *QUIRKS])
def test_repair_leaves_sound_files_alone(path: str) -> None:
    tx = nistitl.read(content(path), policy="repair")
    assert tx.repairs == ()
    assert bytes(tx) == content(path)


# -- records ----------------------------------------------------------------------------------


def of_type(path: str) -> int:
    """The record type a file of records/ is about."""
    return int(path.removeprefix("records/type")[:2])


@pytest.mark.parametrize("number", [*range(1, 23), 98, 99])
def test_every_record_type_stands_in_each_of_its_editions(number: int) -> None:
    kind = nistitl.record_class(number)
    had = {e for e in nistitl.Edition if e.checked and kind.since <= e <= (kind.until or e)}
    assert had
    assert all(f"records/type{number:02d}-{edition.ver}.an2" in RECORDS for edition in had)


@pytest.mark.parametrize("path", [path for path in RECORDS if not path.endswith(SPECIAL)])
def test_every_field_of_the_edition_is_filled(path: str) -> None:
    number, edition = of_type(path), edition_of(MANIFEST[path]["edition"])
    tx = nistitl.read(content(path))
    assert tx.edition == edition
    declared = [e for e in nistitl.record_class(number).elements.values() if e.in_edition(edition)]
    filled = {place.key for record in tx[number] for place in record.fields()}
    assert [e.mnemonic for e in declared if e.number not in filled] == []
    for record in tx:
        later = [e.number for e in record.elements.values() if e.in_edition(edition) is None]
        assert not {place.key for place in record.fields()} & set(later)


@pytest.mark.parametrize("path", RECORDS)
def test_every_field_has_a_value(path: str) -> None:
    tx = nistitl.read(content(path), policy="strict")
    for record in tx:
        for place in record.fields():
            element = record.elements.get(place.key)
            assert element is None or getattr(record, element.mnemonic) not in (None, ())


@pytest.mark.parametrize("path", [path for path in MANIFEST if path.startswith(("records/", "tenprint-"))])
def test_sound_fixtures_validate(path: str) -> None:
    report = nistitl.read(content(path)).validate(level=3)
    assert [f.to_text() for f in report.findings if f.severity > Severity.NOTE] == []
    assert {f.code for f in report.findings} <= {"field-legacy", "edition-unchecked"}


def test_far_field_numbers_and_opaque_content() -> None:
    far = nistitl.read(content("records/type02-far-0502.an2"))[2][0]
    assert far["2.8608"].text == "a state's own field"
    assert far["2.999999999"].text == "the last field number there is"
    opaque = nistitl.read(content("records/type07-0502.an2"))[7][0].UDF
    assert opaque is not None
    assert set(bytes(opaque)) == set(range(256))
    reserved = nistitl.read(content("records/type57-0502.an2"))[57][0]
    assert bytes(reserved["57.999"].raw) == b"reserved \x1c\x1d\x1e\x1f content"


# -- tenprints --------------------------------------------------------------------------------


def test_tenprints_show_fourteen_prints() -> None:
    older, newer = (nistitl.read(content(f"tenprint-type{number}.eft")) for number in (4, 14))
    assert [record.FGP for record in older[4]] == [record.FGP for record in newer[14]] == [(n,) for n in range(1, 15)]
    for slap in newer[14][12:]:
        assert [segment.FRSP for segment in slap.SEG] in ([2, 3, 4, 5], [10, 9, 8, 7])
        assert all(0 <= s.LHC < s.RHC < slap.HLL and 0 <= s.TVC < s.BVC < slap.VLL for s in slap.SEG)
    assert sum(len(content(f"tenprint-type{number}.eft")) for number in (4, 14)) < 1_500_000


@pytest.mark.parametrize(("number", "form"), [(4, "JPEG"), (14, "PNG")])
def test_tenprint_images_have_the_size_that_is_told(number: int, form: str) -> None:
    image = pytest.importorskip("PIL.Image")
    from io import BytesIO

    for record in nistitl.read(content(f"tenprint-type{number}.eft"))[number]:
        opened = image.open(BytesIO(record.DATA))
        assert (opened.format, opened.mode, opened.size) == (form, "L", (record.HLL, record.VLL))


# -- quirks -----------------------------------------------------------------------------------


def pieces(record: nistitl.Record) -> list[bytes]:
    """A tagged record between its separators, field 999 in one piece."""
    text, mark, data = bytes(record).partition(b"999:")
    return [*text.split(b"\x1d"), mark + data]


def number(piece: bytes) -> int:
    """The field number of a piece."""
    return int(piece.partition(b":")[0].partition(b".")[2] or 0)


@pytest.mark.parametrize(("at", "field"), [(0, "1.009"), (1, "2.018"), (2, "14.004")])
@pytest.mark.parametrize("path", QUIRKS)
def test_an_edit_changes_its_field_and_len_only(path: str, at: int, field: str) -> None:
    before, tx = nistitl.read(content(path)), nistitl.read(content(path))
    tx.records[at][field] = "EDITED"
    after = nistitl.read(bytes(tx), policy="strict")
    assert after.records[at][field].text == "EDITED"
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        if place != at:
            assert bytes(old) == bytes(new)
            continue
        changed = [number(a) for a, b in zip(pieces(old), pieces(new), strict=True) if a != b]
        assert changed in ([1, int(field.partition(".")[2])], [int(field.partition(".")[2])])
        tags = [[piece.partition(b":")[0] for piece in pieces(record)] for record in (old, new)]
        assert tags[0] == tags[1]


@pytest.mark.parametrize("path", QUIRKS)
def test_records_come_and_go_and_nothing_else_moves(path: str) -> None:
    tx = nistitl.read(content(path))
    was = [bytes(record) for record in tx.records[1:]]
    added = tx.append(nistitl.Type2(IDC=50))
    with_added = nistitl.read(bytes(tx), policy="strict")
    assert [bytes(record) for record in with_added.records[1:-1]] == was
    tx.remove(added)
    assert bytes(tx) == content(path)


def test_texts_of_quirks() -> None:
    def read(name: str) -> nistitl.Transaction:
        return nistitl.read(content(f"quirks/{name}.an2"))

    assert read("utf8-announced")[2][0]["2.018"].text == "SYNTHÉTIQUE,ÉLÈVE 合成"
    assert read("utf8-unannounced")[2][0]["2.018"].text == "SYNTHÉTIQUE,ÉLÈVE 合成"
    assert read("latin1-base64")[2][0]["2.018"].text == "SYNTHÉTIQUE,ÉLÈVE"
    assert read("latin1-plain")[2][0]["2.018"].text == "SYNTHÉTIQUE"
    assert read("idc-padded")[14][1].IDC == 2
    assert [record.IDC for record in read("idc-shared")[14]] == [1, 1]
    assert read("tags-bare")[2][0]["2.022"].text == "19700101"
    assert read("fields-out-of-order")[14][0].VLL == 24


# -- the generator ----------------------------------------------------------------------------


def test_generator_writes_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    from fixtures import generate

    generate.write(tmp_path)
    written = {file.relative_to(tmp_path).as_posix(): file for file in tmp_path.rglob("*") if file.is_file()}
    assert set(written) == {*MANIFEST, "manifest.toml"}
    tenprints = {path for path in MANIFEST if path.endswith(".eft")}
    differ = [path for path in set(MANIFEST) - tenprints if written[path].read_bytes() != content(path)]
    assert differ == []
    for path in tenprints:
        same_but_for_packing(written[path].read_bytes(), content(path))
    if all(written[path].read_bytes() == content(path) for path in tenprints):
        assert written["manifest.toml"].read_bytes() == (ROOT / "manifest.toml").read_bytes()


def same_but_for_packing(made: bytes, kept: bytes) -> None:
    """The same bytes; where another version packs images otherwise, the same pixels and all else the same."""
    if made == kept:
        return
    from fixtures.tenprint import same_pixels

    packing = {"LEN", "DATA", "HAS"}
    for one, other in zip(nistitl.read(made), nistitl.read(kept), strict=True):
        for element in one.elements.values():
            if element.mnemonic not in packing:
                assert getattr(one, element.mnemonic) == getattr(other, element.mnemonic)
        if one.type in (4, 14):
            assert same_pixels(bytes(one.DATA), bytes(other.DATA))
