"""What holds members: tar, also of gzip, ZIP, gzip, and NIST's record stores that are SQLite.

Strategy: members come one after another in the order of the file, with a place each. One that is packed is read by
going forward in a stream that is kept open, so that reading all of them in order unpacks the file once; a tar archive
that is not packed says where the bytes of a member stand. The standard library's readers do the work, but for the end
of a tar archive: where theirs meets a damaged head it sees an end.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import tarfile
import threading
import zipfile
import zlib
from collections import OrderedDict
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from nistitl.base.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD = 512  # bytes that tell what a file is
_CHUNK = 1 << 16
_MOST_A_BYTE, _ALWAYS = 200, 1 << 24  # bytes that a member may give, as wherever something is unwrapped
_SEGMENT = 10**9  # bytes of a record that a record store keeps together
_MOST_OPEN = 2  # containers that are kept open, a thread
FAILURES = (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, sqlite3.Error, RuntimeError,
             NotImplementedError, ValueError)  # fmt: skip


class Member(NamedTuple):
    """A member: its name, its size where that is told, where its bytes stand; or why it cannot be read."""

    name: str
    size: int | None = None
    offset: int | None = None
    reason: str | None = None
    damage: bool = False  # the reason is that the container is damaged from here on


class Container(Protocol):
    """An open container."""

    def members(self) -> Iterator[Member]:
        """All members, in order."""

    def reaches(self, at: int) -> bool:
        """Can the member of this place still be read, or has the stream passed it?"""

    def read(self, at: int, name: str) -> bytes:
        """The bytes of a member; those in order cost one pass."""

    def close(self) -> None:
        """Close the file."""


def kind_of(path: str, head: bytes) -> Callable[[str], Container] | None:
    """What opens the container that begins so; None where this is none."""
    if head[257:262] == b"ustar":
        return Tar
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return Zip
    if head.startswith(b"\x1f\x8b\x08"):
        return PackedTar if _holds_tar(path) else Gzip
    if head.startswith(b"SQLite format 3\0") and _names_store(path):
        return RecordStore
    return None


def _holds_tar(path: str) -> bool:
    with suppress(*FAILURES), gzip.open(path) as file:
        return file.read(HEAD)[257:262] == b"ustar"
    return False


def told(error: Exception) -> str:
    """An error of one of the readers in a few words, with nothing that stands in the file."""
    if isinstance(error, ReadError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"cannot read: {error.strerror}"
    return f"cannot be unpacked ({type(error).__name__})"


# -- tar --------------------------------------------------------------------------------------


class Tar:
    """A tar archive that is not packed."""

    mode = "r:"

    def __init__(self, path: str) -> None:
        self._file = self._opened(path)
        self._archive: tarfile.TarFile | None = None
        self._next = 0  # place of the head that is read next
        self._here: tarfile.TarInfo | None = None

    def _opened(self, path: str) -> IO[bytes]:
        return open(path, "rb")  # noqa: PTH123

    def members(self) -> Iterator[Member]:
        while True:
            try:
                info = self._advance()
            except FAILURES as error:
                yield Member("", reason=f"the archive is damaged here: {told(error)}", damage=True)
                return
            if info is None:
                return
            if info.isreg():
                plain = self.mode == "r:" and not info.issparse()
                yield Member(info.name, info.size, info.offset_data if plain else None)
            elif not info.isdir():
                yield Member(info.name, reason="a link or a device in the archive")

    def _advance(self) -> tarfile.TarInfo | None:
        """The next head that is no folder's is counted; None at the end. A tarfile.TarError where it is damaged."""
        if self._archive is None:
            self._archive = tarfile.open(fileobj=self._file, mode=self.mode)  # type: ignore[call-overload]  # noqa: SIM115
            info = self._archive.next()
        else:
            info = self._following(self._archive)
        self._archive.members = []  # type: ignore[union-attr]  # which it would keep
        self._here = info
        self._next += info is not None and not info.isdir()
        return info

    def _following(self, archive: tarfile.TarFile) -> tarfile.TarInfo | None:
        stream = archive.fileobj
        assert stream is not None
        stream.seek(archive.offset)
        try:
            return archive.tarinfo.fromtarfile(archive)
        except (tarfile.EOFHeaderError, tarfile.EmptyHeaderError):  # type: ignore[attr-defined]
            while piece := stream.read(_CHUNK):
                if piece.strip(b"\0"):
                    raise tarfile.ReadError("bytes follow the end") from None
            return None

    def reaches(self, at: int) -> bool:
        return at >= self._next

    def read(self, at: int, name: str) -> bytes:
        while self._next <= at:
            if self._advance() is None:
                raise ReadError("the archive has no such member any more")
        assert self._archive is not None and self._here is not None
        file = self._archive.extractfile(self._here) if self._here.isreg() else None
        if file is None or self._here.name != name:
            raise ReadError("the archive was changed: the member is another one")
        return file.read()

    def close(self) -> None:
        self._file.close()


