"""What a user of XML would miss: refusals that say why, values in traditional spelling, edits in their place."""

from __future__ import annotations

import re

import pytest

import nistitl
from nistitl.records import record_class
from nistitl.xml.domains import domain_of_profile, domains, domains_of
from nistitl.xml.scanning import MOST_DEEP, MOST_MARKUP
from nistitl.xml.spelling import spelling
from tests.support.samples import ROOT, small_transaction
from tests.xml.test_edits import FIRST, OPEN, document
from tests.xml.test_hostile import CLOSE, finger, user

FBI = "http://cjis.fbi.gov/fbi_ebts/10.0"
QUANTITY = "ext:ImageHorizontalLineLengthPixelQuantity"


def image(inner: str) -> bytes:
    """A package with a Type-14 whose image element holds this."""
    category = "<ext:RecordCategoryCode>14</ext:RecordCategoryCode>"
    return finger(f"{category}<ext:FingerImpressionImage>{inner}</ext:FingerImpressionImage>")


def type_9(inner: str) -> nistitl.Record:
    """The Type-9 record of a package that holds this."""
    record = f"<i:PackageMinutiaeRecord>{inner}</i:PackageMinutiaeRecord>"
    return nistitl.read((OPEN + FIRST + record + CLOSE).encode())[9][0]


def small_xml() -> bytes:
    return bytes(nistitl.read(small_transaction()).convert("xml").transaction)


def raw(record: nistitl.Record, number: int) -> bytes:
    return bytes(record.raw(number) or b"")


# -- documents --------------------------------------------------------------------------------


def test_a_document_type_is_refused_as_such() -> None:
    data = "<!DOCTYPE a [<!ENTITY c 'CAR'>]>" + document()
    with pytest.raises(nistitl.ReadError, match="a document type declaration is not allowed here, line 1") as raised:
        nistitl.read(data.encode())
    assert raised.value.finding is not None and raised.value.finding.code == "xml-malformed"
    with pytest.raises(nistitl.ReadError, match="document type"):
        nistitl.read(data.replace(">CAR<", ">&c;<").encode())


def test_elements_lie_no_deeper_than_the_limit() -> None:
    def nested(levels: int) -> bytes:
        return finger("<x>" * (levels - 2) + "</x>" * (levels - 2))  # below the package and its record

    assert nistitl.read(nested(MOST_DEEP))[14]
    with pytest.raises(nistitl.ReadError, match=f"elements lie more than {MOST_DEEP} deep"):
        nistitl.read(nested(MOST_DEEP + 1))


def test_one_tag_is_no_longer_than_the_limit() -> None:
    with pytest.raises(nistitl.ReadError, match=f"a tag or comment of more than {MOST_MARKUP} bytes"):
        nistitl.read(finger(f"<!--{'a' * (MOST_MARKUP + (3 << 20))}-->"))


def test_a_document_that_is_no_text_in_its_encoding() -> None:
    data = b"<?xml version='1.0' encoding='us-ascii'?>" + document().replace("CAR", "CÄR").encode()
    with pytest.raises(nistitl.ReadError, match="not text in its encoding, us-ascii"):
        nistitl.read(data)


def test_records_that_cnt_does_not_name_are_told() -> None:
    data = small_xml().replace(b"RecordQuantity>3<", b"RecordQuantity>2<")
    summary = (
        rb"\s*<biom:ContentRecordSummary>(?:(?!</biom:ContentRecordSummary>).)*>14<.*?</biom:ContentRecordSummary>"
    )
    fewer, count = re.subn(summary, b"", data, flags=re.DOTALL)
    assert count == 1
    (finding,) = nistitl.read(fewer).findings
    assert finding.code == "cnt-extra-record" and "Type-14 record with IDC 2" in finding.message
    assert finding.location.line is not None and finding.location.field == 3
    with pytest.raises(nistitl.ReadError, match="CNT does not name the Type-14"):
        nistitl.read(fewer, policy="strict")


