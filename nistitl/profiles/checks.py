"""The rules that the tables of a profile give: transaction type, record counts, fields of other record types."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import attrs

from nistitl.base.findings import Severity
from nistitl.profiles.dictionary import value_of
from nistitl.profiles.layer import ProfileError, span
from nistitl.validation.contents import ContentCheck
from nistitl.validation.rules import Problem, Rule, Scene, Subject
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nistitl.declare.values import Value
    from nistitl.profiles.layer import Count, Row, Span
    from nistitl.profiles.tables import ProfileTables

_VER, _TOT, _DOM = 2, 4, 13


def rules_of(profile: ProfileTables) -> tuple[Rule, ...]:
    """All rules of a profile's tables, those that warn beside those that fail."""
    rules: list[Rule] = [
        _rule(profile, "tot-unknown", _tot_unknown),
        _rule(profile, "profile-edition", _edition),
        _rule(profile, "profile-domain", _domain, severity=Severity.WARNING),
        _rule(profile, "size-exceeded", _size),
    ]
    for sure, severity in ((True, Severity.ERROR), (False, Severity.WARNING)):
        rules += [
            _rule(profile, "record-not-listed", _unlisted(sure), severity=severity),
            _rule(profile, "records-many", _many(sure), severity=severity),
            _rule(profile, "records-few", _few(sure), severity=severity),
        ]
    rules += [_field_rule(profile, path, row) for path, row in sorted(profile.layer.fields.items())]
    return (*rules, *_named(profile))


def _rule(
    profile: ProfileTables,
    code: str,
    check: Callable[[ProfileTables, Scene], Iterable[Problem]],
    severity: Severity = Severity.ERROR,
) -> Rule:
    name = f"{profile.name} {code}" + ("" if severity is Severity.ERROR else " unsure")
    return Rule(name, code, lambda scene: check(profile, scene), profile.title, severity=severity, firm=True)


# -- the transaction ----------------------------------------------------------------------------


def _tot_unknown(profile: ProfileTables, scene: Scene) -> Iterator[Problem]:
    tot = scene.tx.TOT
    if tot is not None and profile.tots and tot not in profile.tots:
        yield Problem(
            "TOT is no transaction type of this profile", _TOT, expected=f"one of {len(profile.tots)} types", record=0
        )


def _edition(profile: ProfileTables, scene: Scene) -> Iterator[Problem]:
    accepted = profile.editions
    if accepted and scene.tx.edition is not None and scene.tx.edition not in accepted:
        told = ", ".join(edition.ver for edition in accepted)
        yield Problem("VER is no edition that this profile accepts", _VER, expected=told, record=0)


def _domain(profile: ProfileTables, scene: Scene) -> Iterator[Problem]:
    domain = scene.header.value("DOM") if scene.header is not None else None
    if domain is not None and domain.DNM and profile.domains and domain.DNM not in profile.domains:
        expected = " or ".join(profile.domains)
        yield Problem("DOM: DNM is not the domain of this profile", _DOM, 1, 1, expected, record=0)


def _size(profile: ProfileTables, scene: Scene) -> Iterator[Problem]:
    most = profile.layer.head.get("max_size")
    if most is not None and (size := sum(map(len, scene.tx.pieces()))) > most:
        yield Problem(f"the transaction has {size} bytes, {most} are accepted", expected=f"{most} bytes or fewer")


def _counted(profile: ProfileTables, scene: Scene) -> tuple[tuple[Count, ...], str, bool]:
    known = profile.tots.get(scene.tx.TOT or "")
    return ((), "", True) if known is None else (known.records, known.code, known.sure)


def _unlisted(sure: bool) -> Callable[[ProfileTables, Scene], Iterator[Problem]]:
    def check(profile: ProfileTables, scene: Scene) -> Iterator[Problem]:
        counts, tot, certain = _counted(profile, scene)
        if not counts or certain is not sure:
            return
        listed = {kind for count in counts for kind in count.types if count.most != 0}
        for subject in scene.subjects:
            if subject.record.type not in listed and subject.record.type != 1:
                told = ", ".join(str(kind) for kind in sorted(listed))
                yield Problem(
                    f"a Type-{subject.record.type} does not belong into {tot}",
                    expected=f"Types {told}",
                    record=subject.at,
                )

    return check


def _told(count: Count) -> str:
    kinds = " and ".join(f"Type-{kind}" for kind in count.types)
    most = "any number" if count.most is None else str(count.most)
    many = str(count.least) if count.least == count.most else f"{count.least} to {most}"
    return f"{many} of {kinds}"


