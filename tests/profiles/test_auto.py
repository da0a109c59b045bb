"""Which profile `auto` picks: DOM's version by its number first, and no state's package changes what the FBI's get."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nistitl
from nistitl.base import plugins
from nistitl.base.findings import Severity
from nistitl.model.dictionaries import dictionary_of_domain
from nistitl.wire.grammar import US
from tests.support.layers import layer, tenprint

STATE = """
from pathlib import Path
from nistitl.profiles import TableProfile
PROFILE = TableProfile(Path(__file__).parent / "{name}.toml")
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A function that installs the package of a state; its layer is given."""

    def installed(text: str, name: str = "mine", parent: str | None = "fbi-ebts-10.0") -> None:
        folder = tmp_path / f"the_{name}"
        folder.mkdir()
        layer(folder, text, name, parent)
        (folder / "__init__.py").write_text(STATE.format(name=name))
        info = tmp_path / f"the_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: the-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[nistitl.profiles]\n{name} = the_{name}:PROFILE\n")
        if str(tmp_path) not in sys.path:
            sys.path.insert(0, str(tmp_path))
        plugins.forget()

    monkeypatch.setattr(sys, "path", [*sys.path])
    yield installed
    monkeypatch.undo()
    plugins.forget()
    for module in [name for name in sys.modules if name.startswith("the_")]:
        del sys.modules[module]


def picked(domain: str | None, ver: str = "0502", tot: str = "CAR") -> str | None:
    """What is picked for a tenprint that says so of itself."""
    tx = tenprint(tot, t1_002=ver, t1_013=domain.encode().replace(b"|", US) if domain else None)
    return tx.validate("auto").profile


@pytest.mark.parametrize(
    ("domain", "ver", "expected"),
    [
        ("NORAM|10.0", "0502", "fbi-ebts-10.0"), ("NORAM|EBTS 10.0", "0502", "fbi-ebts-10.0"),
        ("NORAM|EBTS10", "0502", "fbi-ebts-10.0"), ("NORAM|11.2", "0400", "fbi-ebts-11.2"),
        ("NORAM|9.1", "0502", "fbi-ebts-9.1"), ("NORAM|EBTS 9.4", "0502", "fbi-ebts-10.0"),
        ("NORAM|EBTS 11.0", "0300", "fbi-ebts-11.2"), ("INT-I|6.0", "0400", "int-i-6.0"),
        ("INT-I|06.00", "0400", "int-i-6.0"), ("INT-I|5.03", "0502", "int-i-5.03"),
    ],
)  # fmt: skip
def test_the_version_of_the_domain_beats_the_rest(domain: str, ver: str, expected: str) -> None:
    assert picked(domain, ver) == expected


def test_a_version_that_nobody_has_speaks_for_nobody() -> None:
    assert picked("NORAM|EBTS 12.0", "0400") == picked("NORAM", "0400")


@pytest.mark.parametrize(
    ("domain", "ver", "tot", "expected"),
    [
        (None, "0500", "CAR", "fbi-ebts-11.2"), ("NORAM", "0501", "CAR", "fbi-ebts-11.2"),
        (None, "0502", "CARC", "fbi-ebts-11.2"), (None, "0600", "CAR", "fbi-ebts-11.2"),
        ("NORAM|EBTS 7.1", "0502", "IIIS", "fbi-ebts-11.2"), (None, "0400", "CAR", "fbi-ebts-9.1"),
        ("NORAM", "0200", "DSPE", "fbi-ebts-9.1"), (None, "0300", "RBE", "fbi-ebts-9.1"),
        (None, "0100", "CAR", "fbi-ebts-9.1"), ("NORAM|10.0", "0600", "CAR", "fbi-ebts-10.0"),
        ("NORAM|8.001", "0400", "CAR", "fbi-ebts-8.001"), ("NORAM|EBTS 8.001", "0502", "IIIS", "fbi-ebts-8.001"),
    ],
)  # fmt: skip
def test_without_a_version_ver_decides_for_the_fbi(domain: str | None, ver: str, tot: str, expected: str) -> None:
    """Also where the type is one of another version."""
    assert picked(domain, ver, tot) == expected


def test_an_edition_that_nobody_confirms_is_a_warning() -> None:
    """Of 0600 nobody says that the FBI takes it; a layer that names its own editions takes those alone."""
    (told,) = tenprint(t1_002="0600").validate("auto").filter(code="profile-edition")
    assert (told.severity, told.location.path) == (Severity.WARNING, "1.002")
    (told,) = tenprint(t1_002="0400").validate("fbi-ebts-11.2").filter(code="profile-edition")
    assert told.severity is Severity.ERROR


def test_a_layer_with_editions_of_its_own_doubts_none_of_its_parent_s(tmp_path: Path) -> None:
    mine = layer(tmp_path, 'editions = ["0502"]\n', parent="fbi-ebts-11.2")
    (told,) = tenprint(t1_002="0600").validate(str(mine)).filter(code="profile-edition")
    assert told.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("version", "near"), [("EBTS 8.1", True), ("8.1", True), ("8.001", False), ("EBTS 8.001", False)]
)
def test_a_version_whose_text_is_not_public_finds_the_one_near_it(version: str, near: bool) -> None:
    tx = tenprint(t1_002="0400", t1_013=b"NORAM" + US + version.encode())
    report = tx.validate("auto")
    (told,) = report.filter(code="profile-chosen")
    assert report.profile == "fbi-ebts-8.001" and ("whose own rules are not known" in told.message) is near


@pytest.mark.parametrize(
    ("domain", "expected", "near", "unknown"),
    [
        ("NORAM|10.0.8", "fbi-ebts-10.0", False, False), ("NORAM|EBTS 10.0.2", "fbi-ebts-10.0", False, False),
        ("NORAM|11.2.1", "fbi-ebts-11.2", False, False), ("NORAM|9.1.4", "fbi-ebts-9.1", False, False),
        ("NORAM|8", "fbi-ebts-8.001", False, False), ("NORAM|EBTS 9", "fbi-ebts-9.1", False, False),
        ("NORAM|10", "fbi-ebts-10.0", False, False), ("NORAM|11", "fbi-ebts-11.2", False, False),
        ("NORAM|8.1.0", "fbi-ebts-8.001", True, False), ("DoD EBTS|4.0", "dod-ebts-4.1", True, False),
        ("NORAM|11.3", "fbi-ebts-11.2", False, True), ("NORAM|9.0", "fbi-ebts-9.1", False, True),
        ("NORAM|9.3", "fbi-ebts-9.1", False, True), ("NORAM|EBTS 9.5", "fbi-ebts-10.0", False, True),
        ("NORAM|8.002", "fbi-ebts-8.001", False, True), ("DoD EBTS|3.0", "dod-ebts-4.1", False, True),
        ("EBTS|11.2", "dod-ebts-1.2", False, True), ("NORAM|11,2", "fbi-ebts-9.1", False, True),
        ("NORAM|12.0", "fbi-ebts-9.1", False, True), ("NORAM|EFTS 7.1", "fbi-ebts-9.1", False, True),
        ("INT-I|4.22", "int-i-5.03", False, True), ("NORAM", "fbi-ebts-9.1", False, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ver", ["0400"])
def test_a_version_that_no_profile_has_is_told(domain: str, ver: str, expected: str, near: bool, unknown: bool) -> None:
    """Of a version the third number counts corrections; a first number alone speaks for its edition."""
    report = tenprint(t1_002=ver, t1_013=domain.encode().replace(b"|", US)).validate("auto")
    (chosen,) = report.filter(code="profile-chosen")
    told = report.filter(code="profile-version")
    assert report.profile == expected and ("whose own rules are not known" in chosen.message) is near
    assert [(one.severity, one.location.path) for one in told] == [(Severity.WARNING, "1.013")] * unknown
    assert not any(value in one.message for one in told for value in ("12.0", "11,2"))


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("noram|11.2", "fbi-ebts-11.2"), ("NORAM |9.1", "fbi-ebts-9.1"), ("int-i|6.0", "int-i-6.0"),
     ("DOD EBTS|4.1", "dod-ebts-4.1"), ("nato", "nato-stanag-4715")],
)  # fmt: skip
def test_a_domain_is_known_in_capital_and_small_letters(domain: str, expected: str) -> None:
    tx = tenprint(t1_002="0502", t1_013=domain.encode().replace(b"|", US))
    report = tx.validate("auto")
    (told,) = report.filter(code="profile-domain")
    assert report.profile == expected and "spelt otherwise" in told.message


def test_a_dictionary_is_found_by_a_domain_in_any_letters() -> None:
    assert dictionary_of_domain("nato ") is dictionary_of_domain("NATO") is not None


STATES = (
    "", 'versions = ["EBTS 10.0", "EBTS 11.2"]\n', 'domains = ["NORAM"]\n', 'editions = ["0502"]\n',
    'authority = "State"\neditions = ["0502"]\ndomains = ["NORAM", "FREDONIA"]\n', 'remove_domains = ["*"]\n',
)  # fmt: skip


@pytest.mark.parametrize("text", STATES)
@pytest.mark.parametrize("parent", ["fbi-ebts-10.0", "fbi-ebts-11.2", None])
def test_an_installed_state_changes_nothing_for_the_fbi(state, text: str, parent: str | None) -> None:  # type: ignore[no-untyped-def]
    spoken = [(domain, ver) for domain in (None, "NORAM", "NORAM|10.0", "NORAM|11.2") for ver in ("0400", "0502")]
    before = [picked(*one) for one in spoken]
    types = '[tots]\nCAR = { like = "NFUF" }\n' if parent else "[tots]\nCAR = {}\n"
    state(text + types, parent=parent)
    assert [picked(*one) for one in spoken] == before
    assert "mine" not in before and nistitl.read(bytes(tenprint())).validate("mine").profile == "mine"


def test_a_state_is_chosen_where_its_own_domain_speaks(state) -> None:  # type: ignore[no-untyped-def]
    assert picked("FREDONIA|1.0") is None
    state('domains = ["FREDONIA"]\nversions = ["1.0"]\n')
    assert picked("FREDONIA|1.0") == picked("FREDONIA") == "mine"


def test_a_domain_that_a_state_has_from_below_keeps_its_dictionary(state) -> None:  # type: ignore[no-untyped-def]
    before = dictionary_of_domain("NATO")
    state("", parent="nato-stanag-4715")
    assert before is not None and dictionary_of_domain("NATO") is before


def test_what_was_chosen_is_a_note() -> None:
    (told,) = tenprint(t1_013=b"NORAM" + US + b"10.0").validate("auto").filter(code="profile-chosen")
    assert told.severity is Severity.NOTE and "the version in 1.013 DOM" in told.message
