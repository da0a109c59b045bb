"""Documents with several packages, without records, of other encodings; images in places of their own."""

from __future__ import annotations

import pytest

import nistitl
from tests.xml.test_edits import FIRST, OPEN, document
from tests.xml.test_hostile import CLOSE

NIEM4 = OPEN.replace(
    "http://niem.gov/niem/biometrics/1.0", "http://publication.niem.gov/niem/domains/biometrics/4.0/1/"
)
NIEM4 = NIEM4.replace("http://niem.gov/niem/niem-core/2.0", "http://release.niem.gov/niem/niem-core/4.0/")
FIRST4 = "<i:PackageInformationRecord><i:Transaction/></i:PackageInformationRecord>"
IMAGE = "<nc:Base64BinaryObject>AAEC</nc:Base64BinaryObject>"
BITS = "<ext:ImageBitsPerPixelQuantity>8</ext:ImageBitsPerPixelQuantity>"
DETAIL = ("record_type", "record", "detail")
DETAILS = [
    (13, "PackageLatentImageRecord", "FrictionRidgeDetail"),
    (14, "PackageFingerImpressionImageRecord", "FingerImpressionImageDetail"),
    (15, "PackagePalmPrintImageRecord", "PalmPrintImageDetail"),
    (16, "PackageUserDefinedTestingImageRecord", "TestImageDetail"),
    (17, "PackageIrisImageRecord", "IrisImageDetail"),
]
XOP = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:1"/>'


def package(record: str, content: str) -> bytes:
    """A document of NIEM 4 with one record of this content."""
    return (NIEM4 + FIRST4 + f"<i:{record}>{content}</i:{record}>" + CLOSE).encode()


@pytest.mark.parametrize(DETAIL, DETAILS)
def test_an_image_inside_the_detail_is_read(record_type: int, record: str, detail: str) -> None:
    data = package(record, f"<ext:{detail}>{IMAGE}</ext:{detail}>")
    tx = nistitl.read(data)
    assert bytes(tx[record_type][0].raw(999) or b"") == b"\0\1\2"
    assert bytes(tx) == data


@pytest.mark.parametrize(("around", "old"), [(f"{{}}{BITS}", "AAEC"), (f"{BITS}{{}}", "AAEC"), ("{}", "\n AA\n EC ")])
@pytest.mark.parametrize(DETAIL, DETAILS)
def test_an_image_inside_the_detail_is_changed_there(
    record_type: int, record: str, detail: str, around: str, old: str
) -> None:
    """It keeps its place among the elements of the detail; nothing else of the document changes."""
    data, wanted = (
        package(record, f"<ext:{detail}>{around.format(IMAGE.replace('AAEC', text))}</ext:{detail}>")
        for text in (old, "AwQFBg==")
    )
    tx = nistitl.read(data)
    tx[record_type][0].put(999, b"\3\4\5\6")
    assert bytes(tx) == wanted
    again = nistitl.read(wanted)[record_type][0]
    assert bytes(again.raw(999) or b"") == b"\3\4\5\6" and again.raw(12) == (b"8" if BITS in around else None)


@pytest.mark.parametrize(DETAIL, DETAILS)
def test_an_image_inside_the_detail_is_taken_out(record_type: int, record: str, detail: str) -> None:
    tx = nistitl.read(package(record, f"<ext:{detail}>{IMAGE}{BITS}</ext:{detail}>"))
    tx[record_type][0].put(999, None)
    assert bytes(tx) == package(record, f"<ext:{detail}>{BITS}</ext:{detail}>")
    assert nistitl.read(bytes(tx))[record_type][0].keys() == [1, 12]


