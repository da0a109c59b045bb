"""Level 3: what the codestream says against what the record says, and the hash against the data."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from nistitl.base.editions import E2011
from nistitl.base.findings import Finding, Severity
from nistitl.images.findings import format_findings, side_findings
from nistitl.images.record import ImageRecord
from nistitl.images.registry import codecs
from nistitl.validation.rules import Problem, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.validation.context import RecordView

DESCRIBED = (3, 4, 5, 6, 8, 10, 13, 14, 15, 16, 17, 19)
_SIGNATURE, _FIRST = 8, 16
_HASH, _DATA = 996, 999
IMAGES = (3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16, 17, 19, 20, 22, 99)
HASHED = (10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 99)


@rule("codestream", types=IMAGES, level=3, firm=True, clause="xx.006 to xx.013, xx.999")
def codestream(view: RecordView) -> Iterator[Finding]:
    """The image decodes, and is what the record says; findings are those of `record.image_findings()`."""
    record = view.record
    if isinstance(record, ImageRecord):
        yield from record.image_findings()


@rule("image-side-information", types=IMAGES, level=3, severity=Severity.NOTE, clause="xx.999")
def side_information(view: RecordView) -> Iterator[Finding]:
    """The codestream holds nothing but the image."""
    if isinstance(view.record, ImageRecord):
        yield from side_findings(view.record)


@rule("format", types=DESCRIBED, level=1, firm=True, code="image-cga", clause="xx.011, xx.999")
def format_(view: RecordView) -> Iterator[Finding]:
    """The image is of the format that the record names; looked at closer only where its first bytes are not."""
    record: Any = view.record
    data = record.DATA
    if data is None or bytes(data[:_FIRST]).startswith(
        _signatures(record.SRT if record.type == _SIGNATURE else record.CGA)
    ):
        return
    if record.HLL is None or record.VLL is None or len(data) != record.HLL * record.VLL:
        yield from format_findings(record)


@lru_cache(maxsize=64)
def _signatures(said: str | int | None) -> tuple[bytes, ...]:
    """How codestreams begin whose CGA is that, in the spelling of the standard."""
    return next((codec.signatures for codec in codecs() if said in (codec.name, codec.number, *codec.later_names)), ())


@rule("hash-wrong", types=HASHED, level=3, starts="HAS DATA", reads="HAS", since=E2011, clause="xx.996")
def hash_wrong(view: RecordView) -> Iterator[Problem | Finding]:
    """HAS is the SHA-256 of the data; a note where it is, and where there is none."""
    said, data = view.value("HAS"), view.record.raw(_DATA)
    if data is None:
        return
    if said is None:
        yield Finding("hash-none", "no HAS says what the data were", view.location(_DATA), Severity.NOTE)
        return
    right = sha256(data).hexdigest().upper()
    if said.upper() == right:
        yield Finding("hash-verified", "HAS is the SHA-256 of DATA", view.location(_HASH), Severity.NOTE)
    else:
        yield Problem("HAS is not the SHA-256 of DATA", _HASH, expected=right)


RULES = (format_, codestream, side_information, hash_wrong)