def test_strict_reading_stops_at_malformed_base64() -> None:
    whole = small_xml()
    at = whole.rindex(b"<nc:BinaryBase64Object>") + len(b"<nc:BinaryBase64Object>")
    broken = whole[:at] + b"@" + whole[at + 1 :]
    with pytest.raises(nistitl.FieldError, match="no base-64 text") as raised:
        nistitl.read(broken, policy="strict")
    assert raised.value.finding is not None and raised.value.finding.code == "base64-malformed"
    (finding,) = nistitl.read(broken).findings
    assert finding.code == "base64-malformed"
    report = nistitl.read(broken).validate(level=1)
    assert [one for one in report if one.code == "base64-malformed"] == [finding] and not report.ok


# -- domains ----------------------------------------------------------------------------------


def test_a_domain_serves_its_own_vocabulary_only() -> None:
    assert [domain.uri for domain in domains_of("niem2", [FBI])] == [FBI]
    assert domains_of("niem4", [FBI]) == ()
    assert [domain.uri for domain in domain_of_profile("niem2", "fbi-ebts-10.0")] == [FBI]
    assert domain_of_profile("niem4", "fbi-ebts-10.0") == ()
    tx = nistitl.read(small_transaction(), profile="fbi-ebts-10.0")
    assert b"ebts:" in bytes(tx.convert("xml", "niem2").transaction)
    assert b"ebts:" not in bytes(tx.convert("xml", "niem4").transaction)


IMAGES = {
    "FP": "01", "PP": "03", "SP": "06", "LFR": "07", "CFP": "08", "PHF": "09", "PSMT": "10", "IRIS": "11",
    "FFPC": "12", "FBPC": "13",
}  # fmt: skip
FLAGS = {"FP": "1", "PP": "2", "SP": "4", "PHF": "8", "PSMT": "16", "IRIS": "32"}


@pytest.mark.parametrize(("name", "codes"), [("CategoryCode", IMAGES), ("AvailableCode", FLAGS)])
def test_words_of_the_fbi_are_the_codes_of_its_type_2(name: str, codes: dict[str, str]) -> None:
    (fbi,) = (domain for domain in domains() if domain.uri == FBI)
    table = fbi.rows(2)
    assert table is not None
    rows = [row for row in table.walk() if re.fullmatch(f"ebts:(Record)?BiometricImage{name}", row.name)]
    assert len(rows) > 1
    for row in rows:
        if row.spelling.several is not None:
            assert {word: row.spelling.several.join([word]) for word in codes} == codes
            assert row.spelling.several.split("37") == ["FP", "SP", "IRIS"]
        else:
            assert {word: (row.spelling.read(word) or "").zfill(2) for word in codes} == codes
            assert {row.spelling.write(code.lstrip("0")): code for code in codes.values()} == codes


# -- values -----------------------------------------------------------------------------------


def test_blanks_around_numbers_say_nothing() -> None:
    record = nistitl.read(image(f"<{QUANTITY}> 32\n </{QUANTITY}>"))[14][0]
    assert record.HLL == 32 and raw(record, 6) == b"32"
    vertex = (
        "<ext:PositionPolygonVertex><ext:PositionHorizontalCoordinateValue> {} </ext:PositionHorizontalCoordinateValue>"
        "<ext:PositionVerticalCoordinateValue>\t{}</ext:PositionVerticalCoordinateValue></ext:PositionPolygonVertex>"
    )
    polygon = (
        "<ext:FingerprintImageSegmentPositionPolygon><ext:FingerPositionCode> 2 </ext:FingerPositionCode>"
        "<ext:PositionPolygonVertexQuantity>3</ext:PositionPolygonVertexQuantity>"
        + "".join(vertex.format(at, at + 1) for at in (10, 20, 30))
        + "</ext:FingerprintImageSegmentPositionPolygon>"
    )
    assert raw(nistitl.read(image(polygon))[14][0], 25) == b"2\x1f3\x1f10\x1f11\x1f20\x1f21\x1f30\x1f31"


