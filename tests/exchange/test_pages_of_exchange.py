"""The pages on redacting, hashing, sealing and keeping: who uses it, an example, what it does not promise."""

from __future__ import annotations

import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest

from nistitl.cli import main
from nistitl.exchange.retention.policy import SHIPPED
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["redact", "hash", "seal", "retain"])
def test_each_page_says_for_whom_shows_an_example_and_promises_no_more(name: str) -> None:
    text = page(name)
    assert re.search(r"^Who uses it: \w", text, re.MULTILINE)
    assert re.search(r"^    (\$ )?nistitl |^\$ nistitl ", text, re.MULTILINE)
    promised = text.partition("\n## What it does not promise\n")[2]
    assert len(promised.split()) > 40


def test_the_commands_of_redaction_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "fixtures" / "tenprint-type14.eft", tmp_path / "in.eft")
    lines = re.findall(r"^    nistitl (redact .*)$", page("redact"), re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        assert main(line.split()) == 0
    assert "0 places still hold one" in capsys.readouterr().out
    assert (tmp_path / "out.eft").exists() and (tmp_path / "done.jsonl").exists()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_sources_of_the_example_policies_are_on_the_page_with_their_dates(name: str) -> None:
    policy = (ROOT / "nistitl/exchange/retention/policies" / f"{name}.toml").read_text("utf-8")
    assert tomllib.loads(policy)["policy"]["source"]
    head = policy.partition("[policy]")[0].replace("\n#", "")
    said = " ".join(page("retain").split())
    titles = re.findall(r'"([A-Z][^"]{20,})"|(\d{1,2} \w+ 20\d\d)', " ".join(head.split()))
    assert len(titles) > 1
    for title in titles:
        assert "".join(title) in said
