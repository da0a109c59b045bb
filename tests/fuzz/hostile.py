"""What the targets and the plain hostile tests share: seeds of transactions, and mutations that know the format.

The splitter here is its own, so that the library is not its own judge.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import nistitl
from nistitl.declare.items import Sets, Values
from nistitl.records import DECLARED
from nistitl.wire.grammar import BINARY_TYPES
from tests.support.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

FS, GS, RS, US, STX, ETX = b"\x1c", b"\x1d", b"\x1e", b"\x1f", b"\x02", b"\x03"
FIXTURES = ROOT / "fixtures"
BIGGEST_SEED = 32_768
NOT_SEEDS = {".py", ".md", ".toml", ".json", ".txt", ".pyc", ".csv", ".xml"}


# -- seeds ------------------------------------------------------------------------------------


def tagged(kind: int, fields: dict[int, bytes]) -> bytes:
    """A tagged record of these fields, with its LEN."""
    body = b"".join(b"%b%d.%03d:%b" % (GS, kind, number, raw) for number, raw in fields.items()) + FS
    size = len(body) + len(b"%d.001:" % kind)
    digits = next(n for n in range(1, 19) if len(str(size + n)) == n)
    return b"%d.001:%d%b" % (kind, size + digits, body)


def binary(idc: int, size: int = 20) -> bytes:
    """A record of Types 3 to 6 with `size` bytes of content."""
    header = bytes((idc, 0, 1, 255, 255, 255, 255, 255, 1, 0, 10, 0, 10, 0))
    return (18 + size).to_bytes(4, "big") + header + bytes(range(size))


def count(entries: list[tuple[int, int]]) -> bytes:
    """The content of CNT for these records."""
    return RS.join([b"1%b%d" % (US, len(entries)), *(b"%d%b%02d" % (kind, US, idc) for kind, idc in entries)])


def first(entries: list[tuple[int, int]], ver: bytes = b"0502", **more: bytes) -> bytes:
    """A Type-1 record; further fields as F15=... ."""
    fields = {2: ver, 3: count(entries), 4: b"CAR", 5: b"20200101", 7: b"DAI", 8: b"ORI", 9: b"TCN"}
    fields |= {11: b"00.00", 12: b"00.00"}
    fields |= {int(name[1:]): raw for name, raw in more.items()}
    return tagged(1, dict(sorted(fields.items())))


def complete(kind: int) -> bytes:
    """A tagged record with every field that is declared, each of plain ones and letters."""
    fields = {}
    for number, element in nistitl.record_class(kind).elements.items():
        piece = b"1"
        if isinstance(element.value, Sets):
            items = max(len(element.value.items.items), 1)
            piece = RS.join([US.join([b"1"] * items)] * 2)
        elif isinstance(element.value, Values):
            piece = b"1" + RS + b"2"
        fields[number] = piece
    fields.pop(1, None)
    fields[2] = b"00"
    return tagged(kind, fields)


def built() -> bytes:
    """A transaction that the library itself builds."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN", DAT="20200101", charset="utf-8")
    text = nistitl.Type2()
    text["2.018"] = "DOE,JÄNE"
    tx.append(text)
    tx.append(nistitl.Type4(IMP=0, FGP=(1,), ISR=1, HLL=10, VLL=10, CGA=0, DATA=b"\x1c\x1d\x1e\x1f" * 5))
    tx.append(nistitl.Type14(IMP=0, SRC="S", FCD="20200101", HLL=10, VLL=10, SLC=1, THPS=500, TVPS=500,
                             CGA="NONE", BPX=8, FGP=(2,), DATA=b"\x1c14.001:5\x1d" * 4))  # fmt: skip
    return bytes(tx)


