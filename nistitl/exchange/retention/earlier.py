"""What earlier runs began and did not end: ended now, by what is found where they worked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ReadError
from nistitl.exchange.retention.files import FileChanged, NotOneFile, hold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nistitl.exchange.retention.chain import Log
    from nistitl.exchange.retention.files import Held

DONE, NOT_DONE, GONE, UNKNOWN = "done", "not done", "gone", "unknown"
CHANGED = "the file changed after it was read"


def marks_of(log: Log, held: Held) -> dict[str, str]:
    """The marks by which the log tells a file, the folder that it is in, and that it is that very file."""
    identity = log.mark("identity", repr(held.identity).encode())
    return {"file": mark_of(log, held.path), "folder": mark_of(log, held.path.parent), "identity": identity}


def mark_of(log: Log, path: Path) -> str:
    """The mark of a path."""
    return log.mark("path", os.fsencode(path))


class EarlierRuns:
    """The open intents of a log when a run begins, by the marks of their files."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._open: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for number, facts in log.open_intents().items():
            self._open.setdefault(facts["file"], []).append((number, facts))
        self._asides = {(facts["folder"], facts["aside"]) for _, facts in self._intents() if "aside" in facts}

    def _intents(self) -> list[tuple[int, dict[str, Any]]]:
        return [intent for of_file in self._open.values() for intent in of_file]

    def cleared(self, path: Path) -> bool:
        """True for a file that an earlier run wrote beside another one and never put in its place: it is gone now."""
        if not self._asides or (mark_of(self.log, path.parent), path.name) not in self._asides:
            return False
        path.unlink(missing_ok=True)
        return True

    def settle(self, path: Path) -> str | None:
        """End what was begun with a file; how it ended, None where nothing was begun."""
        how = None
        for number, facts in self._open.pop(mark_of(self.log, path), ()) if self._open else ():
            if "aside" in facts:
                (path.parent / facts["aside"]).unlink(missing_ok=True)
            how = self._found(path, facts)
            self.log.write("end", intent=number, outcome=how, later=True)
        return how

    def finish(self, folders: Iterable[Path]) -> int:
        """End what was begun with files that are no longer in these folders; how many others there are."""
        listed = {mark_of(self.log, folder) for folder in folders}
        left = 0
        for number, facts in self._intents():
            if facts["folder"] in listed:
                self.log.write("end", intent=number, outcome=GONE, later=True)
            else:
                left += 1
        return left

    def _found(self, path: Path, facts: dict[str, Any]) -> str:
        """How an act ended, by what is there now."""
        try:
            held = hold(path)
        except (ReadError, NotOneFile, FileChanged):
            return GONE if not os.path.lexists(path) else UNKNOWN
        if marks_of(self.log, held)["identity"] == facts["identity"]:
            return NOT_DONE
        done = facts.get("content") == self.log.mark("content", held.data)
        return DONE if done else UNKNOWN
