"""Figures kept commit by commit, by pytest-benchmark (extra `bench`); not among the tests.

    keep="--benchmark-storage=file://benchmarks/figures"
    python -m pytest benchmarks $keep --benchmark-save=NAME    keep this commit's figures
    python -m pytest benchmarks $keep --benchmark-compare      beside the last that were kept on a machine of this kind
    python -m pytest benchmarks $keep --benchmark-compare --benchmark-compare-fail=median:50%

Each figure stands as it is and as a multiple of J, one join of the record slices in the same process (`extra_info`): on
shared machines the multiples say more than the seconds.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.worker import Ours, timed
from benchmarks.workloads import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest.importorskip("pytest_benchmark")

OPERATIONS = [
    *(("tenprint-4", do) for do in ("open", "decode", "write", "edit", "rebuild", "validate")),
    *(("tenprint-14", do) for do in ("open", "decode", "write", "edit", "rebuild", "validate", "xml")),
    ("standard-3000", "arrays"),
    ("standard-3000", "minutiae_written"),
    ("efs-3000", "arrays"),
    ("efs-3000", "minutiae_written"),
]


@pytest.fixture(scope="module")
def ours() -> Ours:
    return Ours()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workloads")


@pytest.mark.parametrize(("workload", "do"), OPERATIONS, ids=[" ".join(row) for row in OPERATIONS])
def test_speed(benchmark: Any, ours: Ours, folder: Path, workload: str, do: str) -> None:
    path = str(written(workload, folder))
    action: Callable[[Any], object] = getattr(ours, do)
    benchmark.pedantic(action, setup=lambda: ((ours.given(do, path),), {}), rounds=25, warmup_rounds=2)
    join = median(timed(ours, "join", path, 25))
    benchmark.extra_info["of J"] = round(benchmark.stats.stats.median / join, 2)
