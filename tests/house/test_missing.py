"""Without the packages of the extras: every door says what to install, by an error of our own."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from functools import cache
from typing import Any

import pytest

from nistitl.exchange.sealing import sealed
from tests.support.certificates import made
from tests.support.samples import ROOT

REFUSED = {
    "numpy": "numpy", "PIL": "pillow", "imagecodecs": "imagecodecs", "lxml": "lxml", "rich": "rich", "fpdf": "fpdf2",
    "uharfbuzz": "uharfbuzz", "fontTools": "fonttools", "nbis": "nbis-py",
    "cryptography": "cryptography", "asn1crypto": "asn1crypto", "pyhanko": "pyHanko",
    "pyhanko_certvalidator": "pyHanko",
}  # fmt: skip

WITHOUT = """
KEYS = {keys!r}
import json, sys, tempfile
from importlib import import_module
from pathlib import Path

class Refusal:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refusal())
import nistitl

def told(doors):
    said = {{}}
    for name, door in doors.items():
        try:
            door()
            said[name] = None
        except Exception as error:
            said[name] = [type(error).__name__, str(error)]
    return said
"""

DOORS = """
latent, prints = nistitl.read("fixtures/latent.eft"), nistitl.read("fixtures/tenprint-type14.eft")
r, i = latent[9][0], prints[14][12]
data = bytes(i.DATA)
xml = latent.convert("xml").transaction
folder = Path(tempfile.mkdtemp())
(folder / "a.xsd").write_text(
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://niem.gov/niem/biometrics/1.0"/>'
)
schemas = lambda: list(import_module("nistitl.xml.schemas").Schemas(folder).findings(xml))
minutiae = lambda name: getattr(import_module("nistitl.minutiae"), name)
doors = told({
    "blocks": lambda: r.minutiae_blocks, "minutiae": r.minutiae, "counts": r.ridge_counts, "plot": r.plot,
    "template": lambda: r.to_template("iso-19794-2-2005"), "cores": lambda: r.cores, "deltas": lambda: r.deltas,
    "quality": lambda: r.quality_map, "flow": lambda: r.flow_map, "wavelength": lambda: r.wavelength_map,
    "image": lambda: r.image_record, "polygon": lambda: r.polygon("ROI"), "lines": lambda: r.segments("INR"),
    "points": lambda: r.points("DOT"), "vendor": lambda: r.vendor_block("NEC"),
    "convert": lambda: r.convert_minutiae("m1"), "set": lambda: r.set_minutiae([]),
    "map": lambda: r.set_map("quality", []),
    "from": lambda: nistitl.Type9.from_minutiae([], "efs", ppi=500, width=10, height=10),
    "from_template": lambda: nistitl.Type9.from_template(None),
    "read_template": lambda: minutiae("read_template"), "dtype": lambda: minutiae("DTYPE"),
    "View": lambda: minutiae("View"), "template_of": lambda: minutiae("template_of"),
    "wsq": lambda: import_module("nistitl.images.wsq").info(b""),
    "plug-in": lambda: import_module("nistitl.images.wsq.pillow").register(),
    "array": lambda: i.array, "masked": lambda: i.pixels(truncated=True), "crops": lambda: i.segments(),
    "transcode": lambda: i.transcode("PNG"), "schemas": schemas,
    "new": lambda: nistitl.Type14.from_image([[1, 2], [3, 4]], codec="NONE", ppi=500),
    "signature": lambda: nistitl.Type8(SRT=2, HLL=10, VLL=10, DATA=bytes(20)).array,
})
"""


COMMANDS = """
import contextlib, io
from nistitl.cli import main
folder = Path(tempfile.mkdtemp())
(folder / "schemas").mkdir()
(folder / "schemas" / "a.xsd").write_text(
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://niem.gov/niem/biometrics/1.0"/>'
)
unknown = nistitl.read("fixtures/latent.eft")
unknown[13][0].DATA = b"of no codec that anybody knows"
unknown.write(folder / "unknown.eft")
said = {}
def run(name, *line):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(part) for part in line])
    said[name] = [status, out.getvalue(), err.getvalue()]

