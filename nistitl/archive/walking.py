"""The walk over folders, globs and archives: every entry is accounted for, in an order that is always the same.

Strategy: folders are listed one at a time, so that memory is that of the largest one; names are sorted as whole paths
are, a folder as if its name ended in a slash. Links to folders are not followed. Files are read plainly, never mapped:
one that somebody else truncates would end the process.
"""

from __future__ import annotations

import glob
import os
import stat
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import attrs

from nistitl.archive.containers import FAILURES, HEAD, kind_of, read_member, told
from nistitl.archive.entry import Entry
from nistitl.archive.stores import Object, below, is_folder, is_url, matches
from nistitl.base.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nistitl.archive.containers import Container
    from nistitl.archive.entry import Kind

__all__ = ["Entry", "open_plainly", "read_entry", "walk"]
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_OTHERS: tuple[tuple[Callable[[int], bool], Kind, str], ...] = (
    (stat.S_ISLNK, "broken-link", "a link that leads nowhere"),
    (stat.S_ISFIFO, "fifo", "a pipe, which is not read"),
    (stat.S_ISSOCK, "socket", "a socket"),
    (stat.S_ISCHR, "device", "a device, which is not read"),
    (stat.S_ISBLK, "device", "a device, which is not read"),
)


def walk(
    paths: Iterable[str | os.PathLike[str]], *, only: str | None = None, unwrap: bool = True, ordered: bool = False
) -> Iterator[Entry]:
    """Every entry of files, folders and globs, each path once; folders sorted as `Entry.key` is.

    `only`: a glob for names, or where it holds a slash for whole paths; what it leaves out is an entry that says so.
    `unwrap` opens tar, ZIP, gzip and NIST's record stores by what the file begins with; their members come in the
    order of the archive. `ordered` sorts the paths that were given as well, so that the whole walk is in path order.
    Raises nothing: what cannot be read is an entry with its reason. Memory is that of the largest folder.
    """
    roots = _without_repeats(_expanded(os.fspath(path) for path in paths))
    if ordered:
        roots = sorted(roots, key=_sorting)
    kept = _Filter(only)
    for root in roots:
        for entry in _below(root):
            yield from _opened(entry, kept, unwrap)


def _expanded(paths: Iterable[str]) -> Iterator[str]:
    """The paths; a glob is all that it matches, itself where that is nothing."""
    for path in paths:
        if is_url(path):
            yield from matches(path)
        elif glob.has_magic(path) and not os.path.lexists(path):
            yield from sorted(glob.glob(path, recursive=True, include_hidden=True), key=_sorting) or [path]  # noqa: PTH207
        else:
            yield path


def _without_repeats(paths: Iterable[str]) -> list[str]:
    """Each path once, and none that lies in a folder which is there as well."""
    whole = {path: path if is_url(path) else os.path.abspath(path) for path in paths}  # noqa: PTH100
    folders = {place for path, place in whole.items() if os.path.isdir(path)}  # noqa: PTH112
    found: dict[str, str] = {}
    for path, place in whole.items():
        if is_url(path):
            above_it = (one for one in whole if path != one and path.startswith(one.rstrip("/") + "/"))
            if not any(is_url(one) and is_folder(one) for one in above_it):
                found.setdefault(place, path)
            continue
        above, last = os.path.dirname(place), place  # noqa: PTH120
        while above not in folders and above != last:
            above, last = os.path.dirname(above), above  # noqa: PTH120
        if above not in folders or above == place:
            found.setdefault(place, path)
    return list(found.values())


def _sorting(path: str) -> str:
    if is_url(path):
        return path.rstrip("/") + "/" if is_folder(path) else path
    return os.path.join(path, "") if os.path.isdir(path) else path  # noqa: PTH112, PTH118


def _below(path: str) -> Iterator[Entry]:
    """What is at a path that was given, and everything below it."""
    if is_url(path):
        yield from below(path)
        return
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError as error:
        link = os.path.islink(path)  # noqa: PTH114
        reason = "a link that leads nowhere" if link else f"cannot read: {error.strerror}"
        yield Entry(path, kind="broken-link" if link else "unreadable", reason=reason)
        return
    if stat.S_ISDIR(found.st_mode):
        yield from _in_folder(path)
    else:
        yield _entry(path, found)


