"""What stays says what it says in one way: zeros, signs, capitals and what is coded in a field carry nothing else."""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from random import Random
from zlib import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nistitl
from nistitl.declare.values import N, Points, Real, Signed
from nistitl.exchange.policy import SHIPPED, policy
from nistitl.exchange.redaction import redact
from nistitl.exchange.spelling import respelled
from nistitl.exchange.verifying import verify
from tests.exchange import canaries
from tests.images import planting
from tests.support.samples import small_transaction

SECRET = planting.canary(Random(5))


@pytest.mark.parametrize("kind", canaries.TYPES)
@pytest.mark.parametrize("by", SHIPPED)
def test_numbers_that_stay_have_no_zeros_that_nobody_needs(by: str, kind: int) -> None:
    cage = canaries.in_spellings(kind)
    tx = nistitl.read(cage.data)
    redaction = redact(tx, policy(by))
    made = nistitl.read(bytes(redaction.transaction))
    for record in made[kind]:
        for canary in cage.canaries:
            assert canary.element is not None
            pieces = re.split(rb"[\x1c-\x1f]", bytes(record.raw(canary.element.number) or b""))
            assert canary.secret not in pieces, canary.where
    assert not verify(tx, made, redaction).left
    if by == "biometrics-only" and made[kind] and kind > 2:
        assert sum(step.action == "keep, respelled" for step in redaction.steps) >= 6, "some are kept"


@given(st.integers(-9999, 9999), st.integers(0, 5), st.booleans())
def test_one_value_has_one_spelling(number: int, zeros: int, plus: bool) -> None:
    digits = "0" * zeros + str(abs(number))
    signed = ("-" if number < 0 else "+" if plus else "") + digits
    assert respelled(signed, Signed(1, 20)) == str(number) or len(signed) <= 2
    if len(digits) > 2:
        assert respelled(digits, N(1, 20)) == str(abs(number))
    assert respelled(f"{digits},{digits}-{signed.lstrip('+')},7", Points(1, 99, 2)) == (
        f"{abs(number)},{abs(number)}-{number},7"
    )
    fraction = respelled(f"{signed}.50{'0' * zeros}", Real(1, 40))
    assert fraction is not None and Decimal(fraction) == Decimal(f"{signed}.5") and fraction[-1] == "5"


def test_two_digits_and_text_stay_as_they_stand() -> None:
    assert respelled("07", N(1, 2)) == "07" and respelled("00", N(1, 2)) == "00"
    assert respelled("19.69", Real(5, 5, form="00.00")) == "19.69"
    assert respelled("+19.7", Real(5, 5, form="00.00")) == "19.70"
    tx = nistitl.read(small_transaction())
    tx.profile = "fbi-ebts-11.2"
    tx[2][0]["2.014"] = ["000123456"]
    assert tx.redacted("identifiers-only")[2][0]["2.014"].text == "000123456", "an identifier is no number"


def test_domains_tags_indices_and_orders_are_spelled_in_one_way() -> None:
    tx = nistitl.read(small_transaction())
    tx[1][0].put(13, b"  nOrAm \x1f11.2")
    data = bytes(tx)
    for old, new in ((b"14.006:32", b"14.0000006:0032"), (b"14.002:2", b"14.2:02"), (b"14.010:", b"14.00010:00")):
        data = _in_record(data, 14, old, new)
    first, second = re.search(rb"14\.003:[^\x1d]*\x1d", data)[0], re.search(rb"14\.004:[^\x1d]*\x1d", data)[0]  # type: ignore[index]
    data = data.replace(first + second, second + first)
    made = nistitl.read(data).redacted("biometrics-only")
    assert made[1][0]["1.013"].text == "NORAM\x1f11.2"
    tags = re.findall(rb"14\.(\d+):", bytes(made[14][0]).partition(b"14.999:")[0])
    assert tags == sorted(tags) and {len(tag) for tag in tags} == {3}
    assert (made[14][0].raw(6), made[14][0].raw(10)) == (b"32", b"500")