path = "fixtures/latent.eft"
for command in ("info", "show", "roundtrip"):
    run(command, command, path)
for form in ("text", "json", "html", "junit"):
    run(f"validate {form}", "validate", "--format", form, path)
run("show html", "show", "--html", path)
run("show base64", "show", "--json", "--images", "base64", path)
run("convert", "convert", path, folder / "latent.xml")
run("convert back", "convert", folder / "latent.xml", folder / "latent.an2")
run("unpack", "unpack", path, folder / "latent")
run("pack", "pack", folder / "latent", folder / "packed.eft")
run("set", "set", path, "1.009=TCN", "-o", folder / "set.eft")
run("level 3", "validate", "--level", "3", path)
run("extract", "extract", path, "-o", folder / "images")
for name in ("sheet.png", "sheet.html"):
    run(name, "sheet", path, "-o", folder / name)
run("sheet features", "sheet", "--minutiae", "--segments", path, "-o", folder / "features.html")
run("card", "card", path, "-o", folder / "card.pdf")
for name in ("report.html", "report.pdf"):
    run(name, "report", path, "-o", folder / name)
run("view", "view", path, "--width", "20")
run("quality", "quality", "fixtures/tenprint-type14.eft")
run("unknown codec", "sheet", folder / "unknown.eft", "-o", folder / "unknown.html")
run("explain", "explain", "14.013")
run("profiles", "profiles")
run("new", "new", "--profile", "fbi-ebts-10.0", "--tot", "CAR", "-o", folder / "new.toml")
run("schemas", "validate", "--schemas", folder / "schemas", folder / "latent.xml")
for name, content in KEYS.items():
    (folder / name).write_text(content)
