"""Object stores: only heads are transferred, what fails is asked for again, one without ranges is told once."""

from __future__ import annotations

import random
import threading
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fsspec
import pytest

import nistitl
from nistitl.archive import index, read_entry, stores, walk
from nistitl.archive.stores import StoreAdvice
from nistitl.base.errors import ReadError
from tests.archive.test_indexing import _big
from tests.support.samples import small_transaction

SAME = ("type", "idc", "offset", "length", "positions", "ppi", "codec", "ver", "tot")


class _Server(BaseHTTPRequestHandler):
    """Objects over HTTP, with ranges."""

    objects: dict[str, bytes] = {}
    ranges = True
    failing = 0.0
    sent = 0
    chance = random.Random(1)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        cls = type(self)
        data = cls.objects.get(self.path)
        if cls.chance.random() < cls.failing:
            self._head(503, 0)
            return
        if data is None:
            self._head(404, 0)
            return
        asked, whole = self.headers.get("Range"), len(data)
        if asked and cls.ranges:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            data = data[int(first) : int(last) + 1 if last else whole]
            self._head(206, len(data), {"Content-Range": f"bytes {first}-{int(first) + len(data) - 1}/{whole}"})
        else:
            self._head(200, whole)
        if body:
            cls.sent += len(data)
            self.wfile.write(data)

    def _head(self, status: int, length: int, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(length), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, type[_Server]]]:
    pytest.importorskip("aiohttp")
    kind: type[_Server] = type(
        "Server", (_Server,), {"objects": {"/big": _big(size=400_000)}, "chance": random.Random(1)}
    )
    running = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}", kind
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def memory() -> Iterator[Any]:
    store = fsspec.filesystem("memory")
    for name, data in {"/a/b/x": _big(), "/a/b.c": small_transaction(), "/a/text": b"text", "/a/b/y": b""}.items():
        store.pipe_file(name, data)
    yield store
    store.rm("/a", recursive=True)


def _records(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in SAME) for row in rows]


def test_a_store_is_walked_in_path_order(memory: Any) -> None:
    entries = list(walk(["memory://a"]))
    assert [entry.path for entry in entries] == [f"memory:///a/{name}" for name in ("b.c", "b/x", "b/y", "text")]
    assert entries[0].size == len(small_transaction()) and read_entry(entries[0]) == small_transaction()
    assert [entry.path for entry in walk(["memory://a/b*"])] == [entry.path for entry in entries[:3]]
    assert [entry.path for entry in walk(["memory://a/b.c", "memory://a"])] == [entry.path for entry in entries]
    assert [entry.kind for entry in walk(["memory://nowhere"])] == ["unreadable"]
    assert [entry.kind for entry in walk(["nosuch://x"])] == ["unreadable"]
    assert [entry.kind for entry in walk(["memory://a"], only="x")] == ["skipped", "file", "skipped", "skipped"]


def test_the_index_of_a_store_is_that_of_the_files(memory: Any, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(_big())
    rows = nistitl.table("memory://a").to_pylist()
    assert [row["kind"] for row in rows if row["path"].endswith(("text", "y"))] == ["no transaction"] * 2
    found = [row for row in rows if row["path"].endswith("x")]
    assert _records(found) == _records(nistitl.table(tmp_path / "x").to_pylist())
    assert found[0]["fetched"] < 25_000 < len(_big()) / 8
    assert bytes(nistitl.open_record(found[2])) == bytes(list(nistitl.read(_big()))[2])


def test_only_heads_come_over_http(server: tuple[str, type[_Server]], tmp_path: Path) -> None:
    url, kind = server
    (tmp_path / "big").write_bytes(kind.objects["/big"])
    rows = nistitl.table(f"{url}/big").to_pylist()
    assert _records(rows) == _records(nistitl.table(tmp_path / "big").to_pylist())
    assert kind.sent == rows[0]["fetched"] < 25_000 < len(kind.objects["/big"]) / 50


def test_a_store_that_fails_often_loses_nothing(
    server: tuple[str, type[_Server]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, kind = server
    monkeypatch.setattr(stores, "_FIRST_PAUSE", 0.0)
    kind.objects |= {f"/{at}": kind.objects["/big"] for at in range(20)}
    kind.failing = 0.1
    counts = index([f"{url}/{at}" for at in range(20)], tmp_path / "out.parquet")
    assert (counts.indexed, counts.unreadable, counts.rows) == (20, 0, 140)


def test_a_store_without_ranges_is_told_once(
    server: tuple[str, type[_Server]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, kind = server
    kind.ranges = False
    kind.objects["/other"] = kind.objects["/big"]
    monkeypatch.setattr(stores.Object, "_told", set())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        rows = nistitl.table([f"{url}/big", f"{url}/other"]).to_pylist()
    assert [one.category for one in told] == [StoreAdvice]
    assert len(rows) == 14 and rows[0]["fetched"] == len(kind.objects["/big"])
    assert kind.sent == 2 * len(kind.objects["/big"])


def test_what_is_not_there_is_told(server: tuple[str, type[_Server]]) -> None:
    (row,) = nistitl.table(f"{server[0]}/nothing").to_pylist()
    assert row["kind"] == "unreadable" and "no such object" in row["reason"]
    with pytest.raises(ReadError):
        read_entry(next(iter(walk([f"{server[0]}/nothing"]))))
