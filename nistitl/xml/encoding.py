"""XML as an encoding of transactions. Of the modules beside this one none is loaded before XML is met."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from nistitl.model.context import Encoded, Encoding, Framed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDE = (b"<\0", b"\0<", b"\0\0\0<")


class XmlEncoding(Encoding):
    """Annex C of ANSI/NIST-ITL 1-2011: NIEM XML, in two vocabularies."""

    name = "xml"
    suffixes = (".xml",)
    vocabularies = ("niem2", "niem4")
    charset = "utf-8"
    counts_records = False

    def recognises(self, data: bytes | mmap) -> bool:
        """True where the first bytes can only be those of an XML document."""
        head = data[:64]
        for mark in _MARKS:  # in UTF-16 and UTF-32 every other byte of the first characters is NUL
            if head.startswith(mark):
                head = head[len(mark) :].replace(b"\0", b"")
                break
        return head.startswith(_WIDE) or head.lstrip(b" \t\r\n").startswith(b"<")

    def frame(self, data: bytes | mmap) -> Framed:
        """The package of a document."""
        from nistitl.xml.framing import framed

        return framed(data)

    def frames(self, data: bytes | mmap) -> Iterator[Framed]:
        """The packages of a document."""
        from nistitl.xml.framing import framings

        return framings(data)

    def encode(self, tx: Any, vocabulary: str | None) -> Encoded[Any]:
        """A document of this library's making."""
        from nistitl.xml.conversion import to_xml

        return to_xml(self, tx, vocabulary)


XML = XmlEncoding()
