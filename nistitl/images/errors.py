"""Errors of images."""

from nistitl.errors import ITLError


class ImageError(ITLError):
    """An image or codestream cannot be read or written."""
