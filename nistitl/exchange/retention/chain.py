"""A log whose lines are chained: each carries the SHA-256 of the line before, so that a changed or missing line shows.

One line is one object of JSON, in ASCII, written in one piece and on the disk before `write` returns. A run that was
ended in the middle of a line leaves half of it: the next line names the hash of that half under `broken`, and so tells
that it is there. A log that was shortened at its end is still a chain: only a hash kept elsewhere shows that.

No line holds a person's data. Files are told by marks: HMAC-SHA-256 of path or content under the random `salt` in the
first line. Who has the log and a path can tell whether it is meant; the log alone gives no name away.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from nistitl.base.errors import ITLError
from nistitl.base.files import why_not_written
from nistitl.base.replacing import sync_folder
from nistitl.exchange.retention.periods import moment, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

START = "0" * 64  # what the first line has in place of a hash
_HEAD = b'{"line":1,'
_MARKED = {"file", "folder", "identity"}  # what an intent tells of its file
_FORM = "nistitl retain 1"
_ASIDE = re.compile(r"(\.nistitl-[0-9a-f]{16})?")  # never a path to somewhere else
_SALT = re.compile(r"[0-9a-f]{32}")


class LogError(ITLError):
    """A log is none, is broken, is in use, or cannot be written."""


class Line(NamedTuple):
    """A line of a log: its number, its hash, and what it says."""

    number: int
    hash: str
    facts: dict[str, Any]


class Chain(NamedTuple):
    """What a log holds: its whole lines, what is wrong, and the broken lines at its end."""

    lines: tuple[Line, ...]
    faults: tuple[str, ...]
    broken: tuple[str, ...]  # hashes of the lines at the end that are none
    cut: bytes  # what follows the last line end

    @property
    def last(self) -> str:
        """The hash of the last whole line."""
        return self.lines[-1].hash if self.lines else START

    @property
    def salt(self) -> bytes:
        """What marks are made with."""
        salt = str(self.lines[0].facts.get("salt")) if self.lines else ""
        return bytes.fromhex(salt) if _SALT.fullmatch(salt) else b""

    def number_of(self, hash: str) -> int | None:
        """The number of the line that has this hash."""
        return next((line.number for line in self.lines if line.hash == hash), None)


def open_intents(lines: Iterable[Line]) -> dict[int, dict[str, Any]]:
    """What was begun and not ended, by the number of its line."""
    begun: dict[int, dict[str, Any]] = {}
    for number, _, facts in lines:
        if facts["event"] == "intent" and facts.keys() >= _MARKED:
            begun[number] = facts
        elif facts["event"] == "end":
            begun.pop(facts.get("intent", 0), None)
    return begun


def moments(lines: Iterable[Line]) -> Iterator[tuple[int, datetime]]:
    """The moment at which each run says that it looked, with the number of its line."""
    for number, _, facts in lines:
        if facts["event"] == "begin":
            with suppress(ValueError):
                yield number, moment(str(facts.get("now")))


def chain_of(data: bytes) -> Chain:
    """What the bytes of a log hold."""
    *whole, cut = data.split(b"\n")
    lines: list[Line] = []
    faults: list[str] = []
    broken: list[str] = []
    for place, raw in enumerate(whole, 1):
        facts = _facts(raw)
        if facts is None:
            broken.append(_hash(raw))
            continue
        previous = lines[-1].hash if lines else START
        if facts.get("previous") != previous or facts.get("line") != len(lines) + 1:
            faults.append(f"line {place} does not follow the line before it: one was changed, added or taken out")
        elif facts.get("broken", []) != broken:
            faults.append(f"line {place} does not tell of what is broken before it")
        broken = []
        lines.append(Line(len(lines) + 1, _hash(raw), facts))
    if lines and not (lines[0].facts.get("log") == _FORM and _SALT.fullmatch(str(lines[0].facts.get("salt")))):
        faults.insert(0, "line 1 is not the first line of such a log")
    return Chain(tuple(lines), tuple(faults), tuple(broken), cut)


def read_chain(path: Path) -> Chain:
    """What a log holds. LogError where it cannot be read, or is none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LogError(f"{path.name}: cannot read: {error.strerror or error}") from error
    if not _is_log(data):
        raise LogError(f"{path.name} is no log of nistitl retain")
    return chain_of(data)


def _is_log(data: bytes) -> bool:
    """True where the first line begins like that of a log, or is the half of one."""
    first = data.partition(b"\n")[0]
    return first.startswith(_HEAD) or (first != b"" and _HEAD.startswith(first))


