"""Layers add up: rules, domains, versions; transaction types that are like others, and words for one's own types."""

from __future__ import annotations

from pathlib import Path

import pytest

import ebts_profiles
import nistitl
from nistitl.base.findings import Severity
from nistitl.profiles import ProfileError
from nistitl.profiles.choice import named
from nistitl.profiles.spans import closed, interval, size, span
from nistitl.validation import Problem, Rules, ValidationContext, rule
from tests.support.layers import FBI, found, layer, profile, tenprint
from tests.support.samples import ROOT


@rule("of-the-state", types=(), clause="the state")
def of_the_state(context: ValidationContext) -> list[Problem]:
    """A rule that always finds something, and tells the type that it was given."""
    return [Problem(f"{context.tot} of {context.stated_tot}", record=0)]


RULES = Rules("state", (of_the_state,))
MINE = 'rules = ["tests.profiles.test_adding:RULES"]\n'
BAD = {"t2_027": "599", "t2_018": "DOE, JOHN"}


def test_rules_of_a_layer_come_beside_those_of_its_parent(tmp_path: Path) -> None:
    mine = profile(tmp_path, MINE)
    wrong = found(tenprint(**BAD), FBI)
    assert len(wrong) == 2
    assert sorted(found(tenprint(**BAD), mine)) == sorted([*wrong, ("of-the-state", "")])
    assert sorted(found(tenprint(**BAD), FBI, layer(tmp_path, MINE, parent=None))) == sorted(
        [*wrong, ("of-the-state", "")]
    )


def test_rules_are_taken_away_by_name_or_all(tmp_path: Path) -> None:
    gone = profile(tmp_path, 'remove_rules = ["*"]\n' + MINE)
    assert found(tenprint(**BAD), gone) == [("of-the-state", "")]
    one = profile(tmp_path, 'remove_rules = ["ebts_profiles.fbi.rules:RULES"]\n')
    assert found(tenprint(**BAD), one) == []


def test_domains_and_versions_add_up_in_order_once(tmp_path: Path) -> None:
    mine = profile(tmp_path, 'domains = ["FREDONIA", "NORAM"]\nversions = ["1.0"]\nremove_versions = ["EBTS 9.4"]\n')
    assert mine.domains == ("NORAM", "FREDONIA") and mine.versions == ("EBTS 10.0", "1.0")


def test_what_our_own_layers_replace_is_as_it_was() -> None:
    assert ebts_profiles.FBI_9_1.versions == ("EBTS 9.1",)
    assert ebts_profiles.FBI_11_2.versions == ("EBTS 11.2", "EBTS 11.1", "EBTS 11.0")
    for one, suffix in ((ebts_profiles.FBI_9_1, "9.1"), (ebts_profiles.FBI_11_2, "11.2")):
        named_rules = [rule.name for rule in one.rules if rule.name.startswith("fbi ")]
        assert named_rules and all(name.endswith(suffix) for name in named_rules)


# -- like ---------------------------------------------------------------------------------------

LIKE = """
[tots]
CARS = { name = "Ours", like = "CAR", answers = "SRES" }
SRES = { like = "SRE" }
ERRS = { like = "ERRT" }
"""


def test_a_type_is_like_another(tmp_path: Path) -> None:
    mine = profile(tmp_path, LIKE)
    car, cars = mine.tots["CAR"], mine.tots["CARS"]
    assert (cars.records, cars.needs, cars.errors, cars.direction) == (
        car.records,
        car.needs,
        car.errors,
        car.direction,
    )
    assert (cars.name, cars.answers, mine.tots["SRES"].answers_to) == ("Ours", ("SRES",), ("CARS",))
    assert cars.needs["NAM"].condition == "M"
    assert found(tenprint("CARS"), mine) == []
    assert found(tenprint("CARS", t2_018=None), mine) == [("field-missing", "2.018")]
    assert "tot-unknown" in dict(found(tenprint("CARS"), FBI))


def test_the_rules_keyed_by_type_hold(tmp_path: Path) -> None:
    """The FBI asks of a CAR that every finger is there or told of in AMP, and knows no CARS."""
    mine = profile(tmp_path, LIKE)
    slaps = tenprint("CARS")
    for record in [one for one in slaps[14] if one.FGP[0] in (1, 11, 15)]:
        slaps.remove(record)
    assert [code for code, _ in found(slaps, mine)] == ["fingers-missing"]
    assert "fingers-missing" not in dict(found(slaps, FBI))
    told = tenprint("CARS").validate(profile(tmp_path, MINE + LIKE)).filter(code="of-the-state")
    assert [one.message for one in told] == ["CAR of CARS"]


