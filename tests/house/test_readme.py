"""The Python of README.md, run as one session on the shipped fixture."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import nistitl
from tests.support.samples import ROOT

README = (ROOT / "README.md").read_text("utf-8")
FIXTURE = "fixtures/tenprint-type14.eft"
LATENT = "fixtures/latent.eft"


def save_pictures(folder: Path) -> None:
    """The pictures that the snippets read."""
    import numpy as np
    from PIL import Image

    y, x = np.indices((400, 600))
    print_ = Image.fromarray((128 + 90 * np.sin(x / 4 + y / 7)).astype(np.uint8))
    print_.save(folder / "thumb.tif", dpi=(1000, 1000))
    print_.convert("RGB").save(folder / "face.png")
    pages = {"save_all": True, "append_images": [print_.convert("RGB")], "dpi": (1000, 1000)}
    print_.save(folder / "scan.tif", **pages)


def test_snippets_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("imagecodecs")
    blocks = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 11
    (tmp_path / "fixtures").mkdir()
    for name in (FIXTURE, LATENT):
        shutil.copy(ROOT / name, tmp_path / name)
    overlay, _ = re.findall(r"^```toml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    (tmp_path / "my-state.toml").write_text(overlay)
    save_pictures(tmp_path)
    monkeypatch.chdir(tmp_path)
    session: dict[str, Any] = {"__file__": str(tmp_path / "my_state.py")}
    for at, block in enumerate(blocks):
        exec(compile(block, f"README.md, block {at}", "exec"), session)

    written = nistitl.read("out.eft", policy="strict")
    assert written[2][0]["2.018"].text == "DOE,JANE" and not written.findings
    told = (written.VER, written.TOT, repr(written.edition), len(written))
    assert told == ("0502", "CAR", "<Edition.E2015: 502>", 16)
    before, rec = written[14][12], session["rec"]
    assert (before.HLL, str(before.FCD), before.FGP, len(before.SEG)) == (1160, "2024-03-15", (13,), 4)
    assert "14.026" not in rec and rec.COM is None and "14.020" in before
    assert bytes(rec["SEG.1"].raw) == bytes(before["SEG.1"].raw) and rec.SEG[1].RHC == 512 and len(rec.SEG) == 5
    assert b"\x1fNEW\x1f" in bytes(session["text"]["2.067"].raw) and len(session["tx"]) == 16
    assert session["made"][4][0].idc == 0 and session["card"].codec == "PNG"
    assert session["printed"].FGP == (2,) and session["printed"]["14.200"] == b"mine"
    shorter = nistitl.read(session["shorter"], policy="strict")
    assert len(shorter) == 15 and "2.018" not in shorter[2][0] and not shorter.findings
    assert session["pixels"].shape == session["finger"].shape
    assert len(session["new"].minutiae(units="own")) == 50 and session["features"].minutiae_blocks == ("efs", "m1")
    assert session["picture"].size == (400, 400)
    assert session["converted"].losses == () and b"<ebts:PersonSexCode>F<" in (tmp_path / "edited.xml").read_bytes()
    assert session["back"][2][0]["2.024"].text == "F" and len(session["back"]) == 16
    difference = session["difference"]
    assert [change.path for change in difference.fields] == ["2.024"] and not difference.same_meaning


def test_the_overlay_does_what_its_comments_say(tmp_path: Path) -> None:
    overlay, _ = re.findall(r"^```toml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    (tmp_path / "my-state.toml").write_text(overlay)
    tx = nistitl.read(ROOT / FIXTURE)

    def told(*overlays: Path) -> set[tuple[str, str | None]]:
        return {(f.code, f.location.path) for f in tx.validate("fbi-ebts-10.0", overlays=overlays).errors}

    more = told(tmp_path / "my-state.toml") - told()
    assert more == {("field-missing", "2.8001"), ("field-not-listed", "2.036"), ("records-many", "")}
