"""Templates of the later editions byte by byte, those that other projects made, and what is forgiven or refused."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

import nistitl
from nistitl import Type9
from nistitl.base.findings import Severity
from nistitl.minutiae import (
    CORES,
    FORMATS,
    Capture,
    Certificate,
    MinutiaeError,
    Quality,
    Template,
    View,
    ViewImage,
    read_template,
)
from nistitl.minutiae.arrays import empty
from nistitl.minutiae.names import Format
from tests.minutiae.test_minutiae import THREE, counts_of
from tests.minutiae.test_templates import COUNTED, FULL, ISO_POINTS, MINUTIAE, POINTS, VENDOR
from tests.support.samples import CORPUS

INCITS, ISO, INCITS_2009, AMENDMENT_1, ISO_2011 = FORMATS
CASES = CORPUS.parent / "cases" / "templates"

# finger 7, view 1, impression 24, quality 85 of vendor 1 algorithm 2, 320 x 480 at 197 and 200 a centimetre
HEAD_2009 = bytes.fromhex("07 01 18 55 0001 0002 0140 01E0 00C5 00C8 03")
# 15 December 2005 17:35:20.250, technology 5, vendor 0xABCD, device 0xB5; two qualities; one certificate of appendix F
DEVICE_2011 = bytes.fromhex("07D5 0C 0F 11 23 14 00FA 05 ABCD 00B5")
QUALITIES_2011 = bytes.fromhex("02 55 0001 0002 FF 0003 0004")
CERTIFICATES_2011 = bytes.fromhex("01 0007 01")
FINGER_2011 = bytes.fromhex("07 01 00C5 00C8 18 0140 01E0 61 03")


def areas_of(points: bytes) -> bytes:
    areas = COUNTED + points + VENDOR
    return struct.pack(">H", len(areas)) + areas


def incits_2009(version: bytes, views: bytes, header: str = "80 0ABC 01 00", length: int | None = None) -> bytes:
    rest = bytes.fromhex("0031 0203" + header) + views
    return b"FMR\0" + version + b"\0" + struct.pack(">I", 12 + len(rest) if length is None else length) + rest


def iso_2011(*views: bytes, certified: int = 1) -> bytes:
    framed = b"".join(struct.pack(">I", 4 + len(view)) + view for view in views)
    return b"FMR\x00030\0" + struct.pack(">IHB", 15 + len(framed), len(views), certified) + framed


VIEW_2009 = HEAD_2009 + MINUTIAE + areas_of(POINTS)
VIEW_2011 = DEVICE_2011 + QUALITIES_2011 + CERTIFICATES_2011 + FINGER_2011 + MINUTIAE + areas_of(ISO_POINTS)
LATER = {
    INCITS_2009: incits_2009(b"030", VIEW_2009),
    AMENDMENT_1: incits_2009(b"035", VIEW_2009),
    ISO_2011: iso_2011(VIEW_2011),
}
EVERY = [(form, {**FULL, **LATER}[form]) for form in FORMATS]


class TestByHand:
    @pytest.mark.parametrize("form", LATER)
    def test_every_field(self, form: str) -> None:
        template = read_template(LATER[form], "strict")
        assert template.format == form
        assert template.findings == ()
        (view,) = template.views
        assert (view.position, view.number, view.impression, view.quality) == (7, 1, 24, 85)
        assert view.image == ViewImage(320, 480, 197, 200)
        assert (template.width, template.height, template.ppcm_x, template.ppcm_y) == view.image
        assert view.algorithm == (1, 2)
        step = 1.40625 if form == ISO_2011 else 2
        found = view.minutiae
        assert found[["x", "y", "theta", "type"]].tolist() == [
            (100, 150, 45 * step, "E"), (200, 300, 0, "B"), (1, 2, 179 * step, "O")
        ]  # fmt: skip
        assert found["quality"].tolist() == [80, 0, 100]  # 0 is the worst here, 254 and 255 say that there is none
        assert found.ppi is None  # 197 and 200 pixels per cm are not one resolution
        assert view.ridge_counts[["center", "neighbour", "count"]].tolist() == [(1, 2, 3), (1, 3, 4)]
        assert view.cores[["x", "y", "theta"]].tolist() == [(32, 48, 90 * step)]
        assert view.deltas[["up", "left", "right"]].tolist() == [(10 * step, 70 * step, 150 * step)]
        assert view.extended == ((0x0101, b"\xca\xfe"),)

    @pytest.mark.parametrize("form", [INCITS_2009, AMENDMENT_1])
    def test_the_header_of_incits(self, form: str) -> None:
        template = read_template(LATER[form])
        assert (template.product, template.certification, template.equipment) == (0x00310203, 8, 0xABC)

    def test_what_only_iso_2011_tells(self) -> None:
        template = read_template(LATER[ISO_2011])
        view = template.views[0]
        assert view.capture == Capture(DEVICE_2011[:9], 5, 0xABCD, 0xB5)
        assert view.capture.when == datetime(2005, 12, 15, 17, 35, 20, 250_000, UTC)
        assert view.qualities == (Quality(255, 3, 4),)
        assert view.certificates == (Certificate(7, 1),)
        assert view.ending == 1
        assert (template.product, template.equipment) == (None, 0xB5)
        assert Capture().when is None

    @pytest.mark.parametrize("form", LATER)
    def test_made_anew(self, form: str) -> None:
        """Without the bytes it was read from, the same comes out."""
        template = read_template(LATER[form])
        view = attrs.evolve(template.views[0], source=None)
        assert bytes(attrs.evolve(template, views=(view,), source=None)) == LATER[form]

    @pytest.mark.parametrize("form", LATER)
    def test_no_quality(self, form: str) -> None:
        array = empty(2)
        array["quality"] = [-1, 0]
        view = View(array, impression=29, quality=254, image=ViewImage(10, 10, 197, 197))  # type: ignore[arg-type]
        data = bytes(Template(form, 10, 10, 197, 197, (view,)))  # type: ignore[arg-type]
        assert data[-8 - 1] == 254  # the last byte of the first minutia
        assert data[-2 - 1] == 0
        back = read_template(data, "strict").views[0]
        assert back.minutiae["quality"].tolist() == [-1, 0]
        assert back.quality == 254

    def test_minutiae_of_five_bytes(self) -> None:
        rows = b"".join(MINUTIAE[at : at + 5] for at in (0, 6, 12))
        head = DEVICE_2011 + b"\0" + bytes.fromhex("07 01 00C5 00C8 18 0140 01E0 50 03")
        data = iso_2011(head + rows + b"\0\0", certified=0)
        template = read_template(data, "strict")
        view = template.views[0]
        assert view.minutiae["quality"].tolist() == [-1, -1, -1]
        assert view.quality == 254  # no block of quality
        assert bytes(attrs.evolve(template, source=None)) == data
        rated = view.minutiae.copy()
        rated["quality"][0] = 60
        edited = bytes(attrs.evolve(template, views=(attrs.evolve(view, minutiae=rated),)))
        assert len(edited) == len(data) + 3
        assert read_template(edited, "strict").views[0].minutiae["quality"].tolist() == [60, -1, -1]

    def test_an_edit_changes_what_was_edited(self) -> None:
        for form, data in LATER.items():
            template = read_template(data)
            view = template.views[0]
            moved = view.minutiae.copy()
            moved["x"][0] = 101
            edited = bytes(attrs.evolve(template, views=(attrs.evolve(view, minutiae=moved),)))
            assert edited == data.replace(bytes.fromhex("4064 0096"), bytes.fromhex("4065 0096")), form
            view.minutiae["x"][0] = 102  # in place
            assert bytes(template) == data.replace(bytes.fromhex("4064 0096"), bytes.fromhex("4066 0096")), form


class TestOfOthers:
    """What other projects wrote, held against what their own readers say of it."""

    @pytest.mark.parametrize("name", ["ansi378v2009-sample", "ansi378v2009am1-sample", "iso19794p2v2011-sample"])
    def test_as_fingerprintio_reads_it(self, corpus: Path, name: str) -> None:
        if not CASES.is_dir():
            pytest.skip("the cases are not here")
        told = json.loads((CASES / f"{name}.json").read_text("utf-8"))
        template = read_template(CASES / f"{name}.dat")
        assert [finding.code for finding in template.findings] == (
            ["template-length"] if name == "ansi378v2009-sample" else []
        )
        if "vendorId" in told:
            assert template.product == told["vendorId"] << 16 | told["subformat"]
            assert (template.equipment, template.certification) == (told["sensorId"], 0)
        assert len(template.views) == len(told["fingerprints"])
        for view, finger in zip(template.views, told["fingerprints"], strict=True):
            self.check(view, finger, 2 if name.startswith("ansi") else 1.40625)

    def check(self, view: View, told: dict[str, Any], step: float) -> None:
        assert view.position == {"LEFT_INDEX": 7, "RIGHT_INDEX": 2}[told["position"]]
        assert view.impression == {"LIVE_PLAIN": 0}[told["scanType"]]
        assert view.image == (told["width"], told["height"], told["resolutionX"], told["resolutionY"])
        if "qrecords" in told:
            quality = [(one["quality"], one["vendor"], one["algorithm"]) for one in told["qrecords"]]
            assert view.capture is not None
            assert (view.capture.vendor, view.capture.device) == (told["sensorVendor"], told["sensorId"])
            assert view.capture.when == datetime(*list(told["datetime"].values())[:6], tzinfo=UTC)
        else:
            quality = [(told["quality"], told["qualityVendorId"], told["qualityAlgorithmId"])]
        assert [(view.quality, *view.algorithm), *view.qualities] == quality
        letters = {"ENDING": "E", "BIFURCATION": "B", "OTHER": "O", "EITHER": "O"}
        assert view.minutiae[["x", "y", "theta", "type", "quality"]].tolist() == [
            (one["positionX"], one["positionY"], one["angle"] * step, letters[one["type"]], one["quality"])
            for one in told["minutiae"]
        ]
        counts = told["counts"] or {"type": "CUSTOM", "edges": []}
        assert view.ridge_counts[["center", "neighbour", "count"]].tolist() == [
            (one["from"], one["to"], one["count"]) for one in counts["edges"]
        ]
        assert view.method == ["CUSTOM", "QUADRANTS", "OCTANTS"].index(counts["type"])
        assert len(view.extended) == len(told["extensions"])

    def test_of_nists_library(self, corpus: Path) -> None:
        """Three files, each with a fault: lengths of extended data, a header of a draft. The numbers are of the bytes
        as NIST's readers take them, which go by how many points there are."""
        folder = corpus / "usnistgov__libbiomeval"
        found = {name: read_template(folder / f"fmr.{name}") for name in ("ansi2004", "iso2005", "ansi2007")}
        assert {name: template.format for name, template in found.items()} == {
            "ansi2004": INCITS, "iso2005": ISO, "ansi2007": INCITS_2009,
        }  # fmt: skip
        codes = {name: [finding.code for finding in template.findings] for name, template in found.items()}
        assert codes == {
            "ansi2004": ["template-extended", "template-length"],
            "iso2005": ["template-extended", "template-length"],
            "ansi2007": ["template-version"],
        }
        assert [len(view.minutiae) for view in found["ansi2004"].views] == [27, 22, 28]
        for template in found.values():
            first, second = template.views[:2]
            assert (first.position, second.position) == (7, 2)
            assert (first.quality, second.quality) == (90, 70)
            assert first.minutiae[["x", "y", "type", "quality"]][0].tolist() == (100, 14, "E", 90)
            assert first.minutiae["theta"][0] == pytest.approx(112, abs=1)  # 56 of two degrees
        last = found["ansi2004"].views[2]
        assert last.cores[["x", "y", "theta"]].tolist() == [(150, 250, 180), (100, 150, 90)]
        assert last.deltas[["x", "y", "up", "left", "right"]].tolist() == [
            (143, 232, 200, 220, 240), (103, 104, 312, 332, 352), (136, 214, 66, 86, 106), (130, 319, 114, 134, 154),
        ]  # fmt: skip
        iso = found["iso2005"].views[1]
        assert iso.cores["x"].tolist() == [150, 100]
        assert iso.deltas["x"].tolist() == [143, 103, 136, 130]
        assert np.isnan(iso.cores["theta"]).tolist() == [False, False]
        assert np.isnan(iso.deltas["up"]).tolist() == [False, True, False, False]
        assert found["ansi2007"].views[1].ridge_counts[["center", "neighbour", "count"]].tolist() == [
            (18, 20, 3), (21, 19, 1)
        ]  # fmt: skip
        assert {t.views[0].image for t in found.values()} == {None, ViewImage(512, 512, 197, 197)}

    def test_a_change_writes_it_soundly(self, corpus: Path) -> None:
        """What was forgiven is not written again."""
        for name in ("ansi2004", "iso2005", "ansi2007"):
            template = read_template(corpus / f"usnistgov__libbiomeval/fmr.{name}")
            moved = template.views[0].minutiae.copy()
            moved["x"][0] = 1
            views = (attrs.evolve(template.views[0], minutiae=moved), *template.views[1:])
            again = read_template(bytes(attrs.evolve(template, views=views)), "strict")
            assert again.views[-1].deltas.tobytes() == template.views[-1].deltas.tobytes()
            assert again.format == template.format


