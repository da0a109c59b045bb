"""Data files of packages, from a folder and from a zip."""

from __future__ import annotations

import shutil
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from nistitl.base.resources import Resource
from nistitl.profiles import TableProfile
from nistitl.profiles.layer import ProfileError

TABLE = """
[profile]
name = "{name}"
title = "{name} 1"
{parent}
"""


@pytest.fixture(params=("folder", "zip"))
def package(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an importable package with some profiles."""
    name = f"stranger_in_a_{request.param}"
    folder = tmp_path / "packages" / name
    (folder / "deep").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "below.toml").write_text(TABLE.format(name="below", parent='parent = "deep/above.toml"'))
    (folder / "deep" / "above.toml").write_text(TABLE.format(name="above", parent='parent = "../top.toml"'))
    (folder / "top.toml").write_text(TABLE.format(name="top", parent='authority = "Everybody"'))
    (folder / "beside.toml").write_text(TABLE.format(name="beside", parent='parent = "top.toml"'))
    (folder / "circle.toml").write_text(TABLE.format(name="circle", parent='parent = "deep/../circle.toml"'))
    where = tmp_path / "packages"
    if request.param == "zip":
        where = Path(shutil.make_archive(str(tmp_path / "packages"), "zip", where))
    monkeypatch.syspath_prepend(str(where))
    monkeypatch.delitem(sys.modules, name, raising=False)
    return name


def test_a_file_is_read_and_named(package: str) -> None:
    file = Resource(package, "deep/above.toml")
    assert (file.name, file.stem, file.parent) == ("above.toml", "above", Resource(package, "deep"))
    assert file.parent / "../below.toml" == Resource(package, "below.toml")
    assert file.read_text().startswith("\n[profile]") and file.read_bytes() == file.read_text().encode()
    assert file.is_file() and not (file.parent / "nothing.toml").is_file()
    with pytest.raises(FileNotFoundError, match=r"has no file nothing\.toml"):
        Resource(package, "nothing.toml").read_bytes()


def test_a_profile_is_read_from_a_package_with_the_parents_that_its_files_name(package: str) -> None:
    for path, name in ((Resource(package, "below.toml"), "below"), (files(package) / "beside.toml", "beside")):
        profile = TableProfile(path)
        assert (profile.name, profile.title) == (name, f"{name} 1")
        assert profile.layer.head["authority"] == "Everybody"
    with pytest.raises(ProfileError, match="leads back to this profile"):
        _ = TableProfile(Resource(package, "circle.toml")).layer
    with pytest.raises(ProfileError, match=r"nothing\.toml: cannot read"):
        _ = TableProfile(Resource(package, "nothing.toml")).layer
