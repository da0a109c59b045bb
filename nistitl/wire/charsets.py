"""Character sets: what 1.015 DCS announces, the inline changes of 2000 and 2007, a caller's override.

Bytes that a set cannot decode survive as lone surrogates (PEP 383) and are written back as they were.
ANSI/NIST-ITL 1-2011, 5.6 and 8.1.15; 1-2007, 7.2.3 for the inline form.
"""

from __future__ import annotations

import codecs
import re

import attrs

from nistitl.base.editions import E2011, edition_of
from nistitl.base.errors import ITLError
from nistitl.wire.grammar import ETX, RESERVED, RS, STX, US

# 1.015 CSI -> the set, by Python's name for it (table CSI)
DECLARED = {0: "ascii", 1: "latin-1", 2: "utf-16", 3: "utf-8", 4: "utf-32"}
_BY_NAME = {"ASCII": "ascii", "UTF-8": "utf-8", "UTF-16": "utf-16", "UTF-32": "utf-32"}
# what every set but the wide ones reads as ASCII; codecs that are no sets, such as hex or idna, do not
_SAMPLE = bytes(range(32, 127)) + b"~{~}+ADw-xn--a"
_INDEX_DIGITS = 3  # of CSI
_WIDE = {"utf-16": "utf-16-be", "utf-32": "utf-32-be"}
_INLINE = re.compile(rb"\x02\)(\d{1,3})=([^\x02\x03]*)\x03")


@attrs.frozen(slots=True)
class Charset:
    """How text outside ASCII is read and written.

    `name` is a Python codec. `declared` is False where nothing announced a set: then UTF-8 is read
    where it is valid, and only ASCII is written. `inline` maps the indices of a directory (2000, 2007)
    to codecs; texts then change set with STX ) index = … ETX, in base-64 where the bytes need it.
    """

    name: str = "ascii"
    declared: bool = True
    inline: tuple[tuple[int, str], ...] = ()
    # True where bytes of ASCII are always text of ASCII: no inline changes, no wide characters
    transparent: bool = attrs.field(init=False)

    @transparent.default
    def _is_transparent(self) -> bool:
        return not self.inline and self.name not in _WIDE

    def decode(self, raw: bytes) -> str:
        """The text of these bytes; what cannot be decoded becomes lone surrogates."""
        if self.inline and STX in raw:
            return _INLINE.sub(self._inline, raw).decode("utf-8", "surrogateescape")
        if not self.declared:
            return raw.decode("utf-8", "surrogateescape") if _valid(raw, "utf-8") else _ascii(raw)
        if self.name in _WIDE:
            return self._decode_wide(raw)
        return _lossless(raw, self.name)

    def encode(self, text: str) -> bytes:
        """The bytes of this text; ValueError when the set cannot say it."""
        try:
            return text.encode("ascii", "surrogateescape")
        except UnicodeEncodeError:
            pass
        if self.inline and self.name == "ascii":
            return self._encode_inline(text)
        try:
            raw = text.encode(_WIDE.get(self.name, self.name), "surrogateescape")
        except UnicodeError:
            raise ValueError(
                "text outside the character set of the transaction"
                f" ({self.name if self.declared else 'ASCII, as 1.015 announces none'})"
            ) from None
        if not RESERVED.isdisjoint(raw):
            raise ValueError(f"in {self.name} this text contains separator bytes; use UTF-8")
        return raw

    def escapes(self, raw: bytes) -> bool:
        """True when the reserved bytes in `raw` are inline changes of set and nothing else."""
        return bool(self.inline) and RESERVED.isdisjoint(_INLINE.sub(b"", raw))

    def readable(self, raw: bytes) -> bool:
        """True when these bytes are text of this set, with nothing left undecodable."""
        try:
            self.decode(raw).encode("utf-8")
        except UnicodeEncodeError:
            return False
        return True

    def _decode_wide(self, raw: bytes) -> str:
        if raw.isascii() and min(raw, default=32) >= 32:
            return raw.decode("ascii")
        marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
        codec = _WIDE[self.name]
        return raw.decode(codec) if not marked and _valid(raw, codec) else _ascii(raw)  # a mark would not come back

    def _inline(self, match: re.Match[bytes]) -> bytes:
        codec = dict(self.inline).get(int(match[1]))
        if codec is None:
            return match[0]
        from base64 import b64decode  # few files have a directory of sets

        content = match[2]
        try:
            decoded = b64decode(content, validate=True)
        except ValueError:
            decoded = content
        for candidate in (decoded, content):
            if candidate and _valid(candidate, codec):
                return candidate.decode(codec).encode("utf-8")
        return match[0]

    def _encode_inline(self, text: str) -> bytes:
        from base64 import b64encode

        for index, codec in self.inline:
            try:
                content = b64encode(text.encode(codec))
            except UnicodeEncodeError:
                continue
            return b"%b)%d=%b%b" % (STX, index, content, ETX)
        raise ValueError("text outside every character set of the directory in 1.015")


ASCII = Charset()
UNDECLARED = Charset("ascii", declared=False)


def charset_named(name: str) -> Charset:
    """The set a caller asks for by the name of a Python codec; ITLError when there is none such."""
    codec = (_BY_NAME.get(name.upper()) or _text_codec(name)) if isinstance(name, str) else None
    if codec is None:
        raise ITLError(f"no character set named {name!r}; use a Python codec name such as cp1255")
    return Charset(codec)


def announced(dcs: bytes | memoryview | None, ver: bytes | memoryview | None) -> Charset:
    """The set that these bytes of 1.015 announce, a directory of sets where these of 1.002 name 2000 or 2007."""
    sets = [_index_and_name(subfield) for subfield in bytes(dcs or b"").split(RS)]
    known = [(index, codec) for index, name in sets if (codec := _codec(index, name))]
    if not known:
        return UNDECLARED
    edition = edition_of(bytes(ver).decode("latin-1")) if ver is not None else None
    if edition is not None and edition < E2011:
        inline = tuple((index, codec) for index, codec in known if index is not None and codec != "ascii")
        return Charset("ascii", inline=inline) if inline else ASCII
    return Charset(known[0][1])


def _index_and_name(subfield: bytes) -> tuple[int | None, str]:
    index, _, rest = subfield.partition(US)
    name = rest.partition(US)[0]
    return int(index) if index.isdigit() and len(index) <= _INDEX_DIGITS else None, UNDECLARED.decode(name)


def _codec(index: int | None, name: str) -> str | None:
    if index in DECLARED:
        return DECLARED[index]
    spelled = name.strip()
    return _BY_NAME.get(spelled.upper()) or _text_codec(spelled)


def _text_codec(name: str) -> str | None:
    try:
        known = codecs.lookup(name).name
        if "escape" not in known and _SAMPLE.decode(name) == _SAMPLE.decode("ascii"):
            return known
    except (LookupError, ValueError):
        pass
    return None


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
