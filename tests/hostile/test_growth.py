"""What each entry point costs grows with its input and not faster; reading is in test_hostile.py, rules in
test_validation_hostile.py, headers of codestreams in test_images.py."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.base.text import json_text
from nistitl.images.strokes import draw, strokes
from nistitl.minutiae import read_template
from nistitl.minutiae.arrays import empty
from nistitl.minutiae.selection import blocks_of
from nistitl.pages.content import content_page
from nistitl.pages.readable import lines_of, title_of
from nistitl.pages.sheet import sheet_html, sheet_png
from nistitl.plain.folder import pack, unpack
from tests.fuzz.commands import MEMORY, run
from tests.fuzz.hostile import US, first, tagged
from tests.fuzz.targets.templates import seeds as templates
from tests.support import growing
from tests.support.growing import check_ratio, patience, peak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCKS = blocks_of(nistitl.Type9)
TIMES, AT_MOST = 8, 24  # 8 times the input may cost 24 times the time; were it quadratic, 64
BYTES_A_BYTE = 1_500  # memory for each byte of input at the worst: a finding a byte, told in HTML
FLOOR = 6_000_000
LEAST = 0.004  # seconds; below, clocks tell nothing


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """No test of these goes on for ever."""
    with patience():
        yield


def check_growth(action: Callable[[Any], object], make: Callable[[int], Any], n: int) -> None:
    small, great = make(n), make(n * TIMES)
    check_ratio(lambda: action(small), lambda: action(great), AT_MOST, LEAST)


# -- transactions ---------------------------------------------------------------------------------


def shown(tx: nistitl.Transaction) -> None:
    for at, record in enumerate(tx):
        title_of(at, record)
        for place in record.fields():
            list(lines_of(place))


def paged(tx: nistitl.Transaction) -> None:
    content_page(tx, enumerate(tx), [finding.to_text() for finding in tx.findings])


def told(tx: nistitl.Transaction) -> None:
    json_text(tx.to_dict())


def retold(tx: nistitl.Transaction) -> None:
    assert bytes(nistitl.Transaction.from_dict(tx.to_dict())) == bytes(tx)


def packed(tx: nistitl.Transaction) -> None:
    folder = Path(tempfile.mkdtemp(dir=MEMORY))
    try:
        unpack(tx, folder / "out")
        assert pack(folder / "out") == bytes(tx)
    finally:
        shutil.rmtree(folder)


def validated(tx: nistitl.Transaction) -> None:
    report = tx.validate("fbi-ebts-10.0", level=3)
    report.to_text()
    report.to_json()
    report.to_junit()
    report.to_html()


def respelled(tx: nistitl.Transaction) -> None:
    twin = tx.copy()
    for record in twin:
        record.respell()
    bytes(twin)


def drawn(tx: nistitl.Transaction) -> None:
    sheet_html(tx, segments=True, minutiae=True)
    sheet_png(tx, segments=True, minutiae=True)


ACTIONS = [shown, paged, told, retold, packed, validated, respelled]
INPUTS = [
    (growing.uncounted, 60), (growing.fields_empty, 150), (growing.fields_repeated, 150), (growing.subfields, 1000),
    (growing.items, 1000), (growing.wrong_subfields, 300), (growing.charset_inline, 1000), (growing.binary_lens, 60),
]  # fmt: skip
NAMED = {"ids": lambda value: getattr(value, "__name__", None)}


@pytest.mark.parametrize("action", ACTIONS, **NAMED)
@pytest.mark.parametrize(("make", "n"), INPUTS, **NAMED)
def test_time_is_linear(action: Callable[[Any], object], make: Callable[[int], bytes], n: int) -> None:
    check_growth(lambda data: action(nistitl.read(data)), make, n)


# of these each byte costs most: a record, a field, a finding for a few bytes
DEAREST = [(growing.uncounted, 60), (growing.fields_empty, 150), (growing.wrong_subfields, 60)]


@pytest.mark.parametrize("action", ACTIONS, **NAMED)
@pytest.mark.parametrize(("make", "n"), DEAREST, **NAMED)
def test_memory_is_bounded(action: Callable[[Any], object], make: Callable[[int], bytes], n: int) -> None:
    data = make(n)
    action(nistitl.read(data))  # modules and tables are loaded once
    most = peak(lambda: action(nistitl.read(data)))
    assert most <= BYTES_A_BYTE * len(data) + FLOOR, f"{most / len(data):.0f} bytes for each byte of input"


def test_time_of_set_is_linear() -> None:
    """CNT was written anew after each of the records."""

    def all_of_them(data: bytes) -> None:
        done = run(data, "set", "-", "2.002=5", "--all", "-o", "-")
        assert done.status == 1 and done.out.count("2.002:5") == data.count(b"2.002:")

    check_growth(all_of_them, growing.uncounted, 100)


# -- images ---------------------------------------------------------------------------------------


def pictures(n: int) -> bytes:
    """n small images, each with a long name."""
    face = tagged(10, {2: b"00", 3: b"X" * 40, 6: b"8", 7: b"8", 8: b"0", 11: b"NONE", 12: b"GRAY", 999: bytes(64)})
    return first([(10, 0)] * n) + face * n


def long_name(n: int) -> bytes:
    """An image whose title is n letters long."""
    image = {2: b"00", 3: b"<X>\n" * n, 6: b"8", 7: b"8", 8: b"0", 11: b"NONE", 12: b"GRAY", 999: bytes(64)}
    return first([(10, 0)]) + tagged(10, image)


def segments(n: int) -> bytes:
    """A small image of n segments, each a box of all of it."""
    image = {2: b"00", 6: b"8", 7: b"8", 11: b"NONE", 12: b"8", 13: b"13"}
    boxes = b"\x1e".join([US.join([b"2", b"0", b"7", b"0", b"7"])] * n)
    return first([(14, 0)]) + tagged(14, image | {21: boxes, 999: bytes(64)})


@pytest.mark.parametrize(("make", "n"), [(pictures, 3), (long_name, 2_000), (segments, 50)], **NAMED)
def test_time_of_the_sheet_is_linear(make: Callable[[int], bytes], n: int) -> None:
    check_growth(lambda data: drawn(nistitl.read(data)), make, n)


def test_the_sheet_as_png_is_no_larger_than_images_may_be() -> None:
    """A record of a hundred bytes takes a tile of the page: many of them would take any memory."""
    tx = nistitl.read(pictures(2_500))

    def refused() -> None:
        with pytest.raises(nistitl.ITLError, match=r"as \.html"):
            sheet_png(tx)

    assert peak(refused) < 100 * len(bytes(tx)) + FLOOR


@pytest.mark.parametrize(("make", "n"), [(pictures, 3), (long_name, 2_000), (segments, 50)], **NAMED)
def test_images_are_found_in_linear_time(make: Callable[[int], bytes], n: int) -> None:
    def all_of_them(data: bytes) -> None:
        for record in nistitl.read(data).images():
            assert record.array.size == 64 and record.ppi is None
            assert record.image_findings() is not None and record.segments() is not None

    check_growth(all_of_them, make, n)


def test_vectors_are_drawn_in_linear_time() -> None:
    def vectors(n: int) -> bytes:
        return b"".join(bytes((at % 4, at % 256, 3, at * 7 % 256, 9)) for at in range(n)) + b"\0\0\0\0\xff"

    check_growth(lambda data: draw(strokes(data)), vectors, 1000)


def test_polygons_do_not_add_up_to_more_than_the_image() -> None:
    """A mask each, of the size of the image: many of them would take any memory."""
    side = 400
    image = {2: b"00", 6: b"%d" % side, 7: b"%d" % side, 11: b"NONE", 12: b"8", 13: b"13"}
    corners = [b"2", b"4", *(b"%d" % place for place in (0, 0, side, 0, side, side, 0, side))]

    def made(n: int) -> nistitl.Transaction:
        field = b"\x1e".join([US.join(corners)] * n)
        data = first([(14, 0)]) + tagged(14, image | {25: field, 999: bytes(side * side)})
        return nistitl.read(data)

    some = made(60)
    assert len(some[14][0].segments()) == 60
    many = made(5000)
    record = many[14][0]

    def refused() -> None:
        with pytest.raises(nistitl.ITLError, match="64 times"):
            record.segments()

    assert peak(refused) < 70 * side * side + FLOOR


# -- features -------------------------------------------------------------------------------------


def features(block: str) -> Callable[[int], nistitl.Transaction]:
    """A Type-9 of n minutiae of a block, as read."""

    def make(n: int) -> nistitl.Transaction:
        found = empty(n)
        found["x"], found["y"], found["theta"], found["type"] = 10, 20, 30, "E"
        found["index"] = range(1, n + 1)
        record = nistitl.Type9.from_minutiae(found, block, ppi=500, width=400, height=400, lossy=True, IDC=1, IMP=4)
        tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN")
        tx.append(record)
        return nistitl.read(bytes(tx))

    return make


@pytest.mark.parametrize("block", BLOCKS)
def test_time_of_minutiae_is_linear(block: str) -> None:
    size: dict[str, Any] = {"ppi": 500, "height": 400}

    def all_of_them(tx: nistitl.Transaction) -> None:
        record: Any = tx[9][0].copy()
        found = record.minutiae(block, **size)
        record.ridge_counts(block)
        record.set_minutiae(found, block, **size)
        for to in BLOCKS:
            try:
                record.copy().convert_minutiae(to, block, **size)
            except nistitl.ITLError:
                continue

    check_growth(all_of_them, features(block), 30)


def test_time_of_templates_is_linear() -> None:
    one = next(data for data in templates() if data[8:10] != b"\0\0" and data[24] == 1 and len(data) > 60)
    view = one[26:]

    def views(n: int) -> bytes:
        data = one[:24] + bytes((n, 0)) + view * n
        return data[:8] + len(data).to_bytes(2, "big") + data[10:]

    assert len(read_template(views(200)).views) == 200
    check_growth(lambda data: bytes(read_template(data)), views, 30)
