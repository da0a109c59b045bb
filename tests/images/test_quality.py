"""Fingers are measured one at a time at 500 ppi; what cannot be measured is 255 and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import nistitl
from nistitl.images.amputations import amputated
from nistitl.images.errors import ImageError
from nistitl.images.nfiq2 import NFIQ2
from nistitl.images.pictures import open_picture
from nistitl.images.quality import FAILED, Measure, Score, measure_named, scores_of, unmeasured, write_scores
from nistitl.profiles.choice import names_for
from nistitl.records.type14 import Segment, SegmentPath
from tests.support.samples import CASES, ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIXTURES = ROOT / "fixtures"


class Rows(Measure):
    """A score that tells what was looked at: the mean of the pixels, and their size."""

    name, vendor, product = "rows", "00FF", 7

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def score(self, finger: NDArray[np.uint8]) -> int:
        self.seen.append(finger.shape)
        if finger.min() == finger.max() == 0:
            raise ImageError("it is black")
        return int(finger.mean()) * 100 // 255


def fingers(**fields: Any) -> Any:
    """Two fingers beside each other, the left one darker."""
    pixels = np.full((60, 100), 204, np.uint8)
    pixels[:, :50] = 51
    return nistitl.Type14.from_image(pixels, "NONE", ppi=500, **({"IMP": 0, "FGP": 40} | fields))


def test_an_image_of_several_is_measured_by_its_boxes() -> None:
    record, measure = fingers(SEG=(Segment(2, 0, 49, 10, 39), Segment(3, 50, 99, 0, 59))), Rows()
    assert scores_of(record, measure) == [Score(2, 20), Score(3, 80)]
    assert measure.seen == [(30, 50), (60, 50)]


def test_outside_its_polygon_a_finger_is_white() -> None:
    corners = ((0, 0), (49, 0), (49, 29), (0, 29))
    record = fingers(ASEG=(SegmentPath(2, 4, corners),), FGP=40)
    assert scores_of(record, Rows())[0] == Score(2, 20)
    half = fingers(ASEG=(SegmentPath(2, 3, ((0, 0), (49, 0), (0, 49))),))
    (first, *_) = scores_of(half, Rows())
    assert 55 < first.value < 65


def test_a_finger_without_a_segment_is_255_and_one_that_is_amputated_is_none() -> None:
    record = fingers(SEG=(Segment(2, 0, 49, 0, 59),), FGP=47, AMP=((4, "XX"),))
    assert scores_of(record, Rows()) == [Score(2, 20), Score(3, FAILED, "no segment says where this finger is")]


@pytest.mark.parametrize("code", ["XX", "UP", "SR"])
@pytest.mark.parametrize("profile", ["fbi-ebts-9.1", "dod-ebts-1.2"])
def test_fingers_that_type_2_says_are_gone_have_no_score(profile: str, code: str) -> None:
    """As those of 14.018; a scar is there to be measured where a segment says so, and where none does it excuses."""
    tx = nistitl.Transaction.new(VER="0502", TOT="CAR", DAI="A", ORI="A", TCN="T")
    tx.profile = profile
    text = nistitl.Type2()
    text["2.084"] = [["02", code], ["04", code]]
    tx.append(text)
    tx.append(fingers(SEG=(Segment(2, 0, 49, 0, 59), Segment(3, 50, 99, 0, 59)), FGP=47))
    said = amputated(tx, names_for(tx)[0])
    scored = [Score(2, 20)] if code == "SR" else []
    assert scores_of(tx[14][0], Rows(), said) == [*scored, Score(3, 80)]
    unsaid = scores_of(tx[14][0], Rows())
    assert unsaid == [Score(2, 20), Score(3, 80), Score(4, FAILED, "no segment says where this finger is")]


def test_what_says_a_box_again_is_measured_once() -> None:
    corners = ((0, 0), (49, 0), (49, 59), (0, 59))
    record = fingers(SEG=(Segment(2, 0, 49, 0, 59),), ASEG=(SegmentPath(2, 4, corners),), FGP=40)
    assert [one.position for one in scores_of(record, Rows())] == [2, 3]


@pytest.mark.parametrize(
    ("ppi", "seen", "reason"),
    [
        (500, (60, 100), ""),
        (1000, (30, 50), ""),
        (600, (50, 83), ""),
        (250, None, "less detail"),
        (None, None, "not known"),
    ],
)
def test_pixels_are_measured_at_500(ppi: float | None, seen: tuple[int, int] | None, reason: str) -> None:
    record, measure = fingers(FGP=2), Rows()
    record.THPS = record.TVPS = ppi
    if ppi is None:
        record.SLC = 0
        record.THPS = record.TVPS = 1
    (score,) = scores_of(record, measure)
    assert measure.seen == ([] if seen is None else [seen])
    assert (score.value == FAILED) is bool(reason) and reason in score.reason


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (nistitl.Type13(IMP=4, FGP=2), "a latent"),
        (nistitl.Type15(IMP=10, FGP=21), "a palm"),
        (nistitl.Type14(IMP=7, FGP=2), "a latent"),
        (nistitl.Type4(IMP=4, FGP=2), "a latent"),
        (nistitl.Type14(IMP=0, FGP=19), "not a finger"),
        (nistitl.Type14(IMP=1, FGP=33), "not a finger"),
        (nistitl.Type10(), "not an image of fingers"),
        (nistitl.Type14(IMP=1, FGP=2), ""),
        (nistitl.Type4(IMP=1, FGP=(2, 3)), ""),
    ],
)  # fmt: skip
def test_what_is_asked_about(record: Any, why: str) -> None:
    assert unmeasured(record) == why
    assert not why or scores_of(record, Rows()) == []


def test_an_image_that_does_not_decode_is_255() -> None:
    record = fingers(FGP=15)
    record.DATA = bytes(record.DATA)[:100]
    assert [(one.position, one.value) for one in scores_of(record, Rows())] == [(1, FAILED), (6, FAILED)]


def test_what_a_measure_refuses_is_255_with_its_reason() -> None:
    record = nistitl.Type14.from_image(np.zeros((40, 40), np.uint8), "NONE", ppi=500, IMP=1, FGP=2)
    assert scores_of(record, Rows()) == [Score(2, FAILED, "it is black")]


def test_scores_stand_in_14_024_beside_those_of_others() -> None:
    record, measure = fingers(FGP=11), Rows()
    record.FQM = ((1, 99, "00FE", 7), (1, 98, "00FF", 7), (2, 97, "00FF", 7))
    assert write_scores(record, [Score(11, 80)], measure) == ""
    assert record.raw(24) == b"1\x1f99\x1f00FE\x1f7\x1e2\x1f97\x1f00FF\x1f7\x1e1\x1f80\x1f00FF\x1f7"


def test_where_no_score_can_stand_is_told() -> None:
    assert "Type-4 has no field" in write_scores(nistitl.Type4(FGP=2), [Score(2, 80)], Rows())
    record = fingers(FGP=0)
    assert "fingers 1 to 10" in write_scores(record, [Score(0, 80)], Rows()) and record.FQM == ()
    tx = nistitl.Transaction.new(VER="0300", TOT="CAR", DAI="D", ORI="O", TCN="T")
    old = tx.append(fingers(FGP=2))
    assert "no 14.024" in write_scores(old, [Score(2, 80)], Rows()) and old.raw(24) is None


def test_a_measure_is_found_in_any_case_and_a_wrong_name_tells_which_there_are() -> None:
    assert measure_named("nfiq2") is NFIQ2
    with pytest.raises(ImageError, match="there are NFIQ2"):
        measure_named("NFIQ3")


class TestNfiq2:
    @pytest.fixture(autouse=True)
    def installed(self) -> None:
        pytest.importorskip("nbis", reason="nbis-py has no wheel for this machine")

    @pytest.mark.parametrize(("name", "score"), [("Test01", 54), ("Test02", 45), ("Test03", 53)])
    def test_nists_own_prints_have_nists_scores(self, name: str, score: int) -> None:
        path = CASES / "nfiq2" / f"SFinGe_{name}.pgm"
        if not path.is_file():
            pytest.skip("NIST's example prints are not here (set NISTITL_CASES)")
        assert NFIQ2.score(open_picture(path, ppi=500).pixels) == score  # type: ignore[arg-type]

    def test_a_print_of_which_two_thirds_are_white_is_worse(self) -> None:
        (record, *_) = [one for one in nistitl.read(FIXTURES / "tenprint-type14.eft")[14] if one.FGP == (7,)]
        whole = record.array
        half = whole.copy()
        half[:, : whole.shape[1] * 2 // 3] = 255
        score = NFIQ2.score(whole)
        assert 30 < score <= 100 and NFIQ2.score(half) < score - 5

    @pytest.mark.parametrize("shape", [(1, 1), (7, 500), (500, 31), (2001, 500)])
    def test_what_is_no_finger_is_refused_before_native_code_sees_it(
        self, shape: tuple[int, int], capfd: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(ImageError, match="are no finger at 500 ppi"):
            NFIQ2.score(np.full(shape, 255, np.uint8))
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("gray", [0, 128, 255])
    def test_an_empty_image_has_no_score(self, gray: int, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(ImageError, match="finds no fingerprint"):
            NFIQ2.score(np.full((300, 300), gray, np.uint8))
        assert capfd.readouterr() == ("", "")
