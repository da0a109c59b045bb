"""The audit log of Type-98 against the transaction: what it names is there, what it says was removed is not.

ANSI/NIST-ITL 1-2011 Update:2013, 98.900. A log tells a history: of what a later entry removes or adds again nothing is
asked. Every field is taken apart once, however many entries name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from nistitl.base.findings import Finding, Location, Severity
from nistitl.validation.identifiers import Depth, Identifier, identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.place import Place
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

State = Literal["there", "removed", "missing", "kept", "later", "position", "malformed"]
_LOG, _IID = 900, 3
_DELETED = "deleted"
_FINDINGS: dict[State, tuple[str, str, Severity]] = {
    "missing": ("audit-missing", "the audit log names what is not there", Severity.ERROR),
    "kept": ("audit-kept", "the audit log says that it was removed, and it is there", Severity.ERROR),
    "position": ("audit-position", "another subfield may have the number of the removed one", Severity.NOTE),
    "malformed": ("information-identifier", "IID is no information identifier", Severity.ERROR),
}
_Part = tuple[int | None, str | None]  # subfield and item, None for any


@attrs.frozen(slots=True)
class AuditEntry:
    """One entry of an audit log, by the place of its IID, and how what it names stands.

    `state` is "there", "removed" (and so it is not there), "later" (a later entry tells the opposite), "position" (a
    removed subfield, whose number another one may have now); or what is wrong: "missing", "kept", "malformed".
    """

    location: Location
    state: State

    @property
    def finding(self) -> Finding | None:
        """What is to be said of the entry; None where it is as it should be."""
        if self.state not in _FINDINGS:
            return None
        code, message, severity = _FINDINGS[self.state]
        return Finding(code, message, self.location, severity)


def audit_entries(tx: Transaction) -> tuple[AuditEntry, ...]:
    """Every entry of the audit logs of all Type-98, in order."""
    logged = list(_logged(tx))
    content, later = _Content(tx), _Later()
    states = []
    for _, named in reversed(logged):
        states.append(_state(named, content, later))
        if named is not None:
            later.add(named)
    return tuple(AuditEntry(where, state) for (where, _), state in zip(logged, reversed(states), strict=True))


def _logged(tx: Transaction) -> Iterator[tuple[Location, Identifier | None]]:
    """Where each IID stands and what it names; an event that is called Deleted removes what it names."""
    for at, record in enumerate(tx):
        log = record.get(_LOG) if record.type == 98 else None
        for subfield in log.subfields if log is not None else ():
            pieces = {item.mnemonic: item.text for item in subfield.items}
            named = identifier(pieces.get("IID", ""))
            if named is not None and named.removed is None and pieces.get("EVT", "").lower() == _DELETED:
                depth: Depth = "item" if named.item else "subfield" if named.subfield else "field"
                named = named._replace(removed=depth)
            where = attrs.evolve(record.location(_LOG, subfield.subfield, _IID), record=at)
            yield where, named if named is None or named.field else None


def _state(named: Identifier | None, content: _Content, later: _Later) -> State:
    if named is None:
        return "malformed"
    there = content.has(named)
    if there == (named.removed is None):
        return "removed" if named.removed else "there"
    if later.tells_opposite(named):
        return "later"
    if named.removed is None:
        return "missing"
    return "position" if named.removed == "subfield" else "kept"


class _Later:
    """What entries behind the one that is looked at tell, by field and by record."""

    def __init__(self) -> None:
        self._told: set[tuple[bool, int, tuple[int, int] | None]] = set()

    def add(self, named: Identifier) -> None:
        field = None if named.removed == "record" else named.field
        self._told.add((named.removed is not None, named.idc, field))

    def tells_opposite(self, named: Identifier) -> bool:
        """True where something of the same field was removed later, or the record; or was named as being there."""
        opposite = named.removed is None
        return not self._told.isdisjoint({(opposite, named.idc, named.field), (opposite, named.idc, None)})


class _Content:
    """What is in the records of a transaction, by IDC and field; a field is looked at when it is first named."""

    def __init__(self, tx: Transaction) -> None:
        self._records: dict[tuple[int, int | None], list[Record]] = {}
        for record in tx:  # Type-1 has no IDC, whichever an entry names
            self._records.setdefault((record.type, record.idc), []).append(record)
        self._parts: dict[tuple[int, tuple[int, int]], set[_Part]] = {}

    def has(self, named: Identifier) -> bool:
        """True where what is named is there and not empty, in any record of the type that has the IDC."""
        assert named.field is not None
        kind, number = named.field
        records = self._records.get((kind, None if kind == 1 else named.idc), [])
        if named.removed == "record":
            return bool(records)
        key = named.idc, named.field
        if key not in self._parts:
            self._parts[key] = {part for record in records for part in _parts(record.get(number))}
        deep = named.removed in (None, "item", "subfield")
        part = (named.subfield, named.item if named.removed != "subfield" else None) if deep else (None, None)
        return part in self._parts[key]


def _parts(place: Place | None) -> Iterator[_Part]:
    """What a field has that is not empty: itself, its subfields, and their items by every name."""
    if place is None or not len(place.raw):
        return
    yield None, None
    for subfield in place.subfields:
        if not len(subfield.raw):
            continue
        yield subfield.subfield, None
        for item in subfield.items:
            if len(item.raw):
                for name in _names(item):
                    yield subfield.subfield, name
                    yield None, name


def _names(item: Place) -> tuple[str, ...]:
    row = item.declared_item
    return (item.mnemonic, *(row.pair if row is not None else ()))
