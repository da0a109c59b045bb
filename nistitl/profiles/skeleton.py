"""The package of a new profile: a table with a row of each kind, an entry point, tests, and what to do next."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from nistitl.base.editions import LATEST
from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically

if TYPE_CHECKING:
    from nistitl.profiles.profile import TableProfile

_NAME = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*")
_FIRST_OWN = 8001  # of Type-2 elements

_PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "@name@-profile"
version = "0.1"
description = "The profile @name@ for nistitl"
requires-python = ">=3.11"
dependencies = ["ebtskit"]

[project.entry-points."nistitl.profiles"]
"@name@" = "@module@:PROFILE"

[tool.hatch.build.targets.wheel]
packages = ["@module@"]
"""
_MODULE = '''\
"""The profile @name@: what its receiver accepts, as a table."""

from pathlib import Path

from nistitl.profiles import TableProfile

PROFILE = TableProfile(Path(__file__).with_name("@name@.toml"), name="@name@")
'''
_TABLE = """\
# What @name@ says beyond @parent@: one row of each kind, to be changed. docs/profiles.md of nistitl lists them all.
# Each row has a passing and a failing transaction in tests/test_profile.py.

[profile]
name = "@name@"
title = "@name@ 0.1"
authority = "@name@"
parent = "@parent@"
domains = ["@domain@"]
versions = ["0.1"]

[tots]
@own@ = { name = "A type of our own", like = "@like@" }

[type2]
"2.@number@" = { mnemonic = "@mnemonic@", name = "An element of our own", type = "AN", special = "-", length = "4-12" }
"2.@flag@" = { mnemonic = "@mnemonic@F", name = "Whether it is so", type = "A", length = "1", codes = "@@list@" }

[codes.@list@]
list = '''
Y  Yes
N  No
'''

[mandatory]
own = '@mnemonic@F'

[optional]
own = '@mnemonic@'

[records]
own = '14:0-3'

[fields]
"14.011" = { tots = "own", codes = "WSQ20 PNG" }

[conditions]
needed = { tots = "own", when = "@mnemonic@F = Y", needs = "@mnemonic@", says = "@mnemonic@ goes with @mnemonic@F Y" }
"""
_TESTS = '''\
"""Each row of the table with a transaction that it takes, and one that it does not."""

import tomllib
from pathlib import Path

import nistitl
import pytest
from @module@ import PROFILE
from nistitl import Transaction, record_class

TOT = "@own@"
GOOD = {"2.@flag@": "N"}  # the elements of Type-2 that each case begins with; None leaves one out
# row of the table, changes that it takes, changes that it does not, the finding and its place
CASES = [
    (("type2", "2.@number@"), {"2.@number@": "AB-12"}, {"2.@number@": "A"}, ("value-length", "2.@number@")),
    (("type2", "2.@flag@"), {"2.@flag@": "N"}, {"2.@flag@": "X"}, ("value-code", "2.@flag@")),
    (("mandatory", "own"), {}, {"2.@flag@": None}, ("field-missing", "2.@flag@")),
    (("optional", "own"), {"2.@number@": "AB-12"}, {"2.@unlisted@": "x"}, ("field-not-listed", "2.@unlisted@")),
    (("records", "own"), {"prints": 3}, {"prints": 4}, ("records-many", "")),
    (("fields", "14.011"), {"prints": 1, "14.011": "PNG"}, {"prints": 1, "14.011": "JP2"}, ("value-code", "14.011")),
    (
        ("conditions", "needed"),
        {"2.@flag@": "Y", "2.@number@": "AB-12"},
        {"2.@flag@": "Y"},
        ("condition-needs", "2.@number@"),
    ),
]


def transaction(changes):
    """A transaction of our own type with these elements, and so many Type-14."""
    tx = Transaction.new(TOT=TOT, DAI="XX0000000", ORI="YY0000000", TCN="TEST-0000001", DAT="20260101", VER="@ver@")
    text = record_class(2)(IDC=0)
    for path, value in {**GOOD, **changes}.items():
        if path.startswith("2.") and value is not None:
            text[path] = value
    tx.append(text)
    for idc in range(1, changes.get("prints", 0) + 1):
        tx.append(record_class(14)(IDC=idc, IMP=0, SRC="YY0000000", FCD="20260101", FGP=(idc,)))
        tx[14][-1]["14.011"] = changes.get("14.011", "PNG")
    return tx


def found(changes):
    report = nistitl.read(bytes(transaction(changes))).validate("@name@")
    return [(one.code, one.location.path) for one in report.findings]


@pytest.mark.parametrize("row, taken, refused, finding", CASES, ids=[" ".join(case[0]) for case in CASES])
def test_row(row, taken, refused, finding):
    assert finding not in found(taken)
    assert finding in found(refused)


def test_each_row_has_a_case():
    table = tomllib.loads(Path(PROFILE.path).read_text("utf-8"))
    sections = ("type2", "fields", "conditions", "mandatory", "optional", "conditional", "forbidden", "records")
    rows = {(section, key) for section in sections for key in table.get(section, {})}
    assert rows == {row for row, *_ in CASES}, "write a case for each row"


def test_nothing_is_misspelt():
    assert TOT in PROFILE.tots and PROFILE.rules
'''
_README = """\
# @name@

What @name@ accepts, as a table on top of `@parent@`: `@module@/@name@.toml`.

Next:

1. `nistitl profiles check @module@/@name@.toml` says what is misspelt, and what cannot take effect.
2. Change the rows, and with each its case in `tests/test_profile.py`: a transaction that the row takes, and one that it
   does not. A row without a case fails the tests.
3. `pip install -e .`, then `python -m pytest`.
4. `nistitl validate x.eft --profile @name@`; `nistitl profiles show @name@ @own@` shows all that holds, and which layer
   each row comes from.
5. `python -m build` makes the wheel to hand out. Where it is installed, `--profile @name@` works, and `--profile auto`
   chooses it for transactions whose 1.013 DOM says `@domain@`.

Every section and attribute: `docs/profiles.md` of nistitl.
"""