def _in_folder(folder: str) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as listed:
            children = sorted((child.name + os.sep * child.is_dir(follow_symlinks=False), child) for child in listed)
    except OSError as error:
        yield Entry(folder, kind="unreadable", reason=f"the folder cannot be listed: {error.strerror}")
        return
    children.reverse()
    while children:  # each is let go when its turn has come
        name, child = children.pop()
        if name.endswith(os.sep):
            yield from _in_folder(child.path)
        else:
            yield _of_child(child)


def _of_child(child: os.DirEntry[str]) -> Entry:
    try:
        found = child.stat()
    except OSError as error:
        if child.is_symlink():
            return Entry(child.path, kind="broken-link", reason="a link that leads nowhere")
        return Entry(child.path, kind="unreadable", reason=f"cannot read: {error.strerror}")
    if stat.S_ISDIR(found.st_mode):
        return Entry(child.path, kind="skipped", reason="a link to a folder, which is not followed")
    return _entry(child.path, found)


def _entry(path: str, found: os.stat_result) -> Entry:
    if stat.S_ISREG(found.st_mode):
        return Entry(path, size=found.st_size, mtime_ns=found.st_mtime_ns)
    kind, reason = next(((kind, why) for is_one, kind, why in _OTHERS if is_one(found.st_mode)), ("skipped", "no file"))
    return Entry(path, kind=kind, reason=reason)


# -- what a file holds ------------------------------------------------------------------------


class _Filter:
    """Which entries `only` leaves."""

    def __init__(self, only: str | None) -> None:
        self._only = only
        self._whole = only is not None and "/" in only

    def __call__(self, entry: Entry) -> Entry:
        if self._only is None or not entry.readable:
            return entry
        name = str(entry.member or entry.path).replace(os.sep, "/")
        if fnmatchcase(name if self._whole else name.rpartition("/")[2], self._only):
            return entry
        return attrs.evolve(entry, kind="skipped", reason=f"--only {self._only} leaves it out")


def _opened(entry: Entry, kept: _Filter, unwrap: bool) -> Iterator[Entry]:
    """The entry, or those of its members where it is an archive that is to be opened."""
    if entry.kind != "file" or not unwrap or is_url(entry.path):
        yield kept(entry)
        return
    try:
        opener = kind_of(entry.path, _head(entry.path))
        container = opener(entry.path) if opener is not None else None
    except FAILURES as error:
        yield attrs.evolve(entry, kind="unreadable", reason=told(error))
        return
    if container is None:
        yield kept(entry)
        return
    try:
        for member in _members(entry, container):
            yield kept(member)
    finally:
        container.close()


def _members(entry: Entry, container: Container) -> Iterator[Entry]:
    at = -1
    try:
        for at, member in enumerate(container.members()):
            name = None if member.damage else member.name
            kind: Kind = "member" if member.reason is None else "unreadable" if member.damage else "skipped"
            yield Entry(entry.path, name, kind, member.reason, member.size, entry.mtime_ns, at, member.offset)
    except FAILURES as error:
        yield attrs.evolve(entry, kind="unreadable", reason=told(error), at=at + 1)
        return
    if at < 0:
        yield attrs.evolve(entry, kind="skipped", reason="an archive that holds no file")


def _head(path: str) -> bytes:
    handle = open_plainly(path)
    try:
        return os.read(handle, HEAD)
    finally:
        os.close(handle)


def open_plainly(path: str) -> int:
    """A handle of a regular file; nothing is waited for. ReadError for anything else, OSError."""
    handle = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ReadError("it is no regular file any more")
    return handle


def read_entry(entry: Entry) -> bytes:
    """The bytes of a file or of a member, read plainly. ReadError where they cannot be had.

    Members of packed archives cost one pass over the archive where they are read in order, by one thread.
    """
    if not entry.readable:
        raise ReadError(entry.reason or "there is nothing to read")
    if is_url(entry.path):
        return Object(entry).whole()
    if entry.member is not None and entry.offset is None:
        return read_member(entry.path, entry.at, entry.member)
    try:
        handle = open_plainly(entry.path)
        with os.fdopen(handle, "rb") as file:
            if entry.offset is None:
                return file.read()
            file.seek(entry.offset)
            data = file.read(entry.size or 0)
    except OSError as error:
        raise ReadError(f"cannot read: {error.strerror or error}") from error
    if len(data) != entry.size:
        raise ReadError("the archive ends inside the member")
    return data
