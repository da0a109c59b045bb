"""Options that say how a picture becomes the image of a record, each named as the keyword of `from_image`."""

from __future__ import annotations

import argparse
from typing import Any

_FLAGS = {
    "gray": "without colour", "eight_bits": "deeper samples are divided", "upsample": "--resample may invent pixels",
    "turn": "as EXIF asks, and encoded anew; --no-turn: as it is stored",
}  # fmt: skip
PICTURING = ("codec", "bitrate", "resample", "page", "background", *_FLAGS)


def add_picturing(parser: argparse.ArgumentParser) -> None:
    """The options of `PICTURING`."""
    parser.add_argument("--codec", metavar="NAME", help="what the picture is encoded by, such as WSQ20")
    parser.add_argument("--bitrate", type=float, metavar="BITS", help="bits a pixel of WSQ20 or JP2, such as 0.75")
    parser.add_argument("--resample", type=float, metavar="PPI", help="its resolution becomes this one, such as 500")
    parser.add_argument("--page", type=int, metavar="N", help="of a file of several, from 1")
    parser.add_argument("--background", type=int, metavar="GRAY", help="under what is transparent: 255 is white")
    for name, summary in _FLAGS.items():
        action = argparse.BooleanOptionalAction if name == "turn" else "store_true"
        parser.add_argument(f"--{name.replace('_', '-')}", action=action, default=None, help=summary)


def picturing(options: argparse.Namespace) -> dict[str, Any]:
    """Those that were given, by their names."""
    return {name: value for name in PICTURING if (value := getattr(options, name)) is not None}


def spelled(names: list[str]) -> str:
    """Names of options as they are typed: `--eight-bits and --gray`."""
    return " and ".join(f"--{name.replace('_', '-')}" for name in names)