class TestForgiven:
    @pytest.mark.parametrize(("form", "data"), EVERY, ids=FORMATS)
    def test_bytes_behind(self, form: str, data: bytes) -> None:
        for more in (b"\0", b"\0" * 7, b"??"):
            template = read_template(data + more)
            assert [finding.code for finding in template.findings] == ["template-after"]
            assert template.findings[0].location.offset == len(data)
            assert (template.format, len(template.views[0].minutiae)) == (form, 3)
            assert bytes(template) == data + more

    @pytest.mark.parametrize(("form", "data"), EVERY, ids=FORMATS)
    def test_bytes_missing(self, form: str, data: bytes) -> None:
        """Everything behind the minutiae may be cut off, byte by byte."""
        end = data.index(MINUTIAE) + len(MINUTIAE)
        for size in range(end, len(data)):
            template = read_template(data[:size])
            assert template.format == form
            assert template.views[0].minutiae["x"].tolist() == [100, 200, 1]
            assert template.findings
            assert all(finding.severity is nistitl.Severity.WARNING for finding in template.findings)

    @pytest.mark.parametrize(("form", "data"), EVERY, ids=FORMATS)
    def test_minutiae_missing(self, form: str, data: bytes) -> None:
        end = data.index(MINUTIAE) + 7
        template = read_template(data[:end])
        assert template.format == form
        (error,) = [finding for finding in template.findings if finding.severity is nistitl.Severity.ERROR]
        assert error.code == "template-cut"
        assert "1 of 3 minutiae are there" in error.message
        with pytest.raises(MinutiaeError, match=r"1 of 3 minutiae are there.*lossy=True"):
            Type9.from_template(template)

    @pytest.mark.parametrize(("form", "data"), EVERY, ids=FORMATS)
    @pytest.mark.parametrize("fewer", [2, 3])
    def test_a_count_that_the_length_contradicts(self, form: str, data: bytes, fewer: int) -> None:
        """Of three minutiae the view says it has one or none: what is left is told as an error, not as padding."""
        at = data.index(MINUTIAE) - 1
        template = read_template(data[:at] + bytes((3 - fewer,)) + data[at + 1 :])
        errors = [one for one in template.findings if one.severity is nistitl.Severity.ERROR]
        assert [one.code for one in errors] == ["template-after"]
        assert "may be views or minutiae" in errors[0].message
        with pytest.raises(MinutiaeError, match=r"may be views or minutiae.*lossy=True"):
            Type9.from_template(template)

    def test_no_views_are_not_taken_for_those_of_a_draft(self) -> None:
        """A header of 20 bytes, cut inside the minutiae: not one of 21 without views."""
        draft = incits_2009(b"030", HEAD_2009[:-1] + b"\x64" + MINUTIAE, "8ABC 01 00")
        template = read_template(draft[: draft.index(MINUTIAE) + 7])
        assert [len(view.minutiae) for view in template.views] == [1]
        assert "template-cut" in {one.code for one in template.findings}

    @pytest.mark.parametrize(("form", "data"), EVERY, ids=FORMATS)
    def test_a_wrong_length(self, form: str, data: bytes) -> None:
        at = 9 if form == INCITS else 11
        for by in (-1, 1):
            wrong = data[:at] + bytes((data[at] + by,)) + data[at + 1 :]
            template = read_template(wrong)
            assert [finding.code for finding in template.findings] == ["template-length"]
            assert template.format == form
            assert bytes(template) == wrong

    def test_a_version_spelled_otherwise(self) -> None:
        for spelled, data in ((b"020\0", FULL[INCITS]), (b" 30\0", LATER[INCITS_2009]), (b"20\0\0", FULL[ISO])):
            wrong = data[:4] + spelled + data[8:]
            template = read_template(wrong)
            assert [finding.code for finding in template.findings] == ["template-version"]
            assert bytes(template) == wrong
            assert bytes(attrs.evolve(template, source=None)) == data

    def test_a_header_of_a_draft(self) -> None:
        draft = incits_2009(b"030", VIEW_2009, "8ABC 01 00")
        template = read_template(draft)
        assert [finding.code for finding in template.findings] == ["template-version"]
        assert (template.certification, template.equipment) == (8, 0xABC)
        assert bytes(attrs.evolve(template, source=None)) == LATER[INCITS_2009]

    def test_points_are_believed_more_than_their_length(self) -> None:
        for by in (-2, 2):
            points = POINTS[:2] + struct.pack(">H", len(POINTS) + by) + POINTS[4:]
            data = incits_2009(b"030", HEAD_2009 + MINUTIAE + struct.pack(">H", len(points) + by) + points)
            template = read_template(data)
            assert [finding.code for finding in template.findings] == ["template-extended", "template-length"]
            assert template.views[0].cores["x"].tolist() == [32]
            assert template.views[0].deltas["x"].tolist() == [64]

    def test_more_than_an_area_holds(self) -> None:
        for area, kept in (("0002 0008 00 00 CAFE", 0), ("0001 0009 02 010203 FF", 1)):
            raw = bytes.fromhex(area)
            data = incits_2009(b"030", HEAD_2009 + MINUTIAE + struct.pack(">H", len(raw)) + raw)
            template = read_template(data)
            assert [finding.code for finding in template.findings] == ["template-extended"]
            assert len(template.views[0].ridge_counts) == kept
            assert bytes(template) == data

    def test_codes_of_other_editions(self) -> None:
        for at, what in ((0, "position"), (2, "impression"), (3, "quality")):
            head = HEAD_2009[:at] + b"\xc8" + HEAD_2009[at + 1 :]
            data = incits_2009(b"030", head + MINUTIAE + areas_of(POINTS))
            template = read_template(data)
            assert [finding.code for finding in template.findings] == ["template-code"]
            assert f"no {what} 200" in template.findings[0].message
            moved = template.views[0].minutiae.copy()
            moved["x"][0] = 101  # what is not touched may stay
            assert bytes(attrs.evolve(template, views=(attrs.evolve(template.views[0], minutiae=moved),)))
            with pytest.raises(MinutiaeError, match=f"no {what}"):
                bytes(attrs.evolve(template, views=(attrs.evolve(template.views[0], source=None),), source=None))
        assert read_template(incits_2009(b"035", b"\x28" + VIEW_2009[1:])).findings == ()  # Amendment 1: two fingers

    def test_codes_that_say_nothing_are_not_converted(self) -> None:
        for at, what, names in (
            (0, "the finger position 200", {"FGP": 0}),
            (1, "the number of the view 200", {"FVW": 0}),
            (3, "the quality of the finger", {}),
        ):
            head = HEAD_2009[:at] + b"\xc8" + HEAD_2009[at + 1 :]
            template = read_template(incits_2009(b"030", head + MINUTIAE + areas_of(POINTS)))
            assert [finding.severity for finding in template.findings] == [nistitl.Severity.WARNING]
            with pytest.raises(MinutiaeError, match=what):
                Type9.from_template(template)
            record = Type9.from_template(template, lossy=True)
            assert all(getattr(record, name) == value for name, value in names.items())
            assert [one.QVU for one in record.FQD] == [254 if at == 3 else 85]

    def test_other_qualities_of_the_finger(self) -> None:
        rated = QUALITIES_2011.replace(b"\x55", b"\xc8", 1)
        assert rated != QUALITIES_2011
        data = iso_2011(DEVICE_2011 + rated + CERTIFICATES_2011 + FINGER_2011 + MINUTIAE + areas_of(ISO_POINTS))
        template = read_template(data)
        assert [finding.code for finding in template.findings] == ["template-code"]
        assert "no quality 200" in template.findings[0].message

    @pytest.mark.parametrize(("form", "data"), EVERY, ids=FORMATS)
    def test_codes_of_minutiae(self, form: str, data: bytes) -> None:
        """A type that is reserved and a quality above 100 are not known; an angle beyond a turn is the rest of it."""
        at = data.index(MINUTIAE)

        def damaged(place: int, value: int) -> nistitl.minutiae.Template:
            return read_template(data[: at + place] + bytes((value,)) + data[at + place + 1 :])

        for template, name, shown in (
            (damaged(0, data[at] | 0xC0), "type", "X"),
            (damaged(5, 150), "quality", -1),
        ):
            assert template.views[0].minutiae[name][0] == shown
            (finding,) = template.findings
            assert (finding.code, finding.severity) == ("template-code", nistitl.Severity.ERROR)
            with pytest.raises(MinutiaeError, match="1 minutiae have a type or a quality that is none"):
                Type9.from_template(template)
            moved = template.views[0].minutiae.copy()
            moved["x"][1] += 1
            edited = bytes(attrs.evolve(template, views=(attrs.evolve(template.views[0], minutiae=moved),)))
            assert edited[at : at + 6] == bytes(template)[at : at + 6]
        if form not in (ISO, ISO_2011):
            turned = damaged(4, 200)
            assert turned.views[0].minutiae["theta"][0] == 40
            assert [finding.severity for finding in turned.findings] == [nistitl.Severity.WARNING]

    @pytest.mark.parametrize("form", FORMATS)
    def test_a_record_of_one_view_tells_no_fault_of_another(self, form: Format) -> None:
        first, second = np.array(THREE), np.array(THREE)
        first["quality"], second["quality"], second["x"] = 50, 50, THREE["x"] + 200
        views = tuple(
            View(nistitl.minutiae.Minutiae(one, form, "pixels", 500), number, number, 0, 60)
            for number, one in enumerate((first, second), 1)
        )
        data = bytes(Template(form, 320, 480, 197, 197, views))
        faults = {
            number: bytes((data[at] | 0xC0,)).join((data[:at], data[at + 1 :]))
            for number in (1, 2)
            for at in [data.index(struct.pack(">HH", 1 << 14 | int(views[number - 1].minutiae["x"][0]), 5))]
        }
        for number, damaged in faults.items():
            template = read_template(damaged)
            assert [[one.code for one in view.findings] for view in template.views] == [
                ["template-code"] if one == number else [] for one in (1, 2)
            ]
            for again in (template, attrs.evolve(template, views=template.views[::-1])):
                at = number - 1 if again is template else 2 - number
                with pytest.raises(MinutiaeError, match=f"cannot hold view {number}: 1 minutiae have a type"):
                    Type9.from_template(again, at)
                other = Type9.from_template(again, 1 - at).minutiae(units="own")
                assert other["x"].tolist() == views[2 - number].minutiae["x"].tolist()

    @pytest.mark.parametrize("form", FORMATS)
    def test_a_view_that_is_not_there_is_no_loss_of_one_that_is(self, form: Format) -> None:
        rated = np.array(THREE)
        rated["quality"] = 50
        view = View(nistitl.minutiae.Minutiae(rated, form, "pixels", 500), 1, 1, 0, 60)
        one, two = (bytes(Template(form, 320, 480, 197, 197, (view,) * many)) for many in (1, 2))
        template = read_template(two[: len(one)])
        assert [one.severity for one in template.findings if one.code == "template-cut"] == [Severity.ERROR]
        assert len(Type9.from_template(template).minutiae(ppi=500)) == 3

    def test_a_finding_quotes_the_place_and_strict_raises_it(self) -> None:
        with pytest.raises(MinutiaeError) as caught:
            read_template(FULL[ISO] + b"\0\0", "strict")
        assert caught.value.finding is not None
        assert caught.value.finding.code == "template-after"
        with pytest.raises(MinutiaeError, match="policies are tolerant and strict"):
            read_template(FULL[ISO], "repair")  # type: ignore[arg-type]