@pytest.mark.parametrize(("word", "said"), [("true", "Y"), ("1", "Y"), ("false", None), ("0", None), ("odd", "odd")])
def test_indicators(word: str, said: str | None) -> None:
    name = "ext:FingerprintImageStitchedIndicator"
    record = nistitl.read(image(f"<{name}>{word}</{name}>"))[14][0]
    assert record.SIF == said if said in ("Y", None) else raw(record, 27) == b"odd"
    assert ("14.027" in record) == (said is not None)
    both = nistitl.read(image(f"<{name}>true</{name}><{name}>false</{name}>"))[14][0]
    assert raw(both, 27) == b"Y"  # what says no is no subfield


def test_parts_of_a_position_are_filled_up() -> None:
    position = "<ext:{0}>{1}</ext:{0}>"
    core = (
        "<i:Minutiae><ext:MinutiaeFingerCorePosition>"
        + position.format("PositionHorizontalCoordinateValue", 1)
        + position.format("PositionVerticalCoordinateValue", 22)
        + "</ext:MinutiaeFingerCorePosition></i:Minutiae>"
    )
    assert raw(type_9(core), 8) == b"00010022"


def test_numbers_of_fixed_width() -> None:
    short = spelling("number 3")
    assert (short.read(" 7 "), short.read("x"), short.write("007"), short.write("120")) == ("007", "x", "7", "120")
    for text in ("1000", "x"):
        with pytest.raises(ValueError, match="expected 3 digits"):
            short.write(text)


def test_fields_are_numbered_from_one() -> None:
    tx = nistitl.read(user("0", "<u:Subfield><u:Item>5</u:Item></u:Subfield>"))
    assert [key for key in tx[14][0].keys() if key != 1] == []
    assert "xml-element-unknown" in {finding.code for finding in tx.convert("traditional").lost}


# -- edits ------------------------------------------------------------------------------------


def test_a_number_that_says_the_same_stays_as_it_is_spelled() -> None:
    data = image("<ext:FingerPositionCode>02</ext:FingerPositionCode>")
    tx = nistitl.read(data)
    tx[14][0].FGP = (2,)
    assert raw(tx[14][0], 13) == b"2" and bytes(tx) == data
    tx[14][0].FGP = (3,)
    assert bytes(tx) == data.replace(b">02<", b">3<")


def test_a_field_that_says_what_it_said_stays_as_it_is_spelled() -> None:
    data = user("200", "<!-- kept --><u:Subfield><u:Item><![CDATA[5]]></u:Item></u:Subfield>")
    tx = nistitl.read(data)
    tx[14][0]["14.200"] = "5"
    assert tx[14][0].edited and bytes(tx) == data


