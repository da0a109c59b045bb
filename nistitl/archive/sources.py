"""Where the bytes of an entry come from, range by range: a file of the system, or bytes that are there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import attrs

from nistitl.archive.stores import Object, is_url
from nistitl.archive.walking import open_plainly, read_entry
from nistitl.base.errors import ReadError

if TYPE_CHECKING:
    from nistitl.archive.entry import Entry


@attrs.define(slots=True)
class Bytes:
    """Bytes that are there; `taken` is how many."""

    data: bytes
    taken: int = 0

    def __attrs_post_init__(self) -> None:
        self.taken = len(self.data)

    @property
    def size(self) -> int:
        """How many."""
        return len(self.data)

    def read(self, start: int, stop: int) -> bytes:
        """A range of them."""
        return self.data[start:stop]

    def whole(self) -> bytes:
        """All of them."""
        return self.data

    def close(self) -> None:
        """Nothing is open."""


class File:
    """A file of the system, or the part of it that a member is; nothing is read ahead.

    `taken` counts the bytes that were read.
    """

    def __init__(self, entry: Entry) -> None:
        try:
            self._handle = open_plainly(entry.path)
            self.size = os.fstat(self._handle).st_size if entry.offset is None else entry.size or 0
        except OSError as error:
            raise ReadError(f"cannot read: {error.strerror or error}") from error
        self._start = entry.offset or 0
        self.taken = 0

    def read(self, start: int, stop: int) -> bytes:
        """The bytes of a range. ReadError where the file is shorter by now."""
        pieces, at = [], start
        try:
            while at < stop:
                piece = os.pread(self._handle, stop - at, self._start + at)
                if not piece:
                    raise ReadError("the file ends before its size says")
                pieces.append(piece)
                at += len(piece)
                self.taken += len(piece)
        except OSError as error:
            raise ReadError(f"cannot read: {error.strerror or error}") from error
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def whole(self) -> bytes:
        """All of it."""
        return self.read(0, self.size)

    def close(self) -> None:
        """Let the file go."""
        os.close(self._handle)


Opened = Bytes | File | Object


def source_of(entry: Entry) -> Opened:
    """Where the bytes of an entry come from; a member that is packed is unpacked. ReadError."""
    if is_url(entry.path):
        return Object(entry)
    packed = entry.member is not None and entry.offset is None
    return Bytes(read_entry(entry)) if packed or not hasattr(os, "pread") else File(entry)
