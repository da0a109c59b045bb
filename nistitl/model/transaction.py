"""A transaction: records in order, read lazily, edited in place, written byte for byte."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date  # noqa: TC003
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar
from weakref import ref

import attrs

from nistitl.base.editions import Edition, edition_of
from nistitl.base.errors import ReadError, StructureError
from nistitl.base.findings import Finding, Location, Severity
from nistitl.model.context import Context
from nistitl.model.counting import count_findings
from nistitl.model.dictionaries import profile as profile_named
from nistitl.model.kinds import loaded_classes, record_class
from nistitl.model.raw import frozen, set_edits, set_fields, set_origin
from nistitl.model.record import Record
from nistitl.model.traditional import Traditional
from nistitl.wire.charsets import announced, charset_named
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nistitl.model.context import Backing, Input, RecordPort
    from nistitl.model.dictionaries import Dictionary
    from nistitl.wire.fields import Raw
    from nistitl.wire.framing import Framing
    from nistitl.wire.grammar import Key

    _Came = tuple[Input, Framing, tuple[int, int], "Policy", str | None]

_T = TypeVar("_T", bound="Transaction")
Policy = Literal["strict", "tolerant", "repair"]
POLICIES = ("strict", "tolerant", "repair")
_VER, _CNT, _DOM, _DCS = 2, 3, 13, 15
_IDC = 2
_HIGHEST_IDC = 99


class Transaction:
    """Records in order, Type-1 first. `tx[14]` is a tuple of the records of that type; iterating gives all.

    Bytes that were not edited are written as they were read. An edit respells its field and the LEN
    of its record; when records or IDCs change, CNT follows.
    """

    __slots__ = (
        "__weakref__", "_bounds", "_came", "_charset", "_context", "_framing",
        "_gaps", "_held", "_profile", "_records", "backing", "extent", "policy", "repairs",
    )  # fmt: skip

    def __init__(self, records: Iterable[Record] = ()) -> None:
        """A transaction of these records; `Transaction.new` makes one from the fields of Type-1."""
        self._begin(partial(Traditional, b""), "tolerant", None)
        for record in records:
            self._adopt(record, len(self._records))
        if self._records:
            self.respell_count()

    def _begin(self, backed: Callable[[Context], Backing], policy: Policy, charset: str | None) -> None:
        self.policy: Policy = policy
        self._charset = charset
        self._profile: str | None = None
        self._context = context = Context(strict=policy == "strict")
        context.owner = ref(self)
        self.backing = backed(context)
        self._records: list[Record] = []
        self._bounds = (0, 0)  # the bytes of the data that are this transaction
        self.extent = (0, 0)  # of these bytes, from the first record to the last
        self._gaps: dict[int, tuple[int, int]] = {}  # bytes that belong to no record, by id of the record before
        self._held: bool | None = None  # within `together`: whether CNT is due
        self._framing: list[Finding] = []
        self.repairs: tuple[Finding, ...] = ()  # what reading with policy="repair" changed, each with its `repair`
        self._came: _Came | None = None  # what was read, as long as nothing of it was touched

    # -- reading ------------------------------------------------------------------------------

    @classmethod
    def framed(
        cls,
        source: Input,
        framing: Framing,
        bounds: tuple[int, int],
        policy: Policy,
        charset: str | None,
    ) -> Self:
        """The transaction of a framing; of its records nothing is made before something is touched."""
        if framing.findings and policy == "strict":
            raise ReadError.of(framing.findings[0])
        tx = cls.__new__(cls)
        tx._came = (source, framing, bounds, policy, charset)
        if charset is not None:
            tx._context.charset = charset_named(charset)
        return tx

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name == "_came" or name not in Transaction.__slots__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            self._settle(*self._came)
            return getattr(self, name)

    def _settle(
        self,
        source: Input,
        framing: Framing,
        bounds: tuple[int, int],
        policy: Policy,
        charset: str | None,
    ) -> None:
        """Make of the framing what a transaction consists of: one object a record, nothing decoded."""
        self._begin(source if callable(source) else partial(Traditional, source), policy, charset)
        self._bounds = bounds
        self.extent = (framing.start, framing.end)
        self._framing = framing.findings
        backing, records = self.backing, self._records
        for kind, start, end in framing.spans:
            record = object.__new__(loaded_classes.get(kind) or record_class(kind))
            set_origin(record, (backing, start, end))
            set_fields(record, None)
            set_edits(record, None)
            records.append(record)
        if framing.header is not None:
            set_fields(records[0], framing.header)
        if framing.gaps:
            self._gaps = {id(records[at]): gap for at, gap in framing.gaps.items()}
        if records and records[0].type == 1:
            backing.announce(records[0], charset=charset is None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What reading had to forgive: the framing, then every field that does not decode, in byte order."""
        found = [*self._framing, *self._count_findings()]
        told = {(finding.location.record, finding.location.field) for finding in found}
        for at, record in enumerate(self._records):
            for finding in record.findings():
                if (at, finding.location.field) in told and finding.code in ("tag-malformed", "value-undecodable"):
                    continue  # the framing has told of it
                found.append(attrs.evolve(finding, location=attrs.evolve(finding.location, record=at)))
        found += self._edition_findings()
        found = self.located(found)
        return tuple(sorted(found, key=lambda f: f.location.offset if f.location.offset is not None else -1))

    @property
    def framing_findings(self) -> tuple[Finding, ...]:
        """What finding the records had to forgive, and what VER says of the edition; no field is looked at."""
        return (*self._framing, *self._count_findings(), *self._edition_findings())

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
            yield from count_findings(self)

    def _edition_findings(self) -> list[Finding]:
        header = self.header
        if header is None or header.raw(2) is None:
            return []
        where = attrs.evolve(_location(header, 2), record=0)
        if self.edition is None:
            return [Finding("edition-unknown", "VER names no edition", where, Severity.WARNING)]
        if not self.edition.checked:
            message = "the 2025 edition is carried, its tables are not checked"
            return [Finding("edition-unchecked", message, where, Severity.NOTE)]
        return []

    # -- records ------------------------------------------------------------------------------

    def __getitem__(self, number: int) -> tuple[Record, ...]:
        """The records of a type, in order; empty when there are none."""
        return tuple([record for record in self._records if record.type == number])

    def __iter__(self) -> Iterator[Record]:
        return iter(tuple(self._records))

    def __len__(self) -> int:
        return len(self._records)

    @property
    def records(self) -> tuple[Record, ...]:
        """All records, Type-1 first."""
        return tuple(self._records)

    @property
    def header(self) -> Any:
        """The Type-1 record; None where the input had none."""
        first = self._records[0] if self._records else None
        return first if first is not None and first.type == 1 else None

    def append(self, record: Record) -> Record:
        """Add a record at the end. It gets an IDC if it has none; what is now in the transaction is returned.

        A record of another transaction is copied, its text brought into this one's character set.
        StructureError for a Type-1 or a record that is already here.
        """
        return self.insert(len(self._records), record)

    def insert(self, index: int, record: Record) -> Record:
        """Add a record so that it has this index; 0 is for Type-1, where the input had none."""
        if self.header is not None and index <= 0:
            raise StructureError("Type-1 is the first record and stays so; insert at 1 or later")
        record = self._adopt(record, index)
        self.respell_count()
        return record

    def extend(self, records: Iterable[Record]) -> None:
        """Add records at the end."""
        try:
            for record in records:
                self._adopt(record, len(self._records))
        finally:
            self.respell_count()

    def remove(self, record: Record) -> None:
        """Take a record out; it can be put into another transaction."""
        at = self._index(record)
        if record.type == 1:
            raise StructureError("Type-1 cannot be removed")
        self._gaps.pop(id(record), None)
        del self._records[at]
        set_origin(record, (record.origin[0].rebased(self._context.alone()), *record.origin[1:]))
        self.respell_count()

    def move(self, record: Record, index: int) -> None:
        """Give a record another place; 0 is Type-1 and stays so."""
        at = self._index(record)
        if at == 0 or index <= 0:
            raise StructureError("Type-1 is the first record and stays so")
        del self._records[at]
        self._records.insert(index, record)
        self.respell_count()

    def _index(self, record: Record) -> int:
        for at, mine in enumerate(self._records):
            if mine is record:
                return at
        raise StructureError("the record is not in this transaction")

    def _adopt(self, record: Record, index: int) -> Record:
        if not isinstance(record, Record):
            raise StructureError(f"expected a record, not {type(record).__name__}")
        if record.type == 1 and (self.header is not None or (self._records and index > 0)):
            raise StructureError("a transaction has one Type-1 record, its first")
        if record.type != 1 and not self._records:
            raise StructureError("the first record of a transaction is Type-1")
        if record.type != 1 and self.header is None and index <= 0:
            raise StructureError("the first record of a transaction is Type-1; insert one at 0")
        if any(mine is record for mine in self._records):
            raise StructureError("the record is already in this transaction; append a copy()")
        if record.context.owner is not None and record.context.owner() is not None:
            record = record.copy()
        if record.type != 1:
            record.recode(self._context.charset)
        if record.type != 1 and record.raw(_IDC) is None:
            record["IDC"] = self._free_idc()
        self.backing.adopted(record, self._context)
        self._records.insert(index, record)
        if record.type == 1:
            self.settings_changed()
        return record

    def _free_idc(self) -> int:
        used = {record.idc for record in self._records[1:]}
        free = next((idc for idc in range(_HIGHEST_IDC + 1) if idc not in used), None)
        if free is None:
            raise StructureError(f"every IDC from 0 to {_HIGHEST_IDC} is in use; give the record one to share")
        return free

    @contextmanager
    def together(self) -> Iterator[None]:
        """Many edits at once: CNT follows when they are done, not after each."""
        held, self._held = self._held, self._held or False
        try:
            yield
        finally:
            due, self._held = self._held, held
            if due:
                self.respell_count()

    # -- what follows an edit -----------------------------------------------------------------

    def record_edited(self, record: RecordPort, key: Key) -> None:
        """Called by records when a field has new content: CNT, character set and domain follow."""
        if record.type == 1:
            if key in (_VER, _DOM, _DCS):
                self.settings_changed()
        elif key == _IDC and (self._held is not None or any(mine is record for mine in self._records)):
            self.respell_count()

    def settings_changed(self) -> None:
        """Take character set and domain from Type-1 as it stands now."""
        header, context = self.header, self._context
        if header is None:
            return
        context.in_domain(header.raw(_DOM))
        if self._charset is not None:
            return
        charset = announced(header.raw(_DCS), header.raw(2))
        if charset != context.charset:
            context.charset = charset
            for record in self._records:
                record.forget()

    def respell_count(self) -> None:
        """Write CNT by the records that are there; entries that stay keep their spelling."""
        header = self.header
        self._context.dirty = True
        if self._held is not None:
            self._held = True
            return
        if header is None:
            return
        raw = header.raw(_CNT)
        came = bytes(raw).split(RS) if raw else []
        spelled: dict[tuple[int, int | None], list[bytes]] = {}
        for entry in reversed(came[1:]):
            kind, _, idc = entry.partition(US)
            if kind.isdigit() and idc.isdigit() and len(entry) < 20:
                spelled.setdefault((int(kind), int(idc)), []).append(entry)
        width = 2 if all(len(entry.partition(US)[2]) == 2 for entry in came[1:]) and came[1:] else 1
        entries = []
        for record in self._records[1:]:
            idc_now = record.idc
            kept = spelled.get((record.type, idc_now))
            entries.append(kept.pop() if kept else b"%d%b%0*d" % (record.type, US, width, idc_now or 0))
        count = came[0].partition(US)[2] if came else b""
        digits = len(count) if count[:1] == b"0" and count.isdigit() else 1
        header.put(_CNT, RS.join([b"1%b%0*d" % (US, digits, len(entries)), *entries]), computed=True)

    def drop_gaps(self) -> None:
        """Leave out all bytes that belong to no record."""
        self._gaps.clear()
        self._bounds = self.extent
        self._context.dirty = True

    # -- settings -----------------------------------------------------------------------------

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
        raw = header.raw(2) if header is not None else None
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
        self._use(name, profile_named(name).dictionary if name is not None else None)

    def _use(self, name: str | None, dictionary: Dictionary | None) -> None:
        self._context.dictionary = dictionary
        self._profile = name

    @property
    def VER(self) -> str | None:
        """1.002, the version: four digits that name the edition."""
        return self.header.VER if self.header else None

    @property
    def TOT(self) -> str | None:
        """1.004, the type of transaction."""
        return self.header.TOT if self.header else None

    @property
    def TCN(self) -> str | None:
        """1.009, the transaction control number."""
        return self.header.TCN if self.header else None

    @property
    def DAT(self) -> date | None:
        """1.005, the date."""
        return self.header.DAT if self.header else None

    @property
    def DAI(self) -> str | None:
        """1.007, the destination agency identifier."""
        return self.header.DAI if self.header else None

    @property
    def ORI(self) -> str | None:
        """1.008, the originating agency identifier."""
        return self.header.ORI if self.header else None

    # -- writing ------------------------------------------------------------------------------

    def pieces(self) -> list[Raw]:
        """The bytes of the transaction in as few pieces as possible; untouched neighbours are one."""
        untouched = self.backing.untouched
        if not self._context.dirty:
            return self.backing.finished([untouched(*self._bounds)])
        out: list[Raw] = []
        begin, end = self._bounds[0], self.extent[0]  # the run of untouched bytes not yet put out
        data, gaps = self.backing.data, self._gaps
        for record in self._records:
            backing, start, stop = record.origin
            mine = stop > 0 and record.edits is None and backing.data is data
            if not mine or start != end:
                if end > begin:
                    out.append(untouched(begin, end))
                begin = start
            if mine:
                end = stop
            else:
                out += record.pieces()
                begin = end = 0
            if gaps and id(record) in gaps:
                start, stop = self._gap(record)
                if start != end:
                    if end > begin:
                        out.append(untouched(begin, end))
                    begin = start
                end = stop
        if self.extent[1] != end:
            if end > begin:
                out.append(untouched(begin, end))
            begin = self.extent[1]
        end = self._bounds[1]
        if end > begin:
            out.append(untouched(begin, end))
        return self.backing.finished(out)

    def _gap(self, record: Record) -> tuple[int, int]:
        """The bytes after a record that belong to none."""
        start, end = self._gaps.get(id(record), (0, 0))
        # a byte that stood where FS should is gone once the record is written anew
        instead = record.edited and start == record.origin[2] and not record.binary and not record.raw_fields.terminator
        return (start + 1, end) if instead and start < end else (start, end)

    def __bytes__(self) -> bytes:
        if self._came is not None and not callable(data := self._came[0]):
            start, end = self._came[2]
            return data[start:end]
        return b"".join(self.pieces())

    @property
    def context(self) -> Context:
        """What its records share: character set, Type-2 dictionary, policy."""
        return self._context

    def surroundings(self) -> tuple[bytes, bytes, list[bytes]]:
        """Bytes that belong to no record: before the first, after the last, and after each one."""
        untouched, (low, high) = self.backing.untouched, self.extent
        between = [bytes(untouched(*self._gap(record))) for record in self._records]
        return bytes(untouched(self._bounds[0], low)), bytes(untouched(high, self._bounds[1])), between

    # -- copies -------------------------------------------------------------------------------

    def copy(self) -> Self:
        """An independent transaction with the same bytes, edits and findings."""
        twin = type(self).__new__(type(self))
        twin._restore(self._state())
        return twin

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: object) -> Self:
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (type(self), self._shifted(self._state(), self._bounds[0]))

    def _shifted(self, state: dict[str, Any], by: int) -> dict[str, Any]:
        """The state without the bytes of the transactions before this one; offsets count from its own first byte."""

        def moved(findings: list[Finding]) -> list[Finding]:
            return [attrs.evolve(finding, location=finding.location.moved(-by)) for finding in findings]

        def span(start: int, end: int) -> tuple[int, int]:
            return start - by, end - by

        rows = [row if isinstance(row, Record) else (row[0], *span(row[1], row[2]), row[3]) for row in state["rows"]]
        framing, repairs = state["findings"]
        return state | {
            "backed": self.backing.detached(*self._bounds, is_input=True)[0],
            "rows": rows,
            "bounds": tuple(span(*bounds) for bounds in state["bounds"]),
            "gaps": {at: span(*gap) for at, gap in state["gaps"].items()},
            "findings": (moved(framing), tuple(moved(repairs))),
        }

    def _state(self) -> dict[str, Any]:
        rows: list[Any] = []
        for record in self._records:
            if _stands_on(record, self.backing):
                rows.append((type(record), *record.origin[1:], frozen(record.edits)))
            else:
                rows.append(record.copy())
        gaps = {at: self._gaps[id(r)] for at, r in enumerate(self._records) if id(r) in self._gaps}
        return {
            "backed": self.backing.again(),
            "rows": rows,
            "bounds": (self._bounds, self.extent),
            "gaps": gaps,
            "dirty": self._context.dirty,
            "findings": (list(self._framing), self.repairs),
            "settings": (self.policy, self._charset, self._profile),
        }

    def _restore(self, state: dict[str, Any]) -> None:
        policy, charset, profile = state["settings"]
        self._begin(state["backed"], policy, charset)
        if charset is not None:
            self._context.charset = charset_named(charset)
        for row in state["rows"]:
            if isinstance(row, Record):
                record = row
                set_origin(record, (record.origin[0].rebased(self._context), *record.origin[1:]))
            else:
                kind, start, end, edits = row
                record = kind.attached(self.backing, start, end)
                set_edits(record, edits)
            self._records.append(record)
        self._bounds, self.extent = state["bounds"]
        self._gaps = {id(self._records[at]): gap for at, gap in state["gaps"].items()}
        self._context.dirty = state["dirty"]
        self._framing, self.repairs = state["findings"]
        self.settings_changed()
        if profile is not None:
            self.profile = profile

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Transaction):
            return NotImplemented
        return bytes(self) == bytes(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        kinds = [str(record.type) for record in self._records]
        told = " ".join(kinds if len(kinds) < 20 else [*kinds[:19], "..."])
        ver = self.header.raw(_VER) if self.header is not None else None
        version = bytes(ver).decode() if ver is not None and len(ver) == 4 and bytes(ver).isdigit() else None
        return f"<Transaction VER {version}, {len(self._records)} records: {told}>"


def _location(record: Record, number: int) -> Location:
    offset, length = record.origin[0].span(record, number, None, None) or (None, None)
    return Location(offset, length, type=record.type, field=number)


def _stands_on(record: Record, backing: Backing) -> bool:
    return record.origin[2] > 0 and record.origin[0].data is backing.data


def _unpickle(cls: type[Transaction], state: dict[str, Any]) -> Transaction:
    tx = cls.__new__(cls)
    tx._restore(state)
    return tx
