"""Without the packages of the extras: every door says what to install, by an error of our own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support.samples import ROOT

REFUSED = {"numpy": "numpy", "PIL": "pillow", "imagecodecs": "imagecodecs", "lxml": "lxml"}

WITHOUT = """
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
    print(json.dumps(said))
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
told({
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


def run(refused: list[str], script: str) -> Any:
    code = WITHOUT.format(refused=refused) + script
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_door_says_what_to_install() -> None:
    said = run(list(REFUSED), DOORS)
    assert {name for name, told in said.items() if told is None} == set()
    for name, (error, message) in said.items():
        extra = "xml" if name == "schemas" else "images"
        assert error == "MissingDependency", (name, error, message)
        assert message.endswith(f": pip install 'ebtskit[{extra}]'"), (name, message)


@pytest.mark.parametrize("module", REFUSED)
def test_one_package_that_is_missing_is_named_by_its_package(module: str) -> None:
    said = run([module], DOORS)
    told = [one for one in said.values() if one is not None]
    missing = [message for error, message in told if error == "MissingDependency"]
    assert missing and all(f" needs {REFUSED[module]}: pip install " in message for message in missing)
    assert not {error for error, _ in told} & {"ImportError", "ModuleNotFoundError"}


COMMANDS = """
import contextlib, io
from nistitl.cli import main
said = {}
for line in (
    ["validate", "--level", "3", "fixtures/tenprint-type14.eft"],
    ["extract", "fixtures/tenprint-type14.eft", "-o", tempfile.mkdtemp()],
    ["sheet", "fixtures/tenprint-type14.eft", "-o", tempfile.mkdtemp() + "/sheet.png"],
):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(line)
    said[line[0]] = [status, out.getvalue(), err.getvalue()]
tx = nistitl.read("fixtures/tenprint-type14.eft")
said["codes"] = [f.severity.name for f in tx.validate(level=3) if f.code == "image-package-missing"]
said["images"] = len(tx.images())
print(json.dumps(said))
"""


def test_commands_say_what_is_not_checked_or_cannot_be_had() -> None:
    said = run(list(REFUSED), COMMANDS)
    assert said["codes"] == ["WARNING"] * said["images"]
    status, out, _ = said["validate"]
    assert status == 0 and "image-package-missing" in out and "pip install 'ebtskit[images]'" in out
    for name in ("extract", "sheet"):
        status, _, err = said[name]
        assert status == 2 and "pip install 'ebtskit[images]'" in err
