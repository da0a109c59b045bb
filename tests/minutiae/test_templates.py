"""Templates of INCITS 378-2004 and ISO/IEC 19794-2:2005: by hand, byte for byte, to and from Type-9, any bytes."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nistitl
from nistitl import Type9
from nistitl.minutiae import COUNTS, MinutiaeError, Template, View, read_template, template_of
from nistitl.minutiae.arrays import empty
from nistitl.minutiae.names import INCITS, ISO
from tests.minutiae.test_minutiae import NAMES, PAIRS, THREE, errors_of, made, record_in, transaction
from tests.support.growing import check_ratio

EXAMPLES = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FORMATS = (INCITS, ISO)  # of the first edition; test_template_formats.py has the others

# one view of three minutiae, with ridge counts, a core, a delta and an area of a vendor
MINUTIAE = bytes.fromhex(
    "4064 0096 2D 50"  # ending (01), x 100, y 150, angle 45, quality 80
    "80C8 012C 00 00"  # bifurcation (10), x 200, y 300, angle 0, quality not told
    "0001 0002 B3 64"  # other (00), x 1, y 2, angle 179, quality 100
)
COUNTED = bytes.fromhex("0001 000B 02 010203 010304")  # type 1, 11 bytes, octants; 1 to 2: 3 ridges, 1 to 3: 4
POINTS = bytes.fromhex("0002 0012 41 0020 0030 5A 41 0040 0050 0A 46 96")  # type 2; a core at 32, 48; a delta at 64, 80
ISO_POINTS = bytes.fromhex("0002 0012 01 4020 0030 5A 01 4040 0050 0A 46 96")  # angles follow: told at each x
VENDOR = bytes.fromhex("0101 0006 CAFE")
VIEW = bytes.fromhex("07 12 55 03")  # finger 7, view 1, impression 2, quality 85, three minutiae
SIZES = bytes.fromhex("0140 01E0 00C5 00C5 01 00")  # 320 x 480, 197 pixels per cm, one view, reserved


def with_lengths(form: str, views: bytes, sizes: bytes = SIZES, long: bool = False) -> bytes:
    rest = bytes.fromhex("8ABC") + sizes + views  # appendix F (8), equipment ABC
    if form == ISO:
        return b"FMR\0 20\0" + struct.pack(">I", 12 + len(rest)) + rest
    rest = bytes.fromhex("0031 0203") + rest
    if long:
        return b"FMR\0 20\0\0\0" + struct.pack(">I", 14 + len(rest)) + rest
    return b"FMR\0 20\0" + struct.pack(">H", 10 + len(rest)) + rest


def view_of(areas: bytes) -> bytes:
    return VIEW + MINUTIAE + struct.pack(">H", len(areas)) + areas


FULL = {
    INCITS: with_lengths(INCITS, view_of(COUNTED + POINTS + VENDOR)),
    ISO: with_lengths(ISO, view_of(COUNTED + ISO_POINTS + VENDOR)),
}


class TestByHand:
    @pytest.mark.parametrize("form", FORMATS)
    def test_every_field(self, form: str) -> None:
        template = read_template(FULL[form])
        assert template.format == form
        assert (template.width, template.height, template.ppcm_x, template.ppcm_y) == (320, 480, 197, 197)
        assert template.ppi == pytest.approx(500.38)
        assert (template.certification, template.equipment) == (8, 0xABC)
        assert template.product == (0x00310203 if form == INCITS else None)
        assert template.lost == ()
        (view,) = template.views
        assert (view.position, view.number, view.impression, view.quality) == (7, 1, 2, 85)
        found = view.minutiae
        assert (found.block, found.units, found.ppi) == (form, "pixels", pytest.approx(500.38))
        assert found[["x", "y", "type", "quality", "index"]].tolist() == [
            (100, 150, "E", 80, 1), (200, 300, "B", -1, 2), (1, 2, "O", 100, 3)
        ]  # fmt: skip
        step = 2 if form == INCITS else 1.40625
        assert found["theta"].tolist() == [45 * step, 0, 179 * step]
        assert view.method == 2
        assert view.ridge_counts.tolist() == [(1, 2, 3, -1, -1), (1, 3, 4, -1, -1)]
        assert view.cores[["x", "y", "theta"]].tolist() == [(32, 48, 90 * step)]
        assert view.deltas[["x", "y", "up", "left", "right"]].tolist() == [
            (64, 80, 10 * step, 70 * step, 150 * step)
        ]  # fmt: skip
        assert view.extended == ((0x0101, b"\xca\xfe"),)

    @pytest.mark.parametrize("form", FORMATS)
    def test_headers(self, form: str) -> None:
        """26 bytes of INCITS, 24 of ISO, and four more of a view before its minutiae."""
        bare = Template(form, 320, 480, 197, 197, product=0x00310203, equipment=0xABC, certification=8)
        assert len(bytes(bare)) == (26 if form == INCITS else 24)
        assert bytes(attrs.evolve(bare, views=read_template(FULL[form]).views)) == FULL[form]
        assert read_template(bytes(bare)).views == ()

    def test_made_anew(self) -> None:
        """Without the bytes it was read from, the same comes out."""
        for form in FORMATS:
            template = read_template(FULL[form])
            view = attrs.evolve(template.views[0], source=None)
            assert bytes(attrs.evolve(template, views=(view,))) == FULL[form]

    def test_points_without_angles(self) -> None:
        for form in FORMATS:
            data = with_lengths(form, view_of(bytes.fromhex("0002 000A 01 0020 0030 00")))
            view = read_template(data).views[0]
            assert view.cores[["x", "y"]].tolist() == [(32, 48)]
            assert np.isnan(view.cores["theta"]).all()
            fresh = attrs.evolve(read_template(data), views=(attrs.evolve(view, source=None),))
            assert bytes(fresh) == data

    def test_iso_tells_angles_point_by_point(self) -> None:
        data = with_lengths(ISO, view_of(bytes.fromhex("0002 000F 02 0020 0030 4021 0031 80 00")))
        view = read_template(data).views[0]
        assert view.cores["x"].tolist() == [32, 33]
        assert np.isnan(view.cores["theta"][0])
        assert view.cores["theta"][1] == 180
        assert bytes(attrs.evolve(read_template(data), views=(attrs.evolve(view, source=None),))) == data
        incits = attrs.evolve(read_template(data), format=INCITS)
        with pytest.raises(MinutiaeError, match="every angle of cores or none"):
            incits.write()


class TestExact:
    @pytest.mark.parametrize("form", FORMATS)
    def test_reserved_bits_and_odd_numbers_are_kept(self, form: str) -> None:
        rows = bytes.fromhex("FFFF FFFF FF FF 4064 C096 C8 C8 0001 0002 B4 65")
        areas = bytes.fromhex("0002 0006 3000 0000 0004 0001 0007 00FF01 0001 0005 02 0002 0007 FFFFFF")
        view = VIEW + rows + struct.pack(">H", len(areas)) + areas
        data = with_lengths(form, view + view_of(b""), SIZES[:8] + b"\x02\x99")
        template = read_template(data)
        assert template.write() == data
        # an edit changes what was edited, and nothing else
        first = template.views[0]
        moved = first.minutiae.copy()
        moved["x"][1] = 101
        edited = bytes(attrs.evolve(template, views=(attrs.evolve(first, minutiae=moved), template.views[1])))
        at = data.index(bytes.fromhex("4064 C096"))
        # the reserved bits of the row that changed are those a new row has
        angle = b"\x14" if form == INCITS else b"\xc8"
        assert edited == data[:at] + bytes.fromhex("4065 0096") + angle + data[at + 5 :]

    def test_a_length_of_six_bytes(self) -> None:
        data = with_lengths(INCITS, view_of(b""), long=True)
        assert read_template(data).format == INCITS
        assert read_template(data).write() == data
        big = Template(INCITS, 320, 480, 197, 197, tuple(View(empty(255), number=0) for _ in range(50)))
        assert len(bytes(big)) == 30 + 50 * (6 + 255 * 6)
        assert bytes(big)[8:10] == b"\0\0"
        assert read_template(bytes(big)).write() == bytes(big)

    @settings(EXAMPLES, max_examples=100)
    @given(st.sampled_from(FORMATS), st.data())
    def test_any_valid_template(self, form: str, data: st.DataObject) -> None:
        views = b""
        many = data.draw(st.integers(0, 4))
        for _ in range(many):
            minutiae = data.draw(st.integers(0, 20))
            rows = data.draw(st.binary(min_size=6 * minutiae, max_size=6 * minutiae))
            contents = data.draw(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=24)), max_size=4))
            areas = b"".join(struct.pack(">HH", kind, 4 + len(raw)) + raw for kind, raw in contents)
            head = data.draw(st.binary(min_size=3, max_size=3)) + bytes((minutiae,))
            views += head + rows + struct.pack(">H", len(areas)) + areas
        sizes = data.draw(st.binary(min_size=8, max_size=8)) + bytes((many, data.draw(st.integers(0, 255))))
        raw = with_lengths(form, views, sizes, data.draw(st.booleans()))
        template = read_template(raw)
        assert template.format == form
        assert template.write() == raw
        assert len(template.views) == many


@st.composite
def views(draw: st.DrawFn, form: str) -> View:
    """A view that the format holds exactly."""
    many, step = draw(st.integers(0, 12)), 2 if form == INCITS else 1.40625
    array = empty(many)
    for name, strategy in (
        ("x", st.integers(0, 16383)),
        ("y", st.integers(0, 16383)),
        ("theta", st.integers(0, (180 if form == INCITS else 256) - 1).map(lambda unit: unit * step)),
        ("type", st.sampled_from("EBO")),
        ("quality", st.sampled_from([-1, 1, 50, 100])),
    ):
        array[name] = draw(st.lists(strategy, min_size=many, max_size=many))
    counts = np.zeros(draw(st.integers(0, 10)) if many else 0, COUNTS)
    for name, high in (("center", many), ("neighbour", many), ("count", 255)):
        counts[name] = draw(st.lists(st.integers(1, max(high, 1)), min_size=len(counts), max_size=len(counts)))
    counts["sector"] = counts["residual"] = -1
    method = draw(st.integers(0, 2)) if len(counts) else 0
    return View(array, draw(st.integers(0, 10)), 3, 1, 77, counts, method)


@settings(EXAMPLES, max_examples=60)
@given(st.sampled_from(FORMATS), st.data())
def test_what_is_written_is_read(form: str, data: st.DataObject) -> None:
    view = data.draw(views(form))
    template = Template(form, 320, 480, 197, 197, (view,))  # type: ignore[arg-type]
    back = read_template(bytes(template)).views[0]
    for name in ("x", "y", "theta", "type", "quality", "index"):
        assert back.minutiae[name].tolist() == view.minutiae[name].tolist()
    assert back.ridge_counts.tolist() == view.ridge_counts.tolist()
    assert (back.position, back.number, back.impression, back.quality, back.method) == (
        view.position, 3, 1, 77, view.method,
    )  # fmt: skip


class TestErrors:
    def test_not_a_template(self) -> None:
        for data in (b"", b"FMR", b"FIR\0" + FULL[ISO][4:]):
            with pytest.raises(MinutiaeError, match="no template"):
                read_template(data)
        for says, data in (
            ("template-length", FULL[ISO][:-1]),
            ("template-after", with_lengths(ISO, view_of(b"") + b"??")),
            ("template-cut", with_lengths(INCITS, VIEW + MINUTIAE[:-1])),
            ("template-length", with_lengths(INCITS, VIEW + MINUTIAE + b"\0\x09")),
            *(
                ("template-extended", with_lengths(INCITS, view_of(bytes.fromhex(area))))
                for area in ("0001 0003 00", "0001 0040 00", "0001 00")
            ),
        ):
            template = read_template(data)
            assert says in {finding.code for finding in template.findings}
            assert template.write() == data
            with pytest.raises(MinutiaeError, match="template-"):
                read_template(data, "strict")

    @pytest.mark.parametrize("form", FORMATS)
    def test_every_cut(self, form: str) -> None:
        """Inside the header it is refused; behind it the minutiae that are whole are read, and an error says so."""
        header = 26 if form == INCITS else 24
        for size in range(len(FULL[form])):
            cut = FULL[form][:size]
            if size < header:
                with pytest.raises(MinutiaeError):
                    read_template(cut)
                continue
            template = read_template(cut)
            there = [len(view.minutiae) for view in template.views]
            assert there == ([] if size < header + 4 else [min(3, (size - header - 4) // 6)])
            whole = size >= header + 4 + 18
            assert whole != any(finding.severity is nistitl.Severity.ERROR for finding in template.findings), size
            assert template.findings
            assert template.format == form

    @settings(EXAMPLES, max_examples=400)
    @given(st.sampled_from(FORMATS), st.data())
    def test_any_bytes(self, form: str, data: st.DataObject) -> None:
        raw = data.draw(st.binary(max_size=120))
        if data.draw(st.booleans()):
            raw = with_lengths(form, raw, SIZES[:8] + bytes((data.draw(st.integers(0, 255)), 0)))
        elif data.draw(st.booleans()):
            spoilt = bytearray(FULL[form])
            for _ in range(data.draw(st.integers(1, 4))):
                spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
            raw = bytes(spoilt)
        try:
            template = read_template(raw)
        except MinutiaeError:
            return
        assert template.write() == raw

    def test_time_grows_with_the_input(self) -> None:
        """255 views of 255 minutiae and as many areas as go in: 17 million bytes would be the most; here 2 million."""
        areas = bytes.fromhex("0009 0004") * 1500
        view = bytes((1, 0, 0, 255)) + MINUTIAE[:6] * 255 + struct.pack(">H", len(areas)) + areas

        def views(n: int) -> bytes:
            return with_lengths(ISO, view * n, SIZES[:8] + bytes((n, 0)))

        def pass_through(data: bytes) -> None:
            template = read_template(data)
            assert template.write() == data and len(template.views) == data[22]

        few, many = views(32), views(255)
        assert few[22] == 32 and many[22] == 255
        check_ratio(lambda: pass_through(few), lambda: pass_through(many), 16, 0.004)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"minutiae": empty(256)}, "255 minutiae, not 256"),
            ({"number": 16}, "view number"),
            ({"impression": -1}, "no impression -1"),
            ({"position": 256}, "no position 256"),
            ({"quality": 101}, "no quality 101"),
            ({"impression": 4}, "no impression 4"),
            ({"method": 300}, "method"),
        ],
    )
    def test_what_a_view_cannot_hold(self, change: dict[str, Any], says: str) -> None:
        template = read_template(FULL[INCITS])
        view = attrs.evolve(template.views[0], **change)
        if "minutiae" in change:
            view = attrs.evolve(view, ridge_counts=np.zeros(0, COUNTS))
        with pytest.raises(MinutiaeError, match=says):
            attrs.evolve(template, views=(view,)).write()

    def test_what_arrays_cannot_be(self) -> None:
        template = read_template(FULL[INCITS])
        view = template.views[0]
        for name, value, says in (
            ("x", -1, "outside"), ("y", 16384, "outside"), ("theta", np.nan, "finite"), ("quality", 256, "quality"),
        ):  # fmt: skip
            array = view.minutiae.copy()
            array[name][0] = value
            with pytest.raises(MinutiaeError, match=says):
                attrs.evolve(template, views=(attrs.evolve(view, minutiae=array),)).write()
        gone = attrs.evolve(view, minutiae=view.minutiae[:2])
        with pytest.raises(MinutiaeError, match="ridge counts name minutiae that are not there"):
            attrs.evolve(template, views=(attrs.evolve(gone, minutiae=view.minutiae[[0, 2]]),)).write()
        for change, says in (
            ({"equipment": 4096}, "equipment"), ({"certification": 16}, "certification"), ({"width": 70000}, "header"),
            ({"format": "iso"}, "no format"), ({"product": 2**32}, "header"),
        ):  # fmt: skip
            with pytest.raises(MinutiaeError, match=says):
                attrs.evolve(template, **change).write()
        many = np.zeros(16, view.cores.dtype)
        with pytest.raises(MinutiaeError, match="15 cores, not 16"):
            attrs.evolve(template, views=(attrs.evolve(view, cores=many),)).write()
        counts = np.ones(22_000, COUNTS)
        with pytest.raises(MinutiaeError, match="fewer ridge counts"):
            attrs.evolve(template, views=(attrs.evolve(view, ridge_counts=counts),)).write()

    def test_a_row_in_the_middle_may_go_with_its_counts(self) -> None:
        template = read_template(FULL[INCITS])
        view = template.views[0]
        fewer = attrs.evolve(view, minutiae=view.minutiae[[0, 2]], ridge_counts=view.ridge_counts[1:])
        back = read_template(bytes(attrs.evolve(template, views=(fewer,)))).views[0]
        assert back.minutiae["x"].tolist() == [100, 1]
        assert back.ridge_counts[["center", "neighbour", "count"]].tolist() == [(1, 2, 4)]
        assert back.cores[0].tolist() == pytest.approx(view.cores[0].tolist(), nan_ok=True)
        assert back.extended == view.extended


class TestRecords:
    @pytest.mark.parametrize("form", FORMATS)
    def test_of_a_real_record(self, corpus: Path, form: Any) -> None:
        """NIST's print in the M1 block: 432 368, 140 steps of two degrees, quality 100, finger 8, 384 ridge counts."""
        record = record_in(corpus, "nist4j__nist4j/standards/AN2011/pass/pass-type-9-14-m1.an2")
        template = record.to_template(form)
        data = bytes(template)
        assert template.lost == ("the algorithm of the quality of the finger",) + (
            () if form == INCITS else ("the product that encoded the features",)
        )
        assert (template.width, template.height, template.ppcm_x) == (800, 768, 197)
        assert template.certification == 8
        head = 26 if form == INCITS else 24
        assert data[head : head + 4] == bytes((8, 3, 90, 48))  # finger, view and impression, quality, minutiae
        # 0x01B0 is 432, 0x0170 is 368; 280 degrees are 199.1 of 256 in a turn
        assert data[head + 4 : head + 10] == bytes.fromhex("01B0 0170") + bytes((140 if form == INCITS else 199, 100))
        counts = head + 4 + 48 * 6 + 2
        assert data[counts : counts + 8] == struct.pack(">HH", 1, 5 + 384 * 3) + bytes((0, 1, 33, 4))
        if form == INCITS:
            assert data[10:14] == bytes.fromhex("12345678")  # 9.126 tells it
        back = read_template(data).views[0]
        assert back.cores[["x", "y", "theta"]].tolist() == [(328, 319, 0)]
        assert len(back.ridge_counts) == 384

    def test_there_and_back_is_the_same_record(self, corpus: Path) -> None:
        record = record_in(corpus, "nist4j__nist4j/standards/AN2011/pass/pass-type-9-14-m1.an2")
        again = Type9.from_template(read_template(bytes(record.to_template())))
        for number in (126, 127, 128, 129, 130, 131, 132, 133, 134, 136, 137, 138, 139, 140, 141):
            assert again.raw(number) == record.raw(number), number
        assert again.IMP == record.IMP
        assert again.FQD[0].QVU == 90

    def test_every_record_of_the_corpus(self, corpus: Path, corpus_index: list[dict[str, Any]]) -> None:
        seen = 0
        for row in corpus_index:
            try:
                tx = nistitl.read((corpus / row["file"]).read_bytes())
            except nistitl.ITLError:
                continue
            for record in (record for record in tx if isinstance(record, Type9)):
                if record.image_record is None and record.minutiae_blocks != ("m1",):
                    with pytest.raises(MinutiaeError, match=r"give ppi, width and height|holds no minutiae"):
                        record.to_template()
                    continue
                for form in FORMATS:
                    template = template_of(record, form, impression=0, quality=0)  # type: ignore[arg-type]
                    back = read_template(bytes(template))
                    there = record.minutiae()
                    assert np.abs(back.views[0].minutiae["x"] - there["x"]).max() <= 0.5
                    assert np.abs(back.views[0].minutiae["y"] - there["y"]).max() <= 0.5
                    turned = (back.views[0].minutiae["theta"] - there["theta"] + 180) % 360 - 180
                    assert np.abs(turned).max() <= 1
                seen += 1
        assert seen >= 15

    @pytest.mark.parametrize("form", FORMATS)
    @pytest.mark.parametrize("block", NAMES)
    def test_from_a_template_into_every_block(self, form: str, block: str) -> None:
        data = with_lengths(
            form, bytes.fromhex("02 00 55 03 4014 001E 2D 50 8028 0032 00 28 4005 0006 5A 64 0000"),
            bytes.fromhex("0064 0064 00C5 00C5 01 00"),
        )  # fmt: skip
        template = read_template(data)
        if block != "m1":
            with pytest.raises(MinutiaeError, match=f"{block} cannot hold the quality of the finger.*lossy=True"):
                Type9.from_template(template, 0, block)
        record = Type9.from_template(template, 0, block, lossy=block != "m1")
        tx = transaction(record, ppi=500.38)
        found, was = record.minutiae(ppi=500.38, height=100), template.views[0].minutiae
        assert found.block == block
        assert found["x"] == pytest.approx(was["x"], abs=0.11)
        assert found["y"] == pytest.approx(was["y"], abs=0.11)
        assert np.abs((found["theta"] - was["theta"] + 180) % 360 - 180).max() <= 1
        assert found["type"].tolist() == ["E", "B", "E"]
        assert errors_of(tx) == []
        again = record.to_template(form, ppi=500.38, quality=85)  # type: ignore[arg-type]
        assert (again.views[0].position, again.views[0].impression) == (2, 0)
        assert again.views[0].minutiae["x"].tolist() == was["x"].tolist()

    @pytest.mark.parametrize("block", ["m1", "efs"])
    def test_ridge_counts_cores_and_deltas_go_along(self, block: str) -> None:
        template = read_template(FULL[INCITS])
        record = Type9.from_template(template, block=block, lossy=True, **({"COM": "x"} if block == "efs" else {}))
        again = record.to_template(ppi=500.38, width=320, height=480, quality=85)
        one, other = template.views[0], again.views[0]
        assert other.ridge_counts[["center", "neighbour", "count"]].tolist() == [(1, 2, 3), (1, 3, 4)]
        assert other.method == 2
        assert other.cores[["x", "y", "theta"]].tolist() == one.cores[["x", "y", "theta"]].tolist()
        names = ["x", "y", "up", "left", "right"]
        assert other.deltas[names].tolist() == one.deltas[names].tolist()
        if block == "m1":
            assert (again.product, again.equipment, again.certification) == (0x00310203, 0xABC, 8)
            assert other.quality == 85
            assert other.minutiae["quality"].tolist() == [80, -1, 100]

    def test_what_is_lost_is_told(self) -> None:
        record = made("efs", THREE, PAIRS)
        record[331] = b"51\x1f25\x1f0\x1fX\x1f5\x1f10\x1e102\x1f254\x1f90\x1fB\x1e152\x1f305\x1f358\x1fE"
        record[320] = b"100\x1f100\x1e100\x1f120\x1f45\x1f5\x1f5"
        transaction(record)
        template = record.to_template(quality=50)
        assert template.lost == (
            "the uncertainty of 1 cores", "angles of 1 cores", "the type of 1 minutiae (X)",
            "the position uncertainty of 1 minutiae", "the direction uncertainty of 1 minutiae",
            "the sector of 3 ridge counts", "the residual of 3 ridge counts",
        )  # fmt: skip
        assert record.to_template("iso-19794-2-2005", quality=50).views[0].cores["theta"][1] == 45

    def test_what_is_given_counts(self) -> None:
        record = made("m1")
        template = record.to_template(
            ppi=254, width=50, height=61, position=3, number=2, impression=8, quality=40, product=7, equipment=9
        )
        view = template.views[0]
        assert (template.width, template.height, template.ppcm_x) == (50, 61, 100)
        assert (view.position, view.number, view.impression, view.quality) == (3, 2, 8, 40)
        assert (template.product, template.equipment) == (7, 9)
        assert view.minutiae["x"].tolist() == [5, 10, 15]

    def test_errors(self) -> None:
        record = made("efs")
        with pytest.raises(MinutiaeError, match="give ppi, width and height"):
            record.to_template()
        with pytest.raises(MinutiaeError, match="no format"):
            record.to_template("incits")  # type: ignore[arg-type]
        with pytest.raises(MinutiaeError, match="2 minutiae lie outside of the image of 100 x 40 pixels"):
            record.to_template(ppi=500, width=100, height=40, quality=50)
        many = made("m1", empty(256)).to_template
        with pytest.raises(MinutiaeError, match="255 minutiae, not 256: keep the best"):
            many(ppi=500, width=100, height=100)
        template = read_template(FULL[INCITS])
        for view in (1, -1):
            with pytest.raises(MinutiaeError, match="1 views"):
                Type9.from_template(template, view)
        with pytest.raises(MinutiaeError, match="resolution and size"):
            Type9.from_template(attrs.evolve(template, ppcm_x=0))
        uneven = attrs.evolve(template, ppcm_y=100)
        with pytest.raises(MinutiaeError, match="1 areas of extended data of other owners; lossy=True"):
            Type9.from_template(uneven)
        assert Type9.from_template(uneven, lossy=True).TVPS == 100
        with pytest.raises(MinutiaeError, match="only the block m1"):
            Type9.from_template(uneven, block="efs")
        with pytest.raises(MinutiaeError, match="no block"):
            Type9.from_template(template, block="other")

    def test_formats_into_each_other(self) -> None:
        template = read_template(FULL[INCITS])
        iso = read_template(bytes(attrs.evolve(template, format=ISO)))
        # 90 degrees are 64 of 256, 358 degrees 254.6
        assert iso.views[0].minutiae["theta"].tolist() == [90, 0, 255 * 1.40625]
        assert iso.product is None
        back = read_template(bytes(attrs.evolve(iso, format=INCITS, product=template.product)))
        assert back.views[0].minutiae["theta"].tolist() == [90, 0, 358]
        assert bytes(back) == FULL[INCITS]

    @pytest.mark.parametrize("method", [3, 255])
    def test_a_method_of_counting_that_no_standard_knows(self, method: int) -> None:
        template = read_template(FULL[INCITS])
        view = attrs.evolve(template.views[0], method=method)
        with pytest.raises(MinutiaeError, match=f"ridge counts to neighbours by method {method}"):
            Type9.from_template(attrs.evolve(template, views=(view,)), block="iafis")

    def test_a_count_to_a_minutia_that_is_not_there_is_refused(self) -> None:
        """255 and 15 together say that there is no neighbour; 255 alone names one."""
        record = Type9.from_template(read_template(FULL[INCITS]), block="m1", lossy=True)
        counts = record.ridge_counts("m1")[:1]
        counts["neighbour"], counts["count"] = 255, 7
        with pytest.raises(MinutiaeError, match="1 ridge counts name minutiae that the array does not have"):
            record.set_minutiae(record.minutiae("m1"), "m1", ridge_counts=counts)
