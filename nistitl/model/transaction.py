"""The noun: a transaction whose records are added, removed and edited, CNT and settings following."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from functools import partial, wraps
from itertools import compress, count, repeat
from operator import is_
from threading import get_ident
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

import attrs

from nistitl.base.editions import Edition, edition_of
from nistitl.base.errors import StructureError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.context import DCS, FIRST_TOUCH, SETTINGS, VER
from nistitl.model.record import Record
from nistitl.model.storage import Copied
from nistitl.model.traditional import Traditional
from nistitl.wire.charsets import announced, unused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nistitl.model.context import RecordPort
    from nistitl.model.dictionaries import Dictionary
    from nistitl.wire.charsets import Charset
    from nistitl.wire.fields import Raw
    from nistitl.wire.grammar import Key

_IDC, _CNT = 2, 3
_SAME = 0.01  # what two spellings of a resolution may differ by
_Self = TypeVar("_Self")
_P = ParamSpec("_P")
_T = TypeVar("_T")


def one_at_a_time(change: Callable[Concatenate[_Self, _P], _T]) -> Callable[Concatenate[_Self, _P], _T]:
    """A change of which records there are: what it looks at is still so when it is made, whoever else makes one."""

    @wraps(change)
    def changing(tx: _Self, *args: _P.args, **options: _P.kwargs) -> _T:
        FIRST_TOUCH.acquire()  # `with` takes twice as long
        try:
            return change(tx, *args, **options)
        finally:
            FIRST_TOUCH.release()

    return changing  # type: ignore[return-value]


def _resolution(raw: Raw | None) -> float | None:
    """The number in 1.011 or 1.012; None where there is none."""
    try:
        return None if raw is None else float(bytes(raw))
    except ValueError:
        return None


class OfHeader(Generic[_T]):
    """A field of Type-1 under its mnemonic: None where it is absent, set as in the record."""

    def __init__(self, mnemonic: str, purpose: str) -> None:
        self._mnemonic = mnemonic
        self.__doc__ = purpose

    @overload
    def __get__(self, tx: None, kind: type[Announced]) -> Self: ...
    @overload
    def __get__(self, tx: Announced, kind: type[Announced]) -> _T | None: ...
    def __get__(self, tx: Announced | None, kind: type[Announced]) -> Self | _T | None:
        if tx is None:
            return self
        header = tx.header
        return None if header is None else getattr(header, self._mnemonic)

    def __set__(self, tx: Announced, value: _T | None) -> None:
        """Set it in Type-1; FieldError for what it cannot hold, StructureError where there is no Type-1."""
        if (header := tx.header) is None:
            raise StructureError(f"there is no Type-1 record to hold {self._mnemonic}; insert one at 0")
        setattr(header, self._mnemonic, value)


class Announced(Copied):
    """What Type-1 announces of the whole transaction, and what was named instead."""

    __slots__ = ()

    @property
    def encoding(self) -> str:
        """How its bytes are, by name: "traditional", "xml" or another one of `nistitl.encodings`."""
        return self.backing.encoding

    @property
    def vocabulary(self) -> str | None:
        """The flavour of its XML, "niem2" or "niem4"; None in the traditional encoding."""
        return self.backing.vocabulary

    @property
    def edition(self) -> Edition | None:
        """The edition that VER names, None where it names none."""
        header = self.header
        raw = header.raw(VER) if header is not None else None
        return edition_of(bytes(raw).decode("latin-1")) if raw is not None else None

    @property
    def charset(self) -> str:
        """The character set in use, by Python's name: the caller's, or what 1.015 announces."""
        return self._context.charset.name

    @property
    def profile(self) -> str | None:
        """The profile whose Type-2 dictionary gives mnemonics; settable by name."""
        return self._profile

    @profile.setter
    def profile(self, name: str | None) -> None:
        from nistitl.model.dictionaries import profile

        self._use(name, profile(name).dictionary if name is not None else None)

    def use_names_of(self, other: Announced) -> None:
        """Take over the profile and the Type-2 dictionary that were named for another transaction."""
        self._use(other._profile, other.context.named_dictionary)

    def _use(self, name: str | None, dictionary: Dictionary | None) -> None:
        self._context.dictionary = dictionary
        self._profile = name

    VER = OfHeader[str]("VER", "1.002, the version: four digits that name the edition.")
    TOT = OfHeader[str]("TOT", "1.004, the type of transaction.")
    DAT = OfHeader[date]("DAT", "1.005, the date.")
    DAI = OfHeader[str]("DAI", "1.007, the destination agency identifier.")
    ORI = OfHeader[str]("ORI", "1.008, the originating agency identifier.")
    TCN = OfHeader[str]("TCN", "1.009, the transaction control number.")
    TCR = OfHeader[str]("TCR", "1.010, the control number of the transaction that this one answers.")

    def settings_changed(self) -> None:
        """Take character set and domain from Type-1 as it stands now."""
        header, context = self.header, self._context
        if header is None:
            return
        context.told_by(header)
        if self._charset is not None:
            return
        charset = announced(header.raw(DCS), header.raw(VER))
        if charset != context.charset:
            self._read_by(charset)

    def _read_by(self, charset: Charset) -> None:
        """Read text by this set from now on."""
        with FIRST_TOUCH:
            self._context.charset = charset
            for record in self._records:
                record.forget()

    def announcing(self, header: RecordPort, key: Key, raw: Raw | None) -> None:
        """Called by Type-1 before 1.002 VER or 1.015 DCS has this content: all text is brought into the set told then.

        FieldError, and nothing changed, where that set cannot say it. The set that a caller named is told by 1.015
        from then on, unless 1.015 names none that is known.
        """
        named = self._charset is not None
        if not self.backing.tagged or (named and key == VER):
            return
        dcs, ver = (raw, header.raw(VER)) if key == DCS else (header.raw(DCS), raw)
        charset = announced(dcs, ver)
        if named and raw and not charset.declared:
            return
        self._recode(charset)
        if charset.declared:
            self._charset = None

    def _text_with(self, header: Record) -> dict[Key, bytes]:
        """The text of a Type-1 that is put in, in the set that is used with it, into which all other text is brought.

        FieldError, and nothing changed, where that set cannot say it.
        """
        told = announced(header.raw(DCS), header.raw(VER))
        if not self.backing.tagged or (self._charset is not None and not told.declared):
            return header.in_charset(self._context.charset)
        text = header.in_charset(told)
        self._recode(told)
        self._charset = None
        return text

    def _recode(self, charset: Charset) -> None:
        """Bring all text into a set. FieldError, and nothing changed, where the set cannot say it."""
        from nistitl.model.recoding import recoded

        if charset == self._context.charset:
            return
        with FIRST_TOUCH:
            rows = [(record, recoded(record, charset)) for record in self._records]
            for record, changed in rows:
                for key, raw in changed.items():
                    record.put(key, raw)
            self._read_by(charset)

    def _edition_findings(self) -> list[Finding]:
        header = self.header
        if header is None or header.raw(VER) is None:
            return []
        offset, length = header.span(VER, None, None) or (None, None)
        where = Location(offset, length, record=0, type=1, field=VER)
        if self.edition is None:
            return [Finding("edition-unknown", "VER names no edition", where, Severity.WARNING)]
        if not self.edition.checked:
            message = f"the edition of {self.edition.year} is known in part, and checked by what is known"
            return [Finding("edition-unchecked", message, where, Severity.NOTE)]
        return []

    def _charset_findings(self) -> Iterator[Finding]:
        """Sets that 1.015 announces and that no text is read by."""
        header = self.header
        if header is None or not self.backing.tagged or (dcs := header.raw(DCS)) is None:
            return
        for subfield, reason in unused(dcs, header.raw(VER)):
            where = attrs.evolve(header.location(DCS, subfield, None), record=0)
            yield Finding(
                "charset-unused", f"an announced character set is not used: {reason}", where, Severity.WARNING
            )

    def _restore(self, state: dict[str, Any]) -> None:
        super()._restore(state)
        self.settings_changed()


class Transaction(Announced):
    """Records in order, Type-1 first. `tx[14]` is a tuple of the records of that type; iterating gives all.

    Bytes that were not edited are written as they were read. An edit respells its field and the LEN
    of its record; when records or IDCs change, CNT follows.
    """

    __slots__ = ()

    def __init__(self, records: Iterable[Record] = ()) -> None:
        """A transaction of these records; `Transaction.new` makes one from the fields of Type-1."""
        self._begin(partial(Traditional, b""), "tolerant", None)
        for record in records:
            self._adopt(record, len(self._records))
        if self._records:
            self.respell_count()

    def _restore(self, state: dict[str, Any]) -> None:
        super()._restore(state)
        if state["due"]:
            self.respell_count()

    # -- findings -----------------------------------------------------------------------------

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What reading had to forgive: the framing, then every field that does not decode, in byte order."""
        findings = [*self._framing, *self._count_findings()]
        framed = {(finding.location.record, finding.location.field) for finding in findings}
        for at, record in enumerate(self._records):
            for finding in record.findings():
                if (at, finding.location.field) in framed and finding.code in ("tag-malformed", "value-undecodable"):
                    continue
                findings.append(attrs.evolve(finding, location=attrs.evolve(finding.location, record=at)))
        findings = self.located([*findings, *self._edition_findings(), *self._charset_findings()])
        return tuple(sorted(findings, key=lambda f: f.location.offset if f.location.offset is not None else -1))

    @property
    def framing_findings(self) -> tuple[Finding, ...]:
        """What finding the records had to forgive, and what Type-1 says of edition and text; no field is looked at."""
        return (*self._framing, *self._count_findings(), *self._edition_findings(), *self._charset_findings())

    def located(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings with their places as the encoding tells them: in XML by line and XPath, too."""
        placed = []
        for finding in findings:
            at, records = finding.location.record, self._records
            record = records[at] if at is not None and at < len(records) else None
            where = self.backing.located(record, finding.location)
            placed.append(finding if where is finding.location else attrs.evolve(finding, location=where))
        return placed

    def _count_findings(self) -> Iterator[Finding]:
        """Where CNT and the records disagree, in an encoding whose records are found without it."""
        if not self.backing.counts_records:
            from nistitl.model.counting import count_findings

            yield from count_findings(self._records)

    # -- records ------------------------------------------------------------------------------

    def append(self, record: Record) -> Record:
        """Add a record at the end. It gets an IDC if it has none; what is now in the transaction is returned.

        A record of another transaction is copied, its text brought into this one's character set. Where 1.011 or
        1.012 tells its resolution, that field follows if no other record goes by it.
        StructureError for a Type-1, a record that is already here, or one whose resolution cannot be kept.
        """
        return self.insert(len(self._records), record)

    @one_at_a_time
    def insert(self, index: int, record: Record) -> Record:
        """Add a record so that it has this index; 0 is for Type-1, where the input had none.

        All text is brought into the character set that such a Type-1 announces; FieldError, and nothing changed, where
        that cannot say it. Otherwise as `append`.
        """
        if self.header is not None and index <= 0:
            raise StructureError("Type-1 is the first record and stays so; insert at 1 or later")
        record = self._adopt(record, index)
        self._recount(self._index(record), record)
        return record

    def extend(self, records: Iterable[Record]) -> None:
        """Add records at the end."""
        try:
            for record in records:
                self._adopt(record, len(self._records))
        finally:
            self.respell_count()

    @one_at_a_time
    def remove(self, record: Record) -> None:
        """Take a record out; it can be put into another transaction."""
        at = self._index(record)
        if record.type == 1:
            raise StructureError("Type-1 cannot be removed")
        self._gaps.pop(id(record), None)
        del self._records[at]
        backing, start, end = record.origin
        record.stand_on(backing.rebased(self._context.alone()), start, end)
        self._recount(at, None)

    @one_at_a_time
    def move(self, record: Record, index: int) -> None:
        """Give a record another place; 0 is Type-1 and stays so."""
        at = self._index(record)
        if at == 0 or index <= 0:
            raise StructureError("Type-1 is the first record and stays so")
        del self._records[at]
        self._records.insert(index, record)
        self.respell_count()

    def _index(self, record: Record) -> int:
        records = self._records
        if records and records[-1] is record:  # after append, which may be one of many
            return len(records) - 1
        at = next(compress(count(), map(is_, records, repeat(record))), None)
        if at is None:
            raise StructureError("the record is not in this transaction")
        return at

    @one_at_a_time
    def _adopt(self, record: Record, index: int) -> Record:
        if not isinstance(record, Record):
            raise StructureError(f"expected a record, not {type(record).__name__}")
        if record.type == 1 and (self.header is not None or (self._records and index > 0)):
            raise StructureError("a transaction has one Type-1 record, its first")
        if record.type != 1 and not self._records:
            raise StructureError("the first record of a transaction is Type-1")
        if record.type != 1 and self.header is None and index <= 0:
            raise StructureError("the first record of a transaction is Type-1; insert one at 0")
        if record.context is self._context:
            raise StructureError("the record is already in this transaction; append a copy()")
        if record.context.owner is not None and record.context.owner() is not None:
            record = record.copy()
        text = record.in_charset(self._context.charset) if record.type != 1 else self._text_with(record)
        if record.type != 1 and record.raw(_IDC) is None:
            from nistitl.model.counting import free_idc

            record["IDC"] = free_idc(self._records[1:])
        if (number := record.scaled_by) is not None:
            self._keep_resolution(record, number)
        self.backing.adopted(record, self._context)
        for key, raw in text.items():
            record.put(key, raw)
        self._records.insert(index, record)
        if record.type == 1:
            self.settings_changed()
        return record

    def _keep_resolution(self, record: Record, number: int) -> None:
        """Have Type-1 tell the resolution that a record brings along; StructureError where others go by it already."""
        brought, header = record.context.setting(number), self.header
        if header is None or not brought or not (ppmm := _resolution(brought)):
            return
        mine = _resolution(header.raw(number))
        there = record.scaled(ppmm)
        if mine is not None and abs(record.scaled(mine) - there) <= _SAME * there:
            return
        if any(one.scaled_by == number for one in self._records):
            raise StructureError(
                f"the record goes by 1.{number:03d}, which is {ppmm:g} pixels per millimetre where it comes from and "
                f"tells other records another resolution here; resample it, or keep it in a transaction of its own"
            )
        header.put(number, bytes(brought))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Many edits at once: CNT follows when they are done, not after each."""
        mine = get_ident()
        if mine in self._held:
            yield
            return
        self._held[mine] = False
        try:
            yield
        finally:
            if self._held.pop(mine):
                self.respell_count()

    # -- what follows an edit -----------------------------------------------------------------

    def record_edited(self, record: RecordPort, key: Key) -> None:
        """Called by records when a field has new content: CNT, character set and domain follow."""
        if record.type == 1:
            if key in (VER, DCS) or key in SETTINGS:
                self.settings_changed()
        elif key == _IDC and (get_ident() in self._held or any(mine is record for mine in self._records)):
            self.respell_count()

    @one_at_a_time
    def respell_count(self) -> None:
        """Write CNT by the records that are there; entries that stay keep their spelling."""
        self._context.dirty = True
        self._by_idc = None
        if self._held and (mine := get_ident()) in self._held:
            self._held[mine] = True
            return
        header = self.header
        if header is not None:
            from nistitl.model.counting import count_spelled, entries_of

            self._counted = count_spelled(entries_of(self._records[1:]), header.raw(_CNT))
            header.put(_CNT, self._counted, computed=True)

    @one_at_a_time
    def _recount(self, at: int, added: Record | None) -> None:
        """Write CNT with a record that is now `at`, or without the one that was: from the last CNT, if it is ours."""
        from nistitl.model.counting import Counted

        counted, header, self._by_idc = self._counted, self.header, None
        last = counted.raw if isinstance(counted, Counted) else counted
        if last is None or self._held or header is None or at == 0 or header.raw(_CNT) is not last:
            self.respell_count()
            return
        if not isinstance(counted, Counted):
            counted = self._counted = Counted(last)
        count = counted.with_one_less(at - 1) if added is None else counted.with_one_more(at - 1, added)
        self._context.dirty = True
        header.put(_CNT, count, computed=True)

    def with_idc(self, kind: int, idc: int | None) -> Sequence[Record]:
        """The records of a type with this IDC, in order."""
        by_idc = self._by_idc
        if by_idc is None:
            by_idc = self._group_by_idc()
        return by_idc.get((kind, idc), ())

    @one_at_a_time
    def _group_by_idc(self) -> dict[tuple[int, int | None], list[Record]]:
        by_idc: dict[tuple[int, int | None], list[Record]] = {}
        for record in self._records:
            by_idc.setdefault((record.type, record.idc), []).append(record)
        self._by_idc = by_idc
        return by_idc

    def __repr__(self) -> str:
        from nistitl.base.text import many

        if self.closed:
            return "<Transaction, closed>"
        kinds = [str(record.type) for record in self._records]
        told = " ".join(kinds if len(kinds) < 20 else [*kinds[:19], "..."])
        ver = self.header.raw(VER) if self.header is not None else None
        version = bytes(ver).decode() if ver is not None and len(ver) == 4 and bytes(ver).isdigit() else None
        return f"<Transaction VER {version}, {many(len(self._records), 'record')}: {told}>"
