"""A description for `build` with every mandatory field named, explained, and left to be filled in."""

from __future__ import annotations

import json
import os
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.declare.items import Sets
from nistitl.images.positions import ROLLED, position_slugs
from nistitl.plain.description import read_description
from nistitl.plain.heading import left_to_say
from nistitl.plain.planning import Order, order_of, unknown_prints
from nistitl.profiles.requirements import code_lists, element_line, item_line
from nistitl.records import record_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nistitl.declare.element import Element
    from nistitl.profiles.layer import ElementNeed
    from nistitl.profiles.requirements import Requirement

_WIDTH = 118
_MOST_CODES = 12  # of a list that are written out
_HEAD = {
    "DAI": "who it goes to", "ORI": "who sends it", "TCN": "your own number for this transaction, used once",
    "TCR": "the TCN of what this answers",
}  # fmt: skip
_COMPUTED = (1, 2)
_SINGLE = {finger: f"{'RL'[finger > 5]}{(finger - 1) % 5 + 1}" for finger in ROLLED}
_PLAIN_NAMES = {11: "plain-right-thumb", 12: "plain-left-thumb", 13: "right-four", 14: "left-four"}


def write_blank(
    path: str | os.PathLike[str], profile: str, tot: str, ver: str | None = None, overlays: Sequence[str] = ()
) -> Path:
    """Write the description, nothing over what is there; its path.

    ITLError where there is something; DescriptionError for a profile, an overlay, a type or VER that is none.
    """
    target = Path(path)
    profile = str(Path(profile).absolute()) if profile.endswith(".toml") else profile
    head = {"type": tot, "profile": profile, "overlays": [str(Path(one).absolute()) for one in overlays]}
    order = order_of(read_description({"transaction": head | ({"VER": ver} if ver else {})}))
    if target.is_dir():
        raise ITLError(f"{target.name} is a folder; give the file that the description goes into, such as card.toml")
    if os.path.lexists(target):
        raise ITLError(f"{target.name} is there already; nothing is written over it")
    write_atomically(target, ["\n".join([*blank(order), ""]).encode("utf-8")], follow=False)
    return target


def blank(order: Order) -> Iterator[str]:
    """The lines of the description."""
    yield f"# {order.tot.code}, {order.tot.name}, by {order.profile.title}. {order.profile.notice}"
    yield "# Fill in what is empty; what is behind # may be added. Then: nistitl build THIS -o OUT.eft"
    yield "# Counts, sizes, IDCs, resolutions, compression and hashes are derived."
    yield ""
    yield from _head(order)
    yield ""
    yield "[demographics]"
    yield from _type2(order)
    if any(order.takes(kind) for kind in (4, 10, 13, 14, 15, 17)):
        yield ""
        yield from _images(order)


def _head(order: Order) -> Iterator[str]:
    description, kind = order.description, record_class(1)
    yield "[transaction]"
    yield f"type = {json.dumps(order.tot.code)}"
    yield f"profile = {json.dumps(description.profile)}"
    yield f"overlays = {json.dumps(list(description.overlays))}"
    yield f'VER = "{order.edition.ver}"  # {order.edition.title}'
    answers = order.tot.direction == "response" or bool(order.tot.answers_to)
    asked = left_to_say(order)
    for number, element in kind.elements.items():
        name = element.mnemonic
        if (name in _HEAD and (name != "TCR" or answers)) or name in asked:
            row = order.profile.layer.fields.get(f"1.{number:03d}", {})
            said = [str(row[key]) for key in ("type", "length", "codes", "hint") if key in row]
            remark = "; ".join([f"{element.name}: {_HEAD.get(name, 'mandatory here')}", *said])
            value = order.only(f"1.{number:03d}")
            yield f"{name} = {_empty(element) if value is None else json.dumps(value)}  # {remark}"
    yield "# DAT = 2026-01-31  # today where left out; other fields of Type-1 likewise, by mnemonic"


def _type2(order: Order) -> Iterator[str]:
    elements = order.profile.type2(order.tot.code)
    dictionary = order.profile.dictionary
    ranks = {"M": 0, "E": 1, "C": 2, "O": 3}
    for name, need in sorted(order.tot.needs.items(), key=lambda one: ranks.get(one[1].condition, 4)):
        number = dictionary.number_of(name)
        if number is not None and number not in _COMPUTED and name != "AMP" and number in elements:
            yield from _element(order, name, elements[number], need)


def _element(order: Order, name: str, element: Element, need: ElementNeed) -> Iterator[str]:
    line = element_line(element, need)
    asked = need.condition in "ME"
    often = f"{line.occurs} times" if line.occurs != "1" else ""
    condition = {"M": "mandatory", "E": "asked for", "C": "conditional", "O": "optional"}.get(need.condition, "")
    remark = "; ".join(
        part for part in (f"2.{element.number:03d} {element.name}", condition, line.content, often, line.note) if part
    )
    yield from (f"# {part}" for part in wrap(remark, _WIDTH))
    for at, item in enumerate(element.items, 1):
        part = item_line(element.number, at, item)
        yield f"#   item {at}, {part.mnemonic}: {part.name}; {part.content}"
    if asked:
        yield from _codes(order, line)
    yield f"{'' if asked else '# '}{name} = {_empty(element)}"


def _codes(order: Order, line: Requirement) -> Iterator[str]:
    for table, _ in code_lists(order.profile, [line]):
        rows = [f"{code.code} {code.meaning}" for code in table.codes]
        more = f"; {len(rows) - _MOST_CODES} more: nistitl explain {table.name}" if len(rows) > _MOST_CODES else ""
        yield from (f"#   {part}" for part in wrap("; ".join(rows[:_MOST_CODES]) + more, _WIDTH - 2))


def _empty(element: Element) -> str:
    return json.dumps([[""] * len(element.items)]) if isinstance(element.value, Sets) else '""'


def _images(order: Order) -> Iterator[str]:
    yield "[images]"
    yield '# A file (PNG, TIFF, BMP, JPEG, JPEG 2000, PGM, WSQ), "amputated" or "unprintable"; or a table:'
    yield '#   R1 = { file = "scan.tif", page = 2, ppi = 500, segments = { R2 = [left, right, top, bottom] } }'
    yield '# folder = "scans"  # files named after positions: right-thumb.tif, R1.png, 01.bmp'
    yield "# resample = 500  # where scans are of another resolution"
    off = "" if "AMP" in order.tot.needs or order.profile.missing_fingers is not None else "# "
    if order.takes(4) or order.takes(14):
        slugs = position_slugs()
        if told := unknown_prints(order):
            yield from (f"# {part}" for part in wrap(told, _WIDTH))
        yield from (
            f'{off}{name} = ""  # {slugs[finger].replace("-", " ")}, rolled' for finger, name in _SINGLE.items()
        )
        yield from (
            f'{off}{name} = ""  # {slugs[position].replace("-", " ")}' for position, name in _PLAIN_NAMES.items()
        )
    if order.takes(15):
        yield '# right-palm = ""  # and left-palm, right-writers-palm, left-writers-palm, or 20 to 38'
    if order.takes(13):
        nine = ', minutiae = "latent.xyt"' if order.takes(9) else ""
        yield f'# latent = {{ file = "", position = "R2"{nine} }}'
    if order.takes(10):
        yield '# face = ""'
    if order.takes(17):
        yield '# right-iris = ""  # and left-iris'
