"""Functions that workers run: those that end well, and those that end every other way."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import nistitl
from nistitl.archive.entry import Entry
from nistitl.archive.walking import read_entry

FOR_EVER = 3600


def double(key: int) -> int:
    return 2 * key


def process_of(_: object) -> int:
    return os.getpid()


def misbehave(key: str) -> Any:
    """Does what its key says."""
    match key.partition(" ")[0]:
        case "exit":
            os._exit(7)
        case "crash":
            ctypes.string_at(0)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "leave":
            sys.exit("PLANTED,NAME")
        case "hang":
            time.sleep(FOR_EVER)
        case "raise":
            raise ValueError("PLANTED,NAME")
        case "refuse":
            raise nistitl.FieldError("as it says")
        case "lambda":
            return lambda: key
        case "odd":
            raise OddError("a", "b")
        case "trap":
            return Trap()
        case "deaf":
            os.closerange(3, 256)
            time.sleep(FOR_EVER)
        case "orphan":  # a child of the worker holds its pipe open
            if os.fork():
                os._exit(7)
            folder = Path(key.partition(" ")[2])
            Path(folder, "process").write_text(str(os.getpid()))
            time.sleep(20)
            Path(folder, "woke").touch()
            os._exit(0)
        case "fill":
            return len(bytearray(1 << 34))
    return key.upper()


class OddError(nistitl.ITLError):
    """An exception that pickles and does not come back."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)
        self.other = other

    def __reduce__(self) -> tuple[Any, ...]:
        return OddError, ("one is missing",)


class Trap:
    """A value that is read back in the process that made it only."""

    def __init__(self) -> None:
        self.process = os.getpid()

    def __setstate__(self, state: dict[str, int]) -> None:
        if state["process"] != os.getpid():
            raise RuntimeError("PLANTED,NAME")


class Stubborn:
    """A key that cannot be sent."""

    def __reduce__(self) -> tuple[Any, ...]:
        raise RuntimeError("PLANTED,NAME")


class Foreign:
    """A key that cannot be read by another process."""

    def __init__(self) -> None:
        self.process = os.getpid()

    __setstate__ = Trap.__setstate__


def slowly(key: str) -> str:
    """Its process in a file of the folder that the key names, then nothing for ever."""
    Path(key, str(os.getpid())).touch()
    time.sleep(FOR_EVER)
    return key


def length(entry: Entry) -> int:
    return len(read_entry(entry))


def as_named(entry: Entry) -> Any:
    """Does what the file's name says, in worker processes only."""
    if multiprocessing.parent_process() is None:
        return "not in a worker"
    return misbehave(Path(entry.path).stem)


def counted(entry: Entry) -> int:
    """The size of a file, and a letter more in the file of its name in the folder beside."""
    path = Path(entry.path)
    with (path.parents[1] / "calls" / path.name).open("a") as calls:
        calls.write("x")
    time.sleep(0.01)
    return path.stat().st_size


def not_json(entry: Entry) -> Any:
    return {1, 2} if "set" in entry.path else float("nan") if "nan" in entry.path else [entry.path]
