"""Minutiae and other features of Type-9 as arrays: NIST's files by hand, both ways for every block, what cannot be."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nistitl
from nistitl import Type9
from nistitl.minutiae import CORES, COUNTS, DELTAS, Minutiae, MinutiaeError
from nistitl.minutiae.arrays import empty
from nistitl.minutiae.selection import blocks_of
from nistitl.records.type09 import CaptureEquipment, RegionOfInterest
from tests.support.samples import ROOT

EXAMPLES = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
BLOCKS = blocks_of(Type9)
NAMES = tuple(BLOCKS)
MINUTIAE = {"standard": 12, "iafis": 23, "m1": 137, "efs": 331}
COUNTED = {"standard": 12, "iafis": 23, "m1": 138, "efs": 333}

# file, place among its Type-9, block, minutiae; first one: in own units x, y, theta, type, quality, radius is nowhere;
# in pixels x, y, theta. One print (finger 8, 800 x 768 pixels) is in many of NIST's files, in three spellings.
BY_HAND: list[tuple[str, int, str, int, tuple[Any, ...], tuple[float, float, float]]] = [
    # 001 21952030101 00 D; 500.38 ppi: 2195/2540*500.38 = 432.415, 768 - 2030/2540*500.38 = 368.090, 101 + 180
    ("mhshams__jnbis/ansi/references/type-9-10-14.an2", 0, "standard", 48, (2195, 2030, 101, "X", -1),
     (432.415, 368.090, 281)),
    # the same with numbers that are not padded: 1 21952030101 0 D
    ("nist4j__nist4j/standards/AN2011/pass/pass-type-9-10-14.an2", 0, "standard", 48, (2195, 2030, 101, "X", -1),
     (432.415, 368.090, 281)),
    # 1 432 368 140 0 100; 197 pixels per cm are 500.38 ppi, which the image has: scale 1, angle 2 * 140
    ("nist4j__nist4j/standards/AN2011/pass/pass-type-9-14-m1.an2", 0, "m1", 48, (432, 368, 140, "O", 100),
     (432, 368, 280)),
    # 001 21951869281 00 C; ISR 19.69 per mm are 500.126 ppi: 2195/2540*500.126 = 432.196, 1869/2540*500.126 = 368.006
    ("mhshams__jnbis/ansi/references/type-9-4-iafis.an2", 0, "iafis", 48, (2195, 1869, 281, "X", -1),
     (432.196, 368.006, 281)),
    # 001 21951867281 00 C; 500.38 ppi: 432.415, 1867/2540*500.38 = 367.799
    ("nist4j__nist4j/standards/AN2011/pass/pass-type-9-10-14-fbi.an2", 0, "iafis", 48, (2195, 1867, 281, "X", -1),
     (432.415, 367.799, 281)),
    # 001 24992578095 00 D; 500 ppi: 2499/5.08 = 491.929, 768 - 2578/5.08 = 260.520
    ("mhshams__jnbis/ansi/references/type-9-13-std.an2", 0, "standard", 48, (2499, 2578, 95, "X", -1),
     (491.929, 260.520, 275)),
    # 1 491 260 137 0 100; 197 per cm on an image of 500 ppi: 491*500/500.38 = 490.627, 260*500/500.38 = 259.803
    ("nist4j__nist4j/standards/AN2011/pass/pass-type-9-13-m1.an2", 0, "m1", 48, (491, 260, 137, "O", 100),
     (490.627, 259.803, 274)),
    # 001 24991321275 00 C; 500.126 ppi: 2499/2540*500.126 = 492.053, 1321/2540*500.126 = 260.105
    ("valakkapeddi__fingerprints/an2k/data/iafis.an2", 0, "iafis", 48, (2499, 1321, 275, "X", -1),
     (492.053, 260.105, 275)),
    # 001 21951869281 00 C, its other record
    ("valakkapeddi__fingerprints/an2k/data/iafis.an2", 1, "iafis", 48, (2195, 1869, 281, "X", -1),
     (432.196, 368.006, 281)),
    # 001 24992578095 00 D; 500.38 ppi: 2499/2540*500.38 = 492.303, 768 - 2578/2540*500.38 = 260.134
    ("valakkapeddi__fingerprints/an2k/data/nist.an2", 0, "standard", 48, (2499, 2578, 95, "X", -1),
     (492.303, 260.134, 275)),
    # 001 01320714248 0 A; 500.38 ppi, 357 rows: 132/2540*500.38 = 26.004, 357 - 714/2540*500.38 = 216.342, 248 - 180
    ("usnistgov__libbiomeval/type9-13.an2k", 0, "standard", 28, (132, 714, 248, "E", -1), (26.004, 216.342, 68)),
    # 1015 759 174 E; 1000 ppi: 10.15 mm are 399.606 pixels, 7.59 mm 298.819; region of interest at 0, 0
    ("ivosh__node-nist/src/latent_with_minutiae.lffs", 0, "efs", 10, (1015, 759, 174, "E", -1),
     (399.606, 298.819, 174)),
    # 1 492 260 137 0 100, finger of the Type-13 of two
    ("nist4j__nist4j/standards/AN2011/pass/pass-type-9-13-9-14-m1.an2", 0, "m1", 48, (492, 260, 137, "O", 100),
     (492, 260, 274)),
]  # fmt: skip


def record_in(corpus: Path, name: str, place: int = 0) -> Type9:
    tx = nistitl.read((corpus / name).read_bytes())
    found = [record for record in tx if isinstance(record, Type9)][place]
    KEPT.append(tx)  # a record finds its image through the transaction, which must live
    return found


KEPT: list[nistitl.Transaction] = []


def array_of(*rows: tuple[Any, ...], columns: tuple[str, ...] = ("x", "y", "theta", "type")) -> Any:
    made = empty(len(rows))
    for place, name in enumerate(columns):
        made[name] = [row[place] for row in rows]
    return made


def counts_of(*rows: tuple[int, ...]) -> Any:
    made = np.zeros(len(rows), COUNTS)
    for place, name in enumerate(("center", "neighbour", "count", "sector", "residual")):
        made[name] = [row[place] for row in rows]
    return made


THREE = array_of((10, 5, 0, "E"), (20, 50, 90, "B"), (30, 60, 358, "E"))
PAIRS = counts_of((1, 2, 4, 0, 0), (1, 3, 7, 1, 1), (2, 3, 2, 0, 0))


def made(block: str, array: Any = THREE, counts: Any = None, **fields: Any) -> Type9:
    size = {"ppi": 500, "width": 100, "height": 100} | {k: fields.pop(k) for k in ("ppi", "height") if k in fields}
    told = {"IMP": 0, "MRA": "QUADRANT"} if block == "efs" and counts is not None else {"IMP": 0}
    return Type9.from_minutiae(array, block, **size, ridge_counts=counts, lossy=True, **(told | fields))


def transaction(record: Type9, ppi: float = 500) -> nistitl.Transaction:
    """The record beside an image of 100 x 100 pixels, of the same IDC."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", DAT="20200229", NSR="00.00", NTR="00.00")
    tx.append(nistitl.Type2())
    pixels = np.full((100, 100), 128, np.uint8)
    image = nistitl.Type14.from_image(pixels, "PNG", ppi, IMP=0, SRC="ORI", FCD="20200228", FGP=2)
    tx.append(image)
    record.IDC = image.IDC
    tx.append(record)
    KEPT.append(tx)
    return tx


