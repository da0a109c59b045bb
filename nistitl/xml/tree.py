"""The elements of one record, with the bytes each stands on: what edits are spliced into."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from nistitl.xml.scanning import canonical, parser, scope_with, tag_end
from nistitl.xml.tables import known_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

    from nistitl.xml.scanning import Scope

_MARKUP = re.compile(rb"(?s)<!\[CDATA\[(.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)")
_REFERENCE = re.compile(r"&(#\d+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_BLANK = b" \t\r\n"


class Node:
    """One element: `start` to `end` is all of it, `inner` to `close` what stands between its tags."""

    __slots__ = ("attributes", "children", "close", "end", "inner", "name", "scope", "start")

    def __init__(self, name: str, start: int, inner: int, scope: Scope) -> None:
        self.name = name
        self.attributes: dict[str, str] = {}
        self.start = start
        self.inner = inner
        self.close = self.end = inner
        self.scope = scope
        self.children: list[Node] = []

    @property
    def hollow(self) -> bool:
        """True of `<a/>`, which has no end tag."""
        return self.close == self.end

    def first(self, name: str) -> Node:
        """The first element of this name right below it."""
        return next(child for child in self.children if child.name == name)

    def walk(self) -> Iterator[Node]:
        """The element and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def text(self, data: bytes | mmap) -> str:
        """The characters between the tags, references resolved; blanks of pretty printing left out."""
        return unquoted(data[self.inner : self.close])

    def span(self, data: bytes | mmap) -> tuple[int, int]:
        """Where the characters stand: offset and length, without blanks around them."""
        raw = data[self.inner : self.close]
        return self.inner + len(raw) - len(raw.lstrip(_BLANK)), len(raw.strip(_BLANK))


def unquoted(raw: bytes) -> str:
    """The characters that a piece of well-formed XML without elements stands for."""
    if b"<" in raw:
        raw = _MARKUP.sub(_plain, raw)
    text = raw.decode("utf-8", "surrogateescape")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\n" in text:
        text = text.strip(" \t\n")
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def _referred(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return _ENTITIES[name]
    return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))


def _plain(match: re.Match[bytes]) -> bytes:
    return (match[1] or b"").replace(b"&", b"&amp;").replace(b"<", b"&lt;")


def parse(data: bytes | mmap, start: int, end: int, scope: Scope, prefixes: dict[str, str]) -> Node:
    """The tree of the element at data[start:end], whose namespaces are `scope`; the document has been checked."""
    grower = _Grower(data, start, scope, prefixes)
    reader = parser()
    reader.StartElementHandler = lambda name, attributes: grower.open(name, attributes, reader.CurrentByteIndex)
    reader.EndElementHandler = lambda _: grower.shut(reader.CurrentByteIndex)
    reader.Parse(memoryview(data)[start:end], True)
    return grower.root


class _Grower:
    def __init__(self, data: bytes | mmap, start: int, scope: Scope, prefixes: dict[str, str]) -> None:
        self.data, self.start, self.prefixes = data, start, prefixes
        self.root = self.top = Node("", start, start, scope)
        self.open_nodes: list[Node] = []
        self.names: dict[str, str] = {}  # as written -> canonical, while no element declares namespaces
        self.names_of: Scope = scope

    def open(self, name: str, attributes: list[str], told: int) -> None:
        parent = self.open_nodes[-1] if self.open_nodes else self.top
        scope = scope_with(parent.scope, attributes) if attributes else parent.scope
        if scope is not self.names_of:
            self.names_of, self.names = scope, {}
        known = self.names.get(name)
        if known is None:
            known = self.names[name] = known_as(canonical(name, scope, self.prefixes))
        begin = self.start + told
        node = Node(known, begin, tag_end(self.data, begin), scope)
        if attributes:
            node.attributes = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if self.open_nodes:
            parent.children.append(node)
        else:
            self.root = node
        self.open_nodes.append(node)

    def shut(self, told: int) -> None:
        node = self.open_nodes.pop()
        if self.data[node.inner - 2 : node.inner - 1] != b"/":
            node.close = self.start + told
            node.end = self.data.find(b">", node.close) + 1


class Paths:
    """Where the elements of a record stand in it, each known by where it begins: asked for one after another."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self._steps: dict[int, tuple[int, str]] = {}  # where the parent begins, and the last step of the path
        self._nodes: dict[int, Node] = {}

    def at(self, start: int) -> Node:
        """The element that begins at a place, or the record's."""
        if not self._nodes:
            self._nodes = {node.start: node for node in self.root.walk()}
        return self._nodes.get(start, self.root)

    def of(self, node: Node) -> str:
        """The path from the record element to one inside it, with its place among those of its name."""
        if not self._steps:
            steps: dict[int, tuple[int, str]] = {}
            for one in self.root.walk():
                steps.update(self._steps_below(one))
            self._steps = steps
        path: list[str] = []
        start = node.start
        while start in self._steps:
            start, step = self._steps[start]
            path.append(step)
        return "/".join([self.root.name, *reversed(path)])

    def _steps_below(self, parent: Node) -> Iterator[tuple[int, tuple[int, str]]]:
        like = Counter(child.name for child in parent.children)
        seen: Counter[str] = Counter()
        for child in parent.children:
            seen[child.name] += 1
            place = f"[{seen[child.name]}]" if like[child.name] > 1 else ""
            yield child.start, (parent.start, f"{child.name}{place}")
