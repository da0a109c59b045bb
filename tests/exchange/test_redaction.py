"""Redaction by policies: what stays, what goes, and that the result is one that others read."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.cli import main
from nistitl.exchange.policy import SHIPPED, policy
from nistitl.exchange.redaction import redact
from tests.fuzz.hostile import first, tagged
from tests.support.samples import ROOT, small_transaction

FIXTURES = ("tenprint-type14.eft", "tenprint-type4.eft", "latent.eft")
TEXT_ONLY = ("identifiers-only", "no-biometrics")


def tenprint() -> nistitl.Transaction:
    return nistitl.read(ROOT / "fixtures/tenprint-type14.eft")


def warned(tx: nistitl.Transaction, profile: str | None) -> set[tuple[str, int | None, int | None]]:
    findings = nistitl.read(bytes(tx)).validate(profile).findings
    return {(f.code, f.location.type, f.location.field) for f in findings if f.severity > Severity.NOTE}


def test_numbers_stay_and_names_go() -> None:
    tx = tenprint()
    made = tx.redacted("identifiers-only")
    assert [record.type for record in made] == [1, 2]
    assert made.TCN == tx.TCN and made.VER == tx.VER and made.TOT == tx.TOT
    assert made[2][0]["2.009"].text == tx[2][0]["2.009"].text
    assert "2.018" not in made[2][0] and b"DOE" not in bytes(made)
    assert tx[2][0]["2.018"].text, "the one that was given is as it was"


def test_text_stays_without_biometrics() -> None:
    tx = tenprint()
    made = tx.redacted("no-biometrics")
    assert [record.type for record in made] == [1, 2]
    assert made[2][0]["2.018"].raw == tx[2][0]["2.018"].raw
    assert "2.067" not in made[2][0], "a device"


@pytest.mark.parametrize("by", SHIPPED)
@pytest.mark.parametrize("fixture", FIXTURES)
def test_result_is_valid_and_redacting_again_changes_nothing(fixture: str, by: str) -> None:
    tx = nistitl.read(ROOT / "fixtures" / fixture)
    redaction = redact(tx, policy(by))
    made = redaction.transaction
    assert warned(made, None) <= warned(tx, None)
    for code, kind, field in warned(made, "auto") - warned(tx, "auto"):
        assert code in ("field-missing", "records-few"), (code, kind, field)
    assert bytes(nistitl.read(bytes(made)).redacted(by)) == bytes(made)


SECRET = b"4711SECRET"


@pytest.mark.parametrize(
    "hide",
    [
        lambda tx: tx[1][0].put(30, SECRET),  # a field that no table knows
        lambda tx: tx[2][0].put(9000, SECRET),
        lambda tx: tx[1][0].put(6, SECRET),  # no priority: a number
        lambda tx: tx[1][0].put(4, SECRET),  # a type that no profile lists
        lambda tx: tx[1][0].put(13, b"NORAM\x1f" + SECRET),
        lambda tx: tx[1][0].put(13, SECRET),
        lambda tx: tx[1][0].put(15, b"3\x1fUTF-8\x1f" + SECRET),
        lambda tx: tx[2][0].put((14, 20), SECRET),  # the tag of another type
        lambda tx: tx[1][0].put(16, b"A\x1fB\x1f" + SECRET),
    ],
)
@pytest.mark.parametrize("by", TEXT_ONLY)
def test_what_is_no_such_value_goes(hide: Any, by: str) -> None:
    tx = nistitl.read(small_transaction())
    hide(tx)
    assert SECRET in bytes(tx)
    made = redact(nistitl.read(bytes(tx)), policy(by))
    assert SECRET not in bytes(made.transaction)
    assert SECRET.decode() not in repr(made.steps)


@pytest.mark.parametrize("by", TEXT_ONLY)
def test_gaps_and_second_occurrences_go(by: str) -> None:
    tx = tenprint()
    data, text = bytes(tx), bytes(tx[2][0])
    again = text[:-1] + b"\x1d2.009:" + SECRET + b"\x1c"
    again = again.replace(b"2.001:%d\x1d" % len(text), b"2.001:%d\x1d" % len(again))
    for planted in (data + b"\r\n" + SECRET, data.replace(text, again), data.replace(text, text + SECRET)):
        assert SECRET in planted
        made = nistitl.read(planted).redacted(by)
        assert SECRET not in bytes(made) and made[2][0]["2.009"].text == tx[2][0]["2.009"].text


@pytest.mark.parametrize("lost", [b"1.007:DAI", b"2.018:DOE,JOHN", b"14.20:", b"2.018:"])
def test_a_value_with_a_field_in_it_goes(lost: bytes) -> None:
    """One byte of a separator gone, and another field stands in one that is kept."""
    data = first([(2, 0)]).replace(b"1.009:TCN", b"1.009:TCN" + lost) + tagged(2, {2: b"00", 18: b"ROE"})
    made = bytes(nistitl.read(data).redacted("identifiers-only"))
    assert b"TCN" + lost not in made or lost == b"14.20:"  # which is no tag
    assert bytes(nistitl.read(made, policy="strict")) == made


def test_a_domain_that_is_replaced_is_noted() -> None:
    tx = tenprint()
    tx[1][0]["1.013"] = [["DOE", "JANE"]]
    made = redact(tx, "biometrics-only", bytes(range(16)))
    assert made.transaction[1][0]["1.013"].text.startswith("OTHER")
    assert [step.action for step in made.steps if step.path == "1.013.1.1"] == ["permitted"]


def test_command_writes_result_and_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out, log = ROOT / "fixtures/tenprint-type14.eft", tmp_path / "out.eft", tmp_path / "log.jsonl"
    assert main(["redact", str(source), "-o", str(out), "--by", "identifiers-only", "--log", str(log)]) == 0
    assert len(nistitl.read(out)) == 2
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines[0]["policy"] == "identifiers-only"
    assert {"record": 1, "path": "2.018", "action": "drop", "rule": "*"} in lines[1:]
    told = log.read_text() + "".join(capsys.readouterr())
    name = tenprint()[2][0]["2.018"].text
    assert name not in told and "tenprint-type14" not in log.read_text()
    again = ["redact", str(out), "-o", str(out), "--by", "identifiers-only", "--log", str(log), "--log-names"]
    before = out.read_bytes()
    assert main(again) == 0 and out.read_bytes() == before
    assert "out.eft" in log.read_text() and "sha256" in log.read_text()


def test_what_cannot_be_read_leaves_no_output(tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.eft", tmp_path / "out.eft"
    bad.write_bytes(b"no transaction")
    assert main(["redact", str(bad), "-o", str(out), "--by", "identifiers-only"]) == 2
    assert main(["redact", str(ROOT / "fixtures/latent.eft"), "-o", str(out), "--by", "identfiers-only"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["bad.eft"]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_policies_read_and_say_what_they_are_for(name: str) -> None:
    assert policy(name).title and not policy(name).needs_key


def test_statistics_tell_sizes_codecs_and_quality_of_blank_images() -> None:
    tx = tenprint()
    made = tx.redacted("statistics")
    assert [record.type for record in made] == [record.type for record in tx]
    for before, after in zip(tx[14], made[14], strict=True):
        assert (after.HLL, after.VLL, after.CGA, after.ppi) == (before.HLL, before.VLL, before.CGA, before.ppi)
        assert after.SQM == before.SQM and after.NQM == before.NQM and after.SEG == before.SEG
        pixels = after.array
        assert pixels.shape == before.array.shape and pixels.min() == pixels.max()
        assert after.FCD != before.FCD and after.SRC == "XX0000000"
    assert made[2][0]["2.018"].text == "SAMPLE,PERSON" and made.DAT != tx.DAT


def test_biometrics_go_with_numbers_and_without_what_images_carry() -> None:
    tx = tenprint()
    record = tx[14][0]
    data, text = bytes(record.DATA), b"tEXtComment\0" + SECRET
    chunk = len(text[4:]).to_bytes(4, "big") + text + crc32(text).to_bytes(4, "big")
    marked = data[:33] + chunk + data[33:] + SECRET  # behind IHDR, and behind the image
    record.DATA = marked
    record["14.996"] = sha256(marked).hexdigest().upper()
    made = nistitl.read(bytes(tx)).redacted("biometrics-only")
    assert SECRET not in bytes(made) and len(made[14]) == len(tx[14])
    assert (made[14][0].array == record.array).all()
    assert made[14][0].HAS == sha256(made[14][0].DATA).hexdigest().upper()
    assert "2.018" not in made[2][0] and made[2][0]["2.009"].text == tx[2][0]["2.009"].text


def test_what_was_computed_from_a_replaced_image_goes() -> None:
    latent = nistitl.read(ROOT / "fixtures/latent.eft")
    assert latent[9] and not latent.redacted("sample")[9]
    assert latent.redacted("biometrics-only")[9]


def test_text_that_stays_is_read_again(tmp_path: Path) -> None:
    by = tmp_path / "mine.toml"
    by.write_text('[records]\n"1 14" = "keep"\n[fields]\n"@technical @image 14.COM 1.@code" = "keep"\n')
    tx = nistitl.read(small_transaction())
    tx[14][0].put(20, "שלום".encode("cp1255"))
    made = nistitl.read(bytes(nistitl.read(bytes(tx), charset="cp1255").redacted(by)))
    assert made[14][0].COM == "שלום" and made[1][0].DCS[0].CSN == "UTF-8"
    assert bytes(made.redacted(by)) == bytes(made)


def test_what_is_needed_by_what_stays_gets_a_permitted_value() -> None:
    tx = nistitl.read(small_transaction())
    record = tx[14][0]
    record.put(21, None)
    record.put(13, b"19")
    record.put(14, b"1\x1fEJI")
    tx = nistitl.read(bytes(tx))
    assert not {code for code, kind, _ in warned(tx, None) if kind == 14}
    made = tx.redacted("sample")
    assert made[14][0].raw(14) is not None and warned(made, None) <= warned(tx, None)


def test_what_a_profile_finds_wrong_with_a_made_value_goes() -> None:
    tx = nistitl.read(small_transaction())
    tx[1][0].put(13, b"NORAM\x1f10.0")
    tx[1][0].put(4, b"LFFS")
    tx[2][0].put(28, b"510511")
    made = nistitl.read(bytes(nistitl.read(bytes(tx)).redacted("sample")))
    assert "height-form" not in {finding.code for finding in made.validate("auto").findings}


def test_slots_of_positions_that_are_none_are_empty() -> None:
    tx = nistitl.read(small_transaction())
    tx[4][0].put(4, b"\x63\xff\xff\xff\xff\xff")
    tx = nistitl.read(bytes(tx))
    made = tx.redacted("biometrics-only")
    assert bytes(made[4][0].raw(4) or b"") == b"\0\xff\xff\xff\xff\xff" and warned(made, None) <= warned(tx, None)


def test_synthetic_images_do_not_hang_on_a_resolution_that_none_has() -> None:
    tx = nistitl.read(ROOT / "fixtures/tenprint-type4.eft")
    tx[1][0].put(12, b"05450622")
    made = nistitl.read(bytes(tx)).redacted("sample")
    assert bytes(nistitl.read(bytes(made)).redacted("sample")) == bytes(made)