@pytest.mark.parametrize(
    ("kind", "key", "was", "becomes", "gone", "there"),
    [
        (10, 3, b"FACE", b"SCAR", b"FaceImage>", b"PhysicalFeatureImage>"),
        (10, 3, b"SCAR", b"FACE", b"PhysicalFeatureImage>", b"FaceImage>"),
        (20, 14, b"1", b"12", b"SourceImage>", b"SourceAudio>"),
        (20, 14, b"12", b"1", b"SourceAudio>", b"SourceImage>"),
    ],
    ids=["face", "mark", "image", "sound"],
)
def test_where_a_code_is_for_another_element_all_moves_there(
    kind: int, key: int, was: bytes, becomes: bytes, gone: bytes, there: bytes
) -> None:
    """No element of the other kind is left, the image moves as well, and the record says what it said."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0502")
    record = record_class(kind)()
    for number, raw in ((4, b"ORI"), (5, b"20200228"), (999, b"\0\1\2"), (key, was)):
        record.put(number, raw)
    if kind == 10:
        for number, raw in ((6, b"32"), (7, b"32"), (8, b"1"), (9, b"500"), (10, b"500"), (11, b"PNG")):
            record.put(number, raw)
    tx.append(record)
    xml = nistitl.read(bytes(tx.convert("xml", "niem2").transaction))
    assert gone in bytes(xml) and there not in bytes(xml)
    before = {number: bytes(xml[kind][0].raw(number) or b"") for number in xml[kind][0].keys()[1:]}
    xml[kind][0].put(key, becomes)
    assert gone not in bytes(xml) and there in bytes(xml)
    assert re.findall(rb"<(\S+)>AAEC<", bytes(xml)) == [b"nc:BinaryBase64Object"]
    after = nistitl.read(bytes(xml))[kind][0]
    assert {number: bytes(after.raw(number) or b"") for number in after.keys()[1:]} == before | {key: becomes}


@pytest.mark.parametrize(("was", "becomes"), [(0, 2), (2, 0), (1, 2)])
def test_a_signature_moves_between_pixels_and_vectors(was: int, becomes: int) -> None:
    """The image stands in an element of the one kind or the other, not in our extension."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0502")
    data = bytes([0, 3, 0, 2, 1] * 2)
    tx.append(nistitl.Type8(SIG=0, SRT=was, ISR=0, HLL=16, VLL=16, DATA=data))
    xml = nistitl.read(bytes(tx.convert("xml", "niem2").transaction))
    xml[8][0].SRT = becomes
    written = bytes(xml)
    vectors = written.count(b"<biom:SignatureImageVector>")
    assert (vectors, written.count(b">AAMAAgEAAwACAQ==<")) == ((2, 0) if becomes == 2 else (0, 1))
    assert b"UserDefinedFields" not in written
    assert bytes(nistitl.read(written)[8][0].raw(8) or b"") == data


def test_an_element_with_others_in_it_is_taken_out_as_a_whole() -> None:
    square = (
        "<ext:FingerprintImageSegmentPositionSquare><ext:FingerPositionCode>2</ext:FingerPositionCode><!-- gone -->"
        "<ext:SegmentLeftHorizontalCoordinateValue>1</ext:SegmentLeftHorizontalCoordinateValue>"
        "</ext:FingerprintImageSegmentPositionSquare>"
    )
    code = "<ext:FingerPositionCode>2</ext:FingerPositionCode>"
    tx = nistitl.read(image(code + square))
    del tx[14][0]["14.021"]
    assert bytes(tx) == image(code)
    date = "<ext:CaptureDate><nc:Date>2020-02-29</nc:Date></ext:CaptureDate>"
    detail = f"<ext:ImageCaptureDetail>{date}</ext:ImageCaptureDetail>"
    tx = nistitl.read(image(detail + code))
    del tx[14][0]["14.005"]
    assert bytes(tx) == image(code)


def test_new_elements_come_after_those_of_their_kind() -> None:
    one, two = (f"<ext:FingerPositionCode>{at}</ext:FingerPositionCode>" for at in (1, 2))
    tx = nistitl.read(image(one))
    tx[14][0].FGP = (1, 2)
    assert bytes(tx) == image(one + two)


@pytest.mark.parametrize(
    "hollow", ["<ext:ImageCommentText/>", "<ext:ImageCommentText />", '<ext:ImageCommentText a="/"/>']
)
def test_text_is_put_into_an_element_without_end_tag(hollow: str) -> None:
    tx = nistitl.read(image(hollow))
    assert tx[14][0].COM is None
    tx[14][0].COM = "a < b"
    assert bytes(tx) == image(hollow[:-2].rstrip() + ">a &lt; b</ext:ImageCommentText>")
    assert nistitl.read(bytes(tx))[14][0].COM == "a < b"


