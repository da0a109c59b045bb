"""Results: what became of each entry, and the file of them, one JSON object a line, that a later run continues.

Strategy: a line is written as soon as it is known, so that whatever ends the process costs the tasks that were under
way. Of what an earlier run wrote only a number and a place a line are kept in memory; the line is read when the walk
comes to its entry.
"""

from __future__ import annotations

import json
import os
import warnings
from hashlib import blake2b
from typing import IO, TYPE_CHECKING, Any

import attrs

from nistitl.archive import pool
from nistitl.archive.entry import Entry
from nistitl.base import errors
from nistitl.base.errors import ITLError, ReadError, WriteError
from nistitl.base.findings import Finding
from nistitl.base.text import printable

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

DONE, FAILED, RAISED, DIED, TIMEOUT = "done", "failed", "raised", "died", "timeout"
_STATES: dict[type[ITLError], str] = {pool.TaskRaised: RAISED, pool.WorkerDied: DIED, pool.TaskTimeout: TIMEOUT}


_RUN = frozenset((DONE, FAILED, RAISED, DIED, TIMEOUT))  # states of what the function was run on


class ResumedWarning(UserWarning):
    """What was found in a file of results that is continued: a line that was cut."""


@attrs.frozen(slots=True)
class Result:
    """What became of an entry.

    `state` is done (there is a value), failed (the function raised an ITLError), raised (another exception), died (the
    worker did), timeout; or, where there was nothing to run the function on, the kind of the entry, such as fifo.
    `error` says why there is no value. `earlier` is true where a run before this one had it already.
    """

    entry: Entry
    state: str
    value: Any = None
    error: ITLError | None = None
    earlier: bool = False

    @classmethod
    def of(cls, entry: Entry, value: Any, error: ITLError | None) -> Result:
        """The result of a task."""
        return cls(entry, DONE if error is None else _STATES.get(type(error), FAILED), value, error)

    @classmethod
    def unread(cls, entry: Entry) -> Result:
        """The result of an entry that has nothing to read."""
        return cls(entry, entry.kind, error=ReadError(entry.reason or entry.kind))

    def to_dict(self) -> dict[str, Any]:
        """Plain values: `file`, `member` and `at` of an archive's, `size`, `mtime_ns`, `state`; `value` or `error`."""
        entry, error = self.entry, self.error
        row: dict[str, Any] = {"file": entry.path}
        if entry.member is not None or entry.at:
            row |= {"member": entry.member, "at": entry.at}
        row |= {"size": entry.size, "mtime_ns": entry.mtime_ns, "state": self.state}
        if error is None:
            return row | {"value": self.value}
        code = {"code": error.finding.code} if error.finding is not None else {}
        return row | {"error": {"type": type(error).__name__, "message": str(error), **code}}


def told(counts: Counter[str]) -> str:
    """Counts by state as people read them: `12 entries: 9 done, 2 fifo, 1 died`."""
    total = counts.total()
    parts = ", ".join(f"{count} {state}" for state, count in counts.most_common())
    return f"{total} {'entry' if total == 1 else 'entries'}" + (f": {parts}" if parts else "")


class ResultsFile:
    """A file of results that is written line by line, begun or continued.

    `task` names what is computed; a file of another task or version is not continued. A last line that was cut is
    completed where it is whole but for its end, else dropped; a ResumedWarning tells. ITLError for a file that is
    there and not to be continued, or holds other lines; WriteError where it cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str], task: str, *, resume: bool) -> None:
        from pathlib import Path

        from nistitl.base.version import VERSION

        self._path = Path(path)
        self._run = _digest(f"{VERSION}\n{task}")[:16]
        self._places: dict[int, int] = {}  # of lines, by a number of their entry's key
        try:
            self._file = self._path.open("r+b" if resume and self._path.exists() else "xb")
        except FileExistsError:
            raise ITLError(
                f"{_name(self._path)} is there already; continue it (resume), or name another file"
            ) from None
        except OSError as error:
            raise WriteError(f"cannot write {_name(self._path)}: {error.strerror or error}") from error
        try:
            if self._file.readable():
                self._look_through(self._file)
        except BaseException:
            self._file.close()
            raise

    def __len__(self) -> int:
        return len(self._places)

    def earlier(self, entry: Entry) -> Result | None:
        """The result of an earlier run, where it is of these bytes: the same key, size and time."""
        place = self._places.get(_number(entry.key))
        if place is None:
            return None
        end = self._file.tell()
        self._file.seek(place)
        row = json.loads(self._file.readline())
        self._file.seek(end)
        found = (_key(row), row["size"], row["mtime_ns"])
        state = row["state"] in _RUN if entry.readable else row["state"] == entry.kind
        if found != (entry.key, entry.size, entry.mtime_ns) or not state:
            return None
        return Result(entry, row["state"], row.get("value"), _error(row.get("error")), earlier=True)

    def add(self, result: Result) -> Result:
        """Write a result; it is given back, as raised where its value is not one that JSON can say."""
        try:
            row = _line(self._run, result)
        except (TypeError, ValueError, RecursionError) as fault:
            words = f"its value cannot be written as JSON: {type(fault).__name__}"
            result = Result.of(result.entry, None, pool.TaskRaised(words))
            row = _line(self._run, result)
        try:
            self._file.write(row)
            self._file.flush()
        except OSError as error:
            raise WriteError(f"cannot write {_name(self._path)}: {error.strerror or error}") from error
        return result

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _look_through(self, file: IO[bytes]) -> None:
        """Where the lines of earlier runs are; the file goes on after the last whole one."""
        place = 0
        for number, line in enumerate(file, 1):
            whole = line.endswith(b"\n")
            try:
                row = json.loads(line)
                run, key = row["run"], _key(row)
                if not {"size", "mtime_ns", "state"} <= row.keys():
                    raise KeyError
            except (ValueError, TypeError, KeyError):
                if whole:
                    raise ITLError(f"{_name(self._path)}: line {number} is no result; name another file") from None
                self._drop(file, place, number)
                return
            if run != self._run:
                raise ITLError(
                    f"{_name(self._path)}: line {number} is of another task, of other options or another version of "
                    "nistitl; name another file"
                )
            self._places[_number(key)] = place
            place += len(line)
            if not whole:
                file.seek(place)
                file.write(b"\n")
                file.flush()
                self._tell(f"line {number} lacked its end, which is written")
        file.seek(0, os.SEEK_END)

    def _drop(self, file: IO[bytes], place: int, number: int) -> None:
        file.truncate(place)
        file.seek(place)
        self._tell(f"line {number} was cut and is dropped; its file is done again")

    def _tell(self, words: str) -> None:
        warnings.warn(ResumedWarning(f"{_name(self._path)}: {words}"), stacklevel=2)


def _name(path: Path) -> str:
    return printable(path.name)


def _line(run: str, result: Result) -> bytes:
    return json.dumps({"run": run, **result.to_dict()}, allow_nan=False).encode("ascii") + b"\n"


def _key(row: dict[str, Any]) -> str:
    return Entry(row["file"], row.get("member"), at=row.get("at", 0)).key


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _number(key: str) -> int:
    return int(_digest(key)[:16], 16)


def _error(told: dict[str, str] | None) -> ITLError | None:
    if told is None:
        return None
    kind = getattr(pool, told["type"], None) or getattr(errors, told["type"], None)
    if not isinstance(kind, type) or not issubclass(kind, ITLError):
        kind = ITLError
    finding = Finding(told["code"], told["message"]) if "code" in told else None
    return kind(told["message"], finding)
