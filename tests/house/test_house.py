"""Habits of the house: private by default, quick to import, typed for users, open doors."""

from __future__ import annotations

import ast
import logging
import pickle
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.base import plugins
from nistitl.base.findings import catalogue
from nistitl.declare.conditions import O
from nistitl.declare.element import Element
from nistitl.declare.values import U
from nistitl.model.repair import MENDED_BY_WRITING
from tests.support.samples import PACKAGES, ROOT, small_transaction

NAME = "PLANTED"


def test_nothing_private_in_repr_errors_logs_or_findings(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    data = small_transaction()
    said: list[str] = []
    for raw in (data, data[:-1], data.replace(b"2.018:", b"2.18;"), data.replace(b"2.001:", b"2.001:9"), data + b"\n"):
        for policy in ("tolerant", "strict", "repair"):
            try:
                tx = nistitl.read(raw, policy=policy)  # type: ignore[arg-type]
            except nistitl.ITLError as error:
                said += [repr(error), str(error)]
                continue
            said += [repr(tx), str(tx), *map(repr, tx), *(f.to_text() for f in tx.findings + tx.repairs)]
            for record in tx:
                said += [repr(place) for place in record.fields()]
                said += [
                    repr(value) for name in record.mnemonics() if not isinstance(value := getattr(record, name), str)
                ]
    tx = nistitl.read(data)
    refused: list[tuple[Any, Any]] = [
        ("14.006", "PLANTED"),
        ("14.005", "PLANTED"),
        ("14.021", ["PLANTED"] * 9),
        ("14.001", "PLANTED"),
    ]
    for path, value in refused:
        with pytest.raises(nistitl.ITLError) as raised:
            tx[14][0][path] = value
        said += [repr(raised.value), str(raised.value)]
    tx[2][0]["2.018"] = "PLANTED,É".encode()
    said += [f.to_text() for f in tx.findings]
    with pytest.raises(nistitl.ITLError) as raised:
        tx[2][0]["2.018"] = "PLANTED,É"
    said += [repr(raised.value), str(raised.value), repr(pickle.loads(pickle.dumps(raised.value)))]
    assert [text for text in (*said, caplog.text) if NAME in text] == []


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def test_importing_and_reading_load_no_heavy_library() -> None:
    heavy = ["numpy", "PIL", "imagecodecs", "lxml", "rich", "tomllib"]
    code = f"""
        import sys, nistitl
        first = [n for n in sys.modules if n in {heavy} or n.startswith("nistitl.records.type")]
        tx = nistitl.read({str(ROOT / "fixtures" / "tenprint-type14.eft")!r})
        for record in tx:
            for name in record.mnemonics():
                getattr(record, name)
        print(first, [n for n in {heavy} if n in sys.modules])
    """
    assert run(textwrap.dedent(code)) == "[] []\n"


USER_CODE = """
import nistitl
from nistitl.records.type14 import Segment

tx = nistitl.read("x")
prints: tuple[nistitl.Type14, ...] = tx[14]
record = prints[0]
{line}
"""
USERS_LINES = {
    "wide: int | None = record.HLL": None,
    "record.SEG = (*record.SEG, Segment(1, 2, 3, 4, 5))": None,
    "record.FGP[0] + 1": None,
    "tx[2][0]['2.018'].text.upper()": None,
    "record.HLL + 1": "operator",
    "record.FGP + 1": "operator",
    "record.SEG[0].FRSP + 1": "operator",
    "record.FCD.year": "union-attr",
    "record.NOPE": "attr-defined",
    "record.COM = 5": "assignment",
    "record.FGPP = 5": "attr-defined",
    "tx[2][0].NAM = 5": None,
    "tx[14][0].IMT": "attr-defined",
    "tx[2][0].NAM + 1": "operator",
}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What mypy says of each line, in a process of its own: it changes limits of the one that it runs in."""
    pytest.importorskip("mypy", reason="mypy comes with ebtskit[test]")
    folder = tmp_path_factory.mktemp("users")
    files = {line: folder / f"user{at}.py" for at, line in enumerate(USERS_LINES)}
    for line, path in files.items():
        path.write_text(USER_CODE.format(line=line))
    options = ["--strict", "--no-error-summary", "--cache-dir", str(folder / "cache")]
    command = [sys.executable, "-m", "mypy", *options, *map(str, files.values())]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert done.stderr == ""
    said = done.stdout.splitlines()
    assert all(Path(words.partition(":")[0]).name.startswith("user") for words in said), done.stdout
    return {
        line: "\n".join(words for words in said if Path(words.partition(":")[0]).name == path.name)
        for line, path in files.items()
    }


@pytest.mark.parametrize(("line", "complaint"), USERS_LINES.items())
def test_a_type_checker_sees_what_users_get_wrong(complaints: dict[str, str], line: str, complaint: str | None) -> None:
    out = complaints[line]
    assert (out == "") if complaint is None else "error: " in out and f"[{complaint}]" in out, out


class Names:
    """A Type-2 dictionary such as a profile supplies."""

    name = "test"
    fields = (Element(18, U(1, 30), O, "Name", "NAM"), Element(19, U(1, 30), O, "Alias", "AKA"))

    def by_mnemonic(self, mnemonic: str) -> Element | None:
        return next((field for field in self.fields if field.mnemonic == mnemonic), None)

    def by_number(self, number: int) -> Element | None:
        return next((field for field in self.fields if field.number == number), None)

    def mnemonics(self) -> frozenset[str]:
        return frozenset(field.mnemonic for field in self.fields)


class TestProfile:
    """What a package offers under nistitl.profiles."""

    __test__ = False
    name = "test"
    dictionary = Names()
    domains = ("TESTDOMAIN",)


@pytest.fixture
def installed(tmp_path: Path) -> Any:
    """A package that offers a profile and a command, installed beside us for as long as a test lasts."""
    (tmp_path / "stranger.py").write_text(
        "from tests.house.test_house import TestProfile as PROFILE\n"
        "from nistitl.cli.command import Command\n"
        "COMMAND = Command('a stranger', lambda parser: None, lambda options: print('hello') or 0)\n"
    )
    info = tmp_path / "stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[nistitl.profiles]\ntest = stranger:PROFILE\nbroken = stranger:NOTHING\n"
        "[nistitl.commands]\nhello = stranger:COMMAND\n"
    )
    plugins.forget()
    sys.path.insert(0, str(tmp_path))
    yield
    sys.path.remove(str(tmp_path))
    plugins.forget()


def test_a_profile_of_another_package_gives_mnemonics(installed: None) -> None:
    for tx in (nistitl.read(small_transaction(), profile="test"), nistitl.read(small_transaction())):
        tx.profile = "test"
        record = tx[2][0]
        assert record.NAM == "PLANTED,NAME" and record["AKA.2"].text == "ALIAS,TWO"
        record.NAM = "DOE,JANE"
        assert nistitl.read(bytes(tx))[2][0]["2.018"].text == "DOE,JANE"
        with pytest.raises(nistitl.FieldError):
            record.NAM = "x" * 31
        with pytest.raises(AttributeError, match="NOPE"):
            _ = record.NOPE
        del record.NAM
        assert "2.018" not in record and record.NAM is None
    with pytest.raises(nistitl.ITLError, match=r"known: .*broken, .*test"):
        tx.profile = "nobody's"


def test_the_domain_chooses_where_nobody_named_a_profile(installed: None) -> None:
    tx = nistitl.read(small_transaction())
    with pytest.raises(AttributeError, match="profile"):
        _ = tx[2][0].NAM
    assert tx.header is not None
    tx.header["1.013"] = ["TESTDOMAIN", ""]
    assert tx[2][0].NAM == nistitl.read(bytes(tx))[2][0].NAM == "PLANTED,NAME"


def test_a_profile_that_does_not_load_says_who_offers_it(installed: None) -> None:
    with pytest.raises(nistitl.ITLError, match="stranger:NOTHING, which cannot be loaded"):
        nistitl.read(small_transaction(), profile="broken")


def test_a_command_of_another_package(installed: None, capsys: Any) -> None:
    from nistitl.cli import main

    assert main(["hello"]) == 0 and capsys.readouterr().out == "hello\n"
    assert main(["--help"]) == 0 and "a stranger" in capsys.readouterr().out


def test_without_a_profile_numbers_work_and_names_say_what_to_do(tx: nistitl.Transaction) -> None:
    record = tx[2][0]
    with pytest.raises(AttributeError, match=r"profile"):
        _ = record.NAM
    with pytest.raises(nistitl.ITLError):
        record.NAM = "x"
    assert not hasattr(record, "NAM") and record["2.018"].text == "PLANTED,NAME"


def test_every_code_is_in_the_catalogue() -> None:
    packages = [PACKAGES / "nistitl", PACKAGES / "ebts_profiles"]
    sources = [path.read_text("utf-8") for package in packages for path in package.rglob("*.py")]
    told = {code for code in catalogue() if any(f'"{code}"' in source for source in sources)}
    assert told == set(catalogue()), "codes of the catalogue that nothing gives"
    assert set(MENDED_BY_WRITING) <= set(catalogue())
    framing = reported_in(PACKAGES / "nistitl" / "wire")
    assert framing - set(catalogue()) == set() and "len-wrong" in framing
    assert all(row.title and row.clause and row.hint for row in catalogue().values())


def reported_in(folder: Path) -> set[str]:
    """The codes of the findings that these files give by `report`."""
    calls = (node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    reports = [node for node in calls if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    words = (
        argument.value for call in reports if call.func.attr in ("report", "_report")
        for argument in call.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )  # fmt: skip
    return {word for word in words if re.fullmatch("[a-z0-9]+(-[a-z0-9]+)+", word)}


def test_errors_have_one_root() -> None:
    for name in ("FieldError", "PathError", "ReadError", "StructureError", "WriteError", "MissingDependency"):
        assert issubclass(getattr(nistitl, name), nistitl.ITLError)


def test_public_names_are_there() -> None:
    assert [name for name in nistitl.__all__ if not hasattr(nistitl, name)] == []
    with pytest.raises(AttributeError):
        _ = nistitl.Type23
