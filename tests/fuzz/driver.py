"""The fuzzer: any target under atheris, and all of them one after another. Options are libFuzzer's.

With NISTITL_FUZZ_COLLECT=DIR it does not stop at a violation: the smallest input of each kind is kept in
DIR, beside its traceback.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz.targets import Target, named, names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PATIENCE = 5  # seconds of CPU for one input, when collecting; else libFuzzer's -timeout
SEEDS_A_SECOND = 30  # a short run would end before it has seen more
OURS = 0.75  # the share of mutations that know the format; the others are libFuzzer's
DEFAULTS = {"-timeout": "60", "-rss_limit_mb": "3072", "-max_len": "32768"}


class TooLong(BaseException):
    """One input has taken too long; no handler of the library's may take it for something else."""


class Run(NamedTuple):
    """What one target's run came to."""

    target: str
    executions: int
    seconds: float
    violations: list[str]
    ended: int


# -- one target -----------------------------------------------------------------------------------


def fuzz(name: str, arguments: Sequence[str]) -> None:
    """Run libFuzzer on a target, with a corpus and limits where none are given; does not come back."""
    import atheris

    with atheris.instrument_imports(include=["nistitl", "ebts_profiles"]):
        import nistitl

        for number in range(1, 100):
            nistitl.record_class(number)
        target = named(name)
        seeds = target.seeds()
    given = [sys.argv[0], *arguments]
    if all(argument.startswith("-") for argument in arguments):
        given.append(corpus(seeds))
    for option, default in DEFAULTS.items():
        if not any(argument.startswith(f"{option}=") for argument in arguments):
            given.append(f"{option}={default}")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() > OURS:
            return bytes(atheris.Mutate(data, len(data)) if data else atheris.Mutate(b"\0", 1))
        return target.mutate(random, data, seeds)[:most]

    atheris.Setup(given, checking(target), custom_mutator=mutate)
    atheris.Fuzz()


def corpus(seeds: list[bytes]) -> str:
    """A folder with the seeds in it, for a run that was given none."""
    folder = Path(tempfile.mkdtemp(prefix="nistitl-corpus-"))
    for at, seed in enumerate(seeds):
        (folder / f"seed-{at:03d}").write_bytes(seed)
    return str(folder)


def checking(target: Target) -> Callable[[bytes], None]:
    """What libFuzzer calls: a violation ends the run, or is collected."""
    folder = os.environ.get("NISTITL_FUZZ_COLLECT")
    if folder is None:
        return target.check
    signal.signal(signal.SIGVTALRM, ring)

    def check(data: bytes) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        try:
            target.check(data)
        except (Exception, TooLong) as error:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            collect(data, error, Path(folder))
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    return check


def ring(*_: object) -> None:
    """Called when one input has taken too long."""
    raise TooLong(f"more than {PATIENCE} s of CPU for one input")


def collect(data: bytes, error: BaseException, folder: Path) -> None:
    """Keep the smallest input of each kind of violation."""
    path = folder / kind(error)
    if path.exists() and path.stat().st_size <= len(data):
        return
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(f"{data!r}\n\n" + "".join(traceback.format_exception(error)))


def kind(error: BaseException) -> str:
    """A name for violations that are alike: the error, and the last line of the library it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    inner = [frame for frame in frames if "nistitl" in Path(frame.filename).parts] or frames
    if isinstance(error, TooLong):  # where the bell rang is chance
        return "TooLong-" + "-".join(frame.name for frame in inner[1:3])
    finding = getattr(error, "finding", None)
    told = finding.code if finding else str(error) if isinstance(error, AssertionError) else ""
    where = f"{Path(inner[-1].filename).stem}-{inner[-1].name}-{inner[-1].lineno}"
    digest = hashlib.sha256(told.encode()).hexdigest()[:6]
    return f"{type(error).__name__}-{where}-{digest}"


# -- all of them ----------------------------------------------------------------------------------


def fuzz_all(seconds: int, kept: str | None = None, only: Sequence[str] = (), seed: int = 0) -> int:
    """Run targets one after another, `seconds` each, and say what they came to; 1 where something was found.

    What is tried is chance, or the same each time for a `seed` other than 0.

    Violations and corpora stay in the folder `kept`, a folder for each target; a corpus that is there is gone on with.
    """
    folder = Path(kept or tempfile.mkdtemp(prefix="nistitl-fuzz-"))
    runs = []
    print(f"{'target':<12}{'executions':>12}{'seconds':>9}{'a second':>10}  found", flush=True)
    for name in only or names():
        run = one_of_all(name, seconds, folder / name, seed)
        runs.append(run)
        print(told(run), flush=True)
    print(told(Run("all", sum(r.executions for r in runs), sum(r.seconds for r in runs), [], 0)).rstrip())
    found = [str(folder / run.target / "found" / one) for run in runs for one in run.violations]
    print("\n".join(found) if found else "nothing was found")
    broken = [run for run in runs if run.ended]
    for run in broken:
        print(f"{run.target} ended with {run.ended}: {folder / run.target / 'log'}")
    if kept is None and not found and not broken:
        shutil.rmtree(folder)
    return int(bool(found or broken))


def told(run: Run) -> str:
    """A line of the table."""
    rate = run.executions / run.seconds if run.seconds else 0
    found = f"{len(run.violations)} violations" if run.violations else "ended badly" if run.ended else ""
    return f"{run.target:<12}{run.executions:>12}{run.seconds:>9.0f}{rate:>10.0f}  {found}"


def one_of_all(name: str, seconds: int, folder: Path, seed: int) -> Run:
    """One target in a process of its own, collecting."""
    inputs, found = folder / "corpus", folder / "found"
    inputs.mkdir(parents=True, exist_ok=True)
    if not any(inputs.iterdir()):
        seeds = named(name).seeds()
        for at, one in enumerate(seeds[:: len(seeds) // (SEEDS_A_SECOND * seconds) + 1]):
            (inputs / f"seed-{at:03d}").write_bytes(one)
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", name, str(inputs), f"-max_total_time={seconds}", "-print_final_stats=1",
         f"-artifact_prefix={folder}/", f"-seed={seed}"],
        env={**os.environ, "NISTITL_FUZZ_COLLECT": str(found)}, capture_output=True, check=False,
    )  # fmt: skip
    (folder / "log").write_bytes(done.stdout + done.stderr)
    executions = re.search(rb"number_of_executed_units: (\d+)", done.stderr)
    violations = sorted(path.name for path in found.iterdir() if path.suffix != ".txt") if found.exists() else []
    return Run(name, int(executions[1]) if executions else 0, time.monotonic() - begun, violations, done.returncode)
