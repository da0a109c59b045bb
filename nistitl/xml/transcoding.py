"""Documents that are not in UTF-8: read as if they were, written as they were."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from nistitl.base.errors import ReadError

if TYPE_CHECKING:
    from mmap import mmap

_DECLARATION = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_STARTS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# what an encoding of one byte a character, or a Unicode one, may be called; others cannot be edited in place
_SINGLE = re.compile(r"(iso-?8859-\d{1,2}|latin-?\d|windows-125\d|cp125\d|us-ascii|ascii)", re.IGNORECASE)


def codec_of(data: bytes | mmap) -> str | None:
    """The codec of a document that is not in UTF-8, and None of one that is. ReadError for one that is not read."""
    head = data[:256]
    for start, codec in _STARTS:
        if head.startswith(start):
            return codec
    declared = _DECLARATION.match(head.removeprefix(codecs.BOM_UTF8).lstrip())
    name = declared[1].decode() if declared else "utf-8"
    if name.lower().replace("-", "") == "utf8":
        return None
    if not _SINGLE.fullmatch(name):
        raise ReadError("XML in the encoding that it declares is not read; UTF-8, UTF-16 and single-byte encodings are")
    return name.lower()


def to_utf8(data: bytes | mmap, codec: str) -> bytes:
    """The document in UTF-8. ReadError where it is no text in its codec."""
    try:
        return bytes(data).decode(codec).encode()
    except (UnicodeError, LookupError):
        raise ReadError(f"the XML is not text in its encoding, {codec}") from None


def from_utf8(piece: bytes | memoryview, codec: str) -> bytes:
    """A piece of the document as its codec spells it; characters that it lacks as references."""
    return bytes(piece).decode().encode(codec, "xmlcharrefreplace")
