"""Another image into a record: every other field stays, what told of the old image goes, and nobody is left unaware."""

from __future__ import annotations

import warnings
from hashlib import sha256
from typing import Any

import pytest

import nistitl
from nistitl.images.errors import ImageError
from nistitl.images.record import ImageRecord
from nistitl.images.renewing import MEASURED, PLACES, StaleFields
from nistitl.records import record_class
from nistitl.records.type14 import FingerQuality, Segment, SegmentPath
from tests.support.samples import ROOT

np = pytest.importorskip("numpy", reason="numpy comes with ebtskit[images]")
pytest.importorskip("PIL", reason="pillow comes with ebtskit[images]")
pytest.importorskip("imagecodecs", reason="imagecodecs comes with ebtskit[images]")

FIXTURES = ROOT / "fixtures"
SLAP = 12  # of the Type-14 of the tenprint
DESCRIBING = {1, 6, 7, 8, 9, 10, 11, 12, 999}
IMAGE_TYPES = (10, 13, 14, 15, 16, 17, 19, 99)


def picture(rows: int = 300, columns: int = 400) -> Any:
    y, x = np.indices((rows, columns))
    return (128 + 100 * np.sin(x / 3 + y / 5)).astype(np.uint8)


def tenprint() -> nistitl.Transaction:
    return nistitl.read(FIXTURES / "tenprint-type14.eft")


def fields(record: nistitl.Record) -> dict[Any, bytes]:
    return {key: bytes(record.raw(key) or b"") for key in record.keys()}


def test_every_other_field_stays_and_what_told_of_the_old_image_goes() -> None:
    slap = tenprint()[14][SLAP]
    before = fields(slap)
    with pytest.warns(StaleFields, match="14.021 SEG.*told of the old image and are gone"):
        change = slap.set_image(picture(), codec="WSQ20")
    after = fields(slap)
    assert change.removed == ("14.021 SEG", "14.022 NQM", "14.023 SQM", "14.024 FQM", "14.016 SHPS", "14.017 SVPS")
    assert set(before) - set(after) == {21, 22, 23, 24, 16, 17} and set(after) <= set(before)
    assert {key for key in after if after[key] != before[key]} <= DESCRIBING | {996}
    assert (slap.HLL, slap.VLL, slap.CGA, slap.THPS, slap.TVPS, slap.BPX) == (400, 300, "WSQ20", 500, 500, 8)
    assert slap.codec == "WSQ20" and np.abs(slap.array.astype(int) - picture()).mean() < 8
    assert slap.image_findings() == () and slap.HAS == sha256(bytes(slap.DATA or b"")).hexdigest().upper()


def test_the_hash_is_renewed_where_it_stood_and_nowhere_else() -> None:
    tx = tenprint()
    hashed, bare = tx[14][0], tx[14][1]
    hashed.HAS, bare.HAS = "00" * 32, None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StaleFields)
        hashed.set_image(picture(), codec="PNG")
        bare.set_image(picture(), codec="PNG")
    assert hashed.HAS == sha256(bytes(hashed.DATA or b"")).hexdigest().upper() and bare.HAS is None


def test_the_resolution_is_that_of_the_picture_else_that_of_the_record(tmp_path: Any) -> None:
    from PIL import Image

    record = nistitl.Type14.from_image(picture(), codec="PNG", ppi=1000, FGP=2, IMP=0)
    record.set_image(picture(100, 100))
    assert (record.THPS, record.TVPS, record.CGA) == (1000, 1000, "PNG"), "algorithm and resolution as they were"
    Image.fromarray(picture(120, 110)).save(tmp_path / "x.tif", dpi=(500, 500))
    record.set_image(tmp_path / "x.tif", codec="PNG")
    assert (record.THPS, record.HLL, record.VLL) == (500, 110, 120)
    record.set_image(picture(90, 90), ppi=600)
    assert record.THPS == 600
    face = nistitl.Type10.from_image(picture(), codec="PNG")
    face.set_image(np.dstack([picture()] * 3), codec="JPEGB")
    assert (face.SLC, face.THPS, face.CSP, face.CGA) == (0, 1, "RGB", "JPEGB")


def test_what_is_asked_to_stay_stays() -> None:
    slap = tenprint()[14][SLAP]
    segments = fields(slap)[21]
    with pytest.warns(StaleFields):
        change = slap.set_image(slap.array, keep=("SEG", "NQM"))
    assert fields(slap)[21] == segments and "14.021 SEG" not in change.removed and slap.NQM and not slap.FQM
    with pytest.raises(ImageError, match="not 'FGP'"):
        slap.set_image(slap.array, keep="FGP")
    given = (Segment(2, 0, 9, 0, 9),)
    slap.set_image(slap.array, SEG=given)
    assert slap.SEG == given, "fields may be given with the image"


