"""Real files: every one goes through byte for byte, every planted defect is named at its byte."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.plain.folder import pack, unpack

BAD = "valakkapeddi__fingerprints/an2k/data/bad/"

# what NBIS broke in each of its files whose fault is structural: first finding, and the byte where it is
BROKEN = {
    "a001-extra-byte.an2": ("bytes-after", 676042),
    "a001-extra-cnt.an2": ("cnt-missing-record", 116),
    "a001-headless.an2": ("type1-missing", 0),
    "a001-missing-cnt.an2": ("cnt-count", 29),
    "a001-t1-len+1.an2": ("len-wrong", 6),
    "a001-t1-len-fid-null-0.an2": ("type1-damaged", 0),
    "a001-t1-term-del-223.an2": ("terminator-missing", 222),
    "a001-t1-term-trunc-222.an2": ("terminator-missing", 222),
    "a001-t14-data-trunc-999.an2": ("record-cut", 999),
    "a001-t14-len-1.an2": ("len-wrong", 230),
    "a001-t14-len-fid-trunc-224.an2": ("cnt-missing-record", 223),
    "a001-t14-len-val-null-231.an2": ("len-unreadable", 230),
    "a001-t14-term-null-42723.an2": ("terminator-wrong", 42722),
    "vxt1-len-id-too-big.an2": ("type1-damaged", 2),
}
UNREADABLE = {"empty.an2": ("input-empty", 0), "vxt1-len-type-eof.an2": ("input-cut", 1)}


def readable(corpus: Path, index: list[dict[str, Any]]) -> list[tuple[str, bytes, nistitl.Transaction, bool]]:
    """Name, bytes and transaction of every file that is one, and whether its source calls it broken."""
    found = []
    for row in index:
        data = (corpus / row["file"]).read_bytes()
        try:
            tx = nistitl.read(data)
        except nistitl.ITLError as error:
            broken = "broken" in row["validity"] or "broken" in row["encoding"]
            assert broken or row["encoding"] != "traditional", f"{row['file']}: {error}"
            continue
        found.append((row["file"], data, tx, row["validity"] != "valid"))
    return found


@pytest.fixture(scope="module")
def files(corpus: Path, corpus_index: list[dict[str, Any]]) -> list[tuple[str, bytes, nistitl.Transaction, bool]]:
    return readable(corpus, corpus_index)


@pytest.fixture(scope="module")
def traditional(files: Any) -> list[tuple[str, bytes, nistitl.Transaction, bool]]:
    """Those in the traditional encoding; what is only so of XML is told in `test_xml_corpus.py`."""
    found = [row for row in files if row[2].encoding == "traditional"]
    assert 100 < len(found) < len(files)
    return found


def test_untouched_files_are_written_as_they_were(files: Any) -> None:
    assert len(files) > 100
    assert [name for name, data, tx, _ in files if bytes(tx) != data] == []


def test_valid_files_have_no_findings(traditional: Any) -> None:
    found = {name.rpartition("/")[2]: {f.code for f in tx.findings} for name, _, tx, odd in traditional if not odd}
    assert {name: codes for name, codes in found.items() if codes} == {}


def test_respelled_records_are_the_same_bytes(files: Any) -> None:
    """Not only slices: every record is taken apart and put together again."""
    for name, data, _, odd in files:
        if odd:
            continue
        tx = nistitl.read(data)
        for record in tx:
            record.respell()
        assert bytes(tx) == data, name


def test_copies_pickles_and_json_are_the_same_bytes(files: Any) -> None:
    for name, data, tx, _ in files:
        assert bytes(tx.copy()) == data, name
        assert bytes(pickle.loads(pickle.dumps(tx))) == data, name
        if tx.encoding == "xml":
            assert tx.to_dict("reference")["encoding"] == "xml"
            continue
        assert bytes(nistitl.Transaction.from_dict(json.loads(json.dumps(tx.to_dict())))) == data, name


def test_unpack_then_pack_is_the_same_bytes(traditional: Any, tmp_path: Path) -> None:
    for at, (name, data, tx, _) in enumerate(traditional):
        unpack(tx, tmp_path / str(at))
        assert pack(tmp_path / str(at)) == data, name


def test_repaired_files_read_strictly(files: Any) -> None:
    for name, data, tx, _ in files:
        repaired = nistitl.read(data, policy="repair")
        if repaired.unmended:  # a tag of another record, or one that stands twice
            with pytest.raises(nistitl.ReadError, match=repaired.unmended[0].code):
                nistitl.read(bytes(repaired), policy="strict")
            continue
        again = nistitl.read(bytes(repaired), policy="strict")
        assert len(again) >= len(tx), name
        if not repaired.repairs:
            assert bytes(repaired) == data, name
        images = [bytes(r["DATA"].raw) for r in tx if "DATA" in r.mnemonics() and "DATA" in r]
        assert images == [bytes(r["DATA"].raw) for r in again if "DATA" in r.mnemonics() and "DATA" in r], name


def test_one_edit_leaves_every_other_byte(traditional: Any) -> None:
    for name, data, _, odd in traditional:
        tx = nistitl.read(data)
        if odd or tx.header is None:
            continue
        record = tx.records[-1]
        start, end = record.origin[1:]
        record[f"{record.type}.002"] = record.idc
        assert bytes(tx)[:start] == data[:start] and bytes(tx)[end:] == data[end:], name


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_planted_defects_are_named_at_their_byte(corpus: Path, name: str) -> None:
    data = (corpus / BAD / name).read_bytes()
    code, offset = BROKEN[name]
    first = nistitl.read(data).findings[0]
    assert (first.code, first.location.offset) == (code, offset)
    with pytest.raises(nistitl.ReadError) as raised:
        nistitl.read(data, policy="strict")
    assert raised.value.location is not None and raised.value.location.offset == offset


@pytest.mark.parametrize("name", sorted(UNREADABLE))
@pytest.mark.parametrize("policy", ["tolerant", "strict", "repair"])
def test_what_is_no_transaction_says_so(corpus: Path, name: str, policy: Any) -> None:
    with pytest.raises(nistitl.ReadError) as raised:
        nistitl.read((corpus / BAD / name).read_bytes(), policy=policy)
    assert raised.value.finding is not None and raised.value.location is not None
    assert (raised.value.finding.code, raised.value.location.offset) == UNREADABLE[name]


def test_nothing_but_our_own_error(corpus: Path) -> None:
    for path in corpus.rglob("*"):
        if path.is_file():
            try:
                tx = nistitl.read(path)
            except nistitl.ITLError:
                continue
            assert list(tx.findings) is not None
