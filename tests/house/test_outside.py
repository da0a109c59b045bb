"""Every door opens for a package from outside, installed with its metadata and used to the end (see test_doors.py)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nistitl
from tests.support.samples import ROOT, small_transaction

FILE = ROOT / "fixtures" / "tenprint-type14.eft"
Door = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """A function that installs a module under an entry point and runs a script, or the command line, with it there."""

    def opened(
        point: str, module: str, *command: object, script: str = "", files: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        group, name, attribute = point.split()
        package = tmp_path / "site" / "outside"
        info = tmp_path / "site" / "outside-1.0.dist-info"
        for folder in (package, info):
            folder.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text(module, "utf-8")
        for file, text in (files or {}).items():
            (package / file).write_text(text, "utf-8")
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = outside:{attribute}\n")
        path = os.pathsep.join(filter(None, (str(tmp_path / "site"), os.environ.get("PYTHONPATH"))))
        call = ["-c", script] if script else ["-m", "nistitl.cli"]
        return subprocess.run(
            [sys.executable, *call, *map(str, command)],
            capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    return opened


def said(done: subprocess.CompletedProcess[str]) -> Any:
    """What a script has printed as JSON."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# -- renderers ------------------------------------------------------------------------------------

RENDERER = """
from nistitl.pages.renderer import Renderer

class Csv(Renderer):
    name = "csv"
    media_type = "text/csv"
    suffix = ".csv"

    def render(self, report, name):
        return "".join(f"{name};{finding.code};{finding.location.path}\\n" for finding in report)

CSV = Csv()
"""


def test_a_renderer(door: Door, tmp_path: Path) -> None:
    (tmp_path / "one.an2").write_bytes(small_transaction())
    (tmp_path / "two.an2").write_bytes(small_transaction())
    point = "nistitl.renderers csv CSV"
    done = door(point, RENDERER, "validate", "--format", "csv", "one.an2", "two.an2")
    (finding,) = nistitl.read(small_transaction()).validate()
    rest = f"{finding.code};{finding.location.path}"
    assert (done.returncode, done.stdout) == (0, f"one.an2;{rest}\ntwo.an2;{rest}\n")
    assert "text, json, html, junit, csv" in " ".join(door(point, RENDERER, "validate", "--help").stdout.split())
    script = "import sys, nistitl; print(nistitl.read(sys.argv[1]).validate().rendered('csv', 'x'), end='')"
    assert door(point, RENDERER, "one.an2", script=script).stdout.startswith("x;")


# -- codecs ---------------------------------------------------------------------------------------

CODEC = """
import struct, zlib
from nistitl.images.arrays import check_header, checked, library
from nistitl.images.codec import Codec
from nistitl.images.errors import ImageError
from nistitl.images.header import MAX_PIXELS, Header

class Squeezed(Codec):
    name = "ZIP8"
    lossless = True
    suffix = ".zip8"
    signatures = (b"ZIP8",)
    other_names = ("SQUEEZED",)
    number = 77
    most_bits = 8
    colour = False
    export_as = "zip8"

    def header(self, data):
        width, height = struct.unpack_from(">HH", data, 4)
        return Header(self.name, width, height, 8, 1)

    def decode(self, data, header, max_pixels=MAX_PIXELS, *, strict=False):
        check_header(header, max_pixels)
        with library(self.name):
            import numpy as np
            pixels = zlib.decompress(bytes(data[8:]))
            return checked(np.frombuffer(pixels, np.uint8).reshape(header.height, -1), header)

    def encode(self, array, *, ppi=None, effort=6):
        image = self.image(array)
        return b"ZIP8" + struct.pack(">HH", image.shape[1], image.shape[0]) + zlib.compress(image.tobytes(), effort)

CODEC = Squeezed()
"""
USE_CODEC = """
import json, sys, warnings
import numpy as np
import nistitl
from nistitl.images.codecs import codecs, decode, read_header

warnings.simplefilter("error")
pixels = np.arange(35 * 32, dtype=np.uint8).reshape(35, 32)
made = nistitl.Type14.from_image(pixels, codec="Squeezed", ppi=500, FGP=2, IMP=0, effort=9)
told = {"listed": "ZIP8" in [codec.name for codec in codecs()], "CGA": made.CGA, "codec": made.codec}
told["size"] = [made.HLL, made.VLL, made.BPX]
told["same"] = bool((made.array == pixels).all())
told["recognised"] = read_header(made.DATA).codec, bool((decode(made.DATA) == pixels).all())
binary = nistitl.Type4.from_image(pixels, codec="ZIP8", ppi=500, FGP=2, IMP=0)
told["binary"] = [binary.CGA, binary.codec, bool((binary.array == pixels).all())]
taken = nistitl.Type14.from_image(bytes(made.DATA), ppi=500, FGP=3, IMP=0)
told["taken"] = [taken.CGA, taken.codec]
made.transcode("PNG")
told["png"] = [made.CGA, made.codec]
made.transcode("zip8")
told["back"] = [made.CGA, made.codec, bool((made.array == pixels).all())]
told["findings"] = [finding.code for finding in made.image_findings()]
made.CGA = "PNG"
told["disagree"] = [finding.code for finding in made.image_findings()]
made.CGA = "ZIP8"
for image in (np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint16)):
    try:
        nistitl.Type14.from_image(image, codec="ZIP8", ppi=500)
    except nistitl.ITLError as error:
        told.setdefault("refused", []).append(str(error))
tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T")
for record in (binary, taken):
    tx.append(record)
tx.write(sys.argv[1])
again = nistitl.read(sys.argv[1])
told["read"] = [[record.codec, bool((record.array == pixels).all())] for record in again.images()]
told["cga"] = [finding.code for finding in again.validate(level=3) if finding.code.startswith("image-")]
print(json.dumps(told))
"""


