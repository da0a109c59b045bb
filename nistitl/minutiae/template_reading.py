"""A template from its bytes, whichever format it is; what is not as it should be is forgiven, and told as findings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs

from nistitl.base.errors import ReadError
from nistitl.base.findings import Severity
from nistitl.minutiae.arrays import MinutiaeError, square_ppi
from nistitl.minutiae.formats import incits2009
from nistitl.minutiae.formats.base import Cut, Reader
from nistitl.minutiae.formats.registry import candidates
from nistitl.minutiae.template import Source, Template, digest
from nistitl.minutiae.view_reading import Reading, read_view

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from nistitl.minutiae.formats.base import Header, TemplateFormat
    from nistitl.minutiae.view import View

Policy = Literal["tolerant", "strict"]
_VERSION_ENDS = 8
_LEAST_MINUTIA = 5  # bytes


def read_template(
    source: bytes | bytearray | memoryview | str | os.PathLike[str], policy: Policy = "tolerant"
) -> Template:
    """The template in a file, by its path, or in bytes, whichever of `FORMATS` it is.

    What it forgives, such as lengths that are wrong or bytes that follow, is in `findings`; minutiae that were cut
    off are an error there. MinutiaeError for what is no such template, named where it is known, and with "strict" for
    anything forgiven; ReadError for a file that cannot be read.
    """
    if policy not in ("tolerant", "strict"):
        raise MinutiaeError(f"there is no policy {policy!r} for templates; policies are tolerant and strict")
    data = _bytes_of(source)
    template = _best(data)
    if policy == "strict" and template.findings:
        raise MinutiaeError.of(template.findings[0])
    return template


def _bytes_of(source: bytes | bytearray | memoryview | str | os.PathLike[str]) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not isinstance(source, (str, os.PathLike)):
        raise MinutiaeError(f"expected a path or bytes, not {type(source).__name__}")
    try:
        return Path(source).read_bytes()
    except (OSError, ValueError) as error:
        raise ReadError(f"cannot read: {getattr(error, 'strerror', None) or error}") from error


def _best(data: bytes) -> Template:
    """The first reading that every byte fits; else the one that fits best of the formats that the header speaks for."""
    likely, others = candidates(data)
    tried = list(_readings(data, likely))
    best = min(tried, key=lambda one: (one[0] > 0 and not one[1].views, one[0]), default=None)
    if best is None or best[0]:
        best = next((one for one in _readings(data, others) if one[0] == 0 and one[1].views), best)
    if best is None:
        raise MinutiaeError(f"the template ends inside its header, after {len(data)} bytes")
    return best[1]


def _readings(data: bytes, forms: Iterable[TemplateFormat]) -> Iterable[tuple[int, Template]]:
    """What these formats make of the bytes, and by how many bytes each does not fit; none behind one that does."""
    for form in forms:
        for by_content in (False, True):
            reading = Reading(Reader(data, _VERSION_ENDS), form, by_content)
            try:
                template = _read(reading)
            except Cut:
                break
            yield reading.misfit, template
            if reading.misfit == 0:
                return


def _read(reading: Reading) -> Template:
    """The template as a format has it. Cut where not even its header is there."""
    form, data = reading.form, reading.reader.data
    _tell_version(reading)
    header = form.read_header(reading.reader)
    if form is incits2009.DRAFT:
        reading.forgive("template-version", "a header of 20 bytes, as drafts of 2007 have it, instead of 21", 0)
    views = _views(reading, header)
    _tell_what_follows(reading, header)
    if header.length not in (len(data), reading.reader.at):
        told = f"the template says it has {header.length} bytes; it has {reading.reader.at}"
        reading.forgive("template-length", told, _VERSION_ENDS)
    template = Template(form.name, **_of_first_view(views), views=tuple(views))
    template = attrs.evolve(template, **header.fields, findings=tuple(reading.findings))
    return attrs.evolve(template, source=Source(data, digest(template)))


def _tell_what_follows(reading: Reading, header: Header) -> None:
    """Tell bytes behind the last view: an error where the length counts them, or no view is told before them."""
    reader = reading.reader
    if not (left := reader.left):
        return
    counted = not header.views or reader.at < header.length <= len(reader.data)
    unread = counted and left >= _LEAST_MINUTIA and any(reader.data[reader.at :])
    told = ", which the template counts as its own: they may be views or minutiae" if unread else ""
    severity = Severity.ERROR if unread else Severity.WARNING
    reading.forgive("template-after", f"{left} bytes follow the last view{told}", reader.at, left, severity)


def _views(reading: Reading, header: Header) -> list[View]:
    views: list[View] = []
    ppi = square_ppi(header.fields.get("ppcm_x", 0), header.fields.get("ppcm_y", 0))
    for number in range(1, header.views + 1):
        at, told_before = reading.reader.at, len(reading.findings)
        try:
            view = read_view(reading, header, number, ppi)
            views.append(attrs.evolve(view, findings=tuple(reading.findings[told_before:])))
        except Cut:
            told = f"the template ends before view {number} of {header.views}"
            reading.forgive("template-cut", told, at, len(reading.reader.data) - at + 1, Severity.ERROR)
            reading.reader.at = len(reading.reader.data)
            break
    return views


def _of_first_view(views: list[View]) -> dict[str, Any]:
    """Size, resolution and equipment of the first view, where the format tells them by view; else 0."""
    first = views[0] if views else None
    image = first.image if first is not None and first.image is not None else (0, 0, 0, 0)
    fields: dict[str, Any] = dict(zip(("width", "height", "ppcm_x", "ppcm_y"), image, strict=True))
    return fields | {"equipment": first.capture.device if first is not None and first.capture is not None else 0}


def _tell_version(reading: Reading) -> None:
    spelled = reading.reader.data[4:8]
    if spelled != reading.form.version:
        told = f"the version is spelled {spelled.decode('latin-1')!r} instead of {reading.form.version.decode()!r}"
        reading.forgive("template-version", told, 4)
