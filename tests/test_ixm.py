"""Messages of IXM: read as they came, edited by splices, written so that they can be read; samples made here."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl import ixm
from nistitl.xml.scanning import MOST_DEEP
from nistitl.xml.schemas import Schemas

DAY = date(2024, 5, 6)
PIXELS = bytes(range(256)) * 4


def record(**changes: Any) -> nistitl.Type14:
    fields: dict[str, Any] = {
        "IDC": 1, "IMP": 0, "SRC": "ORI", "FCD": "20240506", "HLL": 32, "VLL": 32, "SLC": 1, "THPS": 500, "TVPS": 500,
        "CGA": "NONE", "BPX": 8, "FGP": 2, "DATA": PIXELS,
    }  # fmt: skip
    return nistitl.Type14(**fields | changes)


def finger(idc: int, prefix: str = "biom") -> str:
    return (
        f"<itl:PackageFingerprintImageRecord><{prefix}:RecordCategoryCode>14</{prefix}:RecordCategoryCode>"
        f"<{prefix}:ImageReferenceIdentification><nc:IdentificationID>{idc}</nc:IdentificationID>"
        f"</{prefix}:ImageReferenceIdentification><{prefix}:FingerImpressionImage>"
        f"<nc:BinaryBase64Object>AAEC</nc:BinaryBase64Object>"
        f"<{prefix}:FingerPositionCode>{idc}</{prefix}:FingerPositionCode></{prefix}:FingerImpressionImage>"
        "</itl:PackageFingerprintImageRecord>"
    )


# as another program might write it: an envelope, other prefixes, records in two places with namespaces of their own
SAMPLE = f"""<?xml version='1.0'?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<i:IdentifyResponse xmlns:i="http://visit.dhs.gov/ident/6" xmlns:nc="http://niem.gov/niem/niem-core/2.0">
  <nc:ActivityIdentification><nc:IdentificationID>77</nc:IdentificationID></nc:ActivityIdentification>
  <i:ResponseTypeCode>Final &amp; <!-- no -->more</i:ResponseTypeCode>
  <i:Identity><i:Encounter><i:BiometricDetails>
    <i:FingerprintImageSet xmlns:itl="http://biometrics.nist.gov/standard/2011"
        xmlns:biom="http://niem.gov/niem/biometrics/1.0">{finger(1)}</i:FingerprintImageSet>
  </i:BiometricDetails></i:Encounter></i:Identity>
  <i:Identity><i:Encounter><i:BiometricDetails>
    <i:FingerprintImageSet xmlns:itl="http://biometrics.nist.gov/standard/2011"
        xmlns:b="http://niem.gov/niem/biometrics/1.0">{finger(2, "b")} {finger(3, "b")}</i:FingerprintImageSet>
  </i:BiometricDetails></i:Encounter></i:Identity>
