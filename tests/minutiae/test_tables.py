"""`.xyt` in both conventions, CSV and plain values: against what NIST's detector wrote, and by hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl import Type9
from nistitl.minutiae import Minutiae, MinutiaeError, interoperability, read_xyt, xyt
from nistitl.minutiae.arrays import empty
from nistitl.minutiae.export import as_csv, as_xyt, beside, features, left_out
from nistitl.minutiae.selection import blocks_of
from tests.support.samples import CORPUS, ROOT

if TYPE_CHECKING:
    import numpy as np

CASES = CORPUS.parent / "cases" / "minutiae"
LATENT = ROOT / "fixtures/latent.eft"

# The same three minutiae as NIST's detector wrote them, natively and with -m1, of an image 400 pixels high.
NATIVE = "11 126 247 5\n20 294 225 13\n33 124 67 94\n"
M1 = "11 274 33 5\n20 106 22 13\n33 276 123 94\n"


def minutiae_by_hand() -> np.ndarray:
    array = empty(3)
    array["x"], array["y"], array["theta"] = [11, 20, 33], [274, 106, 276], [67, 45, 247]
    array["quality"] = [5, 13, 94]
    return array


def with_quality(*numbers: int) -> np.ndarray:
    array = minutiae_by_hand()
    array["quality"], array["type"] = numbers, "E"
    return array


class TestXyt:
    def test_both_conventions(self) -> None:
        array = minutiae_by_hand()
        assert xyt(array, height=400) == NATIVE
        assert xyt(array, "xyt-m1") == M1

    def test_they_are_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xyt"
        path.write_text(NATIVE)
        for source in (NATIVE, path, str(path)):
            found = read_xyt(source, height=400, ppi=500)
            assert found[["x", "y", "theta", "quality"]].tolist() == minutiae_by_hand()[
                ["x", "y", "theta", "quality"]
            ].tolist()  # fmt: skip
            assert found.ppi == 500
        found = read_xyt(M1, "xyt-m1")
        assert found["y"].tolist() == [274, 106, 276]
        assert found["theta"].tolist() == [66, 44, 246]  # in steps of two degrees
        assert found["type"].tolist() == ["X"] * 3

    def test_into_a_record(self) -> None:
        record = Type9.from_minutiae(
            read_xyt(NATIVE, height=400), "m1", ppi=500, width=400, height=400, lossy=True, IDC=1, IMP=1
        )
        assert bytes(record.raw(137) or b"").startswith(b"1\x1f11\x1f274\x1f34\x1f0\x1f5\x1e")

    def test_quality_is_percent_whatever_the_scale_of_the_array(self) -> None:
        record = Type9.from_minutiae(
            with_quality(2, 32, 63), "standard", ppi=500, width=400, height=400, IDC=1, IMP=1
        )  # fmt: skip
        array = record.minutiae("standard", ppi=500, height=400)
        for convention in ("xyt", "xyt-m1"):
            lines = xyt(array, convention, height=400).splitlines()  # type: ignore[arg-type]
            assert [line.split()[3] for line in lines] == ["100", "51", "1"]
        by_hand = Minutiae(with_quality(2, 32, 63), "efs")
        assert [line.split()[3] for line in xyt(by_hand, height=400).splitlines()] == ["2", "32", "63"]

    def test_percent_becomes_the_scale_of_the_block(self) -> None:
        found = read_xyt("10 20 30 5\n40 50 60 60\n40 50 90 0\n", height=400)
        record = Type9.from_minutiae(found, "standard", ppi=500, width=400, height=400, IDC=1, IMP=1)
        assert record.minutiae("standard", units="own")["quality"].tolist() == [60, 27, 63]
        assert record.set_minutiae(found[1:], ppi=500, height=400) == []
        assert record.minutiae("standard", units="own")["quality"].tolist() == [27, 63]
        assert xyt(record.minutiae(ppi=500, height=400), height=400) == "40 50 60 59\n40 50 90 1\n"

    def test_without_quality(self) -> None:
        array = minutiae_by_hand()
        array["quality"] = -1
        assert xyt(array, "xyt-m1") == "11 274 33\n20 106 22\n33 276 123\n"
        assert read_xyt("1 2 3\n", "xyt-m1")["quality"].tolist() == [-1]
        array["quality"][0] = 7
        assert xyt(array, "xyt-m1").splitlines()[1].endswith(" 0")

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("1 2\n", "line 1 is no"), ("1 2 3 4 5\n", "line 1 is no"), ("1 2 3\n1 x 3\n", "line 2 is no"),
            ("1 2 3 101\n", "no minutia has"), ("1 2 123456789\n", "no minutia has"),
        ],
    )  # fmt: skip
    def test_what_is_no_such_text(self, text: str, says: str) -> None:
        with pytest.raises(MinutiaeError, match=says):
            read_xyt(text, "xyt-m1")

    def test_errors(self, tmp_path: Path) -> None:
        with pytest.raises(MinutiaeError, match="give the height"):
            xyt(minutiae_by_hand())
        with pytest.raises(MinutiaeError, match="take it in pixels"):
            xyt(nistitl.read(LATENT)[9][0].minutiae(units="own"), height=400)
        with pytest.raises(MinutiaeError, match="give the height"):
            read_xyt(NATIVE)
        with pytest.raises(MinutiaeError, match="conventions are xyt and xyt-m1"):
            xyt(minutiae_by_hand(), "m1")  # type: ignore[arg-type]
        with pytest.raises(nistitl.ReadError):
            read_xyt(tmp_path / "none.xyt", "xyt-m1")

    @pytest.mark.parametrize(("convention", "name"), [("xyt", "mt4.xyt"), ("xyt-m1", "mt4m1.xyt")])
    def test_as_nists_detector_writes_it(self, corpus: Path, convention: str, name: str) -> None:
        """89 minutiae of one print, which `mindtct` wrote as .xyt and into 9.012: places and directions are the same,
        quality within 1 of its percent, as 9.012 has 62 steps."""
        if not CASES.is_dir():
            pytest.skip("the cases are not here")
        record = nistitl.read(CASES / "mt4.mdt")[9][0]
        text, lost = as_xyt(record, convention)  # type: ignore[arg-type]
        ours, theirs = (
            [tuple(map(int, line.split())) for line in lines.splitlines()]
            for lines in (text, (CASES / name).read_text("ascii"))
        )
        assert len(ours) == 89
        assert sorted(row[:3] for row in ours) == sorted(row[:3] for row in theirs)
        told = {row[:3]: row[3] for row in theirs}
        assert max(abs(told[row[:3]] - row[3]) for row in ours) <= 1
        assert lost == [
            "9.012 MRCT: the type of 89 minutiae", "9.012 MRCT: 430 ridge counts", "9.006 FGPT", "9.007 FPC",
            "9.005 OFR",
        ]  # fmt: skip


class TestPlain:
    def test_csv_and_json_tell_the_same(self) -> None:
        record = nistitl.read(LATENT)[9][0]
        found, array = features(record), record.minutiae()
        assert (found["idc"], found["block"], found["units"], found["ppi"]) == (1, "efs", "pixels", 1000)
        rows = list(csv.DictReader(io.StringIO(as_csv([found, found]))))
        assert len(rows) == 2 * len(array) == 2 * len(found["minutiae"])
        for row, plain, minutia in zip(rows, found["minutiae"], array, strict=False):
            assert (int(row["index"]), row["type"], row["quality"]) == (minutia["index"], minutia["type"], "")
            for name in ("x", "y", "theta", "radius", "spread"):
                assert float(row[name]) == plain[name] == pytest.approx(float(minutia[name]), abs=0.0006)
            assert plain["quality"] is None
        assert len(found["cores"]) == len(record.cores)
        assert found["deltas"][0]["x"] == pytest.approx(float(record.deltas["x"][0]), abs=0.0006)
        assert left_out(record)[:2] == ["9.320 COR: 1 core", "9.321 DEL: 1 delta"]
        assert left_out(record, plain=True) == beside(record) == ["9.300 ROI", "9.308 RQM", "9.309 RQF"]
        own = features(record, units="own")
        assert (own["ppi"], own["units"]) == (None, "own")
        assert own["minutiae"][0]["x"] == record.MIN[0].MXC

    def test_what_is_not_known_is_none(self) -> None:
        record = Type9(FMT="U", IDC=1)
        record[331] = b"1\x1f2\x1f3\x1fX"
        record[333] = b"1\x1f1\x1f4"
        found = features(record, units="own")
        assert found["minutiae"] == [
            {"x": 1, "y": 2, "theta": 3, "type": "X", "quality": None, "radius": None, "spread": None, "index": 1}
        ]
        assert found["ridge_counts"] == [{"center": 1, "neighbour": 1, "count": 4, "sector": None, "residual": None}]


class TestLeftOut:
    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({331: b"1\x1f2\x1f3\x1fX", 340: b"5\x1f6", 341: b"1\x1f2\x1f3\x1f4", 308: b"1"},
             ["9.308 RQM", "9.340 DOT", "9.341 INR"]),
            ({331: b"1\x1f2\x1f3\x1fX", 302: b"2\x1fDST", 350: b"331\x1fAUTO\x1fAcme"},
             ["9.302 FPP: segments, polygons or places off the center", "9.350 MFD: version or part of the system"]),
            ({331: b"1\x1f2\x1f3\x1fX", 300: b"10\x1f10"}, []),
            ({12: b"1\x1f00010002003\x1f0\x1fA", 6: b"3"}, ["9.012 MRCT: that 1 minutiae are placed by hand"]),
            ({137: b"1\x1f2\x1f3\x1f4\x1f1\x1f0", 134: b"3", 308: b"1"}, []),
        ],
    )  # fmt: skip
    def test_of_plain_values(self, fields: dict[int, bytes], told: list[str]) -> None:
        record = Type9(FMT="U", IDC=1)
        for number, content in fields.items():
            record[number] = content
        assert left_out(record, plain=True) == told

    def test_every_field_of_every_block_is_told_or_held(self) -> None:
        """A field that is of no block at all, or that no statement names, would vanish in silence."""
        for name, fields in {
            "standard": {
                5: b"Acme\x1fA",
                6: b"3",
                7: b"T\x1fRS",
                8: b"00010002",
                9: b"00010002",
                12: b"1\x1f00010002003\x1f5\x1fA",
            },
            "iafis": {14: b"3", 16: b"X\x1f00\x1fCAT", 17: b"RS\x1f31\x1f31", 23: b"001\x1f00010002003\x1f05\x1fA"},
            "m1": {134: b"3", 135: b"5", 137: b"1\x1f2\x1f3\x1f4\x1f1\x1f0", 139: b"1\x1f2\x1f3", 140: b"1\x1f2\x1f3"},
        }.items():
            record = Type9(FMT="U", IDC=1)
            for number, content in fields.items():
                record[number] = content
            numbers = {int(one[2:5]) for one in left_out(record, name)}
            assert numbers == fields.keys() - {blocks_of(record)[name].field}


class TestReach:
    @pytest.mark.parametrize(
        ("fields", "reach"),
        [
            ({331: b"1\x1f2\x1f3\x1fX"}, "EFS"),
            ({137: b"1\x1f2\x1f3\x1f4\x1f1\x1f0"}, "EFS"),
            ({12: b"1\x1f00010002003\x1f5\x1fA"}, "standard"),
            ({23: b"001\x1f00010002003\x1f05\x1fA"}, "standard"),
            ({12: b"1\x1f00010002003\x1f5\x1fA", 331: b"1\x1f2\x1f3\x1fX"}, "both"),
            ({105: b"x", 331: b"1\x1f2\x1f3\x1fX"}, "EFS"),
            ({105: b"x"}, "vendor only"),
            ({176: b"Acme", 180: b"x"}, "vendor only"),
            ({300: b"10\x1f10"}, "nothing"),
        ],
    )
    def test_of_a_record(self, fields: dict[int, bytes], reach: str) -> None:
        record = Type9(FMT="U", IDC=1)
        for number, content in fields.items():
            record[number] = content
        (found,) = interoperability([record])
        assert found.reach == reach
        assert found.vendors == (("NEC",) if 105 in fields else ("Acme",) if 176 in fields else ())
        assert ("no image" in found.follows) == (reach == "vendor only")

    def test_what_is_marked_without_minutiae_is_said(self) -> None:
        """A region, cores and the finger go along with an image, though no minutia does."""
        tx = nistitl.read(LATENT)
        del tx[9][0][331]
        (found,) = interoperability(tx)
        assert (found.reach, found.blocks) == ("image only", ())
        assert found.marks == ("ROI", "FPP", "RQM", "RQF", "COR", "DEL")
        assert "ROI, FPP, RQM, RQF, COR, DEL" in found.follows
        assert "nothing that an examiner marked" not in found.follows
        tx.remove(tx[9][0])
        (found,) = interoperability(tx)
        assert (found.marks, found.follows.endswith("nothing that an examiner marked goes along")) == ((), True)

    def test_of_a_transaction(self) -> None:
        tx = nistitl.read(LATENT)
        (found,) = interoperability(tx)
        assert (found.record, found.type, found.idc, found.reach, found.image) == (3, 9, tx[9][0].idc, "EFS", True)
        for number in (331, 333, 334):
            if number in tx[9][0]:
                del tx[9][0][number]
        assert [one.reach for one in interoperability(tx)] == ["image only"]
        tx.remove(tx[9][0])
        (found,) = interoperability(tx)
        assert (found.type, found.reach) == (13, "image only")
        assert "encode" in found.follows


def test_the_height_that_9_129_tells() -> None:
    """Of a block that says the size of its image, native `.xyt` needs no image and no height."""
    array = empty(2)
    array["x"], array["y"], array["type"], array["quality"] = (10, 20), (30, 40), "E", 50
    record = Type9.from_minutiae(array, "m1", ppi=500, width=200, height=100, IMP=1)
    assert as_xyt(record)[0] == "10 70 180 50\n20 60 180 50\n"
    assert as_xyt(record, ppi=1000)[0] == "20 140 180 50\n40 120 180 50\n"
    assert as_xyt(record, height=50)[0] == "10 20 180 50\n20 10 180 50\n"