class TestInput:
    def test_a_path(self, tmp_path: Path) -> None:
        path = tmp_path / "finger.fmr"
        path.write_bytes(FULL[ISO])
        for source in (str(path), path, FULL[ISO], bytearray(FULL[ISO]), memoryview(FULL[ISO])):
            assert read_template(source).format == ISO
        with pytest.raises(nistitl.ReadError, match="cannot read"):
            read_template(tmp_path / "none.fmr")
        with pytest.raises(MinutiaeError, match="expected a path or bytes, not int"):
            read_template(7)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"FMR\x00040\0" + bytes(40), r"version '040'.*2011 \(030\)"),
            (b"FMR\0 10\0" + bytes(40), "version ' 10'"),
            (b"FIR\x00020\0" + bytes(40), "finger image record"),
            (b"FAC\x00010\0" + bytes(40), "face image record"),
            (b"IIR\x00020\0" + bytes(40), "iris image record"),
            (b"\x7f\x2e\x08\x81\x06\x01\x02\x03\x04\x05\x06", "cards"),
            (b"\x7f\x60\x08" + bytes(8), "of a card"),
            (b"\x62\x82\x01\x00\xa0" + bytes(40), "39794-2"),
            (b'<?xml version="1.0"?><fmr xmlns="http://standards.iso.org/iso-iec/39794/-2"/>', "39794-2"),
            (bytes(88) + FULL[INCITS], "CBEFF header of 88 bytes"),
            (b"1.001:100\x1d", "nistitl.read"),
            (b"11 274 33 5\n", "begin otherwise"),
        ],
    )
    def test_others_are_refused_by_name(self, data: bytes, says: str) -> None:
        with pytest.raises(MinutiaeError, match=says):
            read_template(data)


