"""The two vocabularies of the XML encoding: their namespaces, and the usual prefix of each.

ANSI/NIST-ITL 1-2011, Annex C (NIEM 2.1); the errata of 2018 approve NIEM 4 beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

Name = Literal["niem2", "niem4"]

ITL = "http://biometrics.nist.gov/standard/2011"
ITL_2008 = "http://biometrics.nist.gov/standard/2-2008"  # its elements have other names
EXTENSION = "urn:ebtskit:nistitl:extension:1"  # our own elements for what the standard leaves abstract
PACKAGE = "itl:NISTBiometricInformationExchangePackage"

_COMMON = {"itl": ITL, "ext": EXTENSION, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}


@attrs.frozen(slots=True)
class Vocabulary:
    """A flavour of the encoding, by the namespaces that its elements live in."""

    name: Name
    title: str
    namespaces: Mapping[str, str]  # by prefix, as the tables write them

    @property
    def prefixes(self) -> dict[str, str]:
        """Prefix by namespace."""
        return {uri: prefix for prefix, uri in self.namespaces.items()}


NIEM2 = Vocabulary(
    "niem2",
    "NIEM 2.1, biometrics 1.0",
    {
        **_COMMON,
        "biom": "http://niem.gov/niem/biometrics/1.0",
        "nc": "http://niem.gov/niem/niem-core/2.0",
        "s": "http://niem.gov/niem/structures/2.0",
    },
)
NIEM4 = Vocabulary(
    "niem4",
    "NIEM 4.0, biometrics 4.0.1",
    {
        **_COMMON,
        "biom": "http://publication.niem.gov/niem/domains/biometrics/4.0/1/",
        "nc": "http://release.niem.gov/niem/niem-core/4.0/",
        "j": "http://release.niem.gov/niem/domains/jxdm/6.0/",
        "structures": "http://release.niem.gov/niem/structures/4.0/",
    },
)
VOCABULARIES: Mapping[str, Vocabulary] = {vocabulary.name: vocabulary for vocabulary in (NIEM2, NIEM4)}


def vocabulary_of(namespaces: set[str]) -> Vocabulary:
    """The vocabulary of a document that declares these namespaces; NIEM 2 where none of them tells."""
    return NIEM4 if NIEM4.namespaces["biom"] in namespaces else NIEM2


def vocabulary_named(name: str) -> Vocabulary:
    """The vocabulary of that name; KeyError when there is none."""
    return VOCABULARIES[name]
