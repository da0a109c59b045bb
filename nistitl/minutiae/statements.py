"""The statements of meaning by the labels that arrays carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.minutiae.blocks.efs import EFS
from nistitl.minutiae.blocks.iafis import IAFIS
from nistitl.minutiae.blocks.m1 import M1
from nistitl.minutiae.blocks.standard import STANDARD
from nistitl.minutiae.formats.registry import BY_NAME
from nistitl.minutiae.meaning import NO_SCALE, PERCENT, Meaning

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import Array


class Xyt(Meaning):
    """`.xyt` in both conventions: places, directions, and a quality of which 0 is the worst."""

    name = "xyt"
    types = {}
    quality = PERCENT


XYT = Xyt()
_BY_LABEL: dict[str, Meaning] = {one.name: one for one in (EFS, M1, IAFIS, STANDARD, XYT, *BY_NAME.values())}


def labelled(label: str) -> Meaning | None:
    """The statement of a public block, of a template's format or of `.xyt`; None for another label."""
    return _BY_LABEL.get(label)


def in_percent(quality: Array, source: Meaning) -> Array:
    """Quality by a statement in percent; where that has no scale, what was set by hand is percent already."""
    return quality if source.quality == NO_SCALE else source.percent(quality)
