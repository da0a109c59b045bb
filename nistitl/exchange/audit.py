"""What a redaction did as the audit log of a Type-98: which fields are gone or changed, and never what stood there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.editions import E2011
from nistitl.base.errors import ITLError
from nistitl.records.type98 import AuditLog, Type98

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from nistitl.base.editions import Edition
    from nistitl.model.record import Record

_LONGEST_AGENT = 200
_DELETED, _MODIFIED = "Deleted", "Modified"  # table EVT
_NO_OWNER = "0000"  # of a data format that nobody has registered


class Audit(NamedTuple):
    """That an audit log is wanted: who redacts, and when, with a time zone."""

    agent: str
    moment: datetime


class Redacted(NamedTuple):
    """A record as it was, as it is, and the numbers of the fields that tables know of it."""

    before: Record
    after: Record
    fields: frozenset[int]


def audit_record(records: Iterable[Redacted], audit: Audit, policy: str, edition: Edition) -> Type98 | None:
    """The Type-98; None where no field is gone or changed. ITLError where the edition has none, or for an agent's name.

    Records that went are not named: an entry names an IDC that is there.
    """
    if edition < E2011:
        raise ITLError(f"the edition of {edition.year} has no Type-98 for an audit log; leave it out")
    if not 0 < len(audit.agent) <= _LONGEST_AGENT or not audit.agent.isprintable():
        raise ITLError(f"who redacts is named in 1 to {_LONGEST_AGENT} characters")
    rows = list(records)
    header = rows[0].after
    idc = next((row.after.idc for row in rows if row.after.idc is not None), 0)
    entries = tuple(
        AuditLog(event, f"redacted by {policy}"[:_LONGEST_AGENT], named, audit.agent, None)
        for row in rows
        for event, named in _entries(row, idc)
    )
    if not entries:
        return None
    source = bytes(header.raw(8) or b"").decode("latin-1")
    return Type98(DFO=_NO_OWNER, SRC=source, DFT="audit", DCD=audit.moment, ALF=entries, ARN=1)


def _entries(row: Redacted, idc: int) -> Iterator[tuple[str, str]]:
    """Event and information identifier of each field that is gone, a minus before it, or changed."""
    kind = row.after.type
    number = idc if row.after.idc is None else row.after.idc
    for field in sorted(row.fields):
        before, after = row.before.raw(field), row.after.raw(field)
        if before is not None and after is None:
            yield _DELETED, f"{number},-{kind}.{field:03d},NA,NA"
        elif before is not None and after is not None and bytes(before) != bytes(after):
            yield _MODIFIED, f"{number},{kind}.{field:03d},NA,NA"
