"""The XML encoding: reading under each policy, validating, converting both ways; documents of both vocabularies."""

from __future__ import annotations

import re
from random import Random
from typing import get_args

import nistitl
from nistitl.model.context import Encoding
from nistitl.model.storage import Policy
from tests.fuzz import hostile

MOST = 40_000  # bytes of a seed
_ELEMENT = re.compile(rb"<([\w:.-]+)[^<>]*(?:/>|>[^<>]*</\1>)")
_TEXT = re.compile(rb"(?<=>)[^<>\s][^<>]*(?=<)")
_NAME = re.compile(rb"(?<=<)[\w:.-]+(?=[ >])")
_VALUES = (
    "", "0", "²", "١", "-1", "9" * 5000, "255", "x", "AF-1", "1,2-3,4", "&lt;&#13;&#10;", "true", "2020-13-45", "P1Y",
    "<a/>", "<![CDATA[x]]>", "<!--x-->", "A===", "2020-01-01T00:00:00+99:99", "FACE", "SCAR", "é", "0" * 400 + "x",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "&#0;", "<a>" * 100, 'xmlns:biom="urn:x"', "<?xml encoding='utf-7'?>",
)  # fmt: skip


def check(data: bytes) -> None:
    """The invariant on these bytes; anything but a quiet return is a violation."""
    try:
        tx = nistitl.read(data)
    except nistitl.ITLError:
        return
    assert bytes(tx) == data, "written is not what was read"
    assert all(finding.to_text() for finding in tx.findings)
    tx.validate()
    assert bytes(tx.copy()) == data, "a copy writes other bytes"
    for record in tx:
        record.texts()
        repr(record)
    for encoding in get_args(Encoding):
        _quietly(lambda encoding=encoding: bytes(tx.convert(encoding).transaction))
    for policy in get_args(Policy):
        _quietly(lambda policy=policy: bytes(nistitl.read(data, policy=policy)))


def _quietly(action: object) -> None:
    try:
        action()  # type: ignore[operator]
    except nistitl.ITLError:
        return


def seeds() -> list[bytes]:
    """The transactions of the other targets in XML, in both vocabularies, as far as they are small."""
    found = []
    for data in hostile.transactions():
        for vocabulary in ("niem2", "niem4"):
            try:
                document = bytes(nistitl.read(data).convert("xml", vocabulary).transaction)  # type: ignore[arg-type]
            except nistitl.ITLError:
                continue
            if len(document) < MOST:
                found.append(document)
    return found


def mutate(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    """Elements swapped, doubled, left out or of another document; values and names changed; a cut."""
    for _ in range(random.choice((1, 1, 2, 4))):
        pattern = random.choice((_ELEMENT, _ELEMENT, _TEXT, _TEXT, _NAME))
        spots = [*pattern.finditer(data)]
        others = [*pattern.finditer(random.choice(seeds))] if random.random() < 0.2 else spots
        if not spots or not others:
            return data
        here, there = random.choice(spots), random.choice(others)
        if random.random() < 0.03:
            return data[: here.start()]
        if here[0].startswith(b"<"):
            new = random.choice((b"", here[0] * 2, there[0], b"<x>" + here[0] + b"</x>"))
        elif pattern is _TEXT and random.random() < 0.7:
            new = random.choice(_VALUES).encode()
        else:
            new = there[0]
        data = data[: here.start()] + new + data[here.end() :]
    return data
