"""What a retention policy says, in Python's terms: `nistitl.exchange.retention.policy` reads it from a file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import attrs

from nistitl.images.record import ImageRecord
from nistitl.records import record_class

if TYPE_CHECKING:
    from nistitl.exchange.policy import Policy as RedactionPolicy
    from nistitl.exchange.retention.periods import DateOnly, Period
    from nistitl.profiles.conditions import ResolvedComparison
    from nistitl.profiles.dictionary import Dictionary
    from nistitl.profiles.named import FieldName

What = Literal["transaction", "images", "faces", "minutiae", "text"]
Then = Literal["delete", "redact", "report"]
Several = Literal["first", "last"]
RECORD = "record"  # in [dates]: the date that the record itself states


_ONE_TYPE = {"faces": 10, "minutiae": 9, "text": 2}


def may_be(what: What, kind: int) -> bool:
    """True for a record type that may hold what a rule is for."""
    if what == "images":
        return issubclass(record_class(kind), ImageRecord)
    return what == "transaction" or _ONE_TYPE[what] == kind


@attrs.frozen(slots=True, eq=False)
class Rule:
    """One rule: for whom, what, how long after which date it may be kept, and what happens then."""

    name: str
    what: What
    keep: Period
    after: str
    dates: tuple[FieldName | None, ...]  # where that date stands, the first that is there; None: the record's own
    then: Then
    by: RedactionPolicy | None = None
    types: frozenset[int] = frozenset()  # none: all
    tots: frozenset[str] = frozenset()  # likewise
    profile: str | None = None
    when: tuple[ResolvedComparison, ...] = ()
    unless: tuple[ResolvedComparison, ...] = ()
    date_only: DateOnly | None = None
    of_several: Several | None = None
    digest: str = ""  # the SHA-256 of what the rule says

    @property
    def of_everybody(self) -> bool:
        """True where it holds whatever the transaction is."""
        return not (self.types or self.tots or self.profile or self.when or self.unless)


@attrs.frozen(slots=True, eq=False)
class Policy:
    """The rules in order, and the names that fields of Type-2 have in them; `text` is the file they stand in."""

    name: str
    title: str
    rules: tuple[Rule, ...]
    dictionary: Dictionary
    text: str

    @property
    def needs_key(self) -> bool:
        """True where a rule redacts by a policy that makes pseudonyms or shifts dates."""
        return any(rule.by is not None and rule.by.needs_key for rule in self.rules)

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, by which a log tells what was in force."""
        return hashlib.sha256(self.text.encode()).hexdigest()