def _in_record(data: bytes, kind: int, old: bytes, new: bytes) -> bytes:
    """With other bytes in a record, whose LEN counts them."""
    tx = nistitl.read(data)
    records = [bytes(record) for record in tx]
    at = next(at for at, record in enumerate(tx) if record.type == kind)
    assert old in records[at]
    records[at] = canaries.framed(kind, records[at].replace(old, new, 1).partition(b"\x1d")[2][:-1])
    return b"".join(records)


def features(fields: dict[int, bytes]) -> nistitl.Transaction:
    tx = nistitl.read(small_transaction())
    record = nistitl.Type9(IDC=1, IMP=0, FMT="U")
    for number, raw in {309: b"10\x1fUNC", 311: b"10\x1fUNC", 313: b"10\x1fUNC", 300: b"100\x1f200", **fields}.items():
        record.put(number, raw)
    tx.append(record)
    return nistitl.read(bytes(tx))


def skeleton() -> bytes:
    lines = compress(b"\0\xa5" * 8)
    head = b"\0\0\0\x08\0\0\0\x08\1\0\0\0\0"
    parts = (planting.chunk(name, content) for name, content in ((b"IHDR", head), (b"IDAT", lines), (b"IEND", b"")))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_the_image_of_a_skeleton_loses_what_is_beside_it() -> None:
    pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")
    plain = skeleton()
    marked = plain[:33] + planting.chunk(b"tEXt", b"Comment\0" + SECRET) + plain[33:] + SECRET
    tx = features({372: base64.b64encode(marked)})
    redaction = redact(tx, policy("biometrics-only"))
    made = nistitl.read(bytes(redaction.transaction))
    assert base64.b64decode(made[9][0].SIM) == plain  # type: ignore[arg-type]
    assert not verify(tx, made, redaction).left
    assert bytes(made.redacted("biometrics-only")) == bytes(made)


@pytest.mark.parametrize(
    "content", [b"DOEJANE19700131X", base64.b64encode(SECRET), base64.b64encode(b"\x89PNG" + SECRET)]
)
def test_a_skeleton_that_is_no_image_goes(content: bytes) -> None:
    made = features({372: content}).redacted("biometrics-only")
    assert made[9][0].raw(372) is None and made[9][0].raw(3) == b"0"


def test_maps_are_written_anew_and_text_is_none() -> None:
    pytest.importorskip("numpy", reason="arrays of minutiae come with ebtskit[images]")
    sound = features({308: b"0012\x1e0012", 310: b"00XX\x1eB2b3", 312: b"09XX\x1exx08"}).redacted("biometrics-only")[9][
        0
    ]
    assert [bytes(sound.raw(n) or b"") for n in (308, 310, 312)] == [b"0012\x1e0012", b"00XX\x1eB2B3", b"09XX\x1eXX08"]
    for number, text in ((308, b"DOEJANE"), (308, b"19700131"), (310, b"DOEJANE1"), (312, b"DOEJANE1")):
        redaction = redact(features({number: text}), policy("biometrics-only"))
        assert text not in bytes(redaction.transaction) and text.decode() not in repr(redaction.steps), number
    runs = features({308: b"1A01B000002C", 309: b"10\x1fRLE"})
    assert runs.redacted("biometrics-only")[9][0].raw(308) == b"AB2C"


@pytest.mark.parametrize(("text", "stays"), [("002,07", True), ("DOE,JANE", False), ("JANE", False)])
def test_words_in_minutiae_go(text: str, stays: bool) -> None:
    """Ridge counts are of characters that write words, and classes of patterns are from an open list."""
    record = nistitl.Type9(IDC=1, IMP=0, FMT="S")
    said = {
        5: "SYSTEM\x1fA",
        6: "1",
        7: f"U\x1f{text}",
        10: "1",
        11: "1",
        12: f"001\x1f0123456789\x1f63\x1fA\x1f{text}",
    }
    for number, content in said.items():
        record.put(number, content.encode())
    tx = nistitl.read(small_transaction())
    tx[1][0].VER = "0300"
    tx.append(record)
    made = nistitl.read(bytes(tx)).redacted("biometrics-only")
    assert made[9][0]["9.012"].text.startswith("1\x1f0123456789\x1f63\x1fA")
    assert (text in made[9][0]["9.012"].text) == stays and (text in made[9][0]["9.007"].text) == stays
