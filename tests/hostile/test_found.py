"""What fuzzing found, each defect by a small input; those of names, writes and growth are in the files of these."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from nistitl.base.errors import ITLError
from nistitl.pages.sheet import sheet_html
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.fuzz.hostile import GS, RS, US, first, tagged
from tests.support.samples import ROOT, small_transaction

IMAGE = {2: b"00", 6: b"10", 7: b"10", 11: b"NONE", 12: b"8", 13: b"13"}


@pytest.mark.parametrize(
    "path", [b"1\x1f1\x1f5", b"3\x1f1\x1f1\x1f5\x1f1\x1f5", b"3\x1f1\x1f1\x1f\x1f1\x1f5\x1f5\x1f1"]
)
def test_polygons_with_half_a_point(path: bytes) -> None:
    """segments() raised ValueError, and with it the sheet."""
    fields = IMAGE | {25: b"2" + US + path, 999: bytes(100)}
    tx = nistitl.read(first([(14, 0)]) + tagged(14, fields))
    assert isinstance(tx[14][0].segments(), list)
    assert "<figure" in sheet_html(tx, segments=True)
    fields = {2: b"00", 3: b"1", 16: b"1" + US + path, 999: bytes(100)}
    for kind in (19, 20):
        tx = nistitl.read(first([(kind, 0)]) + tagged(kind, fields))
        for record in tx.images():
            try:
                record.segments()
            except ITLError:
                continue


@pytest.mark.parametrize("ver", ["0200", "0201", "0300", "0400"])
@pytest.mark.parametrize("kind", [3, 4, 5, 6, 7, 8])
def test_binary_headers_cut_anywhere_are_validated(ver: str, kind: int) -> None:
    """Validating by an edition before 2011 raised IndexError where a header ended before a field."""
    path = ROOT / "fixtures" / "records" / f"type{kind:02d}-{ver}.an2"
    data = path.read_bytes()
    begin = nistitl.read(data)[kind][0].origin[1]
    for end in range(begin + 1, begin + 19):
        report = nistitl.read(data[:end]).validate(level=3)
        assert not report.ok and report.to_junit()


@pytest.mark.parametrize(
    "raw", [b"\xff\x1e\xfe", b"\xff\x1e\xfe\x1e\xfd", b"A\x1e\xff", b"\xff\x1f\xfe\x1e\xfd", b"\xff\x1e"]
)
def test_subfields_that_are_no_text_stay_subfields(tmp_path: Path, raw: bytes) -> None:
    """unpack told them as items of one subfield, and pack wrote them so."""
    tx = nistitl.read(first([(2, 0)]) + tagged(2, {2: b"00", 18: raw}))
    unpack(tx, tmp_path / "out")
    assert pack(tmp_path / "out") == bytes(tx)
    assert nistitl.read(pack(tmp_path / "out"))[2][0]["2.018"].raw.count(RS) == raw.count(RS)


@pytest.mark.parametrize("tag", [b"2.999:", b"014.999:", b"14.0999:"])
def test_a_second_image_in_a_record_has_a_file_of_its_own(tmp_path: Path, tag: bytes) -> None:
    """unpack wrote both into one file, the second over the first."""
    whole = tagged(14, IMAGE | {998: b"1" + GS + tag + b"other", 999: bytes(100)})
    tx = nistitl.read(first([(14, 0)]) + whole)
    names = unpack(tx, tmp_path / "out")
    assert sorted(names) == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert pack(tmp_path / "out") == bytes(tx)


@pytest.mark.parametrize(
    "dcs", [b"128\x1fshift_jis\x1f1\x1e\xb1", b"3\x1fUTF-8\x1f\xc3\xa9", b"0\x1fASCII\x1f\xff\xfe"]
)
def test_what_announces_the_set_may_hold_other_text(tmp_path: Path, dcs: bytes) -> None:
    """It was told in the set that it announces, and then refused, as that set is not known before it is read."""
    tx = nistitl.read(first([(2, 0)], F15=dcs) + tagged(2, {2: b"00"}))
    assert tx[1][0]["1.015"].raw == dcs
    unpack(tx, tmp_path / "out")
    assert pack(tmp_path / "out") == bytes(tx)
    assert bytes(nistitl.Transaction.from_dict(tx.to_dict())) == bytes(tx)


@pytest.mark.parametrize("data", [b"0.001:9\x1d1", b"99.001:1\x1d", b"14.001:9\x1d14.002"])
def test_bytes_without_any_record_come_back(tmp_path: Path, data: bytes) -> None:
    """unpack told of them, and pack refused the manifest."""
    tx = nistitl.read(data)
    unpack(tx, tmp_path / "out")
    assert pack(tmp_path / "out") == data == bytes(nistitl.Transaction.from_dict(tx.to_dict()))


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "a = 1e9999", "\x00", "a = \ud800"])
def test_tables_beyond_reason_are_refused(tmp_path: Path, text: str) -> None:
    """A layer of a profile raised RecursionError or ValueError."""
    (tmp_path / "layer.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    (tmp_path / MANIFEST).write_bytes(text.encode("utf-8", "surrogatepass"))
    tx = nistitl.read(small_transaction())
    with pytest.raises(ITLError):
        tx.validate(str(tmp_path / "layer.toml"))
    with pytest.raises(ITLError):
        tx.validate("fbi-ebts-10.0", overlays=[tmp_path / "layer.toml"])
    with pytest.raises(ITLError):
        pack(tmp_path)
    with pytest.raises(ITLError):
        tx.validate(str(tmp_path / "a\0b.toml"))


def test_places_of_a_field_follow_its_edits() -> None:
    """They take the content apart once for all of them, and again when it has changed."""
    tx = nistitl.read(first([(2, 0)]) + tagged(2, {2: b"00", 67: b"A\x1fB\x1fC\x1eD\x1fE"}))
    field = tx[2][0]["2.067"]
    subfields, items = field.subfields, field.items
    assert [place.text for place in items] == ["A", "B", "C", "D", "E"]
    tx[2][0]["2.067.2.1"] = "X"
    assert [place.text for place in items] == ["A", "B", "C", "X", "E"] and subfields[1].raw == b"X\x1fE"
    tx[2][0]["2.067"] = [["P", "Q"]]
    assert [place.exists for place in items] == [True, True, False, False, False]
    assert [place.raw for place in items] == [b"P", b"Q", b"", b"", b""] and subfields[1].raw == b""
    del tx[2][0]["2.067"]
    assert not any(place.exists for place in (field, *subfields, *items))


def test_equal_subfields_of_different_declarations_keep_their_own() -> None:
    """The first subfield of CNT is not declared as the others are."""
    tx = nistitl.read(b"1.001:55\x1d1.002:0502\x1d1.003:1\x1f1\x1e1\x1f1\x1e1\x1e1\x1d1.004:CAR\x1d1.005:2020\x1c")
    field = tx[1][0]["1.003"]
    told = [[item.mnemonic for item in subfield.items] for subfield in field.subfields]
    assert told == [["FRC", "CRC"], ["REC", "IDC"], ["REC"], ["REC"]]


LISTS = ("editions = [[]]", "domains = [1]", "versions = [{}]", "rules = [[]]")
RULES = ("os", "a:b", "", ".x:y", "os:sep_", "os:path", "sys:maxsize")


@pytest.mark.parametrize("row", [*LISTS, *(f'rules = ["{name}"]' for name in RULES)])
def test_lists_of_a_layer_are_what_they_must_be(tmp_path: Path, row: str) -> None:
    """They raised AttributeError, ValueError or TypeError when they were used."""
    path = tmp_path / "layer.toml"
    path.write_text(f'[profile]\nname = "x"\n{row}\n', "utf-8")
    with pytest.raises(ITLError):
        nistitl.read(small_transaction()).validate(str(path))


@pytest.mark.parametrize("pattern", ["(", "a{99999999999}", "(" * 2000 + ")" * 2000])
def test_patterns_beyond_reason_are_refused(tmp_path: Path, pattern: str) -> None:
    """Python tells of them in three ways."""
    path = tmp_path / "layer.toml"
    path.write_text(f'[type2]\n"2.018" = {{ mnemonic = "NAM", pattern = "{pattern}" }}\n', "utf-8")
    with pytest.raises(ITLError):
        nistitl.read(small_transaction()).validate("fbi-ebts-10.0", overlays=[path])


def test_half_a_point_of_a_path_is_a_finding_not_a_crash() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type10-0502.an2")
    record = next(one for one in tx[10] if one.raw(45) is not None)
    raw = bytes(record.raw(45) or b"")
    record["10.045"].raw = raw.rpartition(b"\x1f")[0]
    assert any(finding.location.field == 45 for finding in tx.validate().errors)
