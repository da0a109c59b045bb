"""1.003 CNT, held against the records that are there. ANSI/NIST-ITL 1-2011, 8.1.3."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from nistitl.base.findings import told_idc
from nistitl.base.numbers import count_in_words, idc_in_words, type_in_words
from nistitl.wire.framing import CONTENTS, ContentEntry, Framing, SpelledEntry, content_entry
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOKAHEAD = 64  # entries: a record that CNT names further on than that counts as one it does not name


class ContentField:
    """What CNT names, and where in the data it does.

    `spelled` are its entries as the quick walk takes them. All is empty until a CNT was read (`counted`).
    """

    def __init__(self) -> None:
        self.counted = False  # CNT was there and could be used
        self.spelled: tuple[SpelledEntry, ...] = ()
        self.entries: list[ContentEntry] = []
        self._subfields: list[bytes] = []
        self._offset = 0
        self._entry_offsets: list[int] = []  # once someone asks

    def read(self, raw: bytes, offset: int, framing: Framing) -> None:
        """Read the content of CNT, which begins at `offset`; says where its count is wrong."""
        clean, self.spelled = CONTENTS[raw]
        self.entries = [entry[:2] for entry in self.spelled]
        self._subfields = raw.split(RS)
        self._offset = offset
        self.counted = True
        if not clean:
            self._check_count(framing)

    def _check_count(self, framing: Framing) -> None:
        subfield, offset = self._subfields[0], self._offset
        kind, count = content_entry(subfield)
        if kind != 1 or count is None:
            framing.report(
                "cnt-malformed", "the first subfield of CNT is not 1 and a count", offset, len(subfield),
                expected="1 and the number of records", record=0, type=1, field=3, subfield=1,
            )  # fmt: skip
        elif count != len(self.entries):
            begin = subfield.find(US) + 1
            framing.report(
                "cnt-count", f"CNT counts {count_in_words(count)} records and then names {len(self.entries)}",
                offset + begin, len(subfield) - begin, expected=str(len(self.entries)), actual=count_in_words(count),
                record=0, type=1, field=3, subfield=1, item=2,
            )  # fmt: skip

    def expected(self, index: int) -> ContentEntry:
        """The entry of this index; nothing where CNT names no more."""
        return self.entries[index] if index < len(self.entries) else (None, None)

    def span(self, index: int) -> tuple[int, int]:
        """Offset and length of an entry."""
        if not self._entry_offsets:
            sizes = [len(subfield) + 1 for subfield in self._subfields]
            self._entry_offsets = list(accumulate(sizes, initial=self._offset))
        begin, end = self._entry_offsets[index + 1 : index + 3]
        return begin, end - begin - 1


class ContentMatcher:
    """Matches each record with an entry of CNT, and says which records and entries stand alone."""

    def __init__(self, content: ContentField, framing: Framing) -> None:
        self.content = content
        self.framing = framing
        self._missing: list[int] = []  # indices of entries without a record
        self._extra: list[int] = []  # indices of records without an entry

    def match(self, index: int, kind: int, idc: int | None) -> int:
        """Match the record framed last, from this entry on; the index of the entry expected next."""
        entries = self.content.entries
        if index < len(entries):
            expected_kind, expected_idc = entries[index]
            if expected_kind == kind and (idc is None or expected_idc == idc):
                return index + 1
            ahead = entries[index : index + _LOOKAHEAD]
            if (kind, idc) in ahead:
                steps = ahead.index((kind, idc))
                self.skip(range(index, index + steps))
                return index + steps + 1
            if expected_kind == kind or expected_kind is None:
                self._report_idc(index, idc)
                return index + 1
        if self.content.counted:
            self._extra.append(len(self.framing.spans) - 1)
        return index

    def skip(self, indices: Sequence[int]) -> None:
        """No record stands for these entries."""
        self._missing += indices

    def _report_idc(self, index: int, idc: int | None) -> None:
        message = f"CNT gives record {len(self.framing.spans) - 1} another IDC than the record has"
        self.framing.report(
            "cnt-idc", message, *self.content.span(index),
            expected=_spelled(idc), actual=_spelled(self.content.entries[index][1]),
            record=0, type=1, field=3, subfield=index + 2,
        )  # fmt: skip

    def report(self, stop: int, *, cut: bool) -> None:
        """One finding for all that is missing, where the data were not cut, and one for all that is too many."""
        type_1 = [index for index in self._missing if self.content.entries[index][0] == 1]
        if type_1:
            self._report_type_1(type_1[0])
            self._missing = [index for index in self._missing if self.content.entries[index][0] != 1]
        if self._missing and not cut:
            self._report_missing(stop)
        if self._extra:
            index, count = self._extra[0], len(self._extra)
            kind, begin, end = self.framing.spans[index]
            records = f"{count} records are" if count > 1 else "a record is"
            message = f"{records} not named by CNT, first a Type-{kind}"
            self.framing.report("cnt-extra-record", message, begin, end - begin, record=index, type=kind)

    def _report_type_1(self, index: int) -> None:
        offset, length = self.content.span(index)
        self.framing.report(
            "cnt-type1", "CNT names Type-1 itself; it counts and names the records after it",
            offset, length, expected="no entry of Type-1", record=0, type=1, field=3, subfield=index + 2,
        )  # fmt: skip

    def _report_missing(self, stop: int) -> None:
        index, count = self._missing[0], len(self._missing)
        kind, idc = self.content.entries[index]
        only_type_1 = len(self.framing.spans) == 1
        offset, length = (stop, 0) if only_type_1 else self.content.span(index)
        records = f"{count} records" if count > 1 else "a record"
        first = f"{type_in_words(kind)} {idc_in_words(idc)}" if kind is not None else "an entry that is no number"
        self.framing.report(
            "cnt-missing-record",
            f"CNT names {records} that the data do not hold, first {first}; the data end at byte {stop}",
            offset, length, record=0, type=1, field=3, subfield=index + 2,
        )  # fmt: skip


def _spelled(idc: int | None) -> str | None:
    """An IDC as findings expect or find it."""
    told = told_idc(idc)
    return None if told is None else str(told)
