"""Paths are written from pixels: the numbers in the field are hundredths of a millimetre from the region's corner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nistitl
from nistitl import Type9
from nistitl.minutiae import MinutiaeError
from tests.support.samples import ROOT

SQUARE = np.array([(10, 20), (30, 20), (30, 40), (10, 40)], float)  # pixels; at 508 ppi one is 5 hundredths


def region(**fields: bytes) -> Type9:
    record = Type9(FMT="U", IDC=1)
    record[300] = b"1000\x1f2000\x1f20\x1f50"
    for number, content in fields.items():
        record[int(number[1:])] = content
    return record


class TestPolygon:
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
