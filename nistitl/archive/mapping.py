"""A function on every entry of a walk, on all processors: results as they come, each entry once."""

from __future__ import annotations

import os
import warnings
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, wait
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.archive.pool import Done, Pool, TaskRaised, attempt, packed, processors, unpacked
from nistitl.archive.results import Result, ResultsFile, told
from nistitl.archive.walking import walk
from nistitl.base.errors import ITLError, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from concurrent.futures import Executor, Future
    from types import TracebackType

    from nistitl.archive.entry import Entry

    Path = str | os.PathLike[str]
    Function = Callable[[Entry], Any] | str
    Tasks = Iterator[Entry | Done[Entry, Any]]
    Outcomes = Generator[Done[Entry, Any], None, None]

_AHEAD = 4  # tasks a processor that a foreign executor holds at a time


class BrokenExecutorWarning(UserWarning):
    """The executor that was handed in broke; what it had not finished is done in the pool of this package."""


@attrs.frozen(slots=True)
class _Known(Done["Entry", Any]):
    """An entry that has its result without the function."""

    result: Result = attrs.field(kw_only=True)


def map(
    paths: Path | Iterable[Path],
    function: Function,
    *,
    jobs: int | None = None,
    timeout: float | None = None,
    memory: int | None = None,
    executor: Executor | None = None,
    only: str | None = None,
    unwrap: bool = True,
    results: Path | None = None,
    resume: bool = False,
    task: str | None = None,
) -> Run:
    """A function on every entry of files, folders, globs and archives, in worker processes; results as they come.

    `function` is called with an `Entry`, whose bytes `read_entry` gives, in another process: it is at the top of a
    module, or named as `module:name`. `jobs`, `timeout` and `memory` are those of `nistitl.archive.pool.Pool`, `only`
    and `unwrap` those of `nistitl.archive.walk`. `executor` is any of concurrent.futures, instead of the pool; it
    knows no `timeout` and no `memory`. `results` is a file in which each result is a line of JSON as soon as it is
    known; with `resume` it may be there, and what it has is not done again as long as size and time of the file are
    the same. `task` names what is computed there, by default the function does. ITLError for what does not go together.
    """
    if executor is not None and (timeout is not None or memory is not None or jobs is not None):
        raise ITLError(
            "an executor has its own number of workers, and cannot end a task: jobs, timeout, memory are the pool's"
        )
    if resume and results is None:
        raise ITLError("resume goes on with a file of results; name it")
    one = isinstance(paths, str | os.PathLike)
    entries = walk([paths] if one else paths, only=only, unwrap=unwrap)  # type: ignore[list-item, arg-type]
    pool = Pool(function, jobs=jobs, timeout=timeout, memory=memory)
    file = None if results is None else ResultsFile(results, task or _named(function), resume=resume)
    done = None if executor is None else partial(_in_executor, function=function, executor=executor, pool=pool)
    return Run(entries, pool, file, done)


def _named(function: Function) -> str:
    if isinstance(function, str):
        return function
    name = getattr(function, "__qualname__", None)
    return f"{function.__module__}:{name}" if name else packed(function).hex()


class Run:
    """The results of a function on entries, given once.

    `counts` tells how many there were of each state, together all entries; `earlier` how many of an earlier run.
    Leaving it (`with`, `close`, or its end) ends the workers.
    """

    def __init__(
        self,
        entries: Iterator[Entry],
        pool: Pool,
        file: ResultsFile | None = None,
        outcomes: Callable[[Tasks], Outcomes] | None = None,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.earlier = 0  # results of a run before this one, among those counted
        self._entries = entries
        self._file = file
        self._done = (outcomes or pool.map)(self._tasks())
        self._results = self._all()

    def __iter__(self) -> Iterator[Result]:
        return self._results

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End what is under way."""
        self._results.close()
        self._done.close()
        if self._file is not None:
            self._file.close()

    def accounted(self) -> str:
        """What became of the entries so far: `12 entries: 9 done, 2 fifo, 1 died`."""
        return told(self.counts)

    def _tasks(self) -> Tasks:
        """The entries that the function is to be run on; of all others the result."""
        for entry in self._entries:
            result = self._file.earlier(entry) if self._file is not None else None
            if result is None and not entry.readable:
                result = Result.unread(entry)
            yield entry if result is None else _Known(entry, result=result)

    def _all(self) -> Generator[Result, None, None]:
        try:
            for done in self._done:
                result = done.result if isinstance(done, _Known) else Result.of(done.key, done.value, done.error)
                if self._file is not None and not result.earlier:
                    result = self._file.add(result)
                self.counts[result.state] += 1
                self.earlier += result.earlier
                yield result
        finally:
            self._done.close()
            if self._file is not None:
                self._file.close()


# -- somebody else's executor ----------------------------------------------------------------------


def _in_executor(tasks: Tasks, function: Function, executor: Executor, pool: Pool) -> Outcomes:
    """What became of each task there; from when it breaks on, in the pool."""
    send = packed(function)
    under_way: dict[Future[Done[Entry, Any]], Entry] = {}
    left: deque[Entry] = deque()  # that it did not do
    try:
        for task in tasks:
            if isinstance(task, Done):
                yield task
                continue
            try:
                under_way[executor.submit(_attempted, send, task)] = task
            except (BrokenExecutor, RuntimeError) as error:  # the latter where it was shut down
                left.append(task)
                _tell(error)
                break
            if len(under_way) >= _AHEAD * processors():
                yield from _finished(under_way, left)
            if left:
                break
        while under_way:
            yield from _finished(under_way, left)
    finally:
        for future in under_way:
            future.cancel()
    yield from pool.map(chain(left, tasks))


def _finished(under_way: dict[Future[Done[Entry, Any]], Entry], left: deque[Entry]) -> Iterator[Done[Entry, Any]]:
    """The outcomes of what has finished, once there is one."""
    finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in finished:
        key = under_way.pop(future)
        try:
            done = future.result()
        except (BrokenExecutor, CancelledError) as error:
            if not left:
                _tell(error)
            left.append(key)
        except Exception as fault:
            yield Done(key, error=TaskRaised(f"the executor gives no value: {placed(fault)}"))
        else:
            yield Done(key, done.value, done.error)


def _tell(error: BaseException) -> None:
    words = f"the executor broke ({type(error).__name__}); what it had not finished is done in a pool of our own"
    warnings.warn(BrokenExecutorWarning(words), stacklevel=2)


def _attempted(function: bytes, entry: Entry) -> Done[Entry, Any]:
    return attempt(_function(function), entry)


@lru_cache(1)
def _function(function: bytes) -> Callable[[Any], Any]:
    return unpacked(function)
