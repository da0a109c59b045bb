"""`nistitl explain`: what a record type, field, item, finding or code of an answer is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.editions import LATEST, Edition, edition_of
from nistitl.base.errors import ITLError
from nistitl.base.findings import catalogue
from nistitl.base.text import printable
from nistitl.cli import CLEAN, UNREADABLE
from nistitl.cli.command import Command, add_json, add_overlay, print_json, profile_of
from nistitl.cli.places import field_at, has_subfield, is_whole, joined, named_by_profiles, place_in
from nistitl.codes import Table, table
from nistitl.declare.items import Item, Sets, Values
from nistitl.declare.values import Value
from nistitl.model.dictionaries import profile_names
from nistitl.profiles.answering import known_by
from nistitl.profiles.layer import NEEDS
from nistitl.profiles.named import FieldName, declared
from nistitl.profiles.requirements import row_origin
from nistitl.records import DECLARED, record_class
from nistitl.records.facts import facts_of

if TYPE_CHECKING:
    import argparse

    from nistitl.declare.conditions import Condition
    from nistitl.declare.element import Element
    from nistitl.profiles import AnswerCode, TableProfile, TransactionType
    from nistitl.records.facts import Fact

_MOST_CODES, _MOST_PATHS, _VER_LENGTH = 60, 4, 4
_UNKNOWN = (
    "its text is not public. What no source speaks of is read by the tables of 2015; what only those forbid, a code, a "
    "field, an item, a length or a count, is a note"
)


def _configure(parser: argparse.ArgumentParser) -> None:
    known = (
        "14, 14.021, 14.021.3, 14.SEG, a place as a portal prints it such as T2_HGT or \"'T2_HGT' 2.27.1.1 IDC:0\", "
    )
    known += "a code table, a finding, a code of an answer such as L0139"
    parser.add_argument("what", nargs="+", metavar="WHAT", help=known)
    parser.add_argument("--profile", metavar="NAME", help="a profile or its TOML file, whose names and rows are told")
    add_overlay(parser)
    parser.add_argument("--edition", metavar="VER", help="as that edition has it: 0600, and what is known of it")
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    explanations, status = [], CLEAN
    profile = profile_of(options.profile, options.overlay) if options.profile is not None else None
    if profile is None and options.overlay:
        raise ITLError("an overlay lies on a profile: name one with --profile")
    edition = _edition_asked(options.edition)
    for what in joined(options.what):
        place = place_in(what)
        explanation = _explanation(what, profile, edition) or (place and _explanation(place, profile, edition))
        if not explanation:
            more = "" if profile is not None else "; --profile NAME tells what a profile names"
            print(f"nistitl: nothing is known of {printable(what)!r}{more}", file=sys.stderr)
            status = UNREADABLE
        else:
            explanations.append(explanation)
    if options.json:
        print_json(explanations)
    elif explanations:
        print("\n\n".join(_text(explanation) for explanation in explanations))
    return status


def _explanation(what: str, profile: TableProfile | None, edition: Edition | None) -> dict[str, Any] | None:
    if profile is not None:
        return _explain_by(profile, what) or _explain(what, edition)
    explained, by_profiles = _explain(what, edition), {}
    if explained is None or what.startswith("2."):
        by_profiles = _explain_type_2(what)
    return {"what": what, **(explained or {}), **by_profiles} if explained or by_profiles else None


def _edition_asked(ver: str | None) -> Edition | None:
    edition = edition_of(ver)
    if ver is not None and edition is None:
        known = ", ".join(one.ver for one in Edition)
        raise ITLError(f"{printable(ver)} names no edition of the standard; known: {known}")
    return edition


def _explain(what: str, edition: Edition | None) -> dict[str, Any] | None:
    if what in catalogue():
        row = catalogue()[what]
        return {"what": row.code, "name": row.title, "clause": row.clause, "hint": row.hint}
    tokens = what.split(".")
    if tokens[0].isdecimal() and len(tokens[0]) < 3 and int(tokens[0]):
        return _explain_path(int(tokens[0]), tokens[1:], edition)
    if (named := _edition_named(what)) is not None:
        return {"what": named.ver, "name": named.title, "year": str(named.year), **_known(named, "")}
    profile, _, of_profile = what.rpartition(":")
    if _names_profile(profile):
        return _explain_by(profile_of(profile, ()), of_profile)
    if _names_profile(what):
        return _explain_profile(profile_of(what, ()))
    try:
        codes = table(what)
    except KeyError:
        return _explain_answer(what)
    return {"what": what, "name": codes.title, "codes": _codes(codes, edition=edition)}


def _edition_named(what: str) -> Edition | None:
    """The edition of a VER as files have it, or of a year."""
    by_year = next((one for one in Edition if str(one.year) == what), None)
    return by_year or (edition_of(what) if len(what) == _VER_LENGTH else None)


def _names_profile(what: str) -> bool:
    """True for an installed profile, and for the path of a TOML file."""
    return what in profile_names() or what.endswith(".toml")


def _explain_profile(profile: TableProfile) -> dict[str, Any]:
    facts = {
        "what": profile.name, "name": profile.title, "authority": profile.layer.head.get("authority"),
        "domains": ", ".join(profile.domains), "versions": ", ".join(profile.versions),
        "editions": ", ".join(edition.ver for edition in profile.editions),
        "transaction types": ", ".join(profile.tots) or "it lists none: what it says holds for every one",
        "of itself": profile.notice, "all of it": f"nistitl profiles show {profile.name}",
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value}


def _explain_answer(text: str) -> dict[str, Any] | None:
    """A code that answers begin with, by the first installed profile that knows it, and which others say the same.

    Alone, or with the text that begins with it.
    """
    knowing = list(known_by(text)) or list(known_by(text, leading=True))
    if not knowing:
        return None
    profile, answer = knowing[0]
    same = [one.name for one, told in knowing if told == answer]
    return {**_answer_facts(profile, answer), "in answers of": ", ".join(same)}


def _answer_facts(profile: TableProfile, answer: AnswerCode) -> dict[str, Any]:
    lists = (row["answers"][1:] for row in profile.layer.type2.values() if "answers" in row)
    name = next(name for name in lists if answer.code in profile.dictionary.code_lists.table(name))
    origin = row_origin(profile, "codes", name, profile.layer.codes[name])
    facts = {"what": answer.code, "name": answer.meaning, "what to do": answer.advice, "from": origin}
    return {key: value for key, value in facts.items() if value}


# -- by a profile ---------------------------------------------------------------------------------


def _explain_by(profile: TableProfile, what: str) -> dict[str, Any] | None:
    """What a profile says of a code list, an element, a field, a transaction type or a condition."""
    layer, facts = profile.layer, {"what": f"{profile.name}:{what}"}
    if what in layer.codes:
        codes = profile.dictionary.code_lists.table(what)
        rows = (*layer.type2.items(), *layer.fields.items())
        used = [path for path, row in rows if f"@{what}" in (row.get(key) for key in ("codes", "answers", "advice"))]
        origin = row_origin(profile, "codes", what, layer.codes[what])
        return {**facts, "name": codes.title, "from": origin, "used by": ", ".join(used), "codes": _codes(codes)}
    if what in profile.tots:
        return facts | _explain_type(profile, profile.tots[what])
    if (answer := profile.answer_code(what)) is not None:
        return _answer_facts(profile, answer) | facts
    if what in layer.conditions:
        return facts | {**layer.conditions[what], "from": row_origin(profile, "conditions", what, {})}
    if (answer := profile.answer_in(what)) is not None:
        return _answer_facts(profile, answer)
    try:
        field = field_at(what, profile.dictionary)
    except ValueError:
        return None
    return facts | _explain_field(profile, field)


def _explain_type(profile: TableProfile, tot: TransactionType) -> dict[str, Any]:
    more = f"nistitl profiles show {profile.name} {tot.code}"
    facts = {"name": tot.name, "direction": tot.direction, "like": " ".join(tot.likeness[-2:-1]), "all of it": more}
    return {key: value for key, value in facts.items() if value}


def _explain_field(profile: TableProfile, field: FieldName) -> dict[str, Any]:
    path = f"{field.kind}.{field.number:03d}" + (f".{field.item}" if field.item is not None else "")
    element = declared(field.kind, field.number, profile.dictionary)
    facts: dict[str, Any] = {} if element is None else _explain_element(field.kind, element)
    if element is not None and field.item is not None:
        facts = _explain_item(field.kind, element, field.item, element.items[field.item - 1])
    facts.pop("what", None)
    section = "type2" if field.kind == 2 else "fields"
    facts["by the profile"] = {
        f"in {row['tots']}" if "tots" in row else "in every type": ", ".join(
            f"{name} {value}" for name, value in row.items() if name not in ("tots", "source")
        )
        for row in profile.layer.rows_of(section, path)
    }
    first = next(iter(profile.layer.rows_of(section, path)), {})
    facts["from"] = row_origin(profile, section, path, first)
    if field.kind == 2:
        facts.pop("editions", None)
        needs = {tot.code: tot.needs[field.label] for tot in profile.tots.values() if field.label in tot.needs}
        for label in NEEDS:
            codes = (code for code, need in needs.items() if need.condition == label[0].upper())
            facts[f"{label} in"] = ", ".join(codes)
    return {key: value for key, value in facts.items() if value}


def _explain_type_2(path: str) -> dict[str, Any]:
    """A field of Type-2, or an item of it, by what each installed profile calls so; nothing where none does."""
    told: dict[str, list[str]] = {}
    for name, field, element in named_by_profiles(path):
        item = None if field.item is None else element.items[field.item - 1]
        parts = [f"2.{element.number:03d} {element.mnemonic} {element.name}"]
        parts += [f"item {field.item} {_name(item)} {item.name}"] if item is not None else []
        last = element if item is None else item
        parts += [text for text in (last.value.limits, last.note) if text]
        told.setdefault("; ".join(parts), []).append(name)
    if not told:
        return {}
    more = f"nistitl explain --profile NAME {path}"
    return {"by profile": {", ".join(names): text for text, names in told.items()}, "all of it": more}


# -- by the standard --------------------------------------------------------------------------------


def _explain_path(kind: int, tokens: list[str], edition: Edition | None) -> dict[str, Any] | None:
    record = record_class(kind)
    if not tokens:
        elements = [had for e in record.elements.values() if (had := e.in_edition(edition) if edition else e)]
        fields = {f"{kind}.{e.number:03d}": f"{e.mnemonic:<5} {e.condition!s:<2} {e.name}" for e in elements}
        editions = {"editions": _editions(record.since, record.until, edition)} if kind in DECLARED else {}
        return {"what": f"Type-{kind}", "name": record.title, **editions, **_known(edition, kind), "fields": fields}
    named = (e for e in record.elements.values() if _names(tokens[0], e.number, e.mnemonic, *e.renamed.values()))
    if (element := next(named, None)) is None:
        return _block(kind, tokens[0], edition) if len(tokens) == 1 else None
    path = f"{kind}.{element.number:03d}"
    had = _as_of(element, edition)
    if had is None:
        assert edition is not None
        exists = _editions(max(element.since, record.since), element.until)
        absent = {"what": path, "mnemonic": element.mnemonic, "name": element.name, "editions": exists}
        return absent | {f"in {edition.ver}": "there is no such field"} | _known(edition, path)
    if is_whole(had, tokens[1:]):
        later = {} if edition is not None else _later(path, element)
        return _explain_element(kind, had, edition) | later | _known(edition, path)
    rows = [(at, item) for at, item in _items_at(had, tokens[1:-1]) if _names(tokens[-1], at, *_own_names(item))]
    return _explain_item(kind, had, *rows[0], edition) | _known(edition, f"{path}.{rows[0][0]}") if rows else None


def _as_of(element: Element, edition: Edition | None) -> Element | None:
    """A field as an edition had it; where none is asked for as the newest whose tables are known, if that had it."""
    if edition is not None:
        return element.in_edition(edition)
    known = element.in_edition(LATEST)
    older = {last: was for last, was in element.was.items() if last < LATEST}
    return element if known is None else attrs.evolve(known, was=older)


def _later(path: str, element: Element) -> dict[str, Any]:
    """Which editions that are known in part change the field."""
    changing = {edition.ver for edition in Edition if _at(edition, path)}
    return {"later": ", ".join(f"see --edition {ver}" for ver in sorted(changing))} if changing else {}


def _known(edition: Edition | None, path: int | str) -> dict[str, Any]:
    """What is known of a path, or of all (""), of an edition that is known in part."""
    if edition is None or edition.checked:
        return {}
    known = {
        f"{fact.grade}, {_spread(fact, f'{path}')}": f"{fact.says} ({fact.source})" for fact in _at(edition, f"{path}")
    }
    return {f"known of {edition.ver}": known or {"nothing": "no source speaks of it"}, "not known": _UNKNOWN}


def _spread(fact: Fact, path: str) -> str:
    """The paths of a fact that concern this one, of many the first and the last."""
    paths = [one for one in fact.paths if _concerns(one, path)]
    return ", ".join(paths) if len(paths) <= _MOST_PATHS else f"{paths[0]} ... {paths[-1]}"


def _at(edition: Edition, path: str) -> list[Fact]:
    """The facts of a path, of what is below it and what it is in; all for the empty path."""
    return [fact for fact in facts_of(edition) if any(_concerns(one, path) for one in fact.paths)]


def _concerns(one: str, path: str) -> bool:
    return not path or f"{one}.".startswith(f"{path}.") or f"{path}.".startswith(f"{one}.")


def _names(token: str, number: int, *names: str) -> bool:
    """True where a token is one of these names, or the number however it is spelled."""
    return token in names or (token.isdecimal() and len(token) < 10 and int(token) == number)


def _own_names(item: Item) -> tuple[str, ...]:
    return (item.mnemonic, *item.pair)


def _items_at(element: Element, subfield: list[str]) -> list[tuple[int, Item]]:
    """The items with their places: of all subfields, or of the one that is named; none where it cannot be."""
    tables = [rows for _, rows in _item_tables(element)]
    if not tables or not subfield:
        return [row for rows in tables for row in rows]
    if len(subfield) > 1 or not has_subfield(element, subfield[0]):
        return []
    return tables[0] if int(subfield[0]) == 1 else tables[-1]


def _block(kind: int, token: str, edition: Edition | None) -> dict[str, Any] | None:
    """A field number that the table gives to a user, a vendor or nobody."""
    if not token.isdecimal() or len(token) > 9:
        return None
    for block in record_class(kind).ranges:
        if int(token) in block:
            last = "" if block.last is None else f"{kind}.{block.last:03d}"
            span = f"{kind}.{block.first:03d} to {last}".strip()
            path = f"{kind}.{int(token):03d}"
            legacy = {"legacy": f"from {block.legacy.year} on"} if block.legacy else {}
            return {"what": path, "name": block.name, "range": span, **legacy, **_known(edition, path)}
    return None


def _explain_element(kind: int, element: Element, edition: Edition | None = None) -> dict[str, Any]:
    least, most = element.occurrence
    low, high = element.subfields
    exists = max(element.since, record_class(kind).since)
    facts: dict[str, Any] = {
        "what": f"{kind}.{element.number:03d}",
        "mnemonic": element.mnemonic,
        "name": element.name,
        "condition": str(element.condition) + (f" within the {element.block} block" if element.block else ""),
        "occurs": f"{least} to {most}",
        "editions": _editions(exists, element.until, edition)
        + (f"; legacy from {element.legacy.year}" if element.legacy else ""),
        "earlier": {f"to {last.year}": _older(older) for last, older in element.was.items() if last >= exists},
        "note": element.note,
        "unverified": element.unverified,
        "clause": _clause(kind, element.since),
    }
    newest = edition or max(LATEST, element.since)
    if isinstance(element.value, Sets):
        facts["subfields"] = f"{low} to {high if high is not None else 'any number'}"
        facts |= {
            label: {f".{at} {_name(i)}": _item_line(i) for at, i in rows if i.since is None or i.since <= newest}
            for label, rows in _item_tables(element)
        }
    else:
        if isinstance(element.value, Values):
            facts["subfields"] = f"{low} to {high if high is not None else 'any number'}"
        facts |= _limits(element.value, edition)
    if kind not in DECLARED:
        del facts["editions"]
    return {key: value for key, value in facts.items() if value}


def _clause(kind: int, since: Edition) -> str:
    """Where the standard describes what came with an edition; empty where that one's text is not public."""
    return record_class(kind).clause() if since.checked else ""