class TestBetween:
    @pytest.mark.parametrize("form", LATER)
    def test_views_of_several_images(self, form: str) -> None:
        """Each view has an image of its own; formats that tell one for all refuse."""
        template = read_template(LATER[form])
        other = attrs.evolve(template.views[0], number=2, image=ViewImage(100, 200, 394, 394))
        two = read_template(bytes(attrs.evolve(template, views=(*template.views, other))), "strict")
        assert [view.image for view in two.views] == [ViewImage(320, 480, 197, 200), ViewImage(100, 200, 394, 394)]
        assert two.views[1].minutiae.ppi == pytest.approx(1000.76)
        with pytest.raises(MinutiaeError, match="one size and resolution for all views"):
            bytes(attrs.evolve(two, format=INCITS, views=tuple(attrs.evolve(v, impression=0) for v in two.views)))

    @pytest.mark.parametrize("form", FORMATS)
    def test_minutiae_are_the_same_in_all(self, form: str) -> None:
        """Within half a step of an angle; a quality of 0 is the lowest that is one."""
        source = read_template(LATER[ISO_2011])
        view = attrs.evolve(
            source.views[0], impression=0, qualities=(), certificates=(), capture=None, extended=(),
            cores=source.views[0].cores[:0], deltas=source.views[0].deltas[:0],
        )  # fmt: skip
        data = bytes(attrs.evolve(source, format=form, views=(view,), product=1))  # type: ignore[arg-type]
        back = read_template(data, "strict").views[0]
        assert back.minutiae[["x", "y", "type"]].tolist() == view.minutiae[["x", "y", "type"]].tolist()
        assert np.abs(back.minutiae["theta"] - view.minutiae["theta"]).max() <= 1
        assert back.minutiae["quality"].tolist() == [80, 1 if form in (INCITS, ISO) else 0, 100]

    def test_from_a_view_of_2011(self) -> None:
        template = read_template(LATER[ISO_2011])
        with pytest.raises(MinutiaeError, match=r"areas of extended data.*with what device"):
            Type9.from_template(template, lossy=False)
        record = Type9.from_template(template, lossy=True)
        assert (record.IMP, record.FGP, record.HLL, record.VLL) == (24, 7, 320, 480)
        assert (record.THPS, record.TVPS) == (197, 200)


