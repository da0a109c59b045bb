"""What a transaction type needs, as rows that people read: records, elements; and what differs between two profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nistitl.profiles.compression import compression_of
from nistitl.profiles.merging import EVERY, row_for
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.codes import Table
    from nistitl.declare.element import Element
    from nistitl.declare.items import Item
    from nistitl.profiles.layer import ElementNeed
    from nistitl.profiles.merging import LayerRow
    from nistitl.profiles.profile import TableProfile
    from nistitl.profiles.tables import TransactionType

_UNSURE = "not certain"


class Requirement(NamedTuple):
    """One row: where, what it is called, condition, how often, of what form, and what to know."""

    path: str
    mnemonic: str
    name: str
    condition: str
    occurs: str
    content: str
    note: str = ""
    origin: str = ""


def record_lines(tot: TransactionType, profile: TableProfile | None = None) -> Iterator[Requirement]:
    """How many records of which types; with the layers that say so, where the profile is given."""
    for count in sorted(tot.records, key=lambda one: (one.types, one.where)):
        kinds = " or ".join(f"Type-{kind}" for kind in count.types) + (f" with {count.where}" if count.where else "")
        title = record_class(count.types[0]).title
        note = _noted("", sure=count.sure and tot.sure_of(*count.types))
        origin = word_origin(profile, "records", tot, str(count.types), count.where) if profile is not None else ""
        condition = "M" if count.least else "O"
        yield Requirement(kinds, "", title, condition, _times(count.least, count.most), "", note, origin)


def compression_lines(profile: TableProfile) -> Iterator[tuple[str, str, str]]:
    """How each kind of image is compressed: which kind, by what at how many bits a pixel, and who says so."""
    for image, row in profile.layer.compression.items():
        if (said := compression_of(profile, image)) is None:
            continue
        rate = "" if said.bitrate is None else f", {said.bitrate:g} bits a pixel"
        span = "" if said.least is None else f" ({said.least:g} to {said.most:g})"
        named = f"{image} ppi" if image.isdecimal() else image
        codecs = ", else ".join(said.codecs)
        by = _noted(f"{codecs}{rate}{span}", sure=row.get("sure", True))
        yield named, by, row_origin(profile, "compression", image, row)


def word_origin(profile: TableProfile, section: str, tot: TransactionType, *word: str) -> str:
    """The layers whose words of [records], [mandatory] and so on speak of this for a transaction type."""
    keys = (EVERY, *tot.likeness)
    return ", ".join(dict.fromkeys(name for key in keys for name in profile.layer.origin(section, key, *word)))


def row_origin(profile: TableProfile, section: str, path: str, row: LayerRow) -> str:
    """The layers that speak of a row, and the source that it names."""
    names = ", ".join(profile.layer.origin(section, path))
    source = str(row.get("source", ""))
    return f"{names}: {profile.layer.sources.get(source, source)}" if source else names


def field_lines(profile: TableProfile, tot: TransactionType) -> Iterator[Requirement]:
    """What [fields] says of the fields of other record types, for a transaction type."""
    kinds = {1, *(kind for count in tot.records for kind in count.types)}
    for path in sorted(profile.layer.fields, key=lambda one: [int(part) for part in one.split(".")]):
        row = row_for(profile.layer.rows_of("fields", path), tot.likeness)
        if int(path.partition(".")[0]) in kinds and row:
            said = (str(row[name]) for name in ("type", "length", "codes", "values", "pattern") if name in row)
            condition, origin = str(row.get("condition", "")), row_origin(profile, "fields", path, row)
            note = str(row.get("says", row.get("hint", "")))
            named = row.get("mnemonic", ""), row.get("name", "")
            yield Requirement(path, *named, condition, str(row.get("occurs", "")), " ".join(said), note, origin)


def condition_lines(profile: TableProfile, tot: TransactionType) -> Iterator[Requirement]:
    """The conditions that hold for a transaction type."""
    for name, row in profile.layer.conditions.items():
        if "tots" not in row or tot.code in row["tots"].split():
            said = (f"{key} {row[key]}" for key in ("when", "unless", "needs", "forbids", "one_of") if key in row)
            origin = row_origin(profile, "conditions", name, row)
            yield Requirement(name, "", "; ".join(said), "", "", "", str(row.get("says", row.get("hint", ""))), origin)


def code_lists(profile: TableProfile, lines: Iterable[Requirement]) -> Iterator[tuple[Table, str]]:
    """The code lists that these rows ask for, each with the layers that speak of it."""
    words = (word for line in lines for word in line.content.replace(",", " ").split())
    named = (word.removeprefix("@") for word in words)
    for name in dict.fromkeys(name for name in named if name in profile.layer.codes):
        yield profile.dictionary.code_lists.table(name), row_origin(profile, "codes", name, profile.layer.codes[name])


def element_lines(profile: TableProfile, tot: TransactionType) -> Iterator[Requirement]:
    """The Type-2 elements, mandatory ones first, each with its items."""
    elements = profile.type2(tot.code)
    order = {"M": 0, "E": 1, "C": 2, "O": 3}
    needs = sorted(tot.needs.items(), key=lambda row: (order[row[1].condition], profile.dictionary.number_of(row[0])))
    for name, need in needs:
        number = profile.dictionary.number_of(name)
        if number is not None:
            path = f"2.{number:03d}"
            row = profile.dictionary.row(path, tot.likeness) if path in profile.layer.type2 else {}
            words = word_origin(profile, "needs", tot, name)
            origin = "; ".join(dict.fromkeys(part for part in (words, row_origin(profile, "type2", path, row)) if part))
            yield element_line(elements[number], need)._replace(origin=origin)
            yield from (item_line(number, at, item) for at, item in enumerate(elements[number].items, 1))


def element_line(element: Element, need: ElementNeed | None = None) -> Requirement:
    """One element of the dictionary, as a transaction type asks for it."""
    least, most = need.occurs if need is not None and need.occurs is not None else element.subfields
    note = _noted(element.note, sure=not element.unverified and (need is None or need.sure))
    condition = need.condition if need is not None else ""
    occurs = _times(least, most)
    return Requirement(
        f"2.{element.number:03d}", element.mnemonic, element.name, condition, occurs, _content(element.value), note
    )


def item_line(number: int, at: int, item: Item) -> Requirement:
    """One item of an element."""
    return Requirement(
        f"2.{number:03d}.*.{at}", item.mnemonic, item.name, str(item.condition), "", _content(item.value), item.note
    )


def _noted(note: str, *, sure: bool) -> str:
    """What to know of a row, and that it only warns where it does."""
    return note if sure else "; ".join(part for part in (note.rstrip("."), _UNSURE) if part)


def _content(value: object) -> str:
    value = getattr(value, "inner", None) or value
    limits = str(getattr(value, "limits", ""))
    codes = _codes(value)
    if codes and getattr(value, "open", False):
        codes += ", others pass"
    within, pattern = getattr(value, "within", None), getattr(value, "pattern", None)
    form = f"of the form {pattern}" if pattern else ""
    return " ".join(part for part in (limits, codes, str(within or ""), form) if part)


def _codes(value: object) -> str:
    """The codes that a value may have, in a few words."""
    table, one_of = getattr(value, "table", None), getattr(value, "one_of", None)
    if one_of:
        shown = " ".join(one_of)
        return shown if len(shown) < 40 else f"{len(one_of)} codes"
    return f"codes {str(table).rpartition(':')[2]}" if table else ""


def _times(least: int, most: int | None) -> str:
    if most is None:
        return f"{least} or more"
    return str(least) if least == most else f"{least} to {most}"


# -- what differs -------------------------------------------------------------------------------


def differences(old: TableProfile, new: TableProfile, tot: str | None = None) -> Iterator[str]:
    """What changed between two profiles, a line each; of one transaction type, or of all."""
    if tot is None:
        yield from (f"- {code} {old.tots[code].name}" for code in old.tots if code not in new.tots)
        yield from (f"+ {code} {new.tots[code].name}" for code in new.tots if code not in old.tots)
    for code in old.tots:
        if code in new.tots and tot in (None, code):
            yield from (f"{code}: {line}" for line in _tot_differences(old, new, code))


def _tot_differences(old: TableProfile, new: TableProfile, code: str) -> Iterator[str]:
    before = {line.path: line for line in _lines(old, code)}
    after = {line.path: line for line in _lines(new, code)}
    for path, line in before.items():
        if path not in after:
            yield f"- {_shown(line)}"
    for path, line in after.items():
        if path not in before:
            yield f"+ {_shown(line)}"
        elif changes := list(_changes(before[path], line)):
            yield f"~ {path} {line.mnemonic}: {'; '.join(changes)}"


def _lines(profile: TableProfile, code: str) -> Iterator[Requirement]:
    tot = profile.tots[code]
    yield from record_lines(tot)
    yield from element_lines(profile, tot)


def _changes(before: Requirement, after: Requirement) -> Iterator[str]:
    for name in ("mnemonic", "condition", "occurs", "content"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield f"{name} {was or 'none'} -> {now or 'none'}"


def _shown(line: Requirement) -> str:
    parts = (line.path, line.mnemonic, line.name, line.condition, line.occurs, line.content)
    return " ".join(part for part in parts if part)
