"""Object stores by way of fsspec: listed, and read by ranges, each request tried again where it fails.

Strategy: `cat_file` with a range, never a file object, which reads ahead. A store that gives more than was asked for
ignores ranges: it is told once, and what it gave is kept for as long as the object is looked at.
"""

from __future__ import annotations

import time
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from nistitl.archive.entry import Entry
from nistitl.base.errors import ITLError, ReadError, needing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")
_TRIES, _FIRST_PAUSE = 6, 0.05  # pauses double: about a second and a half in all
_FINAL = (FileNotFoundError, PermissionError, NotImplementedError, ITLError)
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "created")


class StoreAdvice(UserWarning):
    """A store does not do what saves requests or bytes."""


def is_url(path: str) -> bool:
    """Does a path name an object store: `s3://bucket/key`, `memory://x`?"""
    return "://" in path


def below(url: str) -> Iterator[Entry]:
    """What is at an URL, and everything below it, sorted as whole URLs are. Raises nothing but MissingDependency."""
    try:
        store, name = _store(url)
        found = None if url.endswith("/") else _tried(lambda: store.info(name))
    except ReadError as error:
        yield Entry(url, kind="unreadable", reason=str(error))
        return
    if found is None or found.get("type") == "directory":
        yield from _in_folder(store, name, url)
    else:
        yield _entry(url, found)


def matches(url: str) -> list[str]:
    """The URLs that a glob matches; itself where that is nothing, or it is no glob."""
    if "*" not in url:
        return [url]
    try:
        store, name = _store(url)
        found = _tried(lambda: store.glob(name, detail=True)).values()
    except ReadError:
        return [url]
    return sorted(_whole(store, one) for one in found) or [url]


def _whole(store: Any, one: dict[str, Any]) -> str:
    """The URL of what a listing has; of a folder with a slash at its end, by which it is sorted."""
    return str(store.unstrip_protocol(one["name"])) + ("/" if one["type"] == "directory" else "")


def is_folder(url: str) -> bool:
    """Is this no single object?"""
    try:
        store, name = _store(url)
        return url.endswith("/") or _tried(lambda: store.info(name)).get("type") == "directory"
    except ReadError:
        return False


def _in_folder(store: Any, name: str, url: str) -> Iterator[Entry]:
    try:
        listed = _tried(lambda: store.ls(name, detail=True))
    except ReadError as error:
        yield Entry(url, kind="unreadable", reason=f"the folder cannot be listed: {error}")
        return
    children = {_whole(store, one): one for one in listed if one["name"].rstrip("/") != name.rstrip("/")}
    for whole, one in sorted(children.items()):
        if one["type"] == "directory":
            yield from _in_folder(store, one["name"], whole)
        else:
            yield _entry(whole, one)


def _entry(url: str, found: dict[str, Any]) -> Entry:
    stamp = next((found[name] for name in _TIMES if found.get(name) is not None), None)
    if isinstance(stamp, datetime):
        stamp = stamp.timestamp()
    return Entry(url, size=found.get("size"), mtime_ns=int(stamp * 1e9) if isinstance(stamp, int | float) else None)


@needing("an object store", "archive")
def _store(url: str) -> tuple[Any, str]:
    """The store of an URL, and its name there. ReadError where nothing knows such URLs."""
    import fsspec

    protocol = url.partition("://")[0]
    try:
        store, name = fsspec.core.url_to_fs(url)  # one object for every store
        return store, str(name)
    except ITLError:
        raise
    except Exception as error:  # each store raises what it likes
        known = protocol in fsspec.available_protocols()
        reason = f"needs a package: {error}" if known and isinstance(error, ImportError) else type(error).__name__
        raise ReadError(f"the store {protocol}:// cannot be opened ({reason})") from error


def _tried(ask: Callable[[], _T]) -> _T:
    """What a store answers; asked again, with pauses, where it fails. ReadError."""
    pause = _FIRST_PAUSE
    for left in range(_TRIES - 1, -1, -1):
        try:
            return ask()
        except ITLError:
            raise
        except Exception as error:  # each store raises what it likes
            if not left or isinstance(error, _FINAL):
                reason = "no such object" if isinstance(error, FileNotFoundError) else type(error).__name__
                raise ReadError(f"cannot read from the store: {reason}") from error
        time.sleep(pause)
        pause *= 2
    raise AssertionError


class Object:
    """An object of a store, by ranges; `taken` counts the bytes that came."""

    _told: set[str] = set()  # stores that ignore ranges

    def __init__(self, entry: Entry) -> None:
        self._store, self._name = _store(entry.path)
        self._all: bytes | None = None
        self.taken = 0
        if entry.size is None:
            self._all = self._fetched(None, None)
        self.size = len(self._all) if self._all is not None else entry.size or 0

    def read(self, start: int, stop: int) -> bytes:
        """The bytes of a range. ReadError where the store fails, or the object is shorter by now."""
        if self._all is not None:
            return self._all[start:stop]
        data = self._fetched(start, stop)
        if len(data) > stop - start:
            self._all = data
            self._tell()
            data = data[start:stop]
        if len(data) != stop - start:
            raise ReadError("the object ends before its size says")
        return data

    def whole(self) -> bytes:
        """All of it."""
        if self._all is None:
            self._all = self._fetched(None, None)
        return self._all

    def close(self) -> None:
        """Nothing is open."""

    def _fetched(self, start: int | None, stop: int | None) -> bytes:
        data: bytes = _tried(lambda: self._store.cat_file(self._name, start=start, end=stop))
        self.taken += len(data)
        return data

    def _tell(self) -> None:
        protocol = str(self._store.protocol)
        if protocol not in self._told:
            self._told.add(protocol)
            message = "the store ignores ranges: every object that is looked at is fetched as a whole"
            warnings.warn(message, StoreAdvice, stacklevel=2)
