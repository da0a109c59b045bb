"""Rules in Python of one's own: they see the dictionary of the profile that validates, and say so where they fail."""

from __future__ import annotations

import pytest

import nistitl
from nistitl.base.errors import ITLError
from nistitl.cli import main
from nistitl.profiles.profile import TableProfile, overlaid
from nistitl.validation import Problem, RecordView, Rules, rule
from tests.support.layers import FBI, found, layer, profile, tenprint

OWN = """[type2]
"2.8001" = { mnemonic = "BKN", name = "Booking number", type = "ANS", length = "4-12" }
"2.8002" = { mnemonic = "DATES", name = "Dates", type = "N", length = "4", occurs = "1-3" }
[optional]
CAR = "BKN DATES"
"""
RULED = 'rules = ["tests.profiles.test_rules_of_users:BOOKED"]\n' + OWN


@rule("booked", types=(2,), clause="the state")
def booked(view: RecordView) -> object:
    if not view.has("BKN"):
        yield Problem("no BKN", view.number("BKN"))
    elif view.value("BKN") != "AB12" or [one for _, one in view.subfields("DATES")] != ["2401", "2402"]:
        yield Problem("another BKN", view.number("BKN"))
    elif view.count("DATES") != 2:
        yield Problem("other DATES", view.number("DATES"))


@rule("read", types=(2,), reads="BKN", starts="BKN", clause="the state")
def read(view: RecordView) -> object:
    yield Problem("BKN was read", view.number("BKN"))


BOOKED, READ = Rules("booked", (booked,)), Rules("read", (read,))
RIGHT = {"t2_8001": "AB12", "t2_8002": [b"2401", b"2402"]}


def rightly() -> nistitl.Transaction:
    return tenprint(t2_8001=b"AB12", t2_8002=b"2401\x1e2402")


@pytest.mark.parametrize("known", [None, FBI])
def test_rules_see_the_dictionary_of_the_profile_that_validates(tmp_path, known: str | None) -> None:  # type: ignore[no-untyped-def]
    mine = profile(tmp_path, RULED)
    for tx, expected in (
        (tenprint(), [("booked", "2.8001")]),
        (tenprint(t2_8001="XY12"), [("booked", "2.8001")]),
        (rightly(), []),
    ):
        tx.profile = known
        assert found(tx, mine) == expected
        assert found(tx, FBI, layer(tmp_path, RULED, parent=None)) == expected


def test_what_level_1_found_wrong_has_no_value(tmp_path) -> None:  # type: ignore[no-untyped-def]
    mine = profile(tmp_path, RULED)
    assert found(tenprint(t2_8001="AB1"), mine) == [("value-length", "2.8001")]


def test_own_mnemonics_start_rules(tmp_path) -> None:  # type: ignore[no-untyped-def]
    mine = profile(tmp_path, 'rules = ["tests.profiles.test_rules_of_users:READ"]\n' + OWN)
    assert found(tenprint(), mine) == [] and found(rightly(), mine) == [("read", "2.8001")]
    assert found(tenprint(t2_8001="AB1"), mine) == [("value-length", "2.8001")]
    with pytest.raises(ITLError, match="the rule 'read' names BKN: Type-2 has no such field in the dictionary"):
        tenprint().validate(FBI, rules=[READ])


# -- rules that fail --------------------------------------------------------------------------------


def failing(kind: str, types: tuple[int, ...]) -> object:
    @rule("of the state", types=types, clause="the state")
    def fails(subject: object) -> object:
        view = subject if types else subject.of(2).__next__()  # type: ignore[attr-defined]
        if kind == "raises":
            raise ValueError(bytes(view.record.raw(18)).decode())  # type: ignore[attr-defined]
        if kind == "unknown":
            view.value("NOPE")  # type: ignore[attr-defined]
        return {"none": None, "text": ["x"], "field": [Problem("x", "18")], "record": [Problem("x", record="1")]}[kind]  # type: ignore[arg-type]

    return fails


@pytest.mark.parametrize("types", [(2,), ()])
@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("raises", "ValueError in tests.profiles.test_rules_of_users.failing.<locals>.fails, line "),
        ("unknown", "has no field NOPE"),
        ("none", "TypeError"),
        ("text", "it gives a str, expected a Problem"),
        ("field", "a problem of it has a str as field, expected a number"),
        ("record", "as record, expected a number"),
    ],
)
def test_an_error_in_a_rule_is_told_without_values(kind: str, why: str, types: tuple[int, ...]) -> None:
    with pytest.raises(ITLError) as caught:
        tenprint().validate(FBI, rules=[failing(kind, types)])  # type: ignore[list-item]
    message = str(caught.value)
    place = "record 1 (Type-2)" if types else "the transaction"
    assert message.startswith(f"the rule 'of the state' of fbi-ebts-10.0 fails at {place}: ") and why in message
    assert "SYNTHETIC" not in message and caught.value.__cause__ is None and caught.value.__suppress_context__


FAILS = Rules("fails", (failing("raises", (2,)),))  # type: ignore[arg-type]


def test_the_command_tells_it_in_a_line(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    path = layer(tmp_path, 'rules = ["tests.profiles.test_rules_of_users:FAILS"]\n')
    assert main(["validate", "fixtures/tenprint-type14.eft", "--profile", str(path)]) == 2
    said = capsys.readouterr()
    assert "the rule 'of the state' of mine fails at record 1 (Type-2): ValueError" in said.err + said.out
    assert "SYNTHETIC" not in said.err + said.out
    assert overlaid(TableProfile(path), path.parent / "mine.toml").name == "mine + mine"
