"""Edits of XML transactions: what is asked for changes and nothing else, in linear time."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest

import nistitl
from tests.support.growing import check_ratio
from tests.support.samples import ROOT

FIXTURES = sorted((ROOT / "fixtures" / "records").glob("*-0502.an2"))
OPEN = (
    '<i:NISTBiometricInformationExchangePackage xmlns:i="http://biometrics.nist.gov/standard/2011" '
    'xmlns:ext="http://niem.gov/niem/biometrics/1.0" xmlns:nc="http://niem.gov/niem/niem-core/2.0">'
)
FIRST = (
    "<i:PackageInformationRecord><ext:RecordCategoryCode>01</ext:RecordCategoryCode><ext:Transaction>"
    "<ext:TransactionCategoryCode>CAR</ext:TransactionCategoryCode></ext:Transaction></i:PackageInformationRecord>"
)
FINGER = (
    "<i:PackageFingerprintImageRecord><!-- kept --><ext:RecordCategoryCode>14</ext:RecordCategoryCode>"
    "<ext:FingerImpressionImage><nc:BinaryBase64Object>{}</nc:BinaryBase64Object></ext:FingerImpressionImage>"
    "</i:PackageFingerprintImageRecord>"
)


def document(content: str = "AAEC") -> str:
    """A document without blanks whose prefixes are not the usual ones; `ext` is another namespace's."""
    return OPEN + FIRST + FINGER.format(content) + "</i:NISTBiometricInformationExchangePackage>"


def said(tx: nistitl.Transaction) -> list[dict[Any, bytes]]:
    """The fields of each record, without the separators of empty items."""
    return [{key: re.sub(rb"\x1f+(?=\x1e|$)", b"", bytes(r.raw(key) or b"")) for key in r.keys()[1:]} for r in tx]


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_field_by_itself(path: Path, vocabulary: Any) -> None:
    tx = nistitl.read(path).convert("xml", vocabulary).transaction
    source, before = bytes(tx), said(tx)
    for at, record in enumerate(tx):
        for key in [] if record.binary else record.keys():
            if not isinstance(key, int) or key in record.computed or (key == 2 and record.type > 1):
                continue
            raw = bytes(record.raw(key) or b"")
            same, other, gone = tx.copy(), tx.copy(), tx.copy()
            same.records[at].put(key, raw)
            assert bytes(same) == source
            gone.records[at].put(key, None)
            left = said(nistitl.read(bytes(gone)))
            assert left == [{k: v for k, v in f.items() if (n, k) != (at, key)} for n, f in enumerate(before)]
            value = b" <a>&\"'\t\n\r b " if record.type > 1 else raw
            other.records[at].put(key, value)
            changed = [dict(fields) for fields in before]
            changed[at][key] = value if record.type > 1 else before[at][key]
            assert said(nistitl.read(bytes(other))) == changed


@pytest.mark.parametrize("value", [b"0502\x1e0502", b"x", b"\x01"])
def test_what_type1_cannot_say_is_refused(value: bytes) -> None:
    tx = nistitl.read(document().encode())
    assert tx.header is not None
    tx.header.put(4, b"a\x1eb" if value == b"x" else value)
    with pytest.raises(nistitl.FieldError, match="cannot be said"):
        bytes(tx)


def test_prefixes_that_mean_something_else() -> None:
    tx = nistitl.read(document().encode())
    tx[14][0]["14.200"] = "<&>"
    tx[14][0]["14.201"] = b"\x01\xff"
    written = bytes(tx)
    assert b"<!-- kept -->" in written
    again = nistitl.read(written)
    assert (bytes(again[14][0].raw(200) or b""), bytes(again[14][0].raw(201) or b"")) == (b"<&>", b"\x01\xff")
    assert bytes(again[14][0].DATA or b"") == b"\0\1\2"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "iso-8859-1", "utf-8-sig"])
def test_encodings(encoding: str) -> None:
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>' if encoding[:3] == "iso" else ""
    mark = "\ufeff" if encoding[:6] == "utf-16" else ""
    source = (mark + head + document()).encode(encoding)
    tx = nistitl.read(source)
    assert bytes(tx) == source
    tx[14][0]["14.200"] = "é漢"
    again = nistitl.read(bytes(tx))
    assert again[14][0]["14.200"].text == "é漢"
    assert bytes(again)[:8] == source[:8]


@pytest.mark.parametrize("content", ["A<!-- x -->AEC", "AA&#13;\nEC", "<![CDATA[AAEC]]>", " AAEC\r\n"])
def test_base64_as_xml_may_spell_it(content: str) -> None:
    tx = nistitl.read(document(content).encode())
    assert bytes(tx[14][0].DATA or b"") == b"\0\1\2"
    assert not [finding for finding in tx.findings if finding.code == "base64-malformed"]


def test_lines_that_end_in_two_bytes() -> None:
    tx = nistitl.read((ROOT / "fixtures" / "latent.eft").read_bytes()).convert("xml").transaction
    tx = nistitl.read(bytes(tx).replace(b"\n", b"\r\n"))
    tx[2][0]["2.777"] = "x"
    assert re.search(rb"(?<!\r)\n", bytes(tx)) is None


def test_len_of_an_edited_record() -> None:
    tx = nistitl.read(document().encode())
    record = tx[14][0]
    before = record.LEN
    record["14.020"] = "ABC"
    assert record.LEN == before + len("14.020:ABC\x1d")


def test_a_pickled_record_holds_no_other() -> None:
    tx = nistitl.read(document().replace("CAR", "SECRET").encode())
    pickled = pickle.dumps(tx[14][0])
    assert b"SECRET" not in pickled
    assert pickle.loads(pickled) == tx[14][0]
    assert bytes(pickle.loads(pickle.dumps(tx))) == bytes(tx)


def test_count_follows_records_that_are_left_out() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "records" / "type03-0400.an2")
    converted = tx.convert("xml")
    assert {loss.code for loss in converted.losses} >= {"record-unsayable"} or len(converted.transaction) < len(tx)
    assert not [f for f in converted.transaction.findings if f.code.startswith("cnt")]


def test_bytes_outside_the_set_come_back() -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", charset="utf-16")
    text = nistitl.Type2()
    text["2.300"] = "Жук"
    tx.append(text)
    tx[2][0].put(301, b"a\x01b")
    made = tx.convert("xml").transaction
    assert made[2][0]["2.300"].text == "Жук"
    assert bytes(made[2][0].raw(301) or b"") == b"a\x01b"


def minutiae(n: int) -> nistitl.Transaction:
    """A Type-9 of n EFS minutiae, in XML."""
    tx = nistitl.Transaction.new(TOT="LFFS", DAI="D", ORI="O", TCN="T")
    record = nistitl.Type9(IDC=1)
    record.put(331, b"\x1e".join(b"%d\x1f2\x1f45\x1fE\x1f5\x1f10" % at for at in range(n)))
    tx.append(record)
    return tx.convert("xml").transaction


def edit(tx: nistitl.Transaction) -> None:
    """More subfields, fewer, wrong ones, none; and the findings of each."""
    raw = bytes(tx[9][0].raw(331) or b"")
    for new in (raw + b"\x1e" + raw, raw[: len(raw) // 2], raw.replace(b"45", b"xx"), None):
        twin = tx.copy()
        twin[9][0].put(331, new)
        assert nistitl.read(bytes(twin)).findings is not None


def test_time_of_edits_is_linear() -> None:
    few, many = minutiae(150), minutiae(1200)
    check_ratio(lambda: edit(few), lambda: edit(many), 25, 0.02)
