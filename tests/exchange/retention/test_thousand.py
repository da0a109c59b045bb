"""A thousand files and a clock that moves: exactly what was due goes. A run that is killed anywhere is made good."""

from __future__ import annotations

import gc
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

import nistitl
from nistitl.exchange.retention.chain import Chain, Log, open_intents, read_chain
from nistitl.exchange.retention.keeping import Keeper
from nistitl.exchange.retention.rules import Policy
from tests.exchange.retention.files import policy, transaction

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = """\
[policy]
names = "fbi-ebts-10.0"

[type2."2.8001"]
name = "Category"

[rules.exempt]
what = "faces"
when = "2.8001 = EXEMPT"
keep = "12 hours"
after = "capture"
then = "delete"
date-only = "end"

[rules.citizens]
what = "transaction"
when = "CTZ = US"
unless = "2.8001 = EXEMPT"
keep = "36 hours"
after = "capture"
then = "delete"
date-only = "start"

[rules.others]
what = "transaction"
unless = "2.8001 = EXEMPT"
keep = "5 days"
after = "capture"
then = "delete"
"""


class Person(NamedTuple):
    """What a file says, and what the policy says of it, worked out here by hand."""

    day: int
    second: int | None  # of the day, in UTC; None where only the day is stated
    citizen: bool
    exempt: bool
    readable: bool

    def data(self) -> bytes:
        at = FIRST + timedelta(days=self.day)
        ute = None if self.second is None else f"{at + timedelta(seconds=self.second):%Y%m%d%H%M%SZ}"
        category = {"category": "EXEMPT"} if self.exempt else {}
        made = transaction(f"{at:%Y%m%d}", ute, ctz="US" if self.citizen else "MM", **category)
        return made if self.readable else made.replace(b"10.005:2026", b"10.005:2O26")

    def due(self) -> datetime | None:
        """When its photo, or all of it, goes; None where nobody can tell."""
        start = FIRST + timedelta(days=self.day)
        if not self.readable:
            return None
        captured = None if self.second is None else start + timedelta(seconds=self.second)
        if self.exempt:
            return (captured or start + timedelta(days=1)) + timedelta(hours=12)
        if self.citizen:
            return (captured or start) + timedelta(hours=36)
        return None if captured is None else captured + timedelta(days=5)  # others: no date-only


def people(count: int) -> dict[str, Person]:
    draw = random.Random(21)
    return {
        f"{at:04d}.eft": Person(
            draw.randrange(10), draw.choice([None, draw.randrange(86400)]), draw.random() < 0.5, draw.random() < 0.3,
            draw.random() > 0.05,
        )
        for at in range(count)
    }  # fmt: skip


def files_of(folder: Path, everybody: dict[str, Person]) -> None:
    for name, person in everybody.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(person.data())


REDACTING = TEXT.replace(
    '"36 hours"\nafter = "capture"\nthen = "delete"', '"36 hours"\nafter = "capture"\nthen = "redact"'
)
REDACTING = REDACTING.replace('then = "redact"', 'then = "redact"\nby = "no-biometrics"')


@pytest.fixture
def by(tmp_path: Path) -> Policy:
    return policy(tmp_path, TEXT)


def keep(folder: Path, log: Path, by: Policy, now: datetime) -> dict[str, set[str]]:
    """A run; the names of the files by what became of them."""
    told: dict[str, set[str]] = {}
    with Log(log) as one:
        for outcome in Keeper(by, now, nistitl.read, one).run([folder]):
            told.setdefault(outcome.state, set()).add(outcome.path.name)
    return told


def test_exactly_what_is_due_goes_while_the_clock_moves(tmp_path: Path, by: Policy) -> None:
    everybody = people(1000)
    folder, log = tmp_path / "files", tmp_path / "log"
    files_of(folder, everybody)
    due = {name: person.due() for name, person in everybody.items()}
    doubtful = {name for name, at in due.items() if at is None}
    assert 100 < len(doubtful) < 400 and {one.exempt for one in everybody.values()} == {True, False}
    moments = sorted({at for at in due.values() if at is not None})
    clock = [
        FIRST,
        *(at + step for at in moments[60::120] for step in (timedelta(seconds=-1), timedelta())),
        moments[-1],
    ]
    before = FIRST - timedelta(days=1)
    for now in clock:
        told = keep(folder, log, by, now)
        newly = {name for name, at in due.items() if at is not None and before < at <= now}
        whole = {name for name in newly if not everybody[name].exempt}
        assert told.get("deleted", set()) == whole
        assert told.get("reduced", set()) == newly - whole
        assert told.get("reported", set()) == doubtful
        assert not told.keys() - {"deleted", "reduced", "reported", "kept"}
        before = now
    for name, person in everybody.items():
        assert (folder / name).exists() is (person.exempt or due[name] is None)
        if person.exempt and person.readable:
            assert [record.type for record in nistitl.read(folder / name)] == [1, 2]
        elif (folder / name).exists():
            assert (folder / name).read_bytes() == person.data()
    check(log, acts=len(everybody) - len(doubtful))


