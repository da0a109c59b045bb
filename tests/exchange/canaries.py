"""Canaries: text that stands nowhere else, one for each place of a transaction where something can be hidden.

Each function gives transactions as bytes with all canaries of a kind at once, and says of each where it is. What is
planted is found by walks of this file's own, so that what the library overlooks is planted all the same.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from string import ascii_letters, digits
from typing import TYPE_CHECKING, NamedTuple

import nistitl
from nistitl.base.editions import Edition, edition_of
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import Data, N, Signed
from nistitl.exchange.making import First, Maker
from nistitl.model.dictionaries import profile
from nistitl.records import record_class
from nistitl.validation.criteria import Criteria
from tests.images import planting
from tests.support.samples import small_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from nistitl.declare.element import Element
    from nistitl.declare.items import Item
    from nistitl.declare.values import Value
    from nistitl.model.record import Record
    from nistitl.validation.contents import FieldCheck
    from nistitl.wire.charsets import Charset

DOMAIN, PROFILE = b"NORAM\x1f11.2", "fbi-ebts-11.2"
_FRAME = (
    "LEN", "VER", "CNT", "IDC", "HLL", "VLL", "SLC", "THPS", "TVPS", "CGA", "BPX", "CSP", "IMT", "DCS", "DOM", "NSR",
    "NTR", "VRSO", "DAT", "TOT", "IMP", "FGP",
)  # fmt: skip
_SAID = {"IDC": 9, "SRC": "ORI", "HLL": 32, "VLL": 32, "SLC": 1, "CGA": "NONE", "BPX": 8, "IMT": "FACE"}
_SHOWN = {13: (4, 1), 14: (0, 1), 15: (10, 21), 19: (24, 60)}  # impression and position
_LENGTH = 16
TYPES = (1, 2, *range(9, 23), 98, 99)


class Canary(NamedTuple):
    """A secret, and where it was planted: the element and the item that hold it, None where no table knows of it."""

    secret: bytes
    where: str
    element: Element | None = None
    item: Item | None = None
    at: int | None = None


class Cage(NamedTuple):
    """A transaction with canaries."""

    data: bytes
    canaries: list[Canary]


class Aviary:
    """Makes canaries that differ from each other, by a seed."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._day = date(1871, 1, 1)

    def letters(self) -> bytes:
        return "".join(self._random.choices(ascii_letters, k=_LENGTH)).encode()

    def shapes(self) -> Iterator[bytes]:
        """Of every shape that a declaration may ask for, those first that stand nowhere by chance."""
        capitals = self.letters().upper()
        yield from (self.letters(), capitals, capitals[:7] + b"," + capitals[7:], b"OA-" + capitals[:9])
        yield from (capitals[:9], capitals[:7])
        number = "".join(self._random.choices(digits, k=_LENGTH)).encode()
        yield from (number, number[:12], number[:9], number[:8])
        self._day += timedelta(37)
        yield from (f"{self._day:%Y%m%d}".encode(), f"{self._day:%Y%m%d}{number[:2].decode()}0101Z".encode())
        yield f"http://{self.letters().decode()}.org".encode()
        yield number[:7]


def transaction(kind: int) -> nistitl.Transaction:
    """A small transaction of the profile with a record of the type; images are 32 by 32 and not compressed."""
    tx = nistitl.read(small_transaction())
    tx[1][0].put(13, DOMAIN)
    tx.profile = PROFILE
    if kind not in (1, 2, 14):
        known = {element.mnemonic for element in record_class(kind).elements.values()}
        said = {**_SAID, **dict(zip(("IMP", "FGP"), _SHOWN.get(kind, ()), strict=False))}
        record = record_class(kind)(**{name: value for name, value in said.items() if name in known})
        if record.data_field is not None:
            record.put(record.data_field, bytes(range(256)) * 4)
        tx.append(record)
    return tx