def _explain_item(kind: int, element: Element, at: int, item: Item, edition: Edition | None = None) -> dict[str, Any]:
    least, most = item.occurrence
    facts: dict[str, Any] = {
        "what": f"{kind}.{element.number:03d} item {at}",
        "mnemonic": _name(item),
        "name": item.name,
        "of": f"{element.mnemonic} {element.name}",
        "condition": str(item.condition),
        "occurs": f"{least} to {most if most is not None else 'any number'}",
        "editions": _editions(item.since, None, edition) if item.since else "",
        "earlier": {f"to {last.year}": _older(older) for last, older in item.was.items()},
        "note": item.note,
        "unverified": item.unverified,
        "clause": _clause(kind, max(element.since, item.since or element.since)),
        **_limits(item.content_in(edition or max(LATEST, item.since or LATEST)), edition),
    }
    return {key: value for key, value in facts.items() if value}


def _item_tables(element: Element) -> list[tuple[str, list[tuple[int, Item]]]]:
    """The items with their places; two tables where the first subfield differs from the others."""
    value = element.value
    if not isinstance(value, Sets):
        return []
    others = list(enumerate(value.items.items, 1))
    if value.first is value.items:
        return [("items", others)]
    return [("items of the first subfield", list(enumerate(value.first.items, 1))), ("items of the others", others)]


