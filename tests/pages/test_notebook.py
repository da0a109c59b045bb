"""What notebooks show by themselves is nobody's data, whatever stands in the file; previews show it, escaped."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

import nistitl
from nistitl.records.type14 import Segment
from tests.support.samples import ROOT, small_transaction

HOSTILE = "<script>alert(1)</script>&\"'<img src=x onerror=y>"
SECRETS = ("<script>", "alert(1)", "onerror", "PLANTED", "ALIAS", "MAKE", "SERIAL", "comment", "SECRET")


def hostile() -> nistitl.Transaction:
    """A transaction with a person's data, and markup, wherever text goes."""
    tx = nistitl.read(small_transaction())
    tx[1][0]["1.007"] = HOSTILE
    tx[1][0]["1.009"] = HOSTILE
    tx[2][0]["2.018"] = "PLANTED" + HOSTILE
    tx[2][0]["2.9000"] = [[HOSTILE, "SECRET"]]
    record = tx[14][0]
    record["14.020"], record["14.200"], record["14.004"] = "a comment" + HOSTILE, HOSTILE, "SECRET"
    record["14.013"].raw, record["14.011"].raw, record["14.006"].raw = b"SECRET", b"<b>SECRET</b>", b"SECRET"
    record["14.904"] = [["SECRET", HOSTILE, "1"]]
    return nistitl.read(bytes(tx))


def everything(tx: nistitl.Transaction) -> list[Any]:
    """All that a notebook may show of a transaction by itself."""
    things: list[Any] = [tx, tx.validate(level=3), tx.validate("fbi-ebts-10.0", values=True), *tx]
    for record in tx:
        for place in record.fields():
            things += [place, *place.subfields, *place.items]
            values = place.value if isinstance(place.value, tuple) else (place.value,)
            things += [value for value in values if hasattr(value, "_repr_html_")]
    return things


def test_what_is_shown_is_no_persons() -> None:
    shown = [thing._repr_html_() for thing in everything(hostile())]
    assert len(shown) > 100
    found = {secret for secret in SECRETS for text in shown if secret in text}
    assert found == set()


@pytest.mark.parametrize(
    "name", ["tenprint-type14.eft", "latent.eft", "records/type02-0502.an2", "records/type18-0502.an2"]
)
def test_what_no_mark_calls_nobodys_is_not_shown(name: str) -> None:
    tx = nistitl.read(ROOT / "fixtures" / name, profile="fbi-ebts-10.0")
    for record in tx:
        items = [item for place in record.fields() if not place.single for item in place.items]
        told = {item.text for item in items if item.told} | {place.name for place in record.fields()}
        withheld = {item.text for item in items if not item.told and len(item.raw) > 5} - told
        cells = {cell.strip() for cell in re.split("<[^>]*>|, | ", record._repr_html_() + tx._repr_html_())}
        assert withheld & cells == set()


def test_what_is_nobodys_is_shown() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "tenprint-type14.eft")
    text = tx._repr_html_()
    assert text.count("<tr>") == 17 and "1160 x 448" in text and "Right thumb" in text and "<html" not in text
    assert "LHC 24" in tx[14][12]._repr_html_() and "&lt;9 bytes&gt;" in tx[14][12]["14.004"]._repr_html_()
    assert ">24<" in tx[14][12].SEG[0]._repr_html_()
    report = tx.validate("fbi-ebts-10.0")
    assert "profile fbi-ebts-10.0, level 2: no findings" in report._repr_html_()
    tx[14][0].HLL = 4000
    assert "image-" in tx.validate(level=3)._repr_html_() and "14.006" in tx.validate(level=3)._repr_html_()


def test_an_item_that_could_not_be_what_it_is_marked_as_is_withheld() -> None:
    shown = Segment(2, 24, 123456789, 48, 407)._repr_html_()
    assert ">24<" in shown and "123456789" not in shown and "(withheld)" in shown
    assert "SECRET" not in hostile()[14][0].MMS._repr_html_()


def test_thousands_of_records_and_subfields_are_cut_short() -> None:
    tx = nistitl.read(small_transaction())
    tx.extend([nistitl.Type14(IDC=1) for _ in range(300)])
    assert "and 104 more" in tx._repr_html_() and tx._repr_html_().count("<tr>") == 201
    tx[14][0]["14.200"] = [["x"]] * 5000
    assert len(tx[14][0]._repr_html_()) < 10_000


def test_a_closed_transaction_still_has_its_line() -> None:
    tx = nistitl.read(small_transaction())
    record = tx[14][0]
    tx.close()
    assert tx._repr_html_() == "<p>&lt;Transaction, closed&gt;</p>\n" and "closed" in record._repr_html_()
    assert "closed" in tx.preview()._repr_html_() and record.preview()._repr_png_() is None


def test_a_preview_shows_everything_escaped() -> None:
    pytest.importorskip("PIL")
    tx = hostile()
    text = tx.preview()._repr_html_()
    assert "PLANTED&lt;script&gt;alert(1)&lt;/script&gt;" in text and "SECRET" in text
    assert "<script" not in text and "<img src=x" not in text and "data:image/png;base64," in text
    assert "PLANTED" not in repr(tx.preview())
    text = tx[2][0].preview()._repr_html_()
    assert (
        "PLANTED" in text
        and "Record 1: Type-2" in text
        and "<img" not in text
        and tx[2][0].preview()._repr_png_() is None
    )


def test_a_preview_has_the_pixels() -> None:
    pytest.importorskip("imagecodecs")
    from PIL import Image

    record = nistitl.read(ROOT / "fixtures" / "tenprint-type14.eft")[14][12]
    png = record.preview()._repr_png_()
    assert png is not None
    picture = Image.open(io.BytesIO(png))
    assert picture.size == (1160, 448) and picture.tobytes() == record.array.tobytes()
    assert "Plain right four fingers" in record.preview()._repr_html_()
    whole = nistitl.read(ROOT / "fixtures" / "latent.eft").preview()._repr_png_()
    assert whole is not None and Image.open(io.BytesIO(whole)).width > 400


def test_a_picture_that_does_not_decode_is_told() -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0].DATA = b"\xff\xa0 no image"
    text = tx[14][0].preview()._repr_html_()
    assert "no picture: " in text and "Type-14" in text and tx[14][0].preview()._repr_png_() is None
