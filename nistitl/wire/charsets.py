"""Character sets: what 1.015 DCS announces, the inline changes of 2000 and 2007, a caller's override.

Bytes that a set cannot decode survive as lone surrogates (PEP 383) and are written back as they were.
ANSI/NIST-ITL 1-2011, 5.6 and 8.1.15; 1-2007, 7.2.3 for the inline form.
"""

from __future__ import annotations

import codecs
import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from nistitl.base.editions import E2011, edition_of
from nistitl.base.errors import ITLError
from nistitl.wire.grammar import ETX, RESERVED, RS, STX, US

if TYPE_CHECKING:
    from collections.abc import Iterator

# 1.015 CSI -> the set, by Python's name for it (table CSI)
DECLARED = {0: "ascii", 1: "latin-1", 2: "utf-16", 3: "utf-8", 4: "utf-32"}
_UNTABLED = frozenset({"ascii", "iso8859-1", "utf-8", "utf-16", "utf-32"})  # sets that Python has no table of
_SAMPLE = bytes(range(32, 127)) + b"~{~}"  # what every set but the wide ones reads as ASCII; EBCDIC and HZ do not
_UNANNOUNCED = "ASCII, as 1.015 announces none: announce one first, such as 3 for UTF-8"
_INDEX_DIGITS = 3  # of CSI
_WIDE = {"utf-16": "utf-16-be", "utf-32": "utf-32-be"}
_SHIFTS = frozenset(b"\x0e\x0f\x1b")  # SO, SI, ESC: what follows is read by another table (ISO 2022)
_ENDING = "\\~!"  # what reads otherwise in every state of ISO 2022 but that of ASCII
_CHANGES = frozenset("\x02\x03\x0e\x0f\x1b")  # characters of no text: changes of set that were not understood
_SEPARATOR = re.compile(rb"([\x1c-\x1f])")
_INLINE = re.compile(rb"\x02\)(\d{1,3})=([^\x02\x03]*)\x03")


def _shifting(codec: str) -> bool:
    """True for the sets of ISO 2022, whose bytes are read by what was shifted to before them."""
    return codec.startswith("iso2022")


def _certainty(codec: str) -> int:
    """Sets in the order in which bytes are tried: those first that other text can hardly be."""
    if _shifting(codec):
        return 0
    return 1 if codec == "utf-8" else 3 if codec in _WIDE else 2


