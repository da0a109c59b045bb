"""`nistitl sheet`: every image on one page."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.cli.command import (
    STDIN,
    Command,
    add_json,
    add_reading,
    print_json,
    read_input,
    tell_damage,
    tell_findings,
)
from nistitl.cli.status import status_of
from nistitl.minutiae.names import LAYERS
from nistitl.pages.sheet import sheet_html, sheet_png

if TYPE_CHECKING:
    import argparse


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="a name that ends in .png or .html")
    parser.add_argument("--segments", action="store_true", help="draw segmentation boxes and polygons")
    parser.add_argument("--minutiae", action="store_true", help="draw minutiae, cores, deltas, ridge quality")
    parser.add_argument(
        "--scale", type=float, metavar="N", help="every image N times its own size, one below the other"
    )
    parser.add_argument("--numbers", action="store_true", help="of minutiae that are drawn: the index beside each")
    parser.add_argument(
        "--layers", type=_layers, metavar="NAMES", help=f"draw these only, with commas between: {', '.join(LAYERS)}"
    )
    parser.add_argument("--values", action="store_true", help="what Type-2 says, above the images")
    parser.add_argument("--true-scale", action="store_true", help="printed as large as the records say (.html)")
    add_reading(parser)
    add_json(parser)


def _layers(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


def _run(options: argparse.Namespace) -> int:
    name = options.output.lower()
    if name != STDIN and not name.endswith((".png", ".html", ".htm")):
        raise ITLError("the sheet is a .png or an .html file")
    is_html = name.endswith((".html", ".htm"))
    if options.true_scale and not is_html:
        raise ITLError("a .png has pixels and no true scale: write the sheet as .html, or a card")
    tx = read_input(options.file, options)
    tell_findings(tx)
    damaged = tell_damage(tx)
    what = {one: getattr(options, one) for one in ("segments", "scale", "numbers", "values")}
    what["minutiae"] = options.minutiae or options.layers is not None
    what["layers"] = LAYERS if options.layers is None else options.layers
    data = sheet_html(tx, **what, true_scale=options.true_scale).encode("utf-8") if is_html else sheet_png(tx, **what)
    write_atomically(sys.stdout.buffer if name == STDIN else options.output, [data])
    if options.json and name != STDIN:
        print_json({"file": options.output, "bytes": len(data), "images": len(tx.images())})
    return status_of(tx, damaged=damaged)


COMMAND = Command("every image on one page: a tenprint as a card, palms, faces, irises", _configure, _run)
