"""Level 3: what the codestream says against what the record says, and the hash against the data."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from nistitl.base.editions import E2011
from nistitl.images.record import ImageRecord
from nistitl.validation.rules import Problem, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.findings import Finding
    from nistitl.validation.context import RecordView

IMAGES = (3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16, 17, 19, 20, 22, 99)
HASHED = (10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 99)


@rule("codestream", types=IMAGES, level=3, firm=True, clause="xx.006 to xx.013, xx.999")
def codestream(view: RecordView) -> Iterator[Finding]:
    """The image decodes, and is what the record says; findings are those of `record.image_findings()`."""
    record = view.record
    if isinstance(record, ImageRecord):
        yield from record.image_findings()


@rule("hash-wrong", types=HASHED, level=3, starts="HAS", reads="HAS", since=E2011, clause="xx.996")
def hash_wrong(view: RecordView) -> Iterator[Problem]:
    """HAS is the SHA-256 of the data."""
    said, data = view.value("HAS"), view.record.raw(999)
    if said is not None and data is not None and sha256(data).hexdigest() != said.lower():
        yield Problem("HAS is not the SHA-256 of DATA", 996, expected=sha256(data).hexdigest().upper())


RULES = (codestream, hash_wrong)
