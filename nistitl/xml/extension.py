"""Our own elements, for what the standard leaves abstract: user-defined fields, and values that no element can say.

    <ext:UserDefinedFields>
      <ext:Field number="200"><ext:Subfield><ext:Item>text</ext:Item></ext:Subfield></ext:Field>
      <ext:Field number="201" encoding="base64">AAEC</ext:Field>
    </ext:UserDefinedFields>

The schema is `extension.xsd`. A field that stands here counts, whatever other elements say of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from mmap import mmap

    from nistitl.xml.tree import Node

FIELD, SUBFIELD, ITEM = "ext:Field", "ext:Subfield", "ext:Item"


def content_of(node: Node, data: bytes | mmap) -> bytes:
    """The content of a field that is spelled as text, in traditional spelling."""
    subfields = [child for child in node.children if child.name == SUBFIELD]
    return RS.join(
        US.join(item.text(data).encode("utf-8") for item in subfield.children if item.name == ITEM)
        for subfield in subfields
    )