def check(log: Path, acts: int) -> Chain:
    """The log is whole, all that was begun is ended, and each act was done once."""
    chain = read_chain(log)
    assert (chain.faults, chain.broken, chain.cut, open_intents(chain.lines)) == ((), (), b"", {})
    ends = [facts["outcome"] for _, _, facts in chain.lines if facts["event"] == "end"]
    assert sum(outcome in ("done", "gone") for outcome in ends) == acts and set(ends) <= {"done", "gone", "not done"}
    return chain


# -- killed ---------------------------------------------------------------------------------------------

CALLS = ("write", "fsync", "unlink", "replace", "chmod")  # those that leave something behind


def killed(at: int, work: Callable[[], object]) -> bool:
    """Do the work in a child process that is killed around its call number `at` of the operating system.

    Even numbers kill before the call, odd ones after it. False where the work makes fewer calls.
    """
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    gc.disable()
    count = 0

    def watch(frame: object, event: str, call: object) -> None:
        nonlocal count
        if event in ("c_call", "c_return") and getattr(call, "__name__", "") in CALLS:
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
        os._exit(0)


def state_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


NOW = FIRST + timedelta(days=8)
FOUR = (
    Person(0, None, citizen=True, exempt=False, readable=True),  # deleted
    Person(0, 100, citizen=True, exempt=True, readable=True),  # reduced
    Person(0, None, citizen=False, exempt=False, readable=True),  # reported
    Person(8, None, citizen=True, exempt=False, readable=True),  # kept
)


def whole(tmp_path: Path, by: Policy) -> tuple[Path, dict[str, bytes]]:
    """A folder of few files, and what a run leaves of it that nobody kills."""
    folder, quiet = tmp_path / "whole", tmp_path / "quiet"
    files_of(folder, {f"{index}.eft": one for index, one in enumerate(FOUR)})
    shutil.copytree(folder, quiet)
    keep(quiet, tmp_path / "quiet.log", by, NOW)
    return folder, state_of(quiet)


@pytest.mark.parametrize(("text", "left"), [(TEXT, 3), (REDACTING, 4)], ids=["deleted", "redacted"])
def test_a_run_killed_at_any_point_and_run_again_is_the_same(tmp_path: Path, text: str, left: int) -> None:
    by = policy(tmp_path, text)
    source, wanted = whole(tmp_path, by)
    assert len(wanted) == left and wanted["1.eft"] != (source / "1.eft").read_bytes()
    assert wanted.get("0.eft") != (source / "0.eft").read_bytes()
    at, halves = 0, 0
    while True:
        folder, log = tmp_path / "files", tmp_path / "log"
        shutil.copytree(source, folder)
        was_killed = killed(at, partial(keep, folder, log, by, NOW))
        halves += log.exists() and bool(open_intents(read_chain(log).lines) if log.stat().st_size else {})
        keep(folder, log, by, NOW)
        assert state_of(folder) == wanted, at
        check(log, acts=2)
        shutil.rmtree(folder)
        log.unlink()
        if not was_killed:
            break
        at += 1
    assert at > 40 and halves > 10, (at, halves)  # in the middle of acts, too


def test_a_run_killed_again_and_again_comes_to_its_end(tmp_path: Path, by: Policy) -> None:
    source, wanted = whole(tmp_path, by)
    for seed in range(3):
        draw = random.Random(seed)
        folder, log = tmp_path / f"files{seed}", tmp_path / f"log{seed}"
        shutil.copytree(source, folder)
        for _ in range(12):
            killed(draw.randrange(50), partial(keep, folder, log, by, NOW))
        keep(folder, log, by, NOW)
        assert state_of(folder) == wanted
        check(log, acts=2)


def test_a_thousand_files_and_a_moving_clock_with_runs_that_are_killed(tmp_path: Path, by: Policy) -> None:
    everybody = people(1000)
    folder, log, draw = tmp_path / "files", tmp_path / "log", random.Random(5)
    files_of(folder, everybody)
    due = {name: person.due() for name, person in everybody.items()}
    moments = sorted({at for at in due.values() if at is not None})
    kills, halves = 0, 0
    for now in (moments[len(moments) // 3], moments[-9], moments[-1]):
        for _ in range(4):
            kills += killed(draw.randrange(400), partial(keep, folder, log, by, now))
            halves += len(open_intents(read_chain(log).lines)) if log.exists() and log.stat().st_size else 0
        keep(folder, log, by, now)
        over = {name for name, at in due.items() if at is not None and at <= now}
        kept = {path.name for path in folder.iterdir()}
        assert kept == {name for name, person in everybody.items() if person.exempt or name not in over}
        for name in kept - over:
            assert (folder / name).read_bytes() == everybody[name].data()
        for name in kept & over:
            assert [record.type for record in nistitl.read(folder / name)] == [1, 2]
        check(log, acts=len(over))
    assert kills >= 10 and halves >= 3, (kills, halves)