def test_a_codec(door: Door, tmp_path: Path) -> None:
    pytest.importorskip("numpy", reason="images come with ebtskit[images]")
    point = "nistitl.codecs ZIP8 CODEC"
    assert said(door(point, CODEC, "made.an2", script=USE_CODEC)) == {
        "listed": True,
        "CGA": "ZIP8",
        "codec": "ZIP8",
        "size": [32, 35, 8],
        "same": True,
        "recognised": ["ZIP8", True],
        "binary": [77, "ZIP8", True],
        "taken": ["ZIP8", "ZIP8"],
        "png": ["PNG", "PNG"],
        "back": ["ZIP8", "ZIP8", True],
        "findings": [],
        "disagree": ["image-cga"],
        "refused": [
            "ZIP8 carries gray images only, and this one is RGB; gray=True makes it gray",
            "ZIP8 carries no more than 8 bits a component, and this one has 16; eight_bits=True divides them",
        ],
        "read": [["ZIP8", True], ["ZIP8", True]],
        "cga": [],
    }
    done = door(point, CODEC, "extract", "made.an2", "-o", "there", "--as", "original")
    assert done.returncode == 0 and [line.rpartition(".")[2] for line in done.stdout.splitlines()] == ["zip8", "zip8"]
    done = door(point, CODEC, "extract", FILE, "-o", "anew", "--as", "zip8")
    assert done.returncode == 0 and all(path.suffix == ".zip8" for path in (tmp_path / "anew").iterdir()), done.stderr
    assert all(path.read_bytes().startswith(b"ZIP8") for path in (tmp_path / "anew").iterdir())
    assert door(point, CODEC, "unpack", "made.an2", "folder").returncode == 0
    assert len(list((tmp_path / "folder").glob("*.zip8"))) == 2
    assert door(point, CODEC, "pack", "folder", "packed.an2").returncode == 0
    assert (tmp_path / "packed.an2").read_bytes() == (tmp_path / "made.an2").read_bytes()


BROKEN_CODEC = "raise RuntimeError('this package is broken')"


def test_a_codec_that_does_not_load_is_in_nobodys_way(door: Door) -> None:
    script = """
import json
import nistitl
from nistitl.images.codecs import codec_named, codecs
told = [codec.name for codec in codecs()]
told.append(nistitl.Type14(CGA="JPEG", DATA=b"?").codec)
try:
    codec_named("BAD")
except nistitl.MissingDependency as error:
    told.append(str(error))
print(json.dumps(told))
"""
    *names, codec, error = said(door("nistitl.codecs BAD CODEC", BROKEN_CODEC, script=script))
    assert names == [
        "NONE",
        "WSQ20",
        "JPEGB",
        "JPEGL",
        "JP2",
        "JP2L",
        "PNG",
        "FAX",
        "BMP",
        "TIFF",
        "GIF",
        "PNM",
        "WEBP",
        "IHEAD",
    ]
    assert codec == "JPEGB"
    assert "outside:CODEC" in error and "this package is broken" in error


# -- profiles, rules, domains, commands -----------------------------------------------------------

PROFILE = """
from importlib.resources import files
from nistitl.profiles import TableProfile

PROFILE = TableProfile(files("outside") / "my-state.toml")
"""
TABLE = """
[profile]
name = "my-state"
title = "My State 1"
domains = ["MY STATE"]

[type2]
"2.018" = { mnemonic = "NAM", name = "Name", type = "ANS", length = "3-9" }

[tots]
CAR = { name = "Criminal" }

[mandatory]
CAR = 'NAM'
"""
USE_PROFILE = """
import json, sys
import nistitl
tx = nistitl.read(sys.argv[1], profile="my-state")
told = [tx[2][0].NAM, [finding.code for finding in tx.validate("my-state").filter(path="2.018")]]
tx = nistitl.read(sys.argv[1])
tx.header["1.013"] = ["MY STATE", "1"]
print(json.dumps([*told, tx[2][0].NAM]))
"""