# -- real files -----------------------------------------------------------------------------------


class TestByHand:
    @pytest.mark.parametrize(
        ("name", "place", "block", "many", "own", "pixels"),
        BY_HAND,
        ids=[f"{c[0].split('/')[-1]}-{c[1]}" for c in BY_HAND],
    )
    def test_first_minutia(
        self, corpus: Path, name: str, place: int, block: str, many: int, own: Any, pixels: Any
    ) -> None:
        record = record_in(corpus, name, place)
        assert record.minutiae_blocks == (block,)
        found = record.minutiae(units="own")
        assert len(found) == many
        assert found.block == block
        assert found[["x", "y", "theta", "type", "quality"]][0].tolist() == own
        assert found["index"].tolist() == list(range(1, many + 1))
        assert np.isnan(found["radius"]).all()
        assert np.isnan(found["spread"]).all()
        placed = record.minutiae()[["x", "y", "theta"]][0].tolist()
        assert placed == pytest.approx(pixels, abs=0.001)

    def test_three_spellings_of_one_print_agree(self, corpus: Path) -> None:
        standard = record_in(corpus, "nist4j__nist4j/standards/AN2011/pass/pass-type-9-10-14.an2")
        m1 = record_in(corpus, "nist4j__nist4j/standards/AN2011/pass/pass-type-9-14-m1.an2")
        iafis = record_in(corpus, "nist4j__nist4j/standards/AN2011/pass/pass-type-9-10-14-fbi.an2")
        one, two, three = (record.minutiae() for record in (standard, m1, iafis))
        for other in (two, three):
            assert np.abs(one["x"] - other["x"]).max() <= 1
            assert np.abs(one["y"] - other["y"]).max() <= 1
            turned = (one["theta"] - other["theta"] + 180) % 360 - 180
            assert np.abs(turned).max() <= 1

    def test_ridge_counts(self, corpus: Path) -> None:
        """33,4 255,15 255,15 9,6 5,1 47,2 2,2 45,3 in the standard block; the same in the others."""
        record = record_in(corpus, "mhshams__jnbis/ansi/references/type-9-10-14.an2")
        counts = record.ridge_counts()
        assert len(counts) == 48 * 8
        expected = [(33, 4), (255, 15), (255, 15), (9, 6), (5, 1), (47, 2), (2, 2), (45, 3)]
        assert counts[:8][["neighbour", "count"]].tolist() == expected
        assert counts["sector"][:8].tolist() == list(range(8))
        assert (counts["residual"] == -1).all()
        iafis = record_in(corpus, "mhshams__jnbis/ansi/references/type-9-4-iafis.an2").ridge_counts()
        assert iafis[:8][["neighbour", "count"]].tolist() == expected
        assert iafis["residual"][:8].tolist() == [1, 0, 0, 1, 0, 0, 0, 1]
        m1 = record_in(corpus, "nist4j__nist4j/standards/AN2011/pass/pass-type-9-14-m1.an2").ridge_counts()
        assert m1[:2][["center", "neighbour", "count"]].tolist() == [(1, 33, 4), (1, 47, 15)]

    def test_five_digits(self, corpus: Path) -> None:
        """1 1250125011231 2 B: 125.01 mm, 250.11 mm, 231 degrees; no image, so ppi and height are given."""
        record = record_in(corpus, "lessandro__nbis/misc/an2kconvert/testdata/valid1.15.an2")
        own = record.minutiae(units="own")
        assert own[["x", "y", "theta", "type", "quality"]].tolist() == [(12501, 25011, 231, "B", 2)]
        placed = record.minutiae(ppi=254, height=3000)[0]
        # 10 pixels a millimetre
        assert (placed["x"], placed["y"], placed["theta"]) == pytest.approx((1250.1, 3000 - 2501.1, 51))
        with pytest.raises(MinutiaeError, match="give ppi"):
            record.minutiae()
        with pytest.raises(MinutiaeError, match="height"):
            record.minutiae(ppi=500)

    def test_without_an_image_m1_has_pixels_of_its_own(self, corpus: Path) -> None:
        record = record_in(corpus, "nist4j__nist4j/standards/AN2013/pass/pass-all-supported-types.an2")
        assert record.image_record is None
        assert record.minutiae()[0].tolist()[:3] == (432, 368, 280)

    def test_cores_and_deltas(self, corpus: Path) -> None:
        m1 = record_in(corpus, "nist4j__nist4j/standards/AN2011/pass/pass-type-9-14-m1.an2")
        # 328 319 0; 432 445 0 and 0 0
        assert m1.cores[["x", "y", "theta"]].tolist() == [(328, 319, 0)]
        assert m1.deltas[["x", "y", "up", "left", "right"]].tolist() == [(432, 445, 0, 0, 0)]
        iafis = record_in(corpus, "mhshams__jnbis/ansi/references/type-9-4-iafis.an2")
        raw = bytes(iafis.raw(21) or b"").split(b"\x1f")
        x, y, theta = int(raw[0][:4]), int(raw[0][4:]), int(raw[1])
        assert iafis.cores[0].tolist()[:3] == pytest.approx((x * 500.126 / 2540, y * 500.126 / 2540, theta))


