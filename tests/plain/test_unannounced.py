"""Text outside ASCII is written where 1.015 announces a set that can say it; every other door refuses, or announces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.support.spelled import header, tagged

NAME = "D\u00d6E,J\u00dcRGEN"
REFUSED = "1.015 announces none: announce one first"


def a_transaction(charset: str | None = None) -> nistitl.Transaction:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", DAT="20240102", charset=charset)
    tx.append(nistitl.Type2())
    return tx


def by_path(tx: nistitl.Transaction) -> bytes:
    tx[2][0]["2.018"] = NAME
    return bytes(tx)


def by_items(tx: nistitl.Transaction) -> bytes:
    tx[2][0]["2.018"] = [[NAME, "X"]]
    return bytes(tx)


def by_append(tx: nistitl.Transaction) -> bytes:
    record = nistitl.Type2(IDC=1)
    record["2.018"] = NAME
    tx.append(record)
    return bytes(tx)


def by_dict(tx: nistitl.Transaction) -> bytes:
    plain = tx.to_dict()
    plain["records"][1]["fields"].append({"tag": "2.018", "text": NAME})
    return bytes(nistitl.Transaction.from_dict(plain))


def by_manifest(tx: nistitl.Transaction, folder: Path) -> bytes:
    unpack(tx, folder)
    with (folder / MANIFEST).open("a", encoding="utf-8") as manifest:
        manifest.write(f'"2.018" = "{NAME}"\n')
    return pack(folder)


@pytest.mark.parametrize("door", [by_path, by_items, by_append, by_dict, by_manifest])
def test_what_no_set_is_announced_for_is_refused_and_written_where_one_is(door: Any, tmp_path: Path) -> None:
    more = (tmp_path / "folder",) if door is by_manifest else ()
    with pytest.raises(nistitl.ITLError, match=r"2\.018|NAM") as raised:
        door(a_transaction(), *more)
    assert REFUSED in str(raised.value) or "such as UTF-8" in str(raised.value)
    more = (tmp_path / "again",) if more else ()
    written = door(a_transaction("utf-8"), *more)
    assert NAME.encode() in written and b"1.015:3\x1fUTF-8" in written
    assert nistitl.read(written).findings == ()


def test_the_commands_refuse_it_too(tmp_path: Path, capsys: Any) -> None:
    a_transaction().write(tmp_path / "a.an2")
    assert main(["set", str(tmp_path / "a.an2"), f"2.018={NAME}", "-o", str(tmp_path / "b.an2")]) == 2
    assert REFUSED in capsys.readouterr().err and not (tmp_path / "b.an2").exists()
    assert main(["unpack", str(tmp_path / "a.an2"), str(tmp_path / "folder")]) == 0
    manifest = tmp_path / "folder" / MANIFEST
    manifest.write_text(manifest.read_text("utf-8") + f'"2.018" = "{NAME}"\n', "utf-8")
    capsys.readouterr()
    assert main(["pack", str(tmp_path / "folder"), str(tmp_path / "b.an2")]) == 2
    assert REFUSED in capsys.readouterr().err and not (tmp_path / "b.an2").exists()


UNANNOUNCED = header([(2, b"0")]) + tagged(2, [(2, b"0"), (18, NAME.encode()), (19, b"\xd6")])


def test_a_file_that_came_so_is_told_in_its_text_and_given_back_byte_for_byte(tmp_path: Path) -> None:
    tx = nistitl.read(UNANNOUNCED)
    plain = tx.to_dict()
    told = {field["tag"]: field for field in plain["records"][1]["fields"]}
    assert plain["charset"] == "utf-8" and told["2.018"]["text"] == NAME and "text" not in told["2.019"]
    again = nistitl.Transaction.from_dict(plain)
    assert bytes(again) == UNANNOUNCED and again.findings == tx.findings and again.charset == tx.charset
    with pytest.raises(nistitl.FieldError, match=REFUSED):
        again[2][0]["2.018"] = "\u00c4"
    unpack(tx, tmp_path)
    assert 'charset = "utf-8"' in (tmp_path / MANIFEST).read_text("utf-8") and pack(tmp_path) == UNANNOUNCED


@pytest.mark.parametrize(("charset", "announced"), [(None, b"3\x1fUTF-8"), ("utf-8", b"3\x1fUTF-8")])
def test_what_comes_from_xml_has_its_set_announced(charset: str | None, announced: bytes, tmp_path: Path) -> None:
    tx = a_transaction("utf-8")
    tx[2][0]["2.018"] = NAME
    tx.convert("xml").transaction.write(tmp_path / "a.xml")
    source = nistitl.read(tmp_path / "a.xml")
    if charset is None:
        del source.header["1.015"]
    for made in (source.convert("traditional").transaction, nistitl.Transaction.from_dict(source.to_dict())):
        data = bytes(made)
        assert b"1.015:" + announced in data and NAME.encode() in data
        assert nistitl.read(data)[2][0]["2.018"].text == NAME and nistitl.read(data).findings == ()


def test_what_comes_from_xml_keeps_the_set_that_it_announces(tmp_path: Path) -> None:
    tx = nistitl.read(header([(2, b"0")], (15, b"1\x1fLatin-1")) + tagged(2, [(2, b"0"), (18, NAME.encode("latin-1"))]))
    source = tx.convert("xml").transaction
    made = nistitl.Transaction.from_dict(source.to_dict())
    assert NAME.encode("latin-1") in bytes(made) and made[2][0]["2.018"].text == NAME
