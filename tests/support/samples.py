"""Where the files are that tests read, and a small transaction to work on."""

from __future__ import annotations

import os
from pathlib import Path

import nistitl
from nistitl.records.type14 import Segment

ROOT = Path(__file__).parents[2]
PACKAGES = Path(nistitl.__file__).parents[1]  # the two packages: of this tree, or as a wheel installed them
SHARED = ROOT.parent / "shared"  # what stands beside the project and is no part of it
CORPUS = Path(os.environ.get("NISTITL_CORPUS", SHARED / "corpus"))
REFERENCE = Path(os.environ.get("NISTITL_REFERENCE", SHARED / "reference"))
SCHEMAS = Path(os.environ.get("NISTITL_SCHEMAS", SHARED / "schemas"))
CASES = Path(os.environ.get("NISTITL_CASES", SHARED / "cases"))
IMAGE = bytes(range(256)) * 4  # every separator byte among them


def small_transaction() -> bytes:
    """The bytes of the small transaction."""
    made = nistitl.Transaction.new(
        TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", DAT="20200229", NSR="19.69", NTR="19.69"
    )
    text = nistitl.Type2()
    text["2.003"] = "A"
    text["2.018"] = "PLANTED,NAME"
    text["2.019"] = [["ALIAS,ONE"], ["ALIAS,TWO"]]
    text["2.067"] = [["MAKE", "MODEL", "SERIAL"]]
    text["2.8608"] = "D"
    made.append(text)
    made.append(nistitl.Type4(IMP=1, FGP=2, ISR=0, HLL=32, VLL=32, CGA=0, DATA=IMAGE))
    segments = (Segment(2, 0, 10, 0, 20), Segment(3, 11, 20, 0, 20))
    made.append(
        nistitl.Type14(
            IMP=0, SRC="ORI", FCD="20200228", HLL=32, VLL=32, SLC=1, THPS=500, TVPS=500, CGA="NONE", BPX=8,
            FGP=13, SEG=segments, COM="a comment", DATA=IMAGE,
        )
    )  # fmt: skip
    return bytes(made)
