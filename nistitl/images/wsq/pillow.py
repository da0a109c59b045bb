"""Pillow plug-in: after `register()`, `Image.open("finger.wsq")` and `image.save("finger.wsq")` work.

`save` takes `bitrate`, `ppi` (or Pillow's own `dpi`), `comments`, `software` and `nistcom`. An opened image
has `info["dpi"]` from a NISTCOM comment, `info["comment"]` and `info["bitrate"]` where the codestream says so.
A codestream that is cut is an OSError, as of Pillow's own formats, unless `ImageFile.LOAD_TRUNCATED_IMAGES` is set.
"""

from __future__ import annotations

from typing import IO, Any

from nistitl.base.errors import needing
from nistitl.images.errors import ImageError
from nistitl.images.wsq import decode, encode, info

with needing("the plug-in for Pillow"):
    from PIL import Image, ImageFile

FORMAT, EXTENSION, MIME = "WSQ", ".wsq", "image/x-wsq"
OPTIONS = ("bitrate", "ppi", "comments", "software", "nistcom")


class WsqImageFile(ImageFile.ImageFile):
    """A WSQ codestream; decoded when its pixels are asked for."""

    format = FORMAT
    format_description = "WSQ fingerprint image"

    def _open(self) -> None:
        assert self.fp is not None
        data = self.fp.read()
        try:
            said = info(data)
        except ImageError as error:
            raise SyntaxError(str(error)) from None  # Pillow's way of saying: none of mine
        self._mode, self._size = "L", (said.width, said.height)
        if said.ppi:
            self.info["dpi"] = (said.ppi, said.ppi)
        if said.bitrate:
            self.info["bitrate"] = said.bitrate
        if said.comments:
            self.info["comment"] = "\n".join(said.comments)
        self.tile = [ImageFile._Tile(FORMAT, (0, 0, *self._size), 0, (data,))]


class WsqDecoder(ImageFile.PyDecoder):
    """Pixels of the whole codestream at once."""

    _pulls_fd = True

    def decode(self, buffer: Any) -> tuple[int, int]:
        """Decode what `_open` has read. Pillow has checked the size against its own limit."""
        (data,) = self.args
        width, height = self.state.xsize, self.state.ysize
        try:
            pixels = decode(data, max_pixels=width * height, truncated=ImageFile.LOAD_TRUNCATED_IMAGES)
        except ImageError as error:
            raise OSError(str(error)) from error
        self.set_as_raw(pixels.tobytes())
        return -1, 0


def register() -> None:
    """Make Pillow know WSQ; does nothing the second time."""
    if FORMAT in Image.OPEN:
        return
    Image.register_open(FORMAT, WsqImageFile, _accept)
    Image.register_decoder(FORMAT, WsqDecoder)
    Image.register_save(FORMAT, _save)
    Image.register_extension(FORMAT, EXTENSION)
    Image.register_mime(FORMAT, MIME)


def _accept(prefix: bytes) -> bool:
    """Whether a file starts with SOI and the first byte of another marker."""
    return prefix[:3] == b"\xff\xa0\xff"


def _save(image: Image.Image, file: IO[bytes], filename: str | bytes) -> None:
    """Encode with the options given to `save`."""
    import numpy as np

    if image.mode != "L":
        raise OSError(f"cannot write mode {image.mode} as WSQ; convert to L first")
    given = image.encoderinfo
    options = {name: given[name] for name in OPTIONS if name in given}
    if "dpi" in given and "ppi" not in options:
        options["ppi"] = round(given["dpi"][0])
    try:
        file.write(encode(np.asarray(image), **options))
    except ImageError as error:
        raise OSError(str(error)) from error
