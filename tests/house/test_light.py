"""What `import nistitl` loads: what reading needs before it knows what it reads, and nothing else."""

from __future__ import annotations

import subprocess
import sys

from tests.house.rooms import room_of
from tests.support.samples import ROOT

MOST = 29  # of our own modules
CODE = "import sys, attrs, construct; before = set(sys.modules); import nistitl; print(*set(sys.modules) - before)"


def loaded() -> list[str]:
    command = [sys.executable, "-S", "-c", CODE]  # what `site` loads would hide what we do
    paths = {"PYTHONPATH": ":".join([str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))])}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=paths, cwd=ROOT).stdout.split()


def test_an_import_loads_the_lower_rooms_only() -> None:
    ours = [name for name in loaded() if name.partition(".")[0] in ("nistitl", "ebts_profiles")]
    rooms = {room_of(name) for name in ours}
    assert rooms == {"nistitl", *(f"nistitl.{room}" for room in ("api", "base", "declare", "model", "records", "wire"))}
    assert len(ours) <= MOST, ours


def test_an_import_loads_nothing_heavy() -> None:
    heavy = {"numpy", "imagecodecs", "PIL", "lxml", "rich", "json", "mmap", "pathlib", "tempfile", "tomllib", "xml"}
    assert not heavy & {name.partition(".")[0] for name in loaded()}
