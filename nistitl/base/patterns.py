"""Patterns that other people write: a subset of Python's regular expressions that is matched in linear time.

A pattern holds characters, `.`, classes (`[A-Z]`, `[^.]`, `\\d`, `\\D`, `\\w`, `\\W`, `\\s`, `\\S`), groups,
alternatives (`|`), repeats (`?`, `*`, `+`, `{2}`, `{1,8}`, `{2,}`), and at its beginning one look ahead (`(?!...)` or
`(?=...)`). It stands for the whole of a value, so that `^` and `$` have no place in it. So that no text makes it try
twice, and twice again:

* what is repeated is never empty, and within a repeat the next character says which way to go;
* where two repeats can read the same characters, something stands between them that the first cannot read;
* elsewhere at most 64 ways of reading the same text.

Strategy: the pattern is parsed into a tree, the tree made into the positions of an automaton (Glushkov's), and the
three rules are read off what may follow what. Sets of characters are bits: one for each of ASCII, one for all others.
"""

from __future__ import annotations

import re
import warnings
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_OTHERS = 1 << 128  # all characters outside ASCII, as one
_EVERY = (1 << 129) - 1
_MOST_POSITIONS, _MOST_WAYS, _DEEPEST, _LONGEST = 500, 64, 20, 1000


def _bits(characters: Iterable[str]) -> int:
    return sum({1 << ord(character) if character.isascii() else _OTHERS for character in characters})


_MOST_TIMES = 100_000  # more than text fields have characters; Python would count further, and slowly
_COUNTED = re.compile(r"\{(\d*+)(,?)(\d*)\}")
_Made = tuple[list[int], list[int], bool]  # the first and last positions of a tree, and whether it may be empty
_ASCII = [chr(code) for code in range(128)]
_KINDS = {
    letter: _bits(filter(re.compile(rf"\{letter}").fullmatch, _ASCII)) | _OTHERS
    for letter in ("d", "w", "s", "D", "W", "S")
}
_DOT = _EVERY & ~_bits("\n")


class Characters(NamedTuple):
    """One character of a set."""

    bits: int
    at: int  # where it stands in the pattern


class Sequence(NamedTuple):
    """One after the other."""

    parts: tuple[Tree, ...]


class Choice(NamedTuple):
    """One of several."""

    branches: tuple[Tree, ...]


class Repeat(NamedTuple):
    """So many times; `most` None for any number."""

    body: Tree
    least: int
    most: int | None
    at: int


Tree = Characters | Sequence | Choice | Repeat


def check_pattern(pattern: str) -> None:
    """ValueError, saying what and where, for a pattern that is none or is outside the subset of this module."""
    for counted in _COUNTED.finditer(pattern[:_LONGEST]):
        if max(int(number or 0) for number in counted.group(1, 3)) > _MOST_TIMES:
            raise ValueError(f"the pattern repeats more than {_MOST_TIMES} times, at character {counted.start() + 1}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # a class that Python may read otherwise one day
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, FutureWarning) as error:
        raise ValueError(f"the pattern is none: {error}") from None
    look_ahead, tree = parse_pattern(pattern)
    if look_ahead is not None:
        if any(one.most != 1 for one in _repeats(look_ahead)):
            raise ValueError("the pattern repeats within its look ahead; only ? may stand there")
        _check_ways(_Automaton(look_ahead))
    automaton = _Automaton(tree)
    _check_repeats(automaton)
    _check_pairs(automaton)
    _check_ways(automaton)


def parse_pattern(pattern: str) -> tuple[Tree | None, Tree]:
    """The look ahead at the beginning, if there is one, and the pattern as trees; ValueError outside the subset."""
    if len(pattern) > _LONGEST:
        raise ValueError(f"the pattern has {len(pattern)} characters, {_LONGEST} are the most")
    parser = _Parser(pattern)
    look_ahead = parser.look_ahead()
    tree = parser.choice(0)
    if parser.at < len(pattern):
        raise parser.refused("an unmatched )")
    return look_ahead, tree


