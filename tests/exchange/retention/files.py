"""Transactions to be kept for a while: a face, a print, text, with dates that the test chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nistitl
from nistitl.exchange.retention.policy import read_retention_policy

if TYPE_CHECKING:
    from pathlib import Path

    from nistitl.exchange.retention.rules import Policy

NAME = "PLANTED,NAME"
PIXELS = bytes(range(100))


def transaction(
    phd: str | None = "20260101", ute: str | None = None, *, fcd: str | None = None, imt: str = "FACE", **text: str
) -> bytes:
    """A transaction with a photo of that day (None: no photo), at that moment; with a print where `fcd` is one.

    `text` are fields of Type-2: `ctz="US"` is 2.021, `category="EXEMPT"` 2.8001, `gmt` 1.014.
    """
    made = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", DAT="20260102")
    if "gmt" in text:
        made[1][0]["1.014"] = text["gmt"]
    words = made.append(nistitl.Type2())
    words["2.018"] = NAME
    for word, path in (("ctz", "2.021"), ("category", "2.8001"), ("dpr", "2.038")):
        if word in text:
            words[path] = text[word]
    if phd is not None:
        made.append(photo(phd, ute, imt))
    if fcd is not None:
        made.append(
            nistitl.Type14(
                IMP=0, SRC="ORI", FCD=fcd, HLL=10, VLL=10, SLC=1, THPS=500, TVPS=500, CGA="NONE", BPX=8, FGP=2,
                DATA=PIXELS,
            )
        )  # fmt: skip
    return bytes(made)


def photo(phd: str, ute: str | None = None, imt: str = "FACE") -> nistitl.Record:
    """A Type-10 record of that day."""
    record = nistitl.Type10(
        IMT=imt, SRC="ORI", PHD=phd, HLL=10, VLL=10, SLC=0, THPS=1, TVPS=1, CGA="NONE", CSP="RGB", DATA=PIXELS * 3
    )
    if ute is not None:
        record["10.998"] = ute.encode()
    return record


def policy(folder: Path, text: str) -> Policy:
    """The policy of that text."""
    path = folder / "policy.toml"
    path.write_text(text, "utf-8")
    return read_retention_policy(path)
