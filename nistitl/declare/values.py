"""What a field or item holds: one construct per character type of the standard.

Each is a full `construct.Construct` (parse, build), and offers `decode` and `encode` on bytes, which
the hot path calls directly. `decode` raises ValueError for bytes that are no such value; `encode`
raises it for values that cannot be written. Character types: ANSI/NIST-ITL 1-2011, 5.5 (A, N, AN,
ANS, AS, NS, B, Base64, H, U).
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cached_property
from operator import index
from typing import TYPE_CHECKING, Any

import construct

from nistitl.wire.charsets import ASCII, Charset, charset_named
from nistitl.wire.grammar import RESERVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.base.ranges import Range
    from nistitl.codes import Table

Problem = tuple[int | None, int | None, str]  # subfield, item, what is wrong
Path = tuple[tuple[int, int], ...]  # the points of a polygon or of an open path


def _range(spec: str) -> Range:
    from nistitl.base.ranges import Range  # record types do; the fields of a mere import have no limits

    return Range(spec)


class Value(construct.Construct):  # type: ignore[misc]
    """The content of a field or item: lengths in characters, limits, and how bytes become a value."""

    char_type = ""
    absent: Any = None  # what a field of this content is when it is not there
    respelled = False  # whether one value has several spellings: `3`, `03`

    def __init__(
        self,
        min_len: int | None = None,
        max_len: int | None = None,
        within: str | None = None,
        *,
        table: str | None = None,
        supplied: Callable[[], Table] | None = None,
        one_of: str | None = None,
        open: bool = False,
        each: bool = False,
        explains: Callable[[str], str | None] | None = None,
        tolerated: tuple[int, int | None] | None = None,
    ) -> None:
        super().__init__()
        self.min_len = min_len
        self.max_len = max_len
        self.within = _range(within) if within else None
        self.table = table
        self.supplied = supplied  # gives the table where it is a profile's and none of the standard
        self.one_of = tuple(one_of.split()) if one_of else None
        self.tolerated = tolerated  # lengths beside the declared ones that only warn
        self.open = open  # the table is no closed list: other text is allowed
        self.each = each  # every character is a code of the table
        self.explains = explains  # says what a text means that begins with a code

    @cached_property
    def code_table(self) -> Table | None:
        """The code table that `table` names, made when first asked for; None where there is none."""
        from nistitl.codes import table  # only for those who look at codes

        if self.supplied is not None:
            return self.supplied()
        return None if self.table is None else table(self.table)

    def lists(self, text: str) -> bool:
        """True for a code of its list, whose spelling the list decides: `ANALOG VIDEO` in a field of type A."""
        if self.one_of is not None and text in self.one_of:
            return True
        return self.code_table is not None and text in self.code_table

    def decode(self, raw: bytes, charset: Charset) -> Any:
        """The value of these bytes; ValueError where they are no such value."""
        raise ValueError(f"a {type(self).__name__} is not read from bytes")

    def encode(self, value: Any, charset: Charset) -> bytes:
        """The bytes of this value; ValueError where it cannot be written."""
        raise ValueError(f"a {type(self).__name__} is not written")

    def written(self, given: Any, charset: Charset) -> bytes:
        """The bytes of a value: bytes as they stand, text as it is given where it is such a value, others encoded."""
        if isinstance(given, bytes):
            return given
        if self.respelled and isinstance(given, str) and given.isascii() and self._long_enough(len(given)):
            raw = given.encode()
            with suppress(ValueError):
                value = self.decode(raw, charset)
                if RESERVED.isdisjoint(raw):
                    self.encode(value, charset)  # within its limits
                    return raw
        return self.encode(given, charset)

    def problems(self, raw: bytes, charset: Charset) -> Iterator[Problem]:
        """Every place inside these bytes that does not decode."""
        try:
            self.decode(raw, charset)
        except ValueError as error:
            yield None, None, str(error)

    def fits(self, raw: bytes, charset: Charset) -> bool:
        """True where the bytes could be such content: of its characters and length, whatever they mean."""
        try:
            self.decode(raw, charset)
        except ValueError:
            return False
        return self._long_enough(len(raw))

    def _long_enough(self, size: int) -> bool:
        return size >= (self.min_len or 0) and (self.max_len is None or size <= self.max_len)

    @property
    def limits(self) -> str:
        """Character type and lengths, as the tables print them: `N 1..5`."""
        if self.min_len is None and self.max_len is None:
            return self.char_type
        if self.min_len == self.max_len:
            return f"{self.char_type} {self.min_len}"
        return f"{self.char_type} {self.min_len}..{'' if self.max_len is None else self.max_len}"

    def check_length(self, text: str) -> str:
        """The text, or ValueError when it is shorter or longer than the limits allow."""
        size = len(text)
        if not self._long_enough(size):
            raise ValueError(f"length is {size}, expected {_interval(self.min_len, self.max_len)}")
        return text

    def check_range(self, number: float | Decimal) -> None:
        """ValueError when the number is outside the limits."""
        if self.within is not None and number not in self.within:  # type: ignore[operator]
            raise ValueError(f"expected a number in {self.within}")

    # the construct protocol, on top of decode and encode

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        try:
            return self.decode(stream.read(), charset_of(context))
        except ValueError as error:
            raise construct.ValidationError(str(error), path=path) from error

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        try:
            stream.write(self.encode(obj, charset_of(context)))
        except ValueError as error:
            raise construct.ValidationError(str(error), path=path) from error
        return obj


def charset_of(context: Any) -> Charset:
    """The character set that a construct is used with: `parse(data, charset="utf-8")`; ASCII where none is named."""
    params = context.get("_params") or {}
    charset: Charset | str = context.get("charset", params.get("charset", ASCII))
    return charset_named(charset) if isinstance(charset, str) else charset


def _interval(low: int | None, high: int | None) -> str:
    if low == high:
        return str(low)
    return f"{low or 0} to {high}" if high is not None else f"at least {low or 0}"


class N(Value):
    """Digits, a whole number. Written with leading zeros up to the least length."""

    char_type = "N"
    respelled = True

    def decode(self, raw: bytes, charset: Charset) -> int:
        if not raw.isdigit() or len(raw) > 18:
            raise ValueError("expected digits only")
        return int(raw)

    def encode(self, value: Any, charset: Charset) -> bytes:
        number = whole_number(value)
        if number < 0:
            raise ValueError("expected a whole number, not negative")
        self.check_range(number)
        return self.check_length(f"{number:0{self.min_len or 1}d}").encode()


class Signed(Value):
    """Digits with an optional sign, a whole number (character type NS)."""

    char_type = "NS"
    respelled = True
    _PATTERN = rb"[+-]?\d{1,18}"

    def decode(self, raw: bytes, charset: Charset) -> int:
        if re.fullmatch(self._PATTERN, raw) is None:
            raise ValueError("expected a whole number, with or without a sign")
        return int(raw)

    def encode(self, value: Any, charset: Charset) -> bytes:
        number = whole_number(value)
        self.check_range(number)
        return self.check_length(str(number)).encode()


def whole_number(value: Any) -> int:
    """The number of an int (numpy's, too, or of an enumeration) or of digits; ValueError for all else, a bool, too."""
    if type(value) is int:
        return value
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        return int(value)
    if not isinstance(value, bool):
        with suppress(TypeError):
            return index(value)
    raise ValueError(f"expected a whole number, not {type(value).__name__}")


class Real(Value):
    """A number with an optional sign and fraction (NS), a Decimal; `form="00.00"` fixes how it is written."""

    char_type = "NS"
    respelled = True
    _PATTERN = rb"[+-]?(\d++\.?\d*|\.\d+)"

    def __init__(self, *limits: Any, form: str | None = None, **rest: Any) -> None:
        super().__init__(*limits, **rest)
        self.form = form

    def decode(self, raw: bytes, charset: Charset) -> Decimal:
        if len(raw) > 64 or re.fullmatch(self._PATTERN, raw) is None:
            raise ValueError("expected a decimal number")
        return Decimal(raw.decode())

    def encode(self, value: Any, charset: Charset) -> bytes:
        if isinstance(value, str):
            value = self.decode(value.encode("ascii", "replace"), charset)
        try:
            number = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            raise ValueError("expected a decimal number") from None
        if not number.is_finite():
            raise ValueError("expected a finite number")
        self.check_range(number)
        if self.form is None:
            return self.check_length(format(number, "f")).encode()
        fraction = len(self.form.partition(".")[2])
        text = format(number, f"0{len(self.form)}.{fraction}f")
        if Decimal(text) != number:
            raise ValueError(f"expected the form {self.form}")
        return self.check_length(text).encode()


class Text(Value):
    """Characters. A text outside the declared set decodes all the same: what it holds is never lost."""

    allowed: str | None = None  # a pattern; compiled when first written

    def holds_only_its_characters(self, text: str) -> bool:
        """True where the text has characters of its type only, or is a code of its list."""
        return self.allowed is None or re.fullmatch(self.allowed, text) is not None or self.lists(text)

    def decode(self, raw: bytes, charset: Charset) -> str:
        if charset.transparent:
            try:
                return str(raw, "ascii")
            except UnicodeDecodeError:
                pass
        return charset.decode(raw)

    def fits(self, raw: bytes, charset: Charset) -> bool:
        text = charset.decode(raw)
        return self._long_enough(len(text)) and self.holds_only_its_characters(text)

    def encode(self, value: Any, charset: Charset) -> bytes:
        if not isinstance(value, str):
            raise ValueError(f"expected text, not {type(value).__name__}")
        self.check_length(value)
        if not self.holds_only_its_characters(value):
            raise ValueError(f"expected characters of type {self.char_type} only")
        raw = charset.encode(value) if self.allowed is None else value.encode("ascii")
        if not RESERVED.isdisjoint(raw) and not charset.escapes(raw):
            raise ValueError("a separator character cannot stand in a value")
        return raw


class A(Text):
    """Letters."""

    char_type = "A"
    allowed = r"[A-Za-z]*"


class AN(Text):
    """Letters and digits."""

    char_type = "AN"
    allowed = r"[A-Za-z0-9]*"


class ANS(Text):
    """Letters, digits and special characters: printable ASCII."""

    char_type = "ANS"
    allowed = r"[ -~]*"


class AS(ANS):
    """Letters and special characters."""

    char_type = "AS"


class NS(Text):
    """Digits and special characters, where they are no plain number."""

    char_type = "NS"
    allowed = r"[0-9A-Za-z .,:;|/+*#_-]*"


class Digits(Text):
    """Digits whose places matter (`0502`, XXXXYYYYTTT): kept as text."""

    char_type = "N"
    allowed = r"[0-9]*"


class H(Text):
    """Hexadecimal digits."""

    char_type = "H"
    allowed = r"[0-9A-Fa-f]*"


class U(Text):
    """Characters of the set that 1.015 DCS announces."""

    char_type = "U"


class Base64(Text):
    """Base-64 text."""

    char_type = "Base64"
    allowed = r"[A-Za-z0-9+/=]*"


_LETTERS = {
    "A": "A-Za-z", "N": "0-9", "AN": "A-Za-z0-9", "ANS": "A-Za-z0-9 ", "AS": "A-Za-z ", "NS": "0-9", "H": "0-9A-Fa-f",
}  # fmt: skip
_SPECIAL = " -/:-@[-`{-~"  # printable ASCII without letters and digits
_CONTROLS = r"\r\n\t"
_NAMED = {"PRINT": " -~", "PRINTCTRL": " -~" + _CONTROLS}
_NAMED_BESIDE = {"PRINT": _SPECIAL, "PRINTCTRL": _SPECIAL + _CONTROLS}  # a type that has no special characters


class Characters(Text):
    """Characters of a type, and others that are named beside it: what profiles declare of their fields.

    `special` lists the others, or is PRINT (printable ASCII), PRINTCTRL (line ends and tabs too) or ANY. Beside a type
    without special characters PRINT adds those, and no letters or digits that the type lacks.
    """

    def __init__(
        self,
        char_type: str,
        special: str,
        min_len: int | None,
        max_len: int | None,
        within: str | None = None,
        *,
        pattern: str | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(min_len, max_len, within, **rest)
        self.char_type = char_type
        self.pattern = pattern
        if char_type == "U" or special in ("ANY", "ALL"):
            return
        named = _NAMED if "S" in char_type else _NAMED_BESIDE
        others = named.get(special) or re.escape(special)
        if "S" in char_type and not special:
            others = _NAMED["PRINT"]  # special characters without a word which
        self.allowed = f"[{_LETTERS.get(char_type, '')}{others}]*"


class Date(Value):
    """A calendar date, YYYYMMDD; with `zeros` eight zeros say that it is not known."""

    char_type = "N"
    UNKNOWN = b"00000000"

    def __init__(self, *, zeros: bool = False) -> None:
        super().__init__(8, 8)
        self.zeros = zeros

    def decode(self, raw: bytes, charset: Charset) -> date | str:
        if self.zeros and raw == self.UNKNOWN:
            return raw.decode()
        if len(raw) != 8 or not raw.isdigit():
            raise ValueError("expected a date as YYYYMMDD")
        try:
            return date.fromisoformat(str(raw, "ascii"))
        except ValueError:
            raise ValueError("expected a date of the calendar as YYYYMMDD") from None

    def encode(self, value: Any, charset: Charset) -> bytes:
        if isinstance(value, str):
            value = self.decode(value.encode("ascii", "replace"), charset)
            if isinstance(value, str):
                return self.UNKNOWN
        if not isinstance(value, date):
            raise ValueError(f"expected a date, not {type(value).__name__}")
        if isinstance(value, datetime) and (value.tzinfo is not None or value.time() != time()):
            raise ValueError("expected a date, not a moment of one; write the date() of it, by the clock that is meant")
        return b"%04d%02d%02d" % (value.year, value.month, value.day)


class GreenwichTime(Value):
    """A moment in Greenwich mean time, YYYYMMDDHHMMSSZ."""

    def __init__(self, char_type: str = "ANS") -> None:
        super().__init__(15, 15)
        self.char_type = char_type

    def decode(self, raw: bytes, charset: Charset) -> datetime:
        if len(raw) != 15 or not raw[:14].isdigit() or raw[14:] != b"Z":
            raise ValueError("expected a time as YYYYMMDDHHMMSSZ")
        text = str(raw, "ascii")
        try:
            return datetime.fromisoformat(f"{text[:8]}T{text[8:]}")
        except ValueError:
            raise ValueError("expected a time of the calendar as YYYYMMDDHHMMSSZ") from None

    def encode(self, value: Any, charset: Charset) -> bytes:
        if isinstance(value, str):
            value = self.decode(value.encode("ascii", "replace"), charset)
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ValueError("expected a datetime with a time zone")
        try:
            moment = value.astimezone(UTC)
        except OverflowError:
            raise ValueError("expected a moment of the years 1 to 9999") from None
        if moment.microsecond:
            raise ValueError("expected a whole second; write its replace(microsecond=0)")
        return f"{moment.year:04d}{moment:%m%d%H%M%S}Z".encode()


class Joined(Value):
    """Values joined by one character inside a single item: `1|2|7`, a tuple."""

    respelled = True

    def __init__(
        self,
        inner: Value,
        separator: str = "|",
        min_len: int | None = None,
        max_len: int | None = None,
        *,
        char_type: str = "NS",
    ) -> None:
        super().__init__(min_len, max_len)
        self.inner = inner
        self.open = inner.open
        self.separator = separator
        self.char_type = char_type
        self.table, self.supplied = inner.table, inner.supplied
        self.one_of = inner.one_of
        self.within = inner.within

    def decode(self, raw: bytes, charset: Charset) -> tuple[Any, ...]:
        return tuple(self.inner.decode(part, charset) for part in raw.split(self.separator.encode()))

    def fits(self, raw: bytes, charset: Charset) -> bool:
        parts = raw.split(self.separator.encode())
        return self._long_enough(len(raw)) and all(self.inner.fits(part, charset) for part in parts)

    def encode(self, value: Any, charset: Charset) -> bytes:
        values = value if isinstance(value, tuple | list) else (value,)
        raw = self.separator.encode().join(self.inner.encode(part, charset) for part in values)
        self.check_length(raw.decode("latin-1"))
        return raw


class Points(Value):
    """A path of points `x,y-x,y-…`: a tuple of (x, y), whole numbers, `least` of them at the least."""

    respelled = True

    char_type = "NS"
    _PATTERN = rb"-?\d{1,9},-?\d{1,9}(?:--?\d{1,9},-?\d{1,9})*"  # the next character always says which way to go
    _PAIR = rb"(-?\d{1,9}),(-?\d{1,9})(?:-|$)"

    def __init__(self, min_len: int, max_len: int, least: int = 3) -> None:
        super().__init__(min_len, max_len)
        self.least = least

    def decode(self, raw: bytes, charset: Charset) -> tuple[tuple[int, int], ...]:
        if re.fullmatch(self._PATTERN, raw) is None:
            raise ValueError("expected points as x,y-x,y")
        return tuple((int(x), int(y)) for x, y in re.findall(self._PAIR, raw))

    def encode(self, value: Any, charset: Charset) -> bytes:
        points = [(whole_number(x), whole_number(y)) for x, y in value]
        if len(points) < self.least:
            raise ValueError(f"expected at least {self.least} points")
        return self.check_length("-".join(f"{x},{y}" for x, y in points)).encode()


class Data(Value):
    """Binary content, to the end of the record: a memoryview of the input, never copied."""

    def __init__(self, char_type: str = "Binary") -> None:
        super().__init__(1, None)
        self.char_type = char_type

    def decode(self, raw: bytes | memoryview, charset: Charset) -> memoryview:
        return memoryview(raw).toreadonly()

    def encode(self, value: Any, charset: Charset) -> bytes:
        try:
            return bytes(memoryview(value))
        except TypeError:
            raise ValueError(f"expected bytes, not {type(value).__name__}") from None
