"""`nistitl diff`, and git with it: as its external driver, and with `show --textconv`."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from tests.support.samples import PACKAGES, small_transaction


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two files, of which the second has another name in 2.018 and a bit flipped in an image."""
    before, after = tmp_path / "before.an2", tmp_path / "after.an2"
    before.write_bytes(small_transaction())
    tx: Any = nistitl.read(before)
    tx[2][0]["2.018"] = "OTHER,PERSON"
    data = bytearray(tx[14][0].DATA)
    data[100] ^= 16
    tx[14][0].DATA = bytes(data)
    tx.write(after)
    return before, after


@pytest.fixture
def twin(tmp_path: Path) -> tuple[Path, Path]:
    """Two files of the same meaning."""
    before, after = tmp_path / "one.an2", tmp_path / "one.xml"
    before.write_bytes(small_transaction())
    nistitl.read(before).write(after, "xml")
    return before, after


def run(capsys: Any, *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_status_is_that_of_diff(capsys: Any, pair: Any, twin: Any, tmp_path: Path) -> None:
    assert run(capsys, "diff", pair[0], pair[0]) == (0, "no difference\n", "")
    assert run(capsys, "diff", *pair)[0] == 1
    assert run(capsys, "diff", *twin)[0] == 1
    assert run(capsys, "diff", "--meaning", *twin) == (0, "no difference\n", "")
    assert run(capsys, "diff", "--meaning", *pair)[0] == 1
    (tmp_path / "text.txt").write_text("no transaction")
    for other in ("text.txt", "absent.an2"):
        for names in ((pair[0], tmp_path / other), (tmp_path / other, pair[0])):
            status, out, err = run(capsys, "diff", *names)
            assert (status, out) == (2, "") and other in err
    status, _, err = run(capsys, "diff", pair[0])
    assert status == 2 and "two files" in err
    assert run(capsys, "diff", "--mm", "-1", *pair)[0] == 2


def test_values_are_shown_only_when_asked_for(capsys: Any, pair: Any, tmp_path: Path) -> None:
    names = ("PLANTED", "OTHER,PERSON")
    for form in ("text", "json", "html"):
        _, out, _ = run(capsys, "diff", "--format", form, *pair)
        assert "2.018" in out and "14.999" in out
        assert not [name for name in names if name in out] and "data:image" not in out
        _, out, _ = run(capsys, "diff", "--values", "--format", form, *pair)
        assert all(name in out for name in names)
        assert ("data:image" in out) == (form == "html")


def test_text_says_where_and_what(capsys: Any, pair: Any) -> None:
    lines = run(capsys, "diff", "--profile", "fbi-ebts-10.0", *pair)[1].splitlines()
    assert lines[0].startswith("Record 1: Type-2") and lines[1] == "  ~ 2.018: NAM Name changed"
    assert lines[3].startswith("  ~ 14.999: image changed: 1 pixels differ, by 16 at the most; PSNR 54.15 dB")
    assert lines[-1] == "1 field, 1 image"


def test_json_is_that_of_the_lists(capsys: Any, pair: Any, tmp_path: Path) -> None:
    status, out, _ = run(capsys, "diff", "--json", *pair)
    told = json.loads(out)
    assert status == 1 and (told["same"], told["same_meaning"]) == (False, False)
    (field,), (image,) = told["fields"], told["images"]
    assert field["record"] == {"type": 2, "idc": 0, "before": 1, "after": 1} and "before" not in field
    assert (image["same_pixels"], image["changed"], image["before"]["codec"]) == (False, 1, "NONE")
    for name in ("x.json", "x.html", "x.txt"):
        assert run(capsys, "diff", *pair, "-o", tmp_path / name) == (1, "", "")
    assert json.loads((tmp_path / "x.json").read_text()) == told
    assert (tmp_path / "x.html").read_text().startswith("<!DOCTYPE html>")
    assert (tmp_path / "x.txt").read_text().splitlines()[-1] == "1 field, 1 image"


def test_colour_is_for_terminals(capsys: Any, pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in run(capsys, "diff", *pair)[1]
    assert "\x1b[33m" in run(capsys, "diff", "--colour", "always", *pair)[1]

    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    for name, value, coloured in (("TERM", "xterm", True), ("NO_COLOR", "1", False)):
        monkeypatch.setenv(name, value)
        screen = Terminal()
        monkeypatch.setattr(sys, "stdout", screen)
        main(["diff", *map(str, pair)])
        monkeypatch.undo()
        monkeypatch.setenv("TERM", "xterm")
        assert ("\x1b[33m" in screen.getvalue()) is coloured


def test_one_side_may_be_standard_input(capsys: Any, pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(pair[1].read_bytes())

    monkeypatch.setattr(sys, "stdin", Input)
    assert run(capsys, "diff", pair[0], "-")[0] == 1
    assert run(capsys, "diff", "-", "-")[0] == 2


# -- git ----------------------------------------------------------------------------------------


@pytest.fixture
def git(tmp_path: Path) -> Any:
    """A repository of git whose files are compared by this package; what git prints, and that it ends clean."""
    home = tmp_path / "repository"
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(PACKAGES),
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }  # fmt: skip

    def call(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=home, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    call("init", "-q")
    call("config", "diff.nistitl.command", f"{sys.executable} -m nistitl.cli diff")
    call("config", "diff.eft.textconv", f"{sys.executable} -m nistitl.cli show --textconv")
    (home / ".gitattributes").write_text("*.an2 diff=nistitl\n*.eft diff=eft\n")
    call.home = home  # type: ignore[attr-defined]
    return call


def commit(git: Any, name: str, data: bytes | None) -> None:
    path = git.home / name
    path.unlink() if data is None else path.write_bytes(data)
    git("add", "-A")
    git("commit", "-q", "-m", "x")


def test_git_tells_what_changed(git: Any, pair: Any) -> None:
    commit(git, "a.an2", pair[0].read_bytes())
    (git.home / "a.an2").write_bytes(pair[1].read_bytes())
    out = git("diff")
    assert out.startswith("--- a/a.an2\n+++ b/a.an2\n") and "  ~ 2.018: changed\n" in out
    assert out.endswith("1 field, 1 image\n") and "PLANTED" not in out
    commit(git, "a.an2", pair[1].read_bytes())
    commit(git, "a.an2", b"no transaction any more")
    commit(git, "a.an2", None)
    told = git("log", "-p", "--ext-diff", "--format=%s")
    assert "--- /dev/null\n+++ b/a.an2\nadded: 4 records: Type-1, Type-2, Type-4, Type-14" in told
    assert "not compared: error input-not-itl" in told and "+++ /dev/null" in told


def test_git_tells_of_a_file_that_has_another_name(git: Any, pair: Any) -> None:
    commit(git, "a.an2", pair[0].read_bytes())
    git("mv", "a.an2", "b.an2")
    (git.home / "b.an2").write_bytes(pair[1].read_bytes())
    git("add", "-A")
    out = git("diff", "--cached", "-M")
    assert "--- a/a.an2\n+++ b/b.an2\n" in out and "1 field, 1 image" in out


def test_git_tells_of_what_is_not_merged(git: Any, pair: Any) -> None:
    commit(git, "a.an2", pair[0].read_bytes())
    git("checkout", "-q", "-b", "other")
    commit(git, "a.an2", pair[1].read_bytes())
    git("checkout", "-q", "-")
    third = nistitl.read(pair[0])
    third[2][0]["2.018"] = "THIRD"
    commit(git, "a.an2", bytes(third))
    with pytest.raises(AssertionError):
        git("merge", "other")
    assert "a.an2: unmerged" in git("diff", "--cached")


def test_git_compares_the_text_of_files(git: Any, pair: Any) -> None:
    commit(git, "a.eft", pair[0].read_bytes())
    commit(git, "a.eft", pair[1].read_bytes()[:-1])  # the last separator is gone: a finding
    commit(git, "a.eft", b"no transaction")
    told = git("log", "-p", "--format=%s")
    assert "-  2.018" in told and "PLANTED,NAME" in told and "+  2.018" in told
    assert "+not readable: error input-not-itl" in told


def test_text_for_git_is_always_clean(capsys: Any, pair: Any, tmp_path: Path) -> None:
    cut = tmp_path / "cut.an2"
    cut.write_bytes(pair[0].read_bytes()[:-1])
    assert run(capsys, "show", cut)[0] == 1
    status, out, err = run(capsys, "show", "--textconv", cut)
    assert (status, err) == (0, "") and "terminator-missing" in out and "PLANTED,NAME" in out
    assert run(capsys, "show", "--textconv", "--json", cut)[0] == 2
    assert run(capsys, "show", "--textconv", cut, "2.018")[0] == 2