def built_seeds() -> list[bytes]:
    """Small transactions of many shapes: every record type, every separator, old spellings."""
    found = [built()]
    for kind in DECLARED[1:]:
        body = binary(0) if kind in BINARY_TYPES else complete(kind)
        found.append(first([(kind, 0)]) + body)
    text = tagged(2, {2: b"00", 5: b"N", 18: b"DOE,JANE", 22: b"19700101", 999_999_999: b"x", 7: b"a%bb%bc" % (RS, US)})
    image = tagged(14, {2: b"01", 3: b"0", 999: b"\x1c\x1d14.001:30\x1d14.002:1\x1c" * 2})
    found.append(first([(2, 0), (4, 1), (4, 2), (14, 1)]) + text + binary(1) + binary(2) + image)
    found.append(first([(2, 0), (7, 1), (8, 2)]) + text + b"\0\0\0\x09\x01abcd" + b"\0\0\0\x10\x02" + bytes(11))
    found.append((first([(2, 0)]) + text).replace(b"1.00", b"1.0").replace(b"2.00", b"2.0"))
    found.append(first([(2, 0)], b"0300", F15=b"128%bcp1255%b%b129%bUTF-16%b" % (US, US, RS, US, US)) + text)
    wide = tagged(2, {2: b"00", 5: "äЖ".encode("utf-16-be")})
    found.append(first([(2, 0)], F13=b"NORAM", F15=b"2%bUTF-16%b" % (US, US)) + wide)
    found.append(first([(2, 0)], b"0200", F15=b"1%bLATIN%b" % (US, US)) + tagged(2, {2: b"00", 5: b"\x02)1=5Ok=\x03"}))
    found.append(text)
    found.append(b"")
    return found


def fixture_seeds() -> list[bytes]:
    """The smaller files of the repository's fixtures."""
    if not FIXTURES.is_dir():
        return []
    files = sorted(p for p in FIXTURES.rglob("*") if p.is_file() and p.suffix not in NOT_SEEDS)
    return [path.read_bytes() for path in files if path.stat().st_size <= BIGGEST_SEED]


@cache
def transactions() -> list[bytes]:
    """The seeds of every target that takes transactions."""
    return built_seeds() + fixture_seeds()


# -- mutations --------------------------------------------------------------------------------

_TAGGED = re.compile(rb"(\d{1,2})\.0*1:(\d{1,18})\x1d")
_NUMBER = re.compile(rb"\d+")
_TAG = re.compile(rb"(?:^|(?<=[\x1c\x1d]))\d{1,9}\.\d{1,9}:?")
_CNT = re.compile(rb"1\.0*3:[^\x1c\x1d]*")
_CONTENT = re.compile(rb":[^\x1c\x1d]*")
_SIZE = re.compile(rb"(?<=0[67]:)\d+|(?<=012:)\d+")  # HLL, VLL, BPX
_STREAM = re.compile(rb"\xff\xa2\x00\x11|\xff[\xc0-\xc3]\x00|IHDR|ihdr|\xff\x51")  # headers that tell a size

_NUMBERS = (
    b"", b"0", b"1", b"3", b"00", b"99", b"255", b"256", b"65536", b"999999999", b"1000000000", b"2147483648",
    b"4294967296", b"99999999999999999", b"100000000000000000", b"999999999999999999", b"9" * 19, b"9" * 5000,
    b"-1", b"+1", b"1.5", b" 1", b"1_0", "١".encode(), b"0x10", b"1e9",
)  # fmt: skip
_PIECES = (
    FS, GS, RS, US, STX, ETX, b":", b".", b"\0", b"\xff", FS * 3, GS * 9, RS * 9, US * 200, FS + GS, GS + FS,
    b"\x1d1.003:", b"\x1d1.015:3\x1fUTF-8\x1f", b"\x1d1.015:2\x1fUTF-16\x1f", b"\x1d1.015:4\x1fUTF-32\x1f",
    b"\x1d1.015:128\x1fcp1255\x1f", b"\x1d1.015:129\x1futf-7\x1f", b"\x1d1.015:130\x1fpunycode\x1f",
    b"\x1d1.015:128\x1fidna\x1f", b"\x1d1.015:128\x1funicode_escape\x1f", b"\x1d1.015:128\x1fshift_jis\x1f",
    b"\x1d1.013:NORAM\x1f", b"\x1d2.999:", b"\x1d14.999:", b"\x1d2.1000000000:", b"\x1d999999999.1:",
    b"1.001:1\x1d1.002:0502", b"2.001:9\x1d2.002:", b"14.001:99999\x1d14.002:1\x1d", b"\x02)128=5Ok=\x03",
    "äЖ漢".encode(), "שלום".encode("cp1255"), "ä".encode("utf-16"), b"\xed\xa0\x80", b"\x89PNG\r\n", b"\xff\xa0",
)  # fmt: skip