@attrs.frozen(slots=True)
class Charset:
    """How text outside ASCII is read and written.

    `name` is a Python codec. `declared` is False where nothing announced a set: then UTF-8 is read
    where it is valid, and only ASCII is written. `inline` is a directory of sets (2000, 2007), codecs
    by index: texts change set with STX ) index = … ETX, in base-64 where the bytes need it; what is
    outside ASCII without such a change is read by the first set of the directory that can.
    Every item is text by itself: no shift or change of set lasts beyond a separator.
    """

    name: str = "ascii"
    declared: bool = True
    inline: tuple[tuple[int | None, str], ...] = ()
    # True where bytes of ASCII are always text of ASCII: no inline changes, no shifts, no wide characters
    transparent: bool = attrs.field(init=False)
    _tried: tuple[str, ...] = attrs.field(init=False, repr=False, eq=False)  # the sets of the directory, surest first
    _by_index: dict[int | None, str] = attrs.field(init=False, repr=False, eq=False)

    @transparent.default
    def _is_transparent(self) -> bool:
        return not self.inline and self.name not in _WIDE and not _shifting(self.name)

    @_tried.default
    def _by_certainty(self) -> tuple[str, ...]:
        return tuple(sorted(dict.fromkeys(codec for _, codec in self.inline), key=_certainty))

    @_by_index.default
    def _indexed(self) -> dict[int | None, str]:
        return dict(self.inline)

    def decode(self, raw: bytes) -> str:
        """The text of these bytes; what cannot be decoded becomes lone surrogates."""
        if self.name == "utf-8" and not self.inline:
            return raw.decode("utf-8", "surrogateescape")
        if self.transparent and raw.isascii():
            return raw.decode("ascii")
        pieces = _SEPARATOR.split(raw)
        return self._item(raw) if len(pieces) == 1 else "".join(map(self._item, pieces))

    def encode(self, text: str) -> bytes:
        """The bytes of this text; ValueError when the set cannot say it."""
        try:
            raw = text.encode("ascii", "surrogateescape")
            if self.transparent or self.decode(raw) == text:
                return raw
        except UnicodeEncodeError:
            pass
        indexed = [(index, codec) for index, codec in self.inline if index is not None]
        raw = _inline_change(text, indexed) if indexed else self._plain_bytes(text)
        if self.decode(raw) != text:
            raise ValueError(f"in {self.name} this text would be read as another one; use UTF-8")
        return raw

    def escapes(self, raw: bytes) -> bool:
        """True when the reserved bytes in `raw` are inline changes of set and nothing else."""
        return bool(self.inline) and RESERVED.isdisjoint(_INLINE.sub(b"", raw))

    def readable(self, raw: bytes) -> bool:
        """True when these bytes are text of this set, with nothing left undecodable."""
        text = self.decode(raw)
        return _is_whole(text) and (self.transparent or _CHANGES.isdisjoint(text))

    def _plain_bytes(self, text: str) -> bytes:
        try:
            raw = text.encode(_WIDE.get(self.name, self.name), "surrogateescape")
        except UnicodeError:
            known = self.name if self.declared else _UNANNOUNCED
            raise ValueError(f"text outside the character set of the transaction ({known})") from None
        if not RESERVED.isdisjoint(raw):
            raise ValueError(f"in {self.name} this text contains separator bytes; use UTF-8")
        return raw

    def _item(self, raw: bytes) -> str:
        if self.inline:
            return self._changing(raw)
        if not self.declared:
            return raw.decode("utf-8", "surrogateescape") if _valid(raw, "utf-8") else _ascii(raw)
        return _decoded(raw, self.name)

    def _changing(self, raw: bytes) -> str:
        """The text of an item of 2000 or 2007, its inline changes followed."""
        text, at = [], 0
        for change in _INLINE.finditer(raw) if STX in raw else ():
            text += [self._between(raw[at : change.start()]), self._changed(change)]
            at = change.end()
        return "".join([*text, self._between(raw[at:])])

    def _between(self, raw: bytes) -> str:
        """What stands outside inline changes, by the first set of the directory that reads it."""
        texts = (_decoded(raw, codec) for codec in self._tried)
        return next((text for text in texts if _is_whole(text)), _decoded(raw, self._tried[0]))

    def _changed(self, change: re.Match[bytes]) -> str:
        codec = self._by_index.get(int(change[1]))
        if codec is None:
            return _ascii(change[0])
        from base64 import b64decode  # few files have a directory of sets

        content = change[2]
        try:
            decoded = b64decode(content, validate=True)
        except ValueError:
            decoded = content
        for candidate in (decoded, content):
            marked = candidate.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
            spelled = codec if marked else _WIDE.get(codec, codec)
            if candidate and _valid(candidate, spelled):
                return candidate.decode(spelled)
        return _ascii(change[0])


ASCII = Charset()
UNDECLARED = Charset("ascii", declared=False)


def charset_named(name: str) -> Charset:
    """The set a caller asks for by the name of a Python codec; ITLError when there is none such."""
    codec = _set_named(name) if isinstance(name, str) else None
    if codec is None:
        raise ITLError(f"no character set named {name!r}; use a Python codec name such as cp1255")
    return Charset(codec)


def announced(dcs: bytes | memoryview | None, ver: bytes | memoryview | None) -> Charset:
    """The set that these bytes of 1.015 announce, a directory of sets where these of 1.002 name 2000 or 2007.

    Of several sets a later edition uses the first; ASCII is part of each and needs no announcement.
    """
    sets = [_index_and_name(subfield) for subfield in bytes(dcs or b"").split(RS)]
    known = [(index, codec) for index, name in sets if (codec := _codec(index, name))]
    if not known:
        return UNDECLARED
    beyond = tuple((index, codec) for index, codec in known if codec != "ascii")
    if not beyond:
        return ASCII
    return Charset(beyond[0][1], inline=beyond if _has_directory(ver) else ())