own, to = ("--key", folder / "to.key"), folder / "to.pem"
run("hash", "hash", path)
run("seal", "seal", path, "-o", folder / "x.p7m", "--recipient", to, "--signer", to, *own)
run("open", "open", folder / "in.p7m", "-o", folder / "x", "--cert", to, "--trust", to, *own)
run("two files", "validate", path, "fixtures/records/type17-0502.an2")
"""
TELL = """
tx = nistitl.read("fixtures/records/type14-0502.an2")
codes = [f.severity.name for f in tx.validate(level=3) if f.code == "image-package-missing"]
pages = sorted(page.name for pattern in ("*.html", "*.png") for page in folder.glob(pattern))
in_place = "does not decode" in (folder / "unknown.html").read_text()
tell = {"doors": doors, "commands": said, "codes": codes, "images": len(tx.images())}
print(json.dumps(tell | {"pages": pages, "in_place": in_place}))
"""
SHEETS = {"sheet.png": "sheet.png", "sheet.html": "sheet.html", "sheet features": "features.html"}
PAGES = SHEETS | {"report.html": "report.html"}
REPORTS = ("report.html", "report.pdf")
DRAWN = ("card", *SHEETS)
PIXELS = ("extract", "quality", "view", *DRAWN)
SEALED = ("seal", "open")
CARD = dict.fromkeys(("fpdf", "uharfbuzz", "fontTools"), ("card", "report.pdf"))
OPENED = dict.fromkeys(("asn1crypto", "pyhanko", "pyhanko_certvalidator"), ("open",))
SEAL = {"cryptography": SEALED, **OPENED}
ALONE = {**CARD, **SEAL, "nbis": ("quality",)}  # of few commands each
UNDONE = {
    "numpy": (*PIXELS, *REPORTS),
    "PIL": ("view", *DRAWN),
    "imagecodecs": PIXELS,
    "lxml": ("schemas",),
    "rich": (),
    **ALONE,
}


@cache
def keys() -> dict[str, str]:
    """A certificate, its key, and what it has sealed for itself."""
    own = made("recipient", "rsa")
    data = sealed(b"sealed", own.credential, own.trust[0])
    return {"to.pem": own.certificate.decode(), "to.key": own.key.decode(), "in.p7m": pem_of(data)}


def pem_of(data: bytes) -> str:
    return f"-----BEGIN CMS-----\n{b64encode(data).decode()}\n-----END CMS-----\n"


@cache
def without(*refused: str) -> dict[str, Any]:
    """What the doors and the commands say where these modules cannot be imported: one process for all of it."""
    code = WITHOUT.format(refused=refused, keys=keys()) + DOORS + COMMANDS + TELL
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


DIFFERENCE = """
tx = nistitl.read("fixtures/latent.eft")
edited = tx.copy()
edited[9][0]["9.331.1.1"].raw = b"900"
data = bytearray(edited[13][0].DATA)
data[-40] ^= 1
edited[13][0]["13.999"] = bytes(data)
found = tx.diff(edited)
print(json.dumps([found.notes, [one.why for one in found.images], [one.path for one in found.fields]]))
"""


@pytest.mark.parametrize("module", ["numpy", "imagecodecs"])
def test_a_difference_says_what_it_could_not_compare(module: str) -> None:
    code = WITHOUT.format(refused=(module,), keys={}) + DIFFERENCE
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    notes, (why,), paths = json.loads(done.stdout)
    assert to_install(why, REFUSED[module])
    assert [to_install(note, REFUSED[module]) for note in notes] == ([True] if module == "numpy" else [])
    assert paths == (["9.331.1.1"] if module == "numpy" else [])


def to_install(text: str, package: str = "") -> bool:
    return f"{package}: pip install 'ebtskit[" in text


def test_every_door_says_what_to_install() -> None:
    said = without(*REFUSED)["doors"]
    assert {name for name, told in said.items() if told is None} == set()
    for name, (error, message) in said.items():
        extra = "xml" if name == "schemas" else "images"
        assert error == "MissingDependency", (name, error, message)
        assert message.endswith(f": pip install 'ebtskit[{extra}]'"), (name, message)


@pytest.mark.parametrize("module", REFUSED)
def test_one_package_that_is_missing_is_named_by_its_package(module: str) -> None:
    told = [one for one in without(module)["doors"].values() if one is not None]
    missing = [message for error, message in told if error == "MissingDependency"]
    assert (missing or module == "rich" or module in ALONE) and all(
        to_install(text, f" needs {REFUSED[module]}") for text in missing
    )
    assert not {error for error, _ in told} & {"ImportError", "ModuleNotFoundError"}


def test_commands_say_what_is_not_checked_or_cannot_be_had() -> None:
    told = without(*REFUSED)
    assert told["codes"] == ["WARNING"] * told["images"] and told["images"]
    assert told["pages"] == ["unknown.html"] and told["in_place"]
    for name, (status, out, err) in told["commands"].items():
        assert "Traceback" not in out + err and "ModuleNotFoundError" not in out + err, (name, err)
        if name in (*PIXELS, *REPORTS, *SEALED, "schemas"):
            assert status == 2 and to_install(err), (name, status, err)
        elif name == "level 3":
            assert status in (0, 1) and "image-package-missing" in out and to_install(out), (name, out)
        else:
            assert status in (0, 1) and not to_install(out + err), (name, status, err)


@pytest.mark.parametrize("module", REFUSED)
def test_with_one_package_missing_commands_do_their_work_or_name_it(module: str) -> None:
    told = without(module)
    assert {name for name, (status, _, _) in told["commands"].items() if status not in (0, 1)} == set(UNDONE[module])
    assert told["in_place"]  # a codec that nobody knows is no package that is missing
    assert set(told["pages"]) == {"unknown.html"} | {page for name, page in PAGES.items() if name not in UNDONE[module]}
    for name, (_, out, err) in told["commands"].items():
        assert "Traceback" not in out + err and "No module named" not in out + err, (name, err)
        assert to_install(err, f" needs {REFUSED[module]}") == (name in UNDONE[module]), (name, err)
