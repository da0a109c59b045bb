"""A card as it is printed: rendered and measured, words and images where they belong, nothing cut or scaled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.cli import main
from nistitl.pages.card.fonts import Fonts
from nistitl.pages.card.layouts import FD_249, FD_258, LAYOUTS, Layout
from nistitl.pages.card.paper import Paper
from nistitl.records.type14 import Amputation
from tests.support.paper import DPI, FRAME, Box, Pdf, carded, finger, framed, one_letter_font, transaction
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIFTH = 0.2 / 25.4  # of a millimetre, in inches: how exact a card is
TENPRINTS = ("tenprint-type4.eft", "tenprint-type14.eft")
LEAST = {1: (1.6, 1.5), 11: (1.0, 2.0), 12: (1.0, 2.0), 13: (3.2, 2.0), 14: (3.2, 2.0)}  # of boxes; 2 to 10 as 1
ORDER = ((1, 2, 3, 4, 5), (6, 7, 8, 9, 10), (14, 13))  # rows of the forms, from the left


def codes(told: Any) -> list[str]:
    """The codes of findings, without that of the names."""
    return [finding.code for finding in told if finding.code != "names-chosen"]


def box_of(layout: Layout, position: int) -> Box:
    box = next(one for one in layout.prints if one.position == position)
    return box.left, box.top, box.width, box.height


def word_box(layout: Layout, source: str) -> Box:
    box = next(one for one in layout.words if source in one.source.split())
    return box.left, box.top, box.width, box.height


def extent(dark: NDArray[np.bool_], within: Box, inset: float = 0.03) -> Box:
    """Where there is something dark in a part of a rendered page, in inches."""
    left, top, width, height = within
    rows = slice(round((top + inset) * DPI), round((top + height - inset) * DPI))
    columns = slice(round((left + inset) * DPI), round((left + width - inset) * DPI))
    down, across = np.nonzero(dark[rows, columns])
    return (
        (columns.start + across.min()) / DPI,
        (rows.start + down.min()) / DPI,
        (across.max() - across.min() + 1) / DPI,
        (down.max() - down.min() + 1) / DPI,
    )


def near(one: Box, other: Box) -> bool:
    return all(abs(a - b) <= FIFTH for a, b in zip(one, other, strict=True))


# -- the sheet of paper ---------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_boxes_are_large_enough_and_do_not_lie_on_each_other(layout: Layout) -> None:
    places = [*layout.words, *layout.prints]
    for box in layout.prints:
        width, height = LEAST.get(box.position, LEAST[1])
        assert box.width >= width - 1e-9 and box.height >= height - 1e-9
    for row in ORDER:
        left = [box_of(layout, position) for position in row]
        assert left == sorted(left) and len({top for _, top, _, _ in left}) == 1
    for box in places:
        assert box.left >= 0 and box.top >= 0 and box.left + box.width <= 8 + 1e-9 and box.top + box.height <= 8 + 1e-9
        for other in places:
            apart = (
                box.left + box.width <= other.left + 1e-9 or other.left + other.width <= box.left + 1e-9
                or box.top + box.height <= other.top + 1e-9 or other.top + other.height <= box.top + 1e-9
            )  # fmt: skip
            assert apart or box is other, (box, other)
    assert {box.position for box in layout.prints} == set(range(1, 15))


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_labels_have_room_in_their_boxes(layout: Layout) -> None:
    paper = Paper("", None, Fonts())
    for box in layout.words:
        assert paper.width(box.label, 4.5) <= box.width - 0.04, box.label
    for print_ in layout.prints:
        assert paper.width(print_.label, 5) + paper.width("1000.1 ppi", 4.5) <= print_.width - 0.06, print_.label


def test_a_card_is_8_by_8_inches_and_its_rulers_are_true() -> None:
    pdf, _ = carded(transaction(finger(1), F18="DOE,JANE", F88="A NOTE"))
    for page in range(len(pdf.pages)):
        assert pdf.size(page) == pytest.approx((8, 8))
    dark = pdf.pixels(0) < 100
    rulers = {1 / 8: 0.005 + 0.015, 1 / 25.4: 0.005 + 0.19 - 0.015}  # a tick, and a row that the shortest reach
    for tick, row in rulers.items():
        found = starts(dark[round(row * DPI), : round(5.08 * DPI)])
        assert found == pytest.approx([0.05 + at * tick for at in range(len(found))], abs=FIFTH)
        assert len(found) == (41 if tick == 1 / 8 else 121)
        down = starts(dark[round(6.01 * DPI) : round(7.99 * DPI), round((row + 3.9) * DPI)])
        assert down == pytest.approx([at * tick - 0.01 for at in range(1, len(down) + 1)], abs=FIFTH) and len(down) > 14
    behind = starts(pdf.pixels(1)[round((7.65 + 0.015) * DPI), : round(5.3 * DPI)] < 100)
    assert behind == pytest.approx([0.25 + at / 8 for at in range(41)], abs=FIFTH)


def starts(row: NDArray[np.bool_]) -> list[float]:
    """The middles of what is dark in a row of pixels, in inches."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(int), [0]))))
    pairs = edges.reshape(-1, 2)
    return [float(begin + end) / 2 / DPI for begin, end in pairs]


