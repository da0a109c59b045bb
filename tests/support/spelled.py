"""Transactions spelled field by field, for tests that need bytes which the library itself would not write."""

from __future__ import annotations

from collections.abc import Sequence

FS, GS, RS, US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"
Field = tuple[int, bytes]


def tagged(kind: int, fields: Sequence[Field], end: bytes = FS, *, ahead: bytes = b"") -> bytes:
    """A tagged record of these fields with its LEN; `ahead` stands before LEN, `end` where FS should."""
    body = b"".join(b"%b%d.%03d:%b" % (GS, kind, number, raw) for number, raw in fields) + end
    size = len(ahead) + len(b"%d.001:" % kind) + len(body)
    digits = next(n for n in range(1, 9) if len(b"%d" % (size + n)) == n)
    return b"%b%d.001:%d%b" % (ahead, kind, size + digits, body)


def header(entries: Sequence[tuple[int, bytes]], *more: Field, ver: bytes = b"0502") -> bytes:
    """Type-1 of these entries of CNT: record type, and IDC as it is spelled."""
    count = RS.join([b"1%b%d" % (US, len(entries)), *(b"%d%b%b" % (kind, US, idc) for kind, idc in entries)])
    fields = [(2, ver), (3, count), (4, b"CAR"), (5, b"20240101"), (7, b"DAI"), (8, b"ORI"), (9, b"TCN")]
    return tagged(1, [*fields, (11, b"00.00"), (12, b"00.00"), *more])
