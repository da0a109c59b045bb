"""Type-98: information assurance."""

from __future__ import annotations

from datetime import datetime

from nistitl.base.editions import E2011
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import ANY_RECORD, Items, Sets, item, items
from nistitl.declare.values import ANS, A, GreenwichTime, H, N, U
from nistitl.model.kinds import record
from nistitl.model.record import Record
from nistitl.records import shared


@items
class AuditLog(Items):
    """Audit log, 98.900."""

    EVT: str | None = item(A(5, 9, table="EVT"), M_UP, "event")
    EVR: str | None = item(U(1, 200), O_UP, "event reason")
    IID: str | None = item(ANS(1), M_UP, "information identifier", note="IDC, field, subfield or NA, item or NA; a minus before what was removed", idc_of=ANY_RECORD)
    AGT: str | None = item(U(1, 200), M_UP, "agent")
    OLD: str | None = item(U(1), O_UP, "old value")


@record(98, "Information assurance", clause="ANSI/NIST-ITL 1-2011, 8.23", since=E2011, ranges=(
    FieldRange(7, 199, "RES", "reserved", E2011),
    FieldRange(200, 899, "UDF", "User-defined fields", E2011),
    FieldRange(902, 992, "RES", "reserved", E2011),
))
class Type98(Record):
    """Information assurance. ANSI/NIST-ITL 1-2011, 8.23."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    DFO: str | None = element(3, H(4, 4), M, "IA data format owner", holds=TECHNICAL, since=E2011, unverified=True, note="registered by IBIA")
    SRC: str | None = shared.SRC(4)
    DFT: str | None = element(5, U(1), M, "IA data format type", since=E2011)
    DCD: datetime | None = element(6, GreenwichTime(), M, "IA data creation date", since=E2011)
    ALF: tuple[AuditLog, ...] = element(900, Sets(AuditLog), O, "Audit log", since=E2011)
    ARN: int | None = element(901, N(1, 3, "1..999"), O, "Audit revision number", holds=TECHNICAL, since=E2011, unverified=True)
    SAN: str | None = shared.SAN(993)