def _name(item: Item) -> str:
    return "/".join(item.pair) if item.pair else item.mnemonic


def _item_line(item: Item) -> str:
    parts = [str(item.condition), item.value.limits, item.name]
    if item.value.within is not None:
        parts.append(f"[{item.value.within}]")
    if item.value.one_of:
        parts.append(f"[{', '.join(item.value.one_of)}]")
    if item.value.table:
        parts.append(f"[codes: {item.value.table}]")
    return " ".join(parts)


def _limits(value: Value, edition: Edition | None = None) -> dict[str, Any]:
    facts: dict[str, Any] = {"characters": value.limits}
    if value.within is not None:
        facts["values"] = str(value.within)
    if value.one_of:
        facts["values"] = ", ".join(value.one_of)
    if value.code_table is not None:
        facts["code table"] = value.code_table.name + (" (other values are allowed)" if value.open else "")
        facts["codes"] = _codes(value.code_table, value, edition)
    return facts


def _codes(table: Table, value: Value | None = None, edition: Edition | None = None) -> dict[str, str]:
    """Codes and meanings, those within the limits of the field, with the editions they live in."""
    facts = {}
    codes = [c for c in table.codes if value is None or _takes(value, c.code)]
    codes = [c for c in codes if edition is None or c.valid_in(edition)]
    for code in codes[:_MOST_CODES]:
        since = f"from {code.since.year}" if code.since else ""
        legacy = f"legacy from {code.legacy.year}" if code.legacy else ""
        age = ", ".join(part for part in (since, legacy, code.status.removeprefix("sourced")) if part)
        facts[code.code] = code.meaning + (f" ({age})" if age else "")
    more = len(codes) - _MOST_CODES
    return facts | ({"...": f"{more} more"} if more > 0 else {})


