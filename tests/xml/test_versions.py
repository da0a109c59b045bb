"""Which elements hold the Type-2 fields: those of the XML domain of the version that 1.013 DOM names, by its number."""

from __future__ import annotations

import pytest

import nistitl
from nistitl.base.findings import Severity
from nistitl.wire.grammar import US
from tests.support.layers import tenprint

FBI_10, FBI_11 = b"http://cjis.fbi.gov/fbi_ebts/10.0", b"http://cjis.fbi.gov/fbi_ebts/11.2"


@pytest.mark.parametrize(
    ("version", "ver", "uri"),
    [
        (b"10.0.8", "0502", FBI_10), (b"EBTS 10.1", "0502", FBI_10), (b"10", "0400", FBI_10),
        (b"11.3", "0300", FBI_11), (b"EBTS 11.2.1", "0400", FBI_11), (b"11", "0502", FBI_11),
    ],
)  # fmt: skip
@pytest.mark.parametrize("domain", [b"NORAM", b"noram"])
def test_the_number_of_a_version_finds_its_elements(domain: bytes, version: bytes, ver: str, uri: bytes) -> None:
    tx = tenprint(t1_002=ver, t1_013=domain + US + version)
    made = tx.convert("xml")
    data = bytes(made.transaction)
    assert uri in data and b"<ext:Field" not in data
    assert nistitl.read(data)[2][0].raw("2.018") == tx[2][0].raw("2.018")


@pytest.mark.parametrize("version", [b"9.1", b"EBTS 8.1"])
def test_a_version_that_has_no_elements_is_told(version: bytes) -> None:
    made = tenprint(t1_002="0400", t1_013=b"NORAM" + US + version).convert("xml")
    (told,) = [one for one in made.losses if one.location.type == 2]
    assert (told.code, told.severity) == ("xml-field-extended", Severity.NOTE)
