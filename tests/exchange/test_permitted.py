"""Permitted values: of the edition that a record type came with, of the same items, none later than the transaction."""

from __future__ import annotations

import nistitl
from nistitl.base.editions import E2015
from nistitl.base.findings import Severity
from nistitl.declare.values import Characters, Digits, N
from nistitl.exchange.making import First, Maker
from nistitl.exchange.redaction import Redaction, redact
from nistitl.exchange.verifying import verify
from nistitl.images.streams import nistcom
from tests.support.samples import ROOT, small_transaction


def new_findings(tx: nistitl.Transaction, made: nistitl.Transaction, profile: str | None = None) -> set[str]:
    """Codes and places that validation tells of the one that was made, and not of the other."""

    def told(one: nistitl.Transaction) -> set[str]:
        findings = nistitl.read(bytes(one)).validate(profile).findings
        return {f"{f.code} {f.location.path}" for f in findings if f.severity > Severity.NOTE}

    return told(made) - told(tx)


def latent(ver: bytes = b"0502", **fields: bytes) -> nistitl.Transaction:
    """The latent of the fixtures, of an edition, with fields of its image as they are given: IMP=b"99"."""
    tx = nistitl.read(ROOT / "fixtures/latent.eft")
    tx[1][0].put(2, ver)
    for mnemonic, raw in fields.items():
        number = next(one.number for one in tx[13][0].elements.values() if one.mnemonic == mnemonic)
        tx[13][0].put(number, raw)
    return nistitl.read(bytes(tx))


def actions(redaction: Redaction[nistitl.Transaction], path: str) -> list[tuple[str, str]]:
    return [(step.action, step.rule) for step in redaction.steps if step.path == path]


def test_a_code_that_must_be_there_is_one_that_the_field_may_hold() -> None:
    for by in ("biometrics-only", "sample", "statistics"):
        redaction = redact(latent(IMP=b"99"), by)
        assert not redaction.failed
        assert int(bytes(redaction.transaction[13][0].raw(3) or b"")) in (4, 5, 6, 7, 12, 13, 14, 15, 28, 29)


def test_a_record_type_of_a_later_edition_goes_by_its_first_one() -> None:
    tx = latent(b"0201", FGP=b"21")  # a palm, of which the edition of 1997 knows as little as of Type-13
    made = tx.redacted("biometrics-only")
    assert made[13][0].raw(13) == b"21" and made[13][0].raw(3) == tx[13][0].raw(3)
    palm = nistitl.Type15(IDC=2, IMP=10, SRC="XX0000000", PCD="20240315", HLL=16, VLL=16, SLC=1, THPS=500, TVPS=500)
    for number, raw in ((11, b"NONE"), (12, b"8"), (13, b"99"), (999, bytes(256))):
        palm.put(number, raw)
    tx.append(palm)
    redaction = redact(nistitl.read(bytes(tx)), "biometrics-only")
    assert not redaction.failed and redaction.transaction[15][0].raw(13) == b"20", "the first that is a palm"


def test_fields_of_a_later_edition_go_by_its_table() -> None:
    """VER is wrong more often than minutiae are: they stay as they are, and what is none goes."""
    tx = latent(b"0201")
    minutiae = tx[9][0].raw(331)
    assert minutiae is not None
    assert tx.redacted("biometrics-only")[9][0].raw(331) == minutiae
    tx[9][0].put(331, b"4711SECRET")
    assert b"4711SECRET" not in bytes(nistitl.read(bytes(tx)).redacted("biometrics-only"))


def test_fields_that_stand_together_go_together() -> None:
    iris = nistitl.Type17(IDC=1, SRC="XX0000000", ICD="20240315", HLL=16, VLL=16, SLC=1, THPS=500, TVPS=500)
    for number, raw in ((3, b"1"), (11, b"NONE"), (12, b"8"), (13, b"GRAY"), (14, b"0012"), (999, bytes(256))):
        iris.put(number, raw)
    tx = nistitl.Transaction.new(TOT="CAR", DAI="XX0000000", ORI="XX0000000", TCN="TCN1", DAT="20240315")
    tx.append(iris)
    iris.put(15, b"x")  # the uncertainty of 17.014, which must be there with it
    tx = nistitl.read(bytes(tx))
    made = tx.redacted("biometrics-only")
    assert made[17][0].raw(15) is None and made[17][0].raw(14) is None
    assert "fields-together 17.015" not in new_findings(tx, made)


def test_a_record_without_an_image_goes_with_what_says_why() -> None:
    tx = nistitl.read(small_transaction())
    record = tx[14][0]
    for number in (3, 6, 7, 8, 9, 10, 11, 12, 21, 999):
        record.put(number, None)
    record.put(13, b"2")
    record.put(18, b"2\x1fXX")
    tx = nistitl.read(bytes(tx))
    kept = tx.redacted("biometrics-only")
    assert [one.raw(18) for one in kept[14]] == [b"2\x1fXX"]
    for by in ("sample", "statistics"):
        made = tx.redacted(by)
        assert not made[14] and not new_findings(tx, made)


