"""The lowest versions that `.ci/run` installs together are those that pyproject.toml allows."""

from __future__ import annotations

import tomllib

from tests.support.samples import ROOT

EXTRAS = ("images", "progress", "xml", "card", "seal", "test")


def test_lowest_are_the_lower_bounds_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    bounds = [*project["dependencies"], *(bound for extra in EXTRAS for bound in extras[extra])]
    others = [bound for bound in bounds if not bound.startswith("ebtskit[")]
    pins = [line for line in (ROOT / ".ci" / "lowest.txt").read_text("utf-8").splitlines() if line[0] != "#"]
    assert pins == [bound.replace(">=", "==") for bound in others]
    assert all(pin.count("==") == 1 and "," not in pin for pin in pins)
