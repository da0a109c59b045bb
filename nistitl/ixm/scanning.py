"""Readings of a whole message: where its records stand, and the elements at a path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from nistitl.xml.scanning import RecordElement, RecordScan, Scan, canonical, element_end
from nistitl.xml.vocabularies import ITL

if TYPE_CHECKING:
    from mmap import mmap

    from nistitl.xml.scanning import Scope

_EXPECTED = b"//visit.dhs.gov/ident/"
_ROOT = re.compile(r"\{(http://visit\.dhs\.gov/ident/(\d[\d.]*))\}(\w+)")
_RECORD = re.compile(r"itl:Package\w+Record")
_ITL_PREFIX = {ITL: "itl"}


class Root(NamedTuple):
    """What the name of a message's element says."""

    namespace: str
    version: str
    kind: str


class MessageScan(RecordScan):
    """The record elements of a message, wherever in it they stand."""

    expected: ClassVar[bytes] = _EXPECTED

    def __init__(self, data: bytes | mmap) -> None:
        super().__init__(data)
        self.root: Root | None = None
        self._message_depth = -1  # while inside
        self._record_depth = 0
        self._record: tuple[str, int, Scope] | None = None  # name, start and scope of the one it is in

    def entered(self, name: str, scope: Scope, start: int) -> None:
        """The message begins, a record in it, or something else."""
        if self.root is None:
            match = _ROOT.fullmatch(canonical(name, scope, {}))
            if match is not None:
                self.root = Root(match[1], match[2], match[3])
                self.scope, self.holder, self._message_depth = scope, start, self.depth
        elif (
            self._record is None and self._message_depth > 0 and _RECORD.fullmatch(canonical(name, scope, _ITL_PREFIX))
        ):
            self._record, self._record_depth = (name, start, scope), self.depth

    def left(self, end_tag: int) -> None:
        """A record has ended, the message, or something else."""
        if self._record is not None and self.depth < self._record_depth:
            name, start, scope = self._record
            self.elements.append(RecordElement(name, start, element_end(self.data, start, end_tag), scope))
            self._record = None
        elif self.depth < self._message_depth:
            self._message_depth = -1


class PathScan(Scan):
    """The elements at a path below the element that begins at `holder`."""

    expected: ClassVar[bytes] = _EXPECTED

    def __init__(self, data: bytes | mmap, holder: int, prefixes: dict[str, str], steps: list[str]) -> None:
        super().__init__(data)
        self.spans: list[tuple[int, int]] = []
        self._holder = holder
        self._prefixes = prefixes
        self._steps = steps
        self._base = 0  # how deep the holder lies, while in it; 0 before, -1 after
        self._matched = 0  # how many steps the elements around match
        self._begins: list[int] = []

    def entered(self, name: str, scope: Scope, start: int) -> None:
        """An element begins: the holder, the next step of the path, or something else."""
        if self._base == 0:
            self._base = self.depth if start == self._holder else 0
            return
        step = self.depth - self._base - 1
        if step == self._matched < len(self._steps) and self._is_step(canonical(name, scope, self._prefixes), step):
            self._matched += 1
            self._begins.append(start)

    def _is_step(self, name: str, step: int) -> bool:
        return self._steps[step] in (name, re.split("[:}]", name)[-1])

    def left(self, end_tag: int) -> None:
        """An element has ended: the holder, one of the path, or something else."""
        if self._base and self.depth < self._base:
            self._base = -1
        if self._base > 0 and self.depth - self._base < self._matched:
            start = self._begins.pop()
            if self._matched == len(self._steps):
                self.spans.append((start, element_end(self.data, start, end_tag)))
            self._matched -= 1
