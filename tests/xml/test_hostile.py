"""Hostile XML: for any bytes, our error or findings, in bounded time and memory; mutations that know elements."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

import nistitl
from tests.support.growing import check_ratio, peak
from tests.xml.test_edits import FIRST, OPEN, document

if TYPE_CHECKING:
    from collections.abc import Callable


CLOSE = "</i:NISTBiometricInformationExchangePackage>"


def check(data: bytes) -> list[str]:
    """The invariant; the codes of the findings."""
    try:
        tx = nistitl.read(data)
    except nistitl.ITLError:
        return []
    assert bytes(tx) == data
    codes = [finding.code for finding in tx.findings]
    tx.validate()
    assert bytes(tx.copy()) == data
    for record in tx:
        record.texts()
        repr(record)
    for encoding in ("traditional", "xml"):
        try:
            bytes(tx.convert(encoding).transaction)  # type: ignore[arg-type]
        except nistitl.ITLError:
            continue
    for policy in ("strict", "repair"):
        try:
            bytes(nistitl.read(data, policy=policy))  # type: ignore[arg-type]
        except nistitl.ITLError:
            continue
    return codes


def finger(inner: str) -> bytes:
    """A package whose Type-14 holds this."""
    record = f"<i:PackageFingerprintImageRecord>{inner}</i:PackageFingerprintImageRecord>"
    return (OPEN + FIRST + record + CLOSE).encode()


def user(number: str, inner: str, attributes: str = "") -> bytes:
    """A package whose Type-14 has a field in our own extension element."""
    field = f'<u:Field number="{number}"{attributes}>{inner}</u:Field>'
    holder = f'<u:UserDefinedFields xmlns:u="urn:ebtskit:nistitl:extension:1">{field}</u:UserDefinedFields>'
    return finger(f"<i:UserDefinedImageDetail>{holder}</i:UserDefinedImageDetail>")


@pytest.mark.parametrize(
    "number", ["²", "9" * 5000, "-1", "0", "1", "2", "999", "1000000000", "999999999", "", " 2", "١"]
)
def test_numbers_of_user_defined_fields(number: str) -> None:
    check(user(number, "<u:Subfield><u:Item>5</u:Item></u:Subfield>"))


def test_separators_in_base64_inject_nothing() -> None:
    content = base64.b64encode(b"a\x1d14.300:x\x1c2.001:5\x1c").decode()
    tx = nistitl.read(user("200", content, ' encoding="base64"'))
    with pytest.raises(nistitl.FieldError):
        tx.convert("traditional")


@pytest.mark.parametrize("data", [user("200", "@@QUI*", ' encoding="base64"'), document("QUI@").encode()])
def test_malformed_base64_is_told(data: bytes) -> None:
    assert "base64-malformed" in check(data)
    with pytest.raises(nistitl.ITLError):
        nistitl.read(data, policy="strict")[14][0].texts()


def test_a_second_package_is_told() -> None:
    one = document()
    assert "xml-package-unread" in check(f"<s>{one}{one}</s>".encode())


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a [<!ENTITY a 'aaaa'>]><a>&a;</a>",
        b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        b"<a>" * 100_000,
        b"<a " + b" ".join(b'a%d="x"' % at for at in range(100_000)) + b"/>",
        b"<" + b"a" * 20_000_000 + b"/>",
        b"<a b='1' b='2'/>",
        (OPEN + "<!--" + "a" * 20_000_000 + "-->" + CLOSE).encode(),
        document().replace("CAR", "\0").encode(),
        document().replace("CAR", "&#xD800;").encode(),
        document().replace("CAR", "@@").encode().replace(b"@@", b"\xed\xa0\x80"),
        b"<?xml version='1.0' encoding='UTF-7'?>" + document().encode(),
        b"<a/>",
        (OPEN + CLOSE).encode(),
        document().replace("xmlns:i=", "xmlns:j=").encode(),
    ],
    ids=lambda data: repr(data[:20]),
)
def test_refused(data: bytes) -> None:
    with pytest.raises(nistitl.ITLError):
        nistitl.read(data)


def test_prefixes_in_scope_are_limited() -> None:
    levels = ["<a " + " ".join(f'xmlns:p{level}q{at}="u"' for at in range(60)) + ">" for level in range(20)]
    with pytest.raises(nistitl.ReadError, match="prefixes"):
        nistitl.read("".join(levels).encode())


def test_long_text_is_no_giant_markup() -> None:
    tx = nistitl.read(document("AAAA" * 3_000_000).encode())
    assert len(tx[14][0].DATA or b"") == 9_000_000


def strangers(n: int) -> bytes:
    """A record of elements that no table knows."""
    return finger("<a/>" * n)


def siblings(n: int) -> bytes:
    """A package of elements that are no records."""
    return (OPEN + FIRST + "<a/>" * n + CLOSE).encode()


def zeros(n: int) -> bytes:
    """A number that is none, after many zeros."""
    image = f"<ext:ImageHorizontalLineLengthPixelQuantity>{'0' * n}x</ext:ImageHorizontalLineLengthPixelQuantity>"
    return finger(f"<ext:FingerImpressionImage>{image}</ext:FingerImpressionImage>")


@pytest.mark.parametrize("make", [strangers, siblings, zeros])
def test_time_and_memory_are_linear(make: Callable[[int], bytes]) -> None:
    small, great = make(1000), make(8000)
    check_ratio(lambda: check(small), lambda: check(great), 25, 0.02)
    data = make(4000)

    def found() -> None:
        assert nistitl.read(data).findings is not None

    assert peak(found) < 400 * len(data) + 4_000_000
