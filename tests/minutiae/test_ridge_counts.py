"""What is hard to say: many minutiae, minutia 255, no neighbour, no method, candidates; arrays that are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nistitl import Type9
from nistitl.minutiae import COUNTS, MinutiaeError, read_template
from nistitl.minutiae.arrays import empty
from nistitl.minutiae.items import FrictionRidgePosition, ReadingSystem
from tests.minutiae.test_minutiae import counts_of, transaction

SIZE: dict[str, Any] = {"ppi": 500, "width": 400, "height": 400}


def row_of(many: int, first: int = 1, step: int = 1) -> Any:
    """Minutiae one right of the other, whose indices begin at `first`."""
    array = empty(many)
    array["x"], array["y"], array["type"], array["quality"] = np.arange(many) + 5, 50, "E", 10
    array["index"] = first + step * np.arange(many)
    return array


def octants_of(record: Type9, minutia: int) -> list[bytes]:
    return bytes(record.raw(23) or b"").split(b"\x1e")[minutia].split(b"\x1f")


class TestIafisIndices:
    """9.023 has three digits for an index, and 255 with 15 ridges for none."""

    def test_minutiae_are_numbered_anew_where_an_index_needs_more(self) -> None:
        counts = counts_of((5, 0, 15, 0, -1), (30, 1005, 3, 1, -1), (1005, 5, 4, 2, -1), (5, 255, 7, 1, -1))
        record = Type9.from_minutiae(row_of(50, 5, 25), "iafis", **SIZE, ridge_counts=counts, IMP=1)
        assert octants_of(record, 0)[0] == b"001"
        assert octants_of(record, 0)[4:6] == [b"25515", b"01107"]
        assert octants_of(record, 1)[5] == b"04103"
        assert octants_of(record, 40)[6] == b"00104"
        assert octants_of(record, 49) == [b"050", octants_of(record, 49)[1], b"10", b"A"]
        assert {len(item) for minutia in (0, 1, 40) for item in octants_of(record, minutia)[4:]} == {5}

    def test_no_neighbour_stays_none(self) -> None:
        counts = counts_of((300, 255, 15, 0, -1), (300, 301, 2, 1, -1))
        record = Type9.from_minutiae(row_of(3, 300), "iafis", **SIZE, ridge_counts=counts, IMP=1)
        assert octants_of(record, 0)[4:6] == [b"25515", b"00202"]

    def test_residuals_stand_where_they_are_known(self) -> None:
        counts = counts_of((1, 2, 4, 0, 1), (2, 3, 5, 1, -1))
        record = Type9.from_minutiae(row_of(3), "iafis", **SIZE, ridge_counts=counts, IMP=1)
        assert [len(octants_of(record, row)) for row in range(3)] == [13, 12, 4]
        found = record.ridge_counts()
        assert set(found[found["center"] == 2]["residual"].tolist()) == {-1}

    def test_residuals_of_some_octants_only_are_listed_and_not_made_up(self) -> None:
        """The item holds a bit for each octant, 0 or 1: nothing that says that one is not known."""
        counts = counts_of(
            (1, 2, 4, 0, 1), (1, 3, 5, 1, -1), (1, 2, 6, 2, 0), (2, 3, 5, 1, 1), (3, 0, 15, 4, 0), (3, 2, 1, 0, -1)
        )
        says = "the residual of 2 ridge counts, beside which others of the minutia have none"
        with pytest.raises(MinutiaeError, match=says):
            Type9.from_minutiae(row_of(3), "iafis", **SIZE, ridge_counts=counts, IMP=1)
        record = Type9.from_minutiae(row_of(3), "iafis", **SIZE, ridge_counts=counts, IMP=1, lossy=True)
        assert [len(octants_of(record, row)) for row in range(3)] == [12, 13, 12]
        assert octants_of(record, 1)[12] == b"01000000"
        assert record.set_minutiae(row_of(3), ridge_counts=counts, ppi=500) == [says]
        assert record.set_minutiae(row_of(3), ppi=500) == []
        told = Type9.from_minutiae(row_of(3), "efs", **SIZE, ridge_counts=counts, IMP=1, MRA="EFTS7", lossy=True)
        assert says in told.convert_minutiae("iafis", "efs", **SIZE)
        assert [len(octants_of(told, row)) for row in range(3)] == [12, 13, 12]

    def test_residuals_of_octants_without_a_neighbour_stay_as_they_stand(self) -> None:
        record = Type9.from_minutiae(row_of(2), "iafis", **SIZE, IMP=1)
        none = [b"25515"] * 7
        record[23] = (
            b"\x1e".join(
                b"\x1f".join([*octants_of(record, row), b"00205", *none, bits])
                for row, bits in enumerate((b"10100000", b"01000000"))
            )
            .replace(b"\x1f00205", b"\x1f00105")
            .replace(b"\x1f00105", b"\x1f00205", 1)
        )
        before = bytes(record.raw(23) or b"")
        assert record.set_minutiae(record.minutiae(ppi=500), ppi=500) == []
        assert bytes(record.raw(23) or b"") == before

    def test_one_index_more_is_kept(self) -> None:
        record = Type9.from_minutiae(row_of(2, 253), "iafis", **SIZE, IMP=1)
        assert record.minutiae(ppi=500)["index"].tolist() == [253, 254]


class TestMinutia255:
    """A count of 15 ridges to minutia 255 is one where that minutia is there."""

    def test_of_a_template_and_of_m1(self) -> None:
        counts = counts_of((1, 255, 15, -1, -1), (2, 1, 3, -1, -1))
        record = Type9.from_minutiae(row_of(255), "m1", **SIZE, ridge_counts=counts, IMP=1)
        template = read_template(bytes(record.to_template(quality=50)))
        again = Type9.from_template(template)
        for found in (template.views[0].ridge_counts, again.ridge_counts()):
            assert found[["center", "neighbour", "count"]].tolist() == [(1, 255, 15), (2, 1, 3)]

    def test_a_template_without_it_lists_the_count(self) -> None:
        template = Type9.from_minutiae(row_of(3), "m1", **SIZE, IMP=1).to_template(quality=50)
        data = bytearray(bytes(template)[:-2] + bytes.fromhex("000b 0001000b 00 010202 010902"))
        data[8:10] = len(data).to_bytes(2, "big")
        read = read_template(bytes(data))
        assert not read.findings
        with pytest.raises(ValueError, match="cannot hold 1 ridge counts of minutiae that are not there"):
            Type9.from_template(read)
        kept = Type9.from_template(read, lossy=True).ridge_counts()
        assert kept[["center", "neighbour", "count"]].tolist() == [(1, 2, 2)]

    @pytest.mark.parametrize(("block", "field"), [("standard", "9.012"), ("iafis", "9.023")])
    def test_where_it_may_say_none_it_is_refused(self, block: str, field: str) -> None:
        """9.012 of AFIS/FBI and 9.023 spell 15 ridges to minutia 255 and no neighbour alike."""
        told: dict[str, Any] = {"IMP": 1, "lossy": True}
        told |= {"OFR": ReadingSystem("AFIS/FBI", "A")} if block == "standard" else {}
        counts, array = counts_of((1, 255, 15, 0, -1), (1, 255, 7, 1, -1), (255, 1, 3, 2, -1)), row_of(2, 1, 254)
        says = f"1 ridge counts of 15 to minutia 255 may say that there is no neighbour, as {field} .*: give 0 as the"
        with pytest.raises(MinutiaeError, match=says):
            Type9.from_minutiae(array, block, **SIZE, ridge_counts=counts, **told)
        record = Type9.from_minutiae(array, block, **SIZE, **told)
        with pytest.raises(MinutiaeError, match=says):
            record.set_minutiae(array, ridge_counts=counts, ppi=500, height=400)
        counts["neighbour"][0] = 0
        assert record.set_minutiae(array, ridge_counts=counts, ppi=500, height=400) == []
        first = bytes(record.raw(12 if block == "standard" else 23) or b"").split(b"\x1e")[0].split(b"\x1f")[4:6]
        assert first == ([b"255,15", b"255,7"] if block == "standard" else [b"25515", b"00207"])
        assert record.set_minutiae(row_of(3), ridge_counts=counts_of((1, 255, 15, 0, -1)), ppi=500, height=400) == []

    @pytest.mark.parametrize("index", [254, 255])
    def test_in_arrays_none_is_told_from_a_minutia_of_that_name(self, index: int) -> None:
        """Octants without a neighbour are named by 255, where that is a minutia by 0."""
        record = Type9.from_minutiae(row_of(1), "standard", **SIZE, IMP=1, OFR=ReadingSystem("AFIS/FBI", "A"))
        first, second = "00500050010\x1f10\x1fA", "00600060010\x1f10\x1fA"
        record[12] = f"001\x1f{first}\x1f255,15\x1f{index},04\x1e{index}\x1f{second}".encode()
        none = 0 if index == 255 else 255
        counts = record.ridge_counts()
        assert counts[["neighbour", "count"]].tolist() == [(none, 15), (index, 4)]
        array = record.minutiae(ppi=500, height=400)
        assert record.set_minutiae(array, ridge_counts=counts, ppi=500, height=400) == []
        assert record.set_minutiae(array, ppi=500, height=400) == []
        assert record.ridge_counts()[["neighbour", "count"]].tolist() == [(none, 15), (index, 4)]
        other = Type9.from_minutiae(array, "iafis", **SIZE, ridge_counts=counts, IMP=1)
        assert octants_of(other, 0)[4:6] == [b"25515", b"00204" if index == 255 else b"25404"]  # numbered anew

    @pytest.mark.parametrize("block", ["standard", "iafis"])
    def test_none_stays_none_when_a_minutia_is_named_like_that(self, block: str) -> None:
        told: dict[str, Any] = {"OFR": ReadingSystem("AFIS/FBI", "A")} if block == "standard" else {}
        counts = counts_of((1, 255, 15, 0, -1), (1, 2, 7, 1, -1))
        record = Type9.from_minutiae(row_of(2), block, **SIZE, ridge_counts=counts, IMP=1, **told)
        array = np.concatenate([record.minutiae(ppi=500, height=400), row_of(1, 255)])
        assert record.set_minutiae(array, block, ppi=500, height=400) == []
        first = bytes(record.raw(12 if block == "standard" else 23) or b"").split(b"\x1e")[0].split(b"\x1f")[4:6]
        assert first == ([b"255,15", b"2,7"] if block == "standard" else [b"25515", b"00207"])

    def test_where_neighbours_are_counted_what_said_none_goes_with_such_a_minutia(self) -> None:
        record = Type9.from_minutiae(row_of(2), "standard", **SIZE, IMP=1)
        record[12] = bytes(record.raw(12) or b"").replace(b"\x1e", b"\x1f255,15\x1f2,7\x1e", 1)
        array = np.concatenate([record.minutiae(ppi=500, height=400), row_of(1, 255)])
        assert record.set_minutiae(array, ppi=500, height=400) == []
        assert record.ridge_counts()[["center", "neighbour", "count"]].tolist() == [(1, 2, 7)]

    @pytest.mark.parametrize("block", ["m1", "efs"])
    def test_formats_that_tell_no_octants_without_a_neighbour_leave_them_out(self, block: str) -> None:
        told: dict[str, Any] = {"MRA": "OCTANT"} if block == "efs" else {}
        counts = counts_of((1, 0, 15, -1, -1), (1, 255, 15, -1, -1), (1, 2, 7, -1, -1))
        record = Type9.from_minutiae(row_of(3), block, **SIZE, ridge_counts=counts, IMP=1, lossy=True, **told)
        assert record.ridge_counts().tolist() == [(1, 2, 7, -1, -1)]

    def test_by_conversion_it_is_listed(self) -> None:
        record = Type9.from_minutiae(
            row_of(255), "efs", **SIZE, ridge_counts=counts_of((1, 255, 15, 0, -1)), MRA="EFTS7", IMP=1, lossy=True
        )
        record.OFR = ReadingSystem("AFIS/FBI", "A")
        lost = record.convert_minutiae("standard", "efs", **SIZE)
        assert "1 ridge counts of 15 to minutia 255, which say that there is none" in lost

    def test_none_stays_none_where_minutiae_are_numbered_anew(self) -> None:
        array = row_of(2, 1, 254)
        counts = counts_of((1, 0, 15, 0, -1), (1, 255, 3, 1, -1))
        record = Type9.from_minutiae(
            array, "standard", **SIZE, ridge_counts=counts, IMP=1, OFR=ReadingSystem("AFIS/FBI", "A"), lossy=True
        )
        assert record.convert_minutiae("iafis", "standard", **SIZE) == []
        assert octants_of(record, 0)[4:] == [b"25515", b"00203"] + [b"25515"] * 6

    @pytest.mark.parametrize("block", ["standard", "iafis", "m1", "efs"])
    def test_counts_of_minutiae_that_are_not_there_are_refused(self, block: str) -> None:
        told: dict[str, Any] = {"IMP": 1, "MRA": "OCTANT"} if block == "efs" else {"IMP": 1}
        counts = counts_of((1, 99, 3, 0, -1), (77, 2, 3, 0, -1))
        with pytest.raises(MinutiaeError, match="2 ridge counts name minutiae that the array does not have"):
            Type9.from_minutiae(row_of(3), block, **SIZE, ridge_counts=counts, lossy=True, **told)

    def test_octants_of_the_older_blocks_that_say_none(self) -> None:
        counts = counts_of((1, 255, 15, 0, -1), (1, 2, 3, 1, -1))
        record = Type9.from_minutiae(row_of(3), "iafis", **SIZE, ridge_counts=counts, IMP=1)
        record[23] = bytes(record.raw(23) or b"").replace(b"003\x1f", b"255\x1f", 1)
        transaction(record)
        record.convert_minutiae("efs")
        assert [(one.MIA, one.MIB, one.MIR, one.MRN) for one in record.MRC] == [(1, 2, 3, 1)]


class TestSectors:
    """A sector that is none of the octants is none; counts of 9.012 that say octants have one in each."""

    @pytest.mark.parametrize("sector", [-1, 9])
    def test_of_the_extended_feature_set(self, sector: int) -> None:
        counts = counts_of((1, 2, 4, sector, -1))
        told: dict[str, Any] = {**SIZE, "ridge_counts": counts, "IMP": 1}
        with pytest.raises(MinutiaeError, match='give MRA, which is "OCTANT", "EFTS7" or "QUADRANT"'):
            Type9.from_minutiae(row_of(3), "efs", **told, lossy=True)
        record = Type9.from_minutiae(row_of(3), "efs", **told, MRA="OCTANT", lossy=True)
        assert bytes(record.raw(333) or b"") == b"1\x1f2\x1f4"
        with pytest.raises(MinutiaeError, match="give MRA"):  # quadrants, or four of eight octants
            Type9.from_minutiae(row_of(3), "efs", **SIZE, ridge_counts=counts_of((1, 2, 4, 3, -1)), IMP=1)
        again = Type9.from_minutiae(row_of(3), "efs", **SIZE, IMP=1, MRA="QUADRANT", lossy=True)
        lost = again.set_minutiae(row_of(3), ridge_counts=counts_of((1, 2, 4, 4, -1)), ppi=500)
        assert [one for one in lost if "quality" not in one] == ["the sector of 1 ridge counts, which is none"]
        assert again.MRC[0].MRN is None

    def test_without_what_they_refer_to_they_are_no_octants(self) -> None:
        record = Type9.from_minutiae(row_of(3), "efs", **SIZE, IMP=1, lossy=True)
        record[333] = b"1\x1f2\x1f4\x1f5\x1e1\x1f3\x1f4\x1f9"
        lost = record.convert_minutiae("iafis", **SIZE)
        assert lost == ["2 ridge counts to neighbours (what it holds is to octants)"]
        assert set(octants_of(record, 0)[4:]) == {b"25515"}
        record[332], record[23] = b"OCTANT", None
        assert record.convert_minutiae("iafis", "efs", **SIZE) == ["1 ridge counts that are not the one of an octant"]
        assert octants_of(record, 0)[4:] == [b"25515"] * 5 + [b"00205"] + [b"25515"] * 2

    @pytest.mark.parametrize("sector", [-1, 9])
    def test_of_the_standard_block(self, sector: int) -> None:
        record = Type9.from_minutiae(row_of(3), "standard", **SIZE, IMP=1, OFR=ReadingSystem("AFIS/FBI", "A"))
        told = counts_of((1, 2, 4, sector, -1), (1, 3, 5, 2, -1))
        lost = record.set_minutiae(row_of(3), ridge_counts=told, ppi=500, height=400)
        assert lost == ["1 ridge counts that are not the one of an octant"]
        found = record.ridge_counts()
        assert found[found["neighbour"] != 255][["neighbour", "count", "sector"]].tolist() == [(3, 5, 2)]


class TestWhatIsGiven:
    @pytest.mark.parametrize("block", ["standard", "iafis", "m1", "efs"])
    @pytest.mark.parametrize(
        "counts", [[[1, 2, 3]], [(1, 2, 3)], "x", 5, {}, np.zeros((2, 3)), np.zeros((1, 1), COUNTS)]
    )
    def test_what_is_no_array_of_counts(self, block: str, counts: Any) -> None:
        record = Type9.from_minutiae(row_of(3), block, **SIZE, IMP=1, lossy=True)
        for act in (
            lambda: record.set_minutiae(row_of(3), ridge_counts=counts, ppi=500, height=400),
            lambda: Type9.from_minutiae(row_of(3), block, **SIZE, ridge_counts=counts, IMP=1, lossy=True),
        ):
            with pytest.raises(MinutiaeError, match=r"structured array with center, neighbour and count; see .*COUNTS"):
                act()

    def test_columns_that_are_not_given_and_numbers_that_do_not_fit(self) -> None:
        kind = np.dtype([("center", "i8"), ("neighbour", "i8"), ("count", "i8"), ("sector", "i8")])
        given = np.array([(1, 2, 3, 300)], kind)
        with pytest.raises(MinutiaeError, match="a sector is no whole number, or out of range"):
            Type9.from_minutiae(row_of(3), "m1", **SIZE, ridge_counts=given, IMP=1)
        record = Type9.from_minutiae(
            row_of(3), "m1", **SIZE, ridge_counts=given[["center", "neighbour", "count"]], IMP=1
        )
        assert record.ridge_counts().tolist() == [(1, 2, 3, -1, -1)]
        assert len(Type9.from_minutiae(row_of(3), "m1", **SIZE, ridge_counts=[], IMP=1).ridge_counts()) == 0  # type: ignore[arg-type]


class TestNamed:
    def test_colors_alone_follow_their_minutiae(self) -> None:
        """9.381 without 9.361."""
        record = Type9.from_minutiae(row_of(3), "efs", **SIZE, IMP=1, lossy=True)
        record[381] = b"331\x1f3\x1fFF0000\x1e331\x1f1\x1f00FF00\x1e320\x1f1\x1f0000FF"
        lost = record.set_minutiae(record.minutiae(ppi=500)[1:], ppi=500)
        assert lost == ["1 subfields of 9.381 FCC, for features of 9.331 that are gone"]
        assert bytes(record.raw(381) or b"") == b"331\x1f2\x1fFF0000\x1e320\x1f1\x1f0000FF"


class TestCandidates:
    @pytest.mark.parametrize("codes", [(18, 2), (0, 2), (2, 18), (18, 21)])
    @pytest.mark.parametrize("block", ["m1", "iafis"])
    def test_an_unknown_one_beside_another_leaves_it_open(self, codes: tuple[int, ...], block: str) -> None:
        told = [FrictionRidgePosition(code) for code in codes]
        record = Type9.from_minutiae(row_of(3), "efs", **SIZE, IMP=1, FPP=told, lossy=True)
        lost = record.convert_minutiae(block, **SIZE)
        template = record.to_template(block="efs", quality=50, **SIZE)
        what = f"the finger position, of which there are 2 candidates: {codes[0]}, {codes[1]}"
        assert lost == [what] and what in template.lost
        assert (record.FGP if block == "m1" else record.FGN) == template.views[0].position == 0

    @pytest.mark.parametrize("position", [2, 3, 7, 0])
    def test_the_caller_settles_them(self, position: int) -> None:
        told = [FrictionRidgePosition(code) for code in (2, 3)]
        record = Type9.from_minutiae(row_of(3), "efs", **SIZE, IMP=1, FPP=told, lossy=True)
        template = record.to_template(block="efs", quality=50, position=position, **SIZE)
        assert template.views[0].position == position
        open_still = ["the finger position, of which there are 2 candidates: 2, 3"]
        assert list(template.lost) == ([] if position in (2, 3) else open_still)

    def test_only_unknown_ones_and_one_twice(self) -> None:
        for codes, code in (((18,), 0), ((0, 18), 0), ((2, 2), 2)):
            told = [FrictionRidgePosition(one) for one in codes]
            record = Type9.from_minutiae(row_of(3), "efs", **SIZE, IMP=1, FPP=told, lossy=True)
            assert record.convert_minutiae("m1", **SIZE) == []
            assert record.FGP == code


def test_a_size_that_is_none() -> None:
    record = Type9.from_minutiae(row_of(3), "m1", **SIZE, IMP=1)
    with pytest.raises(MinutiaeError, match="a width of -1 pixels is none"):
        record.convert_minutiae("efs", width=-1)
    with pytest.raises(MinutiaeError, match="a height of 0 pixels is none"):
        record.to_template(height=0, quality=50)