def test_a_prefix_that_is_declared_anew_means_the_other_namespace_inside() -> None:
    biometrics, core = "http://niem.gov/niem/biometrics/1.0", "http://niem.gov/niem/niem-core/2.0"
    odd = OPEN.replace("xmlns:ext=", "xmlns:unused=").replace("xmlns:nc=", "xmlns:biom=")
    odd = odd.replace(f'xmlns:unused="{biometrics}"', "")
    first = (
        FIRST.replace("<ext:", "<e:")
        .replace("</ext:", "</e:")
        .replace("<i:PackageInformationRecord>", f'<i:PackageInformationRecord xmlns:e="{biometrics}">')
    )
    data = (odd + first + "<i:PackageFingerprintImageRecord></i:PackageFingerprintImageRecord>" + CLOSE).encode()
    tx = nistitl.read(data)
    tx[14][0]["14.005"] = "20200229"
    written = bytes(tx)
    assert nistitl.read(written)[14][0]["14.005"].text == "20200229"
    assert f'<biom:FingerImpressionImage xmlns:biom="{biometrics}">'.encode() in written
    assert f'<nc:Date xmlns:nc="{core}">2020-02-29</nc:Date>'.encode() in written and b"Field" not in written


def test_text_that_is_no_code_goes_beside_the_element_for_codes() -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    face = nistitl.Type10(IMT="FACE")
    face["10.026"] = ["PIPE", "SMOKING A PIPE"]
    tx.append(face)
    written = bytes(tx.convert("xml").transaction)
    texts = re.findall(rb"<biom:FaceImageDescription(\w+)>(.*?)<", written)
    assert (b"Text", b"SMOKING A PIPE") in texts and (b"Code", b"SMOKING A PIPE") not in texts
    assert nistitl.read(written)[10][0]["10.026"].text == face["10.026"].text


@pytest.mark.parametrize("content", [b"", b"A\x1e\x1eB", b"A\x1e", b"\x1eB", b"\x1f"])
def test_empty_subfields_come_back(content: bytes) -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0].put(20, content)
    there = nistitl.read(bytes(tx.convert("xml").transaction))
    assert 20 in there[14][0].keys() and raw(there[14][0], 20) == content
    assert bytes(there.convert("traditional").transaction) == bytes(tx)


@pytest.mark.parametrize("position", [b"0001002200", b"000100220", b"0001002"])
def test_values_that_their_elements_cannot_hold_come_back(position: bytes) -> None:
    tx = nistitl.read(small_transaction())
    tx.append(nistitl.Type9(IDC=3))
    tx[9][0].put(8, position)
    written = bytes(tx.convert("xml").transaction)
    assert raw(nistitl.read(written)[9][0], 8) == position
    # other readers find in the elements what can be said there
    assert b"<biom:PositionHorizontalCoordinateValue>0001<" in written
    assert written.count(b'<ext:Field number="008">') == 1


def test_a_version_that_its_elements_cannot_hold_is_changed_not_lost() -> None:
    conversion = nistitl.read(small_transaction().replace(b"1.002:0502", b"1.002:0")).convert("xml")
    assert b"MajorVersionValue>0<" in bytes(conversion.transaction)
    assert ("conversion-changed", 2) in {(loss.code, loss.location.field) for loss in conversion.lost}


def test_a_record_with_what_xml_cannot_say_is_not_taken_in() -> None:
    strange = nistitl.read(small_transaction().replace(b"2.8608:", b"14.608:"))[2][0]
    assert (14, 608) in strange.keys()
    tx = nistitl.read(small_xml())
    with pytest.raises(nistitl.FieldError, match=r"field 14\.608 in a Type-2 record cannot be said in XML"):
        tx.append(strange)
    assert bytes(tx) == small_xml()


