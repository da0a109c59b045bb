"""Real files: nothing is different from itself, and the other encoding says the same but for what was told."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import nistitl
from nistitl.base.findings import Finding
from nistitl.exchange.comparing.difference import Difference

WHOLE = ("xml-record-unsayable", "record-unsayable")


def untold(difference: Difference, losses: tuple[Finding, ...]) -> list[object]:
    """What differs in meaning, and no finding of the conversion names."""
    whole = {one.location.record for one in losses if one.code in WHOLE}
    records = [one for one in difference.records if one.kind != "removed" or one.record.before not in whole]
    fields = [
        one for one in difference.fields
        if not any(
            told.location.record == one.record.before and _names(told, one.path) for told in losses
        )
    ]  # fmt: skip
    return [*records, *fields, *difference.images, *difference.minutiae]


def _names(told: Finding, path: str) -> bool:
    """True for a finding of that field; the number of one that is of another record type stands in the message."""
    return path.split(".")[:2] == told.location.path.split(".")[:2] or (not told.location.path and path in told.message)


def test_files_are_themselves_and_their_other_encoding(corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
    """There and back: what differs was told, and where nothing was, both say the same."""
    same, lossy, wrong = 0, 0, []
    for row in corpus_index:
        data = (corpus / row["file"]).read_bytes()
        with suppress(nistitl.ITLError):
            tx = nistitl.read(data)
            if tx.diff(nistitl.read(data)):
                wrong.append((row["file"], "itself"))
            there = tx.convert("traditional" if tx.encoding == "xml" else "xml")
            back = there.transaction.convert(tx.encoding)
            for one, conversion in ((tx, there), (there.transaction, back)):
                difference = one.diff(nistitl.read(bytes(conversion.transaction)))
                if untold(difference, conversion.losses) or (not conversion.lost and not difference.same_meaning):
                    wrong.append((row["file"], conversion.transaction.encoding))
            same += not there.lost
            lossy += bool(there.lost)
            if not there.lost and not tx.same_as(there.transaction) and row["validity"] == "valid":
                wrong.append((row["file"], "same_as"))
    assert wrong == [] and same > 100 and lossy < same / 4
