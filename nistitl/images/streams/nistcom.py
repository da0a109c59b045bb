"""NISTCOM: the comment that NIST's software puts into WSQ and JPEG codestreams, `NAME value` line by line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nistitl.images.resolution import is_plausible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nistitl.images.header import Header

_HEAD = b"NIST_COM"
_NUMBERS = (
    "NIST_COM", "PIX_WIDTH", "PIX_HEIGHT", "PIX_DEPTH", "PPI", "LOSSY", "NUM_COMPONENTS", "HV_FACTORS", "INTERLEAVE",
    "WSQ_BITRATE", "JPEGB_QUALITY", "JPEGL_PREDICT",
)  # fmt: skip
_WORDS = {
    "COLORSPACE": ("GRAY", "RGB", "YCC", "YCBCR", "CMYK", "UNKNOWN"),
    "COMPRESSION": ("NONE", "WSQ", "JPEGB", "JPEGL", "JP2"),
}
TERMS = frozenset((*_NUMBERS, *_WORDS, *(word for words in _WORDS.values() for word in words)))  # nobody's data
_DIGITS, _MOST_DIGITS = "0123456789+-., :", 40


def values(comment: bytes) -> dict[str, str]:
    """What a comment says, by name; empty when it is no NISTCOM. Lines end as they may."""
    if not comment.startswith(_HEAD):
        return {}
    lines = (line.split(None, 1) for line in comment.decode("latin-1").splitlines())
    return {line[0]: line[1].strip() for line in lines if len(line) == 2}


def positive(text: str | None) -> float | None:
    """A positive number from a comment; None for anything else (-1 stands for unknown)."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def ppi_of(comment: bytes) -> tuple[float, float] | None:
    """The resolution of a comment, None when it is no NISTCOM or has none."""
    ppi = positive(values(comment).get("PPI"))
    return None if ppi is None else (ppi, ppi)


def is_technical(comment: bytes) -> bool:
    """True for a NISTCOM of properties of the image alone: no history, age, sex or words of anybody else."""
    lines = (line.split(None, 1) for line in comment.rstrip(b"\0").decode("latin-1").splitlines())
    return comment.startswith(_HEAD) and all(_is_technical(*line) for line in lines if line)


def _is_technical(name: str, value: str = "") -> bool:
    if name in _NUMBERS:
        return len(value) <= _MOST_DIGITS and not value.strip(_DIGITS)
    return name in _WORDS and value.strip().upper() in _WORDS[name]


def renewed(comment: bytes, header: Header, lossy: bool) -> bytes:
    """The resolution of a comment in one made anew; empty where it tells none that an image may have."""
    ppi = positive(values(comment).get("PPI"))
    return of_image(header, round(ppi), lossy) if ppi is not None and is_plausible(ppi) else b""


def of_image(header: Header, ppi: int, lossy: bool) -> bytes:
    """The comment of an image of that resolution, and of its size and kind alone."""
    said = {
        "PIX_WIDTH": header.width,
        "PIX_HEIGHT": header.height,
        "PIX_DEPTH": header.bits * header.components,
        "PPI": ppi,
        "LOSSY": int(lossy),
        "COLORSPACE": "GRAY" if header.components == 1 else "RGB",
    }
    return comment(said)


def comment(values: Mapping[str, object]) -> bytes:
    """The comment with these values; its first line counts its lines."""
    lines = [f"NIST_COM {len(values) + 1}", *(f"{name} {value}" for name, value in values.items())]
    return "".join(f"{line}\n" for line in lines).encode("ascii")
