"""Pictures that are transparent, or store gray as colours: as what a record can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.images.errors import ImageError

if TYPE_CHECKING:
    from nistitl.images.arrays import Image

WHITE = 255


def laid_on(
    pixels: Image, alpha: Any, background: int | None, premultiplied: bool = False
) -> tuple[Image, tuple[str, ...]]:
    """Pixels without transparency, and what was done: dropped where it hides nothing, else laid on a gray.

    `background` 0 to 255, of deeper samples spread over their range. ImageError where there is none and one is needed.
    """
    import numpy as np

    most = np.iinfo(alpha.dtype).max
    if alpha.min() == most:
        return pixels, ()
    if background is None:
        raise ImageError("the picture has transparency; background=255 lays it on white, 0 on black")
    opacity = alpha.astype(np.float64) / most
    if pixels.ndim == 3:
        opacity = opacity[..., None]
    under = background / WHITE * np.iinfo(pixels.dtype).max
    over = pixels.astype(np.float64) * (1.0 if premultiplied else opacity)
    laid: Image = np.floor(over + under * (1 - opacity) + 0.5).astype(pixels.dtype)
    return laid, (f"laid on a background of {background}",)


def gray_if_gray(pixels: Image) -> Image:
    """A picture of three components that are the same everywhere, as one of them."""
    import numpy as np

    if pixels.ndim == 2 or not (
        np.array_equal(pixels[..., 0], pixels[..., 1]) and np.array_equal(pixels[..., 1], pixels[..., 2])
    ):
        return pixels
    gray: Any = np.ascontiguousarray(pixels[..., 0])
    return gray  # type: ignore[no-any-return]
