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


# -- a fault of the program -------------------------------------------------------------------

BROKEN = """
import sys
from nistitl.base.plugins import provide
from nistitl.cli import main
from nistitl.cli.command import Command

def fail(options):
    raise ValueError("PLANTED,NAME")

COMMAND = Command("it fails", lambda parser: None, fail)
provide("nistitl.commands", {"broken": "__main__:COMMAND"})
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_the_program_has_a_status_of_its_own_and_quotes_nothing(debug: bool, tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(BROKEN)
    arguments = [sys.executable, str(script), "broken", *(["--debug"] if debug else [])]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=ROOT)
    if debug:
        assert "Traceback" in done.stderr and "ValueError: PLANTED,NAME" in done.stderr
    else:
        assert done.returncode == 3 and done.stdout == ""
        assert done.stderr.startswith(
            "nistitl: a fault of the program, not of the input: ValueError in __main__, line 8."
        )
        assert "PLANTED" not in done.stderr and "Traceback" not in done.stderr and done.stderr.count("\n") == 1