def split(data: bytes) -> list[bytes]:
    """Records by their LEN, as far as it leads; the rest is one piece."""
    records: list[bytes] = []
    pos = 0
    while pos < len(data):
        match = _TAGGED.match(data, pos)
        size = int(match[2]) if match else int.from_bytes(data[pos : pos + 4], "big")
        size = size if 0 < size <= len(data) - pos else len(data) - pos
        records.append(data[pos : pos + size])
        pos += size
    return records


def mended(data: bytes) -> bytes:
    """LEN and CNT made right, so that a mutation is met deeper inside."""
    records = [_with_len(record) for record in split(data)]
    entries = []
    for record in records[1:]:
        match = _TAGGED.match(record)
        idc = re.match(rb"\d{1,2}", record[match.end() + 6 :]) if match else None
        entries.append((int(match[1]), int(idc[0]) if idc else 0) if match else (4, (record + b"\0" * 5)[4]))
    if records:
        records[0] = _with_len(_CNT.sub(lambda _: b"1.003:" + count(entries), records[0], count=1))
    return b"".join(records)


def _with_len(record: bytes) -> bytes:
    match = _TAGGED.match(record)
    if match is None:
        return len(record).to_bytes(4, "big") + record[4:] if len(record) >= 5 else record
    rest = len(record) - len(match[2])
    size = next(rest + n for n in range(1, 19) if len(str(rest + n)) == n)
    return record[: match.start(2)] + b"%d" % size + record[match.end(2) :]


def _spot(random: Random, data: bytes, pattern: re.Pattern[bytes], new: bytes) -> bytes:
    """One match of the pattern, any, replaced."""
    spots = list(islice(pattern.finditer(data), 2000))
    if not spots:
        return data + new
    spot = random.choice(spots)
    return data[: spot.start()] + new + data[spot.end() :]


def _number(random: Random, data: bytes, _: list[bytes]) -> bytes:
    return _spot(random, data, _NUMBER, random.choice(_NUMBERS))


def _near(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """A number a little greater or smaller: LENs that are off by one."""
    spots = [m for m in islice(_NUMBER.finditer(data), 2000) if len(m[0]) < 19]
    if not spots:
        return data
    spot = random.choice(spots)
    near = max(0, int(spot[0]) + random.choice((-18, -2, -1, 1, 2, 7, 18)))
    return data[: spot.start()] + b"%0*d" % (len(spot[0]), near) + data[spot.end() :]


def _tag(random: Random, data: bytes, _: list[bytes]) -> bytes:
    kind = random.choice((0, 1, 1, 2, 2, 4, 9, 9, 10, 14, 14, 18, 97, 99, 100))
    number = random.choice((0, 1, 2, 3, 4, 13, 15, 21, 200, 901, 999, 1000, 999_999_999, 10**9, 10**17))
    new = random.choice((b"%d.%03d:", b"%d.%d:", b"%d.%03d", b"%d.%09d:", b"%d.%d::")) % (kind, number)
    return _spot(random, data, _TAG, new)


def _insert(random: Random, data: bytes, _: list[bytes]) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(_PIECES) + data[at:]


def _after_separator(random: Random, data: bytes, _: list[bytes]) -> bytes:
    return _spot(random, data, re.compile(rb"[\x1c-\x1f:]"), random.choice(_PIECES))


def _drop(random: Random, data: bytes, _: list[bytes]) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + data[at + random.choice((1, 1, 1, 2, 4, 18, 50)) :]


def _cut(random: Random, data: bytes, _: list[bytes]) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] if random.random() < 0.8 else data[at:]


def _flip(random: Random, data: bytes, _: list[bytes]) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    new = random.choice((0, 4, 17, 18, 28, 29, 30, 31, 48, 57, 58, 127, 255, random.randrange(256)))
    return data[:at] + bytes((new,)) + data[at + 1 :]


