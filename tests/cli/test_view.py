"""`nistitl view`: the pixels in the characters of a terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import nistitl
from nistitl.cli import main
from nistitl.pages.terminal import blocks, colours_of
from tests.support.samples import ROOT, small_transaction

LATENT = ROOT / "fixtures" / "latent.eft"
Image = pytest.importorskip("PIL.Image")


def run(capsys: Any, *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def two_by_two() -> Any:
    picture = Image.new("RGB", (2, 2))
    picture.putdata([(0, 0, 0), (255, 0, 0), (255, 255, 255), (130, 130, 130)])
    return picture


def test_a_block_is_two_pixels_in_their_own_colours() -> None:
    assert list(blocks(two_by_two(), 80, "all")) == [
        "\x1b[38;2;0;0;0;48;2;255;255;255m▀\x1b[38;2;255;0;0;48;2;130;130;130m▀\x1b[0m"
    ]


def test_of_256_colours_the_nearest() -> None:
    assert list(blocks(two_by_two(), 80, "256")) == ["\x1b[38;5;16;48;5;231m▀\x1b[38;5;196;48;5;244m▀\x1b[0m"]


def test_without_colours_ink_is_dense() -> None:
    picture = Image.new("L", (3, 2))
    picture.putdata([0, 128, 0, 0, 128, 0])
    assert list(blocks(picture, 80, "none")) == ["@=@"]
    assert list(blocks(Image.new("L", (3, 2), 255), 80, "none")) == [""]


@pytest.mark.parametrize(
    ("size", "columns", "lines"), [((400, 400), 80, 40), ((400, 100), 80, 10), ((9, 3000), 80, 1500)]
)
def test_a_picture_keeps_its_shape(size: tuple[int, int], columns: int, lines: int) -> None:
    made = list(blocks(Image.new("L", size), columns, "none"))
    assert len(made) == lines and len(made[0]) == min(columns, size[0])


def test_colours_are_as_the_environment_says() -> None:
    full = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    assert colours_of(full, terminal=True, unicode=True) == "all"
    assert colours_of({"TERM": "xterm"}, terminal=True, unicode=True) == "256"
    for less in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert colours_of(full | less, terminal=True, unicode=True) == "none"
    assert colours_of(full, terminal=False, unicode=True) == colours_of(full, terminal=True, unicode=False) == "none"


def test_view_shows_images_and_nothing_of_a_person(capsys: Any, tmp_path: Path) -> None:
    (tmp_path / "small.an2").write_bytes(small_transaction())
    status, out, _ = run(capsys, "view", tmp_path / "small.an2", "--width", 16)
    captions = [line for line in out.splitlines() if line.startswith("record ")]
    assert status == 0 and [line.split(",")[0] for line in captions] == ["record 2", "record 3"]
    assert "Right index finger, NONE, 500 ppi" in captions[0] and "PLANTED" not in out and "\x1b" not in out
    assert len(out.splitlines()) == 2 + 2 * 8
    _, out, _ = run(capsys, "view", tmp_path / "small.an2", "--idc", 1, "--width", 5)
    assert out.count("record") == 1 and max(map(len, out.splitlines()[1:])) <= 5


def test_view_tells_what_it_cannot_show(capsys: Any, tmp_path: Path) -> None:
    status, _, err = run(capsys, "view", LATENT, "--idc", 77)
    assert status == 1 and "there is no image by --idc 77" in err
    assert run(capsys, "view", LATENT, "--width", 0)[0] == 2
    tx = nistitl.read(small_transaction())
    tx[14][0].DATA = b"\xff\xa0 no image"
    tx.write(tmp_path / "bad.an2")
    status, out, err = run(capsys, "view", tmp_path / "bad.an2", "--width", 10)
    assert status == 1 and "record 3, Type-14: " in err and out.count("record") == 2


def test_a_name_that_a_terminal_would_obey_is_not_printed(capsys: Any, tmp_path: Path) -> None:
    tx = nistitl.read(small_transaction())
    tx[14][0]["14.011"].raw = tx[14][0]["14.013"].raw = b"\x1b[31m"
    (tmp_path / "evil.an2").write_bytes(bytes(tx))
    out = "".join(run(capsys, "view", tmp_path / "evil.an2", "--width", 8)[1:])
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", out)
