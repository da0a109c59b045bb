"""Rules of the DoD that no table row can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ebts_profiles.common.elements import day_of, digits, lacks, texts, transaction_day
from nistitl.base.findings import Severity
from nistitl.validation import Problem, RecordView, rule
from nistitl.wire.grammar import US

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTIFICATION, _LISTED = 353, b"2"
_DOMAIN = 13


@rule("dod-notification-address", code="item-required", types=(2,), firm=True, clause="DoD EBTS 1.2; 2.353")
def notification_address(view: RecordView) -> Iterator[Problem]:
    """A notification to those listed names them."""
    raw = view.record.raw(_NOTIFICATION)
    if raw is None or view.doubtful(_NOTIFICATION):
        return
    function, _, addresses = bytes(raw).partition(US)
    if function == _LISTED and not addresses.strip(US):
        yield Problem("SN: ADDRS is missing although FUN is 2", _NOTIFICATION, 1, 2, "the addresses to notify")


@rule("dod-domain-version", code="item-required", types=(1,), reads="DOM", firm=True, clause="DoD EBTS 4.1; 1.013")
def domain_version(view: RecordView) -> Iterator[Problem]:
    """A domain stands with its version."""
    domain = view.value("DOM")
    if domain is not None and not domain.DVN:
        yield Problem("DOM: DVN is missing", _DOMAIN, 1, 2, "the version, such as 4.1")


# -- relations of elements, from no public source: warnings -------------------------------------

_DPR, _DOA, _ASL, _SSD, _SLE, _IMA = 38, 45, 47, 54, 55, 67


@rule(
    "dod-date-after", code="date-after", types=(2,), severity=Severity.WARNING, firm=True,
    clause="DoD EBTS; 2.038, 2.045, 2.047; unverified",
)  # fmt: skip
def date_after(view: RecordView) -> Iterator[Problem]:
    """DPR, DOA and the dates of offenses are not after DAT."""
    sent = transaction_day(view.context)
    if sent is None:
        return
    today, expected = digits(sent), "a date not after DAT"
    for number, label in ((_DPR, "DPR"), (_DOA, "DOA")):
        if (day_of(view, number) or "") > today:
            yield Problem(f"{label} is after 1.005 DAT", number, expected=expected)
    for place, text in texts(view, _ASL):
        day, composed, _ = text.partition(US.decode())
        if composed and day > today:
            yield Problem("ASL: DOO is after 1.005 DAT", _ASL, place, 1, expected)


@rule(
    "dod-sentence-date", code="element-needs", types=(2,), severity=Severity.WARNING, firm=True,
    clause="DoD EBTS; 2.054, 2.055; unverified",
)  # fmt: skip
def sentence_date(view: RecordView) -> Iterator[Problem]:
    """A sentence stands with the date on which it begins."""
    if lacks(view, _SLE, _SSD):
        yield Problem("SLE stands without SSD", _SLE, expected="SSD beside it")


@rule(
    "dod-equipment", code="item-needs", types=(2,), severity=Severity.WARNING, firm=True,
    clause="DoD EBTS; 2.067; unverified",
)  # fmt: skip
def equipment(view: RecordView) -> Iterator[Problem]:
    """Make, model and serial number of the equipment stand together."""
    for place, text in texts(view, _IMA):
        items = [*text.split(US.decode()), "", ""]
        for at, label in enumerate(("MAK", "MODL", "SERNO")):
            if not items[at]:
                yield Problem(f"IMA: {label} is missing", _IMA, place, at + 1, "make, model and serial number")


_RELATIONS = (date_after, sentence_date, equipment)
V1_2 = (notification_address, *_RELATIONS)
V4_1 = (domain_version, *_RELATIONS)
