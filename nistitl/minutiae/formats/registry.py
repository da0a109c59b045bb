"""The formats by name, and which of them bytes may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.minutiae import given
from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.formats import incits2009, iso2011
from nistitl.minutiae.formats.base import MAGIC
from nistitl.minutiae.formats.first import INCITS_2004, ISO_2005

if TYPE_CHECKING:
    from nistitl.minutiae.formats.base import TemplateFormat

BY_NAME: dict[str, TemplateFormat] = {
    form.name: form for form in (INCITS_2004, ISO_2005, incits2009.FORMAT, incits2009.AMENDMENT_1, iso2011.FORMAT)
}
_OTHERS = {  # by how they begin
    b"FIR\0": "a finger image record (INCITS 381, ISO/IEC 19794-4)",
    b"FAC\0": "a face image record (INCITS 385, ISO/IEC 19794-5)",
    b"IIR\0": "an iris image record (INCITS 379, ISO/IEC 19794-6)",
    b"FSP\0": "a finger pattern spectral record (ISO/IEC 19794-3)",
    b"FPR\0": "a finger pattern record (INCITS 377)",
    b"FSK\0": "a finger pattern skeleton record (ISO/IEC 19794-8)",
    b"\x7f\x2e": "a template for cards (ISO/IEC 7816-11), such as those of normal and compact size of ISO/IEC 19794-2",
    b"\x7f\x60": "a biometric information template of a card (ISO/IEC 7816-11)",
    b"\x7f\x61": "a group of biometric information templates of a card (ISO/IEC 7816-11)",
    b"1.001:": "a transaction, which nistitl.read() reads",
}
_WRAPPED = 88  # bytes of a CBEFF header of PIV cards, before the record
_MOST_REPRESENTATIONS = 176  # of ISO/IEC 19794-2:2011
_DER_39794_2 = 0x62  # application 2, constructed


def format_named(name: str) -> TemplateFormat:
    """The format of that name. MinutiaeError where there is none."""
    return BY_NAME[given.name("format", name, BY_NAME)]


def candidates(data: bytes) -> tuple[list[TemplateFormat], list[TemplateFormat]]:
    """The formats that these bytes are by their first numbers, and those that share the version with them.

    MinutiaeError for anything else, by its name where it is known.
    """
    if data[:4] != MAGIC:
        raise MinutiaeError(f"no template of a finger minutiae record, which begins with FMR: {_other(data)}")
    version = data[4:8].strip(b" \0").lstrip(b"0")
    if version == b"20":
        first = INCITS_2004 if _is_incits(data) else ISO_2005
        return [first], [ISO_2005 if first is INCITS_2004 else INCITS_2004]
    if version == b"30":
        incits: list[TemplateFormat] = [incits2009.FORMAT, incits2009.DRAFT]
        return ([iso2011.FORMAT], incits) if _is_iso_2011(data) else (incits, [iso2011.FORMAT])
    if version == b"35":
        return [incits2009.AMENDMENT_1], []
    spelled = data[4:7].decode("latin-1")
    raise MinutiaeError(
        f"a finger minutiae record of version {spelled!r}, which is not known: no template of "
        f"{', '.join(f'{form.title} ({form.version[:3].decode().strip()})' for form in BY_NAME.values())}"
    )


def _is_incits(data: bytes) -> bool:
    """By the length: two bytes, which are more than its header; or two zeros and four, whose upper half is small."""
    short, next_two = (int.from_bytes(data[at : at + 2], "big") for at in (8, 10))
    return short >= 26 or (short == 0 and next_two < 24)


def _is_iso_2011(data: bytes) -> bool:
    """By how many views there are, whether they have certificates, and the length of the first."""
    length, views, certified = (int.from_bytes(data[at:end], "big") for at, end in ((8, 12), (12, 14), (14, 15)))
    first = int.from_bytes(data[15:19], "big")
    return 0 < views <= _MOST_REPRESENTATIONS and certified < 2 and 34 <= first <= max(length, len(data))


def _other(data: bytes) -> str:
    for begin, what in _OTHERS.items():
        if data.startswith(begin):
            return f"this is {what}"
    if data[_WRAPPED : _WRAPPED + 4] == MAGIC:
        return f"one follows a CBEFF header of {_WRAPPED} bytes, as on PIV cards; give what comes behind it"
    if data[:1] == bytes((_DER_39794_2,)) or (data.lstrip()[:1] == b"<" and b"39794/-2" in data[:4096]):
        return "this may be one of ISO/IEC 39794-2, which is not read"
    return f"these {len(data)} bytes begin otherwise"
