"""Codes of answers by what is installed: by a profile that is named, or by the first that knows the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.plugins import PROFILES, offered
from nistitl.profiles.choice import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.profiles.answers import AnswerCode
    from nistitl.profiles.profile import TableProfile


def answer_code(code: str, profile: str | TableProfile | None = None) -> AnswerCode | None:
    """What a code such as `L0139` means that an answer begins with (in MSG for the FBI), and what is to be done.
    By the profile (a name, or the path of a TOML file), without one by the first installed one that knows the code.
    None for a code that nobody knows. UnknownProfile or ProfileError for a profile that is not there or cannot be read,
    ITLError for a code that is no text.
    """
    if not isinstance(code, str):
        raise ITLError(f"a code of an answer is a text such as 'L0139', not of the type {type(code).__name__}")
    if profile is not None:
        return (named(profile) if isinstance(profile, str) else profile).answer_code(code)
    return next((found for _, found in known_by(code)), None)


def known_by(code: str, *, leading: bool = False) -> Iterator[tuple[TableProfile, AnswerCode]]:
    """The installed profiles that know a code of an answer, ours first, each with what it says.

    `leading` takes the code that a whole text begins with.
    """
    for name in offered(PROFILES):
        try:
            profile = named(name)
            found = profile.answer_in(code) if leading else profile.answer_code(code)
        except ITLError:
            continue  # cannot be loaded or read, or has no tables: told of when it is named
        if found is not None:
            yield profile, found
