"""What a walk meets: a file, a member of an archive, or something that cannot be read, with the reason."""

from __future__ import annotations

from typing import Literal

import attrs

Kind = Literal["file", "member", "broken-link", "fifo", "socket", "device", "skipped", "unreadable"]
READABLE: tuple[Kind, ...] = ("file", "member")


@attrs.frozen(slots=True, order=False)
class Entry:
    """One thing that a walk met; everything it meets is one.

    `path` is the path or URL of a file, `member` the name inside it where it is an archive, `at` the place there,
    from 0. `reason` says why an entry cannot be read, or is not. `size` is in bytes, of a member as it is unpacked;
    None where nothing tells. `mtime_ns` is the time of the file, in nanoseconds. `offset` is where the bytes of a
    member stand in the file as they are; None where they are packed, or no member's.
    """

    path: str
    member: str | None = None
    kind: Kind = "file"
    reason: str | None = None
    size: int | None = None
    mtime_ns: int | None = None
    at: int = 0
    offset: int | None = None

    @property
    def key(self) -> str:
        """A text of its own for every entry, the same in every walk; in order, those of a walk in path order are.

        It is the path; of a member, path, place and name with NUL between.
        """
        return self.path if self.member is None else f"{self.path}\0{self.at:09d}\0{self.member}"

    @property
    def readable(self) -> bool:
        """Are there bytes to read?"""
        return self.kind in READABLE

    def __str__(self) -> str:
        return self.path if self.member is None else f"{self.path}!{self.member}"
