"""Cores, deltas and paths from pixels: numbers are hundredths of a millimetre from the region's corner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nistitl
from nistitl import Type9
from nistitl.minutiae import CORES, DELTAS, MinutiaeError
from nistitl.minutiae.arrays import no_deltas
from nistitl.minutiae.naming import places_of
from tests.support.samples import ROOT

SQUARE = np.array([(10, 20), (30, 20), (30, 40), (10, 40)], float)  # pixels; at 508 ppi one is 5 hundredths


def region(**fields: bytes) -> Type9:
    record = Type9(FMT="U", IDC=1)
    record[300] = b"1000\x1f2000\x1f20\x1f50"
    for number, content in fields.items():
        record[int(number[1:])] = content
    return record


class TestPolygon:
    def test_a_new_region_moves_no_feature(self) -> None:
        """All of the extended feature set counts from the region: one that is new begins where they counted from."""
        features = nistitl.read(ROOT / "fixtures/latent.eft")[9][0]
        del features["ROI"]
        before, core = features.minutiae(), np.array(features.cores)
        path = np.array([[50.0, 60.0], [300.0, 60.0], [300.0, 300.0]])
        features.set_polygon("ROI", [path])
        assert features.minutiae().tolist() == before.tolist()
        assert np.array(features.cores)[["x", "y"]].tolist() == core[["x", "y"]].tolist()
        assert features.polygon("ROI")[0] == pytest.approx(path, abs=0.2)

    def test_the_region_itself(self) -> None:
        record = region()
        record.set_polygon("ROI", [SQUARE], ppi=508)
        assert bytes(record.raw(300) or b"") == b"1000\x1f2000\x1f20\x1f50\x1f30,50-130,50-130,150-30,150"
        assert record.polygon("ROI", ppi=508)[0].tolist() == SQUARE.tolist()

    def test_a_region_that_was_not_there(self) -> None:
        record = Type9(FMT="U", IDC=1)
        record.set_polygon("ROI", [SQUARE], ppi=508)
        assert bytes(record.raw(300) or b"") == b"100\x1f100\x1f50\x1f100\x1f0,0-100,0-100,100-0,100"
        assert record.polygon("ROI", ppi=508)[0].tolist() == SQUARE.tolist()

    @pytest.mark.parametrize(
        ("name", "number", "content", "expected"),
        [
            ("LQI", 357, b"SMUDGE\x1f1,1-2,2-3,3\x1fx", b"SMUDGE\x1f30,50-130,50-130,150-30,150\x1fx"),
            ("AOC", 360, b"7\x1f1,1-2,2-3,3", b"7\x1f30,50-130,50-130,150-30,150"),
            ("FPP", 302, b"2\x1f\x1f\x1f1,1-2,2-3,3", b"2\x1f\x1f\x1f30,50-130,50-130,150-30,150"),
            ("RPS", 373, b"", b"30,50-130,50-130,150-30,150"),
        ],
    )
    def test_of_every_field(self, name: str, number: int, content: bytes, expected: bytes) -> None:
        record = region(**({f"f{number}": content} if content else {}))
        record.set_polygon(name, [SQUARE], ppi=508)
        assert bytes(record.raw(number) or b"") == expected
        assert record.polygon(name, ppi=508)[0].tolist() == SQUARE.tolist()
        assert record.polygon(name, units="own")[0][0].tolist() == [30, 50]

    def test_in_its_own_units(self) -> None:
        record = region()
        record.set_polygon("RPS", [np.array([(100, 20), (30, 400)]), np.array([(50, 600), (70, 800)])], units="own")
        assert bytes(record.raw(373) or b"") == b"100,20-30,400\x1e50,600-70,800"

    def test_by_the_image_of_the_record(self) -> None:
        tx = nistitl.read(ROOT / "fixtures/latent.eft")
        record = tx[9][0]
        record.set_polygon("ROI", [SQUARE])
        assert record.polygon("ROI")[0] == pytest.approx(SQUARE, abs=0.2)  # 1,000 ppi: 2.54 hundredths a pixel
        assert not [finding for finding in tx.validate().errors if finding.location.field == 300]

    @pytest.mark.parametrize(
        ("name", "paths", "says"),
        [
            ("LQI", [SQUARE, SQUARE], "1 subfields, and 2 paths"),
            ("LQI", [SQUARE - 10], "left of or above the region"),
            ("LQI", [SQUARE[:1]], "at least two points"),
            ("LQI", [SQUARE[:, :1]], "at least two points"),
            ("LQI", [SQUARE * np.nan], "at least two points"),
            ("DOT", [SQUARE], "holds none"),
        ],
    )
    def test_what_is_refused(self, name: str, paths: list[Any], says: str) -> None:
        record = region(f357=b"SMUDGE\x1f1,1-2,2-3,3")
        before = bytes(record.raw(357) or b"")
        with pytest.raises(MinutiaeError, match=says):
            record.set_polygon(name, paths, ppi=508)
        assert bytes(record.raw(357) or b"") == before


def core(x: float, y: float, theta: float = np.nan, radius: float = np.nan, spread: float = np.nan) -> Any:
    cores = np.zeros(1, CORES)
    cores[0] = (x, y, theta, radius, spread)
    return cores


def delta(x: float, y: float, *angles: float, kind: str = "") -> Any:
    deltas = no_deltas(1)
    deltas["x"], deltas["y"], deltas["type"] = x, y, kind
    for name, angle in zip(("up", "left", "right"), angles, strict=False):
        deltas[name] = angle
    return deltas


class TestCoresAndDeltas:
    """At 508 pixels per inch a pixel is 5 hundredths of a millimetre."""

    @pytest.mark.parametrize(
        ("block", "core_field", "core_content", "delta_field", "delta_content"),
        [
            ("efs", 320, b"30\x1f50\x1f45\x1f20\x1f7", 321, b"130\x1f150\x1f90\x1f210\x1f330\x1fL"),
            ("iafis", 21, b"00500100\x1f045\x1f20", 22, b"01500200\x1f090\x1f210\x1f330"),
            ("standard", 8, b"00500900", 9, b"01500800"),
        ],
    )
    def test_in_millimetres(
        self, block: str, core_field: int, core_content: bytes, delta_field: int, delta_content: bytes
    ) -> None:
        record = region()
        lost = record.set_cores(core(10, 20, 45, 4, 7), block, ppi=508, height=200)
        lost += record.set_deltas(delta(30, 40, 90, 210, 330, kind="L"), block, ppi=508, height=200)
        assert bytes(record.raw(core_field) or b"").startswith(core_content)
        assert bytes(record.raw(delta_field) or b"").startswith(delta_content)
        assert (lost == []) == (block == "efs")
        if block != "efs":
            assert any("type of 1 deltas" in one for one in lost)
        if block == "standard":
            assert any("angles of 1 cores" in one for one in lost)

    def test_in_pixels_of_the_block_of_incits(self) -> None:
        record = Type9(FMT="U", IDC=1)
        record[130], record[131] = b"1", b"500"
        lost = record.set_cores(core(20, 40, 90), "m1", ppi=1000)
        lost += record.set_deltas(delta(60, 80, 90, 210, 330), "m1", ppi=1000)
        assert bytes(record.raw(139) or b"") == b"10\x1f20\x1f45"
        assert bytes(record.raw(140) or b"") == b"30\x1f40\x1f45"
        assert bytes(record.raw(141) or b"") == b"105\x1f165"
        assert lost == []
        assert record.cores(ppi=1000)[["x", "y", "theta"]].tolist() == [(20, 40, 90)]
        assert record.set_cores(core(1, 2), "m1", ppi=500) == [
            "1 cores whose direction is not known, which must be told"
        ]

    def test_in_own_numbers(self) -> None:
        record = region()
        for block, units in (("efs", (30, 50, 45)), ("m1", (30, 50, 45)), ("standard", (30, 50, np.nan))):
            record.set_cores(core(*units), block, units="own")
        assert bytes(record.raw(320) or b"") == b"30\x1f50\x1f45"
        assert bytes(record.raw(139) or b"") == b"30\x1f50\x1f45"
        assert bytes(record.raw(8) or b"") == b"00300050"

    def test_what_there_was_can_be_written_back(self) -> None:
        tx = nistitl.read(ROOT / "fixtures/latent.eft")
        record, before = tx[9][0], bytes(tx)
        assert record.set_cores(record.cores) == []
        assert record.set_deltas(record.deltas) == []
        assert bytes(tx) == before
        moved = record.cores
        moved["x"] += 100
        record.set_cores(moved)
        assert record.cores["x"] == pytest.approx(np.asarray(moved)["x"], abs=0.2)

    def test_none_says_that_there_are_none(self) -> None:
        record = region()
        record.set_cores(core(10, 20), "efs", ppi=508)
        assert (325 in record, record.NCOR) == (False, None)
        record.set_cores(core(10, 20)[:0], "efs", ppi=508)
        assert (320 in record, record.NCOR) == (False, "Y")
        record.set_cores(core(10, 20), "efs", ppi=508)
        assert record.NCOR is None

    def test_what_names_a_core_that_is_gone_goes(self) -> None:
        record = region(
            f361=b"1\x1fP\x1f320\x1f2\x1e2\x1fP\x1f320\x1f1\x1e3\x1fP\x1f331\x1f2",
            f322=b"2\x1f1\x1f7\x1e1\x1f1\x1f8\x1eL\x1f1\x1f9",
        )
        record.set_cores(np.concatenate([core(10, 20), core(30, 40)]), "efs", ppi=508)
        assert len(record.CPF) == len(record.CDR) == 3
        lost = record.set_cores(core(10, 20), "efs", ppi=508)
        assert [one.COL for one in record.CPF] == ["2", "3"]
        assert [one.CIX for one in record.CDR] == ["1", "L"]
        assert len(lost) == 2
        assert "9.361" in lost[0]
        assert "core-delta ridge counts" in lost[1]

    @pytest.mark.parametrize(
        ("cores", "says"),
        [
            (np.zeros(1, DELTAS)["x"], "structured array of cores"),
            (core(np.nan, 1), "must be finite"),
            (core(1, 1), "left of or above the region"),
        ],
    )
    def test_what_is_refused(self, cores: Any, says: str) -> None:
        record = region()
        with pytest.raises(MinutiaeError, match=says):
            record.set_cores(cores, "efs", ppi=508)
        assert 320 not in record


def test_quality_set_by_hand_where_the_block_has_none_is_percent() -> None:
    """The extended feature set has no quality of minutiae: on its arrays it is percent, and never lost unsaid."""
    record = nistitl.read(ROOT / "fixtures/latent.eft")[9][0]
    record.convert_minutiae("m1")
    marked = record.minutiae("efs")
    marked["radius"] = marked["spread"] = np.nan
    marked["quality"] = 50
    assert not [line for line in record.set_minutiae(marked, "m1") if "quality" in line]
    assert set(record.minutiae("m1")["quality"].tolist()) == {50}
    marked["quality"] = 32
    new = Type9.from_minutiae(marked, "standard", ppi=1000, width=800, height=800, lossy=True, IDC=1, IMP=4)
    assert set(new.minutiae("standard", units="own")["quality"].tolist()) == {44}
    marked["quality"][:2] = 254
    assert "the quality of 2 minutiae above 100" in record.set_minutiae(marked, "m1")
    assert f"the quality of {len(marked)} minutiae" in record.set_minutiae(marked, "efs")


def test_a_point_without_a_place_is_refused_in_our_own_words() -> None:
    for number, content in ((320, b"5080"), (321, b"193")):
        record = nistitl.read(ROOT / "fixtures/latent.eft")[9][0]
        record[number] = content
        for setting in (lambda one: one.set_cores(one.cores), lambda one: one.set_deltas(one.deltas)):
            with pytest.raises(MinutiaeError, match=r"finite|no place"):
                setting(record)


def test_a_vendor_that_is_no_number_is_refused_in_our_own_words() -> None:
    record = nistitl.read(ROOT / "fixtures/latent.eft")[9][0]
    record[316] = b"50\x1fZZZZ\x1f3"
    with pytest.raises(MinutiaeError, match="no hexadecimal number"):
        record.to_template("incits-378-2009", "efs")


def test_a_scale_that_is_text_is_refused_in_our_own_words() -> None:
    with pytest.raises(MinutiaeError, match="a scale of '2' is none"):
        nistitl.read(ROOT / "fixtures/latent.eft")[9][0].plot(scale="2")  # type: ignore[arg-type]


def test_a_block_is_made_whole_or_not_at_all() -> None:
    """A core too far out for 9.008 to 9.012 is refused after other fields of the block were made."""
    record = nistitl.read(ROOT / "fixtures" / "latent.eft")[9][0]
    record.convert_minutiae("m1")
    record.CIN = [nistitl.minutiae.items.M1Core(65535, 65535, 1)]
    before, keys = bytes(record), record.keys()
    with pytest.raises(nistitl.ITLError):
        record.convert_minutiae("standard", "m1")
    assert (bytes(record), record.keys()) == (before, keys) and "standard" not in record.minutiae_blocks


def named(record: Type9) -> tuple[list[Any], list[Any]]:
    """What 9.361 says of cores, and 9.322."""
    return [(one.COL, one.FOC) for one in record.CPF], [(one.CIX, one.DIX, one.MNRC) for one in record.CDR]


@pytest.mark.parametrize(
    ("change", "features", "counts"),
    [
        (lambda cores: cores[1:], [("A2", 1)], [("1", "1", 7), ("L", "1", 9)]),
        (lambda cores: cores[:1], [("A1", 1)], [("1", "1", 3), ("L", "1", 9)]),
        (lambda cores: cores[::-1], [("A1", 2), ("A2", 1)], [("2", "1", 3), ("1", "1", 7), ("L", "1", 9)]),
        (lambda cores: cores, [("A1", 1), ("A2", 2)], [("1", "1", 3), ("2", "1", 7), ("L", "1", 9)]),
    ],
    ids=["the first goes", "the last goes", "turned round", "as they were"],
)
def test_names_follow_the_core_that_they_name(change: Any, features: list[Any], counts: list[Any]) -> None:
    items = nistitl.minutiae.items
    record = nistitl.read(ROOT / "fixtures" / "latent.eft")[9][0]
    two = np.repeat(record.cores[:1], 2)
    two["x"][1] += 60
    record.set_cores(two)
    record.CPF = [items.CorrespondingFeature(f"A{at}", "F", 320, at) for at in (1, 2)]
    record.CDR = [items.CoreDeltaRidgeCount(*row) for row in (("1", "1", 3), ("2", "1", 7), ("L", "1", 9))]
    lost = record.set_cores(change(record.cores[:]))
    assert named(record) == (features, counts)
    assert bool(lost) is (len(features) < 2)


def test_a_core_that_has_moved_keeps_its_name() -> None:
    record = nistitl.read(ROOT / "fixtures" / "latent.eft")[9][0]
    record.CPF = [nistitl.minutiae.items.CorrespondingFeature("A1", "F", 320, 1)]
    cores = record.cores[:]
    cores["x"] += 10
    assert record.set_cores(cores) == [] and named(record)[0] == [("A1", 1)]


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("AB", "BC", {2: 1}),  # C may be what A was, or not
        ("AB", "AC", {1: 1, 2: 2}),
        ("AB", "C", {}),
        ("AA", "A", {1: 1}),
        ("", "AB", {1: 1, 2: 2}),
        ("A", "BA", {1: 2}),
    ],
)
def test_places_of_features(before: str, after: str, places: dict[int, int]) -> None:
    assert {old: new for old, new in places_of(before, after).items() if old <= max(len(before), 2)} == places


def test_a_block_that_is_there_is_not_made_anew_in_silence() -> None:
    """m1 tells no pattern and one finger: what 9.302, 9.307 and 9.350 said goes and is listed."""
    items = nistitl.minutiae.items
    record = nistitl.read(ROOT / "fixtures" / "latent.eft")[9][0]
    record.FPP = [items.FrictionRidgePosition(2), items.FrictionRidgePosition(3)]
    record.PAT, record.MFD = [items.EfsPattern("LS")], [items.DetectionMethod("331", "MAN")]
    record.convert_minutiae("m1", "efs")
    lost = record.convert_minutiae("efs", "m1")
    assert {"what 9.302 FPP said before", "what 9.307 PAT said before", "what 9.350 MFD said before"} <= set(lost)
    assert record.convert_minutiae("efs", "m1") == [what for what in lost if "said before" not in what]


def test_a_field_that_stays_and_says_otherwise_is_listed() -> None:
    record = nistitl.read(ROOT / "fixtures" / "latent.eft")[9][0]
    record.FPP, record.FGP = [nistitl.minutiae.items.FrictionRidgePosition(2)], 3
    assert "9.134 FGP, which stays as it is and says otherwise" in record.convert_minutiae("m1", "efs")
    assert record.FGP == 3


def test_minutiae_of_m1_say_the_resolution_that_9_130_tells() -> None:
    one = np.zeros(1, nistitl.minutiae.DTYPE)
    one["index"], one["type"], one["radius"], one["spread"] = 1, "E", np.nan, np.nan
    record = Type9.from_minutiae(one, "m1", ppi=500, width=400, height=300)
    assert record.minutiae("m1").ppi == 500 and record.minutiae("m1", ppi=250).ppi == 250
