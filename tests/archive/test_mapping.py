"""A function on every entry: each once, whatever becomes of workers, executors, and the run itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import tracemalloc
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from nistitl import archive
from nistitl.archive.mapping import BrokenExecutorWarning
from nistitl.archive.results import ResumedWarning
from nistitl.base.errors import ITLError
from tests.archive import functions
from tests.support.samples import ROOT, small_transaction

Row = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every kind of entry: files, a broken link, a pipe, an archive of two, a damaged one."""
    top = tmp_path / "folder"
    (top / "deep").mkdir(parents=True)
    (top / "deep" / "a.an2").write_bytes(small_transaction())
    (top / "b.txt").write_text("words")
    (top / "gone").symlink_to("nowhere")
    os.mkfifo(top / "pipe")
    with tarfile.open(top / "two.tar", "w") as two:
        two.add(top / "b.txt", "one.txt")
        two.add(top / "deep" / "a.an2", "other.an2")
    (top / "damaged.zip").write_bytes(b"PK\3\4 and nothing of the kind")
    return top


def named(folder: Path, *names: str) -> Path:
    made = folder / "named"
    made.mkdir()
    for name in names:
        (made / name).write_text(name)
    return made


def states(run: archive.Run) -> dict[str, str]:
    """The state of each entry by name; an entry that comes twice fails."""
    found: dict[str, str] = {}
    for result in run:
        name = str(result.entry.member or Path(result.entry.path).name)
        assert name not in found
        found[name] = result.state
    return found


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_entry_is_accounted_for(folder: Path) -> None:
    run = archive.map(folder, functions.length, jobs=2)
    found = {result.entry.key: result for result in run}
    assert sorted(found) == sorted(entry.key for entry in archive.walk([folder])) and len(found) == 7
    values = {result.entry.member or Path(result.entry.path).name: result.value for result in found.values()}
    size = len(small_transaction())
    assert values == {
        "a.an2": size, "b.txt": 5, "gone": None, "pipe": None, "one.txt": 5, "other.an2": size, "damaged.zip": None,
    }  # fmt: skip
    assert run.counts.total() == 7 and run.counts["done"] == 4 and run.counts["fifo"] == 1
    assert run.accounted().startswith("7 entries: 4 done, 1 ")
    assert all((result.error is None) == (result.state == "done") for result in found.values())


def test_what_only_leaves_out_is_counted(folder: Path) -> None:
    run = archive.map(folder, functions.length, jobs=1, only="*.an2", unwrap=False)
    found = states(run)
    assert found["a.an2"] == "done" and found["b.txt"] == found["two.tar"] == "skipped"
    assert run.counts.total() == len(found) == len(list(archive.walk([folder], unwrap=False)))


def test_each_state(tmp_path: Path) -> None:
    made = named(tmp_path, "good", "exit", "raise", "refuse", "hang", "lambda")
    run = archive.map(made, functions.as_named, jobs=2, timeout=3)
    assert states(run) == {
        "good": "done", "exit": "died", "raise": "raised", "refuse": "failed", "hang": "timeout", "lambda": "raised",
    }  # fmt: skip