def _many(sure: bool) -> Callable[[ProfileTables, Scene], Iterator[Problem]]:
    def check(profile: ProfileTables, scene: Scene) -> Iterator[Problem]:
        counts, tot, certain = _counted(profile, scene)
        for count in counts:
            if (count.sure and certain) is not sure or not count.most:
                continue
            there = list(scene.of(*count.types))
            if len(there) > count.most:
                message = f"{tot} holds {len(there)} records of {_kinds(count)}, at most {count.most} are accepted"
                yield Problem(message, expected=_told(count), record=there[count.most].at)

    return check


def _few(sure: bool) -> Callable[[ProfileTables, Scene], Iterator[Problem]]:
    def check(profile: ProfileTables, scene: Scene) -> Iterator[Problem]:
        counts, tot, certain = _counted(profile, scene)
        for count in counts:
            if (count.sure and certain) is not sure or not count.least:
                continue
            there = sum(1 for _ in scene.of(*count.types))
            if there < count.least:
                message = f"{tot} holds {there} records of {_kinds(count)}, at least {count.least} must be there"
                yield Problem(message, expected=_told(count), record=0)

    return check


def _kinds(count: Count) -> str:
    return " and ".join(f"Type-{kind}" for kind in count.types)


# -- fields of other record types -----------------------------------------------------------------


@attrs.frozen(slots=True)
class _Narrowed:
    """What a profile says of a field, or of an item of it, beyond the standard."""

    number: int
    item: int | None
    label: str
    condition: str | None
    occurs: Span | None
    content: Value
    tots: frozenset[str]

    def __call__(self, subject: Subject) -> Iterator[Problem]:
        tot = subject.scene.tx.TOT
        if self.tots and tot not in self.tots:
            return
        raw = subject.record.raw(self.number)
        if raw is None:
            if self.condition == "M" and self.item is None and not subject.doubtful(self.number):
                yield Problem(f"{self.label} is missing", self.number, code="field-missing")
            return
        if self.condition == "X":
            told = f"no {self.label}"
            yield Problem(f"{self.label} is not accepted", self.number, expected=told, code="field-not-accepted")
            return
        if self.number != subject.record.data_field and not subject.doubtful(self.number):
            yield from self._content(subject, bytes(raw))

    def _content(self, subject: Subject, raw: bytes) -> Iterator[Problem]:
        subfields = [raw] if subject.record.binary else raw.split(RS)
        if self.occurs is not None and not _within(len(subfields), self.occurs):
            code = "subfields-few" if len(subfields) < self.occurs[0] else "subfields-many"
            message = f"{self.label} has {len(subfields)} subfields"
            yield Problem(message, self.number, expected=_spelled(self.occurs), code=code)
        check = ContentCheck(self.content, subject.edition)
        charset = subject.record.context.charset
        several = len(subfields) > 1 or self.item is not None
        for place, one in enumerate(subfields, 1):
            pieces = one.split(US) if self.item is not None else [one]
            at = self.item or 1
            piece = pieces[at - 1] if at <= len(pieces) else b""
            if piece and not check.fine(piece, charset):
                fault = check.fault(piece, charset)
                assert fault is not None
                message = f"{self.label} {fault.message}"
                subfield = place if several else None
                yield Problem(
                    message, self.number, subfield, self.item, fault.expected, hint=fault.hint, code=fault.code
                )  # fmt: skip


def _field_rule(profile: ProfileTables, path: str, row: Row) -> Rule:
    kind, number, *item = (int(part) for part in path.split("."))
    label = row.get("mnemonic") or f"{kind}.{number:03d}"
    occurs = span(row["occurs"]) if "occurs" in row else None
    content = value_of({**row, "type": row.get("type", "U")}, profile.dictionary.name, None)
    narrowed = _Narrowed(
        number, item[0] if item else None, label, row.get("condition"), occurs, content,
        frozenset(row.get("tots", "").split()),
    )  # fmt: skip
    severity = Severity.ERROR if row.get("sure", True) else Severity.WARNING
    clause = f"{profile.title}; {kind}.{number:03d}"
    return Rule(f"{profile.name} {path}", "profile-field", narrowed, clause, (kind,), severity=severity, firm=True)


def _within(count: int, limits: Span) -> bool:
    return limits[0] <= count and (limits[1] is None or count <= limits[1])


def _spelled(limits: Span) -> str:
    low, high = limits
    return str(low) if low == high else f"{low} to {'any number' if high is None else high}"


def _named(profile: ProfileTables) -> Iterator[Rule]:
    """Rules in Python, which a table cannot say: `module:RULES` in [profile] rules."""
    for target in profile.layer.head.get("rules", ()):
        module, _, attribute = target.partition(":")
        try:
            found = getattr(import_module(module), attribute)
            rules = tuple(getattr(found, "rules", found))
        except (ImportError, AttributeError, ValueError, TypeError) as error:
            raise ProfileError(f"{profile.path.name}: the rules {target!r} cannot be loaded: {error}") from None
        yield from rules
