"""Transactions to measure with: synthetic, always the same, their images random bytes."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from random import Random
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FS, GS, RS, US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"
TENPRINT_IMAGE = 44_800  # bytes of each of the 14 images: about 630 kB together
PALM_IMAGE = 5_625_000  # bytes of each of the 8 palms: 45 MB together
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
MINUTIAE = 10_000
NEIGHBOURS = 8  # ridge counts of a minutia
MANY = 10_000
_HEADER4 = Struct(">IBB6sBHHB")
_SLAPS = {13: (2, 3, 4, 5), 14: (7, 8, 9, 10)}


def tagged(kind: int, fields: list[tuple[int, bytes]]) -> bytes:
    """A tagged record of these fields, with its LEN."""
    body = b"".join(b"%b%d.%03d:%b" % (GS, kind, number, raw) for number, raw in fields) + FS
    size = len(body) + len(b"%d.001:" % kind)
    digits = next(n for n in range(1, 19) if len(str(size + n)) == n)
    return b"%d.001:%d%b" % (kind, size + digits, body)


def header(entries: list[tuple[int, int]], tot: bytes) -> bytes:
    """Type-1 for these records; a resolution with Type-4 only."""
    resolution = b"19.69" if any(kind == 4 for kind, _ in entries) else b"00.00"
    summary = RS.join([b"1%b%d" % (US, len(entries)), *(b"%d%b%02d" % (kind, US, idc) for kind, idc in entries)])
    return tagged(1, [
        (2, b"0502"), (3, summary), (4, tot), (5, b"20240115"), (6, b"4"), (7, b"USFBI0000"), (8, b"XX0010000"),
        (9, b"BENCH-2024-0001"), (11, resolution), (12, resolution), (13, b"NORAM" + US), (14, b"20240115120000Z"),
    ])  # fmt: skip


def demographics() -> bytes:
    """A Type-2 of some 40 fields, plain and repeated."""
    plain = [
        (3, b"00"), (5, b"N"), (6, b"ATTENTION"), (9, b"AGENCY-1"), (10, b"CASE-77"), (11, b"EXT"), (14, b"123456789"),
        (16, b"000000000"), (18, b"DOE,JANE Q"), (19, b"ROE,JANE" + RS + b"POE,JANE"), (20, b"XX"), (21, b"XX"),
        (22, b"19700101"), (23, b"19700102" + RS + b"19700103"), (24, b"F"), (25, b"W"), (26, b"SC ARM"), (27, b"507"),
        (28, b"507" + US + b"510"), (29, b"150"), (30, b"145" + US + b"155"), (31, b"BLU"), (32, b"BRO"), (33, b"A"),
        (34, b"N"), (35, b"O"), (36, b"N"), (37, b"CLERK"), (38, b"20240115"), (39, b"BOOKING CLERK"), (40, b"OCC"),
        (41, b"1 MAIN STREET, TOWN, XX 00000"), (42, b"EMPLOYER"), (44, b"EMPLOYER ADDRESS"),
        (45, b"20240114" + US + b"THEFT" + RS + b"20240113" + US + b"FRAUD"), (47, b"20240114" + US + b"CHARGE"),
        (51, b"CUSTODY"), (67, b"MAKER" + US + b"MODEL" + US + b"SERIAL"), (70, b"N"), (73, b"XX0010000"),
    ]  # fmt: skip
    return tagged(2, [(2, b"00"), *plain])


def type4(random: Random, idc: int) -> bytes:
    """A Type-4 with its image."""
    image = random.randbytes(TENPRINT_IMAGE)
    position = bytes((idc, 255, 255, 255, 255, 255))
    return _HEADER4.pack(18 + len(image), idc, 0 if idc > 10 else 1, position, 1, 800, 750, 1) + image


def type14(random: Random, idc: int) -> bytes:
    """A Type-14 of 20 fields with its image; slaps have the segments of their fingers."""
    fingers = _SLAPS.get(idc, ((idc - 1) % 10 + 1,))  # plain thumbs are 11 and 12
    segments = [(finger, 100 * at, 100 * at + 90, 10, 190) for at, finger in enumerate(fingers)]
    seg = RS.join([b"%d%b%d%b%d%b%d%b%d" % (f, US, a, US, b, US, c, US, d) for f, a, b, c, d in segments])
    nqm = RS.join([b"%d%b%d" % (finger, US, 2) for finger in fingers])
    sqm = RS.join([b"%d%b80%b0002%b00001" % (finger, US, US, US) for finger in fingers])
    fields = [
        (2, b"%02d" % idc), (3, b"0" if idc > 10 else b"1"), (4, b"XX0010000"), (5, b"20240115"), (6, b"800"),
        (7, b"750"), (8, b"1"), (9, b"500"), (10, b"500"), (11, b"WSQ20"), (12, b"8"), (13, b"%d" % idc),
        (16, b"500"), (17, b"500"), (20, b"SYNTHETIC"), (21 if idc in _SLAPS else 22, seg if idc in _SLAPS else nqm),
        (23 if idc in _SLAPS else 24, sqm), (30, b"OBSERVED"), (999, random.randbytes(TENPRINT_IMAGE)),
    ]  # fmt: skip
    return tagged(14, fields)


def type15(random: Random, idc: int) -> bytes:
    """A Type-15 with a raw palm."""
    return tagged(15, [
        (2, b"%02d" % idc), (3, b"28"), (4, b"XX0010000"), (5, b"20240115"), (6, b"2500"), (7, b"2250"), (8, b"1"),
        (9, b"500"), (10, b"500"), (11, b"NONE"), (12, b"8"), (13, b"%d" % (20 + idc)),
        (999, random.randbytes(PALM_IMAGE)),
    ])  # fmt: skip


def transaction(kind: int, images: int, make: Callable[[Random, int], bytes], tot: bytes) -> bytes:
    """Type-1, Type-2, and so many image records."""
    random = Random(kind)
    records = [make(random, idc) for idc in range(1, images + 1)]
    return header([(2, 0), *((kind, idc) for idc in range(1, images + 1))], tot) + demographics() + b"".join(records)


def type9_standard(random: Random, idc: int, count: int = MINUTIAE, numbers: int = 999) -> bytes:
    """A Type-9 of minutiae in the standard block, each with eight ridge counts; `numbers` above 999 are faulty."""
    rows = [
        US.join([b"%03d" % (at % numbers + 1), b"%04d%04d%03d" % _place(random), b"10", b"A",
                 *(b"%03d,%02d" % (random.randrange(1, 255), random.randrange(15)) for _ in range(NEIGHBOURS))])
        for at in range(count)
    ]  # fmt: skip
    fields = [(2, b"%02d" % idc), (3, b"1"), (4, b"S"), (5, b"BENCH" + US + b"A" + US), (6, b"1"),
              (7, b"T" + US + b"LS"), (10, b"%d" % count), (11, b"1"), (12, RS.join(rows))]  # fmt: skip
    return tagged(9, fields)


def type9_efs(random: Random, idc: int, count: int = MINUTIAE, neighbours: int = 0, faulty: int = 0) -> bytes:
    """A Type-9 of minutiae of the extended feature set, each with so many ridge counts in 9.333.

    So many of the minutiae are faulty: their type is none, and every other one lacks the angle.
    """
    rows = [b"%d\x1f%d\x1f%d\x1fE" % _place(random) for _ in range(count)]
    for at in range(faulty):
        x, y, angle, _ = rows[at].split(US)
        rows[at] = US.join((x, y, b"" if at % 2 else angle, b"<&>"))
    fields = [(2, b"%02d" % idc), (3, b"1"), (4, b"U"), (300, b"10000" + US + b"10000"), (302, b"1"),
              (331, RS.join(rows))]  # fmt: skip
    counts = [
        b"%d\x1f%d\x1f%d\x1f%d\x1f0" % (at, random.randrange(1, count + 1), random.randrange(15), octant)
        for at in range(1, count + 1)
        for octant in range(neighbours)
    ]
    return tagged(9, fields + ([(332, b"OCTANT"), (333, RS.join(counts))] if counts else []))


def _place(random: Random) -> tuple[int, int, int]:
    """x, y and an angle."""
    return random.randrange(3900), random.randrange(3900), random.randrange(360)


def small() -> bytes:
    """10,000 transactions of Type-1 and Type-2 one after another, all of one size, each with a TCN of its own."""
    one = transaction(4, 0, type4, b"TINY")
    return b"".join(one.replace(b"BENCH-2024-0001", b"BENCH-2024-%04d" % at) for at in range(MANY))


def fields_of_type2(count: int) -> bytes:
    """So many fields."""
    rows = [(2, b"00"), *((200 + at, b"VALUE %d" % at) for at in range(count))]
    return header([(2, 0)], b"MANY") + tagged(2, rows)


def tenprint_wsq() -> bytes:
    """The Type-14 tenprint of the fixtures, its images as WSQ."""
    import nistitl

    tx = nistitl.read((FIXTURES / "tenprint-type14.eft").read_bytes())
    for record in tx[14]:
        record.transcode("WSQ20")
    return bytes(tx)


WORKLOADS: dict[str, Callable[[], bytes]] = {
    "tenprint-4": lambda: transaction(4, 14, type4, b"CAR"),
    "tenprint-14": lambda: transaction(14, 14, type14, b"CAR"),
    "tenprint-14-faulty": lambda: transaction(14, 14, type14, b"CAR").replace(b"14.005:20240115", b"14.005:2024JAN5"),
    "palms-15": lambda: transaction(15, 8, type15, b"PALM"),
    "minutiae-standard": lambda: transaction(9, 1, type9_standard, b"LFFS"),
    "minutiae-efs": lambda: transaction(9, 1, type9_efs, b"LFFS"),
    "standard-3000": lambda: transaction(9, 1, partial(type9_standard, count=3_000), b"LFFS"),
    "standard-faulty": lambda: transaction(9, 1, partial(type9_standard, count=3_000, numbers=3_000), b"LFFS"),
    "efs-3000": lambda: transaction(9, 1, partial(type9_efs, count=3_000, neighbours=NEIGHBOURS), b"LFFS"),
    "efs-faulty": lambda: transaction(
        9, 1, partial(type9_efs, count=3_000, neighbours=NEIGHBOURS, faulty=2_000), b"LFFS"
    ),
    "efs-200": lambda: transaction(9, 1, partial(type9_efs, count=200, neighbours=NEIGHBOURS), b"LFFS"),
    "efs-3200": lambda: transaction(9, 1, partial(type9_efs, count=3_200, neighbours=NEIGHBOURS), b"LFFS"),
    "small-10000": small,
    "fields-250": lambda: fields_of_type2(250),
    "fields-4000": lambda: fields_of_type2(4_000),
    "subfields-1000": lambda: transaction(9, 1, partial(type9_efs, count=1_000), b"LFFS"),
    "subfields-16000": lambda: transaction(9, 1, partial(type9_efs, count=16_000), b"LFFS"),
    "car-wsq": tenprint_wsq,
    "car-4": lambda: (FIXTURES / "tenprint-type4.eft").read_bytes(),
    "car-14": lambda: (FIXTURES / "tenprint-type14.eft").read_bytes(),
    "tiny": lambda: transaction(4, 0, type4, b"TINY"),
}


def written(name: str, folder: Path) -> Path:
    """The workload as a file; written when it is not there yet."""
    path = folder / f"{name}.eft"
    data = WORKLOADS[name]()
    if not path.exists() or path.read_bytes() != data:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return path


if __name__ == "__main__":
    for workload in WORKLOADS:
        print(written(workload, Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
