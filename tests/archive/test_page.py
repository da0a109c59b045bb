"""docs/archives.md: its Python runs, its columns are those of the index, its queries find what they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nistitl
from nistitl.archive import index
from nistitl.archive.schema import schema
from tests.support.samples import ROOT

PAGE = (ROOT / "docs/archives.md").read_text("utf-8")


@pytest.fixture
def indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("imagecodecs")
    monkeypatch.chdir(tmp_path)
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", DAT="20200229")
    pixels = np.add.outer(np.arange(200) % 50, np.arange(300) % 70).astype(np.uint8)
    for position, ppi in ((1, 500), (2, 1000), (2, 500), (3, 1000)):
        tx.append(nistitl.Type14.from_image(pixels, "WSQ20", ppi, IMP=0, SRC="ORI", FCD="20200228", FGP=position))
    Path("archive").mkdir()
    tx.write("archive/a.an2")
    index("archive", "index.parquet")
    return tmp_path


def test_snippets_run_in_order(indexed: Path) -> None:
    session: dict[str, Any] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    for at, block in enumerate(blocks):
        exec(compile(block, f"archives.md, block {at}", "exec"), session)
    assert [row["record"] for row in session["rows"]] == [2]
    assert (session["record"].FGP, session["record"].ppi) == ((2,), 1000)
    prints = session["Prints"]("index.parquet")
    assert [prints[at][1] for at in range(len(prints))] == [1, 2, 2, 3]
    assert session["pixels"].shape == (200, 300)


def test_the_query_of_duckdb_finds_the_same(indexed: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    (query,) = re.findall(r"`(SELECT [^`]*)`", PAGE)
    assert [row[0] for row in duckdb.sql(query.replace("SELECT *", "SELECT record")).fetchall()] == [2]


def test_the_table_of_columns_has_all_of_them() -> None:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == set(schema().names)