def test_the_same_items_are_filled_as_stood_there() -> None:
    tx = nistitl.Transaction.new(TOT="MPS", DAI="INT", ORI="BKA", TCN="19125458357684J", DAT="20160411")
    tx[1][0].put(13, b"INT-I\x1f06.00")
    tx[1][0].put(17, b"INTERPOL\x1fSOMEBODY\x1fXPO\x1fDEU")
    text = nistitl.Type2(IDC=0)
    text.put(11, b"DEU\x1fAZERTY")
    text.put(63, b"447700954321\x1f\x1fHERLOCK SHOLMES")
    tx.append(text)
    tx = nistitl.read(bytes(tx))
    made = nistitl.read(bytes(tx.redacted("sample")))
    assert [len(bytes(made[2][0].raw(number) or b"").split(b"\x1f")) for number in (11, 63)] == [2, 3]
    assert bytes(made[2][0].raw(63) or b"").split(b"\x1f")[1] == b""
    assert bytes(made[2][0].raw(11) or b"").startswith(b"XPO\x1f"), "no country, but INTERPOL itself"
    assert bytes(made[1][0].raw(17) or b"").split(b"\x1f")[2:] == [b"XPO", b"XPO"]
    assert not {word for word in (b"DEU", b"AZERTY", b"4477", b"SHOLMES", b"SOMEBODY") if word in bytes(made)}
    assert bytes(made.redacted("sample")) == bytes(made)


def test_eight_digits_are_a_day() -> None:
    """The FBI's table calls the first item of 2.2069 a number, its schema a date."""
    tx = nistitl.read(small_transaction())
    tx[1][0].put(4, b"RBN")
    tx[1][0].put(13, b"NORAM\x1f10.0")
    tx[2][0].put(2069, b"20130329\x1f7\x1fSOMETHING")
    made = nistitl.read(bytes(tx)).redacted("sample")
    assert bytes(made[2][0].raw(2069) or b"").startswith(b"20200101\x1f")


def test_a_type_2_that_only_the_output_needs_holds_what_must_be_there() -> None:
    tx = nistitl.Transaction.new(TOT="AMN", DAI="XX0000000", ORI="XX0000000", TCN="TCN0000001", DAT="20081017")
    tx[1][0].put(2, b"0400")
    tx.append(nistitl.Type14(IDC=1))
    tx = nistitl.read(bytes(tx))
    redaction = redact(tx, "no-biometrics")
    made = redaction.transaction
    assert [record.type for record in made] == [1, 2] and redaction.origins == (0, None)
    assert made[2][0].raw(18) == b"SAMPLE,PERSON"
    assert made[2][0].raw(38) == b"20081017", "a permitted date is not after 1.005, which stays"
    missing = {one for one in new_findings(tx, made, "fbi-ebts-9.1") if one.startswith("field-missing 2")}
    assert not missing


def test_slaps_are_cut_in_parts_where_a_profile_wants_segments() -> None:
    tx = nistitl.read(ROOT / "fixtures/tenprint-type14.eft")
    tx[1][0].put(4, b"AMN")
    for record in [one for one in tx[14] if one.FGP[0] not in (13, 14, 15)]:
        tx.remove(record)
    tx = nistitl.read(bytes(tx))
    redaction = redact(tx, "sample")
    made = redaction.transaction
    segments = [(record.FGP[0], [one.FRSP for one in record.SEG], record.SEG[-1].RHC) for record in made[14]]
    wanted = {13: [2, 3, 4, 5], 14: [7, 8, 9, 10], 15: [1, 6]}
    assert [(position, fingers) for position, fingers, _ in segments] == [(one, wanted[one]) for one, *_ in segments]
    assert all(edge == record.HLL - 1 for (*_, edge), record in zip(segments, made[14], strict=True))
    assert not any("14.021" in one for one in new_findings(tx, made, "auto"))


def test_the_log_tells_why_a_field_is_not_looked_at() -> None:
    tx = nistitl.read(small_transaction())
    tx[1][0].put(2, b"0501")
    tx[1][0].put(13, b"NORAM\x1f9.1")
    tx[2][0].put(95, b"1")  # of responses
    tx[2][0].put(999, b"whose?")
    iris = nistitl.Type17(IDC=3, SRC="XX0000000", ICD="20240315")
    iris.put(18, b"4711")  # withdrawn in 2011
    iris.put(28, b"2\x1fUA")
    tx.append(iris)
    redaction = redact(nistitl.read(bytes(tx)), "biometrics-only")
    assert actions(redaction, "2.095") == [("drop", "not listed for this type of transaction")]
    assert actions(redaction, "17.018") == [("drop", "not of this edition")]
    assert actions(redaction, "2.unknown") == [("drop", "2 that no table knows")]


def test_words_of_every_nistcom_are_not_found_in_one() -> None:
    """XMP of one image names what the NISTCOM of another one has by its standard."""
    assert "COLORSPACE" in nistcom.TERMS
    tx = nistitl.read(ROOT / "fixtures/tenprint-type14.eft")
    wsq = nistitl.Type14.from_image(tx[14][0].array, FGP=2, codec="WSQ20", ppi=500, SRC="XX0000000", FCD="20240315")
    assert b"COLORSPACE" in bytes(wsq.DATA)
    tx.append(wsq)
    tx[14][0].put(20, b"ColorSpace")
    tx = nistitl.read(bytes(tx))
    redaction = redact(tx, "biometrics-only")
    found = verify(tx, nistitl.read(bytes(redaction.transaction)), redaction)
    assert b"COLORSPACE" in bytes(redaction.transaction) and not found.left


def test_a_number_without_limits_is_one() -> None:
    """Counts and codes begin with it; the FBI's schema refuses a CourtCountNumber of 0."""
    maker = Maker(First(), E2015)
    made = [
        maker.text(N(1, 3)),
        maker.text(Characters("N", "", 2, 2)),
        maker.text(Digits(4, 4)),
        maker.text(N(2, 2, "0..9")),
    ]
    assert made == ["1", "01", "0001", "00"]
    assert maker.text(Characters("AN", "", 2, 2)) == "XX"