def test_a_profile(door: Door, tmp_path: Path) -> None:
    (tmp_path / "one.an2").write_bytes(small_transaction())
    point, files = "nistitl.profiles my-state PROFILE", {"my-state.toml": TABLE}
    told = said(door(point, PROFILE, "one.an2", script=USE_PROFILE, files=files))
    assert told == ["PLANTED,NAME", ["value-length"], "PLANTED,NAME"]
    assert "My State 1" in door(point, PROFILE, "profiles", files=files).stdout
    done = door(point, PROFILE, "validate", "--profile", "my-state", "one.an2", files=files)
    assert done.returncode == 1 and ", 2.018, " in done.stdout


RULES = """
from nistitl.validation import Problem, Rules, rule

@rule("outside-tcn", types=(1,), clause="The Outside, 1")
def tcn(subject):
    if not bytes(subject.record.raw(9) or b"").startswith(b"OUT"):
        yield Problem("a TCN begins with OUT", 9, expected="OUT...")

RULES = Rules("outside", (tcn,))
"""


def test_a_rule(door: Door, tmp_path: Path) -> None:
    (tmp_path / "one.an2").write_bytes(small_transaction())
    done = door("nistitl.rules outside RULES", RULES, "validate", "--json", "one.an2")
    (row,) = json.loads(done.stdout)
    told = [finding for finding in row["findings"] if finding["code"] == "outside-tcn"]
    assert done.returncode == 1 and [(one["path"], one["clause"]) for one in told] == [("1.009", "The Outside, 1")]


DOMAIN = """
from nistitl.base.resources import Resource
from nistitl.xml.domains import Domain

DOMAIN = Domain(Resource("outside", "domain.txt"))
"""
DOMAIN_TABLE = """
namespace  out  http://example.org/outside/1.0
vocabulary niem2
profile    nato-stanag-4715

type 2
  itl:UserDefinedDescriptiveDetail
    out:DomainDefinedDescriptiveFields
      out:NameText  018
"""
USE_DOMAIN = """
import json, sys
import nistitl
tx = nistitl.read(sys.argv[1], profile="nato-stanag-4715")
data = bytes(tx.convert("xml").transaction)
again = nistitl.read(data)
again[2][0]["2.018"] = "OTHER,NAME"
print(json.dumps([data.decode(), bytes(again).decode(), again[2][0]["2.018"].text]))
"""


def test_a_domain(door: Door, tmp_path: Path) -> None:
    (tmp_path / "one.an2").write_bytes(small_transaction())
    point, files = "nistitl.domains outside DOMAIN", {"domain.txt": DOMAIN_TABLE}
    first, edited, name = said(door(point, DOMAIN, "one.an2", script=USE_DOMAIN, files=files))
    assert 'xmlns:out="http://example.org/outside/1.0"' in first and name == "OTHER,NAME"
    assert "<out:NameText>PLANTED,NAME</out:NameText>" in first
    assert edited == first.replace("PLANTED,NAME", "OTHER,NAME")


COMMAND = """
from nistitl.cli.command import Command, add_reading, read_input

def configure(parser):
    parser.add_argument("file")
    add_reading(parser)

def run(options):
    print(len(read_input(options.file, options)), "records, counted outside")
    return 0

COMMAND = Command("count the records", configure, run)
"""


def test_a_command(door: Door) -> None:
    point = "nistitl.commands count COMMAND"
    done = door(point, COMMAND, "count", FILE)
    assert (done.returncode, done.stdout) == (0, "16 records, counted outside\n")
    assert "count      count the records" in door(point, COMMAND, "--help").stdout


# -- limits ---------------------------------------------------------------------------------------

LIMIT = """
from nistitl.profiles.limits import Limit
PORTAL = Limit("the portal", 1000, "its manual, 3.1")
"""


def test_a_limit_is_asked_for_by_its_name(door: Door) -> None:
    done = door("nistitl.limits portal PORTAL", LIMIT, "validate", FILE, "--limit", "portal", "--json")
    (told,) = [one for one in json.loads(done.stdout)[0]["findings"] if one["code"] == "size-exceeded"]
    assert done.returncode == 1 and told["clause"] == "the portal; its manual, 3.1"
    assert "1000 are the most by the portal" in told["message"]


# -- measures of quality --------------------------------------------------------------------------

MEASURE = """
from nistitl.images.quality import Measure

class Darkness(Measure):
    name, vendor, product = "darkness", "00FF", 3

    def score(self, finger):
        return 100 - int(finger.mean()) * 100 // 255

DARKNESS = Darkness()
"""


def test_a_measure_of_quality(door: Door, tmp_path: Path) -> None:
    done = door("nistitl.quality darkness DARKNESS", MEASURE, "quality", FILE, "--measure", "Darkness", "-o", "out.eft")
    assert done.returncode == 0, done.stderr
    first = nistitl.read(tmp_path / "out.eft")[14][0]
    (said,) = [one for one in first.FQM if one.QAP == 3]
    assert (said.FRMP, said.QAV, said.QVU) == (1, "00FF", 100 - int(first.array.mean()) * 100 // 255)
    assert done.stdout.startswith(f"record 2, Type-14, IDC 1, Right thumb: darkness {said.QVU}\n")
