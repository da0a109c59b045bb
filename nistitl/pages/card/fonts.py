"""Fonts that are embedded in a card: which of those at hand has a letter."""

from __future__ import annotations

import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError, MissingDependency, needing

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")  # Noto, SIL Open Font License; the second only where installed
_FIRST = "NotoSans["  # of their files: the one for Latin, Greek and Cyrillic letters
_SUFFIXES = (".ttf", ".otf", ".ttc")
_SHAPED_FROM = 0x590  # Hebrew and what follows it: read from the right, or joined
_MARKS = range(0x300, 0x370)  # that stand over the letter before


class Fonts:
    """The fonts at hand, the first for most letters, then those of the user, then the others of the packages."""

    def __init__(self, given: Sequence[str | os.PathLike[str]] = ()) -> None:
        packaged = [path for package in _PACKAGES for path in _files_of(package)]
        first = [path for path in packaged if path.name.startswith(_FIRST)][:1]
        self._files = [*first, *map(Path, given), *(path for path in packaged if path not in first)]
        if not self._files:
            raise MissingDependency("a PDF needs manimgx-fonts, or fonts of yours: pip install 'ebtskit[card]'")
        self._letters: dict[Path, frozenset[int]] = {}
        for path in given:
            self._letters_of(Path(path))

    @property
    def first(self) -> Path:
        """The font that most text is written in."""
        return self._files[0]

    def with_letter(self, letter: str) -> Path | None:
        """The first font that has a letter; None where none has."""
        return next((path for path in self._files if ord(letter) in self._letters_of(path)), None)

    def _letters_of(self, path: Path) -> frozenset[int]:
        if path not in self._letters:
            with needing("a PDF", "card"):
                from fontTools.ttLib import TTFont, TTLibError
            try:
                with TTFont(path, fontNumber=0, lazy=True) as font:
                    self._letters[path] = frozenset(font.getBestCmap() or ())
            except (OSError, TTLibError) as error:
                reason = getattr(error, "strerror", None) or "it is no TrueType or OpenType font"
                raise ITLError(f"cannot read the font {path.name}: {reason}") from None
        return self._letters[path]


def _files_of(package: str) -> Iterable[Path]:
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    return (path for folder in folders or () for path in sorted(Path(folder).iterdir()) if path.suffix in _SUFFIXES)


def needs_shaping(text: str) -> bool:
    """True for text whose letters are joined, stand on each other or are read from the right."""
    return any(ord(letter) >= _SHAPED_FROM or ord(letter) in _MARKS for letter in text)


def scripts(letters: Iterable[str]) -> str:
    """What letters are of, by the first word of their names: `CJK, THAI`; never the letters themselves."""
    return ", ".join(sorted({unicodedata.name(letter, "UNNAMED").split()[0] for letter in letters}))
