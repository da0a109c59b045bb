"""The packages without installed metadata: a copied folder, a zip. All is there."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from nistitl.base.builtin import POINTS
from tests.support.samples import PACKAGES, ROOT

FILE = ROOT / "fixtures" / "tenprint-type14.eft"
BEGIN = """
import contextlib, importlib.metadata, io, json, sys
with contextlib.suppress(importlib.metadata.PackageNotFoundError):
    sys.exit(f"there is metadata: {importlib.metadata.distribution('ebtskit')}")
"""
USE = """
import nistitl
from nistitl.base.findings import catalogue
from nistitl.base.plugins import CODECS, COMMANDS, offered
from nistitl.cli import main
from nistitl.codes import table_names
from nistitl.images.codecs import codec_named
from nistitl.model.dictionaries import dictionary_of_domain
from nistitl.validation import installed

said = {"rules": len(installed()), "catalogue": len(catalogue()), "tables": len(table_names())}
tx = nistitl.read(sys.argv[1])
tx[14][0]["14.009"] = 5
tx[14][0]["14.010"] = 5
said["findings"] = [finding.to_dict() for finding in tx.validate()]
said["codecs"] = [codec_named(name).name for name in offered(CODECS)]
said["helps"] = []
for name in offered(COMMANDS):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main([name, "--help"])
    said["helps"].append(out.getvalue().split(None, 3)[:3])
try:
    tx.validate("fbi-ebts-10.0")
    said["before"] = "fbi-ebts-10.0"
except nistitl.ITLError as error:
    said["before"] = str(error)
import ebts_profiles
tx = nistitl.read(sys.argv[1], profile="fbi-ebts-10.0")
del tx[2][0].NAM
said["profile"] = [finding.to_dict() for finding in tx.validate("fbi-ebts-10.0")]
said["child"] = [finding.to_dict() for finding in tx.validate("fbi-ebts-11.2")]

said["domain"] = dictionary_of_domain("DoD EBTS").name
said["xml"] = bytes(tx.convert("xml").transaction).decode()
said["report"] = tx.validate("fbi-ebts-10.0").to_html()
print(json.dumps(said))
"""
IMAGES = """
import numpy
import nistitl
from nistitl.base.plugins import CODECS, offered
gray = numpy.random.default_rng(1).integers(0, 256, (100, 100), numpy.uint8)
shown = {}
from nistitl.images.registry import codec_named
for name in offered(CODECS):
    if codec_named(name).tagged:
        record = nistitl.Type14.from_image(gray, codec=name, ppi=500, FGP=2, IMP=0)
        shown[name] = [record.codec, list(record.array.shape), bool((record.array == gray).all())]
print(json.dumps(shown))
"""
SCHEMAS = """
from nistitl.xml.schemas import _own_schemas
from lxml import etree
with _own_schemas() as paths:
    print(json.dumps([etree.parse(path).getroot().tag for path in paths]))
"""


def borrowed(folder: Path) -> Path:
    """A folder with what is installed here, without our own distribution."""
    folder.mkdir()
    for path in {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}:
        for entry in path.iterdir():
            if not entry.name.startswith(("ebtskit", "__pycache__")) and entry.suffix not in (".pth", ".egg-link"):
                (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture(scope="module", params=("folder", "zip"))
def copy(request: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The import path of a copy of the two packages."""
    target = tmp_path_factory.mktemp(request.param)
    packages = target / "packages"
    for name in ("nistitl", "ebts_profiles"):
        shutil.copytree(PACKAGES / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    where = packages
    if request.param == "zip":
        where = Path(shutil.make_archive(str(target / "packages"), "zip", packages))
        shutil.rmtree(packages)
    return [where, borrowed(target / "borrowed")]


def run(path: list[Path], script: str, *arguments: str) -> Any:
    """What a script says in a process that sees nothing but this path and the standard library."""
    head = f"import sys\nsys.path += {[str(one) for one in path]}\n"
    command = [sys.executable, "-I", "-S", "-c", head + BEGIN + script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path[0].parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def installed() -> Any:
    """What the same script says here, where the distribution is installed."""
    done = subprocess.run(
        [sys.executable, "-c", "import contextlib, io, json, sys\n" + USE, str(FILE)], capture_output=True, text=True,
        cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_copy_does_what_an_installed_package_does(copy: list[Path], installed: Any) -> None:
    said = run(copy, USE, str(FILE))
    assert said["rules"] == installed["rules"] > 300
    assert "resolution-low" in [finding["code"] for finding in said["findings"]]
    assert said["codecs"] == list(POINTS["nistitl.codecs"])
    assert said["helps"] == [["usage:", "nistitl", name] for name in POINTS["nistitl.commands"]]
    assert said["before"] == "no profile named 'fbi-ebts-10.0'; known: none is installed"
    assert "2.018" in [finding.get("path") for finding in said["profile"]]
    assert {**said, "before": None} == {**installed, "before": None}


@pytest.mark.skipif(importlib.util.find_spec("imagecodecs") is None, reason="images come with ebtskit[images]")
def test_codecs_of_a_copy_encode_and_decode(copy: list[Path]) -> None:
    shown = run(copy, IMAGES)
    assert list(shown) == ["NONE", "WSQ20", "JPEGB", "JPEGL", "JP2", "JP2L", "PNG"], "those of tagged records"
    for name, (codec, shape, same) in shown.items():
        assert codec == name and shape == [100, 100] and (same or name in ("WSQ20", "JPEGB", "JP2"))


@pytest.mark.skipif(importlib.util.find_spec("lxml") is None, reason="schemas come with ebtskit[xml]")
def test_the_schemas_of_a_copy_are_files(copy: list[Path]) -> None:
    assert run(copy, SCHEMAS) == ["{http://www.w3.org/2001/XMLSchema}schema"] * 3


def test_the_command_line_of_a_copy(copy: list[Path]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, copy))}
    arguments = ["-m", "nistitl.cli", "validate", "--json", str(FILE)]
    ours, theirs = (
        subprocess.run([sys.executable, *options, *arguments], capture_output=True, text=True, cwd=cwd, env=env)
        for options, cwd, env in ((["-S"], copy[0].parent, environment), ([], ROOT, None))
    )
    assert (ours.returncode, ours.stdout, ours.stderr) == (0, theirs.stdout, "")