@pytest.mark.parametrize(DETAIL, DETAILS)
def test_an_image_is_put_in_where_none_is(record_type: int, record: str, detail: str) -> None:
    """Where the schema has it: before the detail; into an element for it that is empty, where there is one."""
    tx = nistitl.read(package(record, f"<ext:{detail}>{BITS}</ext:{detail}>"))
    tx[record_type][0].put(999, b"\0\1\2")
    assert bytes(tx) == package(record, f"{IMAGE}<ext:{detail}>{BITS}</ext:{detail}>")
    tx = nistitl.read(package(record, f"<ext:{detail}><nc:Base64BinaryObject/>{BITS}</ext:{detail}>"))
    assert not tx[record_type][0].raw(999)
    tx[record_type][0].put(999, b"\0\1\2")
    assert bytes(tx) == package(record, f"<ext:{detail}>{IMAGE}{BITS}</ext:{detail}>")
    assert bytes(nistitl.read(bytes(tx))[record_type][0].raw(999) or b"") == b"\0\1\2"


@pytest.mark.parametrize(DETAIL, DETAILS)
def test_an_empty_element_does_not_hide_the_image(record_type: int, record: str, detail: str) -> None:
    data = package(record, f"<nc:Base64BinaryObject/><ext:{detail}>{IMAGE}</ext:{detail}>")
    assert bytes(nistitl.read(data)[record_type][0].raw(999) or b"") == b"\0\1\2"


@pytest.mark.parametrize(DETAIL, DETAILS)
def test_of_an_image_at_both_places_one_is_left(record_type: int, record: str, detail: str) -> None:
    tx = nistitl.read(package(record, f"{IMAGE}<ext:{detail}>{IMAGE}{BITS}</ext:{detail}>"))
    tx[record_type][0].put(999, b"\3\4\5")
    assert bytes(tx) == package(record, f"{IMAGE.replace('AAEC', 'AwQF')}<ext:{detail}>{BITS}</ext:{detail}>")


OTHER = IMAGE.replace("AAEC", "AwQFBg==")
THIRD = IMAGE.replace("AAEC", "BwgJCgs=")
PLACES = [
    "{one}<ext:{detail}>{other}{BITS}</ext:{detail}>",
    "<ext:{detail}>{BITS}{other}</ext:{detail}>{one}",
    "{one}{other}<ext:{detail}>{BITS}</ext:{detail}>",
    "<ext:{detail}>{one}{other}{BITS}</ext:{detail}>",
    "<ext:{detail}>{one}{BITS}</ext:{detail}><ext:{detail}>{other}</ext:{detail}>",
]


