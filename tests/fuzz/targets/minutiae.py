"""Type-9: minutiae of each block, ridge counts, cores, deltas, maps, paths; to templates, other blocks, and back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

import nistitl
from nistitl.images.picture import header_of
from nistitl.minutiae import FORMATS, MinutiaeError, read_template
from nistitl.minutiae.selection import blocks_of
from tests.fuzz import hostile
from tests.fuzz.pictures import large
from tests.fuzz.targets.images import quietly
from tests.fuzz.targets.read import opened

if TYPE_CHECKING:
    from nistitl.records.type09 import Type9

BLOCKS = blocks_of(nistitl.Type9)
PATHS = ("ROI", "FPP", "DIS", "LQI", "AOC", "RPS")
LINES, POINTS = ("INR", "CLD", "RCC", "TPL"), ("DOT", "POR", "REF", "CPR")
SIZE: dict[str, Any] = {"ppi": 500.0, "height": 400}


def check(data: bytes) -> None:
    """Everything that a Type-9 is asked for."""
    tx = opened(data)
    if tx is None or large(tx):
        return
    for record in tx[9]:
        for block in (None, *BLOCKS):
            _check_block(record, block)
        for name in ("minutiae_blocks", "cores", "deltas", "quality_map", "flow_map", "wavelength_map"):
            quietly(getattr, record, name)
        for action, names in ((record.polygon, PATHS), (record.segments, LINES), (record.points, POINTS)):
            for name in names:
                quietly(action, name)
        quietly(record.plot)
        for owner in ("NEC", "Cogent", "Sagem", "nobody"):
            quietly(record.vendor_block, owner)
    assert bytes(tx) == data, "asking for features changed what is written"


def _check_block(record: Type9, block: str | None) -> None:
    quietly(record.minutiae, block)
    quietly(record.ridge_counts, block)
    own = quietly(record.minutiae, block, units="own")
    found = quietly(record.minutiae, block, **SIZE)
    assert own is None or found is None or len(own) == len(found)
    if found is None:
        return
    for form in FORMATS:
        template = quietly(record.to_template, form, block, ppi=500, width=400, height=400)
        if template is not None:
            written = bytes(template)
            assert bytes(read_template(written)) == written, "a template reads back as another"
    for to in BLOCKS:
        twin: Any = record.copy()
        quietly(twin.convert_minutiae, to, block, **SIZE)
        twin.context.charset.decode(b"")
    _check_back(record, block, found)


def _check_back(record: Type9, block: str | None, found: Any) -> None:
    """Written back as it came, an array is the same again."""
    twin: Any = record.copy()
    try:
        lost = twin.set_minutiae(found, block, **SIZE)
    except MinutiaeError:
        return
    again = twin.minutiae(block, **SIZE)
    if not lost:
        assert len(again) == len(found)
        assert np.allclose(again["x"], found["x"], atol=2, equal_nan=True), "minutiae moved"


@cache
def seeds() -> list[bytes]:
    """Type-9 records of every block, with an image beside them."""
    made = [data for data in hostile.transactions() if b"9.001:" in data]
    image = nistitl.Type14(IDC=1, IMP=0, SRC="S", HLL=40, VLL=40, SLC=1, THPS=500, TVPS=500, CGA="NONE", BPX=8,
                           FGP=2, DATA=bytes(1600))  # fmt: skip
    found = np.zeros(3, nistitl.minutiae.DTYPE)
    found["x"], found["y"], found["theta"], found["type"] = (5, 20, 30), (9, 30, 35), (0, 90, 200), ("E", "B", "E")
    found["quality"], found["index"] = 50, (1, 2, 3)
    for block in BLOCKS:
        tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN", DAT="20200101")
        tx.append(image.copy())
        features = nistitl.Type9.from_minutiae(
            found, block, ppi=500, width=40, height=40, lossy=True, IDC=1, IMP=4, FMT="S"
        )
        if block == "efs":
            features["9.308"] = ["0123", "4500"]
            features["9.309"] = ["10", "UNC"]
            features["9.310"] = ["5A5AXX00", "5A5AXX00"]
            features["9.311"] = ["10", "UNC"]
            features["9.320"] = [["100", "200", "90", "20", "10"]]
            features["9.321"] = [["300", "200", "90", "20", "10"]]
        tx.append(features)
        made.append(bytes(tx))
        assert header_of(tx[14][0]).pixels == 1600
    return made
