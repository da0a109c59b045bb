"""A transaction of a framing, mended where the policy says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from nistitl.base.errors import ITLError
from nistitl.model.repair import repair
from nistitl.model.transaction import POLICIES

if TYPE_CHECKING:
    from nistitl.model.transaction import Input, Policy, Transaction
    from nistitl.wire.framing import Framing

_T = TypeVar("_T", bound="Transaction")


def opened(
    cls: type[_T],
    source: Input,
    framing: Framing,
    bounds: tuple[int, int],
    policy: Policy,
    profile: str | None,
    charset: str | None,
) -> _T:
    tx = cls.framed(source, framing, bounds, policy, charset)
    if policy == "repair":
        repair(tx)
    if profile is not None:
        tx.profile = profile
    return tx


def check_policy(policy: str) -> None:
    if policy not in POLICIES:
        raise ITLError(f"no policy named {policy!r}; known: {', '.join(POLICIES)}")
