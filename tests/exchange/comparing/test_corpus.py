"""Real files: nothing is different from itself, and their other encoding says the same where nothing was lost."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import nistitl


def test_files_are_themselves_and_their_other_encoding(corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
    same, lossy, wrong = 0, 0, []
    for row in corpus_index:
        data = (corpus / row["file"]).read_bytes()
        with suppress(nistitl.ITLError):
            tx = nistitl.read(data)
            if tx.diff(nistitl.read(data)):
                wrong.append(row["file"])
            conversion = tx.convert("traditional" if tx.encoding == "xml" else "xml")
            if conversion.lost:
                lossy += 1
            elif tx.same_as(conversion.transaction):
                same += 1
            elif row["validity"] == "valid":
                wrong.append(row["file"])
    assert wrong == [] and same > 100 and lossy < same / 4
