"""XML is redacted as XML, and the audit log of Type-98 names fields and no values."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import nistitl
from nistitl import ixm
from nistitl.base.errors import ITLError
from nistitl.base.findings import Severity
from nistitl.cli import main
from nistitl.exchange.audit import Audit
from nistitl.exchange.auditing import audit_entries
from nistitl.exchange.policy import SHIPPED, policy
from nistitl.exchange.redaction import redact
from nistitl.xml.schemas import Schemas
from tests.support.samples import ROOT, SCHEMAS, small_transaction

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


@cache
def schemas(vocabulary: str) -> Schemas:
    if not (SCHEMAS / f"itl2015-{vocabulary}").is_dir():
        pytest.skip("the schemas are not here (set NISTITL_SCHEMAS)")
    return Schemas(SCHEMAS / f"itl2015-{vocabulary}")


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
@pytest.mark.parametrize("by", SHIPPED)
def test_the_schemas_take_the_output_as_they_took_the_input(vocabulary: str, by: str) -> None:
    tx = as_xml(vocabulary)
    made = tx.redacted(by)
    assert list(schemas(vocabulary).findings(tx)) == list(schemas(vocabulary).findings(made)) == []
    assert (made.vocabulary, made.VER, made[1][0].raw("1.013")) == (vocabulary, tx.VER, tx[1][0].raw("1.013"))
    assert set(re.findall(rb'xmlns:\w+="([^"]+)"', bytes(made))) == set(re.findall(rb'xmlns:\w+="([^"]+)"', bytes(tx)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_it_is_written_in_utf_8_whatever_it_was(encoding: str) -> None:
    tx = as_xml()
    tx[2][0]["2.018"] = "MUELLER,JUERGEN"
    text = bytes(tx).decode().replace("?>\n", "?>\n<!-- MÜLLER,JÜRGEN -->\n", 1)
    data = text.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"', 1).encode(encoding)
    made = nistitl.read(data).redacted("no-biometrics")
    assert bytes(made).startswith(b'<?xml version="1.0" encoding="UTF-8"?>') and bytes(made).isascii()
    assert made[2][0].texts() == tx.redacted("no-biometrics")[2][0].texts()
    assert nistitl.read(bytes(made))[2][0]["2.018"].text == "MUELLER,JUERGEN"


def enveloped(*packages: bytes) -> bytes:
    inner = b"".join(one.partition(b"?>")[2] for one in packages)
    envelope = b'<e:Envelope xmlns:e="urn:%b" by="%b"><e:To>%b</e:To>' % (SECRET, SECRET, SECRET)
    return envelope + inner + b"<e:Sum>" + SECRET + b"</e:Sum></e:Envelope>"


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
def test_an_envelope_goes_and_none_is_put_back(vocabulary: str) -> None:
    package = bytes(as_xml(vocabulary))
    made = nistitl.read(enveloped(package)).redacted("no-biometrics")
    assert bytes(made) == bytes(nistitl.read(package).redacted("no-biometrics"))
    assert SECRET not in bytes(made)


def test_of_several_packages_the_others_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.xml").write_bytes(enveloped(bytes(as_xml()), bytes(as_xml())))
    line = ["redact", str(tmp_path / "in.xml"), "-o", str(tmp_path / "out.xml"), "--by", "no-biometrics"]
    assert main(line) == 1
    assert "another package follows" in capsys.readouterr().err
    assert (tmp_path / "out.xml").read_bytes().count(b"<itl:PackageInformationRecord>") == 1
    (tmp_path / "in.xml").write_bytes(gzip.compress(enveloped(bytes(as_xml()))))
    assert main(line) == 2 and main([*line, "--unwrap"]) == 0
    assert (tmp_path / "out.xml").read_bytes().startswith(b"<?xml") and capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--unwrap"]])
def test_a_message_of_IXM_is_refused_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    (record,) = nistitl.read(small_transaction())[14]
    message = ixm.identify_request([record], tcn="TCN1", ori="ORI", date=NOW.date(), retention="Never")
    (tmp_path / "in.xml").write_bytes(message)
    assert main(["redact", str(tmp_path / "in.xml"), "-o", str(tmp_path / "out.xml"), "--by", "sample", *more]) == 2
    assert "no itl:NISTBiometricInformationExchangePackage is in it" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in.xml"]


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
