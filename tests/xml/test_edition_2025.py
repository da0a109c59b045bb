"""Fields of the edition of 2025 that no element says: they stand whole in our extension, are told, and come back."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from nistitl import Edition, Severity
from nistitl.cli import main
from nistitl.records import record_class
from tests.support.rule_cases import FIXTURES, changed

CODE = "xml-field-extended"
KINDS = (9, 10, 13, 14, 15)


def file(kind: int) -> Path:
    return FIXTURES / "records" / f"type{kind:02d}-0600.an2"


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_is_told_and_comes_back(kind: int, vocabulary: str) -> None:
    tx = nistitl.read(file(kind))
    conversion = tx.convert("xml", vocabulary)
    told = {f.location.field for f in conversion.losses if f.code == CODE and f.location.type == kind}
    new = {n for n, e in record_class(kind).elements.items() if e.since == Edition.E2025}
    assert new and new <= told and conversion.lost == ()
    assert {f.severity for f in conversion.losses} == {Severity.NOTE}
    back = nistitl.read(bytes(conversion.transaction))
    for record, other in zip(tx[kind], back[kind], strict=True):
        assert {n: bytes(record.raw(n) or b"") for n in new} == {n: bytes(other.raw(n) or b"") for n in new}
    assert bytes(back.convert("traditional").transaction) == bytes(tx)


@pytest.mark.parametrize("vocabulary", ["niem2", "niem4"])
def test_a_field_whose_items_grew_is_told_too(vocabulary: str) -> None:
    rows = [(2, "LQM", "2\x1f80\x1f00FE\x1f1\x1f2.0\x1fa note"), (3, "EFR", "https://example.org/1\x1fimage/png")]
    tx = changed("type13-0600", rows)
    conversion = tx.convert("xml", vocabulary)
    assert {"13.024", "13.994"} <= {f.location.path for f in conversion.losses if f.code == CODE}
    back = nistitl.read(bytes(conversion.transaction))
    assert back[13][0].LQM[0].QCM == "a note" and back[13][1].EFR.EFF == "image/png"


def test_nothing_is_told_of_older_editions() -> None:
    for path in ("type09-0502.an2", "type14-0502.an2"):
        losses = nistitl.read(FIXTURES / "records" / path).convert("xml").losses
        assert CODE not in {f.code for f in losses}


def test_the_command_prints_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(file(15)), str(tmp_path / "out.xml")]) == 0
    assert capsys.readouterr().err.count(CODE) == 3
