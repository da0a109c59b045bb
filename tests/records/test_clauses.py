"""The clause of a record type is stated in its declaration: it does not hang on a docstring, which `-OO` takes away."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nistitl.records import DECLARED, record_class
from tests.support.samples import ROOT

SCRIPT = """
import contextlib, io, sys
import nistitl
from nistitl.cli import main
from nistitl.records import DECLARED, record_class

print(*[record_class(number).clause() for number in DECLARED], sep="\\n")
for token in ("14.021", "14.021.2", "1", "9.331", "21.902"):
    main(["explain", token])
tx = nistitl.read("fixtures/tenprint-type14.eft")
tx[14][12].DATA = tx[14][12].FGP = None
for finding in tx.validate().findings:
    print(finding.code, finding.location.path, finding.clause)
"""


def test_without_docstrings_the_same_clauses_are_told() -> None:
    def told(*options: str) -> str:
        command = [sys.executable, *options, "-c", SCRIPT]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    plain = told()
    assert plain.count("ANSI/NIST-ITL 1-2011, 8.14") > 3 and "field-missing 14.013 ANSI/NIST-ITL 1-2011, 8.14" in plain
    assert told("-OO") == plain


@pytest.mark.parametrize("number", DECLARED)
def test_the_docstring_names_the_clause_of_the_declaration(number: int) -> None:
    kind = record_class(number)
    assert kind.clause() and kind.__doc__ is not None and f"{kind.clause()}." in kind.__doc__
