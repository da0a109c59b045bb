"""Every regular expression of the package, found by a walk of its source, takes time that grows with the text alone.

A pattern that is made where it is used has a sample here: a new one without is a failure.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import SimpleNamespace
from typing import Any

import pytest

from nistitl.base.editions import E2015
from nistitl.declare.values import Points, Real, Signed
from nistitl.records.type09 import Type9
from nistitl.records.type14 import Type14
from nistitl.validation.contents import SubfieldCheck
from nistitl.wire.framing import TYPE_1
from tests.support.growing import check_ratio
from tests.support.samples import PACKAGES

AT_ONE_PLACE = ("match", "fullmatch")
FUNCTIONS = {"compile", "fullmatch", "match", "search", "findall", "finditer", "sub", "split", "subn"}
SAMPLES: dict[str, list[str | bytes]] = {
    "pattern": [
        TYPE_1,
        rb"\x1d0{0,8}1\.0{0,7}15(?=[:\x1c\x1d]):?([^\x1c\x1d]*)",
        rb"[ -~]{1,}",
    ],  # and those of profiles, of which nistitl.base.patterns takes only what is linear
    "value.pattern": [],
    "f'\\\\{letter}'": [r"\d"],
    "self._PATTERN": [Signed._PATTERN, Real._PATTERN, Points._PATTERN],
    "self._PAIR": [Points._PAIR],
    "self.allowed": [r"[A-Za-z0-9 ]*", r"[ -~]*"],
    "value.allowed": [r"[A-Za-z0-9 ]*", r"[ -~]*"],
    "pattern + b')?' * closing": [
        SubfieldCheck.of(Type9.elements[number].value, E2015, True).quick.__self__.pattern  # type: ignore[attr-defined]
        for number in (12, 331, 333, 340)
    ],
    "GS.join(fields)": [rb"14\.001:([^\x1d]*+)\x1d14\.002:([^\x1d]*+)"],
    "re.escape(margin) + _TEXT.join(map(re.escape, layout))": [
        rb"\n\ \ <a>\n\ \ \ \ <b>([^<&\r\n]*)</b>\n\ \ \ \ <c>([^<&\r\n]*)</c>\n\ \ </a>"
    ],
    "_BINARY_HEADS[BINARY_HEADER[kind]] % re.escape(bytes([idc]))": [
        rb"(?s)(?!\0\0\0[\0-\x11])(?=[\x00-\x0f]...a[\x00-\x3c][\x00-\x0f\xff]{6}[\x00\x01])",
    ],
}
LOCALS = {"record": Type14(), "view": SimpleNamespace(record=Type14()), "record_type": 14, "key": "name"}


def sites() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function of `re` in the packages, with its module."""
    for path in sorted(path for name in ("nistitl", "ebts_profiles") for path in (PACKAGES / name).rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGES).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in FUNCTIONS
            ):
                yield module, node


def given(module: str, call: ast.Call) -> list[str | bytes]:
    """The patterns that a call is made with: as it stands, or the samples of those that are made there."""
    spelled = ast.unparse(call.args[0])
    if spelled in SAMPLES:
        return SAMPLES[spelled]
    return [eval(spelled, {**vars(importlib.import_module(module)), **LOCALS})]  # the source is ours


def flags_of(module: str, call: ast.Call) -> int:
    """The flags that a call passes on, as they stand there."""
    assert isinstance(call.func, ast.Attribute)
    place = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(call.func.attr, 2)
    given = [one.value for one in call.keywords if one.arg == "flags"] or call.args[place : place + 1]
    return int(eval(ast.unparse(given[0]), vars(importlib.import_module(module)))) if given else 0