class PackedTar(Tar):
    """A tar archive in gzip, which is read forward."""

    mode = "r|"

    def _opened(self, path: str) -> IO[bytes]:
        return gzip.open(path)  # type: ignore[return-value]


# -- other containers -------------------------------------------------------------------------


class Zip:
    """A ZIP archive; its directory is held in memory."""

    def __init__(self, path: str) -> None:
        self._archive = zipfile.ZipFile(path)
        self._listed = [info for info in self._archive.infolist() if not info.is_dir()]

    def members(self) -> Iterator[Member]:
        for info in self._listed:
            locked = "the member is encrypted" if info.flag_bits & 1 else None
            yield Member(info.filename, info.file_size, reason=locked)

    def reaches(self, at: int) -> bool:
        return True

    def read(self, at: int, name: str) -> bytes:
        info = self._listed[at] if at < len(self._listed) else None
        if info is None or info.filename != name:
            raise ReadError("the archive was changed: the member is another one")
        if info.file_size > max(_ALWAYS, _MOST_A_BYTE * info.compress_size):
            raise ReadError("the member is far larger than what it is packed in; extract it by hand")
        with self._archive.open(info) as file:
            return file.read(info.file_size + 1)

    def close(self) -> None:
        self._archive.close()


class Gzip:
    """A file in gzip: one member, called as the file is without `.gz`."""

    def __init__(self, path: str) -> None:
        self._path = path

    def members(self) -> Iterator[Member]:
        yield Member(Path(self._path).name.removesuffix(".gz"))

    def reaches(self, at: int) -> bool:
        return True

    def read(self, at: int, name: str) -> bytes:
        most = max(_ALWAYS, _MOST_A_BYTE * Path(self._path).stat().st_size)
        with gzip.open(self._path) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise ReadError("the file holds far more than its size; extract it by hand")
        return data

    def close(self) -> None:
        pass


class RecordStore:
    """NIST's record store that is SQLite: a folder, in it a database of the folder's name, tables of key and value."""

    def __init__(self, path: str) -> None:
        self._base = sqlite3.connect(f"{Path(os.path.abspath(path)).as_uri()}?mode=ro", uri=True)  # noqa: PTH100

    def members(self) -> Iterator[Member]:
        query = "SELECT key, length(value) FROM RecordStore ORDER BY rowid"
        with closing(self._base.execute(query)) as rows:
            for key, size in rows:
                yield Member(str(key), size if size != _SEGMENT else None)

    def reaches(self, at: int) -> bool:
        return True

    def read(self, at: int, name: str) -> bytes:
        data = value = self._value("RecordStore", name)
        segment = 0
        while len(value) == _SEGMENT:
            segment += 1
            value = self._value("SubordinateRecordStore", f"{name}&{segment}")
            data += value
        return data

    def _value(self, table: str, key: str) -> bytes:
        row = self._base.execute(f"SELECT value FROM {table} WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise ReadError("the record store has no such record, or not all of it")
        return row[0].encode() if isinstance(row[0], str) else bytes(row[0] or b"")

    def close(self) -> None:
        self._base.close()


def _names_store(path: str) -> bool:
    """Is this the database of a record store: called as its folder is?"""
    whole = Path(os.path.abspath(path))  # noqa: PTH100
    return whole.name == whole.parent.name


# -- kept open --------------------------------------------------------------------------------


class _Kept(threading.local):
    """The containers that a thread read from last, by file, size and time; none of another process."""

    def __init__(self) -> None:
        self.open: OrderedDict[tuple[object, ...], Container] = OrderedDict()


_KEPT = _Kept()


def read_member(path: str, at: int, name: str) -> bytes:
    """The bytes of a member. ReadError where they cannot be had."""
    try:
        found = os.stat(path)  # noqa: PTH116
        key = (os.getpid(), path, found.st_size, found.st_mtime_ns)
        container = _KEPT.open.pop(key, None)
        if container is not None and not container.reaches(at):
            container.close()
            container = None
        if container is None:
            container = open_container(path)
        _KEPT.open[key] = container
        while len(_KEPT.open) > _MOST_OPEN:
            _KEPT.open.popitem(last=False)[1].close()
        return container.read(at, name)
    except FAILURES as error:
        raise ReadError(told(error)) from error


def open_container(path: str) -> Container:
    """The container that a file is. ReadError where it is none; one of FAILURES."""
    with open(path, "rb") as file:  # noqa: PTH123
        opener = kind_of(path, file.read(HEAD))
    if opener is None:
        raise ReadError("the file is no archive any more")
    return opener(path)