# -- prints ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_every_print_stands_in_the_middle_of_its_box_at_true_scale(layout: Layout) -> None:
    sizes = dict.fromkeys(range(1, 11), (500, 480)) | {11: (400, 700), 12: (420, 720)}
    sizes |= {13: (1500, 900), 14: (1550, 950)}
    pdf, told = carded(transaction(*(finger(at, *size) for at, size in sizes.items())), layout=layout.name)
    dark = pdf.pixels(0) < 100
    for position, (width, height) in sizes.items():
        left, top, wide, high = box_of(layout, position)
        inches = (width / 500, height / 500)
        place = (left + (wide - inches[0]) / 2, top + (high - inches[1]) / 2, *inches)
        assert near(extent(dark, (left, top, wide, high)), place), position
    assert codes(told) == [] and len(pdf.pages) == 1
    assert sorted(shape for _, pixels in pdf.images(0) for shape in [pixels.shape[::-1]]) == sorted(sizes.values())


@pytest.mark.parametrize(
    ("made", "inches"),
    [
        (lambda: finger(2, 1000, 900, 1000), (1.0, 0.9)),
        (lambda: finger(2, 800, 750), (1.6, 1.5)),
        (lambda: finger(2, 400, 600, 500, THPS=500, TVPS=1000), (0.8, 0.6)),
        (lambda: finger(2, 197, 394, 500, SLC=2, THPS=197, TVPS=197), (1 / 2.54, 2 / 2.54)),
        (lambda: nistitl.Type4(IMP=1, FGP=(2,), ISR=0, HLL=400, VLL=300, CGA=0, DATA=framed(400, 300).tobytes()),
         (0.8, 0.6)),
    ],
    ids=["1000 ppi", "as large as its box", "unequal", "by the centimetre", "Type-4"],
)  # fmt: skip
def test_resolutions(made: Any, inches: tuple[float, float]) -> None:
    record = made()
    pdf, told = carded(transaction(record))
    ((place, pixels),) = pdf.images(0)
    left, top, wide, high = box_of(FD_258, 2)
    assert near(place, (left + (wide - inches[0]) / 2, top + (high - inches[1]) / 2, *inches))
    assert np.array_equal(pixels, record.array), "every pixel is as it was"
    assert codes(told) == ["card-no-image"]


def test_prints_of_the_same_pixels_keep_their_shapes() -> None:
    blank = [nistitl.Type14.from_image(np.full(shape, 200, np.uint8), codec="NONE", ppi=500, FGP=(at,), IMP=1)
             for at, shape in ((1, (300, 400)), (2, (400, 300)))]  # fmt: skip
    pdf, _ = carded(transaction(*blank))
    assert [pixels.shape for _, pixels in pdf.images(0)] == [(300, 400), (400, 300)]


