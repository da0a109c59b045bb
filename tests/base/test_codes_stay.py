"""Finding codes stay: people's builds hang on them."""

from __future__ import annotations

from pathlib import Path

from nistitl.base.findings import catalogue

EVER_TOLD = Path(__file__).with_name("finding_codes.txt")


def test_no_code_goes() -> None:
    ever = {line for line in EVER_TOLD.read_text("utf-8").splitlines() if not line.startswith("#")}
    assert len(ever) > 100
    assert ever - set(catalogue()) == set(), "renamed or taken away"
    assert set(catalogue()) - ever == set(), "new: add a line, so that it stays"
