"""sheet: every image on one page, as PNG and as HTML, with segments and features drawn."""

from __future__ import annotations

import zlib

from nistitl.images.findings import image_findings
from nistitl.images.segments import segments_of
from nistitl.pages.sheet import sheet_html, sheet_png
from tests.fuzz.commands import check_html
from tests.fuzz.pictures import large, seeds
from tests.fuzz.targets.images import quietly
from tests.fuzz.targets.read import opened

__all__ = ["check", "seeds"]


def check(data: bytes) -> None:
    """There is a sheet of every transaction; what does not decode is said on it."""
    tx = opened(data)
    if tx is None or large(tx):
        return
    drawn = bool(zlib.crc32(data) & 1)
    check_html(sheet_html(tx, segments=drawn, minutiae=drawn))
    assert sheet_png(tx, segments=not drawn, minutiae=not drawn).startswith(b"\x89PNG")
    for record in tx.images():
        assert record.ppi is None or record.ppi > 0
        image_findings(record)
        quietly(segments_of, record)
