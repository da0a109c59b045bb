"""Where a rule ends: the last value it allows and the first it does not, each record type, each edition."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import nistitl
from nistitl.base.findings import Severity
from tests.support.rule_cases import changed, told

Change = tuple[Any, ...]


def paths(base: str, code: str, *rows: Change, ver: str | None = None) -> list[str]:
    """Where a code is reported in a fixture with these changes; `ver` reads it by another edition."""
    changes = [*rows, *([(0, "VER", ver)] if ver else [])]
    return [f.location.path for f in changed(base, changes).validate().filter(code=code)]


# -- images -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "ppi", "reported"),
    [
        ("1", "510", False), ("1", "511", True), ("1", "989", True), ("1", "990", False), ("1", "1010", False),
        ("1", "1011", True), ("2", "200", False), ("2", "205", True),
    ],
)  # fmt: skip
def test_resolution_classes_end_at_two_per_cent(scale: str, ppi: str, reported: bool) -> None:
    rows = (2, "SLC", scale), (2, "THPS", ppi), (2, "TVPS", ppi)
    assert paths("type14-0502", "resolution-class", *rows) == ["14.009"] * reported


@pytest.mark.parametrize(("isr", "nsr", "ntr", "told_of"), [
    (0, "19.69", "19.69", []), (0, "20.08", "20.08", []), (0, "20.09", "20.09", ["1.012"]),
    (0, "23.62", "23.62", ["1.012"]), (0, "39.37", "19.69", []), (1, "39.37", "19.69", ["1.011"]),
    (1, "23.62", "23.62", ["1.011", "1.012"]), (1, "19.30", "19.30", []),
])  # fmt: skip
@pytest.mark.parametrize("ver", ["0201", "0300", "0502"])
def test_images_of_type_4_are_of_the_500_class(ver: str, isr: int, nsr: str, ntr: str, told_of: list[str]) -> None:
    """By what tells their resolution; what is above warns once a field, however many images there are."""
    tx = changed("type04-0502", [(0, "NSR", nsr), (0, "NTR", ntr), (0, "VER", ver)])
    for image in tx[4]:
        image.ISR = isr
    found = list(tx.validate().filter(code="resolution-class"))
    assert [one.location.path for one in found] == told_of
    assert {one.severity for one in found} <= {Severity.WARNING}
    assert all("record.resample(500)" in str(one.hint) for one in found)


@pytest.mark.parametrize(
    ("number", "since"), [(10, "0501"), (13, "0502"), (16, "0502"), (20, "0500"), (21, "0500"), (22, "0501")]
)
def test_content_is_there_from_the_edition_on_that_leaves_the_choice(number: int, since: str) -> None:
    older = {"0500": None, "0501": "0500", "0502": "0501"}[since]
    rows = (2, "DATA"), (2, "EFR")
    gone = [row for row in rows if row[1] in changed(f"type{number:02d}-{since}", ()).records[2]]
    assert paths(f"type{number:02d}-{since}", "content-missing", *gone) == [f"{number}.999"]
    if older and number != 22:  # Type-22 is of 2013
        assert paths(f"type{number:02d}-{since}", "content-missing", *gone, ver=older) == []


@pytest.mark.parametrize(
    ("sap", "width", "height"),
    [
        ("30", 480, 600), ("32", 480, 600), ("40", 768, 1024), ("42", 768, 1024), ("50", 1200, 1600),
        ("51", 2400, 3200), ("52", 2400, 3200),
    ],
)  # fmt: skip
def test_each_acquisition_profile_has_its_least_size_on_both_sides(sap: str, width: int, height: int) -> None:
    def small(across: int, down: int) -> bool:
        rows = (2, "SAP", sap), (2, "HLL", str(across)), (2, "VLL", str(down))
        return paths("type10-0502", "face-small", *rows) == ["10.006"]

    assert not small(width, height)
    assert small(width - 1, height) and small(width, height - 1)


@pytest.mark.parametrize("sap", ["40", "50", "51", "42", "52"])
def test_acquisition_profiles_that_ask_for_more_fields(sap: str) -> None:
    rows = (2, "SAP", sap), (2, "PAS"), (2, "SXS"), (2, "SEC"), (2, "SHC")
    missing = changed("type10-0502", rows).validate().filter(code="field-required", record=2)
    severity = Severity.ERROR if sap in ("40", "50", "51") else Severity.WARNING
    fields = ["10.023", "10.027", "10.028"] + ["10.026"] * (severity is Severity.ERROR)
    assert {f.location.path: f.severity for f in missing} == dict.fromkeys(fields, severity)


# -- every record type a rule names -------------------------------------------------------------


@pytest.mark.parametrize("number", [10, 13, 14, 15, 19, 21, 22])
def test_a_dead_subject_needs_its_condition_and_body_codes(number: int) -> None:
    base = f"type{number:02d}-0502"
    sub = changed(base, ()).records[2].number_of("SUB")
    assert paths(base, "item-required", (2, "SUB", "D")) == [f"{number}.{sub:03d}.1.2", f"{number}.{sub:03d}.1.3"]


@pytest.mark.parametrize("number", [10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 99])
def test_latitude_needs_longitude(number: int) -> None:
    assert paths(f"type{number:02d}-0502", "item-needs", (2, "GEO", "\x1f10")) == [f"{number}.998.1.5"]


@pytest.mark.parametrize("number", [10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 99])
def test_a_reference_and_the_data_exclude_each_other(number: int) -> None:
    base = f"type{number:02d}-0502"
    here = [at for at, record in enumerate(changed(base, ())) if at and record.type == number and 999 in record]
    row = here[0], "EFR", "https://example.org/2"
    assert f"{number}.994" in paths(base, "fields-exclude", row)


@pytest.mark.parametrize("number", [9, 10, 13, 14, 15, 16, 17, 19, 20, 22, 99])
@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("M00112233AABB", True), ("M00112233AABBC", False), ("M00112233AABG", False), ("M00112233aabb", True),
        ("P123456789012", True), ("P123456789012345", True), ("P1234 6789012", False), ("X00112233AABB", False),
    ],
)  # fmt: skip
def test_device_identifiers(number: int, text: str, good: bool) -> None:
    dui = changed(f"type{number:02d}-0502", ()).records[2].number_of("DUI")
    reported = paths(f"type{number:02d}-0502", "device-identifier", (2, "DUI", text))
    assert reported == ([] if good else [f"{number}.{dui:03d}"])


@pytest.mark.parametrize(("number", "code"), [(4, c) for c in range(8)] + [(14, c) for c in range(8)])
def test_latent_impressions_stand_in_type_13_only(number: int, code: int) -> None:
    tx = nistitl.read(bytes(changed(f"type{number:02d}-0500", ())))
    tx.records[2]["IMP"] = code
    reported = tx.validate().filter(code="impression-latent", record=2)
    assert [f.location.path for f in reported] == [f"{number}.003"] * (code in (4, 5, 6, 7))


@pytest.mark.parametrize("code", range(28, 40))
def test_impressions_of_soles(code: int) -> None:
    """A latent of a sole is not one of an unknown friction ridge, 36 to 39."""
    allowed = {28, 29, 30, 31, 32, 33, 34, 35}
    rows = (2, "FGP", "65"), (2, "IMP", str(code)), (2, "SPD"), (2, "PPC")
    assert paths("type13-0501", "impression-position", *rows) == ([] if code in allowed else ["13.003"])


# -- fingers of an image of several ---------------------------------------------------------------

FINGERS = {  # 14.013 and the fingers that such an image shows
    "13": "2 3 4 5", "14": "7 8 9 10", "15": "1 6", "40": "2 3", "41": "3 4", "42": "4 5", "43": "7 8", "44": "8 9",
    "45": "9 10", "46": "2 7", "47": "2 3 4", "48": "3 4 5", "49": "7 8 9", "50": "8 9 10", "51": "2 3 4 5",
    "52": "7 8 9 10", "53": "1 2 3 4 5", "54": "6 7 8 9 10",
}  # fmt: skip


@pytest.mark.parametrize("position", FINGERS)
def test_segments_are_fingers_of_the_image_or_extra_digits_of_its_hands(position: str) -> None:
    fingers = [int(finger) for finger in FINGERS[position].split()]
    extra = [16] * any(finger <= 5 for finger in fingers) + [17] * any(finger >= 6 for finger in fingers)
    for some in ((1, 2, 3, 4, 5), (6, 7, 8, 9, 10), (16, 17)):
        segments = "\x1e".join(f"{finger}\x1f1\x1f5\x1f1\x1f5" for finger in some)
        report = changed("type14-0502", [(2, "FGP", position), (2, "SEG", segments)]).validate()
        strangers = [some[(f.location.subfield or 0) - 1] for f in report.filter(code="segment-position")]
        assert strangers == [finger for finger in some if finger not in (*fingers, *extra)]
        assert report.filter(code="field-not-allowed", path="14.021") == ()


@pytest.mark.parametrize("position", ["1", "11", "16"])
def test_an_image_of_one_finger_has_no_segments(position: str) -> None:
    assert "14.021" in paths("type14-0502", "field-not-allowed", (2, "FGP", position))


# -- the whole transaction ----------------------------------------------------------------------


@pytest.mark.parametrize(("number", "ver", "speaks"), [(7, "0400", True), (7, "0500", False), (4, "0500", True)])
def test_which_records_give_the_resolutions_of_type_1_a_meaning(number: int, ver: str, speaks: bool) -> None:
    rows = (0, "NSR", "19.69"), (0, "NTR", "19.69")
    reported = paths(f"type{number:02d}-{ver}", "resolution-unused", *rows)
    assert reported == ([] if speaks else ["1.011", "1.012"])


@pytest.mark.parametrize(("missing", "reported"), [(1, True), (2, True), (3, False)])
def test_a_card_is_a_tenprint_from_eight_rolled_fingers_on(missing: int, reported: bool) -> None:
    tx = changed("tenprint-type14", ())
    rolled = [record for record in tx[14] if record.FGP and len(record.FGP) == 1 and 1 <= record.FGP[0] <= 10]
    assert len(rolled) == 10
    for record in rolled[:missing]:
        tx.remove(record)
    assert len(nistitl.read(bytes(tx)).validate().filter(code="tenprint-incomplete")) == reported


@pytest.mark.parametrize("number", [4, 13, 14, 15, 19])
def test_areas_of_correspondence_name_any_friction_ridge_record(number: int) -> None:
    tx = changed("type09-0502", ())
    other = changed(f"type{number:02d}-0502", ()).records[2].copy(IDC=77)
    (area,) = (record for record in tx[9] if "9.360" in record)
    area["9.360.1.1"] = b"77"
    before = nistitl.read(bytes(tx)).validate().filter(code="reference-idc", path="9.360")
    tx.append(other)
    after = nistitl.read(bytes(tx)).validate().filter(code="reference-idc", path="9.360")
    assert len(before) - len(after) == 1


@pytest.mark.parametrize(("why", "reported"), [("UP", True), ("XX", False)])
def test_only_a_finger_that_could_not_be_printed_has_no_image(why: str, reported: bool) -> None:
    """XX is amputated: what is left of it may have been printed."""
    finger = changed("type14-0502", ()).records[2]["14.021.1.1"].text
    amp = f"{finger}\x1f{why}"
    assert paths("type14-0502", "amputated-imaged", (2, "AMP", amp)) == ["14.018.1.2"] * reported


# -- Type-9 -------------------------------------------------------------------------------------


def test_a_ridge_quality_map_covers_what_is_left_of_a_cell() -> None:
    """A region that is higher by one unit needs one row of cells more."""
    base = changed("type09-0502", ()).records[6]
    width, height, cell = (int(base[path].text) for path in ("9.300.1.1", "9.300.1.2", "9.309.1.1"))
    rows, cells = len(base["9.308"].text.split("\x1e")), len(base["9.308.1"].text)
    assert (rows * cell, cells * cell) == (height, width)
    high = (6, "9.300.1.2", str(height + 1))
    assert paths("type09-0502", "map-size", high) == ["9.308"]
    assert paths("type09-0502", "map-size", (6, "9.300.1.2", str(height - 1))) == []


# -- words of the tables ------------------------------------------------------------------------


def test_a_field_that_is_wrong_is_not_missing_beside_its_companion() -> None:
    report = changed("type17-0502", [(2, "RAU", "")]).validate()
    rau = report.errors[0].location.field
    assert told(report.errors) == {("field-empty", 2, f"17.{rau:03d}"): 1}


@pytest.mark.parametrize(("ver", "required"), [("0400", True), ("0500", False)])
def test_the_tattoo_location_was_mandatory_to_2007(ver: str, required: bool) -> None:
    base = f"type10-{ver}"
    at = next(n for n, record in enumerate(changed(base, ())) if record.type == 10 and record["IMT"].text == "TATTOO")
    assert paths(base, "field-required", (at, "SMT")) == ["10.040"] * required


@pytest.mark.parametrize("base", ["type10-0502", "type11-0502", "type12-0502", "type14-0502", "type21-0502"])
@pytest.mark.parametrize(
    ("rows", "told_of_it"),
    [
        ([], [("hash-verified", Severity.NOTE, 996)]),
        ([(2, "HAS", "0" * 64)], [("hash-wrong", Severity.ERROR, 996)]),
        ([(2, "HAS")], [("hash-none", Severity.NOTE, 999)]),
        ([(2, "DATA")], []),
        ([(2, "HAS", "0" * 63)], []),  # no hash at all, which level 1 says
    ],
)
def test_a_hash_is_verified_wrong_or_none(base: str, rows: Any, told_of_it: Any) -> None:
    tx = changed(base, rows)
    found = [f for f in tx.validate(level=3).filter(record=2) if f.code.startswith("hash-")]
    assert [(f.code, f.severity, f.location.field) for f in found] == told_of_it
    assert not [f for f in tx.validate(level=2) if f.code.startswith("hash-")]


# -- verdicts that a receiver gives ---------------------------------------------------------------


@pytest.mark.parametrize("unit", ["LTM", "LTS", "LGM", "LGS"])
def test_minutes_and_seconds_are_below_sixty(unit: str) -> None:
    at = {"LTM": 3, "LTS": 4, "LGM": 6, "LGS": 7}[unit]
    values = {2: "38", 3: "10", 4: "5", 5: "-77", 6: "1", 7: "5"}
    whole = [(2, f"GEO.1.{item}", text) for item, text in values.items()]
    assert paths("type15-0502", "geo-sixty", *whole) == []
    assert paths("type15-0502", "geo-sixty", *whole, (2, f"GEO.1.{at}", "60")) == [f"15.998.1.{at}"]


@pytest.mark.parametrize("ver", ["0300", "0400", "0500", "0501", "0502"])
@pytest.mark.parametrize(("number", "field"), [(4, "4.003"), (14, "14.003")])
def test_impressions_of_palms_and_soles_are_an_error_in_every_edition(number: int, field: str, ver: str) -> None:
    tx = changed(f"type{number:02d}-{ver}", ())
    for code in (*range(10, 16), *range(30, 40)):
        tx.records[2]["IMP"] = code
        report = nistitl.read(bytes(tx)).validate()
        assert {f.location.path for f in report.errors} == {field}, code


@pytest.mark.parametrize(
    ("position", "said", "warned"),
    [
        ("11", "1", True),
        ("15", "3", True),
        ("40", "23", True),
        ("54", "41", True),
        ("2", "1", False),
        ("13", "0", False),
    ],
)
def test_plain_positions_are_not_rolled(position: str, said: str, warned: bool) -> None:
    rows = (2, "FGP", position), (2, "IMP", said), (2, "SEG"), (2, "ASEG"), (2, "SQM")
    assert paths("type14-0502", "impression-rolled", *rows) == ["14.003"] * warned


@pytest.mark.parametrize(
    ("slots", "told_of_it"),
    [
        (b"\x02\xff\xff\xff\xff\xff", []), (b"\x02\0\0\0\0\0", ["4.004"]), (b"\x02\x02\x02\x02\x02\x02", ["4.004"]),
        (b"\0\xff\xff\xff\xff\xff", []), (b"\x02\x03\xff\xff\xff\xff", []), (b"\x02\x03\x02\xff\xff\xff", ["4.004"]),
    ],
)  # fmt: skip
def test_slots_of_positions_are_filled_with_255(slots: bytes, told_of_it: list[str]) -> None:
    tx = changed("type04-0502", ())
    tx.records[2]["FGP"] = slots
    assert [f.location.path for f in nistitl.read(bytes(tx)).validate().filter(code="position-slots")] == told_of_it


@pytest.mark.parametrize("filling", [b"\xff", b"\0", None])
def test_filled_slots_do_not_hide_that_fingers_are_missing(filling: bytes | None) -> None:
    """A card without finger 3 and without the right slap, by the note of the standard and the rule of the FBI."""
    tx = changed("tenprint-type4", ())
    for record in list(tx[4]):
        (position,) = record.FGP
        if position in (3, 13):
            tx.remove(record)
        else:
            one = bytes([position])
            record["FGP"] = one + (one if filling is None else filling) * 5
    report = nistitl.read(bytes(tx)).validate("fbi-ebts-10.0")
    assert len(report.filter(code="tenprint-incomplete")) == len(report.filter(code="fingers-missing")) == 1


@pytest.mark.parametrize(
    ("position", "finger", "warned"),
    [("13", "9", True), ("13", "17", True), ("13", "1", False), ("14", "2", True), ("14", "6", False),
     ("15", "9", False), ("2", "7", True), ("12", "1", True), ("19", "9", False)],
)  # fmt: skip
def test_an_amputated_finger_is_of_the_hand_that_is_shown(position: str, finger: str, warned: bool) -> None:
    rows = (2, "FGP", position), (2, "AMP", f"{finger}\x1fXX")
    assert paths("type14-0502", "amputation-position", *rows) == ["14.018.1.1"] * warned


def test_type_2_may_say_why_a_finger_is_missing() -> None:
    tx = changed("tenprint-type14", ())
    (thumb,) = (record for record in tx[14] if record.FGP == (1,))
    tx.remove(thumb)
    assert len(nistitl.read(bytes(tx)).validate().filter(code="tenprint-incomplete")) == 1
    tx.records[1]["2.084"] = b"01\x1fXX"
    assert nistitl.read(bytes(tx)).validate().filter(code="tenprint-incomplete") == ()


def test_the_name_of_a_character_set_warns_in_xml() -> None:
    tx = changed("type01-0502", [(0, "DCS.1.2", "UTF-16")])
    xml = nistitl.read(bytes(tx.convert("xml").transaction))
    found = [one.validate().filter(code="charset-name")[0].severity for one in (tx, xml)]
    assert found == [Severity.ERROR, Severity.WARNING]


@pytest.mark.parametrize(
    ("location", "warned"),
    [
        ("00100020359", False),
        ("00100020360", True),
        ("0010002035", True),
        ("001000203590", True),
        ("00100020999", True),
    ],
)
def test_minutiae_lie_at_eleven_digits(location: str, warned: bool) -> None:
    assert paths("type09-0502", "minutia-location", (2, "MRCT.1.2", location)) == ["9.012.1.2"] * warned


@pytest.mark.parametrize(
    ("item", "warned"),
    [("1,14.013,1,NA", False), ("77,14.013,1,NA", True), ("-77,14.013,1,NA", False), ("77,-14.013,1,NA", False)],
)
def test_an_audit_log_names_records_that_are_there_or_were_removed(item: str, warned: bool) -> None:
    base = changed("type98-0502", ())
    at = next(at for at, record in enumerate(base) if record.type == 98)
    report = changed("type98-0502", [(at, "ALF.1.3", item)]).validate().filter(code="reference-idc", path="98.900")
    assert [f.location.item for f in report if f.location.subfield == 1] == [3] * warned


def test_DAT_may_be_that_of_tomorrow_and_a_report_can_be_repeated() -> None:
    tx = changed("type01-0502", [(0, "DAT", "20300102"), (0, "GMT")])
    days = (date(2029, 12, 31), date(2030, 1, 1), date(2030, 1, 2), date(2031, 1, 1))
    assert [len(tx.validate(today=day).filter(code="date-future")) for day in days] == [1, 0, 0, 0]


@pytest.mark.parametrize("number", [10, 13, 14, 15, 16, 17, 19, 20])
def test_WSQ_is_a_name_of_2025(number: int) -> None:
    base = f"type{number:02d}-0502"
    field = changed(base, ()).records[2].number_of("CGA")
    assert paths(base, "cga-wsq", (2, "CGA", "WSQ")) == [f"{number}.{field:03d}"]
    assert paths(base, "cga-wsq", (2, "CGA", "WSQ"), ver="0600") == []
