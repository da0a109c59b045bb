"""Two threads, one held before a step of it while the other runs: every order in which a switch could fall."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import nistitl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

S = TypeVar("S")
OURS = str(Path(nistitl.__file__).parent)
PATIENCE = 0.03  # seconds until a thread that does not end is taken to wait for the other


class Run(Generic[S]):
    """What two actions gave on one fresh subject: results, or what they raised."""

    def __init__(self, subject: S) -> None:
        self.subject = subject
        self.results: dict[str, Any] = {}

    def act(self, name: str, action: Callable[[S], object]) -> None:
        try:
            self.results[name] = action(self.subject)
        except BaseException as error:  # whatever it is, it is told
            self.results[name] = error


class _Held:
    """Holds the thread that it traces before one of its steps in our own code."""

    def __init__(self, at: int, unit: Literal["line", "opcode"]) -> None:
        self.left, self.unit = at, unit
        self.reached, self.go = threading.Event(), threading.Event()

    def trace(self, frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        frame.f_trace_opcodes = self.unit == "opcode"
        if event == self.unit:
            self.left -= 1
            if self.left == -1:
                self.reached.set()
                self.go.wait()
        return self.trace


def interleaved(
    fresh: Callable[[], S],
    first: Callable[[S], object],
    second: Callable[[S], object],
    unit: Literal["line", "opcode"] = "line",
    *,
    every: int = 1,
) -> Iterator[Run[S]]:
    """A run for each step of `first`, or for every so many, at which `second` comes in between; both end in each."""
    at = 0
    while True:
        run, held = Run(fresh()), _Held(at, unit)

        def traced(run: Run[S] = run, held: _Held = held) -> None:
            sys.settrace(held.trace)
            try:
                run.act("first", first)
            finally:
                sys.settrace(None)
                held.left = -2
                held.reached.set()

        threads = threading.Thread(target=traced), threading.Thread(target=run.act, args=("second", second))
        threads[0].start()
        held.reached.wait()
        ended = held.left == -2
        threads[1].start()
        threads[1].join(PATIENCE)
        held.go.set()
        for thread in threads:
            thread.join()
        yield run
        if ended:
            return
        at += every
