"""Worker processes of our own: one that dies or hangs costs the task it was on, and no other.

Strategy: one pipe a worker, one task in it at a time, and `multiprocessing.connection.wait` over all of them. So the
parent always knows which task a worker was on when its end came. Tasks are taken from their iterator when a worker has
room for one, so that memory is that of the workers, however many tasks there are.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections import deque
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from nistitl.base.errors import ITLError, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from multiprocessing.context import Process

Key = TypeVar("Key")
Value = TypeVar("Value")

_LOOK = 1.0  # seconds between looks at workers whose end no pipe tells, since a child of theirs holds it open
_LEAVE = 2.0  # seconds that a worker without a task has to go
_MOST_UNSENT = 100  # outcomes without a worker that are gathered before they are given
_STARTS = 3  # workers in a row that end before they take their task, which then is not what ended them
_BEGIN = 'what it printed says why, often that a script does not say `if __name__ == "__main__":`'


class TaskError(ITLError):
    """A task has no value, for a reason that is no ITLError of its function."""


class TaskRaised(TaskError):
    """The function raised something else than an ITLError, or its value cannot be passed on."""


class WorkerDied(TaskError):
    """The worker process ended on this task: a crash, an exit, or the system ended it for want of memory."""


class TaskTimeout(TaskError):
    """The task took longer than it may; its worker was ended."""


class PoolError(ITLError):
    """No worker can be started: the function is not found where it says, or the system has no room for a process."""


@attrs.frozen(slots=True)
class Done(Generic[Key, Value]):
    """What became of a task: its value, or the error that it ended with."""

    key: Key
    value: Value | None = None
    error: ITLError | None = None


def packed(function: Callable[[Any], Any] | str) -> bytes:
    """A function, or the `module:name` of one, as it is sent to workers. ITLError where it cannot be."""
    if isinstance(function, str):
        if not all(function.partition(":")):
            raise ITLError(f"{function!r} names no function; expected module:name")
    elif not callable(function):
        raise ITLError(f"expected a function or its module:name, not {type(function).__name__}")
    try:
        return pickle.dumps(function)
    except Exception as error:
        raise ITLError(
            f"the function cannot be sent to another process ({type(error).__name__}): "
            "define it at the top of a module, not inside another function"
        ) from None


def unpacked(function: bytes) -> Callable[[Any], Any]:
    """The function that `packed` sent."""
    found = pickle.loads(function)
    if isinstance(found, str):
        from pkgutil import resolve_name

        found = resolve_name(found)
    return found  # type: ignore[no-any-return]


def attempt(function: Callable[[Any], Any], key: Any) -> Done[Any, Any]:
    """What becomes of a task in this process, whatever the function raises."""
    try:
        return Done(key, function(key))
    except ITLError as error:
        return Done(key, error=error)
    except (Exception, SystemExit) as fault:
        return Done(key, error=TaskRaised(placed(fault)))


class Pool:
    """Worker processes that run one function on many keys.

    `function` is called in the workers with one key: anything that pickles, or `module:name`. `jobs` is the number of
    workers, of processors by default; `timeout` the seconds that a task may take, without end by default; `memory` the
    bytes that a worker may have (RLIMIT_AS, not on Windows); `context` a start method or context of multiprocessing.
    ITLError for what cannot be. What the function prints goes where this process prints.
    """

    def __init__(
        self,
        function: Callable[[Any], Any] | str,
        *,
        jobs: int | None = None,
        timeout: float | None = None,
        memory: int | None = None,
        context: BaseContext | str | None = None,
    ) -> None:
        self._function = packed(function)
        self._jobs = _jobs(jobs)
        if timeout is not None and not 0 < timeout < float("inf"):
            raise ITLError(f"a timeout is a number of seconds above 0, not {timeout!r}")
        self._timeout = timeout
        self._memory = _memory(memory)
        self._context: Any = context if isinstance(context, BaseContext) else multiprocessing.get_context(context)

    def map(self, keys: Iterable[Key | Done[Key, Any]]) -> Generator[Done[Key, Any], None, None]:
        """What became of each key, as they come. A `Done` among the keys needs no worker and is given as it is.

        Where the iterator of keys raises, the tasks that are under way are given first. Workers end when the iterator
        is exhausted, closed or left by an exception such as KeyboardInterrupt. PoolError where no worker can start.
        """
        with _Running(self._start, self._jobs, self._timeout, iter(keys)) as running:
            yield from running.results()

    def _start(self, others: list[Connection]) -> tuple[Process, Connection]:
        """A new worker. `others` are the pipes to its siblings, which a forked one would hold open."""
        ours, theirs = self._context.Pipe()
        inherited = [ours, *others] if self._context.get_start_method() == "fork" else []
        arguments = (theirs, self._function, self._memory, inherited)
        process = self._context.Process(target=_work, args=arguments, daemon=True)
        try:
            with _interrupts_held():
                process.start()
        except (OSError, AssertionError) as error:  # the latter where this process is a worker that may have none
            ours.close()
            raise PoolError(f"no worker process can be started: {getattr(error, 'strerror', None) or error}") from error
        finally:
            theirs.close()
        return process, ours


def processors() -> int:
    """The processors that this process may use: of a container, or a part of a node of a cluster."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _jobs(jobs: int | None) -> int:
    if jobs is None:
        return processors()
    if jobs < 1:
        raise ITLError(f"the number of jobs is 1 or more, not {jobs}")
    return jobs


