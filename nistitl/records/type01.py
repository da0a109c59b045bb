"""Type-1: transaction information."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from nistitl.base.editions import E1993, E2000, E2007, E2011, E2013
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, M, O
from nistitl.declare.element import element
from nistitl.declare.items import Items, One, Sets, item, items
from nistitl.declare.values import ANS, A, Date, Digits, GreenwichTime, N, Real, U
from nistitl.model.kinds import record
from nistitl.model.record import Record


@items
class ContentSummary(Items):
    """The first subfield of 1.003: how many records follow Type-1."""

    FRC: int | None = item(N(1, 2, "1"), M_UP, "first record category code", holds=TECHNICAL)
    CRC: int | None = item(N(1, 3, "1..999"), M_UP, "content record count", holds=TECHNICAL)


@items
class ContentRecord(Items):
    """Every other subfield of 1.003: a record that follows, in its order."""

    REC: int | None = item(N(1, 2, "2..99"), M_UP, "record category code", holds=TECHNICAL)
    IDC: int | None = item(N(1, 3, "0..255"), M_UP, "information designation character", holds=TECHNICAL, note="0..99; to 255 in older binary records")


@items
class Domain(Items):
    """Domain name, 1.013."""

    DNM: str | None = item(ANS(1), M_UP, "domain name")
    DVN: str | None = item(ANS(1), O_UP, "domain version number")


@items
class CharacterSet(Items):
    """Character encoding, 1.015."""

    CSI: int | None = item(N(1, 3, table="CSI"), M_UP, "character encoding index", holds=TECHNICAL)
    CSN: str | None = item(ANS(1, 16, table="CSN", open=True), M_UP, "character encoding name")
    CSV: str | None = item(ANS(1, 16), O_UP, "character encoding version")


@items
class ApplicationProfile(Items):
    """Application profile specifications, 1.016."""

    APO: str | None = item(ANS(1), M_UP, "application profile organization")
    APN: str | None = item(ANS(1), M_UP, "application profile name")
    APV: str | None = item(ANS(1), M_UP, "application profile version number")


@items
class AgencyNames(Items):
    """Agency names, 1.017."""

    DAN: str | None = item(U(1, 125), O_UP, "destination agency name", unverified=True)
    OAN: str | None = item(U(1, 125), O_UP, "originating agency name", unverified=True)
    # INTERPOL's own, in XML only
    DAC: str | None = item(A(3, 3), O_UP, "destination country", unverified=True)
    OAC: str | None = item(A(3, 3), O_UP, "originating country", unverified=True)


@record(1, "Transaction information", clause="ANSI/NIST-ITL 1-2011, 8.1", since=E1993)
class Type1(Record):
    """Transaction information. ANSI/NIST-ITL 1-2011, 8.1. LEN and CNT are computed."""

    computed = frozenset({1, 3})

    LEN: int | None = element(1, N(2), M, "Logical record length", holds=TECHNICAL)
    VER: str | None = element(2, Digits(4, 4, table="VER"), M, "Version", holds=TECHNICAL)
    CNT: tuple[ContentSummary | ContentRecord, ...] = element(3, Sets(ContentRecord, 1, 1000, first=ContentSummary), M, "Transaction content", note="one subfield a record, in order")
    TOT: str | None = element(4, A(1, 16), M, "Type of transaction", was={E2007: A(1, 4)})
    DAT: date | None = element(5, Date(), M, "Date", note="local date")
    PRY: int | None = element(6, N(1, 1, "1..9"), O, "Priority", holds=TECHNICAL)
    DAI: str | None = element(7, ANS(1), M, "Destination agency identifier")
    ORI: str | None = element(8, ANS(1), M, "Originating agency identifier")
    TCN: str | None = element(9, ANS(1), M, "Transaction control number", note="before 2011: YYSSSSSSSSA with a check character")
    TCR: str | None = element(10, ANS(1), O, "Transaction control reference", note="TCN of the request, in a response")
    NSR: Decimal | None = element(11, Real(5, 5, form="00.00"), M, "Native scanning resolution", holds=TECHNICAL, note="pixels per millimetre; 00.00 without Type-4 (before 2011: without Types 3 to 7)")
    NTR: Decimal | None = element(12, Real(5, 5, form="00.00"), M, "Nominal resolution", holds=TECHNICAL, note="pixels per millimetre; as NSR")
    DOM: Domain | None = element(13, One(Domain), O, "Domain name", since=E2000, note="NORAM where absent")
    GMT: datetime | None = element(14, GreenwichTime(), O, "Greenwich mean time (UTC)", since=E2000)
    DCS: tuple[CharacterSet, ...] = element(15, Sets(CharacterSet, 1, 1), O, "Character encoding", since=E2000, was={E2007: Sets(CharacterSet)})
    APS: tuple[ApplicationProfile, ...] = element(16, Sets(ApplicationProfile, 1, 99), O, "Application profile specifications", since=E2011)
    ANM: AgencyNames | None = element(17, One(AgencyNames), O, "Agency names", since=E2011)
    GNS: str | None = element(18, A(3, 4, one_of="ISO GENC"), O, "Geographic name set", since=E2013, note="ISO where absent")