def seconds(tx: nistitl.Transaction) -> list[nistitl.Finding]:
    return [finding for finding in tx.findings if finding.code == "xml-image-second"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(DETAIL, DETAILS)
def test_another_image_of_the_same_record_is_told_and_kept(
    record_type: int, record: str, detail: str, place: str
) -> None:
    """Read is the one where the schema has it, wherever the other stands; edits leave that as it is."""

    def made(one: str, bits: str = BITS) -> bytes:
        return package(record, place.format(one=one, other=OTHER, detail=detail, BITS=bits))

    data = made(IMAGE)
    tx = nistitl.read(data)
    mine = tx[record_type][0]
    assert bytes(mine.raw(999) or b"") == b"\0\1\2"
    (finding,) = seconds(tx)
    assert finding.location.record == 1 and finding.location.offset == data.index(OTHER.encode())
    assert finding.severity is nistitl.Severity.ERROR and "AwQF" not in finding.to_text()
    assert [one for one in tx.validate(level=1) if one.code == "xml-image-second"] == [finding]
    assert [one.code for one in tx.convert("traditional").lost].count("xml-image-second") == 1
    mine.put(12, b"1")
    assert bytes(tx) == made(IMAGE, BITS.replace("8", "1"))
    mine.put(999, b"\7\10\11\12\13")
    assert bytes(tx) == made(THIRD, BITS.replace("8", "1")) and len(seconds(nistitl.read(bytes(tx)))) == 1
    mine.put(999, b"\3\4\5\6")
    assert not seconds(nistitl.read(bytes(tx))), "both are the same now"
    mine.put(999, None)
    assert b"Base64" not in bytes(tx), "who takes the image out leaves none"


@pytest.mark.parametrize(DETAIL, DETAILS)
@pytest.mark.parametrize(
    "other", [IMAGE, "<nc:Base64BinaryObject/>", "<nc:Base64BinaryObject> </nc:Base64BinaryObject>"]
)
def test_an_image_twice_is_one(record_type: int, record: str, detail: str, other: str) -> None:
    tx = nistitl.read(package(record, f"{IMAGE}<ext:{detail}>{other}</ext:{detail}>"))
    assert not seconds(tx) and not tx.convert("traditional").lost
    assert bytes(tx[record_type][0].raw(999) or b"") == b"\0\1\2"


def test_strict_reading_stops_at_another_image() -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
    tx.append(nistitl.Type17(IDC=1, DATA=b"\0\1\2"))
    whole = bytes(tx.convert("xml").transaction)
    element = b"<nc:BinaryBase64Object>AAEC</nc:BinaryBase64Object>"
    assert whole.count(element) == 1 and nistitl.read(whole, policy="strict")
    with pytest.raises(nistitl.ReadError, match="xml-image-second"):
        nistitl.read(whole.replace(element, element + element.replace(b"AAEC", b"AwQF")), policy="strict")


@pytest.mark.parametrize("other", ["AwQFBg", "@AwQF"])
def test_another_image_that_is_damaged_is_told(other: str) -> None:
    """As far as it can be read it is not the one that is."""
    _, record, detail = DETAILS[1]
    tx = nistitl.read(package(record, f"{IMAGE}<ext:{detail}>{IMAGE.replace('AAEC', other)}</ext:{detail}>"))
    assert len(seconds(tx)) == 1


def test_images_of_every_place_are_told() -> None:
    _, record, detail = DETAILS[1]
    tx = nistitl.read(package(record, f"{IMAGE}{THIRD}<ext:{detail}>{OTHER}{IMAGE}</ext:{detail}>"))
    assert len(seconds(tx)) == 2


def test_an_image_beside_our_own_extension_is_told_and_kept() -> None:
    """A field that stands there counts."""
    field = '<u:Field number="999" encoding="base64">{}</u:Field>'
    holder = f'<u:UserDefinedFields xmlns:u="urn:ebtskit:nistitl:extension:1">{field}</u:UserDefinedFields>'
    tx = nistitl.read(package("PackageIrisImageRecord", holder.format("AAEC") + OTHER))
    assert bytes(tx[17][0].raw(999) or b"") == b"\0\1\2" and len(seconds(tx)) == 1
    tx[17][0].put(999, b"\7\10\11\12\13")
    assert bytes(tx) == package("PackageIrisImageRecord", holder.format("BwgJCgs=") + OTHER)


def test_vectors_of_a_signature_beside_its_image_are_told() -> None:
    vector = "".join(
        f"<i:Vector{name}>{value}</i:Vector{name}>"
        for name, value in (
            ("PenPressureValue", 1), ("PositionVerticalCoordinateValue", 2), ("PositionHorizontalCoordinateValue", 3)
        )
    )  # fmt: skip
    vectors = f"<i:SignatureImageVector>{vector}</i:SignatureImageVector>" * 2
    drawn = f"<i:SignatureImageVectorList>{vectors}</i:SignatureImageVectorList>"
    for image, content, told in (("", bytes([0, 3, 0, 2, 1] * 2), 0), (IMAGE, b"\0\1\2", 1)):
        for inner in (drawn + image, image + drawn):
            tx = nistitl.read(package("PackageSignatureImageRecord", f"<i:SignatureImage>{inner}</i:SignatureImage>"))
            assert bytes(tx[8][0].raw(8) or b"") == content and len(seconds(tx)) == told


@pytest.mark.parametrize(DETAIL, DETAILS[:3])
def test_an_image_keeps_its_place_when_another_element_is_the_one_for_a_code(
    record_type: int, record: str, detail: str
) -> None:
    """41 is no code of the element that 0 stood in, so that elements move; not those of the image."""
    name = "ext:FrictionRidgeImageImpressionCaptureCategoryCode"
    tx = nistitl.read(package(record, f"<ext:{detail}>{IMAGE}{BITS}<{name}>0</{name}></ext:{detail}>"))
    tx[record_type][0].put(3, b"41")
    assert f"<ext:{detail}>{IMAGE}{BITS}<i:FrictionRidgeImpressionCaptureCode>41<".encode() in bytes(tx)
    again = nistitl.read(bytes(tx))[record_type][0]
    assert bytes(again.raw(999) or b"") == b"\0\1\2" and bytes(again.raw(3) or b"") == b"41"


def test_every_package_of_a_document_is_had() -> None:
    """Namespaces that the second has from the elements around it go with it."""
    declared = OPEN[OPEN.index(" xmlns") : -1]
    bare = document("AwQF").replace(declared, "")
    data = f"<r{declared}>{document()}<s>{bare}</s></r>".encode()
    one, two = nistitl.read_many(data)
    assert [bytes(tx[14][0].raw(999) or b"") for tx in (one, two)] == [b"\0\1\2", b"\3\4\5"]
    assert bytes(one) == document().encode()
    assert bytes(nistitl.read(bytes(two))) == bytes(two)
    assert [f.message for f in nistitl.read(data).findings if f.code == "xml-package-unread"] == [
        "another package follows; read_many() reads them all"
    ]
    assert len(nistitl.read(data)) == len(one)


@pytest.mark.parametrize("hollow", ["", "<i:Other/>"])
@pytest.mark.parametrize("places", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 3), (1, 3), (2, 3)])
def test_a_package_without_records_does_not_hide_the_others(places: tuple[int, ...], hollow: str) -> None:
    many = 3 if max(places) < 3 else 4
    packages = [OPEN + hollow + CLOSE if at in places else document(f"AAE{'ABCD'[at]}") for at in range(many)]
    data = f"<r>{''.join(packages)}</r>".encode()
    had = list(nistitl.read_many(data))
    assert [bytes(tx) for tx in had] == [packages[at].encode() for at in range(many) if at not in places]
    told = [f.message for tx in had for f in tx.findings if f.code == "xml-package-empty"]
    assert [message.partition(":")[0] for message in told] == [
        f"of the {many} packages, number {at + 1}" for at in places
    ]
    if places[0] == 0:
        with pytest.raises(nistitl.ReadError, match="packages, number 1"):
            next(nistitl.read_many(data, policy="strict"))
        with pytest.raises(nistitl.ReadError, match=r"read_many\(\) has the other packages"):
            nistitl.read(data)


