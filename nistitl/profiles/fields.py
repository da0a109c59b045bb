"""What a row of [fields] says of a field of another record type than 2, as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.findings import Severity
from nistitl.profiles.binary import BINARY, BinaryCheck
from nistitl.profiles.dictionary import lookup, value_of
from nistitl.profiles.merging import row_for
from nistitl.profiles.named import texts
from nistitl.profiles.spans import interval
from nistitl.validation.contents import ContentCheck
from nistitl.validation.rules import Problem, Rule
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.editions import Edition
    from nistitl.declare.values import Value
    from nistitl.profiles.dictionary import CodeLists
    from nistitl.profiles.merging import LayerRow
    from nistitl.profiles.tables import ProfileTables
    from nistitl.validation.context import RecordView


def field_rules(profile: ProfileTables, path: str) -> Iterator[Rule]:
    """The rules that the rows of a path give, each for the transaction types that a row names, or for all others."""
    rows = profile.layer.rows_of("fields", path)
    if not any("tots" in row for row in rows):
        yield _rule(profile, path, rows[0], None)
        return
    by_types = {tot: row_for(rows, profile.likeness(tot)) for tot in profile.layer.tots if tot != "*"}
    general = row_for(rows, ())
    groups: list[tuple[LayerRow, list[str]]] = []
    for tot, row in by_types.items():
        same = next((types for one, types in groups if one == row), None)
        if same is None:
            groups.append((row, [tot]))
        else:
            same.append(tot)
    for row, types in groups:
        if row != general and row:
            yield _rule(profile, path, row, frozenset(types))
    if general:
        others = frozenset(tot for row, types in groups if row != general for tot in types)
        yield _rule(profile, path, general, None, others)


def _rule(
    profile: ProfileTables, path: str, row: LayerRow, tots: frozenset[str] | None, others: frozenset[str] = frozenset()
) -> Rule:
    kind, number = (int(part) for part in path.split(".")[:2])
    check = _FieldCheck(profile, path, row)
    check.tots, check.others = tots, others
    severity = Severity.ERROR if row.get("sure", True) else Severity.WARNING
    clause = f"{profile.title}; {kind}.{number:03d}"
    return Rule(f"{profile.name} {path}", "profile-field", check, clause, (kind,), severity=severity, firm=True)


def narrowing(row: LayerRow, lists: CodeLists) -> Value:
    """What a row of [fields] says of the content of a tagged field."""
    return value_of({**row, "type": row.get("type", "U")}, lists, None)


class _FieldCheck:
    """The check of a field, or of an item of it, by what a profile says beyond the standard."""

    def __init__(self, profile: ProfileTables, path: str, row: LayerRow) -> None:
        kind, self.number, *item = (int(part) for part in path.split("."))
        self.item = item[0] if item else None
        self.label = row.get("mnemonic") or f"{kind}.{self.number:03d}"
        self.condition: str | None = row.get("condition")
        self.occurs = interval(row["occurs"]) if "occurs" in row else None
        self.tots: frozenset[str] | None = None  # the types it is for; None: all but `others`
        self.others: frozenset[str] = frozenset()
        self.says: str | None = row.get("says")
        self.hint: str | None = row.get("hint")
        self._binary = BinaryCheck(kind, self.number, row, profile.dictionary.code_lists) if kind in BINARY else None
        self._value = narrowing(row, profile.dictionary.code_lists)
        self._checks: dict[Edition, ContentCheck] = {}

    def __call__(self, view: RecordView) -> Iterator[Problem]:
        tot = view.context.stated_tot
        if tot in self.others or (self.tots is not None and tot not in self.tots):
            return
        for problem in self._problems(view):
            yield problem if self.says is None else problem._replace(message=self.says)

    def _problems(self, view: RecordView) -> Iterator[Problem]:
        raw = view.record.raw(self.number)
        if raw is None:
            if self.condition == "M" and self.item is None and not view.doubtful(self.number):
                yield Problem(f"{self.label} is missing", self.number, code="field-missing")
        elif self.condition == "X" and self.item is None:
            expected = f"no {self.label}"
            yield Problem(f"{self.label} is not accepted", self.number, expected=expected, code="field-not-accepted")
        elif self.number != view.record.data_field and not view.doubtful(self.number):
            yield from self._of_binary(view) if self._binary is not None else self._of_text(view, bytes(raw).split(RS))

    def _of_text(self, view: RecordView, subfields: list[bytes]) -> Iterator[Problem]:
        yield from self._count(len(subfields))
        if self.item is not None and self.condition in ("M", "X"):
            yield from self._item_there(subfields)
        yield from self._contents(view, subfields)

    def _item_there(self, subfields: list[bytes]) -> Iterator[Problem]:
        """An item that must be there in every subfield, or in none."""
        for place, subfield in enumerate(subfields, 1):
            there = bool(self._content(subfield))
            if self.condition == "M" and not there:
                message = f"item {self.label} is missing"
                yield Problem(message, self.number, place, self.item, self.label, code="item-missing")
            elif self.condition == "X" and there:
                message = f"item {self.label} is not accepted"
                yield Problem(message, self.number, place, self.item, f"no {self.label}", code="field-not-accepted")

    def _of_binary(self, view: RecordView) -> Iterator[Problem]:
        assert self._binary is not None
        found = list(texts(view, self.number))
        yield from self._count(len(found))
        for _, text in found:
            if fault := self._binary.fault(text):
                yield Problem(f"{self.label} {fault.message}", self.number, expected=fault.expected, code=fault.code)

    def _count(self, count: int) -> Iterator[Problem]:
        if self.occurs is None or self.item is not None:
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
                listed = fault.code == "value-code" and self._value.supplied is not None
                yield Problem(
                    f"{self.label} {fault.message}", self.number, place if several else None, self.item, fault.expected,
                    hint=lookup(self._value.table or "") if listed else fault.hint or self.hint, code=fault.code,
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
