"""Writing files as a whole or not at all."""

from __future__ import annotations

import os
import stat
from io import RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING

from nistitl.errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nistitl.wire.fields import Raw


_TEMPORARY = ".nistitl-"  # and not the name of the target, which may be as long as names go


def write_atomically(target: str | os.PathLike[str] | IO[bytes], pieces: Iterable[Raw], *, follow: bool = True) -> None:
    """Write pieces to a path by way of a temporary file beside it, or to an open binary file.

    WriteError when it cannot be done; a file that was there before stays as it was. Where the path is a link, the
    file that it points to is replaced; devices and pipes are written to. With `follow=False` whatever is there is
    replaced itself.
    """
    if not isinstance(target, str | os.PathLike):
        _write_to(target, pieces)
        return
    path = Path(target)
    try:
        if follow and _takes_bytes(path):
            with path.open("wb", buffering=0) as file:
                _write_to(file, pieces)
        else:  # a link keeps pointing where it points
            _replace(Path(os.path.realpath(path)) if follow else path, pieces)
    except (OSError, ValueError) as error:
        raise WriteError(f"cannot write {path.name}: {getattr(error, 'strerror', None) or error}") from error


def _takes_bytes(path: Path) -> bool:
    """True for devices and pipes: replaced by a file they would be lost to everybody."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or stat.S_ISBLK(mode) or stat.S_ISSOCK(mode)


def _write_to(file: IO[bytes], pieces: Iterable[Raw]) -> None:
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


def _replace(path: Path, pieces: Iterable[Raw]) -> None:
    import tempfile  # not needed to read

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_mode(path))
        os.replace(name, path)  # noqa: PTH105
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file would get."""
    try:
        found = path.lstat().st_mode
        if stat.S_ISREG(found):
            return stat.S_IMODE(found)
    except OSError:
        pass
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