def _takes(value: Value, code: str) -> bool:
    """True for a code of its table that the content may be."""
    within = value.within is None or not code.isdigit() or int(code) in value.within
    return within and (value.one_of is None or code in value.one_of)


def _editions(since: Edition, until: Edition | None, asked: Edition | None = None) -> str:
    last = until or max(LATEST, since, asked or since)
    return f"{since.ver} ({since.year}) to {last.ver} ({last.year})"


def _older(older: Any) -> str:
    parts = older if isinstance(older, tuple) else (older,)
    return ", ".join(_older_part(part) for part in parts)


def _older_part(part: Condition | Value | str) -> str:
    """A condition, a mnemonic, or a content by its limits."""
    if isinstance(part, Sets):
        return f"{part.least} to {'any number of' if part.most is None else part.most} subfields"
    if isinstance(part, Value):
        limits = part.inner.limits if isinstance(part, Values) else part.limits
        codes = f"{part.within}" if part.within is not None else " ".join(part.one_of or ())
        return f"{limits} [{codes}]" if codes else limits
    return str(part)


def _text(facts: dict[str, Any]) -> str:
    head = " ".join(str(facts[key]) for key in ("what", "mnemonic", "name") if key in facts)
    lines = [head]
    for key, value in facts.items():
        if key in ("what", "mnemonic", "name"):
            continue
        if isinstance(value, dict):
            lines.append(f"  {key}:")
            width = max(map(len, value), default=0)
            lines += [f"    {name:<{width}}  {text}" for name, text in value.items()]
        else:
            lines.append(f"  {key}: {'yes' if value is True else value}")
    return "\n".join(lines)


COMMAND = Command("what a record type, field, item, code table, finding or code of an answer is", _configure, _run)