def in_fields(kind: int, aviary: Aviary, *, sound: bool) -> Cage:
    """A canary in every declared field and item: in the shape that it may have, or in one that it may not."""
    tx = transaction(kind)
    record, canaries = tx[kind][0], list[Canary]()
    checks = Criteria.of(tx, (), 1, profile(PROFILE)).record_check(record).fields  # type: ignore[arg-type]
    edition = edition_of(tx.VER or "")
    assert edition is not None
    for number, element in elements(kind).items():
        if element.mnemonic in _FRAME or isinstance(element.value, Data) or number not in checks:
            continue
        planted = list(_field(element, checks[number], tx.context.charset, aviary, edition, sound=sound))
        if planted:
            record.put(number, b"\x1e".join(raw for raw, _ in planted))
            canaries += [canary for _, canary in planted]
    return Cage(bytes(tx), canaries)


def elements(kind: int) -> dict[int, Element]:
    """The declared fields of a type; of Type-2 those of the profile."""
    if kind != 2:
        return dict(record_class(kind).elements)
    dictionary = profile(PROFILE).dictionary
    found = (dictionary.by_mnemonic(mnemonic) for mnemonic in sorted(dictionary.mnemonics()))
    return {element.number: element for element in found if element is not None and element.number > 2}


def _field(
    element: Element, check: FieldCheck, charset: Charset, aviary: Aviary, edition: Edition, *, sound: bool
) -> Iterator[tuple[bytes, Canary]]:
    """Subfields, each with a canary in another item."""
    where = f"{element.mnemonic} of {element.number}"
    if not isinstance(element.value, Sets):
        for shape in aviary.shapes():
            if (not check.faults(shape, charset)) == sound:
                yield shape, Canary(shape, where, element)
                return
        return
    made = Maker(First("X0"), edition).subfield(element.value.of(1))
    pieces = (made or "").encode().split(b"\x1f")
    for at, item in enumerate(element.items):
        for shape in aviary.shapes():
            own = [*pieces, *[b""] * len(element.items)][: max(len(pieces), at + 1)]
            own[at] = shape
            raw = b"\x1f".join(own)
            if (not check.faults(raw, charset)) == sound:
                yield raw, Canary(shape, f"{where}, {item.mnemonic}", element, item, at + 1)
                break


def in_spellings(kind: int) -> Cage:
    """Numbers with as many zeros before them as their declarations allow, in every field and item that is a number."""
    tx = transaction(kind)
    record, canaries = tx[kind][0], list[Canary]()
    checks = Criteria.of(tx, (), 1, profile(PROFILE)).record_check(record).fields  # type: ignore[arg-type]
    edition = edition_of(tx.VER or "")
    assert edition is not None
    maker = Maker(First(), edition)
    for number, element in elements(kind).items():
        value, there = element.value, bytes(record.raw(number) or b"").decode("latin-1").partition("\x1e")[0]
        made = there or (maker.subfield(value.of(1)) if isinstance(value, Sets) else maker.field(element))
        values = [item.value for item in element.items] or [value.inner if isinstance(value, Values) else value]
        if number in checks and element.mnemonic not in ("LEN", "IDC", "CNT") and made and not isinstance(value, Data):
            pieces = [*map(_padded, made.split("\x1f"), values)]
            raw = b"\x1f".join(piece for piece, _ in pieces)
            if any(longer for _, longer in pieces) and not checks[number].faults(raw, tx.context.charset):
                record.put(number, raw)
                canaries += [Canary(piece, element.mnemonic, element) for piece, longer in pieces if longer]
    return Cage(bytes(tx), canaries)


def _padded(piece: str, value: Value) -> tuple[bytes, bool]:
    """A number with zeros before it, if it may be longer than it must, and longer than two digits."""
    longest = value.max_len or 9
    longer = isinstance(value, N | Signed) and piece.isdigit() and longest > max(value.min_len or 1, 2, len(piece))
    return (piece.zfill(longest) if longer else piece).encode(), longer


# -- what no table knows ----------------------------------------------------------------------


def framed(record_type: int, fields: bytes) -> bytes:
    """A tagged record around fields, whose LEN counts it."""
    for width in range(1, 9):
        head = b"%d.001:" % record_type
        length = len(head) + width + 1 + len(fields) + 1
        if len(str(length)) == width:
            return head + b"%d\x1d" % length + fields + b"\x1c"
    raise AssertionError("too long")