def _memory(memory: int | None) -> int | None:
    if memory is not None and sys.platform == "win32":
        raise ITLError("Windows has no limit of memory of this kind")
    if memory is not None and memory < 1:
        raise ITLError(f"the memory of a worker is a number of bytes above 0, not {memory}")
    return memory


class _Worker:
    """A process, our end of its pipe, and the task that it is on or will be given once it is ready."""

    def __init__(self, process: Process, pipe: Connection, key: Any) -> None:
        self.process = process
        self.pipe = pipe
        self.key = key
        self.ready = False
        self.idle = False
        self.deadline: float | None = None

    def give(self, key: Any, message: bytes, timeout: float | None) -> bool:
        """Send it a task; False where it is gone already and so has not begun it."""
        self.key, self.idle = key, False
        self.deadline = None if timeout is None else time.monotonic() + timeout
        try:
            self.pipe.send_bytes(message)
        except OSError:
            return False
        return True

    def end(self) -> None:
        """End it at once, whatever it does."""
        with suppress(ValueError):  # it is gone, and its process closed
            self.process.kill()
            self.leave()

    def leave(self) -> None:
        """Let one that has no task go by itself, and wait until it is gone."""
        self.pipe.close()
        if not self._goes():
            self.process.kill()
        self.process.join()
        self.process.close()

    def _goes(self) -> bool:
        """Wait for its end; `join` would for ever, where it closed the handle by which that waits."""
        until, pause = time.monotonic() + _LEAVE, 0.0005
        while self.process.is_alive():
            if time.monotonic() > until:
                return False
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        return True

    def epitaph(self) -> str:
        """How it ended."""
        self._goes()
        code = self.process.exitcode
        if code is None or code >= 0:
            return "closed its pipe" if code is None else f"ended with status {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"was ended by {name}" + (
            ", which is what a system does that is out of memory" if name == "SIGKILL" else ""
        )


