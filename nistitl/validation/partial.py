"""An edition whose tables are known in part only: what of a fault is a fact of it, and what only older tables say.

What is known of the edition is an error where it is certain and warns where it is probable. Of the rest stays what
all editions since 2000 ask for: form, presence, range. What a newer edition may well have widened, a code, a field, an
item, a length or a count that only the tables before it forbid, is a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.editions import E2000, LATEST, Edition
from nistitl.base.findings import Severity
from nistitl.declare.items import Sets
from nistitl.records.facts import facts_at
from nistitl.records.undeclared import UndeclaredRecord
from nistitl.validation.contents import range_fault
from nistitl.validation.plans import record_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.declare.element import Element
    from nistitl.declare.values import Value
    from nistitl.model.record import Record
    from nistitl.validation.contents import Fault, FieldCheck, RecordCheck

_FORM = frozenset({"field-empty", "value-date", "text-undecodable"})  # which no table says
_SURPLUS = frozenset({"item-many", "subfields-many"})  # told behind the last place that is declared
_IN_PART = tuple(edition for edition in Edition if not edition.checked)
_MAY_BE_WIDENED = frozenset({
    "code-legacy", "faults-more", "field-edition", "field-legacy", "field-undefined", "item-count", "item-many",
    "record-edition", "subfields-many", "value-code", "value-length",
})  # fmt: skip
_LIKE = {"value-range": frozenset({"value-range", "value-code"})}  # older tables have no such code at all


def severity_in_part(record: Record, fault: Fault, number: int | None, edition: Edition) -> Severity:
    """How much a fault of level 1 matters in an edition that is known in part."""
    stated = Severity.ERROR if fault.sure else Severity.WARNING
    if number is None:
        return Severity.WARNING if isinstance(record, UndeclaredRecord) else Severity.NOTE
    if fault.code in _FORM:
        return stated
    if _is_new(record, fault, number, edition):
        facts = facts_at(edition, record.type, number, fault.item)
        return min(facts[0].grade.severity, stated) if facts else Severity.WARNING
    if fault.code in _MAY_BE_WIDENED and not _is_out_of_range(record, fault, number):
        return Severity.NOTE
    asked = all(_finds(check, record, fault, number) for check in _older_checks(type(record), number))
    return stated if asked else Severity.NOTE


def _is_new(record: Record, fault: Fault, number: int, edition: Edition) -> bool:
    """True where the edition asks for something else than the last one whose tables are known."""
    element = record.elements.get(number)
    if element is None:
        return bool(facts_at(edition, record.type, number))
    now, before = element.in_edition(edition), element.in_edition(LATEST)
    if now is None or before is None:
        return now is not before
    if fault.code == "field-missing":
        return now.condition is not before.condition
    return _is_redeclared(now, before, fault) or not _finds(_last_check(record), record, fault, number)


def _last_check(record: Record) -> RecordCheck:
    """Level 1 by the newest tables that are known."""
    return record_check(type(record), LATEST)  # type: ignore[arg-type]


def _older_checks(kind: type[Record], number: int) -> Iterator[RecordCheck]:
    """Level 1 of each edition since 2000 whose tables are known and that has the field."""
    for edition in Edition:
        if max(E2000, kind.since) <= edition <= min(LATEST, kind.until or LATEST):
            check = record_check(kind, edition)  # type: ignore[arg-type]  # a class is hashable
            if number in check.fields:
                yield check


def _is_redeclared(now: Element, before: Element, fault: Fault) -> bool:
    """True where the content is declared anew; of items the one at that place, or one that came to the others."""
    new, old = now.value, before.value
    if not (isinstance(new, Sets) and isinstance(old, Sets) and new.items is old.items):
        return new is not old
    rows = new.items.items
    if fault.code == "item-many":
        return any(row.since in _IN_PART for row in rows)
    row = rows[min(fault.item, len(rows)) - 1] if fault.item else None  # one that repeats stands last
    return row is not None and (row.since in _IN_PART or (bool(row.was) and max(row.was) == LATEST))


def _finds(check: RecordCheck, record: Record, fault: Fault, number: int) -> bool:
    """True where the tables of an edition find the same fault at the same place."""
    if fault.code == "field-missing":
        return any(element.number == number for element in check.missing(record.keys()))
    if fault.code == "field-legacy":
        return number in check.legacy
    known = check.fields.get(number)
    found = known.faults(bytes(record.raw(number) or b""), record.context.charset) if known is not None else []
    surplus, like = fault.code in _SURPLUS, _LIKE.get(fault.code, {fault.code})
    return any(
        one.code in like and (surplus or (one.subfield, one.item) == (fault.subfield, fault.item)) for one in found
    )


def _is_out_of_range(record: Record, fault: Fault, number: int) -> bool:
    """True of a number that is no code, and lies beyond the range of the field, too."""
    known = _last_check(record).fields.get(number)
    value = None if known is None else _content(known, fault)
    if fault.raw is None or value is None:
        return False
    try:
        return range_fault(value, fault.raw, record.context.charset) is not None
    except ValueError:
        return False


def _content(check: FieldCheck, fault: Fault) -> Value | None:
    """What the field, or the item at that place, holds."""
    if check.content is not None:
        return check.content.value
    subfields = check.first if fault.subfield == 1 else check.others
    if subfields is None or subfields.kind.repeats or not 0 < (fault.item or 0) <= len(subfields.checks):
        return None
    return subfields.checks[(fault.item or 0) - 1].value