def beside_fields(aviary: Aviary) -> Iterator[Cage]:
    """Between records, in second occurrences, in fields and records that nobody declared, in tags of other types."""
    tx = nistitl.read(small_transaction())
    records = [bytes(record) for record in tx]
    for at in range(len(records) + 1):
        for form in (b"%b", b"\r\n%b\r\n", b"\x1c%b\x1c", b"\0\0%b"):
            secret = aviary.letters()
            gap = form % secret
            data = b"".join([*records[:at], gap, *records[at:]])
            yield Cage(data, [Canary(secret, f"{form!r} before record {at}")])
    for at, record in enumerate(tx):
        if record.binary:
            continue
        kind = record.type
        body = records[at].partition(b"\x1d")[2][:-1]
        head, separator, data = body.partition(b"\x1d%d.999:" % kind)
        numbers = [int(one) for one in re.findall(rb"(?:^|\x1d)%d\.(\d+):" % kind, head)]
        for number in numbers:
            for behind in (True, False):  # the one that stands first is the field
                secret = aviary.letters()
                again = b"\x1d%d.%03d:%b" % (kind, number, secret)
                own = re.search(rb"(?:^|\x1d)%d\.%03d:[^\x1d]*" % (kind, number), head)
                end = own.end() if own is not None and behind else len(head)
                fields = head[:end] + again + head[end:]
                yield _with(records, at, framed(kind, fields + separator + data), secret, f"again {kind}.{number:03d}")
        for number, form in ((200, b"%b"), (997, b"%b"), (9999, b"a\x1f%b\x1eb"), (5_000_000, b"%b")):
            secret = aviary.letters()
            fields = head + b"\x1d%d.%03d:" % (kind, number) + form % secret
            yield _with(records, at, framed(kind, fields + separator + data), secret, f"unknown {kind}.{number}")
        for other in (1, 2, 9, 10, 14, 22, 98):
            if other != kind:
                secret = aviary.letters()
                fields = head + b"\x1d%d.020:" % other + secret
                yield _with(records, at, framed(kind, fields + separator + data), secret, f"{other}.020 in {kind}")


def _with(records: list[bytes], at: int, record: bytes, secret: bytes, where: str) -> Cage:
    return Cage(b"".join([*records[:at], record, *records[at + 1 :]]), [Canary(secret, f"{where}, record {at}")])


def unknown_records(aviary: Aviary) -> Iterator[Cage]:
    """Records of types that no edition has, of bytes that nobody declares, and vendors' blocks of Type-9."""
    for kind in (23, 42, 97, 99, 7, 8):
        tx, secret = nistitl.read(small_transaction()), aviary.letters()
        record = record_class(kind)(IDC=7)
        number = max(record.elements) if record.binary else record.data_field or 3
        if kind == 8:
            record = record_class(kind)(IDC=7, SIG=0, SRT=0, ISR=0, HLL=32, VLL=32)
        record.put(number, bytes(1000) + secret if record.binary else secret)
        tx.append(record)
        yield Cage(bytes(tx), [Canary(secret, f"Type-{kind}")])
    blocks = [number for number in record_class(9).elements if number > 4] + [100, 150, 176, 200, 225, 299, 400, 901]
    for number in blocks:
        tx, secret = nistitl.read(small_transaction()), aviary.letters()
        record = record_class(9)(IDC=1, IMP=0, FMT="U")
        record.put(number, secret + b"\x1f" + secret)
        tx.append(record)
        yield Cage(bytes(tx), [Canary(secret, f"9.{number:03d}")])


_HEADERS = {3: 18, 4: 18, 5: 18, 6: 18, 8: 12}  # bytes before the content


def in_headers(kind: int, aviary: Aviary, data: bytes | None = None, codec: int = 0) -> Iterator[Cage]:
    """Four letters at every place of the header of a binary record, behind LEN and IDC."""
    said = {"IMP": 0, "FGP": 1, "ISR": 0, "CGA": codec} if kind != 8 else {"SIG": 0, "SRT": 0, "ISR": 0}
    tx = nistitl.read(small_transaction())
    content = data or bytes(1024 if kind in (3, 4) else 128)
    tx.append(record_class(kind)(IDC=9, HLL=32, VLL=32, **said))
    tx.records[-1].put(max(tx.records[-1].elements), content)
    whole = bytes(tx)
    begin = len(whole) - len(content) - _HEADERS[kind]
    for at in range(5, _HEADERS[kind] - 3):
        secret = aviary.letters()[:4]
        planted = whole[: begin + at] + secret + whole[begin + at + 4 :]
        yield Cage(planted, [Canary(secret, f"byte {at} of a Type-{kind}")])