def _many(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """CNT that names many records."""
    kinds = random.choice(((2,), (4,), (4, 14), (0, 2, 9, 98), (14,)))
    entries = [(random.choice(kinds), random.choice((0, 1, at % 100))) for at in range(random.choice((0, 1, 30, 400)))]
    return _spot(random, data, _CNT, b"1.003:" + count(entries))


def _repeat(random: Random, data: bytes, _: list[bytes]) -> bytes:
    start = random.randint(0, len(data))
    piece = data[start : start + random.choice((1, 2, 7, 18, 60))]
    return data[:start] + piece * random.choice((2, 3, 20)) + data[start:]


def _records(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    """Records swapped, doubled, dropped, or taken from another transaction."""
    records = split(data)
    foreign = split(random.choice(seeds)) if seeds else []
    if len(records) < 2:
        return b"".join(records + foreign[:1])
    a, b = random.randrange(len(records)), random.randrange(len(records))
    change = random.randrange(4)
    if change == 0:
        records[a], records[b] = records[b], records[a]
    elif change == 1:
        records.insert(a, records[b])
    elif change == 2:
        del records[a]
    elif foreign:
        records.insert(a, random.choice(foreign))
    return b"".join(records)


def _length(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """The LEN of one record changed, tagged or binary."""
    records = split(data)
    if not records:
        return data
    at = random.randrange(len(records))
    record = records[at]
    size = max(0, len(record) + random.choice((-len(record), -18, -2, -1, 0, 1, 2, 18, 500, 10**5, 2**31, 10**17)))
    records[at] = _claiming(record, size)
    return b"".join(records)


def _claiming(record: bytes, size: int) -> bytes:
    """The record with this LEN, right or wrong."""
    match = _TAGGED.match(record)
    if match:
        return record[: match.start(2)] + b"%d" % size + record[match.end(2) :]
    return (size % 2**32).to_bytes(4, "big") + record[4:]


def _nested(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """Subfields in items in subfields, as deep and as many as the separators go, in place of a field's content."""
    piece = b"1"
    for _ in range(random.choice((1, 2, 3))):
        piece = random.choice((RS, US, RS + US, GS)).join([piece] * random.choice((2, 3, 9, 30)))
    return _spot(random, data, _CONTENT, b":" + piece[:5000])


def _overlap(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """A record whose LEN takes in the next one, which CNT still names: records that overlap."""
    records = split(data)
    if len(records) < 2:
        return data
    at = random.randrange(len(records) - 1)
    reach = len(records[at]) + random.choice((len(records[at + 1]), len(records[at + 1]) // 2, 1))
    records[at] = _claiming(records[at], reach)
    return b"".join(records)


def _million(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """CNT that claims a million records, and names some."""
    entries = count([(random.choice((2, 4, 14)), at % 100) for at in range(random.choice((0, 1, 50)))])
    claimed = entries.replace(entries.split(RS)[0], b"1" + US + random.choice((b"1000000", b"999999999")), 1)
    return _spot(random, data, _CNT, b"1.003:" + claimed)


def _forged(random: Random, data: bytes, _: list[bytes]) -> bytes:
    """An image of another size than it has: in the fields of its record, in a binary header, in its codestream."""
    change = random.randrange(3)
    if change == 0:
        return _spot(random, data, _SIZE, random.choice((b"0", b"1", b"99", b"65535", b"99999", b"4294967295")))
    if change == 1:
        records = split(data)
        spots = [at for at, record in enumerate(records) if len(record) > 18 and not _TAGGED.match(record)]
        if not spots:
            return data
        at = random.choice(spots)
        size = random.choice((0, 1, 4096, 0xFFFF)).to_bytes(2, "big")
        place = random.choice((13, 15))
        records[at] = records[at][:place] + size + records[at][place + 2 :]
        return b"".join(records)
    spots = [match.end() for match in _STREAM.finditer(data)]
    if not spots:
        return data
    at = random.choice(spots) + random.randrange(24)
    return data[:at] + random.choice((b"\0\0", b"\0\1", b"\xff\xff", b"\x7f\xff\xff\xff", b"\x40\0")) + data[at + 2 :]


MUTATIONS: tuple[Callable[[Random, bytes, list[bytes]], bytes], ...] = (
    _number, _near, _tag, _insert, _after_separator, _drop, _cut, _flip, _many, _repeat, _records, _length,
    _nested, _overlap, _million, _forged,
)  # fmt: skip


def mutate(random: Random, data: bytes, seeds: list[bytes]) -> bytes:
    """One to five mutations, LEN and CNT sometimes made right again."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
        data = random.choice(MUTATIONS)(random, data, seeds)
    return mended(data) if random.random() < 0.4 else data
