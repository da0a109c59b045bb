"""Each door of the house, used by an outside package that was installed for the test."""

from __future__ import annotations

import io
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.base import plugins
from nistitl.cli import main
from tests.support.samples import small_transaction

Offer = Callable[[str, str], None]


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offer]:
    """A function that installs the module `outside` with this source, and its entry points."""

    def installed(source: str, entry_points: str) -> None:
        (tmp_path / "outside.py").write_text(source)
        info = tmp_path / "outside-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(entry_points)
        sys.path.insert(0, str(tmp_path))
        plugins.forget()

    monkeypatch.setattr(sys, "path", [*sys.path])
    yield installed
    monkeypatch.undo()
    sys.modules.pop("outside", None)
    plugins.forget()


# -- encodings --------------------------------------------------------------------------------

LINES = '''
"""An encoding: a line for each record, of its type and its fields, NUMBER=CONTENT in hexadecimal digits."""

from functools import partial

from nistitl.base.errors import ReadError
from nistitl.model.context import Backing, Encoded, Encoding, Framed
from nistitl.model.opening import opened
from nistitl.model.traditional import tagged_fields
from nistitl.wire.fields import Fields
from nistitl.wire.framing import Framing

MARK = b"#LINES\\n"


class Lines(Backing):
    encoding = "lines"
    title = "lines of digits"

    def __init__(self, data, context):
        self.data, self.context, self.is_input = data, context, True

    def split(self, record, start, end):
        pairs = [word.split(b"=") for word in self.data[start:end].split()[1:]]
        raws = {int(number): bytes.fromhex(content.decode()) for number, content in pairs}
        if not record.binary:
            return tagged_fields(record, raws) if end else Fields.of([], {})
        if raws:
            raws[1] = (4 + sum(map(len, raws.values()))).to_bytes(4, "big")
        return Fields([raws[number] for number in record.elements if raws], record.header_layout, b"", 0)

    def span(self, record, key, subfield, item):
        start, end = record.origin[1:]
        at = self.data.find(b" %d=" % key, start, end)
        return None if at < 0 else (at + 1, self.data.find(b" ", at + 1, end) - at - 1)

    def respell(self, record):
        return [line_of(record)]

    def untouched(self, start, end):
        return memoryview(self.data)[start:end]

    def rebased(self, context):
        return Lines(self.data, context)

    def again(self):
        return partial(Lines, self.data)

    def detached(self, start, end, *, is_input):
        return partial(Lines, bytes(self.data[start:end])), start

    def adopted(self, record, context):
        record.rebuild(Lines(b"", context))


def line_of(record):
    words = [b"%d=%s" % (key, bytes(record.raw(key)).hex().encode()) for key in record.keys() if key != 1]
    return b"%d %b\\n" % (record.type, b" ".join(words))


class LinesEncoding(Encoding):
    name = "lines"
    suffixes = (".lines",)
    vocabularies = ()
    charset = None
    counts_records = False

    def recognises(self, data):
        return data[:7] == MARK

    def frame(self, data):
        spans, at = [], len(MARK)
        while at < len(data):
            end = data.find(b"\\n", at) + 1 or len(data)
            spans.append((int(data[at:end].split()[0]), at, end))
            at = end
        if not spans:
            raise ReadError("no line follows the mark")
        return Framed(partial(Lines, data), Framing(spans, spans[0][1], at), (0, len(data)))

    def encode(self, tx, vocabulary):
        data = MARK + b"".join(map(line_of, tx))
        return Encoded(opened(type(tx), self, self.frame(data), "tolerant"), list(range(len(tx))), [])


LINES = LinesEncoding()
'''


@pytest.fixture
def lines(offer: Offer) -> bytes:
    """The small transaction in an encoding that another package brought."""
    offer(LINES, "[nistitl.encodings]\nlines = outside:LINES\n")
    return bytes(nistitl.read(small_transaction()).convert("lines").transaction)


