"""Transactions from JSON: `Transaction.from_dict` of whatever JSON can say."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from json import dumps, loads

import nistitl
from tests.fuzz import hostile
from tests.fuzz.text import mutate

__all__ = ["check", "mutate", "seeds"]


def check(data: bytes) -> None:
    """Taken or refused; what is taken can be told again, and is then the same."""
    try:
        told = loads(data)
    except (ValueError, RecursionError):
        return
    with suppress(nistitl.ITLError):
        tx = nistitl.Transaction.from_dict(told)
        again = nistitl.Transaction.from_dict(loads(dumps(tx.to_dict())))
        assert bytes(again) == bytes(tx), "told again it is another"


@cache
def seeds() -> list[bytes]:
    """Small transactions as JSON, a line a value."""
    made = []
    for data in hostile.built_seeds()[:12]:
        with suppress(nistitl.ITLError):
            made.append(dumps(nistitl.read(data).to_dict(), indent=1).encode())
    return made
