"""An empty transaction as a manifest for `pack`: every mandatory field named, explained and left to be filled in."""

from __future__ import annotations

import json
import warnings
from datetime import date
from typing import TYPE_CHECKING

from nistitl.base.editions import LATEST, Edition, EditionAdvice, advice_on, edition_of
from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.declare.conditions import M
from nistitl.declare.items import Sets
from nistitl.plain.folder import MANIFEST, new_folder
from nistitl.plain.values import FORMAT
from nistitl.profiles.requirements import Requirement, element_line, item_line
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nistitl.declare.element import Element
    from nistitl.profiles.layer import RecordCount
    from nistitl.profiles.profile import TableProfile
    from nistitl.profiles.tables import TransactionType

_HEAD = (2, 4, 5, 7, 8, 9, 11, 12, 13)
_COMPUTED = (1, 2, 3)
_TCR = 10  # the TCN of what a response answers


def write_manifest(profile: TableProfile, tot: TransactionType, folder: str, ver: str | None = None) -> Path:
    """Write the manifest into a folder, made if need be; its path. ITLError where there is one already."""
    target = new_folder(folder)
    lines = manifest(profile, tot, _edition(profile, ver))
    write_atomically(target / MANIFEST, ["\n".join([*lines, ""]).encode("utf-8")], follow=False)
    return target / MANIFEST


def _edition(profile: TableProfile, ver: str | None) -> Edition:
    known = (edition for edition in profile.editions if edition.checked)
    edition = edition_of(ver) if ver is not None else max(known, default=LATEST)
    if edition is None:
        raise ITLError(f"{ver!r} is no VER of the standard")
    if not edition.checked:
        warnings.warn(advice_on(edition), EditionAdvice, stacklevel=3)
    return edition


def manifest(profile: TableProfile, tot: TransactionType, edition: Edition) -> Iterator[str]:
    """The lines of the manifest."""
    yield f"# {tot.code}, {tot.name}, by {profile.title}. {profile.notice}"
    yield "# Fill in what is empty; what is behind # may be added. LEN, CNT and IDC are computed."
    yield f'format = "{FORMAT}"'
    yield "\n[[record]]\ntype = 1\n[record.field]"
    yield from _header(profile, tot, edition)
    yield "\n[[record]]\ntype = 2\n[record.field]"
    yield from _type2(profile, tot)
    for count in sorted(tot.records, key=lambda one: one.types):
        if count.types[0] > 2:
            yield from _record(count, edition)


def _header(profile: TableProfile, tot: TransactionType, edition: Edition) -> Iterator[str]:
    kind = record_class(1)
    known = {2: edition.ver, 4: tot.code, 5: f"{date.today():%Y%m%d}", 11: "00.00", 12: "00.00"}
    answers = tot.direction == "response" or bool(tot.answers_to)
    for number in sorted({*_HEAD, _TCR} if answers else _HEAD):
        element = kind.elements[number].in_edition(edition)
        if element is None:
            continue
        value = json.dumps(known.get(number, ""))
        if number == 13:
            value = json.dumps([[profile.domains[0] if profile.domains else "", (*profile.versions, "")[0]]])
        yield f'"1.{number:03d}" = {value}  # {element.mnemonic}: {element.name}'


def _type2(profile: TableProfile, tot: TransactionType) -> Iterator[str]:
    elements = profile.type2(tot.code)
    for name, need in tot.needs.items():
        number = profile.dictionary.number_of(name)
        if number is None or number in _COMPUTED[:2]:
            continue
        element = elements[number]
        off = "" if need.condition in "ME" else "# "
        remark = _remark(element_line(element, need))
        yield f'{off}"2.{number:03d}" = {_empty(element)}  # {element.mnemonic}: {element.name} ({remark})'
        for at, item in enumerate(element.items, 1):
            part = item_line(number, at, item)
            yield f"#     item {at} {part.mnemonic}: {part.name} ({part.condition}; {part.content})"


def _remark(line: Requirement) -> str:
    often = f"{line.occurs} times" if line.occurs != "1" else ""
    return "; ".join(part for part in (line.condition, line.content, often, line.note) if part)


def _empty(element: Element) -> str:
    return json.dumps([[""] * len(element.items)]) if isinstance(element.value, Sets) else '""'


def _record(count: RecordCount, edition: Edition) -> Iterator[str]:
    kind = record_class(count.types[0])
    others = f" (or Type-{', Type-'.join(map(str, count.types[1:]))})" if count.types[1:] else ""
    most = "any number" if count.most is None else str(count.most)
    yield f"\n# {count.least} to {most} of Type-{kind.type}{others}: {kind.title}. Repeat the lines for each record."
    off = "" if count.least else "# "
    yield f"{off}[[record]]\n{off}type = {kind.type}\n{off}[record.field]"
    for element in kind.elements.values():
        mine = element.in_edition(edition)
        asked = mine is not None and ((mine.condition is M and mine.block is None) or mine.number == kind.data_field)
        if mine is None or not asked or mine.number in _COMPUTED[:2]:
            continue
        data = mine.number == kind.data_field or (kind.binary and mine is list(kind.elements.values())[-1])
        value = '{ file = "" }' if data else _empty(mine)
        yield f'{off}"{kind.type}.{mine.number:03d}" = {value}  # {mine.mnemonic}: {mine.name}'