_NUMBERS = {"NONE": 0, "WSQ20": 1, "JPEGB": 2, "JPEGL": 3, "JP2": 4, "JP2L": 5, "PNG": 6}  # of codecs, in Type-4
PLANTERS = {"WSQ20": planting.wsq, "JPEGB": planting.jpeg, "PNG": planting.png, "JP2": planting.jp2,
            "JPEGL": planting.jpeg, "JP2L": planting.jp2, "NONE": planting.pixels}  # fmt: skip
_AT_ONCE = 80  # images of one transaction


def on_the_side(codec: str, kind: int, aviary: Aviary, every: int = 1) -> Iterator[Cage]:
    """Images with a canary on the side, in all places that `planting` knows, or every so many; a record for each."""
    secret = (aviary.letters() + aviary.letters())[: planting.LENGTH]
    rows, columns = (96, 112) if codec == "WSQ20" else (planting.ROWS, planting.COLUMNS)
    places = [*PLANTERS[codec](planting.encoded(codec), secret)][::every]
    for begin in range(0, len(places), _AT_ONCE):
        tx = nistitl.read(small_transaction())
        canaries = []
        for number, (where, data) in enumerate(places[begin : begin + _AT_ONCE], 10):
            tx.append(_image(kind, number, codec, rows, columns, data))
            canaries.append(Canary(secret, f"{codec}: {where}", at=len(tx) - 1))
        yield Cage(bytes(tx), canaries)


def _image(kind: int, number: int, codec: str, rows: int, columns: int, data: bytes) -> Record:
    if kind == 4:
        size = {"HLL": columns, "VLL": rows, "ISR": 0}
        return nistitl.Type4(IDC=number, IMP=0, FGP=1, CGA=_NUMBERS[codec], DATA=data, **size)
    size = {"HLL": columns, "VLL": rows, "SLC": 1, "THPS": 500, "TVPS": 500}
    if kind == 10:
        face = {"IMT": "FACE", "SRC": "ORI", "PHD": "20200228", "CSP": "GRAY"}
        return nistitl.Type10(IDC=number, CGA=codec, DATA=data, **face, **size)
    return nistitl.Type14(IDC=number, IMP=0, SRC="ORI", FCD="20200228", BPX=8, FGP=1, CGA=codec, DATA=data, **size)


# -- XML --------------------------------------------------------------------------------------

_TAG = re.compile(rb"<(/?)([\w:]+)([^<>]*?)(/?)>")


def in_markup(document: bytes, aviary: Aviary) -> Iterator[Cage]:
    """Comments and instructions at every place, attributes of every element, text and foreign elements among elements.

    All of a kind at once.
    """

    def planted(what: str, form: bytes, *, inside: bool = False, first: bool = True) -> Cage:
        canaries, pieces, at, closed = list[Canary](), list[bytes](), 0, False
        for match in _TAG.finditer(document):
            end = match[1] == b"/"
            here = not inside or (end and closed)  # among elements is what stands behind another end
            closed = end or match[4] == b"/"
            if not here or (first and match.start() == document.index(b"<itl:")):
                continue
            secret = aviary.letters()
            canaries.append(Canary(secret, f"{what} before {match[0][:60]!r}"))
            pieces += [document[at : match.start()], form.replace(b"%b", secret)]
            at = match.start()
        return Cage(b"".join([*pieces, document[at:]]), canaries)

    yield planted("a comment", b"<!-- %b -->", first=False)
    yield planted("an instruction", b"<?x%b %b?>", first=False)
    yield planted("text", b" %b ", inside=True)
    yield planted("a foreign element", b'<x:y xmlns:x="urn:%b">%b</x:y>', inside=True)
    yield planted("an element named so", b"<%b/>", inside=True)
    for name in (b"id", b"x", b"xsi:schemaLocation", b"xml:lang"):
        canaries, pieces, at = list[Canary](), list[bytes](), 0
        for match in _TAG.finditer(document):
            if match[1] == b"/":
                continue
            secret = aviary.letters()
            canaries.append(Canary(secret, f"attribute {name!r} of {match[0][:60]!r}"))
            place = match.end(2)
            space = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' if name.startswith(b"xsi") else b""
            pieces += [document[at:place], space, b' %b="urn:%b"' % (name, secret)]
            at = place
        yield Cage(b"".join([*pieces, document[at:]]), canaries)
    start = document.index(b"<itl:")
    secret, more = aviary.letters(), aviary.letters()
    around = b'<e:v xmlns:e="urn:%b" to="%b"><e:h>%b</e:h>' % (secret, more, more)
    envelope = document[:start] + around + document[start:] + b"<e:t>%b</e:t></e:v>" % more
    yield Cage(envelope, [Canary(secret, "the namespace of an envelope"), Canary(more, "in an envelope")])


