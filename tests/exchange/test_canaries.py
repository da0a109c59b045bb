"""No shipped policy lets a canary out, wherever it was planted, but where a row of it keeps what it stands in."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl.exchange.kinds import KindTable, kinds_of
from nistitl.exchange.policy import SHIPPED, Spot, policy
from nistitl.exchange.redaction import redact
from nistitl.exchange.verifying import verify
from nistitl.model.dictionaries import profile
from nistitl.records import record_class
from tests.exchange import canaries
from tests.exchange.canaries import Aviary, Cage, Canary
from tests.images import planting
from tests.images.planting import stands_in
from tests.images.test_cleaning import MP3, WAVE
from tests.support.samples import small_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

np = pytest.importorskip("numpy", reason="images come with ebtskit[images]")
codecs = pytest.importorskip("imagecodecs", reason="images come with ebtskit[images]")

ENCODINGS = ("traditional", "xml")


@cache
def kinds(kind: int) -> KindTable:
    return kinds_of(kind, profile(canaries.PROFILE).layer.kinds)  # type: ignore[attr-defined]


def kept(by: str, kind: int, canary: Canary) -> bool:
    """Does a row of the policy keep the place where this one was planted?"""
    element, item = canary.element, canary.item
    if element is None:
        return False
    own = kinds(kind).of_field(element) if item is None else kinds(kind).of_item(element, item)
    spot = Spot(kind, element.number, element.mnemonic, own, canary.at, item.mnemonic if item is not None else "")
    rule = policy(by).rule_for(spot)
    return rule is not None and rule.action == "keep"


def let_out(by: str, cage: Cage, encoding: str = "traditional") -> tuple[nistitl.Transaction, list[Canary]]:
    """The redacted transaction, read anew, and the canaries that stand in its bytes; verification must find none."""
    tx = nistitl.read(cage.data)
    if encoding == "xml" and tx.encoding != "xml":
        tx = nistitl.read(bytes(tx.convert("xml").transaction))
    redaction = redact(tx, policy(by))
    data = bytes(redaction.transaction)
    made = nistitl.read(data)
    told = repr(redaction.steps)
    assert not [one.where for one in cage.canaries if one.secret.decode() in told]
    out = [one for one in cage.canaries if one.secret in data]
    left = verify(tx, made, redaction).left
    assert bool(left) == bool([one for one in out if one.element is None]), [one.text for one in left]
    return made, out


@pytest.mark.parametrize("kind", canaries.TYPES)
@pytest.mark.parametrize("by", SHIPPED)
def test_declared_fields_let_out_what_a_row_keeps(by: str, kind: int) -> None:
    for encoding in ENCODINGS:
        cage = canaries.in_fields(kind, Aviary(Random(kind)), sound=True)
        _, out = let_out(by, cage, encoding)
        assert [one.where for one in out if not kept(by, kind, one)] == []


@pytest.mark.parametrize("kind", canaries.TYPES)
@pytest.mark.parametrize("by", SHIPPED)
def test_values_that_do_not_decode_go(by: str, kind: int) -> None:
    cage = canaries.in_fields(kind, Aviary(Random(kind)), sound=False)
    _, out = let_out(by, cage)
    assert [one.where for one in out] == []


def test_canaries_are_planted_and_some_are_kept() -> None:
    """Else the tests above would find none in anything."""
    planted = {kind: canaries.in_fields(kind, Aviary(Random(kind)), sound=True) for kind in canaries.TYPES}
    for cage in planted.values():
        assert cage.canaries and all(one.secret in cage.data for one in cage.canaries)
    assert sum(len(cage.canaries) for cage in planted.values()) > 450
    kept_in = [("no-biometrics", 2), ("identifiers-only", 1), ("photo-and-biographic", 10)]
    for by, kind in (*kept_in, *(("biometrics-only", kind) for kind in (1, 2, 9, 10, 13, 14, 15, 17, 19))):
        assert let_out(by, planted[kind])[1], (by, kind)
    for kind in (10, 13, 14, 15, 16, 17, 19):
        assert let_out("statistics", planted[kind])[0][kind], kind


def beside() -> Iterator[Cage]:
    aviary = Aviary(Random(21))
    yield from canaries.beside_fields(aviary)
    yield from canaries.unknown_records(aviary)


@pytest.mark.parametrize("by", SHIPPED)
def test_what_no_table_knows_goes(by: str) -> None:
    met = 0
    for cage in beside():
        (canary,) = cage.canaries
        assert canary.secret in cage.data
        try:
            redaction = redact(nistitl.read(cage.data), policy(by))
        except nistitl.ITLError as error:  # refused: nothing is written
            assert canary.secret.decode() not in str(error), canary.where
            continue
        assert canary.secret not in bytes(redaction.transaction), canary.where
        assert canary.secret.decode() not in repr(redaction.steps), canary.where
        met += 1
    assert met > 150


@pytest.mark.parametrize("kind", [3, 4, 5, 6, 8])
@pytest.mark.parametrize("by", SHIPPED)
def test_headers_of_binary_records_let_nothing_out(by: str, kind: int) -> None:
    cages = [*canaries.in_headers(kind, Aviary(Random(kind)))]
    if kind == 4:  # an image that tells its size and another one in the header
        cages += canaries.in_headers(kind, Aviary(Random(7)), planting.encoded("JPEGB"), codec=2)
    for cage in cages:
        (canary,) = cage.canaries
        assert canary.secret in cage.data
        try:
            redaction = redact(nistitl.read(cage.data), policy(by))
        except nistitl.ITLError:
            continue
        made = nistitl.read(bytes(redaction.transaction))
        assert not [record for record in made[kind] if canary.secret in bytes(record)[4:18]], canary.where
        assert canary.secret.decode() not in repr(redaction.steps)


SEEN = [  # policy, record type, and of how many places one is planted: where a policy reads no image a few will do
    ("biometrics-only", 14, 1), ("biometrics-only", 4, 3), ("statistics", 14, 1), ("statistics", 4, 3),
    ("photo-and-biographic", 10, 1), ("biometrics-only", 10, 8), ("sample", 14, 16), ("sample", 4, 16),
    ("identifiers-only", 14, 16), ("no-biometrics", 14, 16),
]  # fmt: skip


def test_every_policy_is_tried_on_images() -> None:
    assert {by for by, _, _ in SEEN} == set(SHIPPED)


@pytest.mark.parametrize("codec", canaries.PLANTERS)
@pytest.mark.parametrize(("by", "kind", "every"), SEEN)
def test_what_images_carry_goes(by: str, kind: int, every: int, codec: str) -> None:
    kept = met = 0
    for cage in canaries.on_the_side(codec, kind, Aviary(Random(3)), every):
        redaction = redact(nistitl.read(cage.data), policy(by))
        where = {one.at: one.where for one in cage.canaries}
        for record, origin in zip(redaction.transaction, redaction.origins, strict=True):
            assert not stands_in(cage.canaries[0].secret, bytes(record)), where.get(origin)
            kept += origin in where
        assert not stands_in(cage.canaries[0].secret, bytes(redaction.transaction))
        met += len(where)
    assert met >= (1 if codec == "NONE" else 100 if every == 1 else 8)
    if kind != 10 and by in ("biometrics-only", "statistics", "sample"):
        assert kept > met * 3 // 4 or codec == "NONE", "most are kept, without what they carried"


@pytest.mark.parametrize("kind", [11, 20, 21])
def test_what_sounds_carry_goes_where_a_row_keeps_them(kind: int, tmp_path: Path) -> None:
    by = tmp_path / "mine.toml"
    by.write_text(f'[records]\n"1 2 {kind}" = "keep"\n[fields]\n"@technical 1.@code {kind}.999" = "keep"\n')
    secret = planting.canary(Random(6))
    planted = [*planting.wave(WAVE, secret), *planting.mp3(MP3, secret)]
    for where, data in planted:
        tx = nistitl.read(small_transaction())
        tx.append(record_class(kind)(IDC=7))
        tx[kind][0].put(999, data)
        redaction = redact(nistitl.read(bytes(tx)), policy(by))
        assert not stands_in(secret, bytes(redaction.transaction)), where
        assert len(redaction.transaction[kind]) == 1, where
    assert len(planted) > 20


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
@pytest.mark.parametrize("by", SHIPPED)
def test_what_xml_says_beside_its_fields_goes(by: str, vocabulary: str) -> None:
    tx = canaries.transaction(14)
    document = bytes(tx.convert("xml", vocabulary).transaction)
    for cage in canaries.in_markup(document, Aviary(Random(4))):
        assert all(one.secret in cage.data for one in cage.canaries) and cage.canaries
        _, out = let_out(by, cage)
        assert [one.where for one in out] == []


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
@pytest.mark.parametrize("by", ["biometrics-only", "no-biometrics", "sample"])
def test_what_stands_within_values_of_xml_goes(by: str, vocabulary: str) -> None:
    document = bytes(canaries.transaction(14).convert("xml", vocabulary).transaction)
    every = 3 if (by, vocabulary) == ("biometrics-only", "niem2") else 10  # of each form some
    cages = [*canaries.in_prologue(document, Aviary(Random(9))), *canaries.in_values(document, Aviary(Random(8)))]
    cages = cages[:8] + cages[8::every]
    met = 0
    for cage in cages:
        (canary,) = cage.canaries
        assert cage.data != document
        try:
            redaction = redact(nistitl.read(cage.data), policy(by))
        except nistitl.ITLError as error:
            assert canary.secret.decode() not in str(error), canary.where
            continue
        assert canary.secret not in bytes(redaction.transaction), canary.where
        assert canary.secret.decode() not in repr(redaction.steps), canary.where
        met += 1
    assert met > len(cages) // 2
