"""How the name of a file ends that takes what a record holds: by its codec, by what the record says, by its beginning.

A record may hold whatever its 10.036, 20.015 or 21.015 names: documents, sounds, films. A suffix that it gives itself
stands only where it is such a one, so that nobody's file is given the name of a program.
"""

from __future__ import annotations

from mimetypes import MimeTypes
from typing import TYPE_CHECKING

from nistitl.images.registry import codec_recognised

if TYPE_CHECKING:
    from nistitl.wire.fields import Raw

UNKNOWN = ".raw"
SAYING = {10: 36, 20: 15, 21: 15}  # the field of a record type whose first item says the type of its data
_HARMLESS = ("audio/", "font/", "image/", "video/")
_DOCUMENTS = frozenset({".csv", ".dcm", ".doc", ".docx", ".odt", ".pdf", ".rtf", ".txt", ".xls", ".xlsx", ".zip"})
_SIGNATURES = (  # where, what, suffix
    (0, b"%PDF-", ".pdf"), (0, b"PK\x03\x04", ".zip"), (0, b"{\\rtf", ".rtf"), (128, b"DICM", ".dcm"),
    (8, b"WAVE", ".wav"), (8, b"AVI ", ".avi"), (0, b"OggS", ".ogg"), (0, b"fLaC", ".flac"), (0, b"ID3", ".mp3"),
    (4, b"ftypqt", ".mov"), (4, b"ftyp", ".mp4"), (0, b"\x1aE\xdf\xa3", ".mkv"),
)  # fmt: skip
_LOOKED_AT = 256


def suffix_of(data: Raw, said: str = "") -> str:
    """The suffix for these data, of which a record says a media type (`application/pdf`) or a suffix (`PDF`)."""
    codec = codec_recognised(data)
    if codec is not None:
        return codec.suffix_of(data)
    return _of_what_is_said(said) or _of_beginning(bytes(memoryview(data).cast("B")[:_LOOKED_AT])) or UNKNOWN


def _of_what_is_said(said: str) -> str | None:
    word = said.partition(";")[0].strip().lower()
    types = MimeTypes()
    suffix = types.guess_extension(word) if "/" in word else f".{word}"
    kind = types.guess_type(f"_{suffix}")[0] or ""
    return suffix if suffix in _DOCUMENTS or (kind.startswith(_HARMLESS) and suffix in types.types_map[1]) else None


def _of_beginning(start: bytes) -> str | None:
    return next((suffix for at, sign, suffix in _SIGNATURES if start.startswith(sign, at)), None)
