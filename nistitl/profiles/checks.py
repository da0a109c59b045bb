"""The rules that the tables of a profile give: transaction type, edition, domain, size, record counts, fields."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from nistitl.base.findings import Severity
from nistitl.base.text import many
from nistitl.model.dictionaries import folded
from nistitl.profiles.comparisons import comparison
from nistitl.profiles.conditions import ConditionCheck
from nistitl.profiles.fields import field_rules
from nistitl.profiles.layer import ProfileError
from nistitl.profiles.merging import EVERY
from nistitl.profiles.named import alike, coded, field_name, texts, value_at
from nistitl.validation.rules import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nistitl.profiles.answers import AnswerCodes
    from nistitl.profiles.layer import RecordCount
    from nistitl.profiles.merging import LayerRow
    from nistitl.profiles.tables import ProfileTables, TransactionType
    from nistitl.validation.context import RecordView, ValidationContext

    TransactionCheck = Callable[[ProfileTables, ValidationContext], Iterable[Problem]]

_VER, _TOT, _DOM = 2, 4, 13


def rules_of(profile: ProfileTables) -> tuple[Rule, ...]:
    """All rules of a profile's tables, those that warn beside those that fail, and those that it names."""
    rules = [
        _rule(profile, "tot-unknown", _unknown_tot, Severity.ERROR if profile.complete else Severity.WARNING),
        _rule(profile, "profile-domain", _domain, severity=Severity.WARNING),
        _rule(profile, "size-exceeded", _size, Severity.ERROR if profile.max_size_sure else Severity.WARNING),
    ]
    for sure, severity in ((True, Severity.ERROR), (False, Severity.WARNING)):
        rules += [
            _rule(profile, "profile-edition", partial(_edition, sure=sure), severity),
            _rule(profile, "record-not-listed", partial(_unlisted, sure=sure), severity),
            _rule(profile, "records-many", partial(_many, sure=sure), severity),
            _rule(profile, "records-few", partial(_few, sure=sure), severity),
        ]
    try:
        rules += [rule for path in sorted(profile.layer.fields) for rule in field_rules(profile, path)]
        rules += [_condition(profile, name, row) for name, row in profile.layer.conditions.items()]
    except ValueError as error:
        raise ProfileError(f"{profile.path.name}: {error}") from None
    return (*rules, *_answers(profile), *_named(profile))


def _rule(profile: ProfileTables, code: str, check: TransactionCheck, severity: Severity = Severity.ERROR) -> Rule:
    name = f"{profile.name} {code}" + ("" if severity is Severity.ERROR else " unsure")
    return Rule(name, code, partial(check, profile), profile.title, severity=severity, firm=True)


def _answers(profile: ProfileTables) -> Iterator[Rule]:
    """The rules that tell what the codes mean that a receiver's answers begin with."""
    layer = profile.layer
    for number, codes in profile.dictionary.answers().items():
        path = f"2.{number:03d}"
        row = layer.type2[path]
        label = row.get("mnemonic", path)
        source = layer.sources.get(layer.codes[row["answers"][1:]].get("source", ""))
        clause = f"{profile.title}; {path}" + (f"; {source}" if source else "")
        check, starts = partial(_told, number, label, codes), (f"{label}@{path}",)
        name = f"{profile.name} {path} answers"
        yield Rule(name, "answer-code", check, clause, (2,), severity=Severity.NOTE, starts=starts, firm=True)


def _told(number: int, label: str, codes: AnswerCodes, view: RecordView) -> Iterator[Problem]:
    for place, text in texts(view, number):
        if found := codes.leading(text):
            yield Problem(f"{label} says {found.code}: {found.meaning}", number, place, hint=found.advice or None)


def _condition(profile: ProfileTables, name: str, row: LayerRow) -> Rule:
    """The rule that a row gives. ValueError for a name or a code that is not there."""
    check = ConditionCheck(row, profile.dictionary)
    severity = Severity.ERROR if row.get("sure", True) else Severity.WARNING
    source = profile.layer.sources.get(row.get("source", ""), row.get("source", ""))
    clause = f"{profile.title}, condition {name}" + (f"; {source}" if source else "")
    return Rule(f"{profile.name} {name}", "condition-needs", check, clause, severity=severity, firm=True)


def _named(profile: ProfileTables) -> Iterator[Rule]:
    """Rules in Python, which a table cannot say: `module:RULES` in [profile] rules."""
    for target in profile.layer.head.get("rules", ()):
        module, _, attribute = target.partition(":")
        try:
            offered = getattr(import_module(module), attribute)
            rules = tuple(getattr(offered, "rules", offered))
        except (ImportError, AttributeError, ValueError, TypeError) as error:
            raise ProfileError(f"{profile.path.name}: the rules {target!r} cannot be loaded: {error}") from None
        yield from rules


# -- what Type-1 says -----------------------------------------------------------------------------


def _unknown_tot(profile: ProfileTables, context: ValidationContext) -> Iterator[Problem]:
    if context.stated_tot is not None and profile.tots and context.stated_tot not in profile.tots:
        expected = f"one of {len(profile.tots)} types"
        yield Problem("TOT is no transaction type of this profile", _TOT, expected=expected, record=0)


