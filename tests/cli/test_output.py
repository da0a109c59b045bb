"""Where the output goes: a pipe that nobody reads any longer, a full disk, a reader who needs the exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from tests.support.samples import ROOT, small_transaction

FILE = ROOT / "fixtures" / "tenprint-type14.eft"
FULL = Path("/dev/full")


def run(stdout: Any, *arguments: str) -> tuple[int, str]:
    """Status and complaints of a command that writes there."""
    command = [sys.executable, "-m", "nistitl.cli", *arguments]
    done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    return done.returncode, done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("show", str(FILE)), ("validate", "--json", str(FILE))])
def test_a_reader_who_has_seen_enough_is_no_error(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert run(writing, *arguments) == (0, "")
    finally:
        os.close(writing)


@pytest.mark.skipif(not FULL.exists(), reason="/dev/full is a device of Linux")
@pytest.mark.parametrize("arguments", [("--help",), ("show", str(FILE)), ("validate", "--json", str(FILE))])
def test_a_full_disk_is_an_error(arguments: tuple[str, ...]) -> None:
    with FULL.open("wb") as full:
        status, complaint = run(full, *arguments)
    assert (status, complaint) == (2, "nistitl: cannot write the output: No space left on device\n")


@pytest.mark.parametrize("options", [(), ("--json",), ("--html",)])
def test_the_status_of_show_tells_of_findings(options: tuple[str, ...], tmp_path: Path, capsys: Any) -> None:
    good, bad = tmp_path / "good.an2", tmp_path / "bad.an2"
    good.write_bytes(small_transaction())
    bad.write_bytes(small_transaction() + b"\n")
    assert not nistitl.read(good).findings and nistitl.read(bad).findings
    assert main(["show", *options, str(good)]) == 0
    assert main(["show", *options, str(bad)]) == 1
    assert "PLANTED,NAME" in capsys.readouterr().out