def test_likeness_goes_on(tmp_path: Path) -> None:
    mine = profile(tmp_path, LIKE + 'CARSXX = { like = "CARS", errors = "ERRS" }\n[mandatory]\nCARS = "SSD"\n')
    six = mine.tots["CARSXX"]
    assert (six.likeness, six.answers, six.errors) == (("CAR", "CARS", "CARSXX"), ("SRES",), ("ERRS",))
    assert six.needs["SSD"].condition == "M" and mine.tots["CAR"].needs["SSD"].condition == "O"


def test_own_words_win_over_those_of_the_like(tmp_path: Path) -> None:
    words = '[records]\nCARS = "14:0-3"\n[optional]\nCARS = "NAM"\n[forbidden]\nCARS = "SOC"\n'
    mine = profile(tmp_path, LIKE + words)
    car, cars = mine.tots["CAR"], mine.tots["CARS"]
    counts = {one.types: one.most for one in cars.records}
    assert counts[14,] == 3 and counts[10,] == 25 and {one.types: one.most for one in car.records}[14,] == 46
    assert cars.needs["NAM"].condition == "O" and car.needs["NAM"].condition == "M"
    assert "SOC" not in cars.needs and "SOC" in car.needs


def test_certainty_is_that_of_the_like(tmp_path: Path) -> None:
    mine = profile(tmp_path, '[tots]\nAA = { like = "CAR" }\nBB = { like = "FVR" }\nCC = {}\n', parent="fbi-ebts-11.2")
    assert (mine.tots["AA"].sure, mine.tots["BB"].sure, mine.tots["CC"].sure) == (True, False, True)


def test_fields_of_some_types_hold_for_what_is_like_them(tmp_path: Path) -> None:
    base = layer(tmp_path, LIKE + '[fields]\n"14.011" = { codes = "NONE", tots = "CAR" }\n', "base")
    mine = profile(tmp_path, "", parent=str(base))
    assert ("value-code", "14.011") in found(tenprint("CARS"), mine)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('AA = { like = "AA" }', "AA -> AA leads back to itself"),
        ('AA = { like = "BB" }\nBB = { like = "AA" }', "leads back to itself"),
        ('AA = { like = "CARX" }', "there is no transaction type 'CARX' (did you mean 'CAR'?)"),
    ],
)  # fmt: skip
def test_a_like_that_cannot_be_is_refused(tmp_path: Path, rows: str, expected: str) -> None:
    with pytest.raises(ProfileError) as caught:
        profile(tmp_path, f"[tots]\n{rows}\n")
    assert expected in str(caught.value) and "mine.toml, line 5" in str(caught.value)


def test_own_stands_for_the_types_that_this_layer_adds(tmp_path: Path) -> None:
    base = layer(tmp_path, LIKE + '[mandatory]\nown = "SSD?"\nSRES = "TAA"\n[records]\nown = "15:none"\n', "base")
    mine = profile(tmp_path, '[tots]\nNEW = { like = "CAR" }\n[mandatory]\nown = "PHT"\n', parent=str(base))
    asked = {tot.code for tot in mine.tots.values() if "SSD" in tot.needs and not tot.needs["SSD"].sure}
    assert asked == {"CARS", "SRES", "ERRS"}
    assert [tot.code for tot in mine.tots.values() if tot.needs.get("PHT", (None,))[0] == "M"] == ["NEW"]
    assert (15,) not in {one.types for one in mine.tots["CARS"].records}
    assert (15,) in {one.types for one in mine.tots["CAR"].records}


def test_a_key_names_several_types(tmp_path: Path) -> None:
    mine = profile(tmp_path, '[mandatory]\n"CAR NFUF" = "SSD"\n[records]\n"CAR NFUF" = "14:0-3"\n')
    assert all(mine.tots[tot].needs["SSD"].condition == "M" for tot in ("CAR", "NFUF"))
    with pytest.raises(ProfileError, match="SSD stands twice"):
        profile(tmp_path, '[mandatory]\n"CAR NFUF" = "SSD"\n[optional]\nCAR = "SSD"\n')


