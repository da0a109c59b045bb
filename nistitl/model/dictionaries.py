"""Type-2 dictionaries, as profiles supply them through the entry-point group `nistitl.profiles`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from nistitl.base.errors import ITLError, MissingDependency
from nistitl.base.nearest import meant
from nistitl.base.plugins import PROFILES, cache_until_provided, find, offered

if TYPE_CHECKING:
    from nistitl.declare.element import Element


class Dictionary(Protocol):
    """The names of one authority's Type-2 fields; a profile supplies it."""

    name: str

    def by_mnemonic(self, mnemonic: str) -> Element | None:
        """The field of that mnemonic, or None."""

    def by_number(self, number: int) -> Element | None:
        """The field of that number, or None."""

    def mnemonics(self) -> frozenset[str]:
        """All mnemonics it knows."""


class Profile(Protocol):
    """What a profile must offer so that a transaction can use its names; validation asks for more."""

    name: str
    dictionary: Dictionary
    domains: tuple[str, ...]  # values of 1.013 DOM that stand for it, such as "NORAM"


class UnknownProfile(ITLError, LookupError):
    """No installed package offers a profile of that name."""


def profile_names() -> tuple[str, ...]:
    """The names of the profiles that installed packages offer."""
    return tuple(sorted(offered(PROFILES)))


@cache_until_provided
def profile(name: str) -> Profile:
    """The profile of that name; UnknownProfile when nobody offers it."""
    point = find(PROFILES, name)
    if point is None:
        known = ", ".join(profile_names()) or "none is installed"
        raise UnknownProfile(f"no profile named {name!r}{meant(name, profile_names())}; known: {known}")
    found: Profile = point.load()
    return found


def claimed_domains(profile: object) -> tuple[str, ...]:
    """The domains that a profile speaks for: those of its own, not what it has from a profile of another package."""
    own: tuple[str, ...] = profile.own_domains if hasattr(profile, "own_domains") else getattr(profile, "domains", ())
    return own


def folded(domain: str) -> str:
    """A domain by which another spelling of its name is found: capital or small letters, blanks around it."""
    return domain.strip().casefold()


def package_of(name: str) -> str | None:
    """The package that offers the profile of that name."""
    point = find(PROFILES, name)
    return None if point is None else point.target.partition(":")[0].partition(".")[0]


def dictionary_of_domain(domain: str) -> Dictionary | None:
    """The dictionary that 1.013 DOM stands for, where exactly one installed profile claims it."""
    claimants = _claimants().get(folded(domain), ())
    return claimants[0].dictionary if len(claimants) == 1 else None


@cache_until_provided
def _claimants() -> dict[str, list[Profile]]:
    """The profiles that claim a domain, by what they claim: never by what a file says, which its sender chooses."""
    claimants: dict[str, list[Profile]] = {}
    for name in profile_names():
        with suppress(MissingDependency):  # told when somebody names it; other domains are none of its business
            for domain in dict.fromkeys(map(folded, claimed_domains(claimant := profile(name)))):
                claimants.setdefault(domain, []).append(claimant)
    return claimants
