"""An edition is added by facts alone: an invented one, put into a copy of the library, is read and checked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.samples import ROOT

# file below nistitl/, what stands there, what stands there then; an empty first text: a file of its own
FACTS = [
    ("base/editions.py", "    E2025 = 600\n", "    E2025 = 600\n    E2031 = 700\n"),
    ("base/editions.py", "E2015, E2025 = Edition", "E2015, E2025, E2031 = Edition"),
    ("base/editions.py", "frozenset({Edition.E2025})", "frozenset({Edition.E2025, Edition.E2031})"),
    ("base/editions.py", "_TITLES = {\n", '_TITLES = {\n    Edition.E2031: "ANSI/NIST-ITL 1-2031",\n'),
    (
        "records/known/0700.tsv",
        "",
        "paths\tgrade\tsource\tsays\n"
        "14.033\tcertain\tNIST\tnew: GLV, whether a glove was worn\n"
        "14.020\tprobable\ta vendor\tCOM has 200 characters\n"
        "14.026\tprobable\ta vendor\tSCF is gone\n",
    ),
    ("records/type14.py", "E2015, E2025\n", "E2015, E2025, E2031\n"),
    (
        "records/type14.py",
        "    BRI: str",
        '    GLV: str | None = element(33, A(1, 1, one_of="Y N"), O, "Glove", since=E2031)\n    BRI: str',
    ),
    (
        "records/type14.py",
        "COM: str | None = shared.COM(20)",
        "COM: str | None = shared.COM(20, value=U(1, 200), was={E2025: U(1, 126)})",
    ),
    ("records/type14.py", '"Simultaneous capture", since=E2011', '"Simultaneous capture", since=E2011, until=E2025'),
    ("codes/tables/IMP.tsv", "43\t", "44\tThrough a glove\t2031\t\tsourced\n43\t"),
    ("records/shared.py", '28, 29, 43", table="IMP")', '28, 29, 43, 44", table="IMP")'),
    (
        "validation/base/tables.py",
        "NEWEST: list[Rule] = [\n",
        'NEWEST: list[Rule] = [\n    *required(14, "GLV", When("IMP", "44"), Where(since=Edition.E2031)),\n',
    ),
    ("validation/base/tables.py", "import E2000", "import Edition, E2000"),
    ("codes/tables/VER.tsv", "0600\t", "0700\tANSI/NIST-ITL 1-2031\t\t\tunverified\n0600\t"),
]
SCRIPT = """
import json, sys, nistitl
from nistitl.records import record_class
tx = nistitl.read(sys.argv[1])
tx.records[0]["VER"] = sys.argv[2]
for path, text in json.loads(sys.argv[3]):
    tx[14][0][path] = text.encode()
report = nistitl.read(bytes(tx)).validate(level=2)
usual = {"hash-verified", "hash-none", "field-legacy"}
rows = [(f.code, f.location.path, f.severity.name) for f in report if f.code not in usual]
print(json.dumps([report.edition.title, nistitl.Edition(502).name, rows]))
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library that knows the edition of 2031."""
    folder = tmp_path_factory.mktemp("next")
    shutil.copytree(ROOT / "nistitl", folder / "nistitl", ignore=shutil.ignore_patterns("__pycache__"))
    for name, there, then in FACTS:
        file = folder / "nistitl" / name
        text = file.read_text("utf-8") if there else ""
        assert there in text, f"{name}: {there!r}"
        file.write_text(text.replace(there, then) if there else then, "utf-8")
    return folder


def checked(library: Path, ver: str, *edits: tuple[str, str]) -> tuple[str, list[list[str]]]:
    """What a validation by the copy says of a print with these edits: the title of the edition, and the findings."""
    sample = ROOT / "fixtures" / "records" / "type14-0600.an2"
    command = [sys.executable, "-c", SCRIPT, str(sample), ver, json.dumps(edits)]
    made = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(library)}, cwd=library, capture_output=True)
    assert made.returncode == 0, made.stderr.decode()
    title, latest, rows = json.loads(made.stdout)
    assert latest == "E2015"
    return title, [row for row in rows if row[0] != "edition-unchecked"]


def test_a_transaction_of_the_next_edition_is_judged_by_what_is_known_of_it(library: Path) -> None:
    title, found = checked(library, "0700", ("14.033", "Y"), ("14.020", "x" * 200))
    assert title == "ANSI/NIST-ITL 1-2031"
    assert found == [["field-edition", "14.026", "WARNING"]]  # probable: it is gone
    _, found = checked(library, "0700", ("14.033", "?"), ("14.020", "x" * 201))
    assert ["value-code", "14.033", "ERROR"] in found or ["value-characters", "14.033", "ERROR"] in found
    assert ["value-length", "14.020", "WARNING"] in found


def test_its_codes_and_relations(library: Path) -> None:
    assert ["field-required", "14.033", "ERROR"] in checked(library, "0700", ("14.003", "44"))[1]
    assert ["field-required", "14.033", "ERROR"] not in checked(library, "0700", ("14.003", "44"), ("14.033", "N"))[1]


def test_the_edition_before_it_knows_nothing_of_it(library: Path) -> None:
    title, found = checked(library, "0600", ("14.033", "Y"), ("14.020", "x" * 200))
    assert title == "ANSI/NIST-ITL 1-2025"
    assert sorted(found) == [["field-edition", "14.033", "NOTE"], ["value-length", "14.020", "NOTE"]]


def test_facts_of_2025_hold_until_they_are_gainsaid(library: Path) -> None:
    assert ["value-code", "14.011", "ERROR"] in checked(library, "0700", ("14.011", "JPEG2"))[1]
    assert ["value-code", "14.018.1.3", "WARNING"] in checked(library, "0700", ("14.018", "1\x1fXX\x1fZZ"))[1]


def test_the_page_names_the_files_that_it_takes() -> None:
    page = (ROOT / "docs" / "edition-2025.md").read_text("utf-8").partition("## The next edition")[2]
    spelled = {"records/known/0700.tsv": "records/known/VER.tsv", "records/type14.py": "records/typeNN.py"}
    for name, *_ in FACTS:
        named = "codes/tables/" if name.startswith("codes/tables/") else spelled.get(name, name)
        assert f"nistitl/{named}" in page, name
