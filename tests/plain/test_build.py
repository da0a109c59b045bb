"""A description becomes a transaction: what is derived, and what is refused."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nistitl
from nistitl.plain.assembling import built
from nistitl.plain.blank import write_blank
from nistitl.plain.deriving import ready
from nistitl.plain.description import DescriptionError, read_description
from nistitl.plain.sizing import TooLarge
from tests.support.cards import FINGERS, HEAD, PERSON, picture, saved, tenprint


def test_fourteen_pictures_and_a_form_are_a_transaction_of_the_profile(tmp_path: Path) -> None:
    tx = nistitl.build(tenprint(tmp_path), folder=tmp_path)
    assert (tx.TOT, tx.VER, [record.type for record in tx]) == ("FAUF", "0400", [1, 2] + [4] * 14)
    assert [record.FGP[0] for record in tx[4]] == list(range(1, 15))
    assert [record.IDC for record in tx[4]] == list(range(1, 15)) and tx[2][0].IDC == 0
    assert [record.IMP for record in tx[4]] == [1] * 10 + [0] * 4
    assert {(record.CGA, record.ISR, record.HLL, record.VLL) for record in tx[4]} == {(1, 0, 96, 96)}
    assert {record.codec for record in tx.images()} == {"WSQ20"}
    assert (tx[1][0]["1.011"].text, tx[1][0]["1.012"].text, tx[1][0]["1.013.1.2"].text) == (
        "19.69",
        "19.69",
        "EBTS 9.1",
    )
    assert tx[2][0]["2.018"].text == PERSON["NAM"] and "2.084" not in tx[2][0]
    again = nistitl.read(bytes(tx))
    assert again.findings == () and again.validate("fbi-ebts-9.1", level=3).errors == ()


def test_the_rate_of_wsq_is_that_of_the_profile_unless_another_is_said(tmp_path: Path) -> None:
    from nistitl.images import wsq

    said = tenprint(tmp_path, images={"right-thumb": {"file": "right-thumb.png", "bitrate": 2.25}})
    tx = nistitl.build(said, folder=tmp_path)
    mine, nominal = (bytes(record.DATA) for record in tx[4][:2])
    assert nominal == wsq.encode(picture(), bitrate=0.75, ppi=500)
    assert mine == wsq.encode(picture(), bitrate=2.25, ppi=500)


def test_a_missing_finger_is_what_the_description_says(tmp_path: Path) -> None:
    said = tenprint(tmp_path, images={"left-ring": "amputated", "right-little": "unprintable"})
    tx = nistitl.build(said, folder=tmp_path)
    assert len(tx[4]) == 12
    assert [[one.text for one in subfield] for subfield in (tx[2][0][f"2.084.{at}"].items for at in (1, 2))] == [
        ["05", "UP"], ["09", "XX"],
    ]  # fmt: skip
    assert nistitl.read(bytes(tx)).validate("fbi-ebts-9.1", level=3).errors == ()


def test_a_position_with_neither_picture_nor_reason_is_refused(tmp_path: Path) -> None:
    said = tenprint(tmp_path, images={"left-ring": None, "right-four": None})
    with pytest.raises(DescriptionError, match="neither picture nor reason: 9 left-ring-finger, 13 plain-right-four"):
        nistitl.build(said, folder=tmp_path)
    some = {**said, "transaction": {**HEAD, "prints": "some"}}
    assert len(nistitl.build(some, folder=tmp_path)[4]) == 12


def test_a_slap_stands_for_its_fingers_and_a_reason_for_what_shows_them(tmp_path: Path) -> None:
    gone = dict.fromkeys(FINGERS[1:5], "amputated")
    tx = nistitl.build(tenprint(tmp_path, images={**gone, "right-four": None}), folder=tmp_path)
    assert [record.FGP[0] for record in tx[4]] == [1, 6, 7, 8, 9, 10, 11, 12, 14]
    with pytest.raises(
        DescriptionError, match="plain-right-thumb: has a picture, and 1 right-thumb is said to have none"
    ):
        nistitl.build(tenprint(tmp_path, images={"right-thumb": "amputated"}), folder=tmp_path)


def test_flats_with_their_segments_are_type_14(tmp_path: Path) -> None:
    slap = saved(tmp_path / "slap.png", picture(96, wide=4))
    boxes = {f"R{at}": [96 * (at - 2), 96 * (at - 1) - 1, 2, 90] for at in range(2, 6)}
    left = {f"L{at}": box for at, box in zip(range(2, 6), boxes.values(), strict=True)}
    images = {
        "right-four": {"file": slap, "segments": boxes}, "left-four": {"file": slap, "segments": left},
        "thumbs": {"file": slap, "segments": {"R1": [0, 95, 0, 95], "L1": [200, 290, 1, 95]}},
    }  # fmt: skip
    said = {"transaction": {**HEAD, "profile": "fbi-ebts-10.0"}, "demographics": PERSON, "images": images}
    tx = nistitl.build(said, folder=tmp_path)
    assert [record.FGP for record in tx[14]] == [(13,), (14,), (15,)]
    one = tx[14][0]
    assert [(seg.FRSP, seg.LHC, seg.RHC, seg.TVC, seg.BVC) for seg in one.SEG] == [
        (at, *boxes[f"R{at}"]) for at in range(2, 6)
    ]
    assert (one.SRC, one["14.005"].text, one.THPS, one.BPX, one.SLC) == ("WVATF0800", "20240315", 500, 8, 1)
    assert one.HAS == sha256(one.DATA).hexdigest().upper()
    assert tx[1][0]["1.011"].text == "00.00"
    assert nistitl.read(bytes(tx)).validate("fbi-ebts-10.0", level=3).errors == ()


def test_1000_pixels_per_inch_are_jpeg_2000_in_type_14(tmp_path: Path) -> None:
    names = ("right-four", "left-four", "thumbs")
    images = {name: saved(tmp_path / f"{name}.tif", picture(96, wide=3), 1000) for name in names}
    said = {"transaction": HEAD, "demographics": PERSON, "images": images}
    tx = nistitl.build(said, folder=tmp_path)
    assert [(record.CGA, record.codec, record.THPS) for record in tx[14]] == [("JP2", "JP2", 1000)] * 3
    assert nistitl.read(bytes(tx)).validate("fbi-ebts-9.1", level=3).errors == ()


def test_a_small_limit_is_refused_with_sizes_and_what_would_fit(tmp_path: Path) -> None:
    said = tenprint(tmp_path)
    whole = len(bytes(nistitl.build(said, folder=tmp_path)))
    assert len(bytes(nistitl.build(said, folder=tmp_path, max_bytes=whole))) == whole
    with pytest.raises(TooLarge) as caught:
        nistitl.build(said, folder=tmp_path, max_bytes=whole - 2000)
    text = str(caught.value)
    assert f"has {whole} bytes, {whole - 2000} are the most" in text and text.count("Type-4, WSQ20") == 14
    assert "states no range of bit rates" in text and "it would fit with WSQ20 0." in text
    rate = float(text.rpartition("bitrate = ")[2].partition(" ")[0])
    smaller = {**said, "images": {**said["images"], "bitrate": rate}}
    assert len(bytes(nistitl.build(smaller, folder=tmp_path, max_bytes=whole - 2000))) <= whole - 2000


def test_a_limit_is_kept_within_the_range_of_the_profile(tmp_path: Path) -> None:
    said = tenprint(tmp_path)
    whole = len(bytes(nistitl.build(said, folder=tmp_path)))
    (tmp_path / "mine.toml").write_text(
        '[profile]\nname = "mine"\n[compression]\n500 = { range = "0.3-0.75" }\n', "utf-8"
    )
    said["transaction"]["overlays"] = ["mine.toml"]
    assert len(bytes(nistitl.build(said, folder=tmp_path))) == whole, "nominal, where it fits"
    assert whole - 4000 < len(bytes(nistitl.build(said, folder=tmp_path, max_bytes=whole - 3000))) <= whole - 3000
    with pytest.raises(TooLarge, match="at the lowest bit rates of the profile"):
        nistitl.build(said, folder=tmp_path, max_bytes=3000)


def test_a_folder_of_files_named_after_positions(tmp_path: Path) -> None:
    images = {"folder": "scans", "pattern": "card_{position}.*"}
    (tmp_path / "scans").mkdir()
    for name in FINGERS:
        saved(tmp_path / "scans" / f"card_{name}.png")
    saved(tmp_path / "scans" / "right-thumb.png", picture(90))  # not of the pattern
    said: dict[str, Any] = {"transaction": HEAD, "demographics": PERSON, "images": images}
    tx = nistitl.build(said, folder=tmp_path)
    assert [record.FGP[0] for record in tx[4]] == list(range(1, 15)) and tx[4][0].HLL == 96
    said["images"] = {"folder": "scans"}
    with pytest.raises(DescriptionError, match="right-thumb could be card_right-thumb"):
        nistitl.build(said, folder=tmp_path)
    said["images"] = {"folder": "scans", "R1": "scans/right-thumb.png"}
    assert nistitl.build(said, folder=tmp_path)[4][0].HLL == 90


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("plain-R1.png", 11),
        ("L1_plain.png", 12),
        ("right thumb plain.png", 11),
        ("scan 3 R2.png", 2),
        ("x-rolled-L5.png", 10),
    ],
)
def test_a_name_says_one_position(tmp_path: Path, name: str, position: int) -> None:
    (tmp_path / "scans").mkdir()
    saved(tmp_path / "scans" / name)
    images = {"folder": "scans"}
    (found,) = read_description({"transaction": HEAD, "demographics": PERSON, "images": images}, tmp_path).pictures
    assert found.position == position


@pytest.mark.parametrize("pattern", [None, "*{position}.png"])
@pytest.mark.parametrize("name", ["flat-right-thumb", "slap-L3", "not-R4", "R1-L1", "plain-R2", "left-R3"])
def test_a_name_that_says_more_than_a_position_is_refused(tmp_path: Path, name: str, pattern: str | None) -> None:
    (tmp_path / "scans").mkdir()
    saved(tmp_path / "scans" / f"{name}.png")
    images = {"folder": "scans"} | ({"pattern": pattern} if pattern else {})
    said = {"transaction": HEAD, "demographics": PERSON, "images": images}
    with pytest.raises(DescriptionError, match=f"{name}.png says .* as well; name it beside its position"):
        read_description(said, tmp_path)
    key = "L3" if "L3" in name else "R1"
    assert read_description(said | {"images": images | {key: f"scans/{name}.png"}}, tmp_path).pictures


def test_a_picture_of_the_folder_that_says_no_position_is_told(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    for name in ("R1.png", "left-midle.png", "IMG_0003.tif"):
        saved(tmp_path / "scans" / name)
    (tmp_path / "scans" / "notes.txt").write_text("no picture")
    said = {"transaction": HEAD, "demographics": PERSON, "images": {"folder": "scans"}}
    with pytest.raises(DescriptionError, match=r"no position is said by IMG_0003\.tif, left-midle\.png; name them"):
        read_description(said, tmp_path)
    said["images"] = {"folder": "scans", "L3": "scans/left-midle.png", "pattern": "{position}.png"}
    assert [one.position for one in read_description(said, tmp_path).pictures] == [8, 1]


def test_a_resolution_for_all_is_for_those_that_tell_none(tmp_path: Path) -> None:
    saved(tmp_path / "R1.png")
    saved(tmp_path / "R2.png", ppi=None)
    images = {"R1": "R1.png", "R2": "R2.png", "ppi": 1000}
    one, two = read_description({"transaction": HEAD, "images": images}, tmp_path).pictures
    assert [round(ready(p.source, ppi=p.ppi, usual_ppi=p.usual_ppi).density.across) for p in (one, two)] == [500, 1000]


def test_arrays_are_pictures_too(tmp_path: Path) -> None:
    images: dict[str, Any] = {name: {"file": np.array(picture()), "ppi": 500} for name in FINGERS}
    said = {"transaction": HEAD, "demographics": PERSON, "images": images}
    assert bytes(nistitl.build(said)) == bytes(nistitl.build(tenprint(tmp_path), folder=tmp_path))


HOSTILE: list[tuple[str, str, str]] = [
    ("[transaktion]", "line 1: [transaktion]: there is no section", "transaction"),
    ("[transaction]\ntype = 'FAUFF'\nprofile = 'fbi-ebts-9.1'", "line 2: [transaction] type", "FAUF"),
    ("[transaction]\ntype = 'FAUF'\nprofil = 'x'\nprofile = 'fbi-ebts-9.1'", "line 3: [transaction] profil", "profile"),
    ("@\n[demographics]\nNAMM = 'X'", "line 8: [demographics] NAMM", "NAM"),
    ("@\n[images]\nR11 = 'x.png'", "line 8: [images] R11", "R1"),
    ("@\n[images]\nR1 = { file = 'x.png', bitrat = 1 }", "line 8: [images] R1", "bitrate"),
    ("@\n[images]\nR1 = 'x.png'\nright-thumb = 'y.png'", "line 9: [images] right-thumb", "as R1"),
    ("@\n[images]\nR1 = 7", "line 8: [images] R1", "a number"),
    ("@\n[images]\nR1 = { file = 'x.png', ppi = 'many' }", "line 8: [images] R1", "number"),
    ("@\n[images]\nface = 'amputated'", "line 8: [images] face", "fingers"),
    ("@\n[images]\nR1 = { file = 'x.png', segments = { R2 = [9, 1, 0, 5] } }", "line 8: [images] R1", "R2"),
    ("@\n[demographics]\nAMP = [['09', 'XX']]", "line 8: [demographics] AMP", "amputated"),
    ("@\nVER = '0999'", "line 7: [transaction] VER", "0400"),
    ("[transaction]\ntype = 'FAUF'\ntype = 'FAUF'", "line 3", "once"),
    ("[images]\nR1 = x", "line 2", "Invalid value"),
]


@pytest.mark.parametrize(("text", "place", "meant"), HOSTILE, ids=[place for _, place, _ in HOSTILE])
def test_what_is_misspelt_is_told_with_line_and_what_is_meant(
    tmp_path: Path, text: str, place: str, meant: str
) -> None:
    head = "\n".join(["[transaction]", *(f"{key} = {value!r}" for key, value in HEAD.items())])
    card = tmp_path / "card.toml"
    card.write_text(text.replace("@", head) + "\n", "utf-8")
    with pytest.raises(nistitl.ITLError) as caught:
        nistitl.build(card)
    assert str(caught.value).startswith("card.toml") and place in str(caught.value) and meant in str(caught.value)


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    said = tenprint(tmp_path, demographics={"NAM": "", "DOB": None, "HGT": None})
    with pytest.raises(DescriptionError, match=r"missing: NAM \(Name\), DOB \(Date of birth\), HGT \(Height\)"):
        nistitl.build(said, folder=tmp_path)


def test_a_file_that_is_not_there_or_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    for name, told in (("gone.png", "No such file"), ("text.png", "no picture"), (".", "no file")):
        with pytest.raises(DescriptionError, match=told):
            nistitl.build(tenprint(tmp_path, images={"right-thumb": name}), folder=tmp_path)


BENT: list[tuple[dict[str, Any], str]] = [
    ({"images": {"right-palm": "x" * 5000}}, "right-palm: cannot be read"),
    ({"images": {"right-palm": "x\0"}}, "name of a file"),
    ({"images": {"right-palm": ["a.png", "b.png"]}}, "not a list"),
    ({"images": {"right-palm": {"file": "right-thumb.png", "codec": "GIF"}}}, "Type-15 holds no 'GIF'"),
    ({"images": {"right-palm": {"file": "right-thumb.png", "codec": "PNG", "bitrate": 1}}}, "PNG has no bit rate"),
    ({"images": {"right-palm": {"file": "right-thumb.png", "ppi": float("nan")}}}, "number above 0"),
    ({"images": {"right-palm": {"file": "right-thumb.png", "ppi": 1000}}}, "right-thumb.png"),
    ({"images": {"right-palm": {"file": "right-thumb.png", "page": 2}}}, "page 2"),
    ({"images": {"right-iris": "right-thumb.png", "iris-right": "right-thumb.png"}}, "as right-iris"),
    ({"images": {"face": {"file": "right-thumb.png", "SAPP": 1}}}, "did you mean 'SAP'"),
    ({"images": {"latent": {"file": "right-thumb.png", "minutiae": "right-thumb.png"}}}, "takes no minutiae"),
    ({"images": {"right-four": {"file": "left-four.png", "segments": {"L2": [0, 9, 0, 9]}}}}, "finger 7 is not in"),
    ({"images": {"right-four": {"file": "left-four.png", "segments": {"R2": [0, 999, 0, 9]}}}}, "beyond the 96 x 96"),
    ({"images": {"left-foot": "right-thumb.png"}}, "is no position"),
    ({"images": {"64": "right-thumb.png"}}, "neither finger nor palm"),
    ({"transaction": {"fingers": 4, "prints": "some"}, "images": {"15": "left-four.png"}}, "position 15"),
    ({"transaction": {"DAT": {"a": 1}}}, "not dict"),
    ({"transaction": {"overlays": "x"}}, "list of TOML files"),
    ({"demographics": {"NAM": True}}, "not bool"),
    ({"demographics": {"NAM": "A,B\x1dC"}}, "type AS only"),
    ({"demographics": {"2.018": "A,B"}}, "as NAM"),
    ({"demographics": {"LEN": "7"}}, "computed"),
]


@pytest.mark.parametrize(("changes", "told"), BENT, ids=[told for _, told in BENT])
def test_what_cannot_be_is_refused_in_our_own_words(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    said = tenprint(tmp_path, **changes)
    said["transaction"]["profile"] = "fbi-ebts-10.0"
    with pytest.raises(DescriptionError) as caught:
        nistitl.build(said, folder=tmp_path)
    assert told in str(caught.value) and str(caught.value).count("[images]") < 2, str(caught.value)


@pytest.mark.parametrize("source", [5, None, b"x", ["a"]])
def test_what_is_no_description(source: Any) -> None:
    with pytest.raises(DescriptionError, match="TOML file or a dictionary"):
        nistitl.build(source)


def test_a_latent_with_its_minutiae(tmp_path: Path) -> None:
    from fixtures.latent import minutiae
    from nistitl.minutiae import xyt

    saved(tmp_path / "latent.png", picture(400), 1000)
    (tmp_path / "latent.xyt").write_text(xyt(minutiae(), height=400))
    text = {"ATN": "SYNTHETIC UNIT", "CIN": [["SYN", "CASE1"]], "CIX": "0001"}
    row = {"file": "latent.png", "position": "R2", "minutiae": "latent.xyt"}
    said: dict[str, Any] = {
        "transaction": {**HEAD, "type": "LFFS", "profile": "fbi-ebts-10.0"}, "demographics": text,
        "images": {"latent": [row, {"file": "latent.png"}]},
    }  # fmt: skip
    tx = nistitl.build(said, folder=tmp_path)
    first, second = tx[13]
    assert (first.IMP, first.FGP, second.FGP, first.CGA, first.THPS, tx[9][0].IDC) == (4, (2,), (0,), "PNG", 1000, 1)
    assert [one.FGP for one in tx[9][0].FPP] == [2]  # the finger that the image is thought to be of
    found = tx[9][0].minutiae()
    assert found.block == "efs" and len(found) == len(minutiae())
    assert np.abs(found["x"] - minutiae()["x"]).max() <= 1
    assert nistitl.read(bytes(tx)).validate("fbi-ebts-10.0", level=3).errors == ()
    said["images"] = {"latent": {**row, "minutiae": minutiae()}}
    assert np.array_equal(nistitl.build(said, folder=tmp_path)[9][0].minutiae()["type"], minutiae()["type"])


def latent_with(minutiae: Any, folder: Path, **told: Any) -> dict[str, Any]:
    saved(folder / "latent.png", picture(400), 1000)
    return {
        "transaction": {**HEAD, "type": "LFFS", "profile": "fbi-ebts-10.0"},
        "demographics": {"ATN": "SYNTHETIC UNIT", "CIN": [["SYN", "CASE1"]], "CIX": "0001"},
        "images": {"latent": {"file": "latent.png", "position": "R2", "minutiae": minutiae, **told}},
    }


@pytest.mark.parametrize("text", ["", "\n \n"])
@pytest.mark.parametrize("block", ["efs", "m1", "iafis", "standard"])
def test_a_latent_with_an_xyt_of_no_minutiae_is_refused(tmp_path: Path, text: str, block: str) -> None:
    """Not a record that says that an examiner saw none, nor one without features."""
    from nistitl.minutiae import DTYPE

    (tmp_path / "none.xyt").write_text(text)
    for none in ("none.xyt", np.zeros(0, DTYPE)):
        says = r"\(latent\.png\): there are no minutiae in what minutiae names: leave minutiae out"
        with pytest.raises(nistitl.ITLError, match=says):
            nistitl.build(latent_with(none, tmp_path, block=block), folder=tmp_path)


def test_minutiae_of_no_type_say_what_the_report_will_warn_of(tmp_path: Path) -> None:
    from fixtures.latent import minutiae
    from nistitl.minutiae import xyt

    (tmp_path / "latent.xyt").write_text(xyt(minutiae()[:3], height=400))
    for block, warned in (("efs", 3), ("m1", 0)):
        made = built(nistitl.Transaction, latent_with("latent.xyt", tmp_path, block=block), folder=tmp_path)
        missing = [one for one in made.transaction.validate().findings if one.code == "item-required"]
        assert len(missing) == 2 * warned
        told = "the type of 3 minutiae is not told (X in 9.331), for which MRU and MDU are asked"
        assert sum(told in note for note in made.notes) == bool(warned)


def test_a_face_and_an_eye_need_no_resolution(tmp_path: Path) -> None:
    saved(tmp_path / "face.png", np.dstack([picture()] * 3), None)
    saved(tmp_path / "eye.png", picture(), None)
    saved(tmp_path / "R1.png")
    images = {"face": {"file": "face.png", "SAP": 20}, "left-iris": "eye.png", "R1": "R1.png"}
    head = {**HEAD, "profile": "fbi-ebts-10.0", "prints": "some"}
    said = {"transaction": head, "demographics": PERSON, "images": images}
    tx = nistitl.build(said, folder=tmp_path)
    face, eye = tx[10][0], tx[17][0]
    assert (face.IMT, face.SAP, face.CGA, face.SLC, face.THPS, face.CSP) == ("FACE", 20, "JPEGB", 0, 1, "RGB")
    assert (eye.ELR, eye.CGA, eye.SLC) == (2, "PNG", 0) and bytes(eye.DATA) == (tmp_path / "eye.png").read_bytes()
    assert nistitl.read(bytes(tx)).validate("fbi-ebts-10.0", level=3).errors == ()


def test_segments_follow_the_pixels_and_a_missing_finger_stands_in_its_slap(tmp_path: Path) -> None:
    slap = saved(tmp_path / "slap.png", picture(200, wide=4), 1000)
    row = {"file": slap, "segments": {"L5": [0, 199, 0, 199], "L3": [400, 600, 20, 180], "L2": [602, 798, 2, 198]}}
    said = tenprint(
        tmp_path, transaction={"profile": "fbi-ebts-10.0"}, images={"left-ring": "amputated", "left-four": row}
    )
    tx = nistitl.build(said, folder=tmp_path, resample=500)
    left = tx[14][-1]
    assert [(one.FRSP, one.LHC, one.RHC, one.TVC, one.BVC) for one in left.SEG][1:] == [
        (8, 200, 300, 10, 90), (7, 301, 399, 1, 99),
    ]  # fmt: skip
    assert [(one.FRAP, one.ABC) for one in left.AMP] == [(9, "XX")] and (left.SHPS, left.THPS) == (1000, 500)
    assert {record.AMP for record in tx[14][:-1]} == {()}


def test_a_file_of_the_wanted_algorithm_is_taken_as_it_is(tmp_path: Path) -> None:
    from nistitl.images import wsq

    (tmp_path / "mine.wsq").write_bytes(wsq.encode(picture(), bitrate=2.25, ppi=500))
    tx = nistitl.build(tenprint(tmp_path, images={"right-thumb": "mine.wsq"}), folder=tmp_path)
    assert bytes(tx[4][0].DATA) == (tmp_path / "mine.wsq").read_bytes()


# -- prints that a type is about, and fingers without one ----------------------------------------------


@pytest.mark.parametrize("profile", ["fbi-ebts-9.1", "fbi-ebts-10.0", "fbi-ebts-11.2", "dod-ebts-1.2"])
@pytest.mark.parametrize("prints", [None, "some"])
def test_a_face_alone_is_no_tenprint(tmp_path: Path, profile: str, prints: str | None) -> None:
    saved(tmp_path / "face.png", np.dstack([picture()] * 3), None)
    head = {**HEAD, "profile": profile} | ({"prints": prints} if prints else {})
    said = {"transaction": head, "demographics": PERSON, "images": {"face": "face.png"}}
    with pytest.raises(DescriptionError, match=f"FAUF of {profile} needs fingerprints"):
        nistitl.build(said, folder=tmp_path)


@pytest.mark.parametrize("profile", ["fbi-ebts-10.0", "fbi-ebts-11.2"])
def test_a_tenprint_without_a_print_is_warned_of(tmp_path: Path, profile: str) -> None:
    tx = nistitl.build(tenprint(tmp_path, transaction={"profile": profile}), folder=tmp_path)
    before = [one.code for one in tx.validate(profile).findings]
    for record in (*tx[4], *tx[14]):
        tx.remove(record)
    (few,) = (one for one in tx.validate(profile).findings if one.code == "records-few")
    assert few.severity == nistitl.Severity.WARNING and "records-few" not in before
    assert few.message == "FAUF holds 0 records of Type-4 and Type-14, at least 1 must be there"


def _flats(folder: Path, **images: Any) -> dict[str, Any]:
    given = {name: saved(folder / f"{name}.png", picture(96, wide=3)) for name in ("right-four", "left-four", "thumbs")}
    head = {**HEAD, "profile": "fbi-ebts-10.0", "prints": "4-4-2"}
    return {"transaction": head, "demographics": PERSON, "images": given | images}


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ({"R1": "amputated", "L1": "amputated"}, "thumbs: has a picture, and 1 right-thumb, 6 left-thumb are said to"),
        (dict.fromkeys(("R2", "R3", "R4", "R5"), "amputated"), "right-four: has a picture, and 2 right-index"),
        (
            {"L4": "amputated", "left-four": {"file": "left-four.png", "segments": {"L4": [0, 9, 0, 9]}}},
            "left-four: segments: 9 left-ring-finger is said to have no print",
        ),
        ({"plain-right-thumb": "amputated", "R1": "thumbs.png"}, "R1: has a picture, and 1 right-thumb is said"),
        ({"L2": "unprintable", "plain-left-four": None, "L3": "XX"}, ""),
        ({"L1": "unprintable", "plain-left-thumb": "amputated"}, "6 left-thumb was said to be unprintable; say one"),
    ],
)
def test_a_reason_beside_a_picture_of_nothing_else_is_refused(
    tmp_path: Path, reasons: dict[str, Any], told: str
) -> None:
    said = _flats(tmp_path, **{name: value for name, value in reasons.items() if value is not None})
    if not told:
        assert len(nistitl.build(said, folder=tmp_path)[14]) == 3
        return
    with pytest.raises(DescriptionError) as caught:
        nistitl.build(said, folder=tmp_path)
    assert f"[images] {told}" in str(caught.value) or told in str(caught.value)


def test_a_slap_with_a_finger_missing_says_so(tmp_path: Path) -> None:
    tx = nistitl.build(_flats(tmp_path, R1="amputated", L4="amputated"), folder=tmp_path)
    assert [[(one.FRAP, one.ABC) for one in record.AMP] for record in tx[14]] == [[], [(9, "XX")], [(1, "XX")]]
    assert tx[2][0]["2.084"].text.replace("\x1e", "").replace("\x1f", "") == "01XX09XX"


def test_what_is_amputated_is_every_finger_of_the_position(tmp_path: Path) -> None:
    gone = dict.fromkeys(FINGERS[1:5])
    tx = nistitl.build(tenprint(tmp_path, images={**gone, "right-four": "amputated"}), folder=tmp_path)
    rows = [subfield.items[0].text for subfield in (tx[2][0][f"2.084.{at}"] for at in range(1, 5))]
    assert rows == ["02", "03", "04", "05"] and len(tx[4]) == 9


def test_a_picture_of_the_folder_beside_a_reason_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    for name in ("R1", "R2"):
        saved(tmp_path / "scans" / f"{name}.png")
    said = {"transaction": HEAD, "demographics": PERSON, "images": {"folder": "scans", "R2": "amputated"}}
    with pytest.raises(DescriptionError, match=r"R2\.png shows 2 right-index-finger, which is said to have no print"):
        read_description(said, tmp_path)


# -- resolutions, and what is advised ------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["right-thumb", "right-middle", "left-four"])
def test_the_picture_that_departs_is_the_one_that_is_named(tmp_path: Path, odd: str) -> None:
    said = tenprint(tmp_path)
    saved(tmp_path / f"{odd}.png", picture(), 506)
    with pytest.raises(DescriptionError) as caught:
        nistitl.build(said, folder=tmp_path)
    assert str(caught.value) == (
        f"[images] {odd}: {odd} ({odd}.png) is of 506 ppi, and other fingers are of 500 ppi, which records of Type-4 "
        "share: resample = 500 in [images]; fingers = 14 in [transaction] keeps each its own"
    )
    assert len(nistitl.build({**said, "images": {**said["images"], "resample": 500}}, folder=tmp_path)[4]) == 14
    tx = nistitl.build({**said, "transaction": {**HEAD, "fingers": 14}}, folder=tmp_path)
    assert sorted(record.THPS for record in tx[14]) == [500] * 13 + [506]


def test_what_errors_advise_can_be_written_in_the_description(tmp_path: Path) -> None:
    """Each hint by the key that it names."""
    saved(tmp_path / "few.png", picture(), 300)
    saved(tmp_path / "odd.png", picture(), 600)
    deep = np.dstack([picture().astype(np.uint16) * 257] * 3)
    said = tenprint(tmp_path, transaction={"profile": "fbi-ebts-10.0"})

    def with_row(key: str, **row: Any) -> nistitl.Transaction:
        return nistitl.build({**said, "images": {**said["images"], key: row}}, folder=tmp_path)

    with pytest.raises(DescriptionError, match=r"is of 300 ppi.* scan it again, or .* override_ppi = true"):
        with_row("right-thumb", file="few.png")
    with pytest.raises(DescriptionError, match="upsample = true invents"):
        with_row("right-thumb", file="few.png", resample=500)
    assert with_row("right-thumb", file="few.png", resample=500, upsample=True)[14][0].THPS == 500
    with pytest.raises(DescriptionError, match="override_ppi = true keeps ppi"):
        with_row("right-thumb", file="odd.png", ppi=500)
    assert with_row("right-thumb", file="odd.png", ppi=500, override_ppi=True)[14][0].THPS == 500
    with pytest.raises(DescriptionError, match="eight_bits = true divides them"):
        with_row("face", file=deep, codec="JPEGB")
    assert with_row("face", file=deep, codec="JPEGB", eight_bits=True, gray=True)[10][0].array.ndim == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"images": {"resample": "500"}}, "resample: expected 500 or 1000, .* without quotes"),
        ({"images": {"resample": 300}}, "resample: expected 500 or 1000, the pixels per inch that prints are sent at$"),
        ({"images": {"face": {"file": "right-thumb.png", "resample": 500}}}, "resample is said of fingers and palms"),
        (
            {"images": {"right-thumb": "amputed"}},
            r"'amputed' is no file here, and no reason \(did you mean 'amputated'",
        ),
        ({"images": {"right-thumb": {"file": "right-thumb.png", "amputated": True}}}, 'R1 = "amputated"'),
        ({"images": {"right-thumb": {"file": "right-thumb.png", "upsample": "true"}}}, "true or false, without quotes"),
        ({"images": {"codec": "JPEGB"}}, "JPEGB is not for new images of friction ridges; fbi-ebts-9.1 has WSQ20, so"),
        (
            {"images": {"codec": "WSQ2O"}},
            r"codec: no algorithm is called 'WSQ2O' \(did you mean 'WSQ20'\?\); there are",
        ),
        ({"images": {"codec": "PNG", "bitrate": 1}}, "PNG has no bit rate; WSQ20 and JP2 have one, for PNG leave"),
        ({"images": {"bitrate": 0.01}}, "0.01 bits a pixel here, and fbi-ebts-9.1 has 0.75: leave it out"),
        ({"demographics": {"SEX": "male"}}, "length is 4, expected 1; M, F, X unknown"),
        ({"demographics": {"HGT": "5"}}, "length is 1, expected 3; Three digits, feet and inches: 507 for 5 feet 7"),
        ({"images": {"bitrate": "0.75"}}, "bits a pixel such as 0.75, .* without quotes"),
        ({"transaction": {"fingers": "14"}}, 'expected 4 or 14, without quotes: .* is prints = "14"'),
        (
            {"demographics": {"IMA": "MAKE"}},
            r'IMA .*; write IMA = \[\["MAK", "MODL", "SERNO"\]\] with the value of each item',
        ),
    ],
)
def test_messages_say_what_is_expected_and_what_to_do(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(DescriptionError, match=told) as caught:
        nistitl.build(tenprint(tmp_path, **changes), folder=tmp_path)
    assert "value-refused" not in str(caught.value)


def test_a_profile_without_bit_rates_has_no_nominal_ones(tmp_path: Path) -> None:
    said = tenprint(tmp_path, transaction={"profile": "gsat-3", "PRY": 4, "DOM": [["GSAT"]]})
    said["demographics"] = {"DPR": "20240315", "OBU": "X", "SEX": "X"}
    with pytest.raises(TooLarge, match=r"gsat-3 states no bit rate: bitrate = \.\.\. in \[images\] sets one"):
        nistitl.build(said, folder=tmp_path, max_bytes=2000)


def test_what_a_profile_wants_of_type_1_is_asked_for_or_derived(tmp_path: Path) -> None:
    write_blank(tmp_path / "card.toml", "gsat-3", "FAUF")
    head = tomllib.loads((tmp_path / "card.toml").read_text())["transaction"]
    assert (head["PRY"], head["DOM"]) == ("", [["", ""]]) and "GMT" not in head
    said = tenprint(tmp_path, transaction={"profile": "gsat-3"})
    said["demographics"] = {"DPR": "20240315", "OBU": "X", "SEX": "X"}
    with pytest.raises(DescriptionError, match=r"missing: PRY \(Priority\), DOM \(Domain name\)"):
        nistitl.build(said, folder=tmp_path)
    said["transaction"] |= {"PRY": 4, "DOM": [["GSAT"]]}
    tx = nistitl.build(said, folder=tmp_path)
    assert not [f for f in tx.validate("gsat-3").findings if (f.code, f.location.type) == ("field-missing", 1)]
    assert tx[1][0].GMT is not None and tx[1][0].GMT.date() >= date(2026, 1, 1)


@pytest.mark.parametrize("rate", [15, 8.1])
def test_a_ratio_is_no_bit_rate(tmp_path: Path, rate: float) -> None:
    said = tenprint(tmp_path)
    said["images"]["bitrate"] = rate
    with pytest.raises(DescriptionError, match=r"up to 8: bits a pixel such as 0\.75, which is WSQ at about 15:1"):
        nistitl.build(said, folder=tmp_path)


def test_text_without_quotes_is_told(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text("[demographics]\nSEX = X\n")
    with pytest.raises(DescriptionError, match=r"line 2, column 7.*text stands in quotes"):
        nistitl.build(tmp_path / "card.toml")


def test_a_codec_for_all_that_is_none_of_them_is_told_once_and_where_it_stands(tmp_path: Path) -> None:
    card, said = tmp_path / "card.toml", tenprint(tmp_path)
    pictures = "".join(f'{key} = "{file}"\n' for key, file in said["images"].items())
    head, person = ("".join(f'{key} = "{value}"\n' for key, value in rows.items()) for rows in (HEAD, PERSON))
    card.write_text(f'[images]\n{pictures}codec = "JPEGB"\n[transaction]\n{head}[demographics]\n{person}')
    with pytest.raises(DescriptionError) as caught:
        nistitl.build(card)
    told = [line for line in str(caught.value).splitlines() if "JPEGB" in line]
    assert len(told) == 1 and told[0].startswith(f"card.toml, line {len(said['images']) + 2}: [images] codec: JPEGB is")


# -- what is told --------------------------------------------------------------------------------------


def test_the_transaction_tells_what_was_done_to_its_pictures(tmp_path: Path) -> None:
    images = {"R1": "R1.png", "R2": "R2.png", "R3": np.full((96, 96), 65535, np.uint16) - picture()}
    saved(tmp_path / "R1.png", picture(192), 1000)
    saved(tmp_path / "R2.png", np.dstack([picture(), picture(), picture() // 2]))
    said = {"transaction": {**HEAD, "prints": "some"}, "demographics": PERSON, "images": images}
    said["images"]["R3"] = {"file": images["R3"], "ppi": 500, "codec": "NONE"}
    tx = nistitl.build(said, folder=tmp_path, resample=500)
    assert isinstance(tx, nistitl.Transaction) and tx.copy().notes == ()
    assert [note.partition(":")[0] for note in tx.notes] == ["R1 (R1.png)", "R2 (R2.png)", "R3"]
    for words, note in zip(("resampled from 1000 ppi to 500", "gray from", "8 bits from 16"), tx.notes, strict=True):
        assert words in note


@pytest.mark.filterwarnings("error")
def test_the_same_picture_twice_is_told(tmp_path: Path) -> None:
    from nistitl.images.advice import PictureAdvice

    for at, name in enumerate(("R1.png", "R2.tif", "R3.png")):
        saved(tmp_path / name, np.roll(picture(), at // 2 * 7, 0))
    images = {"R1": "R1.png", "R2": "R2.tif", "R3": "R3.png"}
    said: dict[str, Any] = {"transaction": {**HEAD, "prints": "some"}, "demographics": PERSON, "images": images}
    words = r"^R1 \(R1\.png\), R2 \(R2\.tif\): one and the same picture; each position has its own$"
    with pytest.warns(PictureAdvice, match=words) as caught:
        tx = nistitl.build(said, folder=tmp_path)
    assert len(caught) == len(tx.notes) == 1
    del images["R2"]
    assert nistitl.build(said, folder=tmp_path).notes == ()


def test_a_bit_rate_below_that_of_the_profile_is_told(tmp_path: Path) -> None:
    saved(tmp_path / "R1.png")
    images = {"R1": "R1.png", "bitrate": 0.5}
    said = {"transaction": {**HEAD, "prints": "some"}, "demographics": PERSON, "images": images}
    with pytest.warns(UserWarning, match="WSQ20 at 0.5 bits a pixel, and fbi-ebts-9.1 has 0.75"):
        nistitl.build(said, folder=tmp_path)


def test_the_largest_bit_rate_that_fits_is_the_one_that_is_said(tmp_path: Path) -> None:
    saved(tmp_path / "R1.png", picture(192))
    said: dict[str, Any] = {
        "transaction": {**HEAD, "prints": "some"}, "demographics": PERSON, "images": {"R1": "R1.png"},
    }  # fmt: skip

    def size(rate: float) -> int:
        return len(bytes(nistitl.build({**said, "images": {"R1": "R1.png", "bitrate": rate}}, folder=tmp_path)))

    rates = [at / 100 for at in range(68, 75)]
    sizes = [size(rate) for rate in rates]
    assert sizes == sorted(sizes) and sizes[-1] < size(0.75)
    for limit in sizes:
        with pytest.raises(TooLarge) as caught:
            nistitl.build(said, folder=tmp_path, max_bytes=limit)
        best = max(rate for rate, many in zip(rates, sizes, strict=True) if many <= limit)
        assert f"(bitrate = {best:.2f} in [images]: {limit} bytes)" in str(caught.value)


MISPLACED = [
    ("R6", "x.png", ["[images] R6: is no position (did you mean", "R1 to R5 and L1 to L5", "ppi, resample"]),
    ("gray", True, ['it stands beside a file: R1 = { file = "x.tif", gray = ... }']),
    ("page", 2, ["it stands beside a file"]),
    ("segments", {}, ["it stands beside a file"]),
    ("amputated", ["R1"], ['said of one, in place of a file: R1 = "amputated"']),
    ("ORI", "WVATF0800", ["belongs into [transaction]"]),
    ("prints", "14", ["belongs into [transaction]"]),
    ("XNAM", "A,B", ["elements of Type-2 stand in [demographics]"]),
]


@pytest.mark.parametrize(("key", "value", "told"), MISPLACED, ids=[key for key, *_ in MISPLACED])
def test_a_key_of_images_that_is_no_position_says_where_it_belongs(
    tmp_path: Path, key: str, value: Any, told: list[str]
) -> None:
    with pytest.raises(DescriptionError) as caught:
        nistitl.build(tenprint(tmp_path, images={key: value}), folder=tmp_path)
    assert all(words in str(caught.value) for words in told), str(caught.value)


@pytest.mark.parametrize(
    ("section", "key", "told"),
    [
        ("transaction", "resample", "belongs into [images]"), ("transaction", "R1", "belongs into [images]"),
        ("transaction", "XNAM", "elements of Type-2 stand in [demographics]"),
        ("demographics", "TCN", "belongs into [transaction]"), ("demographics", "right-thumb", "belongs into [images]"),
    ],
)  # fmt: skip
def test_a_key_of_another_section_says_which(tmp_path: Path, section: str, key: str, told: str) -> None:
    with pytest.raises(DescriptionError, match=rf"\[{section}\] {key}: .*{re.escape(told)}"):
        nistitl.build(tenprint(tmp_path, **{section: {key: "500"}}), folder=tmp_path)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("profile", '"fbi-ebts-9.2"', "no profile 'fbi-ebts-9.2' (did you mean 'fbi-ebts-9.1'?); profiles"),
        ("profile", '"stat.toml"', "stat.toml: cannot read: .*(did you mean 'state.toml'?)"),
        ("overlays", '["state.toml", "stat.toml"]', "stat.toml: cannot read: .*(did you mean 'state.toml'?)"),
        ("overlays", '["text.toml"]', "text.toml: .*"),
        ("overlays", '"state.toml"', 'expected a list of TOML files, such as overlays = ["state.toml"]'),
    ],
)  # fmt: skip
def test_a_profile_or_an_overlay_that_is_none_is_told_with_its_line(
    tmp_path: Path, key: str, value: str, told: str
) -> None:
    (tmp_path / "state.toml").write_text('[profile]\nname = "state"\n', "utf-8")
    (tmp_path / "text.toml").write_text("no table", "utf-8")
    head = {"type": '"FAUF"', "profile": '"fbi-ebts-9.1"', key: value}
    card = tmp_path / "card.toml"
    card.write_text("[transaction]\n" + "".join(f"{name} = {said}\n" for name, said in head.items()), "utf-8")
    line = 2 + list(head).index(key)
    with pytest.raises(DescriptionError) as caught:
        nistitl.build(card)
    begins = f"card.toml, line {line}: [transaction] {key}: "
    assert re.match(re.escape(begins) + "(there is )?" + re.escape(told).replace(r"\.\*", ".*"), str(caught.value)), (
        str(caught.value)
    )


def test_a_profile_of_a_file_is_seen_from_the_description(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state.toml").write_text('[profile]\nname = "state"\nparent = "fbi-ebts-9.1"\n', "utf-8")
    said = tenprint(tmp_path, transaction={"profile": "state.toml"})
    assert nistitl.build(said, folder=tmp_path).profile == str(tmp_path / "state.toml")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").mkdir()
    written = write_blank(tmp_path / "other" / "card.toml", "state.toml", "FAUF")
    assert read_description(written).profile == str(tmp_path / "state.toml")


@pytest.mark.parametrize(
    ("said", "asked", "told"),
    [
        ({"resample": 500}, 1000, "[images] resample: is 500 here, and 1000 was asked for beside the description"),
        ({"right-thumb": {"file": "right-thumb.png", "resample": 1000}}, 500, "right-thumb: resample: is 1000 here"),
        ({"resample": 500}, 600, "resample (--resample): expected 500 or 1000"),
    ],
)  # fmt: skip
def test_two_resolutions_to_resample_to_are_refused(
    tmp_path: Path, said: dict[str, Any], asked: int, told: str
) -> None:
    with pytest.raises(DescriptionError) as caught:
        nistitl.build(tenprint(tmp_path, images=said), folder=tmp_path, resample=asked)
    assert told in str(caught.value)


def test_the_same_resolution_twice_is_no_contradiction(tmp_path: Path) -> None:
    assert len(nistitl.build(tenprint(tmp_path, images={"resample": 500}), folder=tmp_path, resample=500)[4]) == 14


def _terminal(folder: Path, **images: Any) -> dict[str, Any]:
    """A description by gsat-3, with these changes to its pictures."""
    said = tenprint(folder, images=images)
    head = {"type": "ID", "profile": "gsat-3", "DAI": "A", "ORI": "B", "TCN": "C", "PRY": "1", "DOM": [["INT-I", "5"]]}
    return {**said, "transaction": head, "demographics": {"DPR": "20240315", "OBU": "X", "SEX": "1"}}


def test_a_missing_finger_is_a_record_where_the_profile_wants_one_of_each(tmp_path: Path) -> None:
    said = _terminal(
        tmp_path, **{"left-ring": "amputated", "R1": "amputated", "right-index": "unprintable"},
        **{"right-thumb": None, "plain-right-thumb": None},
    )  # fmt: skip
    tx = nistitl.build(said, folder=tmp_path)
    assert tx.VER == "0501" and sorted(record.FGP[0] for record in tx[14]) == list(range(1, 15))
    bare = [record for record in tx[14] if not record.has_image]
    told = {record.FGP[0]: (record.IMP, [(one.FRAP, one.ABC) for one in record.AMP]) for record in bare}
    assert told == {1: (1, [(1, "XX")]), 2: (1, [(2, "UP")]), 9: (1, [(9, "XX")]), 11: (0, [(1, "XX")])}
    assert [list(record.keys()) for record in bare] == [[1, 2, 3, 4, 5, 13, 18]] * 4
    assert len({record.IDC for record in tx[14]}) == 14
    assert nistitl.read(bytes(tx)).validate("gsat-3", level=3).errors == ()


def test_no_profile_that_does_not_ask_for_it_gets_a_record_without_an_image(tmp_path: Path) -> None:
    said = tenprint(
        tmp_path, transaction={"profile": "fbi-ebts-10.0", "fingers": 14}, images={"left-ring": "amputated"}
    )
    assert all(record.has_image for record in nistitl.build(said, folder=tmp_path)[14])


def test_a_finger_without_picture_or_reason_is_refused_where_one_record_of_each_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError, match="neither picture nor reason: 9 left-ring-finger"):
        nistitl.build(_terminal(tmp_path, **{"left-ring": None}), folder=tmp_path)


def test_a_limit_proposes_a_bit_rate_where_the_profile_states_none(tmp_path: Path) -> None:
    said = _terminal(tmp_path)
    whole = len(bytes(nistitl.build(said, folder=tmp_path)))
    with pytest.raises(TooLarge, match="states no bit rate") as caught:
        nistitl.build(said, folder=tmp_path, max_bytes=whole - 3000)
    rate = float(str(caught.value).rpartition("bitrate = ")[2].partition(" ")[0])
    said["images"]["bitrate"] = rate
    assert len(bytes(nistitl.build(said, folder=tmp_path, max_bytes=whole - 3000))) <= whole - 3000


@pytest.mark.parametrize(("profile", "tot"), [("dod-ebts-4.1", "CAR"), ("nato-stanag-4715", "NES")])
def test_that_nobody_says_which_prints_a_type_needs_is_told(tmp_path: Path, profile: str, tot: str) -> None:
    text = write_blank(tmp_path / "card.toml", profile, tot).read_text("utf-8")
    assert f"no source says whether {tot} of {profile} needs fingerprints" in text.replace("\n# ", " ")
    other = write_blank(tmp_path / "other.toml", "fbi-ebts-9.1", "FAUF").read_text("utf-8")
    assert "no source says" not in other


def test_a_face_alone_is_told_where_nobody_says_whether_prints_are_needed(tmp_path: Path) -> None:
    from nistitl.plain.planning import order_of, unknown_prints

    head = {"type": "CAR", "profile": "dod-ebts-4.1"}
    assert "needs fingerprints" in str(unknown_prints(order_of(read_description({"transaction": head}))))
    assert unknown_prints(order_of(read_description({"transaction": {**head, "prints": "some"}}))) is None


def test_hidden_files_of_a_folder_are_no_pictures(tmp_path: Path) -> None:
    said = tenprint(tmp_path)
    for name in ("._right-thumb.png", ".right-index.png"):
        (tmp_path / name).write_bytes(b"of macOS")
    assert len(nistitl.build({**said, "images": {"folder": "."}}, folder=tmp_path)[4]) == 14