def test_utf_8_is_announced_where_the_text_needs_it() -> None:
    tx = nistitl.read(small_xml().replace(b"PLANTED,NAME", "MÜLLER,ANNA".encode()))
    conversion = tx.convert("traditional")
    again = nistitl.read(bytes(conversion.transaction))
    assert again[2][0]["2.018"].text == "MÜLLER,ANNA" and again.charset == "utf-8"
    assert again.header is not None and again.header["1.015"].text == "3\x1fUTF-8\x1f"
    assert [loss.code for loss in conversion.losses] == ["conversion-charset"] and conversion.lost == ()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("nc:PersonGivenName", "SOMEBODY", 1),  # a part of a value
        ("biom:SegmentLeftHorizontalCoordinateValue", "77", 1),
        ("nc:PersonBirthDate", "<nc:Date>1901-02-03</nc:Date>", 0),  # which goes along: 2.022 repeats
    ],
)
def test_an_element_beyond_the_room_of_a_field_is_told(name: str, content: str, told: int) -> None:
    """What cannot go along is told when it is converted; what only says the same again is not."""
    tx = nistitl.read(ROOT / "fixtures" / "tenprint-type14.eft")
    tx[1][0]["1.013"] = [["NORAM", "EBTS 11.2"]]
    whole = bytes(tx.convert("xml").transaction).decode()
    at, close = whole.index(f"<{name}>"), f"</{name}>"
    end = whole.index(close, at) + len(close)
    for again, times in ((f"<{name}>{content}{close}", told), (whole[at:end], 0)):
        lost = nistitl.read((whole[:end] + again + whole[end:]).encode()).convert("traditional").lost
        assert [one.code for one in lost].count("xml-element-repeated") == times


# -- what no field says -----------------------------------------------------------------------


def told_as(data: bytes, code: str) -> list[str]:
    """Where it is told on reading; told when it is converted, too, and no byte of the document changes."""
    tx = nistitl.read(data)
    found = [one for one in tx.findings if one.code == code]
    assert [one.code for one in tx.convert("traditional").lost].count(code) == len(found) and bytes(tx) == data
    return [data[one.location.offset :][: one.location.length].decode() for one in found if one.location.offset]


@pytest.mark.parametrize("text", ["HIDDEN", "<![CDATA[HIDDEN]]>", "&#x48;", "\n  HIDDEN <!-- told -->"])
def test_text_among_elements_is_told(text: str) -> None:
    """In a record, in a group of elements, beside the records, before the first and behind the last one."""
    data = small_xml()
    for tag in (b"<itl:PackageInformationRecord", b"<biom:RecordCategoryCode", b"</itl:NISTBiometric"):
        for at in (match.start() for match in re.finditer(re.escape(tag), data)):
            (told,) = told_as(data[:at] + text.encode() + data[at:], "xml-text-stray")
            assert text in told
    date = data.index(b"<nc:Date>")
    assert told_as(data[:date] + text.encode() + data[date:], "xml-text-stray")


@pytest.mark.parametrize("text", ["", " \r\n\t", "<!-- HIDDEN -->", "<?hidden it?>", "&#32;&#10;"])
def test_what_is_no_text_is_not_told(text: str) -> None:
    at = small_xml().index(b"<biom:RecordCategoryCode")
    assert told_as(small_xml()[:at] + text.encode() + small_xml()[at:], "xml-text-stray") == []


@pytest.mark.parametrize(
    ("name", "spelled", "text", "told"),
    [
        ("datetime", "2024-03-15T12:30:45.25Z", "20240315123045Z", True),
        ("datetime", "2024-03-15T12:30:45.000Z", "20240315123045Z", False),
        ("datetime", "2024-03-15T12:30:45+02:00", "20240315103045Z", False),  # the same moment
        ("date", "2024-03-15-05:00", "20240315", True),
        ("date", "2024-03-15Z", "20240315", False),
        ("date", "2024-03-15+00:00", "20240315", False),
        ("day", "2024-03-15T12:30:45Z", "20240315", True),
        ("day", "2024-03-15T00:00:00Z", "20240315", False),
    ],
)
def test_more_of_a_moment_than_a_field_holds(name: str, spelled: str, text: str, told: bool) -> None:
    assert (spelling(name).read(spelled), spelling(name).loses(f" {spelled} ")) == (text, told)


def test_more_of_a_date_than_a_field_holds_is_told() -> None:
    data = small_xml()
    at = data.index(b"</nc:Date>")
    (told,) = told_as(data[:at] + b"-05:00" + data[at:], "xml-value-finer")
    assert told.startswith("<nc:Date>") and told.endswith("-05:00</nc:Date>")
