"""A row of the index taken back to its record, and the images of an index."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

import nistitl
from nistitl.archive import images, index
from nistitl.archive.sources import File
from nistitl.base.errors import ITLError, ReadError
from tests.archive.test_indexing import _big
from tests.archive.test_walking import _tar
from tests.support.samples import CORPUS, small_transaction


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_record_of_the_corpus_is_found_again() -> None:
    found: dict[tuple[str, int], list[nistitl.Record]] = {}
    compared = 0
    for row in nistitl.table(CORPUS).to_pylist():
        if row["kind"] != "record" or row["path_bytes"] is not None or row["size"] > 400_000:
            continue
        key = row["path"], row["transaction"]
        if row["member"] is None and key not in found:
            found = {(row["path"], at): list(tx) for at, tx in enumerate(nistitl.read_many(row["path"], map=False))}
        record = nistitl.open_record(row)
        if row["member"] is None:
            original = found[key][row["record"]]
            assert (record.type, record.idc, record.origin[1:]) == (original.type, original.idc, original.origin[1:])
            assert bytes(record) == bytes(original)
            compared += 1
    assert compared > 300 or not CORPUS.exists()


def test_only_the_record_and_type_1_are_read(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("big").write_bytes(_big())
    rows = nistitl.table("big").to_pylist()
    read = 0
    plain = File.read

    def counted(self: File, start: int, stop: int) -> bytes:
        nonlocal read
        read += stop - start
        return plain(self, start, stop)

    monkeypatch.setattr(File, "read", counted)
    record = nistitl.open_record(rows[3])
    assert record.FGP == (3,)  # type: ignore[attr-defined]
    assert read < rows[3]["length"] + 5000
    assert bytes(record) == bytes(list(nistitl.read("big"))[3])


def test_resolution_and_character_set_are_those_of_type_1(inside: Path) -> None:
    tx = nistitl.Transaction.new(
        TOT="CAR", DAI="D", ORI="O", TCN="T", DAT="20200229", NSR="39.37", NTR="39.37", charset="utf-8"
    )
    tx.append(nistitl.Type4(IMP=1, FGP=2, ISR=1, HLL=200, VLL=100, CGA=0, DATA=bytes(20_000)))
    text = nistitl.Type2()
    text["2.018"] = "ŁÓDŹ"
    tx.append(text)
    tx.write("file")
    _, image, name = nistitl.table("file").to_pylist()
    opened = nistitl.open_record(image), nistitl.open_record(name)
    gc.collect()
    assert round(opened[0].ppi) == 1000 and image["nominal_ppi"] == 1000  # type: ignore[attr-defined]
    assert opened[1]["2.018"].text == "ŁÓDŹ"


def test_members_are_found_again(inside: Path) -> None:
    data = small_transaction()
    Path("one.an2").write_bytes(data)
    import tarfile

    for name, mode in (("a.tar", "w"), ("b.tar.gz", "w:gz")):
        with tarfile.open(name, mode) as archive:  # type: ignore[call-overload]
            archive.add("one.an2", "first")
            archive.add("one.an2", "second")
    rows = nistitl.table(["a.tar", "b.tar.gz"]).to_pylist()
    assert len(rows) == 4 * 4
    assert rows[4]["start"] and rows[4]["member"] == "second" and rows[-1]["start"] is None
    for row, record in zip(rows, [*nistitl.read(data)] * 4, strict=True):
        assert bytes(nistitl.open_record(row)) == bytes(record)


@pytest.mark.parametrize("change", ["size", "time", "content"])
def test_a_file_that_was_changed_is_told(inside: Path, change: str) -> None:
    data = _big()
    Path("big").write_bytes(data)
    row = nistitl.table("big").to_pylist()[2]
    was = Path("big").stat()
    Path("big").write_bytes({"size": data + b" ", "time": data, "content": b"x" * len(data)}[change])
    os.utime("big", ns=(was.st_atime_ns, was.st_mtime_ns + (change == "time")))
    with pytest.raises(ReadError):
        nistitl.open_record(row)


def test_a_row_without_a_record_is_refused(inside: Path) -> None:
    (row,) = nistitl.table("nowhere").to_pylist()
    with pytest.raises(ITLError, match="no record"):
        nistitl.open_record(row)


def test_images_by_the_index(inside: Path) -> None:
    Path("big").write_bytes(_big())
    _tar(Path("empty.tar"), names=("text",))
    index(["big", "empty.tar"], "index.parquet")
    every = images("index.parquet")
    assert len(every) == 6
    pixels, row = every[4]
    assert row["positions"] == [5] and np.array_equal(pixels, nistitl.read("big").images()[4].array)
    some = images("index.parquet", pc.field("record") > 2, shuffle=7)
    order = [row["record"] for _, row in some]
    assert sorted(order) == [3, 4, 5, 6] and order != sorted(order)
    again: Any = images(nistitl.table(["big", "empty.tar"]), pc.field("record") > 2, shuffle=7)
    assert [row["record"] for _, row in again[1:]] == order[1:]
