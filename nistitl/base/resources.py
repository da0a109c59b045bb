"""Data files that a package brings along, read through its loader: from a folder, a zip or a frozen program.

`importlib.resources` does the same and takes 15 ms to import.
"""

from __future__ import annotations

import posixpath
from contextlib import suppress
from typing import Protocol

import attrs


class TextFile(Protocol):
    """What is asked of a file of text: a pathlib.Path has it, a Resource, and what importlib.resources gives."""

    @property
    def name(self) -> str:
        """The last part of its path."""

    @property
    def stem(self) -> str:
        """Its name without the suffix."""

    @property
    def parent(self) -> TextFile:
        """The folder that it is in."""

    def __truediv__(self, name: str, /) -> TextFile: ...

    def read_text(self, encoding: str) -> str:
        """Its content; OSError where it cannot be read."""


@attrs.frozen(slots=True)
class Resource:
    """A data file of a package, or a folder of them: `Resource("my_state", "my-state.toml")`."""

    package: str
    path: str = ""

    @property
    def name(self) -> str:
        """The last part of its path."""
        return posixpath.basename(self.path)

    @property
    def stem(self) -> str:
        """Its name without the suffix."""
        return posixpath.splitext(self.name)[0]

    @property
    def parent(self) -> Resource:
        """The folder that it is in."""
        return Resource(self.package, posixpath.dirname(self.path))

    def __truediv__(self, name: str) -> Resource:
        return Resource(self.package, posixpath.normpath(posixpath.join(self.path, name)))

    def is_file(self) -> bool:
        """True where the package has such a file."""
        with suppress(FileNotFoundError):
            return self.read_bytes() is not None
        return False

    def read_bytes(self) -> bytes:
        """Its content; FileNotFoundError where the package has no such file."""
        from pkgutil import get_data

        with suppress(OSError):  # the loader of a zip says no more than that
            content = get_data(self.package, self.path)
            if content is not None:
                return content
        raise FileNotFoundError(f"{self.package} has no file {self.path}")

    def read_text(self, encoding: str = "utf-8") -> str:
        """Its content as text; FileNotFoundError where the package has no such file."""
        return self.read_bytes().decode(encoding)
