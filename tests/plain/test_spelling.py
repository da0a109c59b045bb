"""What `to_dict` leaves out and keeps: text stays editable, what is computed is spelled as its neighbours are."""

from __future__ import annotations

from typing import Any

import pytest

import nistitl
from nistitl.base.errors import StructureError
from tests.support.samples import ROOT, small_transaction

QUIRKS = ROOT / "fixtures" / "quirks"


def transaction(head: bytes, *records: bytes) -> bytes:
    """A Type-1 that begins with these fields (LEN computed, as wide as it is given), and other records."""
    tag, _, width = head.partition(b"=")
    width, _, rest = width.partition(b"\x1d")
    size = len(tag) + 1 + len(width) + 1 + len(rest) + 1
    return tag + b":" + str(size).zfill(len(width)).encode() + b"\x1d" + rest + b"\x1c" + b"".join(records)


def tags(plain: dict[str, Any], at: int = 0) -> list[str]:
    """The tags of a record in the JSON form."""
    return [field["tag"] for field in plain["records"][at]["fields"]]


TEXT = b"2.001:%02d\x1d2.002:0\x1d2.003:A\x1c"
TYPE2 = TEXT % len(TEXT % 0)
REST = b"1.002:0502\x1d1.003:%s\x1d1.004:CAR\x1d1.005:20200229\x1d1.007:DAI\x1d1.008:ORI\x1d1.009:TCN1"


def test_padding_of_len_and_of_idcs_is_told_and_cnt_is_computed() -> None:
    data = transaction(b"1.001=00000000\x1d" + REST % b"1\x1f1\x1e2\x1f00", TYPE2)
    plain = nistitl.read(data).to_dict()
    assert plain["records"][0]["len_digits"] == 8 and plain["records"][0]["idc_digits"] == 2
    assert "1.001" not in tags(plain) and "1.003" not in tags(plain)
    assert bytes(nistitl.Transaction.from_dict(plain)) == data
    plain["records"].append(plain["records"][1])
    edited = nistitl.Transaction.from_dict(plain)
    assert edited[1][0]["1.003"].raw == b"1\x1f2\x1e2\x1f00\x1e2\x1f00" and edited.findings == ()
    header = bytes(edited[1][0])
    assert header.startswith(b"1.001:%08d\x1d" % len(header))


@pytest.mark.parametrize(("name", "first"), [
    ("tags-two-digits.an2", b"1.01:"), ("tags-four-digits.an2", b"1.0001:"),
])  # fmt: skip
def test_computed_tags_are_spelled_as_the_others_are(name: str, first: bytes) -> None:
    tx = nistitl.read(QUIRKS / name)
    assert bytes(tx).startswith(first)
    plain = tx.to_dict()
    numbers = [int(tag.partition(".")[2]) for tag in tags(plain)]
    assert 1 not in numbers and 3 not in numbers
    assert bytes(nistitl.Transaction.from_dict(plain)) == bytes(tx)


@pytest.mark.parametrize(("name", "content"), [
    ("latin1-base64.an2", {"text": "SYNTHÉTIQUE,ÉLÈVE"}),
    ("latin1-plain.an2", {"subfields": [[{"base64": "AikxPVNZTlRIyVRJUVVFAw=="}]]}),
])  # fmt: skip
def test_text_that_would_be_spelled_otherwise_stays_bytes(name: str, content: dict[str, Any]) -> None:
    """A change of set inside a text is written in base-64; one that came without it is told by its bytes."""
    tx = nistitl.read(QUIRKS / name)
    plain = tx.to_dict()
    (told,) = [field for field in plain["records"][1]["fields"] if field["tag"] == "2.018"]
    assert told == {"tag": "2.018", **content}
    assert bytes(nistitl.Transaction.from_dict(plain)) == bytes(tx)


def test_a_field_of_another_type_announces_no_character_set() -> None:
    foreign = REST % b"1\x1f1\x1e2\x1f00" + b"\x1d2.015:3\x1fUTF-8\x1d1.016:N\xc3\xa4me"
    tx = nistitl.read(transaction(b"1.001=000\x1d" + foreign, TYPE2))
    plain = tx.to_dict()
    assert plain["charset"] == "utf-8", "which is read where nothing is announced"
    assert bytes(nistitl.Transaction.from_dict(plain)) == bytes(tx)


@pytest.mark.parametrize(("number", "width"), [(3, 1), (6, 2)])
def test_numbers_of_a_header_have_its_width(number: int, width: int) -> None:
    plain = nistitl.read(small_transaction()).to_dict()
    (field,) = [one for one in plain["records"][2]["fields"] if one["tag"] == f"4.{number:03d}"]
    tag = field["tag"]
    field.clear()
    field.update({"tag": tag, "number": 256**width - 1})
    assert nistitl.Transaction.from_dict(plain)[4][0].raw(number) == b"\xff" * width
    field["number"] += 1
    with pytest.raises(StructureError, match=rf"4\.{number:03d}"):
        nistitl.Transaction.from_dict(plain)
