"""Patterns of other people: what is taken is matched in linear time, what is refused says where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nistitl.base.patterns import Characters, Choice, Repeat, Sequence, Tree, check_pattern, parse_pattern
from tests.support.samples import PACKAGES

REFUSED = {
    r"a{99999999}": "repeats more than 100000 times, at character 2",
    r"ab{1,999999999}": "repeats more than 100000 times, at character 3",
    r"(a+)+": "two ways within a repeat",
    r"(a|a)*": "two ways within a repeat",
    r"(\w+\s?)*": "two ways within a repeat",
    r"(x+x+)+y": "two ways within a repeat",
    r"([ab]|[bc])+": "two ways within a repeat",
    r"-?\d{1,9},-?\d{1,9}(--?\d{1,9},-?\d{1,9}|-\d{1,9},-?\d{1,9})*": "two ways within a repeat",
    r"(a*)*": "repeats what may be empty",
    r"(a?){30}a{30}": "repeats what may be empty",
    r"(a?b?)+": "repeats what may be empty",
    r"[a-z]*[a-z]*x": "two repeats that read the same",
    r"\d+\d+": "two repeats that read the same",
    r"(.*)-(.*)": "two repeats that read the same",
    r"a{1,300}a{1,300}": "two repeats that read the same",
    r"([a-z]+){3}": "two repeats that read the same",
    r"(a{1,20}){20}": "two repeats that read the same",
    r"(a?a){30}": "more than 64 ways",
    r"(?!.*x)a": "look ahead",
    r"a{501}": "more than 500 characters",
    r"a" * 1001: "1000 are the most",
    r"(" * 25 + "a" + ")" * 25: "groups within each other",
    r"^a": r"\^ \(it stands for the whole",
    r"a$": r"\$ \(it stands for the whole",
    r"a*?": "lazy, possessive",
    r"a++": "lazy, possessive",
    r"(?P<x>a)": "more than a group",
    r"(?i:a)": "more than a group",
    r"(?<=a)b": "more than a group",
    r"a(?!b)": "more than a group",
    r"(a)\1": r"\\1 at character 5",
    r"\bfoo": r"\\b at character 2",
    r"(": "the pattern is none",
    r"a**": "the pattern is none",
    r"a{99999999999999999999}": "repeats more than 100000 times",
}
TAKEN = [
    "", "abc", r"\d+,\d+", r"([a-z]+-){10}", r"[A-Z]{2}-\d{1,8}", r"(?=[A-Z])[A-Z0-9]*", r"(?! ).*", r"a?b?c?",
    r"(NY|NJ|PA)\d{4}", r"[^.]*\.[^.]*", r"\.", r"[\]\-a]", r"[a\-z]+-", r"(?:ab|cd)*e", r"x{2,}", r"(-\d+)+", r"a|",
    r"[A-Z]{1,3}\d+|\d+", r"{a", r"a{,5}b", r"a{x}", r"[^\d]+\d", r"[]a]", r"é+[^é]", r"\D\S\W",
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "reason"), REFUSED.items(), ids=lambda text: text[:40])
def test_what_may_take_long_or_is_no_subset_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", TAKEN)
def test_what_is_linear_is_taken(pattern: str) -> None:
    check_pattern(pattern)


def test_the_patterns_of_our_own_profiles_are_taken() -> None:
    patterns = [
        row["pattern"]
        for path in (PACKAGES / "ebts_profiles").rglob("*.toml")
        for section in ("type2", "fields")
        for row in tomllib.loads(path.read_text("utf-8")).get(section, {}).values()
        if "pattern" in row
    ]
    assert len(patterns) > 20
    for pattern in patterns:
        check_pattern(pattern)


MOST = 200_000  # steps; what is linear takes some thousand


class Matcher:
    """Python's way of matching, plain: the first alternative first, as often as can be first; steps are counted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = 0

    def ends(self, tree: Tree, at: int) -> Iterator[int]:
        """Where the tree may end that begins here, the first one that Python would try first."""
        self.steps += 1
        assert self.steps < MOST, "far from linear"
        if isinstance(tree, Characters):
            code = ord(self.text[at]) if at < len(self.text) else None
            if code is not None and tree.bits >> min(code, 128) & 1:
                yield at + 1
        elif isinstance(tree, Choice):
            for branch in tree.branches:
                yield from self.ends(branch, at)
        elif isinstance(tree, Sequence):
            yield from self.sequence(tree.parts, at)
        else:
            yield from self.repeat(tree, at, 0)

    def sequence(self, parts: tuple[Tree, ...], at: int) -> Iterator[int]:
        if not parts:
            yield at
            return
        for end in self.ends(parts[0], at):
            yield from self.sequence(parts[1:], end)

    def repeat(self, tree: Repeat, at: int, count: int) -> Iterator[int]:
        if tree.most is None or count < tree.most:
            for end in self.ends(tree.body, at):
                if end > at:
                    yield from self.repeat(tree, end, count + 1)
        if count >= tree.least:
            yield at

    def whole(self, tree: Tree) -> bool:
        return any(end == len(self.text) for end in self.ends(tree, 0))


def patterns() -> st.SearchStrategy[str]:
    one = st.sampled_from(["a", "b", "-", "[ab]", "[^a]", r"\d", ".", "[a-c]", r"\D"])
    counts = st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{2,}"])
    return st.recursive(
        one,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(inner, inner, inner).map("".join),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
            st.tuples(inner, counts).map(lambda two: f"({two[0]}){two[1]}"),
            st.tuples(one, counts).map("".join),
        ),
        max_leaves=8,
    )


ENDS = st.sampled_from(["", "!", "c"])  # ASCII: the sets know all other characters as one


def taken(pattern: str) -> bool:
    try:
        check_pattern(pattern)
    except ValueError:
        return False
    return True


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(patterns().filter(taken), st.lists(st.text("ab-1", min_size=1, max_size=2), min_size=1, max_size=2), ENDS)
@example(r"[ab]*[^c]*", ["ab"], "c")
@example(r"([ab]+-?)*", ["ab"], "!")
@example(r"(a|[ab])*", ["ab"], "!")
@example(r"([ab]{1,3}){2,}", ["a"], "!")
def test_whatever_is_taken_takes_linear_time_and_is_read_as_python_reads_it(
    pattern: str, pumped: list[str], last: str
) -> None:
    """Parts pumped up, then a character that does not fit: what makes patterns that backtrack try everything."""
    if not taken(pattern):  # an example of what a checker that is too kind would take
        return
    _, tree = parse_pattern(pattern)
    steps = []
    for times in (4, 32):
        text = "".join(part * times for part in pumped) + last
        matcher = Matcher(text)
        assert matcher.whole(tree) == (re.fullmatch(pattern, text) is not None)
        steps.append(matcher.steps)
    assert steps[1] <= 12 * steps[0] + 100


def test_the_count_of_steps_sees_what_is_not_linear() -> None:
    def steps(pattern: str, text: str) -> int:
        matcher = Matcher(text)
        assert not matcher.whole(parse_pattern(pattern)[1])
        return matcher.steps

    assert steps(r"[ab]*a[ab]*", "a" * 64 + "!") > 30 * steps(r"[ab]*a[ab]*", "a" * 8 + "!")
    assert steps(r"(a+)+", "a" * 14 + "!") > 50 * steps(r"(a+)+", "a" * 7 + "!")
