"""One library in one process: told by a JSON line what to run how often, it answers with the seconds.

Run as `python worker.py ours|peer`; it imports nothing but the standard library and the library that it measures, and
tells by `where` which one that was. What an operation starts from (`given`) is made before the clock starts, anew for
each run, so that nothing kept from one run helps the next.
"""

from __future__ import annotations

import gc
import io
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.parsers.expat import ParserCreate

IMAGE = {"ppi": 500, "height": 2000}  # of which the minutiae are
MANY = 10_000  # transactions, all of one size, in the workloads whose names begin with "small"
BY_PATH = ("open_path", "decode_path")
FROM_DATA = ("open", "decode", "arrays", "validate", "profile", "minutiae")
FROM_XML = ("from_xml", "expat")  # of what conversion made
MINUTIAE_FIELDS = (12, 331, 333)  # what `arrays` gives as arrays
DATA: dict[str, bytes] = {}


def data_of(path: str) -> bytes:
    """The bytes of a file, read once."""
    if path not in DATA:
        DATA[path] = Path(path).read_bytes()
    return DATA[path]


def is_many(path: str) -> bool:
    """True for a workload of many transactions."""
    return Path(path).stem.startswith("small")


class Ours:
    """This library. An operation gets a list of open transactions, but for those that open them."""

    def __init__(self) -> None:
        import nistitl

        self.nistitl: Any = nistitl
        self.arrays_of: dict[str, Any] = {}
        self.xml_of: dict[str, bytes] = {}

    def given(self, do: str, path: str) -> Any:
        """What an operation starts from."""
        if do in BY_PATH:
            return path
        if do in FROM_DATA:
            return data_of(path)
        if do in FROM_XML:
            if path not in self.xml_of:
                self.xml_of[path] = bytes(self.nistitl.read(data_of(path)).convert("xml").transaction)
            return self.xml_of[path]
        large = len(data_of(path)) > 1 << 24
        opened = self.open_path(path) if large else self.open(data_of(path), is_many(path))
        if do == "join":
            return [[piece for record in tx for piece in record.pieces()] for tx in opened]
        if do == "minutiae_written":
            if path not in self.arrays_of:
                record = self.nistitl.read(data_of(path))[9][0]
                self.arrays_of[path] = record.minutiae(**IMAGE), record.ridge_counts()
            return opened, self.arrays_of[path]
        return opened

    def open(self, data: bytes, many: bool = False) -> list[Any]:
        """From bytes that are in memory."""
        return list(self.nistitl.read_many(data)) if many else [self.nistitl.read(data)]

    def open_path(self, path: str) -> list[Any]:
        """By path."""
        return [self.nistitl.read(path)]

    def decode(self, data: bytes, many: bool = False) -> object:
        """Open, and touch every field of every record."""
        return self._touched(self.open(data, many))

    def decode_path(self, path: str) -> object:
        """The same by path."""
        return self._touched(self.open_path(path))

    def _touched(self, opened: list[Any]) -> object:
        for tx in opened:
            for record in tx:
                if record.type == 2:
                    record.texts()
                for name in record._slots:
                    getattr(record, name)
        return opened

    def arrays(self, data: bytes) -> object:
        """Open, and touch every field; minutiae and ridge counts as arrays."""
        tx = self.nistitl.read(data)
        made = []
        for record in tx:
            if record.type == 2:
                record.texts()
            for name, (element, _) in record._slots.items():
                if record.type != 9 or element.number not in MINUTIAE_FIELDS:
                    getattr(record, name)
            if record.type == 9:
                made += [record.minutiae(**IMAGE), record.ridge_counts()]
        return tx, made

    def join(self, given: list[list[Any]]) -> object:
        """The physical limit of writing: one join of the record slices."""
        return [b"".join(pieces) for pieces in given]

    def summary(self, opened: list[Any]) -> object:
        """TOT, and type, IDC and position of every record."""
        return [
            (tx.TOT, [(r.type, r.idc, r.FGP if "FGP" in r._slots else None) for r in tx])
            for tx in opened
        ]  # fmt: skip

    def write(self, opened: list[Any]) -> object:
        """Write what was not touched."""
        return [bytes(tx) for tx in opened]

    def edit(self, opened: list[Any]) -> object:
        """Change two fields of Type-2, write."""
        written = []
        for tx in opened:
            record = tx[2][0]
            record["2.018"] = "ROE,RICHARD"
            record["2.041"] = "2 SIDE STREET"
            written.append(bytes(tx))
        return written

    def rebuild(self, opened: list[Any]) -> object:
        """Spell every field, LEN and separator of every record anew, write."""
        written = []
        for tx in opened:
            for record in tx:
                record.respell()
            written.append(bytes(tx))
        return written

    def validate(self, data: bytes) -> object:
        """Open, and check at levels 1 and 2."""
        return self.nistitl.read(data).validate()

    def profile(self, data: bytes) -> object:
        """Open, and check by what the FBI accepts, too."""
        return self.nistitl.read(data).validate("fbi-ebts-10.0")

    def xml(self, opened: list[Any]) -> object:
        """Convert to XML, write."""
        return [bytes(tx.convert("xml").transaction) for tx in opened]

    def from_xml(self, data: bytes) -> object:
        """Open the XML that conversion makes, and touch every field of every record."""
        return self._touched(self.open(data))

    def expat(self, data: bytes) -> object:
        """The limit of reading that XML in Python: the library's parser alone, with nothing to call."""
        return ParserCreate("utf-8").Parse(data, True)

    def images(self, opened: list[Any]) -> object:
        """Decode all images."""
        return [record.array for tx in opened for record in tx.images()]

    def minutiae(self, data: bytes) -> object:
        """Open, and all minutiae as an array in pixels."""
        return self.nistitl.read(data)[9][0].minutiae(**IMAGE)

    def minutiae_written(self, given: tuple[list[Any], Any]) -> object:
        """Write an array of minutiae and one of ridge counts into the record, and the transaction."""
        (tx,), (minutiae, counts) = given
        tx[9][0].set_minutiae(minutiae, ridge_counts=counts, **IMAGE)
        return [bytes(tx)]