def test_memory_is_flat_where_nothing_is_left_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A resumed run of very many entries may have no work for its workers."""
    made = archive.Entry("x", kind="fifo", reason="a pipe")
    monkeypatch.setattr("nistitl.archive.mapping.walk", lambda *_, **__: (made for _ in range(50_000)))
    tracemalloc.start()
    try:
        run = archive.map(tmp_path, functions.length)
        assert sum(1 for _ in run) == 50_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


# -- executors --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor(kind: type[Executor], folder: Path) -> None:
    with kind() as executor:
        run = archive.map(folder, functions.length, executor=executor)
        assert len(states(run)) == 7 and run.counts["done"] == 4


def test_an_executor_that_breaks_is_told_and_its_unfinished_files_are_done_here(tmp_path: Path) -> None:
    names = [f"good{at:02}" for at in range(40)]
    made = named(tmp_path, *names, "exit")
    with ProcessPoolExecutor(2) as executor, pytest.warns(BrokenExecutorWarning, match="BrokenProcessPool"):
        run = archive.map(made, functions.as_named, executor=executor)
        found = states(run)
    assert found == {**dict.fromkeys(names, "done"), "exit": "died"}


def test_an_executor_that_is_shut_down_is_told(folder: Path) -> None:
    executor = ThreadPoolExecutor()
    executor.shutdown()
    with pytest.warns(BrokenExecutorWarning):
        assert len(states(archive.map(folder, functions.length, executor=executor))) == 7


def test_a_value_that_an_executor_cannot_send_is_an_error_of_its_own(tmp_path: Path) -> None:
    made = named(tmp_path, "good", "lambda", "raise")
    with ProcessPoolExecutor(1) as executor:
        found = states(archive.map(made, functions.as_named, executor=executor))
    assert found == {"good": "done", "lambda": "raised", "raise": "raised"}


def test_an_executor_knows_no_limits(folder: Path) -> None:
    with ThreadPoolExecutor() as executor:
        for limits in ({"timeout": 3}, {"memory": 1 << 30}, {"jobs": 2}):
            with pytest.raises(ITLError, match="an executor has its own"):
                archive.map(folder, functions.length, executor=executor, **limits)  # type: ignore[arg-type]


# -- a file of results ------------------------------------------------------------------------


def test_a_line_for_every_result(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "results.jsonl"
    run = archive.map(folder, functions.length, jobs=2, results=target)
    next(iter(run))
    assert len(rows(target)) == 1, "as they come"
    list(run)
    by_name = {row.get("member") or Path(row["file"]).name: row for row in rows(target)}
    assert len(by_name) == len(rows(target)) == 7
    one = by_name["b.txt"]
    assert one["value"] == one["size"] == 5 and one["mtime_ns"] == (folder / "b.txt").stat().st_mtime_ns
    assert by_name["pipe"]["state"] == "fifo" and by_name["pipe"]["error"]["type"] == "ReadError"


def test_a_second_run_does_nothing_again_but_what_has_changed(tmp_path: Path) -> None:
    made = named(tmp_path, *(f"f{at}" for at in range(10)))
    (tmp_path / "calls").mkdir()
    target = tmp_path / "results.jsonl"
    for _ in range(2):
        run = archive.map(made, functions.counted, jobs=2, results=target, resume=True)
        first = {result.entry.key: (result.state, result.value) for result in run}
        assert len(first) == 10
    assert run.earlier == run.counts.total() == 10
    assert {path.read_text() for path in (tmp_path / "calls").iterdir()} == {"x"}
    (made / "f3").write_text("longer now")
    target.write_bytes(b"".join(reversed(target.read_bytes().splitlines(keepends=True))))
    run = archive.map(made, functions.counted, jobs=2, results=target, resume=True)
    assert {Path(result.entry.path).name: result.value for result in run if not result.earlier} == {"f3": 10}
    assert (tmp_path / "calls" / "f3").read_text() == "xx"
    assert len(rows(target)) == 11 and len({row["file"] for row in rows(target)}) == 10


def test_errors_come_back_from_the_file(tmp_path: Path) -> None:
    made = named(tmp_path, "exit", "raise", "refuse", "good")
    target = tmp_path / "results.jsonl"
    once = {
        result.entry.key: (result.state, type(result.error), str(result.error), result.value)
        for result in archive.map(made, functions.as_named, jobs=2, results=target)
    }
    again = {
        result.entry.key: (result.state, type(result.error), str(result.error), result.value)
        for result in archive.map(made, functions.as_named, jobs=2, results=target, resume=True)
        if result.earlier
    }
    assert once == again and len(again) == 4


@pytest.mark.parametrize("cut", [1, 20])
def test_a_line_that_was_cut_is_completed_or_dropped_and_told(tmp_path: Path, cut: int) -> None:
    made = named(tmp_path, *(f"f{at}" for at in range(5)))
    target = tmp_path / "results.jsonl"
    list(archive.map(made, functions.length, jobs=1, results=target))
    whole = {row["file"]: row for row in rows(target)}
    target.write_bytes(target.read_bytes()[:-cut] + b"x" * (4000 if cut > 1 else 0))
    with pytest.warns(ResumedWarning, match="line 5 lacked its end" if cut == 1 else "line 5 was cut and is dropped"):
        run = archive.map(made, functions.length, jobs=1, results=target, resume=True)
    list(run)
    assert run.earlier == (5 if cut == 1 else 4)
    assert len(rows(target)) == 5 and {row["file"]: row for row in rows(target)} == whole


def test_a_file_that_is_no_such_file_is_not_touched(tmp_path: Path, folder: Path) -> None:
    target = tmp_path / "results.jsonl"
    list(archive.map(folder, functions.length, jobs=1, results=target))
    before = target.read_bytes()
    with pytest.raises(ITLError, match="is there already"):
        archive.map(folder, functions.length, results=target)
    with pytest.raises(ITLError, match="line 1 is of another task"):
        archive.map(folder, functions.counted, results=target, resume=True)
    with pytest.raises(ITLError, match="name it"):
        archive.map(folder, functions.length, resume=True)
    target.write_bytes(b"{}\n" + before)
    with pytest.raises(ITLError, match="line 1 is no result"):
        archive.map(folder, functions.length, results=target, resume=True)
    assert target.read_bytes() == b"{}\n" + before


def test_a_value_that_json_has_not_is_an_error_of_its_own(tmp_path: Path) -> None:
    made = named(tmp_path, "set", "nan", "good")
    found = states(archive.map(made, functions.not_json, jobs=1, results=tmp_path / "results.jsonl"))
    assert found == {"set": "raised", "nan": "raised", "good": "done"}
    assert {Path(row["file"]).name: row["state"] for row in rows(tmp_path / "results.jsonl")} == found


def test_names_that_are_no_text_and_members_are_found_again(tmp_path: Path) -> None:
    made = named(tmp_path, "plain")
    Path(os.fsdecode(bytes(made) + b"/\xff\xfe")).write_text("x")
    with tarfile.open(made / "t.tar", "w") as two:
        two.add(made / "plain", "same")
        two.add(made / "plain", "same")
    target = tmp_path / "results.jsonl"
    for _ in range(2):
        run = archive.map(made, functions.length, jobs=1, results=target, resume=True)
        assert len(list(run)) == 4
    assert run.earlier == 4 == len(rows(target))


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_and_continued_is_one_run(tmp_path: Path, stop: signal.Signals) -> None:
    made = named(tmp_path, *(f"f{at:03}" for at in range(150)))
    (tmp_path / "calls").mkdir()
    target = tmp_path / "results.jsonl"
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom nistitl import archive\nfrom tests.archive import functions\n"
        "if __name__ == '__main__':\n"
        "    list(archive.map(sys.argv[1], functions.counted, jobs=2, results=sys.argv[2], resume=True))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(made), str(target)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    while not target.exists() or target.read_bytes().count(b"\n") < 20:
        assert process.poll() is None
    os.killpg(process.pid, stop) if stop is signal.SIGINT else process.send_signal(stop)
    assert process.wait() != 0
    done = target.read_bytes().count(b"\n")
    assert 20 <= done < 150
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    uninterrupted = tmp_path / "other.jsonl"
    list(archive.map(made, functions.counted, jobs=2, results=uninterrupted))
    assert len(rows(target)) == 150
    assert sorted(rows(target), key=lambda row: row["file"]) == sorted(rows(uninterrupted), key=lambda row: row["file"])
    twice = sum(len(path.read_text()) > 2 for path in (tmp_path / "calls").iterdir())
    assert twice <= 2, "only what the workers were on is done again"
