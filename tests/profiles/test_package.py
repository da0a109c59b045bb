"""A state bureau's own package: built, installed into a fresh environment beside ours, and used there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.support.samples import ROOT

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "my-state-ebts"
version = "1.0"

[project.entry-points."nistitl.profiles"]
my-state = "my_state:PROFILE"

[tool.hatch.build.targets.wheel]
packages = ["my_state"]
"""
MODULE = """
from pathlib import Path
from nistitl.profiles import TableProfile

PROFILE = TableProfile(Path(__file__).with_name("my-state.toml"))
"""
RULES = """
from nistitl.validation import Problem, Rules, rule

@rule("my-state-booking", types=(2,), clause="My state, 2.8001")
def booking(subject):
    raw = subject.record.raw(8001)
    if raw is not None and not bytes(raw).startswith(b"MS-"):
        yield Problem("a booking number begins with MS-", 8001, expected="MS-...")

RULES = Rules("my-state", (booking,))
"""
TABLE = """
[profile]
name = "my-state"
title = "My State Bureau 2026"
parent = "fbi-ebts-10.0"
rules = ["my_state.rules:RULES"]

[type2]
"2.8001" = { mnemonic = "BKN", name = "Booking number", type = "ANS", length = "4-12", special = "-" }

[mandatory]
CAR = 'BKN'

[records]
CAR = '14:0-3'
"""
USE = """
import nistitl
tx = nistitl.read({path!r}, profile="my-state")
tx[2][0].BKN = "12345"
report = tx.validate("my-state")
wanted = ("my-state-booking", "records-many")
print(sorted((f.code, f.location.path) for f in report.errors if f.code in wanted))
print(report.profile, [f.clause for f in report.filter(code="my-state-booking")])
del tx[2][0].BKN
print([f.message for f in tx.validate("my-state").filter(path="2.8001")])
"""


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=cwd, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, target: Path) -> Path:
    """The wheel of a project."""
    pytest.importorskip("hatchling", reason="hatchling comes with ebtskit[test]")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target, cwd=source)
    return next(target.glob("*.whl"))


def test_a_package_of_a_state(tmp_path: Path) -> None:
    project = tmp_path / "project"
    package = project / "my_state"
    package.mkdir(parents=True)
    (project / "pyproject.toml").write_text(PYPROJECT)
    (package / "__init__.py").write_text(MODULE)
    (package / "rules.py").write_text(RULES)
    (package / "my-state.toml").write_text(TABLE)
    wheels = [build(ROOT, tmp_path / "ours"), build(project, tmp_path / "theirs")]

    fresh = tmp_path / "fresh"
    venv.create(fresh, with_pip=True)
    python = fresh / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", *wheels, cwd=tmp_path)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    # what both depend on is borrowed, so that the test needs no network
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")

    listed = run(python, "-m", "nistitl.cli", "profiles", cwd=tmp_path)
    assert "my-state" in listed and "My State Bureau 2026" in listed and "fbi-ebts-10.0" in listed
    shown = run(python, "-m", "nistitl.cli", "profiles", "show", "my-state", "CAR", cwd=tmp_path)
    assert "BKN" in shown and "0 to 3" in shown
    said = run(python, "-c", USE.format(path=str(ROOT / "fixtures" / "tenprint-type14.eft")), cwd=tmp_path)
    assert said.splitlines() == [
        "[('my-state-booking', '2.8001'), ('records-many', '')]",
        "my-state ['My state, 2.8001']",
        "['BKN (Booking number) is missing']",
    ]
