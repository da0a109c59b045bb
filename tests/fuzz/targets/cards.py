"""Descriptions to build: any bytes as the TOML of one, beside a picture."""

from __future__ import annotations

from functools import cache

import nistitl
from tests.fuzz.commands import check_plain, folder
from tests.fuzz.text import mutate
from tests.support.cards import saved

__all__ = ["check", "mutate", "seeds"]

CARD = b"""[transaction]
type = "FAUF"
profile = "fbi-ebts-10.0"
VER = "0502"
DAI = "WVIAFIS0Z"
ORI = "WVATF0800"
TCN = "SELF-20261129-1"
prints = "some"
[demographics]
RET = "N"
NAM = "SYNTHETIC,PERSON"
POB = "NY"
DOB = ["19700101", "19710101"]
SEX = "X"
RAC = "U"
HGT = 507
WGT = "160"
EYE = "BRO"
HAI = "BLK"
RFP = "TESTING"
DPR = 2026-11-29
CRI = "WVATF0800"
IMA = [["MAKE", "MODEL", "SERIAL"]]
[images]
resample = 500
R1 = "x.png"
L4 = "amputated"
right-four = { file = "x.png", ppi = 500, segments = { R2 = [0, 40, 0, 90], R3 = [41, 90, 0, 90] } }
right-palm = { file = "x.png", codec = "WSQ20", bitrate = 0.75, COM = "A PALM" }
face = { file = "x.png", SAP = 20 }
"""
FOLDER = CARD.partition(b"[images]")[0] + b'[images]\nfolder = "."\npattern = "*{position}.png"\nppi = 500\n'


def check(data: bytes) -> None:
    """Building ends in a transaction that reads without findings, or is refused."""
    with folder() as out:
        out.mkdir()
        (out / "card.toml").write_bytes(data)
        for name in ("x.png", "right-index.png"):
            saved(out / name)
        try:
            tx = nistitl.build(out / "card.toml")
        except nistitl.ITLError as error:
            check_plain(str(error))
            return
        assert [record.type for record in nistitl.read(bytes(tx))] == [record.type for record in tx]


@cache
def seeds() -> list[bytes]:
    """One of every key, and one of a folder."""
    return [CARD, FOLDER]
