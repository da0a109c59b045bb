"""Every regular expression of the package, found by a walk of its source, takes time that grows with the text alone.

A pattern that is made where it is used has a sample here: a new one without is a failure.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import partial
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import SimpleNamespace
from typing import Any

import pytest

from nistitl.declare.values import Points, Real, Signed
from nistitl.records.type14 import Type14
from nistitl.wire.framing import TYPE_1
from tests.support.growing import check_ratio
from tests.support.samples import PACKAGES

FUNCTIONS = {"compile", "fullmatch", "match", "search", "findall", "finditer", "sub", "split", "subn"}
SAMPLES: dict[str, list[str | bytes]] = {
    "pattern": [
        TYPE_1,
        rb"\x1d0{0,8}1\.0{0,7}15(?=[:\x1c\x1d]):?([^\x1c\x1d]*)",
    ],  # and those of profiles, of which nistitl.base.patterns takes only what is linear
    "value.pattern": [],
    "f'\\\\{letter}'": [r"\d"],
    "self._PATTERN": [Signed._PATTERN, Real._PATTERN, Points._PATTERN],
    "self._PAIR": [Points._PAIR],
    "self.allowed": [r"[A-Za-z0-9 ]*", r"[ -~]*"],
    "value.allowed": [r"[A-Za-z0-9 ]*", r"[ -~]*"],
    "f'{characters[:-1]}{{{least},{most}}}'.encode()": [rb"[ -~]{1,}"],
    "GS.join(fields)": [rb"14\.001:([^\x1c\x1d]*)\x1d14\.002:([^\x1c\x1d]*)\x1c"],
    "_BINARY_HEAD % re.escape(bytes([idc]))": [rb"(?s)[\x00-\x0f]...a[\x00-\x3c][\x00-\x0f\xff]{6}[\x00\x01]"],
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


def searched(module: str, call: ast.Call) -> bool:
    """True where the pattern is looked for anywhere in a text, so that it is tried at every place."""
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr not in ("fullmatch", "match", "compile")


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


def attacks(pattern: str | bytes, flags: int) -> Iterator[tuple[str, str, str]]:
    """Texts that make a pattern that backtracks try everything: a head, what is repeated, an end that does not fit."""
    for before, body in dict.fromkeys(pumped(parser.parse(pattern, flags), "")):
        for end in ("", "\x00", "!", "a", "0"):
            yield before, body, end


def slow(pattern: str | bytes, flags: int, method: str) -> str | None:
    """The text that a pattern takes more than linear time for; None where there is none."""
    compiled = re.compile(pattern, flags)
    call = getattr(compiled, method)
    encoded = isinstance(pattern, bytes)

    def run(before: str, body: str, end: str, times: int) -> partial[object]:
        text = before + body * times + end
        return partial(call, text.encode("latin-1") if encoded else text)

    for attack in attacks(pattern, flags):
        for few, many, least in ((8, 22, 0.002), (500, 4_000, 0.0002)):
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
    flags = re.DOTALL if "DOTALL" in ast.unparse(call) else 0
    methods = ["search"] if searched(module, call) else ["match", "fullmatch"]
    assert [found for method in methods if (found := slow(pattern, flags, method))] == []


@pytest.mark.parametrize("pattern", [r"(a|a)*", r"(a+)+", r"a*a*b", r"(a|ab)*(b|c)*a*", rb"(\d+)*x"])
def test_what_backtracks_is_seen(pattern: str | bytes) -> None:
    assert slow(pattern, 0, "fullmatch") is not None
