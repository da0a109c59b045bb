"""XML is redacted as XML, and the audit log of Type-98 names fields and no values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import nistitl
from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity
from nistitl.exchange.audit import Audit
from nistitl.exchange.auditing import audit_entries
from nistitl.exchange.policy import policy
from nistitl.exchange.redaction import redact
from tests.support.samples import ROOT

SECRET = b"4711SECRET"
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
BEGIN, END = b"<itl:PackageInformationRecord>", b"</itl:PackageInformationRecord>"
FOREIGN = b'<x:y xmlns:x="urn:' + SECRET + b'">' + SECRET + b"</x:y>"
LOCATION = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:' + SECRET + b' x.xsd"'
HIDDEN = {  # what stands there, and what is put in its place
    "comment": (b"?>\n", b"?>\n<!-- " + SECRET + b" -->\n"),
    "comment inside": (END, b"<!--" + SECRET + b"-->" + END),
    "instruction": (b"?>\n", b"?>\n<?x" + SECRET + b" " + SECRET + b"?>\n"),
    "foreign element": (END, FOREIGN + END),
    "attribute": (BEGIN, BEGIN[:-1] + b' id="' + SECRET + b'">'),
    "schema location": (b" xmlns:itl=", LOCATION + b" xmlns:itl="),
}


def as_xml(vocabulary: str = "niem2") -> nistitl.Transaction:
    return nistitl.read(ROOT / "fixtures/tenprint-type14.eft").convert("xml", vocabulary).transaction


@pytest.mark.parametrize("place", HIDDEN)
@pytest.mark.parametrize("by", ["identifiers-only", "no-biometrics"])
def test_what_stands_beside_the_fields_goes(place: str, by: str) -> None:
    data = bytes(as_xml())
    planted = data.replace(*HIDDEN[place], 1)
    assert SECRET in planted and planted != data
    made = nistitl.read(planted).redacted(by)
    assert made.encoding == "xml" and SECRET not in bytes(made)


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
@pytest.mark.parametrize("by", ["identifiers-only", "no-biometrics"])
def test_the_same_stays_in_both_encodings(vocabulary: str, by: str) -> None:
    tx = as_xml(vocabulary)
    made = nistitl.read(bytes(tx.redacted(by)))
    plain = nistitl.read(bytes(tx.convert("traditional").transaction)).redacted(by)
    assert made.vocabulary == vocabulary
    assert [record.type for record in made] == [1, 2] == [record.type for record in plain]
    assert {n: t for n, t in made[2][0].texts().items() if n != 1} == {
        n: t for n, t in plain[2][0].texts().items() if n != 1
    }


def test_audit_log_names_what_went() -> None:
    tx = nistitl.read(ROOT / "fixtures/tenprint-type14.eft")
    made = redact(tx, policy("identifiers-only"), audit=Audit("records office", NOW)).transaction
    (log,) = made[98]
    entries = {(one.EVT, one.IID) for one in log.ALF}
    assert ("Deleted", "0,-2.018,NA,NA") in entries and not any(one.OLD for one in log.ALF)
    assert {one.AGT for one in log.ALF} == {"records office"}
    assert tx[2][0]["2.018"].text.encode() not in bytes(made)
    again = nistitl.read(bytes(made))
    assert {entry.state for entry in audit_entries(again)} <= {"removed", "there"}
    assert not [f for f in again.validate().findings if f.severity > Severity.NOTE and f.location.type == 98]


def test_audit_log_of_an_edition_without_one() -> None:
    tx = nistitl.read(ROOT / "fixtures/tenprint-type4.eft")
    tx[1][0].VER = "0300"
    with pytest.raises(ITLError, match="has no Type-98"):
        redact(tx, policy("identifiers-only"), audit=Audit("records office", NOW))