class _Running:
    """The workers and tasks of one call of `Pool.map`."""

    def __init__(
        self,
        start: Callable[[list[Connection]], tuple[Process, Connection]],
        jobs: int,
        timeout: float | None,
        keys: Iterator[Any],
    ) -> None:
        self._start = start
        self._jobs = jobs
        self._timeout = timeout
        self._keys = keys
        self._given_back: deque[Any] = deque()  # by workers that ended before they took their task
        self._unsent: deque[Done[Any, Any]] = deque()
        self._workers: list[_Worker] = []
        self._lost_starts = 0
        self._exhausted = False
        self._fault: Exception | None = None  # of the iterator of keys

    def __enter__(self) -> _Running:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def results(self) -> Iterator[Done[Any, Any]]:
        while True:
            self._employ()
            if self._unsent:
                yield from self._told_unsent()
            elif all(worker.idle for worker in self._workers):
                break
            else:
                for worker in self._stirring():
                    done = self._turn(worker)
                    if done is not None:
                        yield done
        if self._fault is not None:
            raise self._fault

    def _told_unsent(self) -> Iterator[Done[Any, Any]]:
        while self._unsent:
            yield self._unsent.popleft()

    def _next_task(self) -> tuple[Any, bytes] | None:
        """The next task and how it is sent; None where there is none, or others are to be given first."""
        while len(self._unsent) < _MOST_UNSENT and (self._given_back or not self._exhausted):
            try:
                key = self._given_back.popleft() if self._given_back else next(self._keys)
            except StopIteration:
                self._exhausted = True
                break
            except Exception as fault:
                self._exhausted, self._fault = True, fault
                break
            if isinstance(key, Done):
                self._unsent.append(key)
                continue
            try:
                return key, pickle.dumps(key)
            except Exception as fault:
                self._unsent.append(Done(key, error=TaskRaised(f"the key cannot be sent to a worker: {placed(fault)}")))
        return None

    def _employ(self) -> None:
        """A task for each worker that has none, and a worker for each task, up to their number."""
        for worker in [worker for worker in self._workers if worker.idle]:
            self._feed(worker)
        while len(self._workers) < self._jobs and (task := self._next_task()) is not None:
            self._given_back.appendleft(task[0])  # until there is somebody for it
            process, pipe = self._start([worker.pipe for worker in self._workers])
            self._workers.append(_Worker(process, pipe, self._given_back.popleft()))

    def _stirring(self) -> list[_Worker]:
        """The workers that said something, are gone, or are out of time, once there is one."""
        now = time.monotonic()
        until = min((worker.deadline for worker in self._workers if worker.deadline is not None), default=now + _LOOK)
        spoken = set(wait([worker.pipe for worker in self._workers], max(0.0, min(until - now, _LOOK))))
        now = time.monotonic()
        return [
            worker
            for worker in self._workers
            if worker.pipe in spoken
            or (worker.deadline is not None and worker.deadline <= now)
            or not worker.process.is_alive()
        ]

    def _turn(self, worker: _Worker) -> Done[Any, Any] | None:
        """Take what a worker has to say, and give it its next task; what became of its last, if it had begun one."""
        try:
            message = worker.pipe.recv_bytes() if worker.pipe.poll() else None
        except (EOFError, OSError):
            message = None
        if message is None:
            return self._lost(worker)
        if worker.ready:
            self._lost_starts = 0
            done = _received(worker.key, message)
            worker.idle, worker.deadline = True, None
            self._feed(worker)
            return done
        if message:
            raise PoolError(f"the workers cannot begin: {message.decode('utf-8', 'replace')}")
        worker.ready = True
        self._give(worker, (worker.key, pickle.dumps(worker.key)))
        return None

    def _feed(self, worker: _Worker) -> None:
        """Its next task, where there is one."""
        if (task := self._next_task()) is not None:
            self._give(worker, task)

    def _give(self, worker: _Worker, task: tuple[Any, bytes]) -> None:
        if not worker.give(*task, self._timeout):
            worker.ready, worker.deadline = False, None  # it has not begun the task
            self._lost(worker)

    def _lost(self, worker: _Worker) -> Done[Any, Any] | None:
        """The end of a worker that died or is out of time."""
        late = worker.deadline is not None and worker.deadline <= time.monotonic() and worker.process.is_alive()
        how = "" if late else worker.epitaph()
        worker.end()
        self._workers.remove(worker)
        if late:
            return Done(worker.key, error=TaskTimeout(f"not done in {self._timeout:g} seconds; its worker was ended"))
        if worker.idle:
            return None
        if worker.ready:
            self._lost_starts = 0
            return Done(worker.key, error=WorkerDied(f"the worker {how}"))
        self._lost_starts += 1
        if self._lost_starts >= _STARTS:
            raise PoolError(f"{_STARTS} workers in a row ended before they began, the last one {how}; {_BEGIN}")
        self._given_back.append(worker.key)
        return None


def _received(key: Any, message: bytes) -> Done[Any, Any]:
    try:
        value, error = pickle.loads(message)
    except Exception as fault:
        return Done(key, error=TaskRaised(f"its value cannot be read from the worker: {placed(fault)}"))
    return Done(key, value, error)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A Ctrl-C is for this process: it waits until the new one has said that it does not listen."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# -- in the worker ---------------------------------------------------------------------------------


def _work(pipe: Connection, function: bytes, memory: int | None, inherited: list[Connection]) -> None:
    """What a worker does until its pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for other in inherited:
        other.close()
    Thread(target=_follow, daemon=True).start()
    with suppress(EOFError, OSError):  # the parent is gone
        try:
            call = unpacked(function)
            _limit(memory)
        except Exception as fault:
            pipe.send_bytes(str(fault).encode("utf-8", "replace") or placed(fault).encode())
            return
        pipe.send_bytes(b"")
        while True:
            pipe.send_bytes(_answer(call, pipe.recv_bytes()))


def _follow() -> None:
    """Go with the parent, however it ended, whatever this process is on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answer(call: Callable[[Any], Any], message: bytes) -> bytes:
    try:
        key = pickle.loads(message)
    except Exception as fault:
        return pickle.dumps((None, TaskRaised(f"the key cannot be read in the worker: {placed(fault)}")))
    done = attempt(call, key)
    try:
        answer = pickle.dumps((done.value, done.error))
        if done.error is not None:
            pickle.loads(answer)  # an exception may pickle and yet not come back
    except Exception as fault:
        what = "its value" if done.error is None else f"its error, {type(done.error).__name__},"
        return pickle.dumps((None, TaskRaised(f"{what} cannot be sent from the worker: {placed(fault)}")))
    return answer


def _limit(memory: int | None) -> None:
    if memory is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
