"""Files: read or mapped as a whole, written as a whole or not at all."""

from __future__ import annotations

import mmap
import os
import stat
import sys
from contextlib import suppress
from io import RawIOBase
from typing import IO, TYPE_CHECKING

from nistitl.base.errors import ReadError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
_MAP_FROM = 1 << 20  # bytes; smaller files are read plainly


def load(source: Source, mapped: bool | None) -> bytes | mmap.mmap:
    """All bytes of a path, bytes or a binary file; a large path is mapped where possible, unless told. ReadError."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, bytearray | memoryview):
        return bytes(source)
    try:
        if isinstance(source, str | os.PathLike):
            return _load_path(source, mapped)
        data = source.read()
    except AttributeError:
        raise ReadError(f"expected a path, bytes or a binary file, not {type(source).__name__}") from None
    except (OSError, ValueError) as error:
        raise ReadError(f"cannot read: {error}") from error
    if not isinstance(data, bytes):
        raise ReadError("the file is open for text; open it in binary mode")
    return data


def _load_path(path: str | os.PathLike[str], mapped: bool | None) -> bytes | mmap.mmap:
    with open(path, "rb") as file:  # noqa: PTH123
        size = os.fstat(file.fileno()).st_size
        if mapped is False or size == 0 or (mapped is None and size < _MAP_FROM):
            return file.read()
        with suppress(OSError, ValueError):  # a system that cannot map it, or not so much, may read it
            if (data := _mapped(file.fileno())) is not None:
                return data
        return file.read()


def _mapped(handle: int) -> mmap.mmap | None:
    """The map of an open file; None where maps would take the handles that others need.

    A map keeps no handle from Python 3.13 on, and before that another one for as long as it lives. A new handle is the
    lowest number that is free, so that it tells how many are in use: half of them are left alone.
    """
    if sys.version_info >= (3, 13) and sys.platform != "win32":
        return mmap.mmap(handle, 0, access=mmap.ACCESS_READ, trackfd=False)
    if hasattr(os, "sysconf") and (most := os.sysconf("SC_OPEN_MAX")) > 0:
        os.close(another := os.dup(handle))
        if another >= most // 2:
            return None
    return mmap.mmap(handle, 0, access=mmap.ACCESS_READ)


def write_atomically(
    target: str | os.PathLike[str] | IO[bytes], pieces: Iterable[bytes | memoryview], *, follow: bool = True
) -> None:
    """Write pieces to a path by way of a temporary file beside it, or to an open binary file.

    WriteError when it cannot be done; a file that was there before stays as it was. Where the path is a link, the
    file that it points to is replaced; devices and pipes are written to. With `follow=False` whatever is there is
    replaced itself. Mode, owner, group and access list of the old file stay; where they cannot, a ReplacedFileWarning
    says so, and nobody is let in whom the old file kept out.
    """
    if not isinstance(target, str | os.PathLike):
        _write_to(target, pieces)
        return
    from pathlib import Path  # 5 ms, for those who write

    path = Path(target)
    try:
        if follow and _takes_bytes(path):
            with path.open("wb", buffering=0) as file:
                _write_to(file, pieces)
        else:  # a link keeps pointing where it points
            from nistitl.base.replacing import replace_file  # only writers need it

            replace_file(Path(os.path.realpath(path)) if follow else path, pieces)
    except (OSError, ValueError) as error:
        raise WriteError(f"cannot write {path.name}: {why_not_written(path, error)}") from error


def why_not_written(path: Path, error: Exception) -> str:
    """Why a file cannot be written; of one whose folder is not there that this is so."""
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return f"there is no folder {path.parent.name}; make it first"
    return str(getattr(error, "strerror", None) or error)


def _takes_bytes(path: Path) -> bool:
    """True for devices and pipes: replaced by a file they would be lost to everybody."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or stat.S_ISBLK(mode) or stat.S_ISSOCK(mode)


def _write_to(file: IO[bytes], pieces: Iterable[bytes | memoryview]) -> None:
    try:
        for piece in pieces:
            _write_all(file, memoryview(piece))
        if (flush := getattr(file, "flush", None)) is not None:
            flush()
    except (OSError, TypeError, ValueError, AttributeError) as error:
        raise WriteError(f"cannot write: {error}") from error


def _write_all(file: IO[bytes], piece: memoryview) -> None:
    """Files without a buffer may take only a part at a time."""
    while len(piece):
        taken = file.write(piece)
        if not isinstance(file, RawIOBase):
            return
        if not taken:
            raise WriteError("cannot write: the file takes no more bytes now")
        piece = piece[taken:]
