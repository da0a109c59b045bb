"""`nistitl profiles new`: a package that builds, installs and passes its own tests as it is written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nistitl.base.errors import ITLError
from nistitl.cli import main
from nistitl.profiles.choice import named, proofread
from nistitl.profiles.skeleton import write_package
from tests.support.samples import ROOT


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=cwd, env={**os.environ, **env})


def installed(project: Path, target: Path) -> None:
    """Build and install it into a fresh folder, without the network."""
    pytest.importorskip("hatchling", reason="hatchling comes with ebtskit[test]")
    pip = (sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index")
    done = run(*pip, "--target", target, project, cwd=project.parent)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_is_installed_and_its_tests_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, target = tmp_path / "my-state", tmp_path / "target"
    assert main(["profiles", "new", "my-state", "--on", "fbi-ebts-11.2", "-o", str(project)]) == 0
    assert "README.md says what to do next" in capsys.readouterr().out
    installed(project, target)
    paths = {"PYTHONPATH": os.pathsep.join([str(target), str(ROOT)])}
    tests = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", project / "tests")
    done = run(*tests, cwd=tmp_path, **paths)
    assert done.returncode == 0 and "9 passed" in done.stdout, done.stdout
    shown = run(
        sys.executable, "-m", "nistitl.cli", "profiles", "show", "my-state", "MYCAR", cwd=tmp_path, **paths
    ).stdout
    assert "like CAR" in shown and "[my-state]" in shown
    # a row that is loosened, and one without a case, are seen
    table = target / "my_state" / "my-state.toml"
    text = table.read_text("utf-8")
    for old, new in (
        ('length = "4-12"', 'length = "1-12"'),
        ("'14:0-3'", "'14:0-4'"),
        ("[records]", "[records]\nCAR = '9:none'"),
    ):
        table.write_text(text.replace(old, new), "utf-8")
        done = run(*tests, cwd=tmp_path, **paths)
        assert done.returncode == 1 and "1 failed, 8 passed" in done.stdout, new


@pytest.mark.parametrize(
    "parent", ["fbi-ebts-10.0", "fbi-ebts-9.1", "dod-ebts-1.2", "dod-ebts-4.1", "int-i-5.03", "nato-stanag-4715"]
)
def test_a_table_on_any_profile_is_right(tmp_path: Path, parent: str) -> None:
    folder = write_package("a.b-c", named(parent), str(tmp_path / "it"))
    assert proofread(str(folder / "a_b_c" / "a.b-c.toml")) == ([], [])
    assert "@" not in (folder / "README.md").read_text("utf-8")


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    parent = named("fbi-ebts-10.0")
    for name in ("My State", "1st", "a/b", "", "-x"):
        with pytest.raises(ITLError, match="is no name of a profile"):
            write_package(name, parent, str(tmp_path / "x"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "there").write_text("kept")
    with pytest.raises(ITLError, match="is there and not empty"):
        write_package("my-state", parent, str(tmp_path / "full"))
    with pytest.raises(ITLError, match="cannot write"):
        write_package("my-state", parent, str(tmp_path / "full" / "there"))
    assert (tmp_path / "full" / "there").read_text() == "kept" and not (tmp_path / "x").exists()
