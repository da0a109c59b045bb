"""`nistitl view`: images in the terminal, by its graphics where it has some, else in half blocks."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.findings import told_idc
from nistitl.base.text import printable
from nistitl.cli import FOUND, UNREADABLE
from nistitl.cli.command import Command, add_reading, complain, read_input, speaks_utf8, tell_damage, tell_findings
from nistitl.cli.selecting import add_choice, chosen, told_choice
from nistitl.cli.status import status_of
from nistitl.images.labels import title
from nistitl.images.record import ImageRecord
from nistitl.images.screen import eight_bit_picture
from nistitl.pages.terminal import blocks, colours_of

if TYPE_CHECKING:
    import argparse

    from PIL.Image import Image

_WIDE = 80  # columns where nobody says how many there are


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("--width", type=int, metavar="N", help="columns; as many as the terminal has without")
    parser.add_argument("--blocks", action="store_true", help="half blocks, where the terminal has graphics, too")
    add_choice(parser)
    add_reading(parser)


def _run(options: argparse.Namespace) -> int:
    if options.width is not None and options.width < 1:
        raise ITLError("--width is 1 column or more")
    tx = read_input(options.file, options)
    tell_findings(tx)
    images = [(at, one) for at, one in chosen(tx, options) if isinstance(one, ImageRecord) and one.has_image]
    if not images:
        print(f"nistitl: there is no image{told_choice(options)}", file=sys.stderr)
        return FOUND
    columns = options.width or shutil.get_terminal_size((_WIDE, 0)).columns
    graphics = None if options.blocks else _graphics()
    status = status_of(tx, damaged=tell_damage(tx))
    for at, image in images:
        print(_caption(at, image))
        try:
            _show(eight_bit_picture(image), columns, graphics)
        except ITLError as error:
            complain(f"record {at}, Type-{image.type}", error)
            status = max(status, UNREADABLE if isinstance(error, MissingDependency) else FOUND)
    return status


def _caption(at: int, image: ImageRecord) -> str:
    idc = told_idc(image.idc)
    size = f", {image.ppi:.0f} ppi" if image.ppi else ""
    what = f"{printable(title(image))}, {printable(image.codec or 'unknown codec')}{size}"
    return f"record {at}, Type-{image.type}" + ("" if idc is None else f", IDC {idc}") + f": {what}"


def _show(picture: Image, columns: int, graphics: Any) -> None:
    if graphics is not None:
        from rich.console import Console

        Console().print(graphics(picture.convert("RGB"), width=min(columns, picture.width)))
        return
    colours = colours_of(terminal=sys.stdout.isatty(), unicode=speaks_utf8())
    for line in blocks(picture, columns, colours):
        print(line)


def _graphics() -> Any:
    """What shows an image by the graphics of the terminal; None where it has none, or textual-image is missing."""
    if not sys.stdout.isatty() or sys.stdout is not sys.__stdout__:
        return None
    try:
        from textual_image.renderable import Image, SixelImage, TGPImage  # which asks the terminal what it can
    except Exception:  # it is missing, or the terminal answered what it does not expect
        return None
    return Image if Image in (SixelImage, TGPImage) else None


COMMAND = Command("the images in the terminal", _configure, _run)
