"""The page on profiles: every table of it works, the state's rules are tried both ways, every attribute is listed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nistitl
from ebts_profiles import FBI_10_0
from nistitl.cli import main
from nistitl.profiles.attributes import PROFILE, ROWS, SECTIONS
from nistitl.profiles.choice import named, proofread
from nistitl.wire.grammar import US
from tests.support.layers import tenprint
from tests.support.minimal import record
from tests.support.samples import ROOT

PAGE = (ROOT / "docs" / "profiles.md").read_text("utf-8")
TABLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
FREDONIA = TABLES[0]


@pytest.fixture(params=["fbi-ebts-10.0", "fbi-ebts-11.2"])
def fredonia(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "fredonia.toml"
    path.write_text(FREDONIA.replace('parent = "fbi-ebts-10.0"', f'parent = "{request.param}"'), "utf-8")
    return path


@pytest.mark.parametrize("at", range(len(TABLES)))
def test_each_table_of_the_page_is_right(tmp_path: Path, at: int) -> None:
    path = tmp_path / "table.toml"
    path.write_text(TABLES[at], "utf-8")
    misspelt, doubts = proofread(str(path))
    assert misspelt == [] and len(doubts) == (1 if at == 0 else 0), doubts


def test_each_section_and_attribute_stands_on_the_page() -> None:
    reference = PAGE.partition("## Reference")[2]
    for section in SECTIONS:
        assert f"`[{section}]`" in reference or f"`[{section}.NAME]`" in reference, section
    for attributes in (PROFILE, *ROWS.values()):
        assert [name for name in attributes if f"`{name}`" not in reference] == []


# -- the rules of the state -----------------------------------------------------------------------------


def submission(tot: str = "CARS", **fields: Any) -> nistitl.Transaction:
    """A submission that Fredonia takes, with fields of its Type-2 changed; None removes one."""
    given = {"8001": "AB-1234", "8002": "P", **({"37": "TESTING", "38": "20240314"} if tot == "NFUFS" else {})}
    tx = tenprint(tot)
    for one in [one for one in tx[14] if one.FGP[0] not in (13, 14)]:
        tx.remove(one)
    tx[1][0][13] = b"NORAM" + US + b"10.0"
    text = tx[2][0]
    text[84] = b"01\x1fUP\x1e06\x1fUP"  # the slaps show the other eight
    for number in (35, 36, 45, 47) if tot == "NFUFS" else ():
        del text[number]
    if tot == "CARS":
        tx.append(record(FBI_10_0, "CAR", 10, 20, IMT="FACE"))
    else:
        del given["8001"]
    for number, value in {**given, **{name[1:]: value for name, value in fields.items()}}.items():
        if value is None:
            text.put(int(number), None)
        else:
            text[int(number)] = value
    return tx


def errors(tx: nistitl.Transaction, by: Path) -> list[tuple[str, str]]:
    """Errors and warnings of Fredonia's rows: those that the least submission does not get."""
    report = tx.validate(str(by))
    return [(one.code, one.location.path) for one in (*report.errors, *report.warnings)]


def of_types(*kinds: int) -> Callable[[nistitl.Transaction], None]:
    def change(tx: nistitl.Transaction) -> None:
        for at, kind in enumerate(kinds):
            tx.append(record(FBI_10_0, "CAR", kind, 30 + at, **({"IMT": "FACE"} if kind == 10 else {})))
            if kind == 14:
                tx[14][-1]["14.011"] = "PNG"

    return change


def without_face(tx: nistitl.Transaction) -> None:
    tx.remove(tx[10][0])


def png_is(codec: str) -> Callable[[nistitl.Transaction], None]:
    def change(tx: nistitl.Transaction) -> None:
        tx[14][0]["14.011"] = codec

    return change


def card(**fields: int) -> Callable[[nistitl.Transaction], None]:
    def change(tx: nistitl.Transaction) -> None:
        tx.append(record(FBI_10_0, "CAR", 4, 30, **fields))

    return change


JUVENILE = {"t8003": "Y", "t8004": "DOE,JANE"}


@pytest.mark.parametrize("tot", ["CARS", "NFUFS"])
def test_what_the_state_takes_is_clean(fredonia: Path, tot: str) -> None:
    for fields in ({}, JUVENILE, {"t8003": "N"}, {"t31": "VIO"}, {"t41": "X" * 120}, {"t41": "X" * 10}, {"t27": "N68"},
                   {"t27": "410"}, {"t27": "000"}, {"t27": "711"}, {"t9": "AB12"}):  # fmt: skip
        assert errors(submission(tot, **fields), fredonia) == [], fields
    for agency in "SPC":
        assert errors(submission(tot, t8002=agency), fredonia) == []


