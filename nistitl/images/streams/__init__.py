"""How codestreams are built: one module per format walks its parts, reads its header, writes its resolution."""

from nistitl.images.errors import ImageError


def whole(resolution: float) -> int:
    """A resolution as a whole number; ImageError for what is no number."""
    try:
        return round(resolution)
    except (ValueError, OverflowError):
        raise ImageError("this resolution cannot be written") from None