def test_no_print_hides_a_label_and_no_label_a_print() -> None:
    pdf, _ = carded(transaction(finger(2, 800, 750), finger(7, 800, 750)))
    dark = pdf.pixels(0) < 100
    for position, name in ((2, "2. R. INDEX"), (7, "7. L. INDEX")):
        left, top, wide, high = box_of(FD_258, position)
        assert name in pdf.text(0, (left, top - 0.11, wide, 0.11))
        inner = dark[
            round(top * DPI) + 3 : round((top + high) * DPI) - 3, round(left * DPI) + 3 : round((left + wide) * DPI) - 3
        ]
        assert inner[: FRAME - 4].all() and inner[:, : FRAME - 4].all() and not inner[FRAME:-FRAME, FRAME:-FRAME].any()


def test_a_larger_print_is_never_scaled_and_is_told() -> None:
    pdf, told = carded(transaction(finger(1, 801, 700), finger(2, 810, 700), finger(13, 1600, 1500), finger(3)))
    assert codes(told) == ["card-further-page", "card-further-page", "card-no-image"]
    assert all(finding.severity == Severity.NOTE for finding in told)
    assert "1.62 x 1.40 in is larger than its box: it is at true scale on page 2" in told[0].message
    assert told[0].location.record == 3
    assert [pixels.shape for _, pixels in pdf.images(0)] == [(700, 801), (400, 400)], "a hair is no matter"
    assert "LARGER THAN ITS BOX\n(1.62 x 1.40 in)\nSEE PAGE 2" in pdf.text(0, box_of(FD_258, 2))
    assert "SEE PAGE 2" in pdf.text(0, box_of(FD_258, 13))
    sizes = [place[2:] for place, _ in pdf.images(1)]
    assert sizes == [pytest.approx((1.62, 1.4), abs=FIFTH), pytest.approx((3.2, 3.0), abs=FIFTH)]
    dark = pdf.pixels(1) < 100
    for place, _ in pdf.images(1):
        assert near(extent(dark, place, 0.0), place)


def test_a_second_print_of_a_position_is_on_a_further_page() -> None:
    pdf, told = carded(transaction(finger(1, 300, 300), finger(1, 310, 310)))
    assert [pixels.shape for _, pixels in pdf.images(0)] == [(300, 300)]
    assert [pixels.shape for _, pixels in pdf.images(1)] == [(310, 310)]
    assert "1 Right thumb" in pdf.text(1) and "page 2 of 2" in pdf.text(1) and "TCN TCN-1" in pdf.text(1)
    assert codes(told) == ["card-further-page", "card-no-image"]


def test_4_4_2() -> None:
    pdf, told = carded(transaction(*(finger(at, 1600, 1500) for at in (13, 14, 15))))
    assert [place[2:] for page in range(1, len(pdf.pages)) for place, _ in pdf.images(page)] == [
        pytest.approx((3.2, 3.0), abs=FIFTH)
    ] * 3
    assert codes(told) == ["card-further-page"] * 3  # flats alone are a set, and the thumbs are in the third
    assert pdf.text(0).replace("\n", " ").count("BOTH THUMBS IN ONE IMAGE") == 2


def test_flats_without_thumbs_lack_them() -> None:
    _, told = carded(transaction(*(finger(at, 400, 300) for at in (13, 14))))
    (none,) = (one for one in told if one.code == "card-no-image")
    assert none.message.endswith(": 11 Plain right thumb, 12 Plain left thumb")


