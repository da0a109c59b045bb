"""Pictures as pages hold them: in the page itself, some made smaller, which is said."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from nistitl.images.arrays import library

if TYPE_CHECKING:
    from PIL.Image import Image


def made_smaller(picture: Image, most: int) -> None:
    """Make a picture no larger than so many pixels a side."""
    with library("the page"):
        from PIL import Image

        picture.thumbnail((most, most), Image.Resampling.LANCZOS)


def picture_url(picture: Image) -> str:
    """A picture as PNG, for `src`."""
    with library("the page"):
        picture.save(out := io.BytesIO(), "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def reduced_said(true: tuple[int, int], shown: tuple[int, int]) -> str:
    """What is said of a picture that was made smaller: how large it truly is; nothing of one that was not."""
    if true == shown:
        return ""
    return f"made smaller for this page: {shown[0]} x {shown[1]} of its {true[0]} x {true[1]} pixels"