@pytest.mark.parametrize(
    ("tot", "fields", "expected"),
    [
        ("CARS", {"t8001": None}, ("field-missing", "2.8001")),
        ("CARS", {"t8001": "AB1"}, ("value-length", "2.8001")),
        ("CARS", {"t8001": "A" * 13}, ("value-length", "2.8001")),
        ("CARS", {"t8001": "AB_12"}, ("value-characters", "2.8001")),
        ("NFUFS", {"t8001": "AB12"}, ("field-not-listed", "2.8001")),
        ("CARS", {"t8002": None}, ("field-missing", "2.8002")),
        ("NFUFS", {"t8002": None}, ("field-missing", "2.8002")),
        ("NFUFS", {"t8002": "X"}, ("value-code", "2.8002")),
        ("CARS", {"t8003": "X"}, ("value-code", "2.8003")),
        ("CARS", {"t8003": "Y"}, ("condition-needs", "2.8004")),
        ("NFUFS", {"t8003": "Y"}, ("condition-needs", "2.8004")),
        ("CARS", {**JUVENILE, "t8003": "N"}, ("condition-forbids", "2.8004")),
        ("NFUFS", {"t8004": "DOE,JANE"}, ("condition-forbids", "2.8004")),
        ("CARS", {**JUVENILE, "t8004": "X" * 51}, ("value-length", "2.8004")),
        ("CARS", {"t31": "PNK"}, ("value-code", "2.031")),
        ("CARS", {"t41": "X" * 9}, ("value-length", "2.041")),
        ("NFUFS", {"t41": "X" * 121}, ("value-length", "2.041")),
        ("CARS", {"t27": "409"}, ("value-range", "2.027")),
        ("CARS", {"t9": "ab12"}, ("value-form", "2.009")),
        ("CARS", {"t18": None}, ("field-missing", "2.018")),
    ],
)
def test_each_row_of_elements(fredonia: Path, tot: str, fields: dict[str, Any], expected: tuple[str, str]) -> None:
    assert errors(submission(tot, **fields), fredonia) == [expected]


@pytest.mark.parametrize(
    ("tot", "change", "expected"),
    [
        ("CARS", without_face, {"records-few"}),
        ("CARS", of_types(10), set()),
        ("NFUFS", of_types(10), {"record-not-listed"}),
        ("CARS", of_types(14, 14), {"records-many"}),
        ("NFUFS", of_types(14, 14), {"records-many"}),
        ("CARS", of_types(14), set()),
        ("CARS", of_types(15), {"record-not-listed"}),
        ("NFUFS", of_types(15), {"record-not-listed"}),
        ("CARS", of_types(9), {"record-not-listed"}),
        ("CARS", png_is("JP2"), {"value-code"}),
        ("CARS", png_is("WSQ20"), set()),
        ("CARS", card(HLL=500, CGA=6), set()),
        ("CARS", card(HLL=1000, CGA=1), set()),
        ("CARS", card(HLL=499, CGA=6), {"value-range"}),
        ("CARS", card(HLL=1001, CGA=6), {"value-range"}),
        ("CARS", card(HLL=500, CGA=0), {"value-code"}),
    ],
)
def test_each_row_of_records_and_fields(
    fredonia: Path, tot: str, change: Callable[[nistitl.Transaction], None], expected: set[str]
) -> None:
    tx = submission(tot)
    change(tx)
    of_rows = {"records-few", "records-many", "record-not-listed", "value-code", "value-range"}
    assert {code for code, _ in errors(tx, fredonia)} & of_rows == expected


def test_the_size_of_the_whole(fredonia: Path) -> None:
    tx = submission()
    room = 12_000_000 - len(bytes(tx))
    for more, expected in ((room - 200, set()), (room + 200, {"size-exceeded"})):
        other = submission()
        other[14][0]["14.999"] = bytes(other[14][0]["14.999"].raw) + b"\0" * more
        assert {code for code, _ in errors(other, fredonia)} & {"size-exceeded"} == expected
    assert named(str(fredonia)).max_size == 12_000_000


def test_answers_are_those_of_the_like(fredonia: Path) -> None:
    tots = named(str(fredonia)).tots
    assert (tots["CARS"].answers, tots["NFUFS"].errors) == (("SRES",), ("ERRS",))
    assert tots["SRES"].needs == tots["SRE"].needs and tots["ERRS"].needs == tots["ERRT"].needs
    assert tots["SRES"].answers_to == ("CARS", "NFUFS")


def test_the_sentences_that_are_told(fredonia: Path) -> None:
    told = {one.message for one in submission(t9="ab12", t8003="Y").validate(str(fredonia)).errors}
    assert told == {"OCA is upper case letters and digits", "A juvenile's guardian is named in GDN"}


def test_the_reports(fredonia: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.eft"
    submission(t27="409").write(path)
    for form, mark in (("html", "<html"), ("junit", "<testsuite"), ("json", '"ok": false')):
        out = tmp_path / f"report.{form}"
        assert main(["validate", str(path), "--profile", str(fredonia), "--format", form, "-o", str(out)]) == 1
        text = out.read_text("utf-8")
        assert mark in text and "value-range" in text and "SYNTHETIC,PERSON" not in text
    overlay = ["--profile", "fbi-ebts-11.2", "--overlay", str(fredonia)]
    assert main(["validate", str(path), *overlay]) == 1
