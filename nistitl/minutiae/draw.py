"""Features drawn over the image they are of: minutiae with their directions, cores, deltas, region, ridge quality."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from nistitl.images.arrays import library
from nistitl.images.header import MAX_PIXELS
from nistitl.images.screen import eight_bit_picture
from nistitl.minutiae.arrays import MinutiaeError
from nistitl.minutiae.blocks.efs import EFS
from nistitl.minutiae.given import told
from nistitl.minutiae.image import geometry_of, image_of
from nistitl.minutiae.maps import quality_map
from nistitl.minutiae.names import LAYERS
from nistitl.minutiae.reading import cores_of, deltas_of, minutiae_of
from nistitl.minutiae.selection import with_minutiae
from nistitl.minutiae.shapes import paths_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    from nistitl.minutiae.blocks.base import ImageGeometry
    from nistitl.minutiae.items import MinutiaeFields

_COLOURS = {"E": "#d02020", "B": "#2050d0", "C": "#902090", "O": "#902090", "X": "#107030"}
_CORE, _DELTA, _REGION = "#e08000", "#009090", "#b0a000"
# Of the codes 0 to 5: the colours in which examiners see 9.308.
_QUALITY = ((0, 0, 0), (230, 30, 30), (250, 220, 30), (40, 190, 60), (40, 80, 230), (40, 220, 230))
_VEIL = 70  # of 255: how much of the quality map is seen over the ridges
_MARK = 0.06  # of an inch: the length of a direction
_LETTERS, _LEAST_LETTERS = 0.0125, 11  # the height of a number: of an inch, and pixels at least
_RIM = 8  # of the height of a number: its white rim, so that it is read over ridges


def plot(record: MinutiaeFields, layers: Iterable[str] = LAYERS, *, scale: float = 1, numbers: bool = False) -> Image:
    """The image of a record of features with its features over it; see `Type9.plot`."""
    image = image_of(record)
    if image is None or not image.has_image:
        raise MinutiaeError("there is nothing to draw over: no record of the same IDC holds the image")
    return drawn(enlarged(eight_bit_picture(image), scale), record, layers, scale=scale, numbers=numbers)


def enlarged(picture: Image, scale: float) -> Image:
    """A picture at a scale. MinutiaeError for one that is none, and where it would be larger than images may be."""
    check_scale(scale)
    if scale == 1:
        return picture
    size = [max(1, round(side * scale)) for side in picture.size]
    if math.prod(size) > MAX_PIXELS:
        raise MinutiaeError(f"the drawing would be {size[0]} x {size[1]} pixels, more than {MAX_PIXELS}")
    with library("the drawing"):
        from PIL import Image

        return picture.resize((size[0], size[1]), Image.Resampling.LANCZOS)


def check_scale(scale: float) -> None:
    """MinutiaeError for a scale that is none."""
    if not isinstance(scale, (int, float, np.number)) or not (math.isfinite(scale) and scale > 0):
        raise MinutiaeError(f"a scale of {scale!r} is none: expected a number above 0, 1 for the image's own pixels")


def checked_layers(layers: Iterable[str]) -> frozenset[str]:
    """The layers to draw. MinutiaeError for one of another name."""
    if not isinstance(layers, Iterable):
        raise MinutiaeError(f"layers are names, not {told(layers)}; there are {', '.join(LAYERS)}")
    wanted = frozenset(map(str, [layers] if isinstance(layers, str) else layers))
    if unknown := wanted - set(LAYERS):
        raise MinutiaeError(f"no layer is called {min(unknown)}; there are {', '.join(LAYERS)}")
    return wanted


def drawn(
    picture: Image, record: MinutiaeFields, layers: Iterable[str] = LAYERS, *, scale: float = 1, numbers: bool = False
) -> Image:
    """A picture of the whole image, so many times its own size, with the features of a record over it."""
    wanted = checked_layers(layers)
    with library("the drawing"):
        from PIL import ImageDraw

        picture = picture.convert("RGB")
        if "quality" in wanted and record.RQM:
            picture = _veiled(picture, record, scale)
        pen = _Pen(ImageDraw.Draw(picture), _geometry(record).across, scale)
    if "roi" in wanted:
        for path in paths_of(record, "ROI"):
            pen.path(path, _REGION)
    minutiae = minutiae_of(record) if "minutiae" in wanted and with_minutiae(record) else ()
    for minutia in minutiae:
        pen.minutia(minutia)
    if "cores" in wanted:
        for core in cores_of(record):
            pen.core(core)
    if "deltas" in wanted:
        for delta in deltas_of(record):
            pen.delta(delta)
    for minutia in minutiae if numbers else ():
        pen.number(minutia, picture.size)
    return picture


def _geometry(record: MinutiaeFields) -> ImageGeometry:
    """Resolution and height of the image. MinutiaeError where no resolution is known: nothing can be placed then."""
    image = geometry_of(record)
    if image is None:
        raise MinutiaeError("the image tells no resolution, so the features have no place in it")
    return image


def _veiled(picture: Image, record: MinutiaeFields, scale: float) -> Image:
    """The picture under the translucent map of 9.308, whose cells count from the region's top left."""
    from PIL import Image

    codes = quality_map(record).clip(0, len(_QUALITY) - 1)
    form = record.RQF
    if not codes.size or form is None or not form.GSZ:
        return picture
    frame = EFS.frame(record, _geometry(record))
    cell = form.GSZ * frame.scale * scale
    left, top = (offset * frame.scale * scale for offset in (frame.offset_x, frame.offset_y))
    cells = Image.fromarray(np.array(_QUALITY, np.uint8)[codes])
    rows, columns = codes.shape
    size = (max(1, round(columns * cell)), max(1, round(rows * cell)))
    if max(size) > 2 * max(picture.size) + 100:
        return picture
    shown = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    cells = cells.resize(size, Image.Resampling.NEAREST)
    shown.paste(cells.convert("RGBA"), (round(left), round(top)))
    shown.putalpha(shown.getchannel("A").point(lambda seen: _VEIL if seen else 0))
    return Image.alpha_composite(picture.convert("RGBA"), shown).convert("RGB")


