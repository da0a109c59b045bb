"""Record types and transactions as constructs, held to the lazy records: the same values, and the same bytes back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import construct
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nistitl
from nistitl.base.errors import ITLError
from nistitl.declare.values import Data
from nistitl.model.record import Record
from nistitl.records import DECLARED, record_class
from nistitl.records.type01 import Domain
from nistitl.records.type14 import Segment
from tests.support.samples import CORPUS, ROOT, small_transaction
from tests.support.strategies import fields, records

EXAMPLES = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
TENPRINT = (ROOT / "fixtures" / "tenprint-type14.eft").read_bytes()
FILES = [
    *sorted((ROOT / "fixtures").rglob("*.eft")),
    *(path for path in sorted(CORPUS.rglob("*")) if path.suffix in (".eft", ".an2", ".an2k", ".nist")),
]
MENDED = ("cnt-", "len-", "terminator-", "record-cut", "type1-damaged")  # by writing LEN, CNT and FS as they must be


def plain(parsed: Any) -> dict[str, Any]:
    """A container without the bytes it came from: all of it is written anew."""
    return {name: value for name, value in parsed.items() if not name.startswith("_")}


def assert_same_values(parsed: Any, record: Record) -> None:
    """The container says what the attributes of the record say, and more only where those are absent."""
    for number, element in record.elements.items():
        name = element.mnemonic
        value = getattr(record, name)
        told = parsed.get(name, element.value.absent)
        if isinstance(told, bytes):  # nothing, or no value of its field
            assert value == element.value.absent and told == bytes(record.raw(number) or b"")
        else:
            assert told == value and (type(told) is type(value) or isinstance(element.value, Data))


def fields_of(record: Record) -> dict[object, bytes]:
    return {key: bytes(record.raw(key) or b"") for key in record.keys() if key != 1}


@pytest.mark.parametrize("number", [*DECLARED, 23, 57, 97])
@EXAMPLES
@given(data=st.data())
def test_values_are_those_of_the_record(number: int, data: st.DataObject) -> None:
    record = data.draw(records(number))
    raw, charset, kind = bytes(record), record.context.charset, type(record)
    parsed = kind.construct.parse(raw, charset=charset)
    assert parsed.type == number
    assert_same_values(parsed, record)
    assert kind.construct.build(parsed, charset=charset) == raw
    assert kind.construct.build(plain(parsed), charset=charset) == raw


@pytest.mark.parametrize("number", DECLARED)
@EXAMPLES
@given(data=st.data())
def test_an_edit_gives_the_bytes_that_the_record_gives(number: int, data: st.DataObject) -> None:
    record = data.draw(records(number))
    charset, kind = record.context.charset, type(record)
    parsed = kind.construct.parse(bytes(record), charset=charset)
    editable = [element for n, element in record.elements.items() if n not in record.computed]
    element = data.draw(st.sampled_from(editable))
    value = data.draw(fields(element))
    setattr(record, element.mnemonic, value)
    parsed[element.mnemonic] = value
    assert kind.construct.build(parsed, charset=charset) == bytes(record)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_say_the_same_both_ways(path: Path) -> None:
    data = path.read_bytes()
    try:
        tx = nistitl.read(data)
    except ITLError:
        with pytest.raises(construct.ConstructError):
            nistitl.Transaction.construct.parse(data)
        return
    if tx.encoding != "traditional":
        with pytest.raises(construct.StreamError):
            nistitl.Transaction.construct.parse(data)
        return
    parsed = nistitl.Transaction.construct.parse(data)
    assert [one.type for one in parsed] == [record.type for record in tx]
    for one, record in zip(parsed, tx, strict=True):
        assert_same_values(one, record)
    built = nistitl.Transaction.construct.build(parsed)
    if not any(finding.code.startswith(MENDED) for finding in tx.framing_findings):
        assert built == data
    again = nistitl.read(built)
    assert not [f for f in again.framing_findings if f.code.startswith(("cnt-", "len-"))]
    for old, new in zip(tx, again, strict=True):
        kept = fields_of(old) if old.type != 1 else {k: v for k, v in fields_of(old).items() if k != 3}
        assert kept.items() <= fields_of(new).items()


def test_a_transaction_is_edited_as_a_list() -> None:
    tx = nistitl.read(TENPRINT)
    parsed = nistitl.Transaction.construct.parse(TENPRINT)
    assert nistitl.Transaction.construct.build(parsed) == TENPRINT
    at = next(at for at, one in enumerate(parsed) if one.type == 14)
    parsed[at].COM = "an edit"
    tx.records[at].COM = "an edit"
    assert nistitl.Transaction.construct.build(parsed) == bytes(tx)
    tx.remove(tx.records[5])
    del parsed[5]
    assert nistitl.Transaction.construct.build(parsed) == bytes(tx)
    made = nistitl.Transaction.construct.build([plain(one) for one in parsed])
    assert nistitl.read(made, policy="strict").header.CNT[0].CRC == len(parsed) - 1


def test_character_set_and_dictionary_are_those_of_type_1() -> None:
    made = nistitl.Transaction.new(
        TOT="CAR", DAI="D", ORI="O", TCN="C", DAT="20240101", VER="0502", charset="utf-8", DOM=Domain("NORAM", "10.0")
    )
    made.extend([nistitl.Type2(), nistitl.Type21(COM="Zoë")])
    made[2][0]["2.018"] = "DOE,JANE"
    made.profile = "fbi-ebts-10.0"
    whole = nistitl.Transaction.construct
    parsed = whole.parse(bytes(made), profile="fbi-ebts-10.0")
    assert parsed[1].NAM == made[2][0].NAM == "DOE,JANE" and parsed[2].COM == "Zoë"
    assert whole.parse(bytes(made), charset="latin-1")[2].COM == "ZoÃ«"
    parsed[1].NAM = made[2][0].NAM = "DOE,JOHN"
    parsed[2].COM = made[21][0].COM = "Zoé"
    assert whole.build(parsed, profile="fbi-ebts-10.0") == bytes(made)
    numbered = nistitl.Type2.construct.parse(bytes(made[2][0]))
    assert numbered["2.018"] == b"DOE,JOHN" and "NAM" not in numbered
    assert nistitl.Type2.construct.build({"IDC": 0, "2.018": "É"}, charset="utf-8").endswith("\x1d2.018:É\x1c".encode())


def test_inside_constructs_of_other_people() -> None:
    tx = nistitl.read(TENPRINT)
    one, other = (bytes(record) for record in tx[14][:2])
    kind = nistitl.Type14.construct
    framed = construct.Struct(
        "mark" / construct.Byte, "rec" / construct.Prefixed(construct.Int32ub, kind), "end" / construct.Byte
    )
    data = b"\x01" + len(one).to_bytes(4, "big") + one + b"\x02"
    parsed = framed.parse(data)
    assert (parsed.mark, parsed.rec.FGP, parsed.end) == (1, tx[14][0].FGP, 2) and framed.build(parsed) == data
    pair = construct.Sequence(nistitl.Type2.construct, kind, kind, construct.GreedyBytes)
    pieces = bytes(tx[2][0]) + one + other + b"rest"
    assert pair.parse(pieces)[1].FGP == tx[14][0].FGP and pair.parse(pieces)[3] == b"rest"
    assert pair.build(pair.parse(pieces)) == pieces
    named = construct.Struct("text" / nistitl.Type2.construct)
    assert named.parse(bytes(tx[2][0]), profile="fbi-ebts-10.0").text.NAM == "SYNTHETIC,PERSON A"
    every = construct.GreedyRange(kind)
    slaps = b"".join(bytes(record) for record in tx[14])
    assert len(every.parse(slaps)) == len(tx[14]) and every.build(every.parse(slaps)) == slaps
    binary = nistitl.read(small_transaction())[4][0]
    several = construct.Array(2, nistitl.Type4.construct)
    assert several.build(several.parse(bytes(binary) * 2)) == bytes(binary) * 2
    assert several.parse(bytes(binary) * 2)[1].HLL == 32
    inner = construct.Prefixed(construct.Int32ub, nistitl.Transaction.construct)
    whole = len(TENPRINT).to_bytes(4, "big") + TENPRINT
    assert inner.build(inner.parse(whole + b"more")) == whole
    text = construct.Struct("rec" / kind)
    accented = nistitl.Type14.construct.build({"IDC": 1, "COM": "é"}, charset="utf-8")
    assert (
        text.parse(accented, charset="utf-8").rec.COM == "é" and text.parse(accented, charset="latin-1").rec.COM == "Ã©"
    )


STRANGE = (
    b"\x1d14.2:07\x1d14.013:13\x1dno tag\x1d14.006:wide\x1d14.200:mine\x1e2\x1d9.013:foreign\x1d14.020:once"
    b"\x1d14.020:twice\x1d14.020:thrice\x1d\x1d14.007:00512\x1d14.021:\x1d14.008:9\x1d14.999:\x1c\x1d\x1e\x1f\x1c"
)


def test_nothing_is_lost() -> None:
    size = len(STRANGE) + len("14.001:000")
    data = b"14.001:%03d" % size + STRANGE
    kind = nistitl.Type14.construct
    parsed = kind.parse(data)
    assert plain(parsed) == {
        "type": 14, "LEN": size, "IDC": 7, "FGP": (13,), "": [b"no tag", b""], "HLL": b"wide",
        "14.200": b"mine\x1e2", "9.013": b"foreign", "COM": "once", "14.020": [b"twice", b"thrice"], "VLL": 512,
        "SEG": b"", "SLC": 9, "DATA": b"\x1c\x1d\x1e\x1f",
    }  # fmt: skip
    assert kind.build(parsed) == data
    parsed.COM = "new"
    built = kind.build(parsed)
    again = kind.parse(built)
    assert plain(again) == plain(parsed) | {"LEN": len(built)}
    for spelled in (b"\x1d14.2:07\x1d", b"\x1d14.006:wide\x1d", b"\x1d14.007:00512\x1d", b"\x1d14.008:9\x1d"):
        assert spelled in built
    del parsed["14.020"], parsed["_source"], parsed["SLC"]
    built = kind.build(parsed)
    assert b"thrice" not in built and b"14.007:512\x1d" in built and b"\x1d14.200:mine\x1e2\x1d" in built
    assert built.endswith(b"\x1d14.999:\x1c\x1d\x1e\x1f\x1c")
    with pytest.raises(construct.ValidationError, match="SLC"):
        kind.build(plain(parsed) | {"SLC": 9})


def test_bytes_that_belong_to_no_record_stay_where_they_are() -> None:
    whole, small = nistitl.Transaction.construct, small_transaction()
    ends = small.index(b"2.001:")
    strange = b"\n\n" + small[:ends] + b"\r\n" + small[ends:] + b"\n"
    parsed = whole.parse(strange)
    assert [one.type for one in parsed] == [1, 2, 4, 14] and whole.build(parsed) == strange
    parsed[1]["2.018"] = "NEW"
    tx = nistitl.read(strange)
    tx[2][0]["2.018"] = "NEW"
    assert whole.build(parsed) == bytes(tx)


def test_len_follows_whatever_it_was() -> None:
    kind = nistitl.Type14.construct
    for wrong in (b"14.001:5\x1d14.020:x\x1c", b"14.001:99999\x1d14.020:x\x1c", b"14.001:x\x1d14.020:x\x1c"):
        assert kind.build(kind.parse(wrong)) == b"14.001:19\x1d14.020:x\x1c"
    assert kind.build(kind.parse(b"14.020:x\x1c")) == b"14.001:19\x1d14.020:x\x1c"
    assert kind.build(kind.parse(b"14.01:00019\x1d14.20:x")) == b"14.01:00020\x1d14.20:x\x1c"
    four = bytes(nistitl.read(small_transaction())[4][0])
    assert nistitl.Type4.construct.build(nistitl.Type4.construct.parse(bytes(4) + four[4:])) == four


def test_errors_are_those_of_constructs() -> None:
    kind, whole = nistitl.Type14.construct, nistitl.Transaction.construct
    for raised, refused in (
        (construct.StreamError, lambda: kind.parse(b"")),
        (construct.StreamError, lambda: nistitl.Type4.construct.parse(b"")),
        (construct.StreamError, lambda: whole.parse(b"no transaction")),
        (construct.StreamError, lambda: whole.parse(b"")),
        (construct.ValidationError, lambda: kind.parse(b"15.001:20\x1d15.020:x\x1c")),
        (construct.ValidationError, lambda: kind.build({"HLL": 1})),
        (construct.ValidationError, lambda: kind.build({"SEG": 7})),
        (construct.ValidationError, lambda: kind.build({"WRONG": 1})),
        (construct.ValidationError, lambda: kind.build({200: b"1"})),
        (construct.ValidationError, lambda: kind.build({"14.200": 1})),
        (construct.ValidationError, lambda: kind.build({"14.200": b"\x1d"})),
        (construct.ValidationError, lambda: kind.build({"14.001": b"12"})),
        (construct.ValidationError, lambda: kind.build({"COM": "é"})),
        (construct.ValidationError, lambda: kind.build({"type": 15})),
        (construct.ValidationError, lambda: kind.build(None)),
        (construct.ValidationError, lambda: nistitl.Type4.construct.build({"IDC": 1, "4.200": b"1"})),
        (construct.ValidationError, lambda: nistitl.Type4.construct.build({"IDC": 1})),
        (construct.ValidationError, lambda: whole.build([])),
        (construct.ValidationError, lambda: whole.build([{"IDC": 1}])),
        (construct.ValidationError, lambda: whole.build({"type": 1})),
        (construct.ConstructError, lambda: kind.parse(b"14.001:20\x1d14.020:x\x1c", charset="no such set")),
        (construct.ConstructError, lambda: kind.parse(b"14.001:20\x1d14.020:x\x1c", profile="no such profile")),
    ):  # fmt: skip
        with pytest.raises(raised):
            refused()
    with pytest.raises(construct.ValidationError, match=r"rec -> SEG.*\n.*subfield 1: RHC"):
        construct.Struct("rec" / kind).build({"rec": {"SEG": (Segment(RHC="x"),)}})


@EXAMPLES
@given(st.data())
def test_damage_raises_nothing_foreign(data: st.DataObject) -> None:
    whole = bytearray(small_transaction())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"", b"\x1c", b"\x1d", b"\x1f", b"9"])
        )
    try:
        parsed = nistitl.Transaction.construct.parse(bytes(whole))
        built = nistitl.Transaction.construct.build(parsed)
    except construct.ConstructError:
        return
    again = nistitl.Transaction.construct.parse(built)
    assert [one.type for one in again] == [one.type for one in parsed]


def test_a_repr_withholds_values() -> None:
    parsed = nistitl.Transaction.construct.parse(small_transaction())
    told = repr(parsed) + str(parsed) + repr(parsed[1].copy()) + str(construct.Container(rec=parsed[1]))
    assert "PLANTED" not in told and "<Type-2: LEN IDC 2.003 2.018" in told and "<Type-14: LEN IDC IMP SRC" in told


def test_constructs_are_loaded_when_asked_for() -> None:
    code = (
        "import sys, nistitl; before = {n for n in sys.modules if 'construct' in n and n.startswith('nistitl')};"
        "nistitl.Transaction.construct; nistitl.Type14.construct; print(sorted(before))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_type_has_its_own() -> None:
    for number in range(1, 100):
        assert record_class(number).construct.kind is record_class(number)
