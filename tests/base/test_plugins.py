"""What packages offer: our own parts first and without metadata, then what is provided, then other packages'."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ebts_profiles
from nistitl.base import plugins
from nistitl.base.builtin import POINTS
from nistitl.base.errors import MissingDependency
from nistitl.base.plugins import CODECS, RULES, Point, find, offered, provide
from tests.support.samples import ROOT

Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """A function that installs the metadata of an outside package: its name and its entry points."""

    def installed(name: str, entry_points: str) -> None:
        info = tmp_path / name / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(entry_points)
        sys.path.insert(0, str(info.parent))
        plugins.forget()

    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(plugins, "_PROVIDED", {group: {**points} for group, points in plugins._PROVIDED.items()})
    yield installed
    monkeypatch.undo()
    plugins.forget()


def test_pyproject_lists_what_is_built_in() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    assert listed == {**POINTS, **ebts_profiles.POINTS}


@pytest.mark.parametrize(
    ("group", "name", "target"),
    [
        (group, name, target)
        for table in (POINTS, ebts_profiles.POINTS)
        for group, points in table.items()
        for name, target in points.items()
    ],
)
def test_every_built_in_point_loads(group: str, name: str, target: str) -> None:
    assert find(group, name) == offered(group)[name] == Point(name, target)
    assert Point(name, target).load() is not None


def test_nobody_hides_a_part_of_ours(install: Install) -> None:
    install("a-stranger", "[nistitl.codecs]\nWSQ20 = stranger:FAKE\n[nistitl.profiles]\n'fbi-ebts-10.0' = x:FAKE\n")
    install("b-stranger", "[nistitl.profiles]\nfbi-ebts-10.0 = stranger:FAKE\n[nistitl.rules]\nbase = stranger:FAKE\n")
    provide(CODECS, {"WSQ20": "stranger:FAKE"})
    for group, name, target in (
        (CODECS, "WSQ20", "nistitl.images.codecs.wsq20:CODEC"),
        (RULES, "base", "nistitl.validation.base:BASE"),
        (plugins.PROFILES, "fbi-ebts-10.0", "ebts_profiles:FBI_10_0"),
    ):
        assert find(group, name) == offered(group)[name] == Point(name, target)


def test_of_two_packages_the_first_one_stands(install: Install) -> None:
    install("second", "[nistitl.codecs]\nNEW = second:CODEC\n")
    install("first", "[nistitl.codecs]\nNEW = first:CODEC\n")
    assert find(CODECS, "NEW") == offered(CODECS)["NEW"] == Point("NEW", "first:CODEC")
    provide(CODECS, {"NEW": "provided:CODEC"})
    provide(CODECS, {"NEW": "provided.later:CODEC"})
    assert find(CODECS, "NEW") == offered(CODECS)["NEW"] == Point("NEW", "provided:CODEC")


def test_what_is_provided_later_is_found_at_once(install: Install) -> None:
    calls = []

    @plugins.cache_until_provided
    def names(group: str) -> tuple[str, ...]:
        calls.append(group)
        return tuple(offered(group))

    assert "LATE" not in names(CODECS) and find(CODECS, "LATE") is None
    assert names(CODECS) and len(calls) == 1
    provide(CODECS, {"LATE": "late:CODEC"})
    assert "LATE" in names(CODECS) and find(CODECS, "LATE") == Point("LATE", "late:CODEC")


def test_a_point_that_does_not_load_says_who_offers_it() -> None:
    with pytest.raises(MissingDependency, match=r"'X' is offered by no\.such:THING.*ModuleNotFoundError"):
        Point("X", "no.such:THING").load()
    with pytest.raises(MissingDependency, match=r"nistitl\.base\.plugins:NOTHING.*AttributeError"):
        Point("X", "nistitl.base.plugins:NOTHING").load()