class _Parser:
    """Reads a pattern from left to right; Python has compiled it before, so that its syntax is right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def refused(self, what: str) -> ValueError:
        return ValueError(f"the pattern has {what} at character {self.at + 1}, which patterns of a profile cannot have")

    def taken(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def look_ahead(self) -> Tree | None:
        if not (self.taken("(?!") or self.taken("(?=")):
            return None
        tree = self.choice(1)
        self.taken(")")
        return tree

    def choice(self, depth: int) -> Tree:
        if depth > _DEEPEST:
            raise self.refused(f"more than {_DEEPEST} groups within each other")
        branches = [self.sequence(depth)]
        while self.taken("|"):
            branches.append(self.sequence(depth))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def sequence(self, depth: int) -> Tree:
        parts: list[Tree] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self.repeated(self.one(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, body: Tree) -> Tree:
        at = self.at
        counted = _COUNTED.match(self.pattern, at)
        if counted is not None and (counted[1] or counted[3]):
            self.at = counted.end()
            least = int(counted[1] or 0)
            most = int(counted[3]) if counted[3] else None if counted[2] else least
        elif (limits := {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(self.pattern[at : at + 1])) is not None:
            self.at += 1
            least, most = limits
        else:
            return body
        if self.pattern[self.at : self.at + 1] in ("?", "+", "*"):
            raise self.refused("a lazy, possessive or doubled repeat")
        return Repeat(body, least, most, at)

    def one(self, depth: int) -> Tree:
        character = self.pattern[self.at]
        if character == "(":
            self.at += 1
            if self.pattern.startswith("?", self.at) and not self.taken("?:"):
                raise self.refused("a group that is more than a group")
            tree = self.choice(depth + 1)
            self.taken(")")
            return tree
        if character in "^$":
            raise self.refused(f"{character} (it stands for the whole value anyway)")
        at = self.at
        if character == "[":
            return Characters(self.bracketed(), at)
        self.at += 1
        if character == ".":
            return Characters(_DOT, at)
        return Characters(self.escaped() if character == "\\" else _bits(character), at)

    def escaped(self) -> int:
        """The set that an escape stands for; the backslash has been taken."""
        character = self.pattern[self.at]
        if character.isalnum() and character not in _KINDS:
            raise self.refused(f"\\{character}")
        self.at += 1
        return _KINDS.get(character) or _bits(character)

    def bracketed(self) -> int:
        self.at += 1
        negated = self.taken("^")
        bits = 0
        first = True
        while first or not self.pattern.startswith("]", self.at):
            first = False
            low = self.member()
            if len(low) == 1 and self.pattern.startswith("-", self.at) and self.pattern[self.at + 1] != "]":
                self.at += 1
                high = self.member()
                bits |= _bits(map(chr, range(ord(low), min(ord(high), 127) + 1))) | (0 if high.isascii() else _OTHERS)
            else:
                bits |= _KINDS[low[1]] if len(low) == 2 else _bits(low)
        self.at += 1
        # a negated class has characters outside ASCII whatever it names of them
        return (_EVERY & ~bits) | _OTHERS if negated else bits

    def member(self) -> str:
        """A character of a class, or an escape such as \\d with its backslash."""
        character = self.pattern[self.at]
        self.at += 1
        if character != "\\":
            return character
        escaped = self.pattern[self.at]
        self.escaped()
        return f"\\{escaped}" if escaped in _KINDS else escaped


class _Automaton:
    """The positions of a pattern, each the place of one character, and what may follow what, ways counted."""

    def __init__(self, tree: Tree) -> None:
        self.bits: list[int] = []
        self.at: list[int] = []  # where in the pattern
        self.repeat: list[Repeat | None] = []  # the outermost repeat that a position is within, if any
        self.copy: list[
            int
        ] = []  # which of its copies, where it stands in a part that is repeated a fixed number of times
        self.next: list[list[int]] = []
        self._copies = 0
        self.start, _, _ = self._made(tree, None, 0)

    def loop(self, position: int) -> tuple[int, int] | None:
        """What positions of the same repeat have in common; None outside repeats."""
        repeat = self.repeat[position]
        return None if repeat is None else (id(repeat), self.copy[position])

    def _made(self, tree: Tree, outer: Repeat | None, copy: int) -> _Made:
        """The first and last positions of a tree, and whether it may be empty."""
        if isinstance(tree, Characters):
            return self._position(tree, outer, copy)
        if isinstance(tree, Sequence):
            return self._sequence([partial(self._made, part, outer, copy) for part in tree.parts])
        if isinstance(tree, Choice):
            branches = [self._made(branch, outer, copy) for branch in tree.branches]
            firsts = [position for first, _, _ in branches for position in first]
            lasts = [position for _, last, _ in branches for position in last]
            return firsts, lasts, any(empty for _, _, empty in branches)
        return self._repeated(tree, outer, copy)

    def _position(self, one: Characters, outer: Repeat | None, copy: int) -> _Made:
        if len(self.bits) >= _MOST_POSITIONS:
            raise ValueError(f"the pattern stands for more than {_MOST_POSITIONS} characters, one after the other")
        self.bits.append(one.bits)
        self.at.append(one.at)
        self.repeat.append(outer)
        self.copy.append(copy)
        self.next.append([])
        return [len(self.bits) - 1], [len(self.bits) - 1], False

    def _sequence(self, makers: list[Callable[[], _Made]]) -> _Made:
        first: list[int] = []
        last: list[int] = []
        empty = True
        for make in makers:
            firsts, lasts, may_be_empty = make()
            for position in last:
                self.next[position] += firsts
            first = first + firsts if empty else first
            last = last + lasts if may_be_empty else lasts
            empty = empty and may_be_empty
        return first, last, empty

    def _repeated(self, tree: Repeat, outer: Repeat | None, copy: int) -> _Made:
        if tree.most == 0:
            return [], [], True
        if tree.least == tree.most or tree.most == 1:
            copies: list[Callable[[], _Made]] = [partial(self._fixed, tree, outer, copy)] * (tree.most or 0)
            first, last, empty = self._sequence(copies)
            return first, last, empty or tree.least == 0
        if outer is None:
            self._copies += 1
            outer, copy = tree, self._copies
        first, last, empty = self._made(tree.body, outer, copy)
        if empty:
            raise ValueError(f"the pattern repeats what may be empty, at character {tree.at + 1}")
        for position in last:
            self.next[position] += first
        return first, last, tree.least == 0

    def _fixed(self, tree: Repeat, outer: Repeat | None, copy: int) -> _Made:
        first, last, empty = self._made(tree.body, outer, copy)
        if empty and tree.most != 1:
            raise ValueError(f"the pattern repeats what may be empty, at character {tree.at + 1}")
        return first, last, empty


def _check_repeats(automaton: _Automaton) -> None:
    """Within a repeat the next character says which way to go."""
    for position, following in enumerate(automaton.next):
        loop = automaton.loop(position)
        if loop is None:
            continue
        seen = 0
        for after in following:
            if automaton.loop(after) == loop:
                if seen & automaton.bits[after]:
                    where = automaton.at[after] + 1
                    raise ValueError(f"the pattern can go on in two ways within a repeat, at character {where}")
                seen |= automaton.bits[after]


def _check_pairs(automaton: _Automaton) -> None:
    """Between two repeats that read the same characters stands something that the first cannot read."""
    loops: dict[tuple[int, int], list[int]] = {}
    for position in range(len(automaton.bits)):
        if (loop := automaton.loop(position)) is not None:
            loops.setdefault(loop, []).append(position)
    chars = {loop: _union(automaton, positions) for loop, positions in loops.items()}
    for loop, positions in loops.items():
        for other, bits in chars.items():
            common = chars[loop] & bits
            if other != loop and common and (met := _reached(automaton, positions, common, other)) is not None:
                where = automaton.at[met] + 1
                raise ValueError(f"the pattern has two repeats that read the same characters, the second at {where}")


def _union(automaton: _Automaton, positions: list[int]) -> int:
    bits = 0
    for position in positions:
        bits |= automaton.bits[position]
    return bits


def _reached(automaton: _Automaton, start: list[int], readable: int, loop: tuple[int, int]) -> int | None:
    """A position of a repeat that can be reached by nothing but these characters."""
    seen, left = set(start), list(start)
    while left:
        for after in automaton.next[left.pop()]:
            if after in seen or not automaton.bits[after] & readable:
                continue
            if automaton.loop(after) == loop:
                return after
            seen.add(after)
            left.append(after)
    return None


def _check_ways(automaton: _Automaton) -> None:
    """The ways of reading one text, repeats aside, are few."""
    ways = _overlap(automaton, automaton.start)
    for position, following in enumerate(automaton.next):
        loop = automaton.loop(position)
        ways *= _overlap(automaton, [after for after in following if loop is None or automaton.loop(after) != loop])
        if ways > _MOST_WAYS:
            raise ValueError(f"the pattern can read one text in more than {_MOST_WAYS} ways")


def _overlap(automaton: _Automaton, positions: list[int]) -> int:
    """How many of these positions can read one and the same character, 1 at the least."""
    layers: list[int] = []  # the characters that one, two, three ... of them read
    for position in positions:
        bits = automaton.bits[position]
        for at, layer in enumerate(layers):
            layers[at], bits = layer | bits, layer & bits
        if bits:
            layers.append(bits)
    return max(1, len(layers))


def _repeats(tree: Tree) -> Iterable[Repeat]:
    if isinstance(tree, Repeat):
        yield tree
        yield from _repeats(tree.body)
    elif isinstance(tree, Sequence | Choice):
        for part in tree.parts if isinstance(tree, Sequence) else tree.branches:
            yield from _repeats(part)
