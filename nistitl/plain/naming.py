"""Which positions the pictures of a folder show, by their names: one position a name, or the name is refused."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from nistitl.base.text import many
from nistitl.images.positions import has_records, position_slugs, position_spelled

if TYPE_CHECKING:
    from collections.abc import Container

_PLACE = "{position}"
_SUFFIXES = (
    ".bmp", ".dib", ".gif", ".j2k", ".jp2", ".jpc", ".jpe", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif",
    ".tiff", ".webp", ".wsq",
)  # fmt: skip
_TELLING = (  # words beside a position that say another thing than it does
    "flat", "flats", "four", "index", "latent", "left", "little", "middle", "missing", "no", "not", "palm", "plain",
    "right", "ring", "segment", "slap", "slaps", "thumb", "thumbs",
)  # fmt: skip


def positions_in(folder: Path, pattern: str, named: Container[Path]) -> dict[int, list[Path]]:
    """The pictures of a folder by the position that their names say, in the order of the names.

    `pattern` is one of the shell, with `{position}` where that stands; with `*` any file counts that is called as
    pictures are. Files that are `named` elsewhere may be called anything. ValueError for a folder that cannot be read,
    and for names that say no position, or more than one.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise ValueError(f"cannot read: {error.strerror or error}") from None
    rows: dict[int, list[Path]] = {}
    unknown = []
    for path in (path for path in files if _fits(path, pattern)):
        position, rest = _position_of(path, pattern)
        if position is not None and has_records(position):
            if path.absolute() not in named:
                _check_rest(path, position, rest)
            rows.setdefault(position, []).append(path)
        elif path.absolute() not in named:
            unknown.append(path.name)
    if not rows:
        raise ValueError(f"no name of a file says a position; the folder has {many(len(files), 'file')}")
    if unknown:
        names = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        hint = "name them beside their position, or give a pattern that leaves them out"
        raise ValueError(f"no position is said by {names}; {hint}")
    return rows


def _check_rest(path: Path, position: int, rest: list[str]) -> None:
    """ValueError for a file whose name says more than its position, such as another one, or that it is plain."""
    for word in rest:
        if word in _TELLING or (not word.isdigit() and position_spelled(word) is not None):
            says = f"{path.name} says {position_slugs()[position]}, and {word!r} as well"
            raise ValueError(f"{says}; name it beside its position")


def _fits(path: Path, pattern: str) -> bool:
    """True for a file of the pattern; where there is none, for one that is called as pictures are and is not hidden.

    Hidden are what macOS leaves beside files on other disks, `._right-thumb.png`, which are no pictures.
    """
    if pattern == "*":
        return path.suffix.lower() in _SUFFIXES and not path.name.startswith(".")
    return fnmatchcase(path.name.lower(), pattern.lower().replace(_PLACE, "*"))


def _position_of(path: Path, pattern: str) -> tuple[int | None, list[str]]:
    """The position that the name of a file says by a pattern, None where it says none; and its other words."""
    name, wanted = path.name.lower(), pattern.lower()
    before, place, after = wanted.partition(_PLACE)
    if not place:
        return _position_in(path.stem)
    ends = [end for end in range(len(name) + 1) if fnmatchcase(name[end:], after)]
    for start in (start for start in range(len(name)) if fnmatchcase(name[:start], before)):
        for end in (end for end in reversed(ends) if end > start):
            if (position := position_spelled(name[start:end])) is not None:
                return position, [*_words(name[:start]), *_words(Path(name[end:]).stem)]
    return None, []


def _position_in(stem: str) -> tuple[int | None, list[str]]:
    """The longest piece of a name that is a position, numbers only where nothing else is; and the other words."""
    words = _words(stem.lower())
    spans = [(end - start, start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    for _, start, end in sorted(spans, key=lambda one: (-one[0], one[1])):
        text = "-".join(words[start:end])
        if not text.isdigit() and (position := position_spelled(text)) is not None:
            return position, words[:start] + words[end:]
    numbers = [word for word in words if word.isdigit() and position_spelled(word) is not None]
    if len(numbers) != 1:
        return None, words
    return position_spelled(numbers[0]), [word for word in words if not word.isdigit()]


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s_.-]+", text) if word]
