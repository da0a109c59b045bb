"""docs/redact.md: its example runs, its policy reads, and it names every kind, action and policy."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from nistitl.exchange.actions import ACTIONS
from nistitl.exchange.kinds import KINDS
from nistitl.exchange.policy import SHIPPED, policy
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PAGE = (ROOT / "docs/redact.md").read_text("utf-8")


def test_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fixtures").mkdir()
    shutil.copy(ROOT / "fixtures/tenprint-type14.eft", tmp_path / "fixtures")
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    exec(compile(block, "docs/redact.md", "exec"), {})
    assert capsys.readouterr().out.strip() == re.search(r"# (\[1.*)", block)[1]  # type: ignore[index]


def test_policy_of_the_page_reads(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    path = tmp_path / "mine.toml"
    path.write_text(block)
    assert policy(path).needs_key and policy(path).identity == (("FBI",), ("SID",), ("NAM", "DOB"))


def test_page_names_everything() -> None:
    assert not [word for word in (*KINDS, *ACTIONS, *SHIPPED) if f"`{word}" not in PAGE]
