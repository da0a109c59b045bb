"""The index: its rows are what reading gives, whatever stopped it before, and every entry is accounted for."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import nistitl
from nistitl.archive import heads, parts
from nistitl.archive.indexing import index, table
from nistitl.archive.rows import rows_of
from nistitl.archive.schema import schema
from nistitl.archive.sources import File
from nistitl.archive.walking import read_entry, walk
from nistitl.base.errors import ITLError, MissingDependency
from nistitl.cli import main
from nistitl.wire.frames import frame
from nistitl.wire.ranges import Ranges, frame_by_ranges
from tests.archive.test_walking import _tar
from tests.support.samples import CORPUS, ROOT, small_transaction

PERSON = "PLANTED"


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _big(records: int = 6, size: int = 40_000) -> bytes:
    """A transaction whose images are most of it."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", DAT="20200229")
    for position in range(1, records + 1):
        data = bytes(range(256)) * (size // 256)
        tx.append(
            nistitl.Type14(
                IMP=0, SRC="ORI", FCD="20200228", HLL=200, VLL=len(data) // 200, SLC=1, THPS=1000, TVPS=1000,
                CGA="NONE", BPX=8, FGP=position, DATA=data[: 200 * (len(data) // 200)],
            )
        )  # fmt: skip
    return bytes(tx)


def _mixed(folder: Path) -> None:
    """A folder with something of every kind."""
    folder.mkdir()
    (folder / "a.an2").write_bytes(small_transaction())
    (folder / "big.an2").write_bytes(_big())
    (folder / "two.an2").write_bytes(small_transaction() * 2)
    (folder / "cut.an2").write_bytes(small_transaction()[:-700])
    (folder / "text.txt").write_bytes(b"no transaction")
    (folder / "empty").write_bytes(b"")
    (folder / "broken").symlink_to("nothing")
    os.mkfifo(folder / "pipe")
    _tar(folder / "shard.tar", names=("x", "y"))
    os.close(os.open(os.fsencode(folder) + b"/\xff.an2", os.O_CREAT | os.O_WRONLY))


@pytest.mark.parametrize("small", [0, heads.SMALL])
def test_rows_are_what_reading_gives(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "SMALL", small)
    compared = 0
    for entry in walk([CORPUS]):
        rows = [row for row in rows_of(entry) if row.kind == "record"]
        try:
            records = [one for tx in nistitl.read_many(read_entry(entry)) for one in tx] if entry.readable else []
        except ITLError:
            records = []
        assert [(row.type, row.idc, row.offset, row.length) for row in rows] == [
            (one.type, one.idc, one.origin[1], one.origin[2] - one.origin[1]) for one in records
        ]
        images = [(row, one) for row, one in zip(rows, records, strict=True) if hasattr(one, "has_image")]
        for row, one in images:
            assert (row.codec or "", row.ppi, row.nominal_ppi) == (one.codec, one.ppi, one.nominal_ppi), str(entry)
        compared += len(images)
    assert compared > 100 or not CORPUS.exists()


def test_framing_by_ranges_is_that_of_reading(tmp_path: Path) -> None:
    data = _big()
    path = tmp_path / "big"
    path.write_bytes(data)
    (entry,) = walk([path])
    source = File(entry)
    ranges = Ranges(source)
    framing = frame_by_ranges(ranges)
    source.close()
    assert framing is not None and framing.spans == frame(data).spans
    assert ranges.fetched < len(data) / 10
    kept = bytes(ranges.data)
    assert sum(a != b for a, b in zip(kept, data, strict=True)) > len(data) / 2  # the images were not read


@pytest.mark.parametrize("change", ["len", "cnt", "cut", "more"])
def test_a_doubt_reads_the_whole_and_says_so(inside: Path, change: str) -> None:
    data = _big()
    changed = {
        "len": re.sub(rb"(?<=14\.001:)\d+", lambda match: b"%d" % (int(match[0]) + 1), data, count=1),
        "cnt": data.replace(b"14\x1f3", b"14\x1f9", 1),
        "cut": data[:-1],
        "more": data + data,
    }[change]
    assert changed != data
    Path("big").write_bytes(changed)
    (entry,) = walk(["big"])
    rows = rows_of(entry)
    assert rows[0].fetched is not None and rows[0].fetched >= len(changed)
    assert [(row.offset, row.length) for row in rows] == [
        (one.origin[1], one.origin[2] - one.origin[1]) for tx in nistitl.read_many(changed) for one in tx
    ]


def test_only_heads_are_read(inside: Path) -> None:
    Path("big").write_bytes(_big(size=400_000))
    (entry,) = walk(["big"])
    rows = rows_of(entry)
    assert rows[0].fetched is not None and rows[0].fetched < 40_000 < rows[0].size // 50  # type: ignore[operator]
    assert [(row.positions, row.nominal_ppi, row.codec) for row in rows[1:]] == [
        ([at], 1000, "NONE") for at in range(1, 7)
    ]


def test_every_entry_is_accounted_for(inside: Path) -> None:
    _mixed(Path("d"))
    counts = index(["d"], "out.parquet")
    found = pq.read_table("out.parquet").to_pylist()
    assert counts.entries == counts.indexed + counts.others + counts.unreadable + counts.skipped == 11
    assert {(row["path"], row["member"]) for row in found} == {
        (path, member)
        for entry in walk(["d"])
        for path, member in [(entry.path.replace("\udcff", "\\xff"), entry.member)]
    }
    kinds = {row["path"]: row["kind"] for row in found if row["member"] is None}
    assert kinds["d/text.txt"] == kinds["d/empty"] == "no transaction"
    assert kinds["d/broken"] == "broken-link" and kinds["d/pipe"] == "fifo" and kinds["d/a.an2"] == "record"
    assert all(row["reason"] for row in found if row["kind"] != "record")
    assert [row["path_bytes"] for row in found if "xff" in row["path"]] == [b"d/\xff.an2"]
    assert [row["transaction"] for row in found if row["path"] == "d/two.an2"] == [0] * 4 + [1] * 4
    names = [row["path_bytes"] or row["path"].encode() for row in found]
    assert names == sorted(names)
    assert counts.rows == len(found)
    assert not Path("out.parquet.parts").exists()


def test_nothing_of_a_person_without_values(inside: Path) -> None:
    _mixed(Path("d"))
    index("d", "out.parquet")
    assert PERSON not in str(pq.read_table("out.parquet").to_pylist())
    index("d", "out.parquet", values=True)
    (fields,) = {str(row["values"]) for row in pq.read_table("out.parquet").to_pylist() if row["type"] == 2}
    assert PERSON in fields and "2.018" in fields


def test_a_hash_of_the_content_on_request(inside: Path) -> None:
    import hashlib

    Path("big").write_bytes(_big())
    found = table("big", sha256=True).to_pylist()
    content = bytes(nistitl.read("big")[14][0].DATA or b"")
    assert found[1]["sha256"] == hashlib.sha256(content).digest()
    assert table("big").to_pylist()[1]["sha256"] is None


# -- stopped, and gone on with ----------------------------------------------------------------


def _many(folder: Path, count: int) -> None:
    folder.mkdir()
    data = small_transaction()
    for at in range(count):
        (folder / f"{at:05d}.an2").write_bytes(data if at % 7 else b"no transaction")
    _tar(folder / "00100.tar", names=tuple(f"{at}.an2" for at in range(40)))


def _command(*options: str) -> list[str]:
    return [sys.executable, "-c", _SLOW, "index", "d", "-o", "out.parquet", *options]


_SLOW = """
import sys
from nistitl.archive import parts
parts.PART, parts.BATCH = 60, 10
from nistitl.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_and_run_again_is_the_same_index(inside: Path, how: signal.Signals) -> None:
    _many(Path("d"), 900)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    kills = 0
    folder = Path("out.parquet.parts")
    for wanted in (2, 5, 9):
        process = subprocess.Popen(_command(), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None and len(list(folder.glob("*.parquet"))) < wanted:
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(how)
            kills += 1
        _, said = process.communicate()
        if how == signal.SIGINT and process.returncode == 130:
            assert b"goes on" in said
    assert kills and not Path("out.parquet").exists()
    done = subprocess.run(_command("--json"), env=environment, capture_output=True, check=False)
    counts = json.loads(done.stdout)
    assert counts["kept"] > 100 and counts["entries"] == 940
    found = pq.read_table("out.parquet")
    index("d", "whole.parquet")
    assert found.equals(pq.read_table("whole.parquet"))


def test_what_changed_between_two_runs_is_read_again(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _many(Path("d"), 300)
    monkeypatch.setattr(parts, "PART", 50)
    seen = 0

    def stop(entry: object) -> None:
        nonlocal seen
        seen += 1
        if seen == 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index("d", "out.parquet", told=stop)
    Path("d/00007.an2").write_bytes(small_transaction())  # was no transaction
    Path("d/00010.an2").unlink()
    Path("d/00010a.an2").write_bytes(small_transaction())
    Path("d/00100.tar").unlink()
    os.utime("d/00020.an2", ns=(1, 1))
    seen = -1000
    read = []
    monkeypatch.setattr("nistitl.archive.indexing.rows_of", lambda entry, asked: read.append(entry) or rows_of(entry))
    counts = index("d", "out.parquet", told=stop)
    assert counts.kept == 157 and counts.entries == 300
    assert [entry.path for entry in read[:3]] == ["d/00007.an2", "d/00010a.an2", "d/00020.an2"]
    index("d", "whole.parquet")
    assert pq.read_table("out.parquet").equals(pq.read_table("whole.parquet"))


def test_other_options_do_not_go_on_with_it(inside: Path) -> None:
    _many(Path("d"), 10)

    def stop(entry: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index("d", "out.parquet", told=stop)
    with pytest.raises(ITLError, match="other paths or options"):
        index("d", "out.parquet", values=True)
    assert index("d", "out.parquet").kept == 1


@pytest.mark.parametrize("make", [lambda: table("x"), lambda: index("x", "out.parquet")])
def test_without_pyarrow_it_says_what_to_install(make: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    schema.cache_clear()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingDependency, match=r"ebtskit\[archive\]"):
        make()


# -- the command ------------------------------------------------------------------------------


def test_exit_status(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("good").write_bytes(small_transaction())
    Path("text").write_bytes(b"text")
    Path("link").symlink_to("nothing")
    assert main(["index", "good", "-o", "out.parquet"]) == 0
    assert main(["index", "good", "text", "-o", "out.parquet"]) == 1
    assert main(["index", "good", "text", "link", "-o", "out.parquet"]) == 2
    assert main(["index", "nowhere", "-o", "out.parquet"]) == 2
    assert main(["index", "good", "text", "--only", "g*", "-o", "out.parquet"]) == 0
    assert "2 entries: 1 with transactions, 0 without, 0 unreadable, 1 skipped; 5 rows" in capsys.readouterr().out
    assert main(["index", "-", "-o", "out.parquet"]) == 2
