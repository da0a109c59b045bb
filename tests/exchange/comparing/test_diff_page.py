"""docs/diff.md: its example runs and prints what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.support.samples import ROOT

if TYPE_CHECKING:
    import pytest

PAGE = (ROOT / "docs/diff.md").read_text("utf-8")


def test_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    exec(compile(block, "docs/diff.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == re.findall(r"  # (.*)$", block, re.MULTILINE)