def _facts(raw: bytes) -> dict[str, Any] | None:
    with suppress(ValueError, RecursionError):
        facts = json.loads(raw)
        if isinstance(facts, dict) and _formed(facts) and raw == _spelled(facts):
            return facts
    return None


def _formed(facts: dict[str, Any]) -> bool:
    """True where what a line says is of the form that this module writes: who changes the last line is not seen."""
    words = all(isinstance(facts.get(name, ""), str) for name in (*_MARKED, "content", "aside"))
    numbers = type(facts.get("intent", 0)) is int
    return isinstance(facts.get("event"), str) and words and numbers and bool(_ASIDE.fullmatch(facts.get("aside", "")))


def _spelled(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, separators=(",", ":")).encode("ascii")


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


class Log:
    """A log that is open to be written; nobody else writes it meanwhile. `with Log(path) as log:`

    Opening checks the whole chain, and refuses one that is broken: LogError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1
        self._made: dict[str, set[str]] | None = None

    def __enter__(self) -> Self:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            self._handle = os.open(self.path, flags, 0o600)
        except OSError as error:
            why = why_not_written(self.path, error)
            raise LogError(f"{self.path.name}: cannot open the log: {why}") from error
        try:
            _lock(self._handle, self.path.name)
            self._begin()
        except BaseException:
            os.close(self._handle)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def _begin(self) -> None:
        data = _content(self._handle)
        if data and not _is_log(data):
            raise LogError(f"{self.path.name} is no log of nistitl retain, and nothing is written to it")
        if not data.endswith(b"\n") and _follows(data):  # only the end of the line is missing
            self._append(b"\n")
            data += b"\n"
        chain = chain_of(data)
        if chain.faults:
            raise LogError(
                f"{self.path.name}: {chain.faults[0]}. Nothing was done: keep this log as it is, begin another one"
            )
        self.lines = chain.lines
        self._broken = [*chain.broken, *([_hash(chain.cut)] if chain.cut else [])]
        self._cut = bool(chain.cut)
        self.number, self.last = len(chain.lines), chain.last
        if self.number:
            self._salt = chain.salt
            return
        self._salt = os.urandom(16)
        self.write("log", log=_FORM, salt=self._salt.hex())
        sync_folder(self.path.parent)

    def write(self, event: str, **facts: object) -> int:
        """Add a line; it is on the disk when this returns its number. LogError where it cannot be written."""
        broken = {"broken": self._broken} if self._broken else {}
        at = told(datetime.now(UTC))
        line = {"line": self.number + 1, "at": at, "event": event, **facts, **broken, "previous": self.last}
        raw = _spelled(line)
        self._append((b"\n" if self._cut else b"") + raw + b"\n")
        self.number, self.last, self._broken, self._cut = self.number + 1, _hash(raw), [], False
        return self.number

    def _append(self, data: bytes) -> None:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._handle, view) :]
            os.fsync(self._handle)
        except OSError as error:
            why = error.strerror or error
            raise LogError(f"{self.path.name}: cannot write the log: {why}. Nothing more was done") from error

    def open_intents(self) -> dict[int, dict[str, Any]]:
        """What earlier runs began and did not end, by the number of its line."""
        return open_intents(self.lines)

    def redacted_by(self, content: bytes) -> frozenset[str]:
        """The rules, by their digests, by which this content was made of a file."""
        if self._made is None:
            self._made = {}
            for _, _, facts in self.lines:
                if facts["event"] == "intent" and isinstance(facts.get("redacted"), list):
                    self._made.setdefault(str(facts.get("content")), set()).update(map(str, facts["redacted"]))
        return frozenset(self._made.get(self.mark("content", content), ())) if self._made else frozenset()

    def mark(self, kind: str, content: bytes) -> str:
        """The mark of a path or of content in this log."""
        return mark(self._salt, kind, content)

    def is_at(self, path: Path) -> bool:
        """True for the path of the log itself."""
        with suppress(OSError):
            return os.path.samestat(os.fstat(self._handle), path.lstat())
        return False


def mark(salt: bytes, kind: str, content: bytes) -> str:
    """The mark of a path or of content under a salt."""
    return hmac.new(salt, kind.encode() + b"\0" + content, "sha256").hexdigest()


def _follows(data: bytes) -> bool:
    """True where what follows the last line end is a whole line of the chain."""
    chain = chain_of(data + b"\n")
    return not chain.faults and not chain.broken


def _content(handle: int) -> bytes:
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        return file.read()


def _lock(handle: int, name: str) -> None:
    """LogError where another run writes this log."""
    try:
        import fcntl
    except ImportError:  # a system without: two runs at once break the chain, and that shows
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise LogError(f"{name}: another run writes this log; wait for its end, or take another log") from None
