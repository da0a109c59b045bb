"""What NIST would rather have: a warning, where a codestream is lawful all the same."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING

from nistitl.images.codec import FRICTION_RIDGE_TYPES
from nistitl.images.registry import codec_named
from nistitl.images.resolution import is_nominal

if TYPE_CHECKING:
    from nistitl.images.header import Header

_LEAST_EXCHANGED = 520.0  # pixels per inch that are neither 500 nor 1000, and more than enough for 500


class CodecAdvice(UserWarning):
    """A codestream is lawful and not what NIST advises for such an image."""


class PictureAdvice(UserWarning):
    """A transaction was built of a picture that may not be the right one, or lost more than its receiver likes."""


def advise(kind: int, header: Header, ppi: float | None) -> None:
    """Tell what NIST's rules would rather have, of an image whose resolution is known."""
    if ppi is None:
        return
    for text in codec_named(header.codec).advice(kind, ppi):
        warn(text)
    if kind in FRICTION_RIDGE_TYPES and ppi > _LEAST_EXCHANGED and not is_nominal(ppi, 1000):
        warn(
            f"friction ridges are exchanged at 500 or 1000 pixels per inch, and these have {ppi:.5g}: "
            "from_image with resample=500, record.resample(500), nistitl set and records add with --resample 500 and "
            "resample = 500 in a description make them 500"
        )


def warn(text: str) -> None:
    """Warn whoever called this package."""
    warnings.warn(text, CodecAdvice, stacklevel=level_of_user())


def level_of_user() -> int:
    """How far up the first caller outside this package is, for warnings."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("nistitl."):
        level, frame = level + 1, frame.f_back
    return level
