"""The walk: every entry once, in path order, with its reason where it cannot be read."""

from __future__ import annotations

import gzip
import io
import os
import socket
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest

from nistitl.archive.containers import read_member
from nistitl.archive.walking import Entry, read_entry, walk
from nistitl.base.errors import ReadError

A, B = b"1.001:12\x1dcontent of a\x1c", b"content of b" * 1000


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _tar(path: Path, mode: str = "w", names: tuple[str, ...] = ("z.an2", "sub/a.an2")) -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in zip(names, (A, B) * len(names), strict=False):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def _keys(*paths: str, **options: object) -> list[str]:
    return [entry.key for entry in walk(paths, **options)]  # type: ignore[arg-type]


def test_a_folder_is_walked_as_whole_paths_are_sorted(inside: Path) -> None:
    for name in ("d/b", "d/a/z", "d/a.b", "d/a/.hidden", "d/a-b"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(A)
    found = _keys("d")
    assert found == ["d/a-b", "d/a.b", "d/a/.hidden", "d/a/z", "d/b"]
    assert found == sorted(found)


def test_every_kind_of_entry_is_told(inside: Path) -> None:
    folder = Path("d")
    folder.mkdir()
    (folder / "file").write_bytes(A)
    (folder / "link").symlink_to("file")
    (folder / "broken").symlink_to("nothing")
    (folder / "up").symlink_to("..")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("d/socket")
        found = {entry.path: entry for entry in walk(["d", "nowhere", "/dev/null"])}
    kinds = {path: entry.kind for path, entry in found.items()}
    assert kinds == {
        "d/file": "file", "d/link": "file", "d/broken": "broken-link", "d/up": "skipped", "d/pipe": "fifo",
        "d/socket": "socket", "nowhere": "unreadable", "/dev/null": "device",
    }  # fmt: skip
    assert all(bool(entry.reason) is not entry.readable for entry in found.values())
    assert found["d/file"].size == len(A) and found["d/file"].mtime_ns == (folder / "file").stat().st_mtime_ns
    for entry in found.values():
        if not entry.readable:
            with pytest.raises(ReadError):
                read_entry(entry)


def test_a_file_that_became_a_pipe_is_not_waited_for(inside: Path) -> None:
    Path("file").write_bytes(A)
    (entry,) = walk(["file"])
    Path("file").unlink()
    os.mkfifo("file")
    with pytest.raises(ReadError, match="regular"):
        read_entry(entry)


def test_globs_and_repeats(inside: Path) -> None:
    Path("d").mkdir()
    for name in ("d/a.an2", "d/b.an2", "c.an2", "e[1].an2"):
        Path(name).write_bytes(A)
    assert _keys("*.an2") == ["c.an2", "e[1].an2"]
    assert _keys("**/*.an2") == ["c.an2", "d/a.an2", "d/b.an2", "e[1].an2"]
    assert _keys("e[1].an2") == ["e[1].an2"]
    assert _keys("d/b.an2", "c.an2", "d", "./c.an2") == ["c.an2", "d/a.an2", "d/b.an2"]
    assert _keys("d", "c.an2") == ["d/a.an2", "d/b.an2", "c.an2"]
    assert _keys("d", "c.an2", ordered=True) == ["c.an2", "d/a.an2", "d/b.an2"]
    assert [entry.kind for entry in walk(["no*.an2"])] == ["unreadable"]


def test_only_leaves_out_and_says_so(inside: Path) -> None:
    Path("d/x").mkdir(parents=True)
    for name in ("d/a.an2", "d/b.txt", "d/x/c.an2"):
        Path(name).write_bytes(A)
    _tar(Path("d/t.tar"), names=("one.an2", "one.json"))
    found = {str(entry): entry.kind for entry in walk(["d"], only="*.an2")}
    assert found == {
        "d/a.an2": "file", "d/b.txt": "skipped", "d/t.tar!one.an2": "member", "d/t.tar!one.json": "skipped",
        "d/x/c.an2": "file",
    }  # fmt: skip
    assert {str(entry) for entry in walk(["d"], only="d/x/*") if entry.readable} == {"d/x/c.an2"}
    assert all("--only" in (entry.reason or "") for entry in walk(["d"], only="*.an2") if not entry.readable)


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_members_of_tar(inside: Path, mode: str) -> None:
    _tar(Path("shard.tar"), mode)
    found = list(walk(["shard.tar"]))
    assert [(entry.member, entry.kind, entry.at) for entry in found] == [
        ("z.an2", "member", 0),
        ("sub/a.an2", "member", 1),
    ]
    assert [read_entry(entry) for entry in found] == [A, B]
    assert [read_entry(entry) for entry in reversed(found)] == [B, A]
    assert [entry.key for entry in found] == sorted(entry.key for entry in found)
    assert [entry.kind for entry in walk(["shard.tar"], unwrap=False)] == ["file"]


def test_members_of_a_plain_tar_stand_where_they_say(inside: Path) -> None:
    data = _tar(Path("shard.tar")).read_bytes()
    for entry, content in zip(walk(["shard.tar"]), (A, B), strict=True):
        assert entry.offset is not None and entry.size is not None
        assert data[entry.offset : entry.offset + entry.size] == content


def test_a_tar_of_gzip_is_unpacked_once(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tar(Path("shard.tar.gz"), "w:gz", tuple(f"{at:04d}.an2" for at in range(300)))
    found = list(walk(["shard.tar.gz"]))
    unpacked = 0
    plain = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: int | None = -1) -> bytes:
        nonlocal unpacked
        data = plain(self, size)
        unpacked += len(data)
        return data

    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    assert [read_entry(entry) for entry in found] == [A, B] * 150
    assert unpacked < 2 * 300 * (512 + len(B))


@pytest.mark.parametrize(("mode", "suffix"), [("w", ""), ("w:gz", ".gz")])
def test_a_damaged_tar_says_so(inside: Path, mode: str, suffix: str) -> None:
    data = bytearray(_tar(Path("whole"), "w", ("a", "b", "c")).read_bytes())
    second = 512 + 512
    data[second + 150] ^= 0xFF  # the checksum of its head
    Path(f"shard.tar{suffix}").write_bytes(gzip.compress(data) if suffix else bytes(data))
    found = list(walk([f"shard.tar{suffix}"]))
    assert [entry.kind for entry in found] == ["member", "unreadable"]
    assert read_entry(found[0]) == A


def test_what_follows_a_tar_says_so(inside: Path) -> None:
    data = _tar(Path("shard.tar")).read_bytes()
    Path("shard.tar").write_bytes(data + data)
    assert [entry.kind for entry in walk(["shard.tar"])] == ["member", "member", "unreadable"]


def test_a_cut_tar_says_so(inside: Path) -> None:
    data = _tar(Path("shard.tar")).read_bytes()
    Path("shard.tar").write_bytes(data[: 3 * 512 + 100])
    *_, last = walk(["shard.tar"])
    with pytest.raises(ReadError, match="ends inside"):
        read_entry(last)


def test_members_of_zip_and_gzip(inside: Path) -> None:
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder")
        archive.writestr("folder/b", B)
        archive.writestr("a", A)
    Path("one.an2.gz").write_bytes(gzip.compress(A))
    found = list(walk(["a.zip", "one.an2.gz"]))
    assert [entry.member for entry in found] == ["folder/b", "a", "one.an2"]
    assert [read_entry(entry) for entry in found] == [B, A, A]


def test_a_bomb_is_refused(inside: Path) -> None:
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(1 << 25))
    Path("b.gz").write_bytes(gzip.compress(bytes(1 << 25)))
    for entry in walk(["a.zip", "b.gz"]):
        with pytest.raises(ReadError, match="far"):
            read_entry(entry)


