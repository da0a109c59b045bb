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


def write_atomically(target: str | os.PathLike[str] | IO[bytes], pieces: Iterable[Raw]) -> None:
    """Write pieces to a path by way of a temporary file beside it, or to an open binary file.

    WriteError when it cannot be done; a file that was there before stays as it was.
    """
    if not isinstance(target, str | os.PathLike):
        _write_to(target, pieces)
        return
    path = Path(target)
    try:
        path = Path(os.path.realpath(target))  # a link keeps pointing where it points
        _replace(path, pieces)
    except (OSError, ValueError) as error:
        raise WriteError(f"cannot write {path.name}: {getattr(error, 'strerror', None) or error}") from error


def _write_to(file: IO[bytes], pieces: Iterable[Raw]) -> None:
    try:
        for piece in pieces:
            _write_all(file, memoryview(piece))
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

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
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
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
