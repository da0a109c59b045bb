"""Minutiae and other latent features of Type-9 as numpy arrays, and back; templates of INCITS 378 and ISO 19794-2."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nistitl.base.errors import needing

if TYPE_CHECKING:
    from nistitl.minutiae.arrays import CORES, COUNTS, DELTAS, DTYPE, Minutiae, MinutiaeError
    from nistitl.minutiae.between import template_of
    from nistitl.minutiae.names import FORMATS
    from nistitl.minutiae.reach import Interoperability, interoperability
    from nistitl.minutiae.tables import read_xyt, xyt
    from nistitl.minutiae.template import Template
    from nistitl.minutiae.template_reading import read_template
    from nistitl.minutiae.view import Capture, Certificate, Quality, View, ViewImage

__all__ = [
    "CORES", "COUNTS", "DELTAS", "DTYPE", "FORMATS", "Capture", "Certificate", "Interoperability", "Minutiae",
    "MinutiaeError", "Quality", "Template", "View", "ViewImage", "interoperability", "read_template", "read_xyt",
    "template_of", "xyt",
]  # fmt: skip
_MODULES = {
    "template_of": "between", "Template": "template", "read_template": "template_reading",
    "FORMATS": "names", "read_xyt": "tables", "xyt": "tables", "Interoperability": "reach",
    "interoperability": "reach",
    **dict.fromkeys(("Capture", "Certificate", "Quality", "View", "ViewImage"), "view"),
}  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needing(f"nistitl.minutiae.{name}"):
        value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES.get(name, 'arrays')}"), name)
    return value