def test_every_block_is_written_back_as_it_was(corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
    seen = 0
    for row in corpus_index:
        try:
            tx = nistitl.read((corpus / row["file"]).read_bytes())
        except nistitl.ITLError:
            continue
        if tx.encoding == "xml" and "INTERPOL" not in row["file"]:
            continue  # templates hold words where numbers belong
        for record in (record for record in tx if isinstance(record, Type9)):
            for block in record.minutiae_blocks:
                if tx.encoding == "xml" and block != "efs":
                    continue  # the sample numbers its minutiae all alike
                before = contents(record)
                assert len(record.ridge_counts(block)) >= 0
                for units in ("own", "pixels"):
                    if units == "pixels" and record.image_record is None and block != "m1":
                        continue
                    array = record.minutiae(block, units=units)  # type: ignore[arg-type]
                    assert record.set_minutiae(array, block) == [], row["file"]
                    after = contents(record)
                    assert {n for n in before if before[n] != after[n]} == set(), (row["file"], block, units)
                seen += 1
    assert seen >= 19


def contents(record: Type9) -> dict[int, bytes]:
    """The fields of a record; of XML without separators for items that are not there, and without LEN."""
    raws = {number: bytes(record.raw(number) or b"") for number in range(1, 1000)}
    if record.origin[0].encoding == "traditional":
        return raws
    return {number: re.sub(rb"\x1f+(?=\x1e|$)", b"", raw) for number, raw in raws.items() if number > 1}


def test_every_block_of_the_fixtures() -> None:
    """Those that this project makes, in every edition: decoded, and written back as they were."""
    seen = set()
    for path in sorted((ROOT / "fixtures" / "records").glob("type09-*.an2")):
        tx = nistitl.read(path.read_bytes())
        for record in (record for record in tx if isinstance(record, Type9)):
            for block in record.minutiae_blocks:
                before = bytes(record)
                array, counts = record.minutiae(block, units="own"), record.ridge_counts(block)
                assert len(array) > 1
                assert len(counts) > 1
                assert record.set_minutiae(array, block) == []
                if block == "iafis":  # its rows have two octants, and get the other six
                    written = record.ridge_counts(block)
                    written = written[(written["neighbour"] != 255) | (written["sector"] < 2)]
                    assert written.tolist() == counts.tolist()
                    assert counts["residual"].tolist() == [0] * len(counts)
                else:
                    assert bytes(record) == before, (path.name, block)
                seen.add(block)
    assert seen == set(NAMES)


# -- any array ------------------------------------------------------------------------------------

TYPES = {"standard": "EBCX", "iafis": "EBCX", "m1": "EBO", "efs": "EBX"}
QUALITY = {"standard": (2, 63), "iafis": (2, 63), "m1": (1, 100), "efs": (-1, -1)}


@st.composite
def own_arrays(draw: st.DrawFn, block: str, least: int = 1, most: int = 12) -> Any:
    """An array in a block's own units, as the block can hold it."""
    many = draw(st.integers(least, most))
    array = empty(many)
    far = draw(st.sampled_from([300, 9_999, BLOCKS[block].farthest]))

    def column(strategy: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(strategy, min_size=many, max_size=many))

    array["x"], array["y"] = column(st.integers(0, far)), column(st.integers(0, far))
    array["theta"] = column(st.integers(0, 179 if block == "m1" else 359))
    array["type"] = column(st.sampled_from(TYPES[block]))
    array["quality"] = column(st.integers(*QUALITY[block]) | st.just(-1))
    if block == "efs":
        for name, limit in (("radius", 999), ("spread", 180)):
            array[name] = column(st.integers(0, limit) | st.just(np.nan))
    elif block != "m1":
        array["index"] = sorted(draw(st.sets(st.integers(1, 254), min_size=many, max_size=many)))
    return array


@st.composite
def ridge_counts(draw: st.DrawFn, array: Any, block: str) -> Any:
    """Ridge counts between the minutiae of an array; one a sector."""
    rows = []
    for center in array["index"].tolist():
        for sector in range(8 if block == "iafis" else draw(st.integers(0, 8))):
            neighbour = draw(st.sampled_from(array["index"].tolist()))
            residual = draw(st.integers(0, 1)) if block in ("iafis", "efs") else -1
            told = -1 if block in ("m1", "standard") else sector
            rows.append((center, neighbour, draw(st.integers(0, 99)), told, residual))
    return counts_of(*rows)


def same(one: Any, other: Any, names: tuple[str, ...] = ("x", "y", "theta", "type", "quality", "index")) -> bool:
    return all(one[name].tolist() == other[name].tolist() for name in names)


@pytest.mark.parametrize("block", NAMES)
class TestThereAndBack:
    @EXAMPLES
    @given(st.data())
    def test_own_units_are_exact(self, block: str, data: st.DataObject) -> None:
        own = data.draw(own_arrays(block))
        counts = data.draw(ridge_counts(own, block))
        record = made(block)
        assert record.set_minutiae(Minutiae(own, block, "own"), ridge_counts=counts) == []
        back = record.minutiae(block, units="own")
        assert same(own, back)
        for name in ("radius", "spread"):
            np.testing.assert_array_equal(own[name], back[name])
        assert record.ridge_counts(block).tolist() == counts.tolist()
        assert back.block == block
        assert back.units == "own"
        # and once more, to the byte
        before = bytes(record.raw(MINUTIAE[block]) or b""), bytes(record.raw(COUNTED[block]) or b"")
        record.set_minutiae(back)
        assert (bytes(record.raw(MINUTIAE[block]) or b""), bytes(record.raw(COUNTED[block]) or b"")) == before

    @EXAMPLES
    @given(st.data())
    def test_pixels_within_half_a_unit(self, block: str, data: st.DataObject) -> None:
        ppi = data.draw(st.floats(197, 2000) | st.sampled_from([500, 500.38, 1000, 1000.76, 250]))
        side = st.integers(50, min(2000, int(9990 * ppi / 2540)))  # 99.9 mm are the most of four digits
        width, height = data.draw(side), data.draw(side)
        inside = int(width * 2540 / ppi), int(height * 2540 / ppi)
        offset = [data.draw(st.integers(0, size // 2)) for size in inside] if block == "efs" else [0, 0]
        fields = {"ROI": RegionOfInterest(*inside, *offset)} if block == "efs" else {}
        left, top = (part * ppi / 2540 for part in offset)
        many = data.draw(st.integers(1, 10))
        array = empty(many)
        for name, low, high in (("x", left, width), ("y", top, height), ("theta", 0.0, 360.0)):
            array[name] = data.draw(st.lists(st.floats(low, high), min_size=many, max_size=many))
        record = Type9.from_minutiae(array, block, ppi=ppi, width=width, height=height, IMP=0, lossy=True, **fields)
        back = record.minutiae(block, ppi=ppi, height=height)
        unit = ppi / round(ppi) if block == "m1" else ppi / 2540
        assert np.abs(back["x"] - array["x"]).max() <= unit / 2 + 1e-6
        assert np.abs(back["y"] - array["y"]).max() <= unit / 2 + 1e-6
        turned = (back["theta"] - array["theta"] + 180) % 360 - 180
        assert np.abs(turned).max() <= (1 if block == "m1" else 0.5) + 1e-6
        assert (back["theta"] < 360).all()
        assert back.ppi == ppi
        # what is in whole units stays where it is
        record.set_minutiae(back, ppi=ppi, height=height)
        assert same(record.minutiae(block, ppi=ppi, height=height), back, ("index",))
        np.testing.assert_allclose(record.minutiae(block, ppi=ppi, height=height)["x"], back["x"], atol=1e-6)


# -- what cannot be -------------------------------------------------------------------------------


def _within(content: bytes) -> bytes:
    """Bytes that can be those of a field."""
    return content.replace(b"\x1c", b"?").replace(b"\x1d", b"?")


class TestErrors:
    def test_no_resolution_no_height(self) -> None:
        for block in ("standard", "iafis", "efs"):
            with pytest.raises(MinutiaeError, match="ppi"):
                made(block).minutiae()
        with pytest.raises(MinutiaeError, match="height"):
            made("standard").minutiae(ppi=500)
        record = made("m1")
        del record["9.131"]
        with pytest.raises(MinutiaeError, match="resolution"):
            record.minutiae()
        for ppi in (0, -1, float("nan")):
            with pytest.raises(MinutiaeError, match="resolution"):
                made("efs").minutiae(ppi=ppi)

    def test_nothing_there(self) -> None:
        record = Type9(FMT="U", IMP=0)
        assert record.minutiae_blocks == ()
        for call in (record.minutiae, record.ridge_counts, lambda: record.set_minutiae(THREE)):
            with pytest.raises(MinutiaeError, match="no minutiae"):
                call()
        with pytest.raises(MinutiaeError, match="no minutiae of the block efs"):
            made("m1").minutiae("efs")

    def test_names(self) -> None:
        for call in (
            lambda: made("efs").minutiae("EFS"),
            lambda: made("efs").set_minutiae(THREE, "other"),
            lambda: made("efs").ridge_counts("other"),
            lambda: made("other"),
            lambda: made("efs").convert_minutiae("other"),
        ):
            with pytest.raises(MinutiaeError, match="there is no block"):
                call()
        with pytest.raises(MinutiaeError, match="units"):
            made("efs").minutiae(units="mm")  # type: ignore[arg-type]
        for name in ("MIN", "nothing"):
            for call in (made("efs").polygon, made("efs").segments, made("efs").points):
                with pytest.raises(MinutiaeError, match="holds none"):
                    call(name)

    def test_arrays(self) -> None:
        plain = np.zeros(2, [("x", float), ("y", float)])
        for array in (plain, np.zeros((3, 3)), np.zeros(0)):
            with pytest.raises(MinutiaeError, match="x, y and theta"):
                made("efs", array)
        for name in ("x", "y", "theta"):
            for value in (np.nan, np.inf):
                array = THREE.copy()
                array[name][1] = value
                with pytest.raises(MinutiaeError, match="finite"):
                    made("efs", array)
        for index in ([1, 1, 2], [0, 1, 2], [-1, 1, 2]):
            array = THREE.copy()
            array["index"] = index
            with pytest.raises(MinutiaeError, match="index"):
                made("m1", array)

    def test_few_columns_are_enough(self) -> None:
        array = np.array([(10, 20, 30)], [("x", float), ("y", float), ("theta", float)])
        found = made("efs", array).minutiae(ppi=500)
        assert found["type"].tolist() == ["X"]
        assert found["quality"].tolist() == [-1]
        assert found["x"][0] == pytest.approx(10, abs=0.2)

    @pytest.mark.parametrize("block", NAMES)
    def test_outside(self, block: str) -> None:
        for name in ("x", "y"):
            array = THREE.copy()
            array[name] = -5 if name == "x" or block != "standard" else 105
            with pytest.raises(MinutiaeError, match="3 minutiae lie left of or above"):
                made(block, array)
        far = THREE.copy()
        far["x"] = 1e7
        with pytest.raises(MinutiaeError, match="farther"):
            made(block, far)

    @pytest.mark.parametrize("block", NAMES)
    def test_too_many(self, block: str) -> None:
        array = empty(BLOCKS[block].most + 1)
        with pytest.raises(MinutiaeError, match=f"holds {BLOCKS[block].most} minutiae, not {len(array)}"):
            made(block, array)
        assert len(made(block, array[:-1]).minutiae(block, units="own")) == BLOCKS[block].most

    @pytest.mark.parametrize(
        ("number", "content", "block"),
        [
            (12, b"1\x1fabc\x1f0\x1fA", "standard"),
            (12, b"1\x1f00100010045\x1fx\x1fA", "standard"),
            (12, b"1", "standard"),
            (12, b"\x1f\x1f", "standard"),
            (12, b"1\x1f-0100010045\x1f0\x1fA", "standard"),
            (12, b"99999999999\x1f00100010045\x1f0\x1fA", "standard"),
            (12, b"1\x1f00100010045\x1f99999\x1fA", "standard"),
            (12, b"1\x1f" + b"9" * 30 + b"\x1f0\x1fA", "standard"),
            (23, b"001\x1f0010001\xff45\x1f00\x1fA", "iafis"),
            (137, b"1\x1f2\x1f3\x1f\x1f1\x1f1", "m1"),
            (137, b"1\x1f1.5\x1f3\x1f4\x1f1\x1f1", "m1"),
            (331, b"1\x1f2", "efs"),
            (331, b"1\x1f2\x1f3\x1fE\x1e\x1e", "efs"),
        ],
    )
    def test_fields_that_are_no_numbers(self, number: int, content: bytes, block: str) -> None:
        record = made(block)
        record[number] = content
        with pytest.raises(MinutiaeError, match=f"9.{number:03d} does not decode"):
            record.minutiae(units="own")

    @pytest.mark.parametrize(
        ("number", "content", "block"),
        [
            (12, b"1\x1f00100010045\x1f0\x1fA\x1fx,y", "standard"),
            (23, b"001\x1f00100010045\x1f00\x1fA\x1fabcde", "iafis"),
            (23, b"001\x1f00100010045\x1f00\x1fA" + b"\x1f00101" * 8 + b"\x1f9999999x", "iafis"),
            (138, b"0\x1f0\x1f0\x1e1\x1f2", "m1"),
            (138, b"0\x1f0\x1f0\x1e1\x1f2\x1f99999", "m1"),
            (333, b"1\x1f2\x1f3\x1f999", "efs"),
        ],
    )
    def test_ridge_counts_that_are_none(self, number: int, content: bytes, block: str) -> None:
        record = made(block)
        record[number] = content
        with pytest.raises(MinutiaeError, match="do not decode"):
            record.ridge_counts(block)

    @settings(EXAMPLES, max_examples=300)
    @given(st.sampled_from([12, 23, 137, 138, 331, 333]), st.data())
    def test_any_bytes(self, number: int, data: st.DataObject) -> None:
        pieces = st.sampled_from(
            [b"\x1e", b"\x1f", b",", b"0", b"7", b"-", b"A", b"E", b"25515", b"00100010045", b"\xff"]
        )
        content = data.draw(
            st.binary(min_size=1, max_size=60) | st.lists(pieces, min_size=1, max_size=40).map(b"".join)
        )
        block = {12: "standard", 23: "iafis", 137: "m1", 138: "m1", 331: "efs", 333: "efs"}[number]
        record = made(block)
        record[number] = _within(content)
        for call in (
            lambda: record.minutiae(units="own"),
            lambda: record.minutiae(ppi=500, height=100),
            record.ridge_counts,
            lambda: record.set_minutiae(record.minutiae(units="own")),
            lambda: record.to_template(ppi=500, width=100, height=100),
        ):
            with contextlib.suppress(MinutiaeError):
                call()

    @settings(EXAMPLES, max_examples=300)
    @given(st.sampled_from(["308", "310", "312"]), st.sampled_from([b"UNC", b"RLE", b"B64", b""]), st.data())
    def test_any_map(self, number: str, form: bytes, data: st.DataObject) -> None:
        content = data.draw(
            st.binary(min_size=1, max_size=40) | st.text("0129ABCDFXx=+ ²\x1e", min_size=1).map(str.encode)
        )
        record = made("efs")
        record[int(number)] = _within(content)
        record[int(number) + 1] = b"50\x1f" + form
        try:
            found = getattr(record, {"308": "quality_map", "310": "flow_map", "312": "wavelength_map"}[number])
        except MinutiaeError:
            return
        assert found.ndim == 2

    @settings(EXAMPLES, max_examples=300)
    @given(
        st.sampled_from([
            (8, "standard"), (9, "standard"), (21, "iafis"), (22, "iafis"), (139, "m1"), (140, "m1"), (141, "m1"),
            (130, "m1"), (131, "m1"), (300, "efs"), (302, "efs"), (320, "efs"), (321, "efs"), (323, "efs"),
            (341, "efs"), (357, "efs"), (373, "efs"),
        ]),
        st.lists(
            st.sampled_from([b"\x1e", b"\x1f", b",", b"-", b"0", b"123", b"04000400", b"A", b"\xff", b"0,0-1,1-2,2"]),
            min_size=1, max_size=12,
        ),
    )  # fmt: skip
    def test_any_other_feature(self, field: tuple[int, str], pieces: list[bytes]) -> None:
        number, block = field
        record = made(block, THREE[1:])
        record[number] = b"".join(pieces)
        tx = transaction(record)
        KEPT.pop()
        calls: list[Any] = [lambda: record.cores[:], lambda: record.deltas[:], record.to_template]
        calls += [lambda name=name: record.polygon(name) for name in ("ROI", "FPP", "LQI", "RPS")]
        calls += [lambda: record.segments("INR"), lambda: record.points("CPR")]
        for call in calls:
            with contextlib.suppress(MinutiaeError):
                call()
        assert record.image_record is tx.records[2]

    def test_a_map_does_not_outgrow_its_field(self) -> None:
        record = made("efs")
        record[309] = b"50\x1fRLE"
        record[308] = b"\x1e".join([b"50000A"] * 2000)
        with pytest.raises(MinutiaeError, match="more than"):
            _ = record.quality_map

    def test_many_pairs_take_time_with_their_bytes(self) -> None:
        record = made("standard")
        record[12] = b"1\x1f00100010045\x1f0\x1fA" + b"\x1f2,3" * 20_000 + b"\x1e2\x1f00100010045\x1f0\x1fA" * 1
        assert len(record.ridge_counts()) == 20_000
        with pytest.raises(MinutiaeError, match="20000 ridge counts"):
            record.set_minutiae(record.minutiae(units="own"))


# -- other features -------------------------------------------------------------------------------


def efs(**fields: bytes) -> Type9:
    """A record of an image of 254 ppi, ten units a pixel, whose region of interest begins 10 and 20 pixels in."""
    record = made("efs", THREE[1:], ROI=RegionOfInterest(800, 600, 100, 200))
    for name, content in fields.items():
        record[int(name[1:])] = content
    transaction(record, ppi=254)
    return record


class TestFeatures:
    def test_cores(self) -> None:
        found = efs(f320=b"250\x1f280\x1f45\x1f10\x1f15\x1e0\x1f0").cores
        assert found.dtype == CORES
        assert found[0].tolist() == pytest.approx((35, 48, 45, 1, 15), abs=0.001)
        assert found[1].tolist()[:2] == pytest.approx((10, 20), abs=0.001)
        assert np.isnan(found[1].tolist()[2:]).all()

    def test_deltas(self) -> None:
        found = efs(f321=b"90\x1f520\x1f90\x1f210\x1f330\x1fR\x1f12\x1f15\x1f16\x1f17\x1e0\x1f10").deltas
        assert found.dtype == DELTAS
        assert found[0].tolist()[:5] == pytest.approx((19, 72, 90, 210, 330), abs=0.001)
        assert found[0].tolist()[5] == "R"
        assert found[0].tolist()[6:] == pytest.approx((1.2, 15, 16, 17), abs=0.001)
        assert found[1].tolist()[5] == ""
        assert np.isnan(found["up"][1])

    def test_older_blocks(self) -> None:
        record = made("standard", CRP=("02000300",), DLT=("01000050", "00000000"))
        transaction(record, ppi=254)
        # ten units a pixel; y from the bottom of 100 rows
        assert record.cores[["x", "y"]].tolist()[0] == pytest.approx((20, 70), abs=0.001)
        assert record.deltas["y"].tolist() == pytest.approx([95, 100], abs=0.001)
        m1 = made("m1", CIN=[(50, 60, 45)], DIN=[(10, 20, 100)], ADA=[(15, 160)])
        assert m1.cores[["x", "y", "theta"]].tolist() == [(50, 60, 90)]
        assert m1.deltas[["x", "y", "up", "left", "right"]].tolist() == [(10, 20, 200, 30, 320)]
        none = Type9(FMT="U", IMP=0)
        assert (len(none.cores), len(none.deltas)) == (0, 0)

    def test_region_of_interest(self) -> None:
        rectangle = [(10, 20), (90, 20), (90, 80), (10, 80)]
        assert efs().polygon() == [pytest.approx(np.array(rectangle), abs=0.001)]
        drawn = efs(f300=b"800\x1f600\x1f100\x1f200\x1f0,0-800,0-400,600").polygon("ROI")
        assert drawn == [pytest.approx(np.array([(10, 20), (90, 20), (50, 80)]), abs=0.001)]

    def test_polygons_lines_points(self) -> None:
        record = efs(
            f302=b"2\x1fDST\x1f\x1f10,10-20,10-20,20", f341=b"0\x1f0\x1f100\x1f200", f340=b"30\x1f40\x1e50\x1f60\x1f4",
            f345=b"60\x1f70", f323=b"0\x1f-50\x1f-20", f373=b"0,0-10,10-20,30",
        )  # fmt: skip
        assert record.polygon("FPP")[0].tolist() == pytest.approx(np.array([(11, 21), (12, 21), (12, 22)]), abs=0.001)
        assert record.polygon("RPS")[0][-1].tolist() == pytest.approx([12, 23], abs=0.001)
        assert record.segments("INR") == pytest.approx(np.array([[(10, 20), (20, 40)]]), abs=0.001)
        assert record.points("DOT") == pytest.approx(np.array([(13, 24), (15, 26)]), abs=0.001)
        assert record.points("CPR") == pytest.approx(np.array([(5, 18)]), abs=0.001)
        assert record.segments("CLD").shape == (0, 2, 2)
        assert record.points("REF").shape == (0, 2)
        assert record.polygon("DIS") == []

    def test_quality_map(self) -> None:
        plain = efs(f308=b"0123\x1e4555", f309=b"50\x1fUNC").quality_map
        assert plain.tolist() == [[0, 1, 2, 3], [4, 5, 5, 5]]
        runs = efs(f308=b"12A2B2C2DE6F5E2CB16A\x1e50A", f309=b"50\x1fRLE")
        row = [0] * 12 + [1] * 2 + [2] * 2 + [3] * 2 + [4] + [5] * 6 + [4] * 5 + [2] * 2 + [1] + [0] * 16
        with pytest.raises(MinutiaeError, match="differ in length"):
            _ = runs.quality_map
        runs[308] = b"12A2B2C2DE6F5E2CB16A\x1e49A"
        assert len(row) == 49
        assert runs.quality_map.tolist() == [row, [0] * 49]
        runs[308] = b"50A"
        assert runs.quality_map.tolist() == [[0] * 50]
        for bad in (b"12", b"A3", b"3G", b"99999A"):
            runs[308] = bad
            with pytest.raises(MinutiaeError, match="RQM"):
                _ = runs.quality_map

    def test_flow_and_wavelength(self) -> None:
        record = efs(f310=b"000AB3XX\x1e5A5Bxx00", f311=b"50\x1fUNC", f312=b"4347XX", f313=b"50\x1fUNC")
        assert record.flow_map.tolist() == [[0, 10, 179, -1], [90, 91, -1, 0]]
        assert record.wavelength_map.tolist() == [[43, 47, -1]]
        record[310], record[311] = b"AAqzWv8=", b"50\x1fB64"  # 00 0A B3 5A FF
        assert record.flow_map.tolist() == [[0, 10, 179, 90, -1]]
        record[312] = b"4A"
        with pytest.raises(MinutiaeError, match="RWM"):
            _ = record.wavelength_map
        for name in ("quality_map", "flow_map", "wavelength_map"):
            with pytest.raises(MinutiaeError, match="has no"):
                getattr(made("m1"), name)

    def test_image_record(self) -> None:
        record = made("efs")
        assert record.image_record is None
        tx = transaction(record)
        assert record.image_record is tx.records[2]
        other = nistitl.Type13.from_image(
            np.full((50, 50), 128, np.uint8), "PNG", 1000, IMP=4, SRC="ORI", LCD="20200228", FGP=0
        )
        tx.append(other)
        other.IDC = 9
        assert record.image_record is tx.records[2]
        other.IDC = record.IDC
        assert record.image_record is other  # the latent itself before prints
        assert record.minutiae().ppi == 1000
        tx.records[2].IDC = other.IDC = 7
        assert record.image_record is None


# -- editing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", NAMES)
class TestEditing:
    def test_one_coordinate(self, block: str) -> None:
        record = made(block, THREE, PAIRS)
        tx = transaction(record)
        before = {number: bytes(record.raw(number) or b"") for number in range(1, 400)}
        found, counts = record.minutiae(), record.ridge_counts()
        found["x"][1] = 40
        assert record.set_minutiae(found) == []
        after = record.minutiae()
        assert after["x"].tolist() == pytest.approx([10, 40, 30], abs=0.11)
        assert after["y"].tolist() == pytest.approx([5, 50, 60], abs=0.11)
        assert record.ridge_counts().tolist() == counts.tolist()
        changed = {number for number, raw in before.items() if bytes(record.raw(number) or b"") != raw}
        assert changed == {MINUTIAE[block]}
        assert nistitl.read(bytes(tx)).records[3].minutiae(ppi=500, height=100)["x"][1] == after["x"][1]  # type: ignore[attr-defined]

    def test_rows_go_with_their_ridge_counts(self, block: str) -> None:
        record = made(block, THREE, PAIRS)
        tx = transaction(record)
        found = record.minutiae()
        lost = record.set_minutiae(found[[0, 2]])
        told = 8 if block == "iafis" else 1  # an IAFIS minutia has all its octants or none
        assert lost == [f"{1 + told} ridge counts of minutiae that are no longer there"]
        counts = record.ridge_counts()
        known = counts[(counts["neighbour"] != 255)]
        left = {"efs": (1, 2, 7), "m1": (1, 2, 7)}.get(block, (1, 3, 7))  # those two number by place
        assert known[["center", "neighbour", "count"]].tolist() == [left]
        assert known["sector"].tolist() == [1 if block in ("efs", "iafis") else -1]
        assert errors_of(tx) == []

    def test_rows_are_appended(self, block: str) -> None:
        record = made(block, THREE, PAIRS)
        tx = transaction(record)
        more = array_of((70, 80, 120, "B"))
        more["index"] = 4
        record.set_minutiae(np.concatenate([record.minutiae(), more]), block)
        assert record.minutiae()["x"].tolist() == pytest.approx([10, 20, 30, 70], abs=0.11)
        assert record.minutiae()["type"].tolist() == ["E", "B", "E", "B"]
        count = {"standard": "MINT", "iafis": "NMN", "m1": "NOM"}.get(block)
        assert count is None or getattr(record, count) == 4
        assert errors_of(tx) == []

    def test_all_rows_go(self, block: str) -> None:
        record = made(block, THREE, PAIRS)
        transaction(record)
        lost = record.set_minutiae(record.minutiae()[:0])
        assert len(lost) == 1
        assert record.minutiae_blocks == ()
        assert MINUTIAE[block] not in record

    @pytest.mark.parametrize("counts", [None, PAIRS], ids=["", "counted"])
    def test_a_new_record_validates(self, block: str, counts: Any) -> None:
        record = made(block, THREE, counts)
        tx = transaction(record)
        codes = {finding.code for finding in tx.validate(level=2)}
        assert codes == ({"field-legacy"} if block == "standard" else set())
        assert record.minutiae().block == block

    def test_other_fields_by_mnemonic(self, block: str) -> None:
        fields: dict[str, Any] = {
            "standard": {"FGPT": (2,), "FPC": [("T", "RS")], "OFR": [("AFIS", "A", None)]},
            "iafis": {"FGN": 2},
            "m1": {"FGP": 2, "FVW": 1, "THPS": 197, "TVPS": 197, "SLC": 2, "CEI": CaptureEquipment("APPF", "12")},
            "efs": {"FPP": [(2, "DST")], "COM": "made here"},
        }[block]
        record = made(block, THREE, PAIRS, IMP=1, **fields)
        tx = transaction(record, ppi=500.38)
        assert record.IMP == 1
        for name, value in fields.items():
            if isinstance(value, (int, str)) or name == "FGPT":
                assert getattr(record, name) == value
        assert errors_of(tx) == []
        assert record.minutiae()["x"].tolist() == pytest.approx([10, 20, 30], abs=0.6)


def errors_of(tx: nistitl.Transaction) -> list[str]:
    return [f"{finding.code} {finding.location}" for finding in tx.validate(level=2) if finding.severity > 1]


# -- what is beside minutiae --------------------------------------------------------------------


class TestMapsWritten:
    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def test_there_and_back(self, data: st.DataObject) -> None:
        rows, columns = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 40))

        def cells(least: int, most: int) -> Any:
            flat = data.draw(st.lists(st.integers(least, most), min_size=rows * columns, max_size=rows * columns))
            return np.array(flat).reshape(rows, columns)

        record = made("efs")
        record["9.309"] = b"39\x1f" + data.draw(st.sampled_from([b"UNC", b"RLE"]))
        record["9.311"] = b"39\x1f" + data.draw(st.sampled_from([b"UNC", b"B64"]))
        quality, flow, wavelength = cells(0, 5), cells(-1, 179), cells(-1, 99)
        record.set_map("quality", quality)
        record.set_map("flow", flow)
        record.set_map("wavelength", wavelength)
        again = nistitl.read(bytes(transaction(record)))[9][0]
        assert (again.quality_map == quality).all()
        assert (again.flow_map == flow).all()
        assert (again.wavelength_map == wavelength).all()

    def test_runs_are_a_count_and_a_letter(self) -> None:
        record = made("efs")
        record["9.309"] = b"39\x1fRLE"
        record.set_map("quality", np.array([[0] * 12 + [1, 1, 4], [5, 0] + [3] * 13]))
        assert bytes(record.raw(308) or b"") == b"12A2BE\x1eFA13D"

    @pytest.mark.parametrize("cells", [[[6]], [[-1]], [1, 2], [[0.5]], [[]]])
    def test_what_is_no_map_is_refused(self, cells: Any) -> None:
        with pytest.raises(MinutiaeError, match="RQM"):
            made("efs").set_map("quality", np.array(cells))


class TestVendors:
    @pytest.mark.parametrize(
        ("owner", "number"),
        [
            ("Cogent", 31),
            ("motorola", 70),
            ("Sagem", 71),
            ("MorphoTrak", 99),
            ("NEC", 125),
            ("L-1", 151),
            ("Identix", 175),
        ],
    )
    def test_their_fields_by_name(self, owner: str, number: int) -> None:
        record = made("efs")
        record[number] = b"theirs\x1f1"
        assert record.vendor_block(owner) == {number: b"theirs\x1f1"}
        assert sum(len(record.vendor_block(one)) for one in ("Cogent", "Motorola", "Sagem", "NEC", "Identix")) == 1

    def test_another_owner_is_the_one_that_the_record_names(self) -> None:
        record = made("efs")
        record[176], record[180] = b"Synthetic Features", b"1"
        assert record.vendor_block("synthetic features") == {176: b"Synthetic Features", 180: b"1"}
        with pytest.raises(MinutiaeError, match=r"owners are Cogent, .*Synthetic Features"):
            record.vendor_block("reserved")


class TestReferences:
    def test_ridge_counts_between_strangers_are_refused(self) -> None:
        for block in NAMES:
            with pytest.raises(MinutiaeError, match="1 ridge counts name minutiae that the array does not have"):
                made(block).set_minutiae(THREE, block, ridge_counts=counts_of((1, 4, 2, 0, 0)), ppi=500, height=100)

    def test_fields_that_name_minutiae_by_place_follow_them(self) -> None:
        record = made("efs")
        transaction(record)
        record[361] = b"1\x1fF\x1f331\x1f2\x1e2\x1fF\x1f320\x1f2\x1e3\x1fF\x1f331\x1f1"
        record[381] = b"331\x1f3\x1fFF0000"
        found = record.minutiae()
        before = bytes(record.raw(361) or b""), bytes(record.raw(381) or b"")
        assert record.set_minutiae(found) == []
        assert (bytes(record.raw(361) or b""), bytes(record.raw(381) or b"")) == before
        lost = record.set_minutiae(found[1:])
        assert lost == ["1 subfields of 9.361 CPF, for features of 9.331 that are gone"]
        assert [(one.COL, one.CFN, one.FOC) for one in record.CPF] == [("1", 331, 1), ("2", 320, 2)]
        assert [one.FTO for one in record.FCC] == [2]
        lost = record.set_minutiae(record.minutiae()[:0])
        assert [one.split(",")[0] for one in lost] == ["1 subfields of 9.361 CPF", "1 subfields of 9.381 FCC"]
        assert [one.COL for one in record.CPF] == ["2"] and 381 not in record


MINUTIA = b"001\x1f24992578095\x1f00"


@pytest.mark.parametrize(
    "pairs",
    [b"048,01\x1f003,02", b"D\x1f048,01\x1f003\x1f007,06", b"D\x1f048\x1f003,02", b"D\x1f048,01\x1f\x1f007,06",
     b"D\x1f,02\x1f007,06", b"D\x1f048,01,9\x1f003,02", b"D\x1f048,01\x1f048,"],
)  # fmt: skip
@pytest.mark.parametrize("first", [b"D\x1f048,01", None], ids=["one", "all"])
def test_ridge_counts_that_are_no_pairs_are_refused_and_move_no_other(pairs: bytes, first: bytes | None) -> None:
    record = Type9(IDC=1, IMP=4)
    minutiae = MINUTIA + b"\x1f" + (first or pairs), MINUTIA.replace(b"001", b"002") + b"\x1f" + pairs
    record["9.012"] = b"\x1e".join(minutiae)
    before = record.raw(12)
    with pytest.raises(MinutiaeError, match="a neighbour, a comma and a count"):
        record.ridge_counts("standard")
    with pytest.raises(MinutiaeError, match="a neighbour, a comma and a count"):
        record.set_minutiae(record.minutiae("standard", ppi=500, height=800), "standard", ppi=500, height=800)
    assert record.raw(12) == before


@pytest.mark.parametrize("end", [b"", b"\x1f", b"\x1f\x1f"])
def test_separators_behind_the_last_ridge_count_are_none(end: bytes) -> None:
    record = Type9(IDC=1, IMP=4)
    record["9.012"] = (
        MINUTIA + b"\x1f\x1f048,01\x1f003,02" + end + b"\x1e" + MINUTIA.replace(b"001", b"002") + b"\x1fD" + end
    )
    counts = record.ridge_counts("standard")
    assert counts[["center", "neighbour", "count"]].tolist() == [(1, 48, 1), (1, 3, 2)]