def test_archives_that_are_none_say_so(inside: Path) -> None:
    Path("bad.zip").write_bytes(b"PK\3\4" + bytes(100))
    Path("bad.gz").write_bytes(b"\x1f\x8b\x08" + bytes(100))
    tarfile.open("empty.tar", "w").close()
    found = {entry.path: entry for entry in walk(["bad.zip", "bad.gz", "empty.tar"])}
    assert found["bad.zip"].kind == "unreadable"
    assert found["bad.gz"].member == "bad"
    with pytest.raises(ReadError):
        read_entry(found["bad.gz"])
    assert len(found) == 3


def test_a_record_store(inside: Path) -> None:
    Path("store").mkdir()
    with sqlite3.connect("store/store") as base:
        for table in ("RecordStore", "SubordinateRecordStore"):
            base.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY, value BLOB)")
        base.executemany("INSERT INTO RecordStore VALUES (?, ?)", [("zoe", A), ("ann", B)])
    base.close()
    Path("store/.rscontrol.prop").write_text("Type = SQLite\n")
    found = list(walk(["store"]))
    assert [(entry.path, entry.member) for entry in found] == [
        ("store/.rscontrol.prop", None), ("store/store", "zoe"), ("store/store", "ann")
    ]  # fmt: skip
    assert [read_entry(entry) for entry in found[1:]] == [A, B]
    with pytest.raises(ReadError):
        read_member("store/store", 0, "nobody")


def test_an_archive_that_was_changed_is_not_mixed_up(inside: Path) -> None:
    _tar(Path("shard.tar.gz"), "w:gz")
    first, _ = walk(["shard.tar.gz"])
    _tar(Path("shard.tar.gz"), "w:gz", ("other", "names", "here"))
    with pytest.raises(ReadError, match="changed"):
        read_entry(first)


def test_keys_tell_members_apart() -> None:
    assert Entry("a.tar", "x", at=0).key != Entry("a.tar", "x", at=1).key
    assert Entry("a.tar", "x").key < Entry("a.tar.b").key
