"""What a row of [fields] says of a field of another record type than 2, as a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.findings import Severity
from nistitl.profiles.dictionary import value_of
from nistitl.profiles.layer import interval
from nistitl.validation.contents import ContentCheck
from nistitl.validation.rules import Problem, Rule
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.editions import Edition
    from nistitl.declare.values import Value
    from nistitl.profiles.layer import LayerRow
    from nistitl.profiles.tables import ProfileTables
    from nistitl.validation.context import RecordView


def field_rule(profile: ProfileTables, path: str, row: LayerRow) -> Rule:
    """The rule that a row gives; `path` is that of a field, or of an item."""
    kind, number, *item = (int(part) for part in path.split("."))
    value = value_of({**row, "type": row.get("type", "U")}, profile.dictionary.code_lists, None)
    check = _FieldCheck(number, item[0] if item else None, row.get("mnemonic") or f"{kind}.{number:03d}", row, value)
    severity = Severity.ERROR if row.get("sure", True) else Severity.WARNING
    clause = f"{profile.title}; {kind}.{number:03d}"
    return Rule(f"{profile.name} {path}", "profile-field", check, clause, (kind,), severity=severity, firm=True)


class _FieldCheck:
    """The check of a field, or of an item of it, by what a profile says beyond the standard."""

    def __init__(self, number: int, item: int | None, label: str, row: LayerRow, value: Value) -> None:
        self.number = number
        self.item = item
        self.label = label
        self.condition: str | None = row.get("condition")
        self.occurs = interval(row["occurs"]) if "occurs" in row else None
        self.tots = frozenset(row.get("tots", "").split())  # none: all
        self._value = value
        self._checks: dict[Edition, ContentCheck] = {}

    def __call__(self, view: RecordView) -> Iterator[Problem]:
        if self.tots and view.context.tot not in self.tots:
            return
        raw = view.record.raw(self.number)
        if raw is None:
            if self.condition == "M" and self.item is None and not view.doubtful(self.number):
                yield Problem(f"{self.label} is missing", self.number, code="field-missing")
        elif self.condition == "X":
            expected = f"no {self.label}"
            yield Problem(f"{self.label} is not accepted", self.number, expected=expected, code="field-not-accepted")
        elif self.number != view.record.data_field and not view.doubtful(self.number):
            subfields = [bytes(raw)] if view.record.binary else bytes(raw).split(RS)
            yield from self._count(len(subfields))
            yield from self._contents(view, subfields)

    def _count(self, count: int) -> Iterator[Problem]:
        if self.occurs is None:
            return
        least, most = self.occurs
        if count < least or (most is not None and count > most):
            code = "subfields-few" if count < least else "subfields-many"
            wanted = str(least) if least == most else f"{least} to {'any number' if most is None else most}"
            yield Problem(f"{self.label} has {count} subfields", self.number, expected=wanted, code=code)

    def _contents(self, view: RecordView, subfields: list[bytes]) -> Iterator[Problem]:
        check = self._check_in(view.edition)
        charset = view.record.context.charset
        several = len(subfields) > 1 or self.item is not None
        for place, subfield in enumerate(subfields, 1):
            content = self._content(subfield)
            if content and not check.fine(content, charset) and (fault := check.fault(content, charset)):
                yield Problem(
                    f"{self.label} {fault.message}", self.number, place if several else None, self.item,
                    fault.expected, hint=fault.hint, code=fault.code,
                )  # fmt: skip

    def _content(self, subfield: bytes) -> bytes:
        """What the row speaks of: the subfield, or one item of it."""
        if self.item is None:
            return subfield
        items = subfield.split(US)
        return items[self.item - 1] if self.item <= len(items) else b""

    def _check_in(self, edition: Edition) -> ContentCheck:
        check = self._checks.get(edition)
        if check is None:
            check = self._checks[edition] = ContentCheck(self._value, edition)
        return check
