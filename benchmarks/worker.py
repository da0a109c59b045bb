"""One library in one process: told by a JSON line what to run how often, it answers with the seconds.

Run as `python worker.py ours|peer`; it imports nothing but the standard library and the library
that it measures, and tells by `where` which one that was.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

IMAGE = {"ppi": 500, "height": 2000}  # of which the minutiae are
DATA: dict[str, bytes] = {}


def data_of(path: str) -> bytes:
    """The bytes of a file, read once."""
    if path not in DATA:
        DATA[path] = Path(path).read_bytes()
    return DATA[path]


class Ours:
    """This library."""

    def __init__(self) -> None:
        import nistitl

        self.nistitl: Any = nistitl
        self.arrays: dict[str, Any] = {}

    def open(self, path: str) -> object:
        """From bytes that are in memory."""
        return self.nistitl.read(data_of(path))

    def open_path(self, path: str) -> object:
        """By path."""
        return self.nistitl.read(path)

    def decode(self, path: str) -> object:
        """Open, and touch every field of every record."""
        tx = self.nistitl.read(data_of(path))
        for record in tx:
            if record.type == 2:
                record.texts()
            for name in record._slots:
                getattr(record, name)
        return tx

    def write(self, path: str) -> object:
        """Open, and write what was not touched."""
        return bytes(self.nistitl.read(data_of(path)))

    def edit(self, path: str) -> object:
        """Open, change two fields of Type-2, write."""
        tx = self.nistitl.read(data_of(path))
        record = tx[2][0]
        record["2.018"] = "ROE,RICHARD"
        record["2.041"] = "2 SIDE STREET"
        return bytes(tx)

    def validate(self, path: str) -> object:
        """Open, and check at levels 1 and 2."""
        return self.nistitl.read(data_of(path)).validate()

    def profile(self, path: str) -> object:
        """Open, and check by what the FBI accepts, too."""
        return self.nistitl.read(data_of(path)).validate("fbi-ebts-10.0")

    def minutiae(self, path: str) -> object:
        """Open, and all minutiae as an array in pixels."""
        tx = self.nistitl.read(data_of(path))
        return tx[9][0].minutiae(**IMAGE)

    def minutiae_written(self, path: str) -> object:
        """Open, write an array of minutiae and one of ridge counts into the record, and the transaction."""
        tx = self.nistitl.read(data_of(path))
        record = tx[9][0]
        if path not in self.arrays:
            self.arrays[path] = record.minutiae(**IMAGE), record.ridge_counts()
        minutiae, counts = self.arrays[path]
        record.set_minutiae(minutiae, ridge_counts=counts, **IMAGE)
        return bytes(tx)


class Peer:
    """PyPI's nistitl 0.6."""

    def __init__(self) -> None:
        import nistitl

        self.nistitl: Any = nistitl
        self.parsed: dict[str, Any] = {}

    def open(self, path: str) -> object:
        """From bytes that are in memory."""
        message = self.nistitl.Message()
        message.parse(data_of(path))
        return message

    def open_path(self, path: str) -> object:
        """By path."""
        message = self.nistitl.Message()
        message.parse(Path(path).read_bytes())
        return message

    def decode(self, path: str) -> object:
        """Open, and touch every field of every record; of binary records it knows IDC and content only."""
        message = self.open(path)
        for record in message:  # type: ignore[attr-defined]
            if isinstance(record, self.nistitl.BinaryRecord):
                record.unpack("!B6sBHHB")
                continue
            for field in record._fields:
                field.value  # noqa: B018
        return message

    def write(self, path: str) -> object:
        """Open, and write."""
        return self.open(path).NIST  # type: ignore[attr-defined]

    def edit(self, path: str) -> object:
        """Open, change two fields of Type-2, write."""
        message = self.open(path)
        record = message[1]  # type: ignore[index]
        record._18 = "ROE,RICHARD"
        record._41 = "2 SIDE STREET"
        return message.NIST  # type: ignore[attr-defined]

    def validate(self, path: str) -> object:
        """It checks nothing: what it is measured by is its parsing."""
        return self.open(path)

    profile = validate

    def minutiae(self, path: str) -> object:
        """It has no arrays: what it is measured by is its parsing."""
        return self.open(path)

    def minutiae_written(self, path: str) -> object:
        """Write what was parsed before."""
        if path not in self.parsed:
            self.parsed[path] = self.open(path)
        return self.parsed[path].NIST


def timed(action: Callable[[str], object], path: str, times: int) -> list[float]:
    """The seconds of each of so many runs."""
    seconds = []
    for _ in range(times):
        start = perf_counter()
        made = action(path)
        seconds.append(perf_counter() - start)
        del made
    return seconds


def answer(library: Ours | Peer, asked: dict[str, Any]) -> Any:
    """What one line asks for."""
    if asked["do"] == "where":
        return library.nistitl.__file__
    if asked["do"] == "pass":  # the cost of having the bytes in one piece, to measure the ground
        return timed(lambda path: bytes(memoryview(data_of(path))), asked["path"], asked["times"])
    action = getattr(library, asked["do"])
    if asked.get("result"):
        made = action(asked["path"])
        return len(made) if isinstance(made, bytes) else None
    data_of(asked["path"])
    gc.collect()
    return timed(action, asked["path"], asked["times"])


def main() -> None:
    """Answer until there are no more lines."""
    library = Ours() if sys.argv[1] == "ours" else Peer()
    for line in sys.stdin:
        try:
            told = {"answer": answer(library, json.loads(line))}
        except Exception as error:  # the parent says what failed, and goes on
            told = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