class _Pen:
    """Draws features at a scale; sizes follow the resolution. The middle of pixel 0 is half a pixel from the edge."""

    def __init__(self, pen: Any, ppi: float, scale: float = 1) -> None:
        self._pen = pen
        self._scale = scale
        self._length = _MARK * ppi * scale
        self._radius = max(2.0, self._length / 6)
        self._thick = max(1, round(ppi * scale / 300))
        self._letters = max(_LEAST_LETTERS, round(_LETTERS * ppi * scale))

    def minutia(self, minutia: Any) -> None:
        place, colour = self._place(minutia), _COLOURS.get(str(minutia["type"]), _COLOURS["X"])
        self._ring(place, self._radius, colour)
        self._ray(place, minutia["theta"], self._length, colour)

    def number(self, minutia: Any, size: tuple[int, int]) -> None:
        """The index of a minutia with a white rim, on the side to which it does not point and inside of the picture."""
        from PIL import ImageFont

        (x, y), turn = self._place(minutia), math.radians(float(minutia["theta"]) + 180)
        if not math.isnan(x + y + turn):
            colour = _COLOURS.get(str(minutia["type"]), _COLOURS["X"])
            away = self._radius + self._letters
            x, y = x + away * math.cos(turn), y - away * math.sin(turn)
            rim = max(1, self._letters // _RIM)
            how = {"font": ImageFont.load_default(self._letters), "anchor": "mm", "stroke_width": rim}
            text = str(int(minutia["index"]))
            left, top, right, bottom = self._pen.textbbox((x, y), text, **how)
            x += max(0, -left) - max(0, right - size[0])
            y += max(0, -top) - max(0, bottom - size[1])
            self._pen.text((x, y), text, fill=colour, stroke_fill="white", **how)

    def core(self, core: Any) -> None:
        place = self._place(core)
        self._ring(place, 2 * self._radius, _CORE)
        self._ring(place, self._radius, _CORE)
        self._ray(place, core["theta"], 2 * self._length, _CORE)

    def delta(self, delta: Any) -> None:
        (x, y), size = self._place(delta), 2.2 * self._radius
        if math.isnan(x + y):
            return
        corners = [(x + size * math.sin(turn), y - size * math.cos(turn)) for turn in (0, 2.0944, 4.1888)]
        self._pen.line([*corners, corners[0]], fill=_DELTA, width=self._thick)
        for name in ("up", "left", "right"):
            self._ray((x, y), delta[name], 1.5 * self._length, _DELTA)

    def path(self, path: NDArray[Any], colour: str) -> None:
        points = [self._scaled(float(x), float(y)) for x, y in path]
        self._pen.line([*points, points[0]], fill=colour, width=self._thick)

    def _place(self, feature: Any) -> tuple[float, float]:
        return self._scaled(float(feature["x"]), float(feature["y"]))

    def _scaled(self, x: float, y: float) -> tuple[float, float]:
        return (x + 0.5) * self._scale - 0.5, (y + 0.5) * self._scale - 0.5

    def _ring(self, place: tuple[float, float], radius: float, colour: str) -> None:
        x, y = place
        if not math.isnan(x + y):
            self._pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=self._thick)

    def _ray(self, place: tuple[float, float], theta: float, length: float, colour: str) -> None:
        """From a point along an angle counterclockwise from the right, while y grows downwards."""
        (x, y), turn = place, math.radians(float(theta))
        if not math.isnan(x + y + turn):
            end = (x + length * math.cos(turn), y - length * math.sin(turn))
            self._pen.line([(x, y), end], fill=colour, width=self._thick)