def _edition(profile: ProfileTables, context: ValidationContext, *, sure: bool) -> Iterator[Problem]:
    accepted, edition = profile.editions, context.tx.edition
    if not accepted or edition is None or edition in accepted:
        return
    if sure is (edition not in profile.doubtful_editions):
        expected = ", ".join(edition.ver for edition in accepted)
        yield Problem("VER is no edition that this profile accepts", _VER, expected=expected, record=0)


def _domain(profile: ProfileTables, context: ValidationContext) -> Iterator[Problem]:
    domain = context.header.value("DOM") if context.header is not None else None
    if domain is not None and domain.DNM and profile.domains and domain.DNM not in profile.domains:
        expected = " or ".join(profile.domains)
        spelt = folded(domain.DNM) in map(folded, profile.domains)
        what = "spelt otherwise than the domain of this profile" if spelt else "not the domain of this profile"
        yield Problem(f"DOM: DNM is {what}", _DOM, 1, 1, expected, record=0)


def _size(profile: ProfileTables, context: ValidationContext) -> Iterator[Problem]:
    most = profile.max_size
    if most is not None and (size := sum(map(len, context.tx.pieces()))) > most:
        yield Problem(f"the transaction has {size} bytes, {most} are accepted", expected=f"{most} bytes or fewer")


# -- how many records -----------------------------------------------------------------------------


def _unlisted(profile: ProfileTables, context: ValidationContext, *, sure: bool) -> Iterator[Problem]:
    tot = profile.type_of(context.stated_tot)
    if tot is None or not tot.records or tot.code == EVERY:
        return
    listed = {kind for count in tot.records for kind in count.types}
    certain = any(count.sure for count in tot.records)
    for view in context.records:
        kind = view.record.type
        if kind not in listed and kind != 1 and (certain and tot.sure_of(kind)) is sure:
            expected = f"Types {', '.join(map(str, sorted(listed)))}"
            yield Problem(f"a Type-{kind} does not belong into {_called(tot)}", expected=expected, record=view.index)


def _many(profile: ProfileTables, context: ValidationContext, *, sure: bool) -> Iterator[Problem]:
    for tot, count in _counts(profile, context, sure):
        views = list(_counted(profile, context, count)) if count.most is not None else []
        if count.most is not None and len(views) > count.most:
            message = f"{tot} holds {many(len(views), 'record')} of {_kinds(count)}, at most {count.most} are accepted"
            yield Problem(message, expected=_wanted(count), record=views[count.most].index)


def _few(profile: ProfileTables, context: ValidationContext, *, sure: bool) -> Iterator[Problem]:
    for tot, count in _counts(profile, context, sure):
        size = sum(1 for _ in _counted(profile, context, count)) if count.least else 0
        if size < count.least and size < (least := max(count.least - _excused(profile, context, count), 1)):
            message = f"{tot} holds {many(size, 'record')} of {_kinds(count)}, at least {least} must be there"
            yield Problem(message, expected=_wanted(count), record=0)


def _excused(profile: ProfileTables, context: ValidationContext, count: RecordCount) -> int:
    """How many of these records could not be made, as elements say: AMP of fingers without a print."""
    excuses = profile.dictionary.excuses().items()
    stand_for = {number: many for number, (types, many) in excuses if not set(types).isdisjoint(count.types)}
    return sum(many for number, many in stand_for.items() for view in context.of(2) for _ in texts(view, number))


def _counts(profile: ProfileTables, context: ValidationContext, sure: bool) -> Iterator[tuple[str, RecordCount]]:
    """The counts of its transaction type that are certain, or those that are not, each beside the type's code."""
    tot = profile.type_of(context.stated_tot)
    if tot is not None:
        said = (count for count in tot.records if (count.sure and tot.sure_of(*count.types)) is sure)
        yield from ((_called(tot), count) for count in said)


def _called(tot: TransactionType) -> str:
    return "a transaction" if tot.code == EVERY else tot.code


def _counted(profile: ProfileTables, context: ValidationContext, count: RecordCount) -> Iterator[RecordView]:
    """The records that are counted: all of the types, or those with a value."""
    views = context.of(*count.types)
    return (view for view in views if _has(profile, view, count.where)) if count.where else views


def _has(profile: ProfileTables, view: RecordView, where: str) -> bool:
    one = comparison(where)
    field = field_name(one.name if "." in one.name else f"{view.record.type}.{one.name}", profile.dictionary)
    codes = [coded(value_at(field, profile.dictionary), code) for code in one.values]
    return any(alike(text, code) for _, text in texts(view, field.number, field.item) for code in codes)


def _wanted(count: RecordCount) -> str:
    most = "any number" if count.most is None else str(count.most)
    many = str(count.least) if count.least == count.most else f"{count.least} to {most}"
    return f"{many} of {_kinds(count)}"


def _kinds(count: RecordCount) -> str:
    kinds = " and ".join(f"Type-{kind}" for kind in count.types)
    return f"{kinds} with {count.where.replace('=', ' ').replace('|', ' or ')}" if count.where else kinds
