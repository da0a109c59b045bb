"""A description becomes a transaction: what is derived, and what is refused."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nistitl
from nistitl.plain.assembling import built
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
    images = {"face": {"file": "face.png", "SAP": 20}, "left-iris": "eye.png"}
    said = {"transaction": {**HEAD, "profile": "fbi-ebts-10.0"}, "demographics": PERSON, "images": images}
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
