"""Blocks as objects: a fifth one from outside works everywhere, no other code asks for a block's name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import nistitl
from nistitl import Type9
from nistitl.declare.conditions import M_UP, D, M, O
from nistitl.declare.element import element
from nistitl.declare.items import Items, Sets, item, items
from nistitl.declare.values import A, N
from nistitl.minutiae import CORES, COUNTS, MinutiaeError, read_template
from nistitl.minutiae.arrays import empty
from nistitl.minutiae.blocks.base import FeatureBlock, ImageGeometry
from nistitl.minutiae.blocks.spelling import common_types, counts_in_rows, item_column, own_codes, rows_of_counts
from nistitl.minutiae.columns import Columns
from nistitl.minutiae.features import Finger
from nistitl.minutiae.frame import Frame
from nistitl.minutiae.grid import Grid
from nistitl.minutiae.meaning import Scale
from nistitl.minutiae.record import MinutiaeRecord
from nistitl.minutiae.selection import blocks_of
from nistitl.model import kinds
from nistitl.model.kinds import record
from tests.minutiae.test_minutiae import PAIRS, THREE, made, transaction
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MINUTIAE, COUNTED, POINTS = 200, 201, 202


@items
class TenthsMinutia(Items):
    """A minutia of the fifth block, 9.200."""

    TMX: int | None = item(N(1, 4), M_UP, "x coordinate", note="0.1 mm")
    TMY: int | None = item(N(1, 4), M_UP, "y coordinate", note="0.1 mm")
    TMD: int | None = item(N(1, 2, "0..71"), M_UP, "direction", note="steps of five degrees")
    TMT: str | None = item(A(1, 1, one_of="ZY"), M_UP, "type")
    TMQ: int | None = item(N(1, 2, "0..10"), M_UP, "quality")


@items
class TenthsCore(Items):
    """A core of the fifth block, 9.202."""

    TCX: int | None = item(N(1, 4), M_UP, "x coordinate")
    TCY: int | None = item(N(1, 4), M_UP, "y coordinate")


class TenthsBlock(FeatureBlock):
    """Tenths of a millimetre from the top left, directions in steps of five degrees, quality 1 to 10."""

    name = "tenths"
    field = MINUTIAE
    types = {"Z": "E", "Y": "B"}
    quality = Scale(1, 10)
    most = 50
    farthest = 9_999
    fingers = (11, 12)
    most_cores = 9

    def frame(self, record: Any, image: ImageGeometry | None) -> Frame:
        if image is None:
            raise MinutiaeError("9.200 is in millimetres: give ppi")
        return Frame(image.ppi / 254, step=5)

    def minutiae(self, raw: bytes) -> Array:
        columns = Columns(raw)
        own = empty(len(columns))
        for place, name in enumerate(("x", "y", "theta")):
            own[name] = columns.ints(place)
        own["type"], own["quality"] = common_types(columns.letters(3), self.types), columns.ints(4)
        return own

    def counts(self, record: Any) -> Array:
        raw = bytes(record.raw(COUNTED) or b"")
        return counts_in_rows(Columns(raw)) if raw else np.zeros(0, COUNTS)

    def has_cores(self, record: Any) -> bool:
        return POINTS in record

    def cores(self, record: Any, frame: Frame) -> Array:
        points = record.TCO
        cores = np.full(len(points), np.nan, CORES)
        cores["x"], cores["y"] = frame.points(item_column(points, "TCX"), item_column(points, "TCY"))
        return cores

    def finger(self, record: Any) -> Finger:
        return Finger((12,))

    def fields(self, record: Any, own: Array, counts: Array | None) -> dict[int, bytes | None]:
        grid = Grid(len(own))
        grid.numbers(own["x"])
        for name in ("y", "theta"):
            grid.numbers(own[name], before=b"\x1f")
        grid.letters(own_codes(own["type"], self.types, "Z"), before=b"\x1f")
        grid.numbers(np.maximum(own["quality"], 0), before=b"\x1f")
        contents: dict[int, bytes | None] = {self.field: grid.written() or None}
        if counts is not None:
            contents[COUNTED] = rows_of_counts(counts).written() or None
        return contents

    def fields_of_points(self, features: Any, frame: Frame) -> dict[str, Any]:
        x, y = frame.own_points(features.cores["x"], features.cores["y"])
        return {"TCO": [(int(x[row]), int(y[row])) for row in range(len(x))]}


TENTHS = TenthsBlock()
PATH = f"{__name__}:TENTHS"


@record(9, "Minutiae data")
class OwnRecord(MinutiaeRecord):
    """A Type-9 of the fifth block alone, with its items."""

    feature_blocks = (PATH,)

    LEN: int | None = element(1, N(1, 8), M, "Logical record length")
    IDC: int | None = element(2, N(1, 2), M, "Information designation character")
    IMP: int | None = element(3, N(1, 2), D, "Impression type")
    FMT: str | None = element(4, A(1, 1), M, "Minutiae format")
    TMN: tuple[TenthsMinutia, ...] = element(MINUTIAE, Sets(TenthsMinutia), O, "minutiae in tenths", block="tenths")
    TCO: tuple[TenthsCore, ...] = element(POINTS, Sets(TenthsCore), O, "cores in tenths", block="tenths")


class FifthBeside(Type9):
    """A Type-9 that can hold the fifth block beside the four, richer than any of them."""

    __slots__ = ()
    feature_blocks = (PATH, *Type9.feature_blocks)


def own_record(array: Array, counts: Array | None = None) -> OwnRecord:
    """A record of minutiae in an image of ten pixels a millimetre: one unit of the fifth block a pixel."""
    return OwnRecord.from_minutiae(
        array, "tenths", ppi=254, width=100, height=100, ridge_counts=counts, lossy=True, IMP=0
    )


class TestFifthBlock:
    def test_read_from_bytes_and_edited(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(kinds.loaded_classes, 9, OwnRecord)
        written = OwnRecord.from_minutiae(
            THREE, "tenths", ppi=254, width=100, height=100, ridge_counts=PAIRS, lossy=True
        )
        assert (written.FMT, written.raw(COUNTED)) == ("U", b"1\x1f2\x1f4\x1e1\x1f3\x1f7\x1e2\x1f3\x1f2")
        tx = nistitl.read(bytes(transaction(written, ppi=254)))  # type: ignore[arg-type]
        found: Any = tx[9][0]
        assert type(found) is OwnRecord
        assert found.TMN[1] == TenthsMinutia(20, 50, 18, "Y", 0)  # one unit a pixel
        assert found.minutiae_blocks == ("tenths",)
        array = found.minutiae()
        assert (array.block, array.ppi) == ("tenths", pytest.approx(254))
        assert array["x"].tolist() == pytest.approx([10, 20, 30], abs=0.001)
        assert array["theta"].tolist() == [0, 90, 0]  # 358 degrees are nearest to 0
        array["x"][0] = 42
        assert found.set_minutiae(array[:2]) == ["2 ridge counts of minutiae that are no longer there"]
        assert bytes(found.raw(MINUTIAE) or b"") == b"42\x1f5\x1f0\x1fZ\x1f0\x1e20\x1f50\x1f18\x1fY\x1f0"
        assert found.ridge_counts().tolist() == [(1, 2, 4, -1, -1)]
        found[POINTS] = b"30\x1f40"
        assert found.cores[["x", "y"]].tolist() == [pytest.approx((30, 40), abs=0.001)]
        assert len(found.deltas) == 0
        again = nistitl.read(bytes(tx))
        assert again[9][0].minutiae()["x"][0] == pytest.approx(42, abs=0.001)

    def test_errors_name_the_blocks_that_the_record_can_hold(self) -> None:
        with pytest.raises(MinutiaeError, match=r"no block 'efs'; blocks are tenths$"):
            OwnRecord.from_minutiae(THREE, "efs", ppi=254, width=100, height=100)
        with pytest.raises(MinutiaeError, match=r"no block 'fifth'; blocks are tenths, efs, m1, iafis, standard$"):
            FifthBeside(FMT="U").minutiae("fifth")
        with pytest.raises(MinutiaeError, match="the block tenths holds 50 minutiae, not 51"):
            own_record(empty(51))

    def test_converted_to_and_from_the_others(self) -> None:
        array = THREE.copy()
        array["quality"], array["type"][0] = (1, 50, 100), "O"
        fifth = FifthBeside.from_minutiae(array, "m1", ppi=254, width=100, height=100, ridge_counts=PAIRS, lossy=True)
        assert type(fifth) is FifthBeside
        transaction(fifth, ppi=254)
        assert fifth.minutiae_blocks == ("m1",)
        assert fifth.convert_minutiae("tenths") == ["the type of 1 minutiae (O)"]
        assert fifth.minutiae_blocks == ("tenths", "m1")
        assert fifth.minutiae().block == "tenths"  # the richest
        assert fifth.minutiae()["quality"].tolist() == [1, 5, 10]  # 1 to 100 on 1 to 10
        assert fifth.convert_minutiae("efs") == [
            "3 ridge counts to neighbours (what it holds is to octants or quadrants)", "the quality of 3 minutiae",
        ]  # fmt: skip
        assert fifth.minutiae("efs")["x"].tolist() == pytest.approx([10, 20, 30], abs=0.1)
        assert len(fifth.ridge_counts("efs")) == 0

    def test_templates(self) -> None:
        own = own_record(THREE, PAIRS)
        own[POINTS] = b"30\x1f40"
        template = own.to_template(ppi=254, width=100, height=100, quality=0)
        assert template.lost == ("the finger position 12 (a plain thumb), told as 6",)
        back = read_template(bytes(template))
        view = back.views[0]
        assert (view.position, view.number, view.quality, view.method) == (6, 0, 0, 0)
        assert view.minutiae["x"].tolist() == [10, 20, 30]
        assert len(view.ridge_counts) == 3
        again = OwnRecord.from_template(back, block="tenths", lossy=True)
        assert again.raw(MINUTIAE) == own.raw(MINUTIAE)
        assert again.TCO == (TenthsCore(30, 40),)


class TestOurBlocks:
    def test_the_record_names_them_and_its_rows_say_the_same(self) -> None:
        blocks = blocks_of(Type9)
        assert all(isinstance(block, FeatureBlock) and block.name == name for name, block in blocks.items())
        assert tuple(blocks) == ("efs", "m1", "iafis", "standard")
        rows = {one.block for one in Type9.elements.values() if one.block}
        assert rows == {*blocks, "other"}  # 9.176 to 9.179 say whose a block is, and hold no minutiae
        for name, block in blocks.items():
            assert Type9.elements[block.field].block == name

    def test_nothing_compares_a_name_of_a_block(self) -> None:
        names = set(blocks_of(Type9))
        compared = [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for path in sorted((ROOT / "nistitl").rglob("*.py"))
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, (ast.Compare, ast.MatchValue, ast.Subscript))
            and not ast.unparse(node).startswith("Literal[")  # words of a type
            for part in ast.walk(node)
            if isinstance(part, ast.Constant) and part.value in names
        ]
        assert compared == []


class TestWhatIsSaidInOwnUnits:
    def test_uncertainty_of_position_is_in_pixels(self) -> None:
        record = made("efs")
        transaction(record, ppi=254)  # ten units a pixel
        record[331] = b"100\x1f200\x1f30\x1fE\x1f25\x1f7"
        found = record.minutiae()
        assert found["radius"].tolist() == pytest.approx([2.5], abs=0.001)
        assert found["spread"].tolist() == [7]
        record.set_minutiae(found)
        assert bytes(record.raw(331) or b"") == b"100\x1f200\x1f30\x1fE\x1f25\x1f7"

    @pytest.mark.parametrize(
        ("block", "full", "turned"), [("efs", 360, 0), ("m1", 180, 0), ("iafis", 360, 0), ("standard", 360, 180)]
    )
    def test_an_angle_that_rounds_to_a_full_turn_is_0(self, block: str, full: int, turned: int) -> None:
        array = THREE.copy()
        array["theta"] = (360 - 90 / full, turned + 360 - 90 / full, turned - 90 / full)
        record = made(block, array)
        own = record.minutiae(units="own")["theta"]
        assert own.max() < full
        assert own[1:].tolist() == [0, 0]

    @pytest.mark.parametrize(("code", "finger"), [(11, 1), (12, 6), (2, 2), (13, 0), (0, 0)])
    def test_plain_thumbs_are_thumbs_in_a_template(self, code: int, finger: int) -> None:
        record = made("efs", FPP=[(code,)])
        template = record.to_template(ppi=500, width=100, height=100, quality=50)
        assert template.views[0].position == finger
        assert any("finger position" in what for what in template.lost) == (code not in (0, 2))

    def test_a_quality_that_is_not_known_is_1_in_both_older_blocks(self) -> None:
        array = THREE.copy()
        array["quality"] = (-1, 0, 63)
        qualities = {
            name: [row.split(b"\x1f")[2] for row in bytes(made(name, array).raw(number) or b"").split(b"\x1e")]
            for name, number in (("iafis", 23), ("standard", 12))
        }
        assert qualities == {"iafis": [b"01", b"00", b"63"], "standard": [b"1", b"0", b"63"]}

    def test_placed_by_hand_and_no_method_are_no_qualities(self) -> None:
        array = THREE.copy()
        array["quality"] = (0, 1, 63)  # by hand, no method, the worst
        record = made("standard", array)
        tx = transaction(record)
        assert record.minutiae()["quality"].tolist() == [-1, -1, 63]
        told = [
            f"that 1 minutiae are {how}, which stands for their quality"
            for how in ("placed by hand", "without a method of quality")
        ]
        assert record.convert_minutiae("m1") == told
        assert record.minutiae("m1")["quality"].tolist() == [-1, -1, 1]
        template = tx[9][0].to_template(block="standard", quality=0)
        assert (list(template.lost), template.views[0].minutiae["quality"].tolist()) == (told, [-1, -1, 1])

    @pytest.mark.parametrize(("block", "number"), [("standard", 12), ("iafis", 23)])
    def test_what_stands_for_a_quality_is_written_back_as_it_stood(self, block: str, number: int) -> None:
        array = THREE.copy()
        array["quality"] = (0, 1, 63)
        record = made(block, array)
        transaction(record)
        if block == "standard":
            record[number] = bytes(record.raw(number) or b"").replace(b"\x1f1\x1f", b"\x1f\x1f")  # none at all
        before = [row.split(b"\x1f")[2] for row in bytes(record.raw(number) or b"").split(b"\x1e")]
        found = record.minutiae()
        found["x"] += 1
        assert record.set_minutiae(found[::-1]) == []
        after = [row.split(b"\x1f")[2] for row in bytes(record.raw(number) or b"").split(b"\x1e")]
        assert after == before[::-1]
        found["quality"][2] = -1  # it had one
        record.set_minutiae(found)
        assert int(bytes(record.raw(number) or b"").split(b"\x1e")[2].split(b"\x1f")[2]) == 1
