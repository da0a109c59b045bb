"""What authorities put into the XML encoding: one table of elements a domain, read when first needed."""

from __future__ import annotations

from nistitl.base.resources import Resource
from nistitl.xml.domains import XmlDomain

_HERE = Resource("ebts_profiles.xml")

FBI_10 = XmlDomain(_HERE / "fbi-ebts-10.txt")
DOD_4_1 = XmlDomain(_HERE / "dod-ebts-4.1.txt")
INT_I_6 = XmlDomain(_HERE / "int-i-6.txt")