def test_records_that_mark_places_in_the_old_image_are_told() -> None:
    tx = nistitl.read(FIXTURES / "latent.eft")
    latent = tx[13][0]
    assert any(one.idc == latent.idc for one in tx[9])
    with pytest.warns(StaleFields, match=rf"Type-9 IDC {latent.idc} marks places in the old image"):
        change = latent.set_image(latent.array, codec="PNG")
    assert change.stale == (f"Type-9 IDC {latent.idc}",)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"codec": "WSQ20", "bitrat": 1}, "did you mean 'bitrate'"),
        ({"codec": "WSQ20", "FPG": 1}, "did you mean 'FGP'"),
        ({"codec": "FROG"}, "no codec of that name"),
        ({"codec": "PNG", "IMP": 300}, "IMP"),
    ],
)
def test_what_is_refused_changes_nothing(options: dict[str, Any], said: str) -> None:
    tx = tenprint()
    before = bytes(tx)
    with pytest.raises(nistitl.ITLError, match=said):
        tx[14][SLAP].set_image(picture(), **options)
    assert bytes(tx) == before


def test_a_binary_record_goes_by_what_its_transaction_tells() -> None:
    tx = nistitl.read(FIXTURES / "tenprint-type4.eft")
    record = tx[4][0]
    assert not record.set_image(picture()).removed
    assert (record.ISR, record.CGA, record.HLL) == (0, 2, 400) and record.image_findings() == ()
    before = bytes(tx)
    with pytest.raises(ImageError, match=r"1.011 NSR and 1.012 NTR .* set one to 39.37"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record.set_image(picture(), ppi=1000)
    assert bytes(tx) == before
    assert record.set_image(picture(), ppi=1000, resample=500).done and record.HLL == 200
    alone = nistitl.Type4.from_image(picture(), codec="WSQ20", ppi=500, FGP=1, IMP=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone.set_image(picture(), codec="NONE", ppi=600)
    assert alone.ISR == 1 and round(alone.ppi or 0) == 600


def test_segments_move_with_the_pixels() -> None:
    record = nistitl.Type14.from_image(
        picture(201, 400), codec="PNG", ppi=1000, FGP=13, IMP=0,
        SEG=(Segment(2, 10, 399, 0, 200), Segment(3, 11, 101, 7, 9)),
        ASEG=(SegmentPath(2, 3, ((0, 0), (399, 0), (399, 200))),),
        FQM=(FingerQuality(2, 50, "0101", 57),), COM="kept",
    )  # fmt: skip
    with pytest.warns(StaleFields, match="FQM"):
        change = record.resample(500)
    assert record.SEG == (Segment(2, 5, 199, 0, 100), Segment(3, 5, 50, 3, 4))
    assert record.ASEG == (SegmentPath(2, 3, ((0, 0), (199, 0), (199, 100))),)
    assert (record.HLL, record.VLL, record.THPS, record.SHPS, record.SVPS) == (200, 101, 500, 1000, 1000)
    assert change.removed == ("14.024 FQM",) and change.scaled == ("14.021 SEG", "14.025 ASEG")
    assert record.COM == "kept" and record.CGA == "PNG"
    assert record.resample(500).done == () and record.SHPS == 1000, "it is that already"


def test_pixels_at_another_resolution_leave_the_record_as_it_is() -> None:
    record = nistitl.Type14.from_image(picture(), codec="PNG", ppi=1000, FGP=2, IMP=0)
    before = fields(record)
    small = record.at_ppi(500)
    assert small.pixels.shape == (150, 200) and small.ppi == 500 and fields(record) == before
    assert np.array_equal(np.asarray(small), small.pixels)
    with pytest.raises(ImageError, match="less detail"):
        record.at_ppi(1200)


def measured_by_declaration(kind: type[nistitl.Record]) -> set[str]:
    """Fields whose items are places in an image, or a quality with an algorithm."""
    found = set()
    for element in kind.elements.values():
        rows = getattr(getattr(element.value, "items", None), "items", ())
        names = {getattr(row, "mnemonic", None) or getattr(row, "name", None) for row in rows}
        if names & {"LHC", "points"} or {"QVU", "QAV"} <= names or {"QNQ", "QAV"} <= names:
            found.add(element.mnemonic)
    return found


def test_the_list_of_what_is_measured_holds_what_the_declarations_have() -> None:
    seen: set[str] = set()
    for number in IMAGE_TYPES:
        kind = record_class(number)
        assert issubclass(kind, ImageRecord)
        seen |= measured_by_declaration(kind)
    assert {"SEG", "ASEG", "FIP", "FQM", "IQS", "OCC"} <= seen, "so something is seen"
    assert seen - set(MEASURED) == set()
    known = {element.mnemonic for number in IMAGE_TYPES for element in record_class(number).elements.values()}
    assert set(MEASURED) - known == set() and set(PLACES) <= set(MEASURED)
