"""Pseudonyms and shifted dates: what a key makes of who somebody is, the same in every file, and nothing without it."""

from __future__ import annotations

import hmac
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nistitl.base.errors import ITLError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

T = TypeVar("T")
KEY_VARIABLE = "NISTITL_KEY"
LEAST_KEY = 16  # bytes
FEWEST = 1_000_000  # values that a field must be able to hold
_MOST_DAYS = 1825  # that dates are shifted, into the past
_DIGITS = "0123456789"


class KeyFault(ITLError):
    """A key is missing or too short."""


def checked_key(key: bytes) -> bytes:
    """The key. KeyFault where it is too short; nothing of it is told."""
    if not isinstance(key, bytes | bytearray):
        raise KeyFault(f"a key is bytes, not {type(key).__name__}")
    if len(key) < LEAST_KEY:
        raise KeyFault(f"the key has {len(key)} bytes; at least {LEAST_KEY} random bytes are needed")
    if len(set(key)) == 1:
        raise KeyFault("the key is one byte repeated; take random bytes, such as head -c 32 /dev/urandom gives")
    return bytes(key)


def key_in(path: str | os.PathLike[str]) -> bytes:
    """The key in a file, all its bytes. KeyFault where it cannot be read or is too short."""
    try:
        return checked_key(Path(path).read_bytes())
    except OSError as error:
        raise KeyFault(f"cannot read the key file: {error.strerror or error}") from None


def key_of_text(text: str) -> bytes:
    """The key in hexadecimal digits. KeyFault for what is none; nothing of it is told."""
    try:
        return checked_key(bytes.fromhex(text.strip()))
    except ValueError:
        raise KeyFault("the key in the environment is not in hexadecimal digits") from None


class Person:
    """Who a transaction is about, as a key and a policy see them."""

    def __init__(self, key: bytes, policy: str, identity: str) -> None:
        self._key = hmac.digest(key, f"nistitl-1 policy {policy}".encode(), "sha256")
        self._identity = identity.encode()

    def _stream(self, kind: str) -> Iterator[int]:
        """Bytes without end, of a key for each kind."""
        key = hmac.digest(self._key, f"kind {kind}".encode(), "sha256")
        person = hmac.digest(key, self._identity, "sha256")
        for block in count():
            yield from hmac.digest(person, block.to_bytes(8, "big"), "sha256")

    def picker(self, kind: str) -> Keyed:
        """What picks the parts of a pseudonym of that kind."""
        return Keyed(self._stream(kind))

    def social_security(self) -> str:
        """A number of nine digits that is never issued: its area is 000 or 666."""
        pick = self.picker("ssn")
        return pick.one_of(("000", "666")) + "".join(pick.one_of(_DIGITS) for _ in range(6))

    @property
    def days(self) -> int:
        """By how many days dates go into the past."""
        return 1 + self.picker("date").below(_MOST_DAYS)


class Keyed:
    """Picks by a stream of bytes, evenly; `values` is how many ways there were to pick."""

    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    longest = 12

    def __init__(self, stream: Iterator[int]) -> None:
        self._stream = stream
        self.values = 1

    def one_of(self, options: Sequence[T]) -> T:
        """One of these, which are some."""
        self.values *= len(options)
        return options[self.below(len(options))]

    def below(self, limit: int) -> int:
        """A number below this one, each as likely as the others."""
        size = (limit.bit_length() + 7) // 8
        most = 256**size // limit * limit
        while True:
            number = int.from_bytes(bytes(next(self._stream) for _ in range(size)), "big")
            if number < most:
                return number % limit
