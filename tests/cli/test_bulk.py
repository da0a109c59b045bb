"""Commands on many files: in processes, as lines, continued, stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.test_commands import run
from tests.support.samples import ROOT, small_transaction

BAD = small_transaction().replace(b"20200228", b"20200230")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that are right, wrong and none, a broken link, a pipe, and an archive."""
    made = tmp_path / "folder"
    made.mkdir()
    for at in range(4):
        (made / f"good{at}.an2").write_bytes(small_transaction())
    (made / "bad.an2").write_bytes(BAD)
    (made / "note.txt").write_text("words")
    (made / "gone").symlink_to("nowhere")
    os.mkfifo(made / "pipe")
    with tarfile.open(made / "two.tar", "w") as two:
        two.add(made / "note.txt", "note.txt")
        two.add(made / "bad.an2", "inner.an2")
    return made


def by_file(text: str) -> dict[str, Any]:
    return {row["file"]: row for row in json.loads(text)}


def test_validate_says_the_same_in_processes(capsys: Any, folder: Path) -> None:
    for form in ("json", "text", "junit"):
        here = run(capsys, "validate", "--format", form, folder)
        there = run(capsys, "validate", "--format", form, "--jobs", "2", folder)
        assert here[0] == there[0] == 1 and here[2] == there[2] == ""
        if form == "json":
            assert by_file(here[1]) == by_file(there[1])
            assert len(by_file(here[1])) == len(json.loads(there[1])) == 10, "nine entries, of which one holds two"
        else:
            assert sorted(here[1].splitlines()) == sorted(there[1].splitlines())


def test_validate_opens_the_archives_of_a_folder_and_a_named_one_when_it_is_told_to(capsys: Any, folder: Path) -> None:
    told = by_file(run(capsys, "validate", "--json", folder)[1])
    assert told[f"{folder}/two.tar!inner.an2"]["ok"] is False
    assert told[f"{folder}/two.tar!note.txt"]["skipped"] == "no transaction"
    named = folder / "two.tar"
    status, out, _ = run(capsys, "validate", "--json", named)
    assert status == 2 and list(by_file(out)) == [str(named)]
    status, out, _ = run(capsys, "validate", "--unwrap", "--json", named)
    assert status == 2, "what is in an archive that was named must be a transaction"
    assert by_file(out)[f"{named}!inner.an2"]["counts"]["error"] == 1


def test_validate_counts_what_only_leaves_out(capsys: Any, folder: Path) -> None:
    status, out, _ = run(capsys, "validate", "--only", "good*.an2", folder)
    assert status == 0 and "4 files, 0 with errors or worse" in out and "4 --only good*.an2 leaves it out" in out
    assert run(capsys, "validate", "--only", "*.none", folder)[0] == 2


@pytest.mark.parametrize("form", ["text", "json", "junit", "jsonl"])
def test_a_folder_of_broken_files_is_never_clean(capsys: Any, tmp_path: Path, form: str) -> None:
    (tmp_path / "cut.an2").write_bytes(bytes(range(256)))
    (tmp_path / "archive.zip").write_bytes(b"PK\3\4 no archive")
    (tmp_path / "gone.eft").symlink_to("nowhere")
    for jobs in ((), ("--jobs", "2")):
        status, _, err = run(capsys, "validate", "--format", form, *jobs, tmp_path)
        assert status == 2 and all(name in err for name in ("cut.an2", "archive.zip", "gone.eft"))


def test_a_file_that_takes_too_long_is_an_error(capsys: Any, folder: Path) -> None:
    for form in ("json", "jsonl"):
        status, out, err = run(capsys, "validate", "--format", form, "--timeout", "0.000001", folder / "good0.an2")
        assert status == 2 and "not done in 1e-06 seconds" in out and "not done in" in err


def test_lines_have_what_json_has(capsys: Any, folder: Path) -> None:
    status, out, err = run(capsys, "validate", "--format", "jsonl", "--jobs", "2", folder)
    lines = [json.loads(line) for line in out.splitlines()]
    whole = by_file(run(capsys, "validate", "--json", folder)[1])
    assert status == 1 and len(lines) == len(whole) == 10 and "nistitl: 10 entries: " in err
    for line in lines:
        name = line["file"] + (f"!{line['member']}" if "member" in line else "")
        told = whole.pop(name)
        if line["state"] == "done":
            assert {"file": name, **line["value"]} == told
        else:
            assert "skipped" in told
    assert whole == {}


