"""The names of what features can be written as; apart, so that commands and checkers know them without numpy."""

from __future__ import annotations

from typing import Literal, get_args

Format = Literal[
    "incits-378-2004", "iso-19794-2-2005", "incits-378-2009", "incits-378-2009-am1", "iso-19794-2-2011",
]  # fmt: skip
Convention = Literal["xyt", "xyt-m1"]  # of .xyt

FORMATS: tuple[Format, ...] = get_args(Format)
INCITS, ISO, INCITS_2009, INCITS_2009_AM1, ISO_2011 = FORMATS
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)
TABLES = ("csv", "json")  # of several records at once
FORMS = (*TABLES, *CONVENTIONS, *FORMATS)
LAYERS = ("quality", "roi", "minutiae", "cores", "deltas")  # of a drawing, from the lowest to the highest
