"""What a transaction consists of: records in order, the bytes they stand on, the bytes that belong to none.

Of what was opened nothing is made before something is touched. Untouched bytes are written as they were read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, overload
from weakref import ref

import attrs

from nistitl.base.errors import ClosedError, ReadError
from nistitl.model.context import FIRST_TOUCH, Context, closed
from nistitl.model.kinds import explained_kinds, loaded_classes, record_class
from nistitl.model.raw import frozen, set_edits, set_fields, set_origin
from nistitl.model.record import Record
from nistitl.model.traditional import Traditional
from nistitl.wire.charsets import charset_named
from nistitl.wire.framing import Framing
from nistitl.wire.grammar import PADDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nistitl.base.findings import Finding
    from nistitl.model.context import Backing, Input
    from nistitl.model.counting import Counted
    from nistitl.wire.fields import Raw

    Opened = tuple[Input, Framing, tuple[int, int], "Policy", str | None]  # bounds of its bytes; named character set

Policy = Literal["strict", "tolerant", "repair"]
Unmended = Literal["keep", "refuse"]
UNMENDED = ("keep", "refuse")
POLICIES = ("strict", "tolerant", "repair")


class Storage:
    """Records in order and their bytes."""

    __slots__ = (
        "__weakref__", "_bounds", "_by_idc", "_charset", "_context", "_counted", "_framing", "_gaps", "_held",
        "_opened", "_profile", "_records", "backing", "extent", "policy", "repairs",
    )  # fmt: skip

    def _begin(self, make_backing: Callable[[Context], Backing], policy: Policy, charset: str | None) -> None:
        """Consist of no records yet."""
        self._settle(make_backing, Framing([]), (0, 0), policy, charset)

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
        if charset is not None:
            charset_named(charset)  # one that is none is told now
        tx._opened = (source, framing, bounds, policy, charset)
        return tx

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name == "_opened" or name not in Storage.__slots__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            FIRST_TOUCH.acquire()  # `with` takes twice as long
            try:
                if (opened := self._opened) is not None:
                    self._settle(*opened)
            finally:
                FIRST_TOUCH.release()
            try:
                return object.__getattribute__(self, name)
            except AttributeError:
                raise closed() from None

    def _settle(
        self,
        source: Input,
        framing: Framing,
        bounds: tuple[int, int],
        policy: Policy,
        charset: str | None,
    ) -> None:
        """Make of the framing what a transaction consists of: one object a record, nothing decoded."""
        context = Context(strict=policy == "strict")
        context.owner = ref(self)  # type: ignore[arg-type]  # a Transaction, which follows edits
        if charset is not None:
            context.charset = charset_named(charset)
        backing = source(context) if callable(source) else Traditional(source, context)
        records: list[Record] = []
        loaded, new = loaded_classes.get, object.__new__
        for kind, start, end in framing.spans:
            record = new(loaded(kind) or record_class(kind))
            set_origin(record, (backing, start, end))
            set_fields(record, None)
            set_edits(record, None)
            records.append(record)
        if framing.header is not None:
            set_fields(records[0], framing.header)
        if records and records[0].type == 1:
            backing.announce(records[0], charset=charset is None)
        self.policy: Policy = policy
        self._charset = charset
        self._profile: str | None = None
        self.backing: Backing = backing
        self._bounds = bounds  # the bytes of the data that are this transaction
        self.extent = (framing.start, framing.end)  # of these bytes, from the first record to the last
        # bytes that belong to no record, by id of the record before
        self._gaps = {id(records[at]): gap for at, gap in framing.gaps.items()} if framing.gaps else {}
        self._counted: Counted | bytes | None = None  # CNT as it was spelled last, if it was
        self._by_idc: dict[tuple[int, int | None], list[Record]] | None = None
        self._held: dict[int, bool] = {}  # by thread that is within `together`: whether CNT is due
        self._framing = framing.findings
        self.repairs: tuple[Finding, ...] = ()  # what reading with policy="repair" changed, each with its `repair`
        # what edits go by comes last: another thread sees it when all else is there
        self._context = context
        self._opened: Opened | None = None  # what was read, as long as nothing of it was touched
        self._records = records

    # -- records ------------------------------------------------------------------------------

    @overload
    def __getitem__(self, asked: int) -> tuple[Record, ...]: ...
    @overload
    def __getitem__(self, asked: tuple[int, int]) -> Record: ...
    def __getitem__(self, asked: int | tuple[int, int]) -> tuple[Record, ...] | Record:
        """`tx[14]`: the records of a type, in order, empty when there are none; `tx[14, 2]`: the one of that IDC.

        PathError for what is neither, and where there is no such record, or more than one.
        """
        if asked.__class__ is int and 0 < asked < 100:
            return tuple([record for record in self._records if record.type == asked])
        from nistitl.model.asking import found

        return found(self._records, asked)

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

    def drop_gaps(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Leave out these bytes, which belong to no record; those that could be, as others may stand beside them."""
        (low, high), (first, last) = self._bounds, self.extent
        keys = {gap: key for key, gap in self._gaps.items()}
        dropped = []
        for span in spans:
            if span == (low, first):
                low = first
            elif span == (last, high):
                high = last
            elif span in keys:
                del self._gaps[keys[span]]
            else:
                continue
            dropped.append(span)
        self._bounds = (low, high)
        self._context.dirty = self._context.dirty or bool(dropped)
        return dropped

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
        if start < end and record.edited and start == record.origin[2] and self._instead_of_fs(record, start):
            return start + 1, end
        return start, end

    def _instead_of_fs(self, record: Record, at: int) -> bool:
        """Padding that stood where FS should is gone once the record is written anew; another byte stays behind FS."""
        return not record.binary and not record.raw_fields.terminator and self.backing.data[at] in PADDING

    def __bytes__(self) -> bytes:
        opened = self._opened
        if opened is not None and not callable(data := opened[0]):
            start, end = opened[2]
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

    # -- as a value ----------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Storage):
            return NotImplemented
        return bytes(self) == bytes(other)

    __hash__ = None  # type: ignore[assignment]


