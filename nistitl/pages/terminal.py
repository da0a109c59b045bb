"""Pictures in a terminal: half blocks of two pixels each, in as many colours as it has, or shades of characters."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from nistitl.images.arrays import library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from PIL.Image import Image

    Pixel = tuple[int, int, int]
    Colours = Literal["all", "256", "none"]

_UPPER_HALF = "▀"
_RESET = "\x1b[0m"
_SHADES = "@%#*+=-:. "  # of ink, the darkest first
_GRAYS, _FIRST_GRAY = 24, 232  # of 256 colours
_STEPS, _FIRST_COLOUR = 6, 16  # a component, of 256 colours
_BLOCK_ROWS = 2  # pixels of a block, which is twice as high as it is wide


def colours_of(environment: Mapping[str, str] = os.environ, *, terminal: bool, unicode: bool) -> Colours:
    """How many colours an output shows, as its environment says: all, 256, or none where it is no terminal."""
    if not (terminal and unicode) or "NO_COLOR" in environment or environment.get("TERM") in (None, "", "dumb"):
        return "none"
    return "all" if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit") else "256"


def blocks(picture: Image, columns: int, colours: Colours) -> Iterator[str]:
    """The lines of a picture, so many characters wide; never wider than its pixels."""
    width = max(1, min(columns, picture.width))
    height = max(1, round(picture.height * width / picture.width / _BLOCK_ROWS))
    with library("the view"):
        from PIL import Image

        small = picture.convert("RGB").resize((width, height * _BLOCK_ROWS), Image.Resampling.LANCZOS)
        data = small.tobytes()
    pixels: list[Pixel] = list(zip(data[::3], data[1::3], data[2::3], strict=True))
    for row in range(height):
        upper = pixels[row * _BLOCK_ROWS * width :][:width]
        lower = pixels[(row * _BLOCK_ROWS + 1) * width :][:width]
        yield _line(upper, lower, colours)


def _line(upper: list[Pixel], lower: list[Pixel], colours: Colours) -> str:
    pairs = zip(upper, lower, strict=True)
    if colours == "none":
        return "".join(_shade(sum(map(sum, pair)) / 6) for pair in pairs).rstrip()
    code: Callable[[Pixel], str] = _exact if colours == "all" else _nearest
    parts, last = [], ""
    for high, low in pairs:
        style = f"\x1b[38;{code(high)};48;{code(low)}m"
        parts.append((style if style != last else "") + _UPPER_HALF)
        last = style
    return "".join(parts) + _RESET


def _shade(brightness: float) -> str:
    return _SHADES[min(int(brightness * len(_SHADES) / 256), len(_SHADES) - 1)]


def _exact(pixel: Pixel) -> str:
    return "2;{};{};{}".format(*pixel)


def _nearest(pixel: Pixel) -> str:
    """One of 256 colours: of 24 grays, black and white, or of the cube."""
    if max(pixel) - min(pixel) < 256 // _STEPS // 2:
        step = round(sum(pixel) / 3 * (_GRAYS + 1) / 255)
        return f"5;{_FIRST_COLOUR if step == 0 else 231 if step > _GRAYS else _FIRST_GRAY + step - 1}"
    red, green, blue = (round(part * (_STEPS - 1) / 255) for part in pixel)
    return f"5;{_FIRST_COLOUR + (red * _STEPS + green) * _STEPS + blue}"
