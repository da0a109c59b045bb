"""`{ image = "x.tif", codec = "WSQ20", bitrate = 0.75 }` in a manifest, and the names that unpack gives to images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nistitl
from nistitl.images import wsq
from nistitl.plain.folder import MANIFEST, pack, unpack
from tests.support.cards import picture, saved
from tests.support.samples import ROOT

CARD = ROOT / "fixtures" / "tenprint-type14.eft"
HEADER = 'format = "nistitl-1"\n[[record]]\ntype = 1\nfield = {"1.002" = "0502", "1.004" = "CAR"}\n'


def packed(folder: Path, said: str, kind: int = 14, more: str = "") -> Any:
    """The record of a manifest with `{ image = ..., <said> }`, and these other fields."""
    number = f"{kind}.999" if kind > 9 else f"{kind}.009"
    row = f'[[record]]\ntype = {kind}\n[record.field]\n{more}"{number}" = {{ image = {said} }}\n'
    (folder / MANIFEST).write_text(HEADER + row, "utf-8")
    return nistitl.read(pack(folder)).records[1]


def test_an_image_of_any_form_is_encoded_as_the_manifest_asks(tmp_path: Path) -> None:
    pixels = picture(96)
    saved(tmp_path / "x.tif", pixels)
    record = packed(tmp_path, '"x.tif", codec = "WSQ20", bitrate = 2.25')
    assert (record.CGA, record.HLL, record.VLL, record.THPS, record.BPX) == ("WSQ20", 96, 96, 500, 8)
    assert bytes(record.DATA) == wsq.encode(pixels, bitrate=2.25, ppi=500)
    colour = np.dstack([pixels, pixels, pixels // 2])
    saved(tmp_path / "x.bmp", colour, None)
    record = packed(tmp_path, '"x.bmp", ppi = 1000, resample = 500, codec = "PNG"')
    assert (record.CGA, record.HLL, record.THPS, record.SHPS, record.array.ndim) == ("PNG", 48, 500, 1000, 2)
    short = '"4.003" = 1\n"4.004" = [1]\n"4.008" = 1\n'
    assert packed(tmp_path, '"x.tif"', 4, short).codec == "WSQ20"


def test_type_1_tells_the_resolution_of_a_binary_record_where_the_manifest_does_not(tmp_path: Path) -> None:
    saved(tmp_path / "x.tif")
    saved(tmp_path / "y.tif", None, 1000)
    short = '"4.003" = 1\n"4.004" = [1]\n'
    for name, native, isr in (("x.tif", "19.69", 0), ("y.tif", "39.37", 1)):
        record = packed(tmp_path, f'"{name}"', 4, short)
        first = nistitl.read(pack(tmp_path)).records[0]
        assert (first["1.011"].text, first["1.012"].text, record.ISR) == (native, "19.69", isr)


@pytest.mark.parametrize(
    ("said", "more", "told"),
    [
        ('"x.tif", bitrat = 1', "", "did you mean 'bitrate'"), ('"x.tif", bitrate = "much"', "", "bitrate is a str"),
        ('"x.tif", codec = "WSQQ"', "", "no algorithm is called 'WSQQ'"), ('"y.tif"', "", "y.tif: cannot be read"),
        ('"x.tif", codec = "PNG", bitrate = 1', "", "PNG has no bit rate"), ('"../x.tif"', "", "outside"),
        ('"x.tif", codec = "PNG"', '"14.011" = "WSQ20"\n', "the record says WSQ20"), ('"."', "", "no file"),
        ('"x.tif"', '"14.006" = "5"\n', "96 in x.tif; correct one"), ('"x.tif", page = 2', "", "page"),
    ],
)  # fmt: skip
def test_an_image_that_cannot_be_is_refused(tmp_path: Path, said: str, more: str, told: str) -> None:
    saved(tmp_path / "x.tif")
    with pytest.raises(nistitl.StructureError) as caught:
        packed(tmp_path, said, 14, more)
    assert told in str(caught.value)


def test_unpack_names_files_by_position(tmp_path: Path) -> None:
    names = unpack(nistitl.read(CARD), tmp_path / "u")
    assert names[0] == "002-right-thumb.png" and names[13] == "015-plain-left-four-fingers.png"
    assert pack(tmp_path / "u") == CARD.read_bytes()