def test_amputations_are_said_in_their_boxes() -> None:
    gone = finger(9, AMP=(Amputation(9, "XX"),))
    del gone.DATA
    slap = finger(14, 1500, 900, AMP=(Amputation(9, "XX"),))
    pdf, told = carded(transaction(finger(1, AMP=(Amputation(1, "SR"),)), slap, gone, F84=[["05", "UP"], ["06", "XX"]]))
    assert "XX: Partial print due to amputation" in pdf.text(0, box_of(FD_258, 9)).replace("\n", " ")
    assert "UP: Unable to Print" in pdf.text(0, box_of(FD_258, 5)).replace("\n", " ")
    assert "6 Left thumb: XX: Amputation" in pdf.text(0, box_of(FD_258, 12)).replace("\n", " "), (
        "of the plain thumb, too"
    )
    left, top, width, _ = box_of(FD_258, 14)
    assert "9 XX" in pdf.text(0, (left, top - 0.11, width, 0.11))
    left, top, width, _ = box_of(FD_258, 1)
    assert "SR" in pdf.text(0, (left, top - 0.11, width, 0.11)) and len(pdf.images(0)) == 2
    assert "NO IMAGE" in pdf.text(0, box_of(FD_258, 2))
    (note,) = [finding.message for finding in told if finding.code == "card-no-image"]
    assert "2 Right index finger" in note and "9 Left" not in note and "5 Right" not in note and "12" not in note


