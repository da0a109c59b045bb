"""The command line in this process: bytes in, what it wrote and said out; and what may never stand in either."""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from nistitl.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "table", "tr", "td", "th", "a", "span", "div", "p",
    "br", "small", "img", "figure", "figcaption", "thead", "tbody", "main",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "class", "id", "href", "style", "alt", "src", "data-column", "name", "content", "http-equiv",
    "scope",
}  # fmt: skip
BEGIN = {"href": "#", "src": "data:image/png;base64,", "http-equiv": "Content-Security-Policy"}  # of values
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # where writing to the disk costs nothing


class Done(NamedTuple):
    """What became of a command."""

    status: int
    out: str
    err: str


def run(data: bytes, *arguments: str) -> Done:
    """Run a command with these bytes as standard input; anything but an exit status is a violation."""
    before, out, err = sys.stdin, io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(data))
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = main(arguments)
    except SystemExit as error:  # an argument that looks like an option: argparse answers itself
        return Done(error.code if isinstance(error.code, int) else 2, "", "")
    finally:
        sys.stdin = before
    assert status in (0, 1, 2), f"exit status {status}"
    out.flush()
    return Done(status, out.buffer.getvalue().decode("utf-8", "surrogateescape"), err.getvalue())  # type: ignore[attr-defined]


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for output; what stands beside it must not change, and no temporary file may stay."""
    root = Path(tempfile.mkdtemp(dir=MEMORY))
    try:
        (root / "beside").write_bytes(b"beside")
        yield root / "out"
        assert {path.name for path in root.iterdir()} <= {"beside", "out"}, "something was written outside the folder"
        assert (root / "beside").read_bytes() == b"beside", "a file outside the folder was changed"
        for path in (root / "out").rglob("*"):
            assert path.is_file() or path.is_dir(), "neither file nor folder"
            assert not path.is_symlink() and not path.name.startswith("."), "a link, or a temporary file"
    finally:
        shutil.rmtree(root)


# -- what reports may hold ------------------------------------------------------------------------


def check_plain(text: str) -> None:
    """Text for a terminal: nothing but printable characters and ends of lines."""
    strange = {char for char in text if not char.isprintable() and char != "\n"}
    assert not strange, f"characters that a terminal may obey: {sorted(map(ord, strange))[:5]}"


def check_json(text: str) -> None:
    """JSON that is safe to look at."""
    json.loads(text)
    check_plain(text)


def check_junit(text: str) -> None:
    """A document that an XML parser takes."""
    ElementTree.fromstring(text)
    check_plain(text)


class _Page(HTMLParser):
    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, f"<{tag}> in a page"
        for name, value in attributes:
            assert name in ATTRIBUTES, f"{name}= in a page"
            assert (value or "").startswith(BEGIN.get(name, "")), f"{name} leads out of the page"

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment in a page")


def check_html(text: str) -> None:
    """A page of our own tags that leads nowhere."""
    check_plain(text)
    page = _Page()
    page.feed(text)
    page.close()
