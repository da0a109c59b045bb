"""The page on repair: every line of its tables is tried on the fixtures that it names."""

from __future__ import annotations

import re

import pytest

import nistitl
from tests.support.samples import ROOT

PAGE = (ROOT / "docs" / "repair.md").read_text("utf-8")


def names(heading: str) -> list[str]:
    """The fixtures that the table under a heading names."""
    table = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("|") and "`" in line.rpartition(" | ")[2]]
    assert len(rows) >= 5
    return [name for row in rows for name in re.findall(r"`([\w-]+)`", row.rpartition(" | ")[2])]


def read(name: str, unmended: str) -> nistitl.Transaction:
    return nistitl.read(ROOT / "fixtures" / "damaged" / f"{name}.an2", policy="repair", unmended=unmended)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", names("Mended"))
def test_what_the_page_calls_mended_is(name: str) -> None:
    tx = read(name, "refuse")
    assert tx.repairs and tx.unmended == ()
    assert bytes(nistitl.read(bytes(tx), policy="strict")) == bytes(tx)


@pytest.mark.parametrize("name", names("Left as it is"))
def test_what_the_page_calls_left_is_left_byte_for_byte(name: str) -> None:
    tx = read(name, "keep")
    assert bytes(tx) == (ROOT / "fixtures" / "damaged" / f"{name}.an2").read_bytes()
    assert tx.unmended
    with pytest.raises(nistitl.ReadError, match="cannot be mended"):
        read(name, "refuse")
