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
XOP = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:1"/>'


@pytest.mark.parametrize(
    ("record_type", "record", "detail"),
    [
        (13, "PackageLatentImageRecord", "FrictionRidgeDetail"),
        (14, "PackageFingerImpressionImageRecord", "FingerImpressionImageDetail"),
        (15, "PackagePalmPrintImageRecord", "PalmPrintImageDetail"),
        (16, "PackageUserDefinedTestingImageRecord", "TestImageDetail"),
        (17, "PackageIrisImageRecord", "IrisImageDetail"),
    ],
)
def test_an_image_inside_the_detail_is_read(record_type: int, record: str, detail: str) -> None:
    image = "<nc:Base64BinaryObject>AAEC</nc:Base64BinaryObject>"
    inner = f"<i:{record}><ext:{detail}>{image}</ext:{detail}></i:{record}>"
    data = (NIEM4 + FIRST4 + inner + CLOSE).encode()
    tx = nistitl.read(data)
    assert bytes(tx[record_type][0].raw(999) or b"") == b"\0\1\2"
    assert bytes(tx) == data


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
