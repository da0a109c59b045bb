"""What a command line puts into a record: PATH=VALUE, of binary fields also PATH=@FILE."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import ITLError, PathError, ReadError
from nistitl.base.findings import Severity
from nistitl.cli.command import STDIN, read_bytes
from nistitl.cli.picturing import PICTURING, spelled
from nistitl.model.paths import parse_path

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping

    from nistitl.model.record import Record

FILE = "@"


def parted(change: str) -> tuple[str, Any]:
    """Path and value of PATH=VALUE, where a JSON list is one. PathError for what is neither."""
    path, equals, value = change.partition("=")
    if not equals:
        raise PathError("a change is told as PATH=VALUE")
    if value.startswith("["):
        try:
            return path, json.loads(value)
        except RecursionError:
            raise PathError(f"{path}: a list of lists of items is as deep as a field goes") from None
        except ValueError:
            return path, value
    return path, value


def put(
    record: Record,
    path: str,
    value: Any,
    *,
    override_ppi: bool = False,
    keep: Collection[str] = (),
    wishes: Mapping[str, Any] | None = None,
) -> bool:
    """Put a value, or for @FILE in a binary field the content of a file; whether it was one.

    What follows an image, and what it leaves behind, are as of `set_image`, with `wishes` (`PICTURING`) as its options;
    with `override_ppi` the resolution stays. ITLError where there are wishes and what is put is no image.
    """
    wishes = wishes or {}
    place = parse_path(record, path)
    if not (isinstance(value, str) and value.startswith(FILE) and place.subfield is None and place.is_data):
        place.assign(value)
        return False
    from nistitl.images.claims import ANYTHING_TYPES
    from nistitl.images.fields import hash_anew
    from nistitl.images.record import ImageRecord
    from nistitl.images.registry import read_header

    name = value[len(FILE) :]
    data = file_content(name)
    whole = record.binary or place.key == record.data_field
    may_be_anything = not whole or record.type in ANYTHING_TYPES
    if isinstance(record, ImageRecord) and not may_be_anything and (wishes or read_header(data) is not None):
        override = override_ppi and record.ppi is not None
        ppi = record.ppi if override else None
        with spelled_as_options(("override_ppi", *PICTURING)):
            picture = name if wishes and name != STDIN else data  # a file is encoded anew where that is asked for
            record.set_image(picture, ppi=ppi, keep=keep, override_ppi=override, **wishes)
        return True
    if wishes:
        raise ITLError(f"{spelled(list(wishes))}: such options are for images, which {place.path} does not hold")
    for name, content in (hash_anew(record, data) if whole and not record.binary else {}).items():
        setattr(record, name, content)
    place.assign(data)
    return True


def file_content(name: str) -> bytes:
    """The bytes of a file that an argument names; ReadError, with its name, if it cannot be read."""
    try:
        return read_bytes(name)
    except ReadError as error:
        raise ReadError(f"{name}: {error}") from error


@contextmanager
def spelled_as_options(known: Container[str]) -> Iterator[None]:
    """Around what makes an image: what its errors advise is said by the options that the command knows."""
    from nistitl.images.errors import ImageError
    from nistitl.images.hints import as_options

    try:
        yield
    except ImageError as error:
        raise ImageError(as_options(error.message, known), error.finding, error.offset) from None


def check_images(records: Iterable[Record], *, override_ppi: bool = False, as_stored: bool = False) -> None:
    """ImageError for the first of these images that its record contradicts, by headers alone.

    With `override_ppi` another resolution is no contradiction, with `as_stored` a turn that EXIF asks for.
    """
    from nistitl.images.errors import ImageError
    from nistitl.images.findings import image_findings

    waived = {"image-resolution": override_ppi, "image-orientation": as_stored}
    for record in records:
        for finding in image_findings(record, decode=False):
            if finding.severity > Severity.NOTE and not waived.get(finding.code, False):
                raise ImageError.of(finding)
