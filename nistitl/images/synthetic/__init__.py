"""Images of nobody: friction ridges grown from noise, and plain placeholders."""

from nistitl.images.synthetic.images import synthetic

__all__ = ["synthetic"]
