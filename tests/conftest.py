"""What tests ask for by name: the sample files, and a small transaction to work on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import nistitl
from tests.support.samples import CORPUS, small_transaction


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
