"""The files that a retention policy is run over: found without following links, held with what tells them apart.

Strategy: whatever is acted on was read from a regular file, and is looked at again, content and all, in
the instant before. Nothing closes that instant altogether: no system removes a name only if it still means one file.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.errors import ITLError, ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Identity = tuple[int, ...]
_SIZE, _LINKS = 2, 3  # places in it


class NotOneFile(ITLError):
    """What a path names is a link, or no regular file: it is never touched."""


class FileChanged(ITLError):
    """A file is no longer what was read."""


class Held(NamedTuple):
    """A file that was read: its path without links before the last part, what tells it apart, and its bytes."""

    path: Path
    identity: Identity
    data: bytes

    @property
    def links(self) -> int:
        """How many names it has."""
        return self.identity[_LINKS]


class Found(NamedTuple):
    """What a walk comes by: a path, and whether somebody named it."""

    path: Path
    named: bool


class Walk:
    """The files of paths and of the folders below them, each once and in order; no link to a folder is entered.

    `folders` are those that were listed to the end, `problems` what could not be listed.
    """

    def __init__(self, paths: Iterable[str | os.PathLike[str]]) -> None:
        self.paths = [Path(path) for path in paths]
        self.folders: list[Path] = []
        self.problems: list[tuple[Path, str]] = []
        self._seen: set[Path] = set()

    def __iter__(self) -> Iterator[Found]:
        for path in self.paths:
            if path.is_dir() and not path.is_symlink():
                yield from self._below(Path(os.path.realpath(path)))
            elif (one := resolved(path)) not in self._seen:
                self._seen.add(one)
                yield Found(one, True)

    def _below(self, folder: Path) -> Iterator[Found]:
        if folder in self._seen:
            return
        self._seen.add(folder)
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            self.problems.append((folder, f"cannot be listed: {error.strerror or error}"))
            return
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(path)
            elif path not in self._seen:
                self._seen.add(path)
                yield Found(path, False)
        self.folders.append(folder)


def resolved(path: Path) -> Path:
    """A path without links and dots before its last part, which is left as it is."""
    return Path(os.path.realpath(path.parent)) / path.name if path.name not in ("", "..") else Path(path).resolve()


def hold(path: Path) -> Held:
    """Read a file. NotOneFile for a link and for what is no regular file, FileChanged, ReadError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path.is_symlink():
            raise NotOneFile("it is a link, and what it leads to is not touched")
        with os.fdopen(os.open(path, flags), "rb") as file:
            before = _identity(os.fstat(file.fileno()))
            data = file.read()
            after = _identity(os.fstat(file.fileno()))
    except OSError as error:
        raise ReadError(f"cannot read: {error.strerror or error}") from error
    if before != after or len(data) != after[_SIZE]:
        raise FileChanged("it changed while it was read")
    return Held(path, after, data)


def check_unchanged(held: Held) -> None:
    """FileChanged where a path no longer names the file that was read, or the file holds something else."""
    try:
        now = hold(held.path)
        named = _identity(held.path.lstat())
    except (ITLError, OSError):
        raise FileChanged("it changed after it was read") from None
    if now.identity != held.identity or named != held.identity or now.data != held.data:
        raise FileChanged("it changed after it was read")


def _identity(found: os.stat_result) -> Identity:
    """What tells a file apart, and whether it was touched. NotOneFile for what is no regular file."""
    if not stat.S_ISREG(found.st_mode):
        raise NotOneFile("it is no regular file")
    times = found.st_mtime_ns, found.st_ctime_ns
    return found.st_dev, found.st_ino, found.st_size, found.st_nlink, *times, found.st_mode
