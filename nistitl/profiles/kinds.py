"""The kinds of things that fields hold, by which a policy of exchange speaks of them, and how tables say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {
    "technical": "the file's own: sizes, counts, codes and links",
    "code": "what is asked for, and how: types of transactions, requests, answers",
    "capture": "how and of what part of the body it was taken",
    "charset": "the character set of text",
    "domain": "whose rules the file goes by: domain and application profiles",
    "name": "names of people",
    "number": "numbers that stand for a person or a case",
    "control": "numbers of transactions",
    "ssn": "numbers of the social security of the United States",
    "date": "days and moments",
    "birth": "the day of birth",
    "place": "where something was, or somebody lives or was born",
    "country": "countries: of birth, of citizenship",
    "description": "what a person looks like, does or has: sex, height, marks, condition",
    "text": "free text",
    "agency": "who sends, receives or has made it",
    "device": "makes, models and serial numbers",
    "examiner": "who worked on it, with what",
    "image": "pixels",
    "quality": "measures of quality of an image",
    "measured": "what was found in an image: segments, landmarks, boundaries, amputations",
    "minutiae": "features of ridges",
    "voice": "recordings of speech, and what is said of them",
    "dental": "teeth",
    "dna": "profiles of DNA",
    "media": "sources, contexts and images that are none of friction ridges, faces or eyes",
    "data": "content whose form only its owner knows",
    "assurance": "what Type-98 tells of changes, former values among it",
    "hash": "hashes of content",
    "file": "references to other files",
    "link": "references to other records",
}


def words_by_mnemonic(words_by_kind: Mapping[str, str]) -> dict[str, str]:
    """The kind of each mnemonic, of the mnemonics of each kind."""
    return {word: kind for kind, words in words_by_kind.items() if kind in KINDS for word in words.split()}
