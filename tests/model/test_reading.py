"""Ways of reading and writing: paths, files, bytes, many in one, policies, whole files or none."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.wire.fields import join, split
from tests.support.samples import IMAGE, small_transaction


def test_sources_read_the_same(tmp_path: Path) -> None:
    data = small_transaction()
    path = tmp_path / "a.an2"
    path.write_bytes(data)
    sources: list[Any] = [path, str(path), data, bytearray(data), memoryview(data), io.BytesIO(data)]
    with path.open("rb") as file:
        for source in (*sources, file):
            assert bytes(nistitl.read(source)) == data
    for mapped in (True, False):
        assert bytes(nistitl.read(path, map=mapped)) == data
    for source in (tmp_path / "missing", tmp_path, io.StringIO("text")):
        with pytest.raises(nistitl.ReadError):
            nistitl.read(source)  # type: ignore[arg-type]
    with pytest.raises(nistitl.ITLError):
        nistitl.read(data, policy="lenient")  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [10, 100_000])
def test_long_records_split_as_short_ones(length: int) -> None:
    contents = (b"A" * length, b"", b"B:C", b"", b"D" * length)
    text = b"\x1d".join([b"2.001:0", *(b"2.%03d:" % (3 + at) + content for at, content in enumerate(contents))])
    for end in (b"", b"\x1d", b"\x1d\x1d"):  # nothing, or empty fields, behind the last
        fields = split(text + end + b"\x1c", 0, len(text + end) + 1, 2)
        assert [part[2] for part in fields.parts] == [b"0", *contents, *[b""] * len(end)]
        assert join(fields.parts, fields.terminator) == text + end + b"\x1c"


def test_images_are_views_of_the_input() -> None:
    data = small_transaction()
    for record in (nistitl.read(data)[14][0], nistitl.read(data)[4][0]):
        assert isinstance(record.DATA, memoryview) and record.DATA.readonly
        assert record.DATA.obj is data and bytes(record.DATA) == IMAGE


def test_one_after_another() -> None:
    data = small_transaction()
    for gap in (b"", b"\n", b"\r\n\r\n"):
        joined = gap.join([data] * 3)
        found = list(nistitl.read_many(joined))
        assert [bytes(tx)[: len(data)] for tx in found] == [data] * 3
        assert b"".join(bytes(tx) for tx in found) == joined
        assert [len(tx.findings) for tx in found] == ([1, 1, 0] if gap else [0, 0, 0])
    first = nistitl.read(data + data)
    assert [finding.code for finding in first.findings] == ["transaction-follows"] and bytes(first) == data + data


def test_one_after_another_goes_on_after_damage() -> None:
    data = small_transaction()
    broken = data.replace(b"4\x1f1\x1e14\x1f2", b"4\x1f1\x1e15\x1f2")
    found = list(nistitl.read_many(data + broken + data[:-200] + data))
    assert [len(tx) for tx in found] == [4, 4, 4, 4]
    assert [bool(tx.findings) for tx in found] == [False, True, True, False]
    assert b"".join(map(bytes, found)) == data + broken + data[:-200] + data


def test_strict_raises_on_touch() -> None:
    data = small_transaction().replace(b"14.006:32", b"14.006:3X")
    tx = nistitl.read(data, policy="strict")
    with pytest.raises(nistitl.FieldError) as raised:
        _ = tx[14][0].HLL
    assert raised.value.location is not None and raised.value.location.path == "14.006"
    assert raised.value.location.offset == data.index(b"3X")
    assert nistitl.read(data)[14][0].HLL is None


def test_findings_say_where_to_the_byte() -> None:
    data = small_transaction().replace(b"3\x1f11\x1f20\x1f0", b"3\x1f11\x1fab\x1f0")
    (finding,) = nistitl.read(data).findings
    where = finding.location
    assert (where.path, where.idc, where.record) == ("14.021.2.3", 2, 3)
    assert (where.offset, where.length) == (data.index(b"ab\x1f0"), 2)
    assert finding.clause and finding.hint and "14.021.2.3" in finding.to_text()
    assert finding.to_dict()["offset"] == where.offset


def test_editions(tx: nistitl.Transaction) -> None:
    assert tx.edition is nistitl.Edition.E2015 and tx.header is not None
    tx.header.VER = "0600"
    (finding,) = tx.findings
    assert finding.code == "edition-unchecked" and finding.severity is nistitl.Severity.NOTE
    tx.header.VER = "0401"
    assert [finding.code for finding in tx.findings] == ["edition-unknown"] and tx.edition is None
    element = nistitl.Type14.elements[13]
    assert element.in_edition(nistitl.Edition.E2007).subfields == (1, 6)  # type: ignore[union-attr]
    assert element.subfields == (1, 1)
    assert nistitl.Type14.elements[27].in_edition(nistitl.Edition.E2007) is None
    assert nistitl.Type14.elements[9].in_edition(nistitl.Edition.E2007).mnemonic == "HPS"  # type: ignore[union-attr]


def test_reserved_types_and_huge_field_numbers() -> None:
    tx = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    record = tx.append(nistitl.record_class(57)())
    record["57.003"] = "reserved"
    record["57.999"] = IMAGE
    text = tx.append(nistitl.Type2())
    text["2.8608"] = "DoD"
    text["2.999999999"] = "largest"
    with pytest.raises(nistitl.PathError):
        text["2.1000000000"] = "too large"
    again = nistitl.read(bytes(tx), policy="strict")
    assert again[57][0]["57.003"].text == "reserved" and bytes(again[57][0]["57.999"].raw) == IMAGE
    assert again[2][0]["2.999999999"].text == "largest" and again.findings == ()
    again[2][0]["2.8608"] = "edited"
    assert nistitl.read(bytes(again))[2][0]["2.8608"].text == "edited"
    with pytest.raises(nistitl.StructureError):
        nistitl.record_class(100)


def test_a_file_is_replaced_whole(tmp_path: Path, tx: nistitl.Transaction) -> None:
    path = tmp_path / "a.an2"
    path.write_bytes(b"before")
    path.chmod(0o640)
    tx.write(path)
    assert path.read_bytes() == bytes(tx) and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["a.an2"]


def test_a_failed_write_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.an2"
    path.write_bytes(b"before")
    tx = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    tx.append(nistitl.Type4(IMP=1))  # cannot be written: it is not whole
    with pytest.raises(nistitl.FieldError):
        tx.write(path)
    with pytest.raises(nistitl.WriteError):
        nistitl.read(small_transaction()).write(tmp_path / "missing" / "a.an2")
    assert path.read_bytes() == b"before" and [p.name for p in tmp_path.iterdir()] == ["a.an2"]


def test_a_file_written_over_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.an2"
    path.write_bytes(small_transaction())
    tx = nistitl.read(path, map=True)
    tx[14][0].COM = "changed"
    expected = bytes(tx)
    tx.write(path)
    assert path.read_bytes() == expected == bytes(tx)


def test_a_link_keeps_pointing(tmp_path: Path, tx: nistitl.Transaction) -> None:
    (tmp_path / "real.an2").write_bytes(b"before")
    (tmp_path / "link.an2").symlink_to(tmp_path / "real.an2")
    tx.write(tmp_path / "link.an2")
    assert (tmp_path / "link.an2").is_symlink() and (tmp_path / "real.an2").read_bytes() == bytes(tx)


def test_equality_is_of_content(tx: nistitl.Transaction) -> None:
    same = nistitl.read(bytes(tx))
    assert tx == same and tx[14][0] == same[14][0] and tx[14][0] != tx[4][0]
    same[14][0].COM = "other"
    assert tx != same and tx[14][0] != same[14][0]


def test_references_instead_of_images(tx: nistitl.Transaction) -> None:
    import hashlib

    told = tx.to_dict(images="reference")
    reference = told["records"][2]["fields"][-1]["reference"]
    assert reference == {"bytes": len(IMAGE), "sha256": hashlib.sha256(IMAGE).hexdigest()}
    with pytest.raises(nistitl.StructureError):
        nistitl.Transaction.from_dict(told)
    assert nistitl.Transaction.from_dict(told, images={reference["sha256"]: IMAGE}) == tx


@pytest.mark.parametrize(
    "told", [{}, {"records": 5}, {"records": [{"type": 14}]}, {"records": [{"type": 200, "fields": []}]}]
)
def test_json_that_is_none_of_ours(told: Any) -> None:
    with pytest.raises(nistitl.ITLError):
        nistitl.Transaction.from_dict(told)


def test_a_record_whose_idc_is_not_its_second_field_after_a_binary_one() -> None:
    tx = nistitl.read(small_transaction())
    raw = bytes(tx[14][0]).replace(b"\x1d14.002:2\x1d14.003:0", b"\x1d14.003:0\x1d14.002:2")
    data = small_transaction().replace(bytes(tx[14][0]), raw)
    again = nistitl.read(data, policy="strict")
    assert data != small_transaction() and [r.idc for r in again] == [None, 0, 1, 2] and again.findings == ()