def test_an_encoding_of_another_package_is_recognised_and_read(lines: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(lines)
    assert lines.startswith(b"#LINES\n1 2=30353032 ")
    for tx in (nistitl.read(lines), nistitl.read(tmp_path / "a"), nistitl.read(io.BytesIO(lines))):
        assert (tx.encoding, tx.vocabulary, tx.TOT, [record.type for record in tx]) == (
            "lines",
            None,
            "CAR",
            [1, 2, 4, 14],
        )
        assert tx.findings == () and bytes(tx) == lines
        there, here = tx[14][0], nistitl.read(small_transaction())[14][0]
        assert (there.LEN, there.FGP, there.SEG, there.COM) == (here.LEN, here.FGP, here.SEG, "a comment")
        assert bytes(tx[4][0].DATA) == bytes(nistitl.read(small_transaction())[4][0].DATA)
    assert [bytes(tx) for tx in nistitl.read_many(lines)] == [lines]


def test_an_edit_is_written_in_the_encoding_of_another_package(lines: bytes) -> None:
    tx = nistitl.read(lines)
    tx[14][0].COM = "another"
    assert bytes(tx) == lines.replace(b"a comment".hex().encode(), b"another".hex().encode())
    tx.append(nistitl.Type2())
    tx.remove(tx[4][0])
    again = nistitl.read(bytes(tx))
    assert [record.type for record in again] == [1, 2, 14, 2] and again[2][1].idc == 3
    assert again.header is not None and again.header["1.003"].text == "1\x1f3\x1e2\x1f0\x1e14\x1f2\x1e2\x1f3"
    for twin in (tx.copy(), pickle.loads(pickle.dumps(tx))):
        assert bytes(twin) == bytes(tx) and twin.encoding == "lines"


def test_places_strictness_and_repair_hold_for_the_encoding_of_another_package(lines: bytes) -> None:
    offset, length = nistitl.read(lines)[14][0]["14.013"].span or (0, 0)
    assert lines[offset : offset + length] == b"13=" + b"13".hex().encode()
    wrong = lines.replace(b"1\x1f3\x1e".hex().encode(), b"1\x1f4\x1e".hex().encode())
    assert [finding.code for finding in nistitl.read(wrong).findings] == ["cnt-count"]
    with pytest.raises(nistitl.ReadError, match="CNT counts 4 records"):
        nistitl.read(wrong, policy="strict")
    assert bytes(nistitl.read(wrong, policy="repair")) == bytes(nistitl.read(lines, policy="strict")) == lines


def test_the_encoding_of_another_package_is_converted_both_ways(lines: bytes, tmp_path: Path) -> None:
    back = nistitl.read(lines).convert("traditional")
    assert bytes(back.transaction) == small_transaction() and back.losses == ()
    xml = nistitl.read(small_transaction()).convert("xml").transaction
    assert bytes(xml.convert("lines").transaction) == lines
    assert bytes(nistitl.read(lines).convert("xml").transaction) == bytes(xml)
    nistitl.read(small_transaction()).write(tmp_path / "out", encoding="lines")
    assert (tmp_path / "out").read_bytes() == lines
    with pytest.raises(nistitl.ITLError, match="known: traditional, xml, lines"):
        nistitl.read(lines).convert("nobody's")


def test_plain_values_of_the_encoding_of_another_package(lines: bytes, tmp_path: Path) -> None:
    from nistitl.plain.folder import unpack

    plain = nistitl.read(lines).to_dict()
    assert plain["encoding"] == "lines" and bytes(nistitl.Transaction.from_dict(plain)) == small_transaction()
    with pytest.raises(nistitl.ITLError, match="convert it first"):
        unpack(nistitl.read(lines), tmp_path / "folder")


def test_commands_take_the_encoding_of_another_package(lines: bytes, tmp_path: Path, capsys: Any) -> None:
    file, there, back = tmp_path / "a", tmp_path / "b.lines", tmp_path / "c"
    file.write_bytes(lines)

    def run(*arguments: object) -> str:
        assert main([str(argument) for argument in arguments]) == 0
        return str(capsys.readouterr().out)

    assert " of lines of digits, VER 0502 (ANSI/NIST-ITL" in run("info", file)
    assert json.loads(run("info", "--json", file))[0]["encoding"] == "lines"
    assert (
        "lines of digits, 4 records, " in run("convert", xml_of(lines, tmp_path), there) and there.read_bytes() == lines
    )
    assert "c: traditional, 4 records, " in run("convert", there, back) and back.read_bytes() == small_transaction()
    assert "lines of digits" in run("convert", back, there, "--to", "lines") and there.read_bytes() == lines
    assert "a comment" in run("show", file, "14.020")
    run("set", file, "14.020=another", "-o", there)
    assert nistitl.read(there).encoding == "lines" and nistitl.read(there)[14][0].COM == "another"
    run("unpack", file, tmp_path / "folder")
    run("pack", tmp_path / "folder", back)
    assert back.read_bytes() == small_transaction()


def xml_of(data: bytes, folder: Path) -> Path:
    path = folder / "in.xml"
    nistitl.read(data).write(path, encoding="xml")
    return path


def test_an_encoding_that_cannot_be_loaded_hinders_no_other(offer: Offer) -> None:
    offer(LINES, "[nistitl.encodings]\nbroken = outside:NOTHING\nlines = outside:LINES\n")
    assert nistitl.read(b"#LINES\n1 2=30353032\n").encoding == "lines"
    with pytest.raises(nistitl.MissingDependency, match="outside:NOTHING"):
        nistitl.read(small_transaction()).convert("broken")


def test_reading_the_traditional_encoding_loads_no_other() -> None:
    from tests.house.test_house import run

    data = small_transaction()
    code = f"import sys, nistitl; tx = nistitl.read({data!r}); bytes(tx); tx.findings; tx.to_dict()\n"
    assert run(code + "print([name for name in sys.modules if name.startswith('nistitl.xml')])") == "[]\n"


def test_what_an_encoding_changes_is_lost_and_the_status_says_so(offer: Offer, tmp_path: Path, capsys: Any) -> None:
    garbling = LINES.replace("bytes(record.raw(key)).hex()", "bytes(record.raw(key)).replace(b'comment', b'').hex()")
    assert garbling != LINES
    offer(garbling, "[nistitl.encodings]\nlines = outside:LINES\n")
    conversion = nistitl.read(small_transaction()).convert("lines")
    (loss,) = conversion.lost
    assert (loss.code, loss.location.record, loss.location.field) == ("conversion-changed", 3, 20)
    (tmp_path / "in").write_bytes(small_transaction())
    assert main(["convert", str(tmp_path / "in"), str(tmp_path / "out.lines")]) == 1
    out, err = capsys.readouterr()
    assert "1 loss" in out and "conversion-changed" in err