_LEAF = re.compile(rb"<([\w:]+)>([^<>]+)</\1>")


def in_values(document: bytes, aviary: Aviary) -> Iterator[Cage]:
    """What is no part of a value, around and within each of a document: one place after another, in every form."""
    secret = aviary.letters()
    spaces = b' xmlns:%b="urn:%b" %b:a="%b"' % (secret, secret, secret, secret)
    instance = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="%b" xsi:nil="%b"' % (secret, secret)
    forms = {
        "a child": b"<%n>%v<x:y xmlns:x='urn:%s'>%s</x:y></%n>",
        "a child of the same name": b"<%n><%n>%s</%n>%v</%n>",
        "a comment": b"<%n>%v<!-- %s --></%n>",
        "an instruction": b"<%n><?%s %s?>%v</%n>",
        "a namespace": b"<%n" + spaces + b">%v</%n>",
        "a type": b"<%n" + instance + b">%v</%n>",
        "a prefix": b"<%n xmlns:%s='urn:%s'>%v<%s:z/></%n>",
    }
    for match in _LEAF.finditer(document):
        for what, form in forms.items():
            new = form.replace(b"%n", match[1]).replace(b"%v", match[2]).replace(b"%s", secret)
            planted = document[: match.start()] + new + document[match.end() :]
            yield Cage(planted, [Canary(secret, f"{what} in {match[1]!r}, byte {match.start()}")])


def in_prologue(document: bytes, aviary: Aviary) -> Iterator[Cage]:
    """In what stands before the root and behind it, in prefixes, and in the encoding."""
    secret = aviary.letters()
    subset = b'<!DOCTYPE x [<!ENTITY q "%b"><!-- %b --><?p %b?><!NOTATION n SYSTEM "%b">]>' % ((secret,) * 4)
    own = document.replace(b"<itl:", b"<%b:" % secret).replace(b"</itl:", b"</%b:" % secret)
    comment = document.replace(b"?>", b"?><!-- %b -->" % secret, 1)
    wide = comment.replace(b"UTF-8", b"UTF-16", 1).decode()
    variants = {
        "a document type": document.replace(b"?>", b"?>" + subset, 1),
        "a document type elsewhere": document.replace(b"?>", b'?><!DOCTYPE %b SYSTEM "%b">' % (secret, secret), 1),
        "a prefix": own.replace(b"xmlns:itl=", b"xmlns:%b=" % secret),
        "the usual prefix for something else": comment.replace(
            b"xmlns:itl=", b'xmlns:%b="urn:%b" xmlns:itl=' % (secret, secret)
        ),
        "no prefix": comment.replace(b"<itl:", b"<").replace(b"</itl:", b"</").replace(b"xmlns:itl=", b"xmlns="),
        "behind": document + b"<!-- %b --><?x %b?>" % (secret, secret),
        "two bytes a character": wide.encode("utf-16"),
        "two bytes a character, the other way round": "\ufeff".encode("utf-16-be") + wide.encode("utf-16-be"),
    }
    for where, planted in variants.items():
        yield Cage(planted, [Canary(secret, where)])