def test_what_is_said_of_a_finger_is_what_show_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each code by the table of the field where it stands: card, sheet and show alike."""
    gone = finger(9, AMP=(Amputation(9, "XX"),))
    del gone.DATA
    tx = transaction(*(finger(at) for at in (1, 2, 3, 4, 7)), gone, F84=[["05", "UP"], ["06", "XX"]])
    tx.write(tmp_path / "a.eft")
    assert main(["show", str(tmp_path / "a.eft"), "--profile", "fbi-ebts-9.1"]) == 0
    shown = capsys.readouterr().out
    pdf, _ = carded(tx)
    assert main(["sheet", str(tmp_path / "a.eft"), "--profile", "fbi-ebts-9.1", "-o", str(tmp_path / "a.html")]) == 0
    sheet = (tmp_path / "a.html").read_text("utf-8")
    for position, code, meaning in (
        (5, "UP", "Unable to Print"), (6, "XX", "Amputation"), (9, "XX", "Partial print due to amputation"),
    ):  # fmt: skip
        assert f"{code} ({meaning})" in shown
        assert f"{code}: {meaning}" in pdf.text(0, box_of(FD_258, position)).replace("\n", " ")
        assert f"{code}: {meaning}" in sheet or (position == 9 and f"Left ring finger: {code}: {meaning}" in sheet)


def test_a_print_that_does_not_decode_is_said_in_its_box(tmp_path: Path) -> None:
    broken = finger(2)
    broken.CGA, broken.DATA = "PNG", b"no picture"
    tx = transaction(finger(1), broken)
    pdf, told = carded(tx)
    assert "IMAGE DOES NOT DECODE" in pdf.text(0, box_of(FD_258, 2)) and len(pdf.images(0)) == 1
    (finding,) = [finding for finding in told if finding.severity == Severity.ERROR]
    assert finding.code == "image-undecodable" and finding.location.record == 3
    tx.write(tmp_path / "a.eft")
    assert main(["card", str(tmp_path / "a.eft"), "-o", str(tmp_path / "a.pdf")]) == 1
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_what_a_strict_reader_refuses_is_no_print() -> None:
    """Its findings are of the record, not of the image: that there is none is an error all the same."""
    record = finger(2)
    record.transcode("PNG")
    record.HLL = 401
    tx = nistitl.read(bytes(transaction(record)), policy="strict", profile="fbi-ebts-11.2")
    pdf, told = carded(tx)
    assert "IMAGE DOES NOT DECODE" in pdf.text(0, box_of(FD_258, 2))
    assert "image-undecodable" in [finding.code for finding in told if finding.severity == Severity.ERROR]


def test_what_is_no_amputation_code_is_no_reason() -> None:
    pdf, told = carded(transaction(finger(1), F84=[["05", "XXXXXXXX<>"], ["6", "\u0416\u0416".encode()], ["99", "UP"]]))
    assert "NO IMAGE" in pdf.text(0, box_of(FD_258, 5)) and "NO IMAGE" in pdf.text(0, box_of(FD_258, 6))
    assert "XXXXXXXX<>" in pdf.text(1) and "5 Right little finger" in told[-1].message


def test_a_long_control_number_is_whole_somewhere() -> None:
    made = transaction(finger(1), F88="A NOTE")
    made.header["1.009"] = "T" * 390  # type: ignore[index]
    pdf, _ = carded(made)
    assert "SEE FURTHER PAGE" in pdf.text(0, word_box(FD_258, "1.009"))
    assert pdf.text(1).replace("\n", "").count("T" * 390) == 1 and "page 2 of 2" in pdf.text(1)
    words = pdf.pages[1].get_textpage()
    assert all(words.get_charbox(at)[2] < 576 for at in range(words.count_chars()))


@pytest.mark.parametrize(
    "changes", [{"SLC": 0, "THPS": 1, "TVPS": 1}, {"THPS": 60000, "TVPS": 60000}, {"THPS": 2, "TVPS": 2}]
)
def test_a_print_without_a_resolution_is_not_said_to_be_of_true_scale(changes: dict[str, Any]) -> None:
    pdf, told = carded(transaction(finger(2, **changes)))
    said = pdf.text(0, box_of(FD_258, 2))
    assert "NOT TO SCALE" in said and "SEE PAGE 2" in said and pdf.size(1) == pytest.approx((8, 8))
    assert "NOT TO SCALE" in pdf.text(1) and len(pdf.images(1)) == 1
    (finding,) = [finding for finding in told if finding.code == "card-no-scale"]
    assert finding.severity == Severity.WARNING


# -- other images ---------------------------------------------------------------------------------


def palm(position: int, width: int, height: int) -> nistitl.Type15:
    return nistitl.Type15.from_image(
        framed(width, height), codec="NONE", ppi=500, FGP=position, IMP=10, SRC="ORI", PCD="20240315"
    )


def test_palms_have_several_pages_as_large_as_they_need() -> None:
    palms = [palm(21, 2750, 4000), palm(22, 875, 2500), palm(23, 2750, 4000), palm(24, 875, 2500), palm(25, 4500, 1000)]
    pdf, told = carded(transaction(*palms))
    assert len(pdf.pages) > 2 and codes(told) == ["card-further-page"] * 5
    found = [(page, place) for page in range(1, len(pdf.pages)) for place, _ in pdf.images(page)]
    assert [place[2:] for _, place in found] == [
        pytest.approx((one.HLL / 500, one.VLL / 500), abs=FIFTH) for one in palms
    ]
    for page, (left, top, width, height) in found:
        assert (
            left > 0.2
            and top > 0.4
            and left + width < pdf.size(page)[0] - 0.2
            and top + height < pdf.size(page)[1] - 0.45
        )
    for page in range(1, len(pdf.pages)):
        places = [place for place, _ in pdf.images(page)]
        assert all(one is other or apart(one, other) for one in places for other in places)
    assert "21 Right full" in pdf.text(1) and f"page 2 of {len(pdf.pages)}" in pdf.text(1)


def apart(one: Box, other: Box) -> bool:
    return (
        one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
        or one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
    )  # fmt: skip


def test_a_face_is_a_photo_without_scale() -> None:
    face = nistitl.Type10.from_image(
        framed(480, 600), codec="NONE", ppi=500, IMT="FACE", SRC="ORI", PHD="20240315", CSP="GRAY"
    )
    face.SLC, face.THPS, face.TVPS = 0, 1, 1
    pdf, told = carded(transaction(face))
    ((place, pixels),) = pdf.images(1)
    assert place[2:] == pytest.approx((2.4, 3.0), abs=FIFTH) and pixels.shape == (600, 480)
    assert "NOT TO SCALE" in pdf.text(1)
    assert [(finding.code, finding.severity) for finding in told] == [("card-no-scale", Severity.NOTE)]


def test_what_a_card_does_not_show_is_told() -> None:
    pdf, told = carded(nistitl.read(ROOT / "fixtures" / "latent.eft"))
    assert codes(told) == ["card-further-page", "card-records-left-out"] and "1 of Type-9" in told[-1].message
    assert len(pdf.images(0)) == 0 and len(pdf.images(1)) == 1


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures" / "records").glob("*-0502.an2")), ids=lambda path: path.stem)
def test_every_record_type_has_a_card(path: Path) -> None:
    tx = nistitl.read(path)
    pdf, told = carded(tx)
    assert sum(len(pdf.images(page)) for page in range(len(pdf.pages))) == len(tx.images())
    assert not any(finding.severity == Severity.ERROR for finding in told)


# -- words ----------------------------------------------------------------------------------------

PERSON = {
    "F18": "DOE,JANE Q", "F19": [["ROE,JANE"], ["DOE,J"]], "F20": "NY", "F21": "US", "F22": "19700102", "F24": "F",
    "F25": "W", "F27": "505", "F29": "130", "F31": "BLU", "F32": "BLN", "F16": "123456789", "F9": "CASE7",
    "F37": "FIREARMS", "F38": "20240314", "F39": "EMPLOYER 1", "F41": "MAIN STREET 1, TOWN",
}  # fmt: skip
IN_BOXES = {
    "NAM": "DOE,JANE Q", "AKA": "ROE,JANE\nDOE,J", "POB": "NY", "CTZ": "US", "DOB": "19700102", "SEX": "F", "RAC": "W",
    "HGT": "505", "WGT": "130", "EYE": "BLU", "HAI": "BLN", "SOC": "123456789", "OCA": "CASE7", "RFP": "FIREARMS",
    "DPR": "20240314", "EAD": "EMPLOYER 1", "RES": "MAIN STREET 1, TOWN", "1.008": "ORI000000", "1.009": "TCN-1",
    "1.005": "20240315", "1.004": "FAUF",
}  # fmt: skip
ON_FD_249_ONLY = {"DOA": "20240310", "ASL": "20240310, TESTING", "SMT": "SC ARM"}


def test_demographics_stand_in_their_boxes() -> None:
    pdf, _ = carded(transaction(finger(1), **PERSON))
    for source, value in IN_BOXES.items():
        assert value in pdf.text(0, word_box(FD_258, source)), source
    assert len(pdf.pages) == 1, "nothing was left over"


def test_the_card_of_an_arrest() -> None:
    made = transaction(finger(1), tot="CAR", **PERSON, F45="20240310", F47=[["20240310", "TESTING"]], F26=[["SC ARM"]])
    pdf, _ = carded(made)
    for source, value in (IN_BOXES | {"1.004": "CAR"} | ON_FD_249_ONLY).items():
        if any(source in box.source.split() for box in FD_249.words):
            assert value in pdf.text(0, word_box(FD_249, source)), source
    assert all(source in pdf.text(1) and IN_BOXES[source] in pdf.text(1) for source in ("RES", "EAD", "RFP"))


def test_without_a_profile_all_of_type_2_is_a_table_of_paths() -> None:
    made = nistitl.Transaction.new(TOT="X", DAI="D", ORI="O", TCN="T", DAT="20240315", VER="0502", DOM=["NOBODYS", "1"])
    made.append(nistitl.Type2())["2.018"] = "DOE,JANE"
    pdf, told = carded(made)
    assert [finding.code for finding in told] == ["names-chosen"] and "not known" in told[0].message
    assert "DOE,JANE" not in pdf.text(0) and "2.018" in pdf.text(1) and "DOE,JANE" in pdf.text(1)


def test_names_that_are_chosen_are_told_and_stay_out_of_the_transaction() -> None:
    tx = nistitl.read(ROOT / "fixtures" / "tenprint-type14.eft")
    before = bytes(tx)
    pdf, told = carded(tx)
    assert [finding.code for finding in told] == ["names-chosen"] and "SYNTHETIC,PERSON A" in pdf.text(
        0, word_box(FD_249, "NAM")
    )
    assert tx.profile is None and bytes(tx) == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ИВАНОВ,ЖАННА", "ИВАНОВ,ЖАННА"), ("ΑΝΑΓΝΩΣΤΟΥ,ΕΛΕΝΗ", "ΑΝΑΓΝΩΣΤΟΥ,ΕΛΕΝΗ"), ("כהן", "כהן"),
        ("محمد", "محمد"), ("NGUYỄN,ĐỨC", "NGUYỄN,ĐỨC"), ("สมชาย", "สมชาย"), ("A\xa0B", "A B"), ("A{nb}B", "A{nb}B"),
        ("A\u200eB", "A\\u200eB"),
    ],
)  # fmt: skip
def test_letters_come_from_embedded_fonts(name: str, said: str) -> None:
    pdf, _ = carded(transaction(F18=name.encode()))
    assert said in pdf.text(0, word_box(FD_258, "NAM"))
    assert b"/FontFile2" in pdf.data


@pytest.mark.parametrize("name", ["כהן,שרה", "כהן, שרה ב", "محمد,علي"])
def test_hebrew_and_arabic_are_read_from_the_right(name: str) -> None:
    """As they are drawn, from the left: a comma between them, in a font of another script, too."""
    pdf, _ = carded(transaction(F18=name.encode()))
    words = pdf.pages[0].get_textpage()
    left, top, width, height = (72 * side for side in word_box(FD_258, "NAM"))
    drawn = [
        (box[0], letter)
        for at in range(words.count_chars())
        for box, letter in [(words.get_charbox(at), words.get_text_range(at, 1))]
        if left < box[0] < left + width and 576 - top - height < box[1] < 576 - top - 6 and not letter.isascii()
    ]
    assert [letter for _, letter in sorted(drawn)][::-1] == [letter for letter in name if not letter.isascii()]


def test_letters_that_no_font_has_are_refused_by_name(tmp_path: Path, capsys: Any) -> None:
    made = transaction(F18="王小明".encode(), F19=[["𐎠".encode()]])
    with pytest.raises(
        nistitl.FieldError, match=r"2\.018 has letters that no font at hand has \(CJK\), so have 2\.019; .*--font"
    ):
        carded(made)
    with pytest.raises(nistitl.FieldError) as raised:
        carded(made)
    assert "王" not in str(raised.value)
    made.write(tmp_path / "a.eft")
    assert main(["card", str(tmp_path / "a.eft"), "-o", str(tmp_path / "a.pdf")]) == 2
    assert "2.018" in capsys.readouterr().err and not (tmp_path / "a.pdf").exists()
    font = one_letter_font(tmp_path / "squares.ttf", "王小明𐎠")
    pdf, _ = carded(made, fonts=[font])
    assert "王小明" in pdf.text(0, word_box(FD_258, "NAM"))
    assert main(["card", str(tmp_path / "a.eft"), "-o", str(tmp_path / "a.pdf"), "--font", str(font)]) == 0
    for wrong in (tmp_path / "a.eft", tmp_path / "none.ttf", tmp_path):
        with pytest.raises(nistitl.ITLError, match="cannot read the font"):
            carded(made, fonts=[wrong])


def test_long_text_is_smaller_then_wrapped_then_whole_on_a_further_page() -> None:
    name, address = "LONGNAME" * 6, "A ROAD THAT HAS A NAME, " * 5
    aliases = [[f"ALIAS {at},OF MANY NAMES AND MORE"] for at in range(10)]
    pdf, told = carded(transaction(F18=name, F41=address[:120].strip(), F19=aliases))
    assert name in pdf.text(0, word_box(FD_258, "NAM"))
    assert address[:110].strip() in pdf.text(0, word_box(FD_258, "RES")).replace("\n", " ")
    assert "SEE FURTHER PAGE" in pdf.text(0, word_box(FD_258, "AKA"))
    assert all(alias in pdf.text(1) for (alias,) in aliases)
    assert codes(told) == ["card-further-page"] and told[0].location.path == "2.019"


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_no_text_leaves_its_box(layout: Layout) -> None:
    person = PERSON | {"F18": "W" * 50, "F39": "M" * 120, "F41": "W " * 60, "F37": "W" * 75, "F9": "W" * 20}
    tx = transaction(**person, F17=[["W" * 15]] * 4, F15=[["W" * 10]] * 5, F47=[["20240310", "W" * 300]])
    pdf, _ = carded(tx, layout=layout.name)
    words = pdf.pages[0].get_textpage()
    boxes = [(box.left, box.left + box.width, box.top, box.top + box.height) for box in layout.words]
    for at in range(words.count_chars()):
        left, bottom, right, top = words.get_charbox(at)
        middle = ((left + right) / 144, 8 - (bottom + top) / 144)
        for west, east, north, south in boxes:
            if west < middle[0] < east and north < middle[1] < south:
                assert left >= 72 * west and right <= 72 * east, words.get_text_range(at, 1)
                assert 576 - top >= 72 * north and 576 - bottom <= 72 * south, words.get_text_range(at, 1)


def test_text_beyond_paper_is_left_out_and_told() -> None:
    pdf, told = carded(transaction(F88="N" * 5000, F18="DOE"))
    assert codes(told) == ["card-text-left-out"] and told[0].severity == Severity.WARNING
    assert "5000 characters" in told[0].message and len(pdf.pages) == 1


# -- as a whole -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TENPRINTS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_tenprints(name: str, layout: str) -> None:
    tx = nistitl.read(ROOT / "fixtures" / name)
    pdf, told = carded(tx, layout=layout)
    assert [finding.code for finding in told] == ["names-chosen"]
    found = {pixels.shape: place for place, pixels in pdf.images(0)}
    assert len(pdf.images(0)) == 14
    for record in tx.images():
        place = found[record.VLL, record.HLL]  # type: ignore[attr-defined]
        assert place[2] == pytest.approx(record.HLL / (record.ppi or 0), abs=FIFTH)  # type: ignore[attr-defined]


def test_xml_has_the_same_card() -> None:
    made = transaction(finger(1), **PERSON)
    xml = made.convert("xml").transaction
    assert xml.encoding == "xml"
    pdf, _ = carded(xml)
    for source, value in IN_BOXES.items():
        assert value in pdf.text(0, word_box(FD_258, source)), source
    assert len(pdf.images(0)) == 1


def test_the_same_transaction_gives_the_same_bytes() -> None:
    made = transaction(finger(1), F18="DOE,JANE")
    assert carded(made)[0].data == carded(made)[0].data


def test_the_card_is_black_and_white_and_says_no_name_outside_its_text() -> None:
    pdf, _ = carded(transaction(finger(1), F18="PLANTED,NAME"))
    colours = pdf.pages[0].render(scale=1).to_numpy()
    assert (colours[..., 0] == colours[..., 1]).all() and (colours[..., 1] == colours[..., 2]).all()
    assert b"PLANTED" not in pdf.data, "neither title nor any other metadata"


def test_the_command(tmp_path: Path, capfdbinary: Any) -> None:
    source = str(ROOT / "fixtures" / "tenprint-type14.eft")
    assert main(["card", source, "-o", str(tmp_path / "a.pdf"), "--json", "--layout", "fd-258"]) == 0
    out, err = capfdbinary.readouterr()
    assert b'"images": 14' in out and b'"names-chosen"' in out and b"note names-chosen" in err
    assert "Applicant" in Pdf((tmp_path / "a.pdf").read_bytes()).text(0)
    assert main(["card", source, "-o", "-", "--profile", "fbi-ebts-10.0"]) == 0
    out, err = capfdbinary.readouterr()
    assert out.startswith(b"%PDF") and err == b""
    with pytest.raises(nistitl.ITLError, match="known: fd-258, fd-249"):
        carded(nistitl.read(source), layout="fd-1")
