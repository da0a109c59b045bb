"""Many needles in many bytes at one pass, also in what base64, hex and deflate hide.

A table of the first four bytes of all needles is asked at each byte; only where it knows them are needles compared. So
time grows with the bytes, whatever the number of needles, none of which is shorter than four bytes.
"""

from __future__ import annotations

import binascii
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

from nistitl.exchange.needles import is_uniform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nistitl.exchange.needles import Needles

_HEAD = 4
_MOST_INFLATED = 64 << 20  # bytes of all that is inflated
_DEEPEST = 3
_BEGINNING, _PRICE = 256, 1 << 20
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{2,}(?:\r?\n[A-Za-z0-9+/_-]+)*")
_DIGITS_RUN = re.compile(rb"[0-9A-Fa-f]{8,}")
_LEAST_BASE64, _LEAST_HEX = 6, 8
_DEFLATED = re.compile(rb"[\x08\x18\x28\x38\x48\x58\x68\x78]|\x1f\x8b\x08|PK\x03\x04")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_ZIP_HEAD = 30
_LONG, _DIFFERENT = 8, 4  # of needles that coded data do not hold by chance


class Found(NamedTuple):
    """A needle that stands somewhere: what it stands for, where, and how it is hidden there."""

    key: str
    at: int
    size: int
    inside: str = ""  # "base64", "hex", "zlib"


class Finder:
    """Needles, by their first bytes."""

    def __init__(self, needles: Mapping[bytes, str]) -> None:
        self._needles = needles
        sizes: dict[bytes, set[int]] = {}
        for needle in needles:
            sizes.setdefault(needle[:_HEAD], set()).add(len(needle))
        self._sizes = {head: sorted(lengths, reverse=True) for head, lengths in sizes.items()}

    def find(self, data: bytes) -> Iterator[Found]:
        """Each place of a needle, large and small letters alike, the longest at each."""
        data, sizes, needles = data.lower(), self._sizes, self._needles
        for at in [at for at in range(len(data) - _HEAD + 1) if data[at : at + _HEAD] in sizes]:
            for size in sizes[data[at : at + _HEAD]]:
                key = needles.get(data[at : at + size])
                if key is not None:
                    yield Found(key, at, size)
                    break


class Search:
    """A search for needles in what is text or may hold some, and in coded data."""

    def __init__(self, needles: Needles) -> None:
        self._finder = Finder(needles.keys)
        self._mixed = needles.mixed
        self._left = _MOST_INFLATED

    @property
    def exhausted(self) -> bool:
        """True where there was more to inflate than may be."""
        return self._left <= 0

    def in_coded(self, data: bytes) -> Iterator[Found]:
        """Long needles as they stand: of short ones coded data hold some by chance."""
        for one in self._spelled(data):
            if one.size >= _LONG and len(set(data[one.at : one.at + one.size])) >= _DIFFERENT:
                yield one

    def in_text(self, data: bytes) -> Iterator[Found]:
        """Needles in large and small letters, and in what is base64, hex or deflated."""
        yield from self._finder.find(data)
        yield from self._hidden(data, _DEEPEST)

    def _spelled(self, data: bytes) -> Iterator[Found]:
        """Needles as somebody writes them: in what may be no text, others stand by chance."""
        for one in self._finder.find(data):
            raw = data[one.at : one.at + one.size]
            if is_uniform(raw) or raw in self._mixed:
                yield one

    def _hidden(self, data: bytes, depth: int, start: int | None = None) -> Iterator[Found]:
        for inside, at, content in (*_from_hex(data), *_from_base64(data)):
            place = at if start is None else start
            yield from (one._replace(at=place, inside=inside) for one in self._spelled(content))
            if depth:
                yield from self._deflated(content, depth, place)
        if depth:
            yield from self._deflated(data, depth, start)

    def _deflated(self, data: bytes, depth: int, start: int | None) -> Iterator[Found]:
        at = 0
        while self._left > 0 and (match := _DEFLATED.search(data, at)):
            content, at = self._inflated(data, match.start())
            if content:
                place = match.start() if start is None else start
                yield from (one._replace(at=place, inside="zlib") for one in self._finder.find(content))
                yield from (one._replace(inside="zlib") for one in self._hidden(content, depth - 1, place))

    def _inflated(self, data: bytes, at: int) -> tuple[bytes, int]:
        """What is deflated at a place, up to a limit, and where to look on."""
        begin, bits = at, zlib.MAX_WBITS
        if data[at : at + 2] == b"\x1f\x8b":
            bits = zlib.MAX_WBITS | 16
        elif data[at : at + 2] == b"PK":
            begin, bits = _zip_content(data, at), -zlib.MAX_WBITS
        elif int.from_bytes(data[at : at + 2], "big") % 31 or len(data) < at + 2:
            return b"", at + 1
        inflater, view = zlib.decompressobj(bits), memoryview(data)[begin:]
        try:
            content = inflater.decompress(view[:_BEGINNING], self._left)
        except zlib.error:
            return b"", at + 1
        try:
            rest = b"" if inflater.eof else inflater.unconsumed_tail + view[_BEGINNING:]
            content += inflater.decompress(rest, max(self._left - len(content), 1))
        except zlib.error:
            self._left -= _PRICE  # else many that begin well would be inflated to where they break, one after another
        self._left -= len(content)
        return content, at + 2


def _zip_content(data: bytes, at: int) -> int:
    name, extra = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (26, 28))
    return at + _ZIP_HEAD + name + extra


def _from_hex(data: bytes) -> Iterable[tuple[str, int, bytes]]:
    for match in _DIGITS_RUN.finditer(data):
        run = match[0]
        for phase in (0, 1):
            digits = run[phase : phase + (len(run) - phase) // 2 * 2]
            if len(digits) >= _LEAST_HEX:
                yield "hex", match.start(), binascii.unhexlify(digits)


def _from_base64(data: bytes) -> Iterable[tuple[str, int, bytes]]:
    for match in _BASE64.finditer(data):
        run = match[0].translate(_URL_SAFE, b"\r\n")
        if len(run) < _LEAST_BASE64:
            continue
        for phase in range(4):
            digits = run[phase:]
            tail = len(digits) % 4
            digits = digits[:-1] if tail == 1 else digits + b"=" * (-tail % 4)
            if len(digits) > _HEAD:
                yield "base64", match.start(), binascii.a2b_base64(digits)