@cache
def uses() -> dict[str, set[str]]:
    """The methods that the packages call of what has a name, by the name."""
    found: dict[str, set[str]] = {}
    for path in (path for name in ("nistitl", "ebts_profiles") for path in (PACKAGES / name).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS:
                of = node.value
                name = of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
                found.setdefault(name, set()).add(node.attr)
    return found


def methods(module: str, call: ast.Call) -> list[str]:
    """How the pattern is used: by the function that is called, or by the methods of the name that it is given.

    One that stands in a table, or comes out of a function, is used in every way.
    """
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr != "compile":
        return [call.func.attr]
    for node in ast.walk(ast.parse(Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS and ast.unparse(node.value) == ast.unparse(call):
            return ["fullmatch", "match"] if node.attr in AT_ONE_PLACE else [node.attr]
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == ast.unparse(call):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if called := sorted(set().union(*(uses().get(name, set()) for name in names))):
                return called
    return ["match", "fullmatch", "search", "finditer", "sub"]


def reads(parsed: Any, character: str) -> bool:
    """True where a parsed part reads the character; of categories and sets what ASCII has."""
    operation, argument = parsed
    code = ord(character)
    if operation is constants.LITERAL:
        return bool(code == argument)
    if operation is constants.NOT_LITERAL:
        return bool(code != argument)
    if operation is constants.ANY:
        return True
    if operation is constants.RANGE:
        return bool(argument[0] <= code <= argument[1])
    if operation is constants.CATEGORY:
        name = str(argument).rpartition("_")[2]
        inside = {"DIGIT": character.isdigit(), "SPACE": character.isspace(), "WORD": character.isalnum() or code == 95}
        return inside[name] != ("NOT" in str(argument))
    if operation is constants.IN:
        negated = argument[0][0] is constants.NEGATE
        return any(reads(part, character) for part in argument[negated:]) != negated
    return False


TRIED = "0a1AZ9- .,:'\"<>\n\x1d\x1f|/=\\_x"
REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT)


def examples(part: Any) -> list[str]:
    """Short texts that a parsed part reads, one or two of each kind."""
    operation, argument = part
    if operation in REPEATS:
        body = sequences(argument[2])
        return list(dict.fromkeys(one * max(argument[0], 1) for one in body))[:3] + ([""] if argument[0] == 0 else [])
    if operation is constants.SUBPATTERN:
        return sequences(argument[3])
    if operation is constants.BRANCH:
        return [one for branch in argument[1] for one in sequences(branch)[:1]]
    if operation in (constants.AT, constants.ASSERT, constants.ASSERT_NOT, constants.GROUPREF):
        return [""]
    if operation is constants.LITERAL:
        return [chr(argument)]
    return [character for character in TRIED if reads(part, character)][:4]


def sequences(parts: Any) -> list[str]:
    """Short texts that parts after each other read."""
    texts = [""]
    for part in parts:
        texts = [text + one for text in texts[:2] for one in examples(part)[:4]] or texts
    return texts[:4]


def pumped(parts: Any, before: str) -> Iterator[tuple[str, str]]:
    """What can be repeated many times, each with a text that leads there."""
    for part in parts:
        operation, argument = part
        if operation in REPEATS and argument[1] > 50:
            yield from ((before, one) for one in sequences(argument[2]) if one)
        inner: list[Any] = []
        if operation in REPEATS:
            inner = [argument[2]]
        elif operation is constants.SUBPATTERN:
            inner = [argument[3]]
        elif operation is constants.BRANCH:
            inner = list(argument[1])
        elif operation in (constants.ASSERT, constants.ASSERT_NOT):
            inner = [argument[1]]
        for one in inner:
            yield from pumped(one, before)
        before += next(iter(examples(part)), "")


def attacks(pattern: str | bytes, flags: int, method: str) -> Iterator[tuple[str, str, str]]:
    """Texts that make a pattern that backtracks try everything: a head, what is repeated, an end that does not fit.

    Where a text is searched, many heads after each other too: each is a place to begin.
    """
    for before, body in dict.fromkeys(pumped(parser.parse(pattern, flags), "")):
        for end in ("", "\x00", "!", "a", "0"):
            yield before, body, end
        if method not in AT_ONE_PLACE and before:
            yield "", before, ""
            yield "", before + body, ""


def used(pattern: re.Pattern[Any], method: str, text: str | bytes) -> object:
    """Use a pattern to the end, as one of its methods does."""
    if method in ("sub", "subn"):
        return pattern.sub(text[:0], text)
    if method == "finditer":
        return sum(1 for _ in pattern.finditer(text))
    return getattr(pattern, method)(text)


def slow(pattern: str | bytes, flags: int, method: str) -> str | None:
    """The text that a pattern takes more than linear time for; None where there is none."""
    compiled = re.compile(pattern, flags)
    encoded = isinstance(pattern, bytes)

    def run(before: str, body: str, end: str, times: int) -> partial[object]:
        text = before + body * times + end
        return partial(used, compiled, method, text.encode("latin-1") if encoded else text)

    for attack in attacks(pattern, flags, method):
        for few, many, least in ((8, 22, 0.002), (500, 4_000, 0.0001)):
            try:
                check_ratio(run(*attack, few), run(*attack, many), 24, least)
            except AssertionError:
                return repr(attack)
    return None


CASES = [
    pytest.param(pattern, module, call, id=f"{module}-{call.lineno}-{at}")
    for module, call in sites()
    for at, pattern in enumerate(given(module, call))
]


@pytest.mark.parametrize(("pattern", "module", "call"), CASES)
def test_a_pattern_is_linear(pattern: str | bytes, module: str, call: ast.Call) -> None:
    flags = flags_of(module, call)
    assert [(method, found) for method in methods(module, call) if (found := slow(pattern, flags, method))] == []


@pytest.mark.parametrize("method", ["search", "findall", "finditer", "sub", "split"])
@pytest.mark.parametrize("pattern", [r"value '.*' is", rb"<a[^>]*>"])
def test_what_is_sought_again_from_every_place_is_seen(pattern: str | bytes, method: str) -> None:
    assert slow(pattern, 0, method) is not None and slow(pattern, 0, "match") is None


def test_flags_are_passed_on() -> None:
    call = ast.parse("re.sub(r'A.*B', '', text, flags=re.DOTALL | re.I)", mode="eval").body
    assert isinstance(call, ast.Call) and flags_of("re", ast.parse("re.compile('a', 16)", mode="eval").body) == 16  # type: ignore[arg-type]
    assert flags_of("nistitl.xml.schemas", call) == re.DOTALL | re.I


@pytest.mark.parametrize("pattern", [r"(a|a)*", r"(a+)+", r"a*a*b", r"(a|ab)*(b|c)*a*", rb"(\d+)*x"])
def test_what_backtracks_is_seen(pattern: str | bytes) -> None:
    assert any(slow(pattern, 0, "fullmatch") for _ in range(4))  # a busy machine may hide it once
