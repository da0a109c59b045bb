"""How a file ends that takes what a record holds: documents, sounds and films of Types 10 and 20 among it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nistitl import Transaction, Type10, Type20
from nistitl.images.export import exported
from nistitl.images.suffixes import suffix_of
from nistitl.plain.folder import unpack

PDF, ZIP, WAVE = b"%PDF-1.7\n" + b" " * 90, b"PK\x03\x04" + b" " * 90, b"RIFF\x50\0\0\0WAVEfmt " + b"\0" * 80


@pytest.mark.parametrize(
    ("said", "data", "suffix"),
    [
        ("application/pdf", b"?" * 99, ".pdf"), ("APPLICATION/PDF; version=1.7", b"?", ".pdf"), ("PDF", b"?", ".pdf"),
        ("", PDF, ".pdf"), ("DOCX", ZIP, ".docx"), ("", ZIP, ".zip"), ("", WAVE, ".wav"), ("WAV", b"?", ".wav"),
        ("video/mp4", b"?", ".mp4"), ("", b"\0\0\0\x18ftypisom", ".mp4"), ("", b"\0" * 128 + b"DICM", ".dcm"),
        ("png", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 50, ".jpg"), ("OTHER", b"?", ".raw"), ("", b"", ".raw"),
        ("EXE", b"MZ", ".raw"), ("application/x-msdownload", b"MZ", ".raw"), ("../A", b"?", ".raw"),
        ("/", b"?", ".raw"), ("EXE", PDF, ".pdf"), ("HTML", b"<html>", ".raw"), ("SH", b"#!", ".raw"),
        ("svg", b"<svg>", ".svg"),
    ],
)  # fmt: skip
def test_suffix(said: str, data: bytes, suffix: str) -> None:
    assert suffix_of(data, said) == suffix


def source(said: str | None, cga: str | None, data: bytes) -> Transaction:
    tx = Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN-1", VER="0502", DAT="20240102")
    record = tx.append(Type20())
    fields = {"20.003": "D", "20.011": cga, "20.015": said and said.encode(), "20.021": "1", "20.999": data}
    for path, value in fields.items():
        if value is not None:
            record[path] = value
    return tx


@pytest.mark.parametrize("cga", ["NONE", None])
@pytest.mark.parametrize("said", ["PDF", None])
def test_a_document_of_type_20_is_a_document(tmp_path: Path, said: str | None, cga: str | None) -> None:
    tx = source(said, cga, PDF)
    if cga is not None:
        assert exported(tx.images()[0], "original") == (PDF, ".pdf")
    unpack(tx, tmp_path / "folder")
    assert [one.suffix for one in (tmp_path / "folder").iterdir() if one.suffix != ".toml"] == [".pdf"]


@pytest.mark.filterwarnings("ignore")
def test_a_document_of_type_10_is_a_document(tmp_path: Path) -> None:
    tx = Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN-1", VER="0600", DAT="20240102")
    record = tx.append(Type10())
    record["10.011"], record["10.036"], record["10.999"] = "MEDIA", [["application/pdf"]], b"?" * 99
    assert exported(tx.images()[0], "original")[1] == ".pdf"
    unpack(tx, tmp_path / "folder")
    assert [one.suffix for one in (tmp_path / "folder").iterdir() if one.suffix != ".toml"] == [".pdf"]
