"""What a change of encoding leaves out is told: pieces that are no field of a record, and bytes beside the records."""

from __future__ import annotations

import pytest

import nistitl
from tests.support.spelled import header, tagged

TYPE_2 = [(2, b"0"), (18, b"DOE,JANE")]
PLAIN = header([(2, b"0")]) + tagged(2, TYPE_2)
UNTAGGED, TWICE = (
    header([(2, b"0")]) + tagged(2, [*TYPE_2, (19, b"ALIAS\x1dTORN OFF")]),
    header([(2, b"0")]) + tagged(2, [*TYPE_2, (18, b"ROE,RICHARD")]),
)


def told(data: bytes) -> list[tuple[str, str]]:
    losses = nistitl.read(data).convert("xml").losses
    return [(one.code, one.location.path) for one in losses if one.code != "conversion-spelling"]


def test_pieces_that_are_no_field_are_told_one_by_one() -> None:
    assert told(PLAIN) == []
    assert told(UNTAGGED) == [("xml-field-unsayable", "")]
    assert told(TWICE) == [("xml-field-unsayable", "2.018")]
    assert told(b"\0" + PLAIN[1:]) == [("xml-field-unsayable", "")]  # a first tag that is none
    both = header([(2, b"0")]) + tagged(2, [*TYPE_2, (18, b"ROE"), (18, b"POE\x1dTORN")])
    assert told(both) == [("xml-field-unsayable", path) for path in ("2.018", "2.018", "")]


@pytest.mark.parametrize(("data", "path"), [(UNTAGGED, ""), (TWICE, "2.018")])
def test_an_edited_record_tells_them_too(data: bytes, path: str) -> None:
    tx = nistitl.read(data)
    tx[2][0]["2.020"] = "PLACE"
    lost = tx.convert("xml").lost
    assert [(one.code, one.location.path) for one in lost] == [("xml-field-unsayable", path)]
    assert [one.path for one in tx.diff(tx.convert("xml").transaction).fields] == [path]


def test_a_field_that_stood_twice_and_went_is_not_told() -> None:
    tx = nistitl.read(TWICE)
    del tx[2][0]["2.018"]
    conversion = tx.convert("xml")
    assert conversion.lost == () and tx.diff(conversion.transaction).same_meaning
    assert not tx.diff(nistitl.read(bytes(tx)))


@pytest.mark.parametrize(
    ("data", "code", "lost"),
    [
        (PLAIN + b"APPENDED", "bytes-after", True),
        (PLAIN + PLAIN, "bytes-after", True),
        (PLAIN + b"\r\n", "bytes-after", False),
        (b"HEADER" + PLAIN, "bytes-before", True),
        (header([(2, b"0")]) + b"BETWEEN" + tagged(2, TYPE_2), "bytes-between", True),
        (header([(2, b"0")]) + b"\r\n" + tagged(2, TYPE_2), "bytes-between", False),
    ],
    ids=["after", "another", "line end", "before", "between", "line end between"],
)
def test_bytes_beside_the_records_are_told(data: bytes, code: str, lost: bool) -> None:
    conversion = nistitl.read(data).convert("xml")
    assert [one.code for one in conversion.losses] == [code]
    assert [one.code for one in conversion.lost] == [code] * lost
    (finding,) = conversion.losses
    assert f"{len(data) - len(PLAIN)} bytes" in finding.message
