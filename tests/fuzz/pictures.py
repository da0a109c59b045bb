"""Transactions with an image of every codec, and what is too large a claim to be decoded again and again."""

from __future__ import annotations

from functools import cache

import nistitl
from nistitl.images.errors import ImageError
from nistitl.images.fields import fields_from
from nistitl.images.picture import header_of
from tests.fuzz import codestreams, hostile

KINDS = {"FAX": (8,), "WSQ20": (14, 4)}  # WSQ is for friction ridges
LARGEST = 1 << 20  # pixels that a check decodes; up to the limit of the library they only take longer


def large(tx: nistitl.Transaction) -> bool:
    """True where the images of a transaction, as they say themselves, would take a fuzzer too long."""
    return sum(map(_pixels, tx.images())) > LARGEST


def _pixels(record: nistitl.Record) -> int:
    try:
        return header_of(record).pixels
    except (ImageError, nistitl.MissingDependency):
        return 0


@cache
def transactions() -> list[bytes]:
    """A small transaction for each codec and record type, among them those of segments and minutiae."""
    made = []
    for name in codestreams.CODECS:
        for kind in KINDS.get(name, (14, 4, 10)):
            tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN", DAT="20200101")
            tx.append(nistitl.Type2())
            tx.append(_record(kind, name))
            made.append(bytes(tx))
    return made


def _record(kind: int, codec: str) -> nistitl.Record:
    image = codestreams.picture() if codec == "NONE" else codestreams.seeds(codec)[0]
    if codec == "FAX":
        return nistitl.Type8(IDC=1, SIG=0, SRT=1, ISR=1, HLL=codestreams.COLUMNS, VLL=codestreams.ROWS, DATA=image)
    fields = fields_from(image, kind, None if codec != "NONE" else "NONE", 500)
    more = {14: {"FGP": 13, "IMP": 0, "SRC": "S"}, 4: {"FGP": 2, "IMP": 0}, 10: {"IMT": "FACE", "SRC": "S"}}
    record = nistitl.record_class(kind)(IDC=1, **fields, **more[kind])
    if kind == 14:
        record["14.021"] = [["2", "0", "10", "0", "20"], ["3", "11", "20", "0", "20"]]
        record["14.025"] = b"2\x1f4\x1f1\x1f1\x1f20\x1f1\x1f20\x1f20\x1f1\x1f20"
    return record


def seeds() -> list[bytes]:
    """Those of every codec, and those of every record type."""
    return transactions() + hostile.transactions()
