"""Fuzz `nistitl.read` with atheris: for any bytes it succeeds or raises ITLError, and nothing else.

    python tests/fuzz/fuzz_read.py -max_total_time=60            seeds from fixtures and from the library
    python tests/fuzz/fuzz_read.py my-corpus -max_total_time=60  a corpus of your own, which also grows
    python tests/fuzz/fuzz_read.py crash-1234                    one input again

Options are libFuzzer's. With NISTITL_FUZZ_COLLECT=DIR it does not stop at a violation: the smallest
input of each kind is kept in DIR, beside its traceback.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

try:
    import atheris
except ImportError:
    sys.exit("this fuzzer needs atheris: pip install atheris (CPython 3.11 to 3.13 on Linux or macOS)")

with atheris.instrument_imports(include=["nistitl"]):
    import nistitl

    for number in range(1, 100):
        nistitl.record_class(number)

import hostile

COLLECT = os.environ.get("NISTITL_FUZZ_COLLECT")
PATIENCE = 3  # seconds of CPU for one input, when collecting; else libFuzzer's -timeout
_seeds: list[bytes] = []


class TooLong(Exception):
    """One input has taken too long."""


def seeds() -> list[bytes]:
    """Seeds, made when first needed."""
    if not _seeds:
        _seeds.extend(hostile.built_seeds() + hostile.fixture_seeds())
    return _seeds


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Mostly mutations that know the format, sometimes libFuzzer's own."""
    random = Random(seed)
    if random.random() < 0.25:
        return bytes(atheris.Mutate(data, len(data)) if data else atheris.Mutate(b"\0", 1))
    return hostile.mutate(random, data, seeds())[:max_size]


def one_input(data: bytes) -> None:
    """The invariant; a violation ends the run, or is collected."""
    if COLLECT is None:
        hostile.check(data)
        return
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        hostile.check(data)
    except Exception as error:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        collect(data, error, Path(COLLECT))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def ring(*_: object) -> None:
    """Called when one input has taken too long."""
    raise TooLong(f"more than {PATIENCE} s of CPU for one input")


def collect(data: bytes, error: Exception, folder: Path) -> None:
    """Keep the smallest input of each kind of violation."""
    name = kind(error)
    path = folder / name
    if path.exists() and path.stat().st_size <= len(data):
        return
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(f"{data!r}\n\n" + "".join(traceback.format_exception(error)))


def kind(error: Exception) -> str:
    """A name for violations that are alike: the error, and the last line of the library it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    inner = [frame for frame in frames if "nistitl" in Path(frame.filename).parts] or frames
    finding = getattr(error, "finding", None)
    told = finding.code if finding else str(error) if isinstance(error, AssertionError) else ""
    if isinstance(error, TooLong):  # where the bell rang is chance
        return "TooLong-" + "-".join(frame.name for frame in inner[1:3])
    where = f"{Path(inner[-1].filename).stem}-{inner[-1].name}-{inner[-1].lineno}"
    digest = hashlib.sha256(told.encode()).hexdigest()[:6]
    return f"{type(error).__name__}-{where}-{digest}"


def corpus() -> str:
    """A folder with the seeds in it, for a run that was given none."""
    folder = Path(tempfile.mkdtemp(prefix="nistitl-corpus-"))
    for at, seed in enumerate(seeds()):
        (folder / f"seed-{at:03d}").write_bytes(seed)
    return str(folder)


def main() -> None:
    """Run libFuzzer, with a corpus and a time limit for each input where none are given."""
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    arguments = [sys.argv[0], *sys.argv[1:]]
    if len(options) == len(sys.argv) - 1:
        arguments.append(corpus())
    for name, default in (("-timeout", "60" if COLLECT else "10"), ("-rss_limit_mb", "2048"), ("-max_len", "32768")):
        if not any(option.startswith(f"{name}=") for option in options):
            arguments.append(f"{name}={default}")
    signal.signal(signal.SIGVTALRM, ring)
    atheris.Setup(arguments, one_input, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
