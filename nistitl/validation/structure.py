"""What framing and tags had to forgive, as findings, and which fields it makes doubtful: those with an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from nistitl.base.findings import Severity
from nistitl.model.faults import tag_findings

if TYPE_CHECKING:
    from nistitl.base.findings import Finding
    from nistitl.validation.collecting import FindingCollector
    from nistitl.validation.context import RecordView, ValidationContext

# of such a record nothing is missing: it was lost
_INCOMPLETE = frozenset({"record-cut", "type1-damaged", "type1-missing"})
_STRAY = frozenset({"bytes-after", "bytes-between"})
_MANDATORY = frozenset({"edition-unknown"})  # reading does without it, a receiver does not


class StructureCheck:
    """Findings on framing and tags; what framing has reported is not reported of a tag again."""

    def __init__(self, context: ValidationContext, collector: FindingCollector) -> None:
        self.context = context
        self.collector = collector
        self._reported: set[tuple[str, int | None]] = set()  # by framing: code and offset

    def check_framing(self) -> None:
        """Report what framing had to forgive, and mark the records that are not complete."""
        views = self.context.records
        starts = [view.record.origin[1] for view in views]
        for finding in self.context.tx.framing_findings:
            where, index = finding.location, _record_index(finding, starts)
            view = views[index] if index is not None and index < len(views) else None
            # nothing but LEN ends a binary record: bytes behind it may be its own
            if view is not None and (finding.code in _INCOMPLETE or (finding.code in _STRAY and view.record.binary)):
                view.incomplete = True
            self._reported.add((finding.code, where.offset))
            if where.record is None and where.type is not None:
                finding = attrs.evolve(finding, location=attrs.evolve(where, record=index))
            if finding.code in _MANDATORY:
                finding = attrs.evolve(finding, severity=Severity.ERROR)
            if view is not None and where.field is not None and finding.severity is Severity.ERROR:
                view.doubt(where.field)  # of which less is told is whole
            self.collector.add_framing(finding, index)

    def check_tags(self, view: RecordView) -> None:
        """Report what is wrong with the tags of a record, or with the elements that it stands on."""
        for finding in view.record.origin[0].findings(view.record):
            where = attrs.evolve(finding.location, record=view.index)
            self.collector.add_tag(attrs.evolve(finding, location=where), view)
        for finding in tag_findings(view.record):
            where = attrs.evolve(finding.location, record=view.index)
            if (finding.code, where.offset) in self._reported:
                continue
            if finding.code == "tag-malformed" and view.incomplete:
                continue
            if where.field is not None and finding.code != "len-not-first":
                view.doubt(where.field)
            if finding.code == "tag-foreign" and finding.expected is not None:
                view.doubt(int(finding.expected.partition(".")[2]))
            if finding.code == "separator-missing":
                doubt_swallowed(view, where.field)
            self.collector.add_tag(finding, view)


def doubt_swallowed(view: RecordView, number: int | None) -> None:
    """Doubt the fields whose tags stand in the content of this one: they are not missing, their separator is."""
    raw = None if number is None else view.record.raw(number)
    for swallowed in re.findall(rb"%d\.(\d{3,9}):" % view.record.type, bytes(raw or b"")):
        view.doubt(int(swallowed))


def _record_index(finding: Finding, starts: list[int]) -> int | None:
    """The record that a finding of framing belongs to: the one it names, or the one that begins last before it."""
    where = finding.location
    if where.record is not None or where.offset is None:
        return where.record
    return max((index for index, start in enumerate(starts) if start <= where.offset), default=0)
