"""A difference as text, plain values and HTML: everything in its place, nothing of a person unless asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest

import nistitl
from nistitl.exchange.comparing.difference import Difference
from nistitl.pages.difference import difference_dict, difference_html, difference_page, difference_text, lines_of
from tests.support.samples import ROOT, small_transaction

HOSTILE = "<script>alert(1)</script>\x1b[31m"


@pytest.fixture
def difference() -> Difference:
    """A hostile name, another subfield and item, an image with other bits, one that does not decode; a move."""
    tx: Any = nistitl.read(small_transaction())
    edited: Any = nistitl.read(small_transaction())
    edited[2][0]["2.018"].raw = HOSTILE.encode()
    edited[14][0].insert("14.021.1", ("9", "1", "2", "3", "4"))
    edited[14][0]["14.021.2.3"] = 12
    data = bytearray(edited[14][0].DATA)
    data[7] ^= 1
    edited[14][0].DATA = bytes(data)
    edited[4][0].DATA = b"\xff\xa0 cut"
    edited[4][0].CGA = 1
    found: Difference = tx.diff(edited)
    return found


def test_text_is_in_order_of_the_records(difference: Difference) -> None:
    assert list(difference_text(difference)) == [
        "Record 1: Type-2 User-defined descriptive text, IDC 0",
        "  ~ 2.018: changed",
        "Record 2: Type-4 High-resolution grayscale fingerprint image, IDC 1",
        *[line for line in difference_text(difference) if line.startswith("  ~ 4.")],
        "Record 3: Type-14 Fingerprint image, IDC 2",
        "  + 14.021.1: SEG Finger segment position added",
        "  ~ 14.021.1.3 -> 14.021.2.3: RHC right horizontal coordinate changed",
        *[line for line in difference_text(difference) if line.startswith("  ~ 14.999")],
        "4 fields, 2 images",
    ]
    assert len([line for line in difference_text(difference) if "pixels not compared: after: " in line]) == 1


def test_nothing_is_shown_unless_asked_for(difference: Difference) -> None:
    plain = "\n".join(difference_text(difference)) + str(difference_dict(difference))
    plain += "".join(difference_html(difference))
    assert not [word for word in ("PLANTED", "alert", "data:image") if word in plain]
    assert not [line for line in lines_of(difference) if (line.before or line.after) and "image" not in line.what]
    told = str(difference_dict(difference, values=True))
    assert "PLANTED,NAME" in told and "alert" in told


def test_what_is_hostile_is_escaped(difference: Difference) -> None:
    page = difference_page(difference, "<b>.eft", "b.eft", values=True)
    assert "<script" not in page and "&lt;script&gt;" in page and "<b>.eft" not in page and "\x1b" not in page
    assert not [line for line in difference_text(difference, values=True) if "\x1b" in line]
    assert not re.search(r"(?:src|href)=\"(?!data:|#)|@import|url\(", page)


def test_pictures_stand_side_by_side_or_their_reason(difference: Difference) -> None:
    page = "".join(difference_html(difference, values=True))
    assert page.count("<figure") == 4 and page.count("data:image/png;base64,") == 3
    assert page.count('class="error">does not decode: ') == 1
    assert re.findall(r"<figcaption>(\w+)", page) == ["before", "after"] * 2


def test_minutiae_and_moves_are_told() -> None:
    tx = nistitl.read(ROOT / "fixtures/latent.eft")
    edited = tx.copy()
    edited[9][0]["9.331.4.1"] = str(int(edited[9][0]["9.331.4.1"].text) + 8)
    del edited[9][0]["9.331.6"]
    edited.move(edited.records[1], 3)
    lines = list(difference_text(tx.diff(edited)))
    assert "  ~ efs minutia 4: minutia moved by 0.08 mm" in lines and "  - efs minutia 6: minutia removed" in lines
    assert "  ~ 9.331.4.1: MXC x coordinate changed" in lines
    assert "  > record moved from 1 to 3" in lines and lines[-1] == "1 record, 2 minutiae"
    told = difference_dict(tx.diff(edited))["minutiae"]
    assert [(one["kind"], one["before"], one["after"]) for one in told] == [("changed", 4, 4), ("removed", 6, None)]
    assert "place" not in told[0] and "after" not in told[0]["fields"][0]
    assert len(difference_dict(tx.diff(edited), values=True)["minutiae"][0]["place"]) == 3


def test_spelling_and_nothing_are_told() -> None:
    tx = nistitl.read(small_transaction())
    lines = list(difference_text(tx.diff(tx.convert("xml").transaction)))
    assert lines[:2] == ["The transaction", "  = another encoding of the transaction: traditional -> xml niem2"]
    assert lines[-1].startswith("the same meaning; ")
    assert list(difference_text(tx.diff(tx))) == ["no difference"]
    assert "No difference." in "".join(difference_html(tx.diff(tx)))
