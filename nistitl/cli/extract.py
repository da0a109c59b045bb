"""`nistitl extract`: the images of transactions, one file each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError, MissingDependency, WriteError
from nistitl.base.files import write_atomically
from nistitl.base.text import printable
from nistitl.cli import FOUND, UNREADABLE
from nistitl.cli.command import (
    Command,
    add_json,
    add_reading,
    complain,
    print_json,
    read_input,
    tell_damage,
    tell_findings,
)
from nistitl.cli.status import status_of
from nistitl.images.export import Export, exported, exported_segments, formats, written
from nistitl.images.labels import file_stem, has_several_fingers, segment_stem
from nistitl.images.resolution import is_plausible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nistitl.images.record import ImageRecord


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="- for standard input")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="made if need be")
    parser.add_argument("--as", dest="form", choices=formats(), default="png", help="png by default")
    parser.add_argument("--ppi", type=resolution, metavar="N", help="friction ridges at N pixels per inch, such as 500")
    parser.add_argument("--gray", action="store_true", help="colour as gray (ITU-R BT.601)")
    parser.add_argument("--segments", action="store_true", help="the fingers of a slap, one file each, by SEG and ASEG")
    add_reading(parser)
    add_json(parser)


def resolution(text: str) -> float:
    """Pixels per inch as argparse has them; its error names this function."""
    ppi = float(text)
    if not is_plausible(ppi):
        raise ValueError
    return ppi


def _run(options: argparse.Namespace) -> int:
    wanted = Export(options.form, options.gray, options.ppi)
    if wanted.stored and (options.gray or options.ppi or options.segments):
        raise ITLError(
            "--as original is the codestream as it stands: --gray, --ppi and --segments go with png, tiff and others"
        )
    tx = read_input(options.file, options)
    tell_findings(tx)
    folder = Path(options.output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise ITLError(f"cannot make the folder: {getattr(error, 'strerror', None) or error}") from error
    files, status = [], status_of(tx, damaged=tell_damage(tx))
    places = {id(record): at for at, record in enumerate(tx)}
    for image in tx.images():
        at = places[id(image)]
        where, whole = f"record {at}, Type-{image.type}", True
        try:
            for name, content, ppi, position in _files(image, file_stem(at, image), wanted, options.segments):
                write_atomically(folder / name, [content], follow=False)
                part = {"position": position} if options.segments else {}
                files.append({"file": name, "record": at, "bytes": len(content), "ppi": ppi, **part})
                whole = position is None
                if not options.json:
                    print(printable(name))
            if options.segments and whole and has_several_fingers(image):
                complain(where, ITLError("there are no segments, so that it is written whole"))
        except WriteError:  # the next would not fit either
            raise
        except ITLError as error:
            complain(where, error)
            status = max(status, UNREADABLE if isinstance(error, MissingDependency) else FOUND)
    if options.json:
        print_json(files)
    return status


def _files(
    image: ImageRecord, stem: str, wanted: Export, segments: bool
) -> Iterator[tuple[str, bytes, float | None, int | None]]:
    """Name, content, resolution and position of every file of an image: of its segments, or of the whole one."""
    names: set[str] = set()
    for crop, picture in exported_segments(image, wanted) if segments else ():
        content, suffix = written(picture, wanted.form)
        name = segment_stem(stem, crop.position, crop.mask is not None)
        while name in names:
            name += "-again"
        names.add(name)
        yield f"{name}{suffix}", content, picture.ppi, crop.position
    if not names:
        if wanted.stored:
            content, suffix = exported(image, wanted)
            ppi = image.ppi
        else:
            picture = wanted.picture(image)
            (content, suffix), ppi = written(picture, wanted.form), picture.ppi
        yield f"{stem}{suffix}", content, ppi, None


COMMAND = Command("the images, one file each, with their resolution", _configure, _run)
