"""Fields of an image record made from an array, or read from a codestream that is there already.

What a codec cannot carry is an error. What it can but NIST advises against is a warning, CodecAdvice.
"""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from nistitl.images.codec import BILEVEL_TYPES, Codec
from nistitl.images.errors import ImageError
from nistitl.images.header import Header
from nistitl.images.registry import codec_named, codec_spelled, codecs, read_header
from nistitl.images.resolution import is_nominal, whole
from nistitl.model.kinds import record_class

if TYPE_CHECKING:
    from nistitl.model.record import Record
    from nistitl.wire.fields import Raw

_BINARY_TYPES = (3, 4, 5, 6, 8)
_SIZED_TYPES = (10, 13, 14, 15, 16, 17, 19, 20)
_BARE_TYPES = (22, 99)  # which carry images and do not describe them
_LOW_TYPES = (3, 5)
_CSP = {"YCC": "RGB"}  # JPEG stores YCC of an RGB that nobody named
_MOST_PPI = 99999  # five digits


class CodecAdvice(UserWarning):
    """A codestream is lawful and not what NIST advises for such an image."""


def fields_from(
    image: Any, kind: type[Record] | int, codec: str | None = None, ppi: float | None = None, **options: Any
) -> dict[str, Any]:
    """The fields that describe and hold an image, by mnemonic, for a record type: `Type14(**fields_from(...))`.

    `image` is an array, encoded by `codec` with its options (bitrate, quality, ratio, bits, ...), or the bytes of
    a codestream, which are taken as they are. `ppi` of a codestream is its own unless given. Options that are
    mnemonics of the record type are passed on as fields. Raises ImageError.
    """
    record_type = record_class(kind) if isinstance(kind, int) else kind
    named = {element.mnemonic for element in record_type.elements.values()}
    given = {name: options.pop(name) for name in list(options) if name in named}
    asked = None if codec is None else _spelled(codec)
    if record_type.type not in (*_BINARY_TYPES, *_SIZED_TYPES, *_BARE_TYPES):
        raise ImageError(f"Type-{record_type.type} records are not made from images")
    if isinstance(image, bytes | bytearray | memoryview):
        data, header, density = _taken(image, asked, ppi, options)
    else:
        data, header, density = _made(image, record_type.type, asked, ppi, options)
    _check(record_type.type, header)
    _advise(record_type.type, header, density)
    return {**_described(record_type.type, named, header, density), "DATA": data, **given}


def _spelled(name: str) -> Codec:
    codec = codec_spelled(name)
    if codec is None:
        raise ImageError(f"no codec of that name is known: {', '.join(codec.name for codec in codecs())}")
    return codec


def _taken(image: Raw | bytearray, codec: Codec | None, ppi: float | None, options: Any) -> tuple[bytes, Header, float]:
    """A codestream as it is, its header, its resolution."""
    data = bytes(image)
    header = read_header(data)
    if header is None:
        raise ImageError("these bytes are no codestream that is known here; give uncompressed pixels as an array")
    if codec is not None and codec.name != header.codec:
        raise ImageError(f"the codestream is {header.codec}, not {codec.name}")
    if header.truncated:
        raise ImageError(f"{header.codec}: the codestream is cut off")
    if options:
        raise ImageError(f"a codestream is not encoded again: {', '.join(sorted(options))} cannot be obeyed")
    if ppi is None and header.ppi is None:
        raise ImageError("the codestream does not say its resolution; give ppi")
    return data, header, ppi if ppi is not None else header.ppi[0] if header.ppi else 0.0


def _made(array: Any, kind: int, codec: Codec | None, ppi: float | None, options: Any) -> tuple[bytes, Header, float]:
    """An array encoded, its header, its resolution."""
    if codec is None or ppi is None:
        raise ImageError("an array is encoded with a codec and a resolution; give codec and ppi")
    if codec.uncompressed and kind in BILEVEL_TYPES:
        options = {**options, "bits": 1}
    data = codec.encode(array, ppi=ppi, **options)
    header = read_header(data) if codec.signatures else None
    return data, header or _raw_header(array, codec, kind in BILEVEL_TYPES), ppi


def _raw_header(array: Any, codec: Codec, bilevel: bool) -> Header:
    rows, columns, *rest = array.shape
    bits = 1 if bilevel or codec.most_bits == 1 else array.itemsize * 8
    return Header(codec.name, columns, rows, bits, rest[0] if rest else 1, "RGB" if rest else "GRAY")


def _check(kind: int, header: Header) -> None:
    """What the record type cannot hold."""
    if codec_named(header.codec).spelling(kind) is None:
        fitting = " or ".join(codec.name for codec in codecs() if codec.spelling(kind) is not None)
        images = "bilevel images" if kind in BILEVEL_TYPES else "images"
        raise ImageError(f"Type-{kind} holds {images}, {fitting}, not {header.codec}")
    if kind in (3, 4) and (header.components, header.bits) != (1, 8):
        raise ImageError(f"Type-{kind} holds gray images of 8 bits")


def _described(kind: int, named: set[str], header: Header, ppi: float) -> dict[str, Any]:
    """The fields that describe the image, those that the record type has."""
    if kind in _BARE_TYPES:
        return {}
    size = {"HLL": header.width, "VLL": header.height}
    if kind in _BINARY_TYPES:
        algorithm = codec_named(header.codec).spelling(kind)
        return {**size, "SRT" if kind == 8 else "CGA": algorithm, "ISR": _isr(kind, ppi)}
    if not 1 <= whole(ppi) <= _MOST_PPI:
        raise ImageError("the resolution does not fit THPS and TVPS")
    described = {
        **size,
        "SLC": 1,
        "THPS": round(ppi),
        "TVPS": round(ppi),
        "CGA": codec_named(header.codec).spelling(kind),
        "BPX": header.bits * header.components,
        "CSP": _CSP.get(header.colour, header.colour),
    }
    return {name: value for name, value in described.items() if name in named}


def _isr(kind: int, ppi: float) -> int:
    """0 for the nominal resolution, half of it in Types 3 and 5; 1 for the native one."""
    return int(not is_nominal(ppi * 2 if kind in _LOW_TYPES else ppi, 500))


def _advise(kind: int, header: Header, ppi: float) -> None:
    """Tell what NIST's rules would rather have."""
    for text in codec_named(header.codec).advice(kind, ppi):
        warnings.warn(text, CodecAdvice, stacklevel=_level_of_user())


def _level_of_user() -> int:
    """How far up the first caller outside this package is, for warnings."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("nistitl."):
        level, frame = level + 1, frame.f_back
    return level
