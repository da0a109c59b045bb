"""What schemas find is told in libxml2's words without the values, which may be people's."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest

from nistitl.xml.schemas import Schemas
from tests.support.growing import check_ratio, patience

XSD = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t"
    elementFormDefault="qualified">
  <xs:simpleType name="Sex"><xs:restriction base="xs:string">
    <xs:enumeration value="F"/><xs:enumeration value="M"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Code"><xs:restriction base="xs:string">
    <xs:pattern value="[A-Z]"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Few"><xs:restriction base="xs:int"><xs:maxInclusive value="3"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Day"><xs:union memberTypes="xs:date xs:int"/></xs:simpleType>
  <xs:element name="all">
    <xs:complexType>
      <xs:choice maxOccurs="unbounded">
        <xs:element name="date" type="xs:date"/><xs:element name="sex" type="t:Sex"/>
        <xs:element name="code" type="t:Code"/><xs:element name="few" type="t:Few"/>
        <xs:element name="day" type="t:Day"/><xs:element name="fixed" type="xs:string" fixed="x"/>
        <xs:element name="id" type="xs:string"/><xs:element name="ref" type="xs:string"/>
      </xs:choice>
      <xs:attribute name="sex" type="t:Sex"/><xs:attribute name="fixed" type="xs:string" fixed="x"/>
    </xs:complexType>
    <xs:key name="ids"><xs:selector xpath="t:id"/><xs:field xpath="."/></xs:key>
    <xs:keyref name="refs" refer="t:ids"><xs:selector xpath="t:ref"/><xs:field xpath="."/></xs:keyref>
  </xs:element>
</xs:schema>
"""
NAMES = ("PLANTED", "O'PLANTED", "a' is PLANTED", "PLANTED] of", "The value 'PLANTED", ": 'PLANTED' has", "[PLANTED]'")
SAID = {
    "<date>{}</date>": "what stands there is not a valid value of the atomic type 'xs:date'.",
    "<sex>{}</sex>": "[facet 'enumeration'] The value is not an element of the set {'F', 'M'}.",
    "<code>{}</code>": "[facet 'pattern'] The value is not accepted by the pattern '[A-Z]'.",
    "<few>{}</few>": "what stands there is not a valid value of the atomic type '{urn:t}Few'.",
    "<few>7</few>": "[facet 'maxInclusive'] The value is greater than the maximum value allowed ('3').",
    "<day>{}</day>": "what stands there is not a valid value of the union type '{urn:t}Day'.",
    "<fixed>{}</fixed>": "The actual value does not match the fixed value constraint 'x'.",
    "<id>{0}</id><id>{0}</id>": "Duplicate key-sequence in key identity-constraint '{urn:t}ids'.",
    "<ref>{}</ref>": "No match found for key-sequence of keyref '{urn:t}refs'.",
    '<all sex="{}"/>': "[facet 'enumeration'] The value is not an element of the set {'F', 'M'}.",
    '<all fixed="{}"/>': "The value does not match the fixed value constraint 'x'.",
}  # without the element, and the attribute, that the message begins with


@attrs.frozen(slots=True)
class Document:
    """A document as it goes to schemas, whatever stands in it."""

    content: str
    encoding: str = "xml"

    def __bytes__(self) -> bytes:
        inner = self.content if self.content.startswith("<all") else f"<all>{self.content}</all>"
        return inner.replace("<all", '<all xmlns="urn:t"', 1).encode()


@pytest.fixture
def schemas(tmp_path: Path) -> Schemas:
    (tmp_path / "all.xsd").write_text(XSD)
    return Schemas(tmp_path)


def told(schemas: Schemas, content: str) -> list[str]:
    return [finding.message for finding in schemas.findings(Document(content))]


@pytest.mark.parametrize("content", SAID)
@pytest.mark.parametrize("name", NAMES)
def test_a_message_has_everything_but_the_value(schemas: Schemas, content: str, name: str) -> None:
    said = told(schemas, content.format(name))
    assert SAID[content] in [text.partition("': ")[2] for text in said]


@pytest.mark.parametrize("content", SAID)
@pytest.mark.parametrize("name", ["' is PLANTED", "PLANTED' is not a valid value of.", "'] of PLANTED", "ß€PLANTED"])
def test_what_is_cut_off_with_the_end_of_a_long_message_tells_no_more(
    schemas: Schemas, content: str, name: str
) -> None:
    said = told(schemas, content.format(name * 8_000))
    assert said and [text for text in said if "PLANTED" in text] == []
    assert all(text.startswith("Element '{urn:t}") for text in said)


def test_a_full_stop_where_a_message_is_cut_off_is_no_end(schemas: Schemas) -> None:
    name = "' is PLANTED."
    said = [told(schemas, f"<sex>{'x' * more}{name * 6_000}</sex>")[0] for more in range(len(name))]
    assert [text for text in said if "PLANTED" in text] == []


@pytest.mark.parametrize("head", ["The value '", ": '", "key-sequence [", "' is ", "' is not a valid value of"])
@pytest.mark.parametrize("content", ["<ref>{}</ref>", "<date>{}</date>", "<fixed>{}</fixed>"])
def test_what_looks_like_a_beginning_over_and_over_is_sought_once(schemas: Schemas, content: str, head: str) -> None:
    def run(times: int) -> Any:
        return partial(told, schemas, content.format(head * times))

    with patience():
        check_ratio(run(250), run(2_000), 24, 0.0002)
