"""The pool: whatever a worker does costs the task that it was on, and no other."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

import nistitl
from nistitl.archive import pool
from nistitl.archive.pool import Done, Pool, PoolError, TaskRaised, TaskTimeout, WorkerDied
from nistitl.base.errors import ITLError
from tests.archive import functions
from tests.support.samples import ROOT

METHODS = multiprocessing.get_all_start_methods()


def outcome(done: Done[str, str]) -> str:
    return done.value or type(done.error).__name__


@pytest.fixture(autouse=True, scope="module")
def what_multiprocessing_keeps_open_is_open() -> None:
    for method in METHODS:
        list(Pool(functions.double, jobs=1, context=method).map([1]))


@pytest.fixture(autouse=True)
def nothing_is_left(what_multiprocessing_keeps_open_is_open: None) -> Iterator[None]:
    """No process and no open file stays behind."""
    gc.collect()
    handles = _handles()
    yield
    gc.collect()
    assert multiprocessing.active_children() == []
    assert _handles() == handles


def _handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0


@pytest.mark.parametrize("method", METHODS)
def test_each_key_once_whatever_becomes_of_workers(method: str) -> None:
    bad = ["exit", "crash", "kill", "leave", "hang", "raise", "refuse", "lambda", "trap", "odd", "deaf"]
    good = [f"good {at}" for at in range(9)]
    keys = [*good[:3], *bad[:6], *good[3:6], *bad[6:], *good[6:]]
    found = list(Pool(functions.misbehave, jobs=2, timeout=3, context=method).map(iter(keys)))
    assert sorted(done.key for done in found) == sorted(keys)
    assert {done.key: outcome(done) for done in found} == {
        **{key: key.upper() for key in good},
        "exit": "WorkerDied", "crash": "WorkerDied", "kill": "WorkerDied", "deaf": "WorkerDied", "hang": "TaskTimeout",
        "leave": "TaskRaised", "raise": "TaskRaised", "lambda": "TaskRaised", "trap": "TaskRaised",
        "odd": "TaskRaised", "refuse": "FieldError",
    }  # fmt: skip


def test_errors_say_what_happened_and_nothing_of_the_input() -> None:
    keys = ["exit", "crash", "kill", "raise", "refuse", "lambda", "trap"]
    found = {done.key: str(done.error) for done in Pool(functions.misbehave, jobs=2).map(keys)}
    assert found["exit"] == "the worker ended with status 7"
    assert found["crash"] == "the worker was ended by SIGSEGV"
    assert found["kill"].startswith("the worker was ended by SIGKILL, ")
    assert found["refuse"] == "as it says"
    assert found["raise"].startswith("ValueError in tests.archive.functions, line ")
    assert found["lambda"].startswith("its value cannot be sent from the worker: ")
    assert found["trap"].startswith("its value cannot be read from the worker: RuntimeError in ")
    assert "PLANTED" not in "".join(found.values())


def test_a_worker_whose_child_holds_the_pipe_is_seen_to_be_gone(tmp_path: Path) -> None:
    key = f"orphan {tmp_path}"
    found = {done.key: outcome(done) for done in Pool(functions.misbehave, jobs=1).map([key, "next"])}
    assert found == {key: "WorkerDied", "next": "NEXT"}
    assert not (tmp_path / "woke").exists(), "only the end of the child ended the wait"
    os.kill(int((tmp_path / "process").read_text()), signal.SIGKILL)


def test_a_worker_is_replaced_only_where_it_has_to_be() -> None:
    assert len({done.value for done in Pool(functions.process_of, jobs=2).map(range(50))}) <= 2
    assert len({done.value for done in Pool(functions.process_of, jobs=8).map(range(3))}) <= 3


def test_memory_is_flat_over_ten_thousand_tasks_and_keys_are_taken_as_they_are_needed() -> None:
    taken = 0

    def keys() -> Iterator[int]:
        nonlocal taken
        while taken < 10_000:
            taken += 1
            yield taken

    jobs, given, peaks = 2, 0, []
    tracemalloc.start()
    try:
        for done in Pool(functions.double, jobs=jobs).map(keys()):
            given += 1
            assert done.value == 2 * done.key and taken <= given + 2 * jobs
            if given in (1_000, 10_000):
                peaks.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.reset_peak()
    finally:
        tracemalloc.stop()
    assert given == 10_000 and peaks[1] < peaks[0] + 100_000, peaks


def test_tasks_without_end_are_taken_one_by_one() -> None:
    results = Pool(functions.double, jobs=2).map(itertools.count())
    assert {done.value for done in itertools.islice(results, 100)} <= {2 * at for at in range(110)}
    results.close()


def test_an_iterator_of_keys_that_raises_loses_no_task_before_it() -> None:
    def keys() -> Iterator[str]:
        yield from ("one", "two", "three")
        raise KeyError("gone")

    found = []
    with pytest.raises(KeyError, match="gone"):
        for done in Pool(functions.misbehave, jobs=2).map(keys()):
            found.append(done.value)
    assert sorted(found) == ["ONE", "THREE", "TWO"]


def test_a_key_that_cannot_be_sent_or_read_is_an_error_of_its_own() -> None:
    stubborn, foreign = functions.Stubborn(), functions.Foreign()
    found = {done.key: done for done in Pool(functions.misbehave, jobs=2).map(["a", stubborn, foreign, "b"])}
    assert (found["a"].value, found["b"].value) == ("A", "B")
    for key, words in ((stubborn, "cannot be sent to a worker"), (foreign, "cannot be read in the worker")):
        assert isinstance(found[key].error, TaskRaised)
        assert words in str(found[key].error) and "PLANTED" not in str(found[key].error)


def test_a_consumer_that_leaves_ends_the_workers_at_once(tmp_path: Path) -> None:
    results = Pool(functions.slowly, jobs=2, timeout=60).map([str(tmp_path)] * 2 + ["x"])
    with pytest.raises(TaskStopped):
        _until_two_work(results, tmp_path)
    results.close()
    _are_gone([int(path.name) for path in tmp_path.iterdir()])


class TaskStopped(Exception):
    """What the alarm of a test raises in the midst of waiting."""


def _until_two_work(results: Iterator[Done[str, str]], folder: Path) -> None:
    def look(*_: object) -> None:
        if len(list(folder.iterdir())) == 2:
            raise TaskStopped
        signal.alarm(1)

    before = signal.signal(signal.SIGALRM, look)
    signal.alarm(1)
    try:
        next(results)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _are_gone(processes: list[int]) -> None:
    assert len(processes) == 2
    for process in processes:
        with pytest.raises(ProcessLookupError):
            while True:  # a kill takes its time where nobody waits for the process
                os.kill(process, 0)
                time.sleep(0.01)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("method", METHODS)
def test_the_end_of_the_parent_is_the_end_of_its_workers(method: str, stop: signal.Signals, tmp_path: Path) -> None:
    """By Ctrl-C, which all processes of a terminal get, or by SIGKILL, whatever the workers are on."""
    script = tmp_path / "script.py"
    script.write_text(
        "from nistitl.archive.pool import Pool\n"
        "from tests.archive import functions\n"
        "import sys\n"
        "if __name__ == '__main__':\n"
        f"    list(Pool(functions.slowly, jobs=2, context={method!r}).map([sys.argv[1]] * 2 + ['x'] * 9))\n"
    )
    notes = tmp_path / "notes"
    notes.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, script, notes], env=environment, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    while len(list(notes.iterdir())) < 2:
        assert parent.poll() is None
        time.sleep(0.02)
    if stop is signal.SIGINT:
        os.killpg(parent.pid, stop)
    else:
        parent.send_signal(stop)
    _, told = parent.communicate()
    _are_gone([int(path.name) for path in notes.iterdir()])
    assert told.count("Traceback") == (stop is signal.SIGINT), told


def test_a_function_is_named_by_its_import_path() -> None:
    assert [done.value for done in Pool("tests.archive.functions:double", jobs=1).map([4])] == [8]
    with pytest.raises(PoolError, match=r"the workers cannot begin: .*nowhere"):
        list(Pool("nowhere.at_all:double", jobs=1).map([4]))
    for wrong in ("double", "tests.archive.functions:", lambda key: key):
        with pytest.raises(ITLError, match=r"expected module:name|cannot be sent to another process"):
            Pool(wrong)


def test_workers_that_cannot_begin_end_the_call_and_no_task(tmp_path: Path) -> None:
    (tmp_path / "deadly.py").write_text("import os\nos._exit(9)\n")
    sys.path.insert(0, str(tmp_path))
    try:
        with pytest.raises(
            PoolError, match="3 workers in a row ended before they began, the last one ended with status 9"
        ):
            list(Pool("deadly:anything", jobs=2).map(range(10)))
    finally:
        sys.path.remove(str(tmp_path))


def test_a_limit_of_memory_is_an_error_of_the_task() -> None:
    pytest.importorskip("resource", reason="Windows has none")
    found = {done.key: outcome(done) for done in Pool(functions.misbehave, jobs=1, memory=1 << 33).map(["fill", "a"])}
    assert found == {"fill": "TaskRaised", "a": "A"}


def test_what_cannot_be_is_refused() -> None:
    for wrong in ({"jobs": 0}, {"timeout": 0}, {"timeout": float("nan")}, {"memory": 0}):
        with pytest.raises(ITLError):
            Pool(functions.double, **wrong)


def test_the_errors_pickle_and_are_ours() -> None:
    import pickle

    for kind in (TaskRaised, TaskTimeout, WorkerDied, PoolError):
        assert issubclass(kind, nistitl.ITLError)
        assert str(pickle.loads(pickle.dumps(kind("so")))) == "so"
    assert pool.packed(functions.double)
