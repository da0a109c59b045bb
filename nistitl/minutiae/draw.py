"""Features drawn over the image they are of: minutiae with their directions, cores, deltas, region, ridge quality."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.images.arrays import library
from nistitl.images.screen import eight_bit_picture
from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.blocks.efs import EFS
from nistitl.minutiae.image import geometry_of, image_of
from nistitl.minutiae.maps import quality_map
from nistitl.minutiae.reading import cores_of, deltas_of, minutiae_of
from nistitl.minutiae.selection import with_minutiae
from nistitl.minutiae.shapes import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from PIL.Image import Image

    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.items import MinutiaeFields

LAYERS = ("quality", "roi", "minutiae", "cores", "deltas")  # from the lowest to the highest
_COLOURS = {"E": "#d02020", "B": "#2050d0", "C": "#902090", "O": "#902090", "X": "#107030"}
_CORE, _DELTA, _REGION = "#e08000", "#009090", "#b0a000"
# Of the codes 0 to 5: the colours in which examiners see 9.308.
_QUALITY = ((0, 0, 0), (230, 30, 30), (250, 220, 30), (40, 190, 60), (40, 80, 230), (40, 220, 230))
_VEIL = 70  # of 255: how much of the quality map is seen over the ridges
_MARK = 0.06  # of an inch: the length of a direction


def plot(record: MinutiaeFields, layers: Iterable[str] = LAYERS) -> Image:
    """The image of a record of features with its features over it; see `Type9.plot`."""
    image = image_of(record)
    if image is None or not image.has_image:
        raise MinutiaeError("there is nothing to draw over: no record of the same IDC holds the image")
    return drawn(eight_bit_picture(image), record, layers)


def drawn(picture: Image, record: MinutiaeFields, layers: Iterable[str] = LAYERS) -> Image:
    """A picture of the whole image at its own resolution, with the features of a record over it."""
    wanted = set(layers)
    if unknown := wanted - set(LAYERS):
        raise MinutiaeError(f"no layer is called {min(unknown)}; there are {', '.join(LAYERS)}")
    with library("the drawing"):
        from PIL import ImageDraw

        picture = picture.convert("RGB")
        if "quality" in wanted and record.RQM:
            picture = _veiled(picture, record)
        pen = _Pen(ImageDraw.Draw(picture), _geometry(record).ppi)
    if "roi" in wanted:
        for path in paths_of(record, "ROI"):
            pen.path(path, _REGION)
    if "minutiae" in wanted and with_minutiae(record):
        for minutia in minutiae_of(record):
            pen.minutia(minutia)
    if "cores" in wanted:
        for core in cores_of(record):
            pen.core(core)
    if "deltas" in wanted:
        for delta in deltas_of(record):
            pen.delta(delta)
    return picture


def _geometry(record: MinutiaeFields) -> ImageGeometry:
    """Resolution and height of the image. MinutiaeError where no resolution is known: nothing can be placed then."""
    image = geometry_of(record)
    if image is None:
        raise MinutiaeError("the image tells no resolution, so the features have no place in it")
    return image


def _veiled(picture: Image, record: MinutiaeFields) -> Image:
    """The picture under the translucent map of 9.308, whose cells count from the region's top left."""
    from PIL import Image

    codes = quality_map(record).clip(0, len(_QUALITY) - 1)
    form = record.RQF
    if not codes.size or form is None or not form.GSZ:
        return picture
    frame = EFS.frame(record, _geometry(record))
    left, top = frame.offset_x * frame.scale, frame.offset_y * frame.scale
    cells = Image.fromarray(np.array(_QUALITY, np.uint8)[codes])
    rows, columns = codes.shape
    size = (max(1, round(columns * form.GSZ * frame.scale)), max(1, round(rows * form.GSZ * frame.scale)))
    if max(size) > 2 * max(picture.size) + 100:
        return picture
    shown = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    cells = cells.resize(size, Image.Resampling.NEAREST)
    shown.paste(cells.convert("RGBA"), (round(left), round(top)))
    shown.putalpha(shown.getchannel("A").point(lambda seen: _VEIL if seen else 0))
    return Image.alpha_composite(picture.convert("RGBA"), shown).convert("RGB")


class _Pen:
    """Draws features in pixels; sizes follow the resolution."""

    def __init__(self, pen: Any, ppi: float) -> None:
        self._pen = pen
        self._length = _MARK * ppi
        self._radius = max(2.0, self._length / 6)
        self._thick = max(1, round(ppi / 300))

    def minutia(self, minutia: Any) -> None:
        colour = _COLOURS.get(str(minutia["type"]), _COLOURS["X"])
        self._ring(minutia["x"], minutia["y"], self._radius, colour)
        self._ray(minutia["x"], minutia["y"], minutia["theta"], self._length, colour)

    def core(self, core: Any) -> None:
        self._ring(core["x"], core["y"], 2 * self._radius, _CORE)
        self._ring(core["x"], core["y"], self._radius, _CORE)
        self._ray(core["x"], core["y"], core["theta"], 2 * self._length, _CORE)

    def delta(self, delta: Any) -> None:
        x, y, size = float(delta["x"]), float(delta["y"]), 2.2 * self._radius
        if math.isnan(x + y):
            return
        corners = [(x + size * math.sin(turn), y - size * math.cos(turn)) for turn in (0, 2.0944, 4.1888)]
        self._pen.line([*corners, corners[0]], fill=_DELTA, width=self._thick)
        for name in ("up", "left", "right"):
            self._ray(x, y, delta[name], 1.5 * self._length, _DELTA)

    def path(self, path: NDArray[Any], colour: str) -> None:
        points = [(float(x), float(y)) for x, y in path]
        self._pen.line([*points, points[0]], fill=colour, width=self._thick)

    def _ring(self, x: float, y: float, radius: float, colour: str) -> None:
        if not math.isnan(x + y):
            box = (float(x - radius), float(y - radius), float(x + radius), float(y + radius))
            self._pen.ellipse(box, outline=colour, width=self._thick)

    def _ray(self, x: float, y: float, theta: float, length: float, colour: str) -> None:
        """From a point along an angle counterclockwise from the right, while y grows downwards."""
        if not math.isnan(x + y + theta):
            turn = math.radians(theta)
            end = (float(x) + length * math.cos(turn), float(y) - length * math.sin(turn))
            self._pen.line([(float(x), float(y)), end], fill=colour, width=self._thick)
