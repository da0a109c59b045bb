"""Sizes that receivers take: by name, by number, by a package from outside; to the byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nistitl
from nistitl.base import plugins
from nistitl.base.errors import ITLError
from nistitl.cli import main
from tests.support.reference_profiles import REFERENCE, needs_reference
from tests.support.samples import small_transaction

LIMITS = {"sis": 3_000_000, "ees": 5_332_000}


def sized(count: int, ver: str = "0502") -> nistitl.Transaction:
    """A transaction of so many bytes."""
    tx = nistitl.read(small_transaction())
    tx.records[0]["1.002"] = ver
    more = 0
    while (now := sum(map(len, tx.pieces()))) != count:
        more += count - now
        tx[14][0]["14.999"] = bytes(1024 + more)
    return nistitl.read(bytes(tx))


def told(tx: nistitl.Transaction, limit: str | int, level: int = 2) -> list[str]:
    return [one.message for one in tx.validate(limit=limit, level=level).errors if one.code == "size-exceeded"]


@needs_reference
def test_the_sizes_are_those_of_the_reference() -> None:
    stated = json.loads((REFERENCE / "other" / "gsat.json").read_text("utf-8"))["sizes"]
    assert {"sis": stated["SIS_kB"] * 1000, "ees": stated["EES_kB"] * 1000} == LIMITS


@pytest.mark.parametrize("ver", ["0200", "0502"])
@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_by_name(name: str, ver: str) -> None:
    most = LIMITS[name]
    for level in (1, 2):
        assert told(sized(most, ver), name, level) == []
        (message,) = told(sized(most + 1, ver), name, level)
        assert f"has {most + 1} bytes, {most} are the most by {name.upper()}" in message
    assert told(sized(most), name.upper()) == [] != told(sized(most + 1), name.upper())
    (finding,) = sized(most + 1).validate(limit=name).filter(code="size-exceeded")
    assert "TR-03122-3" in finding.clause and finding.location.record == 0


@pytest.mark.parametrize("limit", [4000, "4000", "4 kB", "4kB", "4000 B"])
def test_a_limit_by_number(limit: str | int) -> None:
    assert told(sized(4000), limit) == []
    assert told(sized(4001), limit) == [
        "the transaction has 4001 bytes, 4000 are the most by the limit that was asked for"
    ]


def test_a_limit_stands_beside_that_of_a_profile(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[profile]\nparent = "fbi-ebts-10.0"\nmax_size = 3500\n')
    found = sized(4001).validate(str(tmp_path / "mine.toml"), limit=4000).filter(code="size-exceeded")
    assert len(found) == 2


def test_damaged_and_edited_transactions_have_a_size_too() -> None:
    data = bytes(sized(4001))
    assert len(told(nistitl.read(data[data.index(b"\x1c") + 1 :]), 100)) == 1, "without a Type-1"
    tx = nistitl.read(bytes(sized(4000)))
    tx[14][0]["14.020"] = "longer"
    assert told(tx, 4000) == [] and tx.as_written() is not tx
    tx[14][0]["14.020"] = "longer by more than it was"
    assert len(told(tx, 4000)) == 1


@pytest.mark.parametrize("limit", ["", "si", "sis.", "-1", 0, -5, "0", "12 XB", "1e99"])
def test_what_is_no_limit_is_refused(limit: str | int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(nistitl.ITLError, match="limit"):
        told(sized(4000), limit)
    path = tmp_path / "x.eft"
    path.write_bytes(bytes(sized(4000)))
    assert main(["validate", str(path), f"--limit={limit}"]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("nistitl: ") and "limit" in captured.err


def test_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.eft"
    path.write_bytes(bytes(sized(3_000_001)))
    assert main(["validate", str(path), "--limit", "ees"]) == 0
    assert main(["validate", str(path), "--limit", "5000000"]) == 0
    capsys.readouterr()
    for form in ("text", "json", "html", "junit"):
        assert main(["validate", str(path), "--limit", "sis", "--format", form]) == 1
        assert "3000001 bytes, 3000000 are the most by SIS" in capsys.readouterr().out


def test_a_package_offers_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "_PROVIDED", {name: dict(points) for name, points in plugins._PROVIDED.items()})
    plugins.provide(plugins.LIMITS, {"portal": "tests.profiles.test_limits:PORTAL", "sis": "nowhere:NONE"})
    try:
        assert told(sized(4000), "portal") == ["the transaction has 4000 bytes, 3999 are the most by the portal"]
        assert told(sized(4000), "sis") == []
    finally:
        monkeypatch.undo()
        plugins.forget()


def __getattr__(name: str) -> object:
    if name == "PORTAL":
        from nistitl.profiles.limits import Limit

        return Limit("the portal", 3999)
    raise AttributeError(name)


@pytest.mark.parametrize("asked", [1.5, float("nan"), float("inf"), b"sis", [], {}, True, False])
def test_a_limit_that_is_no_limit_is_our_own_error(asked: object) -> None:
    with pytest.raises(ITLError, match="expected a name, a size such as 12 MB, or a whole number"):
        nistitl.read(small_transaction()).validate(limit=asked)  # type: ignore[arg-type]


def test_a_whole_number_is_a_limit_however_it_is_given() -> None:
    tx = nistitl.read(small_transaction())
    for most, found in ((1.0, 1), (5e6, 0)):
        report = tx.validate(limit=most)  # type: ignore[arg-type]
        assert len(report.filter(code="size-exceeded")) == found
