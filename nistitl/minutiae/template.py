"""Finger minutiae records, the templates that matchers speak: ANSI INCITS 378 of 2004 and 2009, its Amendment 1,
ISO/IEC 19794-2 of 2005 and 2011. What each lays down is in `formats`; bits that are reserved, and areas that are not
known, are kept.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

import attrs
import numpy as np

from nistitl.minutiae.arrays import MinutiaeError, ppi_of
from nistitl.minutiae.formats.registry import format_named
from nistitl.minutiae.view import View
from nistitl.minutiae.view_writing import view_bytes

if TYPE_CHECKING:
    from nistitl.base.findings import Finding
    from nistitl.minutiae.names import Format

APPENDIX_F = 8  # of the certification of equipment


@attrs.frozen(slots=True)
class Source:
    """The bytes that a template was read from, and a digest of all it said then."""

    data: bytes
    digest: bytes


@attrs.frozen(slots=True, eq=False)
class Template:
    """A finger minutiae record: size of the image in pixels, resolution in pixels per cm, and the views.

    `equipment` and its `certification` (bit 3: appendix F) are 0 where they are not told; `product` is that of CBEFF,
    owner and type, which ISO does not have. The formats since 2009 tell size and resolution view by view: those here
    are of the first. `lost`: what the format could not hold of the record it was made of. `findings`: what reading
    forgave.
    """

    format: Format
    width: int
    height: int
    ppcm_x: int
    ppcm_y: int
    views: tuple[View, ...] = ()
    equipment: int = 0
    certification: int = 0
    product: int | None = None
    lost: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    reserved: int = attrs.field(default=0, repr=False)
    long: bool = attrs.field(default=False, repr=False)  # a length of six bytes where two would do
    source: Source | None = attrs.field(default=None, repr=False)

    @property
    def ppi(self) -> float | None:
        """Horizontal pixels per inch; None where the resolution is not told."""
        return ppi_of(self.ppcm_x)

    def write(self) -> bytes:
        """The bytes; where nothing has changed, those it was read from. MinutiaeError for what the format cannot."""
        if self.source is not None and digest(self) == self.source.digest:
            return self.source.data
        form = format_named(self.format)
        if len(self.views) > form.most_views:
            raise MinutiaeError(f"{self.format} holds {form.most_views} views, not {len(self.views)}")
        try:
            views = b"".join(view_bytes(view, self, form) for view in self.views)
            return form.header(self, len(views)) + views
        except struct.error as error:
            raise MinutiaeError(f"the header of the template or of a view cannot hold its numbers: {error}") from None

    __bytes__ = write


def digest(template: Template) -> bytes:
    """A digest of all that a template says, so that a change of any of its arrays is seen."""
    said = hashlib.blake2b(repr([getattr(template, name) for name in _HEADER]).encode(), digest_size=16)
    for view in template.views:
        for name in _VIEW:
            value = getattr(view, name)
            is_array = isinstance(value, np.ndarray)
            said.update(np.asarray(value).tobytes() if is_array else repr(value).encode())
            said.update(b"%d" % len(value) if is_array else b"\x1e")
    return said.digest()


_HEADER = [one.name for one in attrs.fields(Template) if one.name not in ("views", "lost", "findings", "source")]
_VIEW = [one.name for one in attrs.fields(View) if one.name not in ("source", "findings")]