</i:IdentifyResponse></soap:Body></soap:Envelope>
""".encode()


def test_a_message_of_others_is_read_and_written_as_it_came() -> None:
    message = ixm.read(SAMPLE)
    assert (message.kind, message.version, message.namespace) == ("IdentifyResponse", "6", ixm.IDENT_6)
    assert [(one.type, one.idc, one.FGP, bytes(one.DATA)) for one in message.records] == [  # type: ignore[attr-defined]
        (14, idc, (idc,), b"\0\1\2") for idc in (1, 2, 3)
    ]
    assert bytes(message) == SAMPLE and message.findings == () and message.vocabulary == "niem2"


def test_paths_lead_to_what_is_no_record() -> None:
    message = ixm.read(SAMPLE)
    assert message.texts("ActivityIdentification/IdentificationID") == ("77",)
    assert message.texts("nc:ActivityIdentification/nc:IdentificationID") == ("77",)
    assert message.texts("ident:ResponseTypeCode") == ("Final & more",)
    assert message.xml("ident:ResponseTypeCode") == (
        "<i:ResponseTypeCode>Final &amp; <!-- no -->more</i:ResponseTypeCode>",
    )
    assert len(message.xml("Identity/Encounter/BiometricDetails")) == 2
    assert message.texts("Identity") == () and message.xml("IdentificationID") == () and message.xml("Body") == ()
    assert message.xml("biom:ResponseTypeCode") == ()
    for path in ("", "/Identity", "Identity/"):
        with pytest.raises(nistitl.PathError):
            message.xml(path)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_edit_changes_its_element_alone(at: int) -> None:
    message = ixm.read(SAMPLE)
    message.records[at]["14.013"] = 9
    prefix = "b:" if at else "biom:"
    old, new = (f"<{prefix}FingerPositionCode>{n}<".encode() for n in (at + 1, 9))
    assert SAMPLE.count(old) == 1 and bytes(message) == SAMPLE.replace(old, new)


def test_new_elements_take_the_prefixes_of_their_place() -> None:
    message = ixm.read(SAMPLE)
    message.records[1]["14.006"] = 32
    assert b"<b:ImageHorizontalLineLengthPixelQuantity>32</b:" in bytes(message)
    assert [one["14.006"].text for one in ixm.read(bytes(message)).records if "14.006" in one] == ["32"]


def test_findings_tell_line_and_xpath() -> None:
    broken = SAMPLE.replace(b"<b:FingerPositionCode>3<", b"<b:FingerPositionCode>x<")
    (finding,) = ixm.read(broken).findings
    where = finding.location
    line = broken[: where.offset].count(b"\n") + 1
    assert (finding.code, where.record, where.line) == ("value-undecodable", 2, line) and line == 12
    assert where.xpath == "itl:PackageFingerprintImageRecord/biom:FingerImpressionImage/biom:FingerPositionCode"


def test_a_request_is_written_and_read() -> None:
    held = [record(), record(IDC=2, FGP=3)]
    data = ixm.identify_request(
        held, tcn="T<1>", ori="ORI1", date=DAY, retention="Never", enroll="Always", reason="A & B", cri="CRI1",
        biographic="<ident:EncounterBiographic><nc:Note>x</nc:Note></ident:EncounterBiographic>",
    )  # fmt: skip
    message = ixm.read(data)
    assert (message.kind, message.version) == ("IdentifyRequest", "6") and bytes(message) == data
    said = {
        "IdentifyOptions/EncounterRetentionOptions/EncounterRetentionCode": "Never",
        "IdentifyOptions/EncounterRetentionOptions/MatcherEnrollCode": "Always",
        "Encounter/Activity/nc:ActivityIdentification/nc:IdentificationID": "T<1>",
        "Encounter/Activity/nc:ActivityReasonText": "A & B",
        "Encounter/Activity/nc:ActivityDate/nc:Date": "2024-05-06",
        "Encounter/Activity/j:OrganizationORIIdentification/IdentificationID": "ORI1",
        "Encounter/Activity/ident:OrganizationCRIIdentification/IdentificationID": "CRI1",
        "Encounter/BiographicDetails/EncounterBiographic/nc:Note": "x",
    }
    assert {path: message.texts(path) for path in said} == {path: (text,) for path, text in said.items()}
    assert message.xml("Encounter/Activity/ActivityCategoryText") == ()
    for one, two in zip(held, message.records, strict=True):
        assert {key: bytes(one.raw(key) or b"") for key in one.keys() if key != 1} == {
            key: bytes(two.raw(key) or b"") for key in two.keys() if key != 1
        }


def test_a_verification_names_the_encounter() -> None:
    message = ixm.read(ixm.verify_request([record()], eid="E1", tcn="T", ori="O", date=DAY))
    assert message.kind == "VerifyRequest" and len(message.records) == 1
    assert message.texts("EncounterIdentificationQuery/EncounterIdentification/IdentificationID") == ("E1",)
    assert message.xml("VerifyOptions") == ()


def test_a_response_with_and_without_an_identity() -> None:
    when = datetime(2024, 5, 6, 7, 8)
    told: dict[str, Any] = {"system_id": "S", "date": when, "response": "Final", "eid": "E", "status": "Hit"}
    bare = ixm.read(ixm.identify_response(**told))
    assert bare.records == () and bare.findings == () and bare.xml("Identity") == ()
    assert bare.texts("ActivityResultDate/DateTime") == ("2024-05-06T07:08:00",)
    full = ixm.read(ixm.identify_response([record()], fin="F", **told))
    assert full.texts("Identity/IdentityIdentification/IdentificationID") == ("F",) and len(full.records) == 1
    assert len(full.xml("Identity/Encounter/BiometricDetails/FingerprintImageSet")) == 1
    with pytest.raises(nistitl.StructureError):
        ixm.identify_response([record()], **told)


@pytest.mark.parametrize(
    ("held", "changes"),
    [
        ([nistitl.Type15(IDC=1)], {}),
        ([], {"tcn": "a\0b"}),
        ([], {"tcn": "\ud800"}),
        ([], {"biographic": "<nc:a>"}),
        ([], {"biographic": "</ident:BiographicDetails>"}),
        ([], {"biographic": "<unknown:a/></ident:BiographicDetails>"}),
        ([], {"options": finger(1)}),
    ],
)
def test_what_cannot_be_said_is_refused(held: list[Any], changes: dict[str, str]) -> None:
    with pytest.raises(nistitl.WriteError):
        ixm.identify_request(held, **{"tcn": "T", "ori": "O", "date": DAY} | changes)  # type: ignore[arg-type]


DEEP = b"<a>" * MOST_DEEP + b"</a>" * MOST_DEEP


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a/>",
        b"1.001:",
        SAMPLE[:900],
        SAMPLE.replace(b"ident/6", b"ident/x"),
        SAMPLE.replace(b"i:IdentifyResponse", b"i:RetrieveResponse"),
        SAMPLE.replace(b"<i:ResponseTypeCode>", b"<i:ResponseTypeCode>" + DEEP),
        SAMPLE.replace(b"<soap:Envelope", b'<!DOCTYPE a [<!ENTITY b "c">]><soap:Envelope'),
        SAMPLE.replace(b"Final", b"&b;"),
    ],
)
def test_hostile_and_foreign_input_is_refused(data: bytes) -> None:
    with pytest.raises(nistitl.ReadError):
        ixm.read(data)


def test_files_repr_and_transactions(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_bytes(SAMPLE)
    message = ixm.read(path)
    assert repr(message) == "<IdentifyResponse of IXM 6, 3 records>"
    message.write(tmp_path / "out.xml")
    assert (tmp_path / "out.xml").read_bytes() == SAMPLE
    with pytest.raises(nistitl.ReadError) as caught:
        nistitl.read(path)
    assert caught.value.finding is not None and caught.value.finding.code == "input-not-itl"
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(message.records[2])
    assert b"14.013:3" in bytes(tx) and bytes(message) == SAMPLE
    kept = pickle.loads(pickle.dumps(message.records[1]))
    assert (kept.idc, kept.FGP) == (2, (2,))


def test_schemas_of_the_user_are_asked(tmp_path: Path) -> None:
    (tmp_path / "ident.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://visit.dhs.gov/ident/6"'
        ' elementFormDefault="qualified"><xs:element name="VerifyRequest"><xs:complexType><xs:sequence>'
        '<xs:any namespace="##any" processContents="skip" maxOccurs="2"/></xs:sequence></xs:complexType></xs:element>'
        "</xs:schema>"
    )
    pytest.importorskip("lxml", reason="lxml comes with ebtskit[xml]")
    schemas = Schemas(tmp_path)
    good = ixm.read(ixm.verify_request([record()], eid="E", tcn="T", ori="O", date=DAY))
    assert list(schemas.findings(good)) == []
    bad = ixm.read(ixm.verify_request([record()], eid="E", tcn="T", ori="O", date=DAY, retention="Never"))
    assert [finding.code for finding in schemas.findings(bad)] == ["xml-schema"]
