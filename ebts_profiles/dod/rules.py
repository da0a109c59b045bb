"""Rules of the DoD that no table row can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


V1_2 = (notification_address,)
V4_1 = (domain_version,)