def test_a_type_is_as_long_as_its_authority_wants(tmp_path: Path) -> None:
    mine = profile(tmp_path, LIKE + 'NYCARS = { like = "CAR" }\n')
    old = tenprint("NYCARS")
    old[1][0].VER = "0400"
    assert ("value-length", "1.004") not in found(old, mine)
    assert ("value-length", "1.004") in found(old, FBI)


# -- spans and sizes ------------------------------------------------------------------------------


def test_open_sides_are_those_below(tmp_path: Path) -> None:
    assert [span(text) for text in ("3-9", "9", "10-", "-9", "10-*")] == [(3, 9), (9, 9), (10, -1), (-1, 9), (10, None)]
    assert closed(span("10-"), (1, 120)) == (10, 120) and closed(span("-9"), (3, 120)) == (3, 9)
    assert interval("10-") == interval("10-*") == (10, None) and interval("-9") == (0, 9)
    mine = profile(tmp_path, '[type2]\n"2.041" = { length = "10-" }\n')
    assert found(tenprint(t2_041="X" * 120), mine) == found(tenprint(t2_041="X" * 10), mine) == []
    assert (
        found(tenprint(t2_041="X" * 9), mine) == found(tenprint(t2_041="X" * 121), mine) == [("value-length", "2.041")]
    )
    free = profile(tmp_path, '[type2]\n"2.041" = { length = "10-*" }\n')
    assert found(tenprint(t2_041="X" * 500), free) == []


def test_open_sides_of_counts_and_words(tmp_path: Path) -> None:
    mine = profile(
        tmp_path, '[records]\nCAR = "14:2-"\n[mandatory]\nCAR = "FBI:1-:3-"\n[fields]\n"14.004" = { length = "10-" }\n'
    )
    count = next(one for one in mine.tots["CAR"].records if one.types == (14,))
    assert (count.least, count.most) == (2, 46)
    assert mine.tots["CAR"].needs["FBI"][:3] == ("M", (1, 5), (3, 9))
    assert mine.layer.fields["14.004"]["length"] == "10-35"


def test_a_span_that_ends_before_it_begins_on_its_parent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"mine\.toml, line 5: \[type2\] 2\.041: .*200-.* on 1-120"):
        profile(tmp_path, '[type2]\n"2.041" = { length = "200-" }\n')


@pytest.mark.parametrize(
    ("text", "most"), [('"12 MB"', 12_000_000), ('"12 MiB"', 12 * 2**20), ("12", 12), ('"1.5kB"', 1500), ('"7"', 7)]
)
def test_sizes_take_units(tmp_path: Path, text: str, most: int) -> None:
    assert profile(tmp_path, f"max_size = {text}\n").max_size == most


def test_a_size_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="'12 Mb' is no size such as 12 MB"):
        profile(tmp_path, 'max_size = "12 Mb"\n')
    assert size("3 B") == 3
    whole = len(bytes(tenprint()))
    assert found(tenprint(), profile(tmp_path, f"max_size = {whole}\n")) == []
    assert found(tenprint(), profile(tmp_path, f"max_size = {whole - 1}\n")) == [("size-exceeded", "")]
    assert named(FBI).max_size is None


@pytest.mark.parametrize("parent", ["fbi-ebts-10.0", "fbi-ebts-11.2"])
def test_what_a_type_says_itself_is_certain(parent: str, tmp_path: Path) -> None:
    """Whether what is taken over from another type warns or not, what the bureau's own words say is certain."""
    path = tmp_path / "state.toml"
    path.write_text(
        f'[profile]\nname = "state"\nparent = "{parent}"\n'
        '[type2]\n"2.8001" = { mnemonic = "BKN", name = "Booking", type = "AN", length = "4-12" }\n'
        '[tots]\nSTAX = { like = "FVR" }\n[records]\nSTAX = "14:0-3 10:none"\n[mandatory]\nSTAX = "BKN"\n'
    )
    tx = nistitl.read(ROOT / "fixtures" / "tenprint-type14.eft")
    tx.records[0]["1.004"] = "STAX"
    tx.append(nistitl.Type10(IDC=90, IMT="FACE", SRC="X", PHD="20200101"))
    found = {(f.code, f.location.field): f.severity for f in tx.validate(str(path))}
    errors = {place for place, severity in found.items() if severity is Severity.ERROR}
    assert {("records-many", None), ("record-not-listed", None), ("field-missing", 8001)} <= errors