def test_lines_are_continued_and_the_status_is_that_of_all(capsys: Any, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "lines.jsonl"
    arguments = ("validate", "--format", "jsonl", "-o", target, folder)
    assert run(capsys, *arguments)[0] == 1
    before = target.read_bytes()
    assert run(capsys, *arguments)[0] == 2, "what is there is not written over"
    status, _, err = run(capsys, *arguments, "--resume")
    assert status == 1 and "10 of an earlier run" in err and target.read_bytes() == before
    assert run(capsys, *arguments, "--resume", "--level", "1")[0] == 2, "another task"
    (folder / "cut.an2").write_bytes(bytes(range(256)))
    status, _, err = run(capsys, *arguments, "--resume")
    assert status == 2 and "10 of an earlier run" in err and target.read_bytes().startswith(before)
    assert run(capsys, *arguments, "--resume")[0] == 2, "an error of an earlier run counts"


def test_what_does_not_go_together_is_refused(capsys: Any, folder: Path) -> None:
    file = folder / "good0.an2"
    for words in (
        ("--jobs", "0", file), ("--jobs", "2", "-"), ("--format", "jsonl", "-"), ("--resume", file),
        ("--format", "jsonl", "--resume", file), ("--pair", "--jobs", "2", file, file), ("--timeout", "-1", file),
    ):  # fmt: skip
        status, out, err = run(capsys, "validate", *words)
        assert (status, out) == (2, "") and err.startswith("nistitl: "), words


def test_roundtrip_says_the_same_in_processes_and_as_lines(capsys: Any, folder: Path, tmp_path: Path) -> None:
    here = run(capsys, "roundtrip", "--json", folder)
    there = run(capsys, "roundtrip", "--json", "--jobs", "2", folder)
    told = json.loads(here[1])
    assert here[0] == there[0] == 0 and told["totals"] == json.loads(there[1])["totals"]
    assert told["totals"] == {"exact": 6, "different": 0, "unreadable": 0, "other": 4, "forgiven": 2}
    rows = {row["file"]: row for row in told["files"]}
    assert len(rows) == 10 and rows == {row["file"]: row for row in json.loads(there[1])["files"]}
    target = tmp_path / "lines.jsonl"
    for again in ((), ("--resume",)):
        assert run(capsys, "roundtrip", "--format", "jsonl", "-o", target, *again, folder)[0] == 0
        lines = [json.loads(line) for line in target.read_text().splitlines()]
        assert len(lines) == 10
        assert sum(line["state"] == "done" and line["value"]["state"] == "exact" for line in lines) == 6
    (folder / "cut.an2").write_bytes(bytes(range(256)))
    for _ in range(2):
        assert run(capsys, "roundtrip", "--format", "jsonl", "-o", target, "--resume", folder)[0] == 2
    assert run(capsys, "roundtrip", "-o", target, folder)[0] == 2, "lines only go there"


def test_roundtrip_of_a_folder_of_broken_files_is_never_clean(capsys: Any, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("words")
    assert run(capsys, "roundtrip", tmp_path)[0] == 2, "nothing was compared"
    (tmp_path / "good.an2").write_bytes(small_transaction())
    assert run(capsys, "roundtrip", tmp_path)[0] == 0
    (tmp_path / "archive.zip").write_bytes(b"PK\3\4 no archive")
    assert run(capsys, "roundtrip", tmp_path)[0] == 2
    (tmp_path / "archive.zip").unlink()
    (tmp_path / "cut.an2").write_bytes(bytes(range(256)))
    status, out, _ = run(capsys, "roundtrip", tmp_path)
    assert status == 2 and "unreadable: " in out and "1 unreadable, 1 no transactions" in out


def test_ctrl_c_of_roundtrip_loses_nothing_that_was_compared(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for at in range(3000):
        (folder / f"f{at:04}.an2").write_bytes(BAD)
    command = [sys.executable, "-m", "nistitl", "roundtrip", "--format", "jsonl", str(folder)]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    os.killpg(process.pid, signal.SIGINT)
    lines += process.stdout.readlines()
    assert process.wait() == 130
    assert len({json.loads(line)["file"] for line in lines}) == len(lines) < 3000


@pytest.mark.parametrize("output", [False, True])
@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
@pytest.mark.parametrize("form", ["json", "junit"])
def test_ctrl_c_loses_nothing_that_was_checked(form: str, jobs: tuple[str, ...], output: bool, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for at in range(2000):
        (folder / f"f{at:04}.an2").write_bytes(BAD)
    (folder / "f0009.an2").write_bytes(b"none")  # told on standard error when it is met
    target = tmp_path / "report"
    command = [sys.executable, "-m", "nistitl", "validate", "--format", form, *jobs, str(folder)]
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            command + (["-o", str(target)] if output else []),
            env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert process.stderr is not None
        assert "f0009" in process.stderr.readline()
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stderr.read()
    assert process.wait() == 130 and rest == "nistitl: stopped; what is told is what was checked before\n"
    text = (target if output else tmp_path / "out").read_text()
    told = len(json.loads(text)) if form == "json" else len(ElementTree.fromstring(text).findall("testsuite"))
    assert 9 - bool(jobs) <= told < 2000  # the other process may still be on one that came before


@pytest.mark.parametrize("command", ["quality", "roundtrip"])
def test_ctrl_c_loses_no_row_of_a_json_document(command: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for at in range(2000):
        (folder / f"f{at:04}.an2").write_bytes(BAD)
    os.mkfifo(tmp_path / "held")  # named, it is read: until somebody writes, the command waits there
    process = subprocess.Popen(
        [sys.executable, "-m", "nistitl", command, "--json", str(folder), str(tmp_path / "held")],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    with (tmp_path / "held").open("wb"):  # opened when all of the folder is done
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate()
    told = json.loads(out)
    rows = told["files"] if command == "roundtrip" else told
    assert process.returncode == 130 and "nistitl: stopped; what is told" in err
    assert len([row for row in rows if row["file"].endswith(".an2")]) == 2000