def unused(dcs: bytes | memoryview | None, ver: bytes | memoryview | None) -> Iterator[tuple[int, str]]:
    """The subfields of 1.015, counted from 1, whose set no text is read by, each with the reason."""
    used = announced(dcs, ver)
    read_by = {codec for _, codec in used.inline} or {used.name}
    for place, subfield in enumerate(bytes(dcs or b"").split(RS), 1):
        index, name = _index_and_name(subfield)
        codec = _codec(index, name)
        if codec is None and subfield.strip(US + b" "):
            yield place, "the character set is not known here"
        elif codec not in (None, "ascii") and codec not in read_by:
            yield place, "another set is announced before it, which all text is read by"


def _has_directory(ver: bytes | memoryview | None) -> bool:
    """True below 2011, where texts change between the sets of a directory."""
    edition = edition_of(bytes(ver).decode("latin-1")) if ver is not None else None
    return edition is not None and edition < E2011


def _index_and_name(subfield: bytes) -> tuple[int | None, str]:
    index, _, rest = subfield.partition(US)
    name = rest.partition(US)[0]
    return int(index) if index.isdigit() and len(index) <= _INDEX_DIGITS else None, UNDECLARED.decode(name)


def _codec(index: int | None, name: str) -> str | None:
    return DECLARED[index] if index in DECLARED else _set_named(name.strip())


@lru_cache(maxsize=64)
def _set_named(name: str) -> str | None:
    """Python's name of a character set; None where it knows none of that name, or calls something else a codec.

    A set is one of Unicode or has a table: its module in Python's `encodings` holds that, or the C object with it.
    """
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    known = found.name.removesuffix("-sig")  # a mark at the beginning is none of a field's
    if known in _UNTABLED:
        return known
    module = sys.modules.get(getattr(found.incrementaldecoder, "__module__", ""))
    tables = ("decoding_table", "decoding_map", "codec")
    if module is None or not module.__name__.startswith("encodings.") or not any(hasattr(module, t) for t in tables):
        return None
    return known if _valid(_SAMPLE, known) and _SAMPLE.decode(known) == _SAMPLE.decode("ascii") else None


def _inline_change(text: str, sets: list[tuple[int, str]]) -> bytes:
    from base64 import b64encode

    for index, codec in sets:
        try:
            content = b64encode(text.encode(_WIDE.get(codec, codec)))
        except UnicodeEncodeError:
            continue
        return b"%b)%d=%b%b" % (STX, index, content, ETX)
    raise ValueError("text outside every character set of the directory in 1.015")


def _decoded(raw: bytes, codec: str) -> str:
    """The text of bytes without separators; byte by byte where they are none of this set."""
    if codec == "utf-8":
        return raw.decode("utf-8", "surrogateescape")
    if codec in _WIDE:
        return _wide(raw, codec)
    return _shifted(raw, codec) if _shifting(codec) else _lossless(raw, codec)


def _wide(raw: bytes, name: str) -> str:
    if raw.isascii() and min(raw, default=32) >= 32:
        return raw.decode("ascii")
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
    codec = _WIDE[name]
    return raw.decode(codec) if not marked and _valid(raw, codec) else _ascii(raw)  # a mark would not come back


def _shifted(raw: bytes, codec: str) -> str:
    """Text of ISO 2022, if it ends where it began: in ASCII."""
    if _SHIFTS.isdisjoint(raw) or not raw.isascii():
        return _ascii(raw)
    try:
        text = (raw + _ENDING.encode()).decode(codec)
    except UnicodeError:
        return _ascii(raw)
    return text.removesuffix(_ENDING) if text.endswith(_ENDING) else _ascii(raw)


def _is_whole(text: str) -> bool:
    """True for text without lone surrogates, which stand for bytes that are none."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _valid(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return False
    return True


def _ascii(raw: bytes) -> str:
    return raw.decode("ascii", "surrogateescape")


def _lossless(raw: bytes, codec: str) -> str:
    """Decoded, or byte by byte where that fails or would not give the same bytes back."""
    try:
        text = raw.decode(codec, "surrogateescape")
        return text if text.encode(codec, "surrogateescape") == raw else _ascii(raw)
    except UnicodeError:
        return _ascii(raw)
