"""What is kept of a codestream, piece by piece, and the kinds of what is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.wire.fields import Raw

BEFORE, BEHIND, BETWEEN = "bytes before the image", "bytes behind the image", "bytes between its parts"
UNUSED, FILLING, PICTURES = "tables that nothing uses", "filling", "further pictures"
_ARTICLE = re.compile("an? ")


class Kept:
    """The pieces of a codestream that are kept, in their order, and what kinds of others there were."""

    def __init__(self) -> None:
        self._pieces: list[Raw] = []
        self._gone: dict[str, None] = {}

    def keep(self, *pieces: Raw) -> None:
        """Put pieces behind those that are there."""
        self._pieces += pieces

    def drop(self, kind: str, content: Raw = b"?") -> None:
        """Take note that something of a kind goes; nothing where there is no content."""
        if len(content):
            self._gone[_ARTICLE.sub("", kind, count=1) if _ARTICLE.match(kind) else kind] = None

    def within(self, content: Raw, length: int, kind: str) -> Raw:
        """The content up to the length that it may have; what stands behind that goes."""
        self.drop(kind, content[length:])
        return content[:length]

    def wrap(self, inner: Kept, wrapped: Callable[[bytes], bytes]) -> None:
        """Keep what a part keeps of itself, as a function wraps it."""
        self.keep(wrapped(inner.data))
        self._gone |= inner._gone

    @property
    def data(self) -> bytes:
        """All that is kept."""
        return b"".join(self._pieces)

    @property
    def removed(self) -> tuple[str, ...]:
        """The kinds of what is not, in the order in which they were met."""
        return tuple(self._gone)


class Uses:
    """Definitions that are in force until another one of the same name, and which of them something uses."""

    def __init__(self) -> None:
        self._current: dict[tuple[int, ...], int] = {}
        self._used: set[int] = set()

    def define(self, name: tuple[int, ...], place: int) -> None:
        """A definition, known by where it stands."""
        self._current[name] = place

    def use(self, *names: tuple[int, ...]) -> None:
        """What is in force under these names is used."""
        self._used |= {self._current[name] for name in names if name in self._current}

    def knows(self, *names: tuple[int, ...]) -> bool:
        """True where something is in force under each of these names."""
        return self._current.keys() >= set(names)

    def __contains__(self, place: int) -> bool:
        return place in self._used