class Closing(Storage):
    """A storage that lets go of its bytes, when told and when nobody holds it any more."""

    __slots__ = ()

    @property
    def closed(self) -> bool:
        """True where the bytes were let go."""
        if self._opened is not None:
            return False
        try:
            return self.backing.data is None
        except ClosedError:
            return True

    def close(self) -> None:
        """Let go of the bytes it was read from, and with them of the file that they are mapped from.

        Values that were read stay; what was not is a ClosedError from now on, and so is writing. A memoryview of an
        image that is still held elsewhere, a copy, and a record in another transaction keep the bytes as before.
        """
        with FIRST_TOUCH:
            if self._opened is not None:
                self._opened = None
                return
            if self.closed:
                return
            for record in self._records:
                record.close()
            self._context.close()
            self.backing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if explained_kinds and getattr(self, "_opened", self) is None:  # what was never touched has handed out none
            try:  # `suppress` takes as long as all else here
                for kind in explained_kinds:
                    kind.leave_kin(self._records)
            except ClosedError:
                pass


class Copied(Closing):
    """A storage that can be copied and pickled, with all that was done to it."""

    __slots__ = ()

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
        return _restored, (type(self), self._shifted(self._state(), self._bounds[0]))

    def _shifted(self, state: dict[str, Any], by: int) -> dict[str, Any]:
        """The state without the bytes of the transactions before this one; offsets count from its own first byte."""

        def moved(findings: list[Finding]) -> list[Finding]:
            return [attrs.evolve(finding, location=finding.location.moved(-by)) for finding in findings]

        def span(start: int, end: int) -> tuple[int, int]:
            return start - by, end - by

        rows = [row if isinstance(row, Record) else (row[0], *span(row[1], row[2]), row[3]) for row in state["rows"]]
        framing, repairs = state["findings"]
        return state | {
            "make_backing": self.backing.detached(*self._bounds, is_input=True)[0],
            "rows": rows,
            "bounds": tuple(span(*bounds) for bounds in state["bounds"]),
            "gaps": {at: span(*gap) for at, gap in state["gaps"].items()},
            "findings": (moved(framing), tuple(moved(repairs))),
        }

    def _state(self) -> dict[str, Any]:
        rows: list[Any] = []
        for record in self._records:
            backing, start, end = record.origin
            if end > 0 and backing.data is self.backing.data:
                rows.append((type(record), start, end, frozen(record.edits)))
            else:
                rows.append(record.copy())
        gaps = {at: self._gaps[id(r)] for at, r in enumerate(self._records) if id(r) in self._gaps}
        return {
            "make_backing": self.backing.again(),
            "rows": rows,
            "bounds": (self._bounds, self.extent),
            "gaps": gaps,
            "dirty": self._context.dirty,
            "context": self._context.alone(),
            "due": any(self._held.values()),
            "findings": (list(self._framing), self.repairs),
            "settings": (self.policy, self._charset, self._profile),
        }

    def _restore(self, state: dict[str, Any]) -> None:
        policy, charset, profile = state["settings"]
        self._begin(state["make_backing"], policy, charset)
        self._profile = profile
        self._context.take_over(state["context"])
        for row in state["rows"]:
            if isinstance(row, Record):
                row.stand_on(row.origin[0].rebased(self._context), *row.origin[1:])
                self._records.append(row)
            else:
                kind, start, end, edits = row
                record = kind.attached(self.backing, start, end)
                set_edits(record, edits)
                self._records.append(record)
        self._bounds, self.extent = state["bounds"]
        self._gaps = {id(self._records[at]): gap for at, gap in state["gaps"].items()}
        self._context.dirty = state["dirty"]
        self._framing, self.repairs = state["findings"]


def _restored(cls: type[Copied], state: dict[str, Any]) -> Copied:
    tx = cls.__new__(cls)
    tx._restore(state)
    return tx