def test_where_no_package_has_records_nothing_is_read() -> None:
    with pytest.raises(nistitl.ReadError, match="of the 2 packages, number 1: the package is empty"):
        next(nistitl.read_many(f"<r>{2 * (OPEN + CLOSE)}</r>".encode()))


def test_trailing_empty_items_are_not_padded_in() -> None:
    domain = (
        "<ext:TransactionDomain><ext:TransactionDomainName>NORAM</ext:TransactionDomainName></ext:TransactionDomain>"
    )
    first = FIRST.replace("<ext:Transaction>", f"<ext:Transaction>{domain}")
    tx = nistitl.read((OPEN + first + CLOSE).encode())
    assert bytes(tx[1][0].raw(13) or b"") == b"NORAM"


def test_an_image_elsewhere_is_named() -> None:
    finding = next(f for f in nistitl.read(document(XOP).encode()).findings if f.code == "xml-image-elsewhere")
    assert "xop:Include" in finding.message and finding.location.field == 999
    assert finding in nistitl.read(document(XOP).encode()).validate(level=1).errors


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (document().replace("standard/2011", "standard/2-2008"), "ANSI/NIST-ITL 2-2008"),
        (document().replace("biometrics.nist.gov/standard/2011", "other"), "another namespace"),
        (OPEN + CLOSE, "the package is empty"),
        (OPEN + "<i:Other/>" + CLOSE, "none of the 1 elements"),
    ],
)
def test_what_is_no_transaction_is_named(data: str, message: str) -> None:
    with pytest.raises(nistitl.ReadError, match=message):
        nistitl.read(data.encode())