@pytest.mark.parametrize("form", FORMATS)
def test_extended_data_that_are_cut_off_are_listed(form: Format) -> None:
    """At every byte: a warning when it is read, and refused where features would go without a word."""
    counts = counts_of((1, 2, 4, -1, -1), (2, 3, 5, -1, -1))
    record = Type9.from_minutiae(THREE, "m1", ppi=500, width=100, height=100, ridge_counts=counts, IMP=1)
    cores = np.full(2, np.nan, CORES)
    cores["x"], cores["y"], cores["theta"] = (10, 20), 10, 0
    record.set_cores(cores, ppi=500)
    data = bytes(record.to_template(form, quality=50, impression=1))
    assert Type9.from_template(read_template(data)).ridge_counts().tolist() == counts.tolist()
    extended = len(data) - data.index(bytes.fromhex("001B 0001000B"))
    for missing in range(1, extended + 1):
        template = read_template(data[:-missing])
        assert {finding.severity for finding in template.findings} == {Severity.WARNING}
        assert template.views[0].cut == missing and len(template.views[0].minutiae) == 3
        with pytest.raises(MinutiaeError, match=f"what was in {missing} bytes of extended data that are cut off"):
            Type9.from_template(template)
    assert read_template(data + b"\0").views[0].cut == 0