def write_package(name: str, parent: TableProfile, folder: str | None = None) -> Path:
    """Write the package of a new profile on a parent into a folder of its own; the folder.

    ITLError for a name that is none, for a folder that is not empty, and where it cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise ITLError(
            f"{name!r} is no name of a profile; expected small letters, digits and hyphens, such as my-state"
        )
    if not parent.tots:
        raise ITLError(f"{parent.name} has no transaction type that one of yours could be like")
    target = Path(folder if folder is not None else name)
    module = re.sub(r"\W", "_", name)
    words = _words(name, module, parent)
    files = {
        "pyproject.toml": _PYPROJECT, "README.md": _README, f"{module}/__init__.py": _MODULE,
        f"{module}/{name}.toml": _TABLE, "tests/test_profile.py": _TESTS,
    }  # fmt: skip
    try:
        if target.exists() and any(os.scandir(target)):
            raise ITLError(f"{target.name} is there and not empty; give a folder of its own with -o")
        for path, template in files.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target / path, [_filled(template, words).encode("utf-8")])
    except (OSError, ValueError) as error:
        raise ITLError(f"cannot write {target.name}: {getattr(error, 'strerror', None) or error}") from None
    return target


def _words(name: str, module: str, parent: TableProfile) -> dict[str, str]:
    """What stands in the templates for a name and a parent: types, elements and lists that the parent does not have."""
    asked = (tot.code for tot in parent.tots.values() if tot.direction in ("submission", "request") and tot.sure)
    like = "CAR" if "CAR" in parent.tots else next(asked, next(iter(parent.tots)))
    own = next(code for code in (f"MY{like}", *(f"MY{like}{n}" for n in range(1, 100))) if code not in parent.tots)
    known = parent.dictionary.numbers()
    numbers = [number for number in range(_FIRST_OWN, _FIRST_OWN + len(known) + 4) if number not in known]
    mnemonics = parent.dictionary.mnemonics()
    free = next(one for one in ("BKN", *(f"OWN{n}" for n in range(1, 100))) if not {one, f"{one}F"} & mnemonics)
    lists = next(one for one in ("YES_NO", *(f"YES_NO{n}" for n in range(1, 100))) if one not in parent.layer.codes)
    return {
        "name": name, "module": module, "parent": parent.name, "domain": name.upper(), "like": like, "own": own,
        "number": str(numbers[0]), "flag": str(numbers[1]), "unlisted": str(numbers[2]), "mnemonic": free,
        "list": lists, "ver": max((one for one in parent.editions if one.checked), default=LATEST).ver,
    }  # fmt: skip


def _filled(template: str, words: dict[str, str]) -> str:
    """The template with each @word@ as it is here."""
    return re.sub(r"@(\w+)@", lambda match: words[match[1]], template)
