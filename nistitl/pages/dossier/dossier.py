"""What a report on a transaction says, whatever it is drawn on: what it is, who sent it, how it was checked."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from nistitl.base.text import printable
from nistitl.base.version import VERSION
from nistitl.pages.demographics import demographics
from nistitl.pages.header import header_text
from nistitl.pages.original import Original
from nistitl.profiles.choice import choose, named_or_chosen, names_for
from nistitl.profiles.reading import read_layer
from nistitl.validation.assertions import Verdict

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from nistitl.exchange.comparing.difference import Difference
    from nistitl.model.transaction import Transaction
    from nistitl.pages.demographics import Value
    from nistitl.profiles import TableProfile
    from nistitl.validation.assertions import Assertion
    from nistitl.validation.report import Report

_TOT, _DAT, _DAI, _ORI, _TCN, _TCR, _DOM, _GMT, _APS, _ANM = 4, 5, 7, 8, 9, 10, 13, 14, 16, 17
_NEEDS_DAY = "date-future"  # the rule that asks for the day on which it is asked
_SENT = (
    ("transaction control number (1.009 TCN)", _TCN),
    ("of the request that it answers (1.010 TCR)", _TCR),
    ("date (1.005 DAT)", _DAT),
    ("moment, UTC (1.014 GMT)", _GMT),
    ("sent by, originating agency (1.008 ORI)", _ORI),
    ("sent to, destination agency (1.007 DAI)", _DAI),
    ("names of the agencies (1.017 ANM)", _ANM),
    ("domain (1.013 DOM)", _DOM),
    ("application profiles (1.016 APS)", _APS),
)
WITHHELD = (
    "Made without personal data: names, numbers, texts, amputations and features are told by their size, images are "
    "shown as outlines. Identifiers of agencies and the day of the transaction are shown, for they are no person's."
)
SHOWN = "This report shows personal data: what is known of the subject, the images, and the features found in them."


@attrs.frozen(slots=True, eq=False)
class Dossier:
    """A transaction with what was found in it, the bytes that it came in, and the rules that it was checked by.

    `made` is when the report is made, told where it is known: without it the same input gives the same bytes.
    """

    report: Report
    original: Original
    asked: str | None = None  # the profile by its name
    overlays: Sequence[str | os.PathLike[str]] = ()
    made: datetime | None = None
    difference: Difference | None = None  # to another transaction
    other: Original | None = None  # its bytes

    @property
    def transaction(self) -> Transaction:
        """The transaction, as it is written."""
        return self.report.transaction

    @property
    def values(self) -> bool:
        """True where people's data are shown."""
        return self.report.values

    @property
    def profile(self) -> TableProfile | None:
        """The profile that was asked for; None where the standard alone was."""
        return named_or_chosen(self.transaction, self.asked, self.overlays)[0] if self.asked is not None else None

    @property
    def title(self) -> str:
        """What the report is called."""
        return f"Report on {printable(self.original.name)}"

    def file_rows(self) -> Iterator[tuple[str, str]]:
        """The bytes that were read, and what the report was made with."""
        yield "file", printable(self.original.name)
        yield "size", _bytes(self.original.size)
        yield "SHA-256", self.original.sha256
        written = Original.of(self.transaction.pieces())
        if written.sha256 != self.original.sha256:
            said = "what is reported on, as it was unwrapped, repaired or edited"
            yield said, f"{_bytes(written.size)}, SHA-256 {written.sha256}"
        yield "report by", f"nistitl {VERSION}"
        if self.made is not None:
            yield "made", self.made.isoformat(" ", "seconds")

    def sent_rows(self) -> Iterator[tuple[str, str]]:
        """What the transaction is, and what its header says of who sent it and when."""
        tx = self.transaction
        yield "type of transaction (1.004 TOT)", self._type()
        yield "edition (1.002 VER)", self._edition()
        yield "encoding", ", ".join(filter(None, (tx.encoding, tx.vocabulary)))
        for label, number in _SENT:
            said = header_text(tx, number, values=self.values)
            if said is not None:
                yield label, said
        counts = Counter(record.type for record in tx)
        yield "records", ", ".join(f"{count} of Type-{kind}" for kind, count in sorted(counts.items()))

    def _type(self) -> str:
        """Its code, with the name that the profile has for it."""
        code = header_text(self.transaction, _TOT, values=self.values)
        profile = self.profile or choose(self.transaction)[0]
        known = profile.tots.get(self.transaction.TOT or "") if profile is not None else None
        if code is None or known is None or profile is None:
            return code or "none"
        return f"{code}: {known.name}, by {profile.name}"

    def _edition(self) -> str:
        tx, checked = self.transaction, self.report.edition
        if tx.edition is not None:
            return f"{tx.edition.ver}, {tx.edition.title}"
        return f"none that is known; checked as {checked.ver}, {checked.title}"

    def rule_rows(self) -> Iterator[tuple[str, str]]:
        """By which rules it was checked, and what came of it."""
        report = self.report
        yield "standard", report.edition.title + ("" if report.edition.checked else ", known in part")
        if (profile := self.profile) is not None:
            versions = f" (versions {', '.join(profile.versions)})" if profile.versions else ""
            yield "profile", f"{profile.name}: {profile.title}{versions}"
        else:
            yield "profile", "none was asked for: what the receiver accepts beyond the standard was not checked"
        for path in self.overlays:
            yield "overlay", _layer(Path(path))
        yield "level", f"{report.level} of 3: " + _LEVELS[report.level]
        yield "found", report.summary()
        yield "assertions", report.tallied(sum(map(self._undated, report.assertions)))
        if self.made is None:
            yield "left open", "whether 1.005 DAT is a day to come: the report does not say on which day it was made"

    def other_rows(self) -> Iterator[tuple[str, str]]:
        """The bytes that it was compared with."""
        if self.other is not None:
            yield "compared with", printable(self.other.name)
            yield "size", _bytes(self.other.size)
            yield "SHA-256", self.other.sha256

    def passed(self) -> Iterator[Assertion]:
        """What was asked and holds."""
        return (one for one in self.report.passed() if not self._undated(one))

    def not_checked(self) -> Iterator[Assertion]:
        """What was not asked, or could not be answered."""
        for one in self.report.assertions:
            if self._undated(one) or one.verdict is Verdict.NOT_CHECKED:
                yield one

    def _undated(self, one: Assertion) -> bool:
        """True for what passed only because nobody says which day it is."""
        return self.made is None and one.name == _NEEDS_DAY and one.verdict is Verdict.PASSED

    def subject(self) -> Iterable[Value]:
        """What Type-2 says."""
        return demographics(self.transaction, names_for(self.transaction)[0])

    def subject_withheld(self) -> str:
        """How much that is."""
        count = sum(1 for _ in demographics(self.transaction, None))
        return f"{count} field{'s' if count != 1 else ''} of Type-2, withheld" if count else "There is no Type-2."


_LEVELS = {
    1: "every field by itself",
    2: "every field, and relations between fields and records",
    3: "every field, relations, and every image decoded and compared with what its record says",
}


def _layer(path: Path) -> str:
    """An overlay by what it calls itself, and by its bytes: few of them have a version."""
    head, data = read_layer(path).head, Original.of([path.read_bytes()])
    versions = ", ".join(map(str, head.get("versions", ())))
    named = printable(str(head.get("title") or head.get("name") or path.stem))
    said = f"{printable(path.name)}: {named}" + (f" (versions {printable(versions)})" if versions else "")
    return f"{said}, SHA-256 {data.sha256}"


def _bytes(count: int) -> str:
    return f"{count:,} bytes"
