"""What tests share: where the sample files are, and a small transaction to work on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.records.type14 import Segment

ROOT = Path(__file__).parent.parent
CORPUS = Path(os.environ.get("NISTITL_CORPUS", ROOT.parent / "shared" / "corpus"))
IMAGE = bytes(range(256)) * 4  # every separator byte among them


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real files that this project did not write; tests skip where it is not."""
    if not (CORPUS / "INDEX.json").is_file():
        pytest.skip("the sample files are not here (set NISTITL_CORPUS)")
    return CORPUS


@pytest.fixture(scope="session")
def corpus_index(corpus: Path) -> list[dict[str, Any]]:
    """What is known of each sample file."""
    rows: list[dict[str, Any]] = json.loads((corpus / "INDEX.json").read_text("utf-8"))
    return rows


@pytest.fixture
def tx() -> nistitl.Transaction:
    """Type-1, a Type-2, a Type-4 and a Type-14 with segments, as read from bytes."""
    return nistitl.read(small_transaction())


def small_transaction() -> bytes:
    """The bytes of the small transaction."""
    made = nistitl.Transaction.new(
        TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", DAT="20200229", NSR="19.69", NTR="19.69"
    )
    text = nistitl.Type2()
    text["2.003"] = "A"
    text["2.018"] = "PLANTED,NAME"
    text["2.019"] = ["ALIAS,ONE", "ALIAS,TWO"]
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
