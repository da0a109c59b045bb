"""Minutiae and other latent features of Type-9 as numpy arrays, and back; templates of INCITS 378 and ISO 19794-2."""

from nistitl.minutiae.arrays import CORES, COUNTS, DELTAS, DTYPE, Minutiae, MinutiaeError
from nistitl.minutiae.between import template_of
from nistitl.minutiae.template import Template, View, read_template

__all__ = [
    "CORES", "COUNTS", "DELTAS", "DTYPE", "Minutiae", "MinutiaeError", "Template", "View", "read_template",
    "template_of",
]  # fmt: skip