class Peer:
    """PyPI's nistitl 0.6, and wsq 0.9 for images. It knows no transactions after one another: they are cut for it."""

    def __init__(self) -> None:
        import nistitl

        self.nistitl: Any = nistitl
        self.opened: dict[str, Any] = {}

    def given(self, do: str, path: str) -> Any:
        """What an operation starts from; what it has parsed once serves all writing, which leaves it as it is."""
        if do in BY_PATH:
            return path
        if do in FROM_DATA:
            return data_of(path)
        if do == "edit":
            return self.open(data_of(path), is_many(path))
        if path not in self.opened:
            self.opened = {path: self.open(data_of(path), is_many(path))}
        return self.opened[path]

    def open(self, data: bytes, many: bool = False) -> list[Any]:
        """From bytes that are in memory."""
        opened = []
        size = len(data) // MANY if many else len(data)
        for at in range(0, len(data), size):
            message = self.nistitl.Message()
            message.parse(data[at : at + size])
            opened.append(message)
        return opened

    def open_path(self, path: str) -> list[Any]:
        """By path."""
        return self.open(Path(path).read_bytes())

    def decode(self, data: bytes, many: bool = False) -> object:
        """Open, and touch every field of every record; of binary records it knows IDC and content only."""
        opened = self.open(data, many)
        for message in opened:
            for record in message:
                if isinstance(record, self.nistitl.BinaryRecord):
                    record.unpack("!B6sBHHB")
                    continue
                for field in record._fields:
                    field.value  # noqa: B018
        return opened

    def summary(self, opened: list[Any]) -> object:
        """TOT, and type and IDC of every record, position where it has a tag."""

        def of(record: Any, name: str) -> Any:
            try:
                return getattr(record, name)
            except self.nistitl.NistException:
                return None

        return [(message[0]._4, [(r.type, of(r, "_2"), of(r, "_13")) for r in message]) for message in opened]

    def write(self, opened: list[Any]) -> object:
        """Write."""
        return [message.NIST for message in opened]

    def edit(self, opened: list[Any]) -> object:
        """Change two fields of Type-2, write."""
        written = []
        for message in opened:
            record = message[1]
            record._18 = "ROE,RICHARD"
            record._41 = "2 SIDE STREET"
            written.append(message.NIST)
        return written

    def images(self, opened: list[Any]) -> object:
        """Decode all images: with Pillow, and wsq for those that are WSQ."""
        import wsq  # noqa: F401
        from PIL import Image

        found = [record._999 for message in opened for record in message if record.type == 14]
        return [Image.open(io.BytesIO(image)).load() for image in found]


def timed(library: Ours | Peer, do: str, path: str, times: int) -> list[float]:
    """The seconds of each of so many runs."""
    action = getattr(library, do)
    arguments = (True,) if do in ("open", "decode") and is_many(path) else ()
    seconds = []
    for _ in range(times):
        given = library.given(do, path)
        start = perf_counter()
        made = action(given, *arguments)
        seconds.append(perf_counter() - start)
        del made, given
    return seconds


def answer(library: Ours | Peer, asked: dict[str, Any]) -> Any:
    """What one line asks for."""
    if asked["do"] == "where":
        return library.nistitl.__file__
    if asked.get("result"):
        made = getattr(library, asked["do"])(library.given(asked["do"], asked["path"]))
        return sum(map(len, made))
    gc.collect()
    return timed(library, asked["do"], asked["path"], asked["times"])


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
