"""`nistitl view`: the pixels in the characters of a terminal."""

from __future__ import annotations

import base64
import os
import re
import struct
import subprocess
import sys
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


# -- the graphics of a terminal -----------------------------------------------------------------

# whether a terminal has graphics is asked of it within a tenth of a second, which no test may wait for
VIEW = "import sys, textual_image.renderable as r; r.Image = getattr(r, sys.argv[1]); " \
       "from nistitl.cli import main; sys.exit(main(sys.argv[2:]))"  # fmt: skip


def on_terminal(protocol: str, *arguments: object) -> bytes:
    """What `nistitl view` writes to a terminal of 80 by 24 cells, each of one pixel by two."""
    fcntl, pty, termios = map(pytest.importorskip, ("fcntl", "pty", "termios"))  # which Windows has not
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 80, 48))
    line = [sys.executable, "-c", VIEW, protocol, "view", *map(str, arguments)]
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        environment.pop(name, None)
    child = subprocess.Popen(line, stdin=slave, stdout=slave, stderr=subprocess.PIPE, env=environment, cwd=ROOT)
    os.close(slave)
    written = bytearray()
    try:
        while piece := os.read(master, 1 << 16):
            written += piece
    except OSError:  # so Linux says that the other end is closed
        pass
    os.close(master)
    told = child.communicate()[1]
    assert child.returncode == 0, told.decode()
    return bytes(written)


def pictures_sent(written: bytes) -> list[bytes]:
    """The PNGs among messages of the terminal graphics protocol, put together of their pieces."""
    made, pieces = [], b""
    for keys, payload in re.findall(rb"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\", written):
        if b"f=100" in keys.split(b","):
            pieces += payload
            if b"m=0" in keys.split(b","):
                made.append(base64.b64decode(pieces))
                pieces = b""
    return made


def test_pixels_reach_a_terminal_that_has_graphics(tmp_path: Path) -> None:
    """Each image once, every pixel as the record has it, by a decoder that had no part in it."""
    pytest.importorskip("textual_image", reason="the extra `view` is not installed")
    png = pytest.importorskip("imagecodecs")
    (tmp_path / "small.an2").write_bytes(small_transaction())
    images = nistitl.read(small_transaction()).images()
    written = on_terminal("TGPImage", tmp_path / "small.an2")
    sent = [png.png_decode(one) for one in pictures_sent(written)]
    assert [one.shape for one in sent] == [(32, 32, 3)] * len(images)
    for shown, record in zip(sent, images, strict=True):
        assert (shown == record.array[:, :, None]).all()
    assert written.count(b"record ") == 2 and "\u2580".encode() not in written and b"PLANTED" not in written


@pytest.mark.parametrize(("protocol", "more"), [("HalfcellImage", []), ("TGPImage", ["--blocks"])])
def test_a_terminal_without_graphics_gets_half_blocks(tmp_path: Path, protocol: str, more: list[str]) -> None:
    pytest.importorskip("textual_image", reason="the extra `view` is not installed")
    (tmp_path / "small.an2").write_bytes(small_transaction())
    written = on_terminal(protocol, tmp_path / "small.an2", *more)
    assert pictures_sent(written) == [] and written.count("\u2580".encode()) == 2 * 32 * 16
