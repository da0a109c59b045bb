"""How the rows of a layer lie on those of its parent: attribute by attribute, word by word, code by code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self, TypeVar

from nistitl.profiles.spans import closed, span, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LayerRow = dict[str, Any]
EVERY = "*"
ADDED = ("rules", "domains", "versions")  # lists of the head that add up
_SPANS = ("length", "occurs")
_FORMS = frozenset(("pattern", "values", "codes", "date"))  # what hints speak of
_DESCRIBING = ("mnemonic", "name", "type", "special")
K = TypeVar("K")


class SpanError(ValueError):
    """A span ends before it begins once it lies on the one below; `section` and `key` say in which row."""

    def __init__(self, section: str, key: str, message: str) -> None:
        super().__init__(message)
        self.section, self.key = section, key


class Word(Protocol):
    """What may lie on a word of the layer below."""

    def over(self, below: Self) -> Self: ...


W = TypeVar("W", bound=Word)


# -- rows -----------------------------------------------------------------------------------------


class Rows(NamedTuple):
    """The rows of paths: `first` that of every type, or the first there is; `more` those of some types, in order."""

    first: dict[str, LayerRow]
    more: dict[str, tuple[LayerRow, ...]]


def folded(below: LayerRow, row: LayerRow) -> LayerRow:
    """The attributes of a row on those of one below: open spans keep its sides, its hint goes with what it speaks of.

    ValueError where a span then ends before it begins.
    """
    made = {**below, **row}
    for name in _SPANS:
        if name in row and name in below:
            made[name] = written(closed(span(row[name]), span(below[name])))
    if not _FORMS.isdisjoint(row):
        for name in ("hint", "says"):
            if name not in row:
                made.pop(name, None)
    return made


def row_for(rows: Iterable[LayerRow], types: tuple[str, ...]) -> LayerRow:
    """What the rows of a path say of a transaction type; `types` is what it is like, the last one itself."""
    rows = tuple(rows)
    made: LayerRow = {}
    for row in rows:
        if "tots" not in row:
            made = folded(made, row)
    for tot in types:
        for row in rows:
            if tot in row.get("tots", "").split():
                made = {} if row.get("removed") else folded(made, row)
    return made


def with_rows(section: str, parent: Rows, child: Rows) -> Rows:
    """The rows of a child on those of its parent; `removed` takes a path out."""
    made = Rows(dict(parent.first), {path: rows for path, rows in parent.more.items() if path in parent.first})
    for path, first in child.first.items():
        for row in (first, *child.more.get(path, ())):
            try:
                _put(made, path, row)
            except ValueError as error:
                raise SpanError(section, path, str(error)) from None
    return made


def _put(made: Rows, path: str, row: LayerRow) -> None:
    rows = [made.first[path], *made.more.get(path, ())] if path in made.first else []
    if "tots" in row:
        rows = _for_some(rows, row)
    elif row.get("removed"):
        rows = []
    else:
        rows = _for_every(rows, row)
    made.more.pop(path, None)
    if rows:
        made.first[path], *others = rows  # where it stood: of two elements of one mnemonic the first has it
        if others:
            made.more[path] = tuple(others)
    else:
        made.first.pop(path, None)


def _for_some(rows: list[LayerRow], row: LayerRow) -> list[LayerRow]:
    """The rows with one for some types: on that of the same types, or beside those there are."""
    types = set(row["tots"].split())
    same = next((at for at, one in enumerate(rows) if set(one.get("tots", "").split()) == types), None)
    if same is None:
        return [*rows, row]
    return [*rows[:same], folded(rows[same], row), *rows[same + 1 :]]


def _for_every(rows: list[LayerRow], row: LayerRow) -> list[LayerRow]:
    """The rows with one for every type: it also holds where a row of some types states the same attribute."""
    some = [one for one in rows if "tots" in one]
    below = next((one for one in rows if "tots" not in one), None)
    if below is None:
        below = {name: rows[0][name] for name in _DESCRIBING if rows and name in rows[0]}
    return [folded(below, row), *(folded(one, {key: row[key] for key in row if key in one}) for one in some)]


# -- words ----------------------------------------------------------------------------------------


def with_words(
    section: str,
    parent: dict[str, dict[K, W]],
    child: dict[str, dict[K, W]],
    joined: Callable[[dict[K, W], dict[K, W]], dict[K, W]],
) -> dict[str, dict[K, W]]:
    """The words of a child on those of its parent; what it says of every type holds where the parent named one.

    `joined` puts the words of one transaction type on those below.
    """
    every = child.get(EVERY, {})
    merged = {}
    for tot in {**parent, **child}:
        mine = parent.get(tot, {})
        general = {name: word for name, word in every.items() if name in mine} if tot != EVERY else {}
        try:
            merged[tot] = joined(worded(mine, general), child.get(tot, {}))
        except ValueError as error:
            raise SpanError(section, tot, str(error)) from None
    return merged


def worded(parent: dict[K, W], child: dict[K, W]) -> dict[K, W]:
    """The words of one transaction type on those below."""
    merged = dict(parent)
    for name, word in child.items():
        old = merged.get(name)
        merged[name] = word if old is None else word.over(old)
    return merged


# -- codes ----------------------------------------------------------------------------------------


def code_rows(text: str) -> dict[str, str]:
    """Code and meaning of every line of a list; a tab or two spaces stand between them."""
    rows = {}
    for line in text.splitlines():
        if line.strip():
            code, _, meaning = line.replace("  ", "\t", 1).partition("\t")
            rows[code.strip()] = meaning.strip()
    return rows


def codes_to_remove(text: str, known: Iterable[str]) -> list[str]:
    """The codes that `remove` names: a line that is a code, blanks and all, or several codes with blanks between."""
    listed = set(known)
    found: list[str] = []
    for code in code_rows(text):
        found += [code] if code in listed else code.split()
    return found


def with_codes(parent: dict[str, LayerRow], child: dict[str, LayerRow]) -> dict[str, LayerRow]:
    """The code lists of a child on those of its parent: replaced by `list`, changed by `add` and `remove`."""
    rows = dict(parent)
    for key, row in child.items():
        old = rows.get(key, {})
        listed = code_rows(row["list"] if "list" in row else old.get("list", ""))
        gone = codes_to_remove(row.get("remove", ""), listed)
        kept = {code: meaning for code, meaning in listed.items() if code not in gone} | code_rows(row.get("add", ""))
        text = "\n".join(f"{code}\t{meaning}" for code, meaning in kept.items())
        rest = {name: value for name, value in row.items() if name not in ("add", "remove")}
        rows[key] = {**old, **rest, "list": text}
    return rows


# -- the head -------------------------------------------------------------------------------------


def with_head(parent: LayerRow, child: LayerRow) -> LayerRow:
    """The head of a child on that of its parent: rules, domains and versions add up, the rest is replaced."""
    merged = {**parent, **{name: value for name, value in child.items() if not name.startswith("remove_")}}
    if "editions" in child and "doubtful_editions" not in child:
        merged.pop("doubtful_editions", None)
    for name in ADDED:
        words = added(parent.get(name, ()), child.get(name, ()), child.get(f"remove_{name}", ()))
        if words:
            merged[name] = words
        else:
            merged.pop(name, None)
    return merged


def added(below: Iterable[str], mine: Iterable[str], gone: Iterable[str]) -> list[str]:
    """A list of the head with what a child adds to it and takes away; `*` takes all that is below."""
    away = set(gone)
    kept = () if EVERY in away else (word for word in below if word not in away)
    return list(dict.fromkeys((*kept, *mine)))
