"""Type-12: forensic dental and oral data."""

from __future__ import annotations

from datetime import date

from nistitl.base.editions import E2013
from nistitl.declare.conditions import M_UP, O_UP, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import AN, ANS, NS, A, Data, Date, Digits, Joined, N, U
from nistitl.model.kinds import record
from nistitl.model.record import Record
from nistitl.records import shared
from nistitl.records.shared import Annotation, AssociatedContextLink, ExternalFile, GeographicLocation


@items
class DentalSetting(Items):
    """Forensic dental setting, 12.003."""

    FACC: str | None = item(A(1, 1, table="FACC"), M_UP, "forensic analyst category code")
    FOPC: str | None = item(U(1, 1000), O_UP, "forensic organization point of contact", unverified=True)
    FSCC: str | None = item(AN(2, 3), O_UP, "forensic source country code", unverified=True, note="by 1.018 GNS")


@items
class DentalSubject(Items):
    """Dental subject information, 12.006."""

    DSC: str | None = item(A(1, 1, table="SUB_SSC"), M_UP, "subject status code")
    DLCD: date | None = item(Date(), O_UP, "date of last contact", unverified=True)
    DRLC: str | None = item(AN(2, 15), D, "range of last contact date estimate", note="Y, M, D with two digits each")
    DPBD: date | None = item(Date(), O_UP, "date of birth", unverified=True)
    DRBD: str | None = item(AN(2, 15), D, "range of birth date estimate", note="Y, M, D with two digits each")
    DPET: str | None = item(U(1, 50), O_UP, "ethnicity", unverified=True)
    DRAC: int | None = item(N(1, 1, "0..2"), O_UP, "DNA record availability code", note="0: unknown")
    DCLD: str | None = item(U(1, 4000), O_UP, "collection location description", unverified=True)
    DEDD: str | None = item(ANS(8, 15), O_UP, "estimated date of death", note="local date; Greenwich time occurs")
    DRDE: str | None = item(AN(2, 15), D, "range of death date estimate", note="Y, M, D, h, m with two digits each")
    DTER: str | None = item(U(1), D, "death time estimate rationale")
    DEAT: str | None = item(U(1), D, "death age estimate")


@items
class OriginalEncoding(Items):
    """Original dental encoding system information, 12.007."""

    OSNC: str | None = item(A(3, 6, table="DENTAL_SYSTEM"), M_UP, "original system name code")
    OSVT: str | None = item(U(1), D, "original system version text")
    OTPC: int | None = item(N(1, 1, "0..3", table="OTPC"), M_UP, "original tooth permanence category code")
    ORDG: int | None = item(N(2, 2, "11, 21, 31, 41, 51, 99", table="ORDG"), M_UP, "original restoration data granularity code")
    OMPN: int | None = item(N(1, 1, "0..4", table="OMPN"), O_UP, "original morphology and positional numbering code")


@items
class TransmittalEncoding(Items):
    """Transmittal dental encoding system information, 12.008."""

    TSNC: str | None = item(A(3, 6, table="DENTAL_SYSTEM"), M_UP, "transmittal system name code")
    TSVT: str | None = item(U(1, 100), D, "transmittal system version text")
    TTPC: int | None = item(N(1, 1, "0..3", table="OTPC"), M_UP, "transmittal tooth permanence category code")
    TRDG: int | None = item(N(2, 2, "11, 21, 31, 41, 51, 99", table="ORDG"), M_UP, "transmittal restoration data granularity code")
    TMPN: int | None = item(N(1, 1, "0..4", table="OMPN"), O_UP, "transmittal morphology and positional numbering code")


@items
class DentalHistory(Items):
    """Dental history data detail, 12.009."""

    HARC: str | None = item(NS(3, 30), M_UP, "dental history ADA reference code", note="ANSI/ADA 1058")
    HADT: str | None = item(U(1), O_UP, "additional descriptive text", unverified=True)


@items
class ToothData(Items):
    """Tooth data detail, 12.010."""

    TDR: date | None = item(Date(), O_UP, "date of recording", unverified=True)
    TDRR: str | None = item(AN(2, 15), D, "recording date estimate range", unverified=True)
    TID: str | None = item(Digits(2, 2, table="TOOTH_ID"), M_UP, "tooth ID", note="two digits, FDI")
    TOET: str | None = item(U(1), O_UP, "original system encoding text", unverified=True)
    TARC: tuple[str, ...] | None = item(Joined(NS(1), "|", 3), M_UP, "ADA reference code list", note="ANSI/ADA 1058")
    TTET: str | None = item(U(1), O_UP, "transmitted encoding text", unverified=True)
    TICC: int | None = item(N(1, 1, "0..2", table="TICC"), O_UP, "tooth ID certainty code")
    TADT: str | None = item(U(1), O_UP, "additional descriptive text", unverified=True)


@items
class MouthData(Items):
    """Mouth data detail, 12.011."""

    MDR: date | None = item(Date(), O_UP, "date of recording", unverified=True)
    MDRR: str | None = item(AN(2, 15), D, "recording date estimate range", unverified=True)
    MARC: tuple[str, ...] | None = item(Joined(NS(1), "|", 3), M_UP, "ADA reference code list", note="ANSI/ADA 1058")
    MADT: str | None = item(U(1), O_UP, "additional descriptive text", unverified=True)


@items
class DentalCast(Items):
    """Dental casts and impressions, 12.012."""

    SDR: date | None = item(Date(), O_UP, "date of recording", unverified=True)
    SDRR: str | None = item(AN(3, 15), D, "recording date estimate range", unverified=True)
    SRC: int | None = item(N(1, 1, "1..4", table="DSTI"), M_UP, "reference code")
    SADT: str | None = item(U(1), O_UP, "additional descriptive text", unverified=True)


@record(12, "Forensic dental and oral data", clause="ANSI/NIST-ITL 1-2011, 8.12", since=E2013, ranges=(
    FieldRange(13, 19, "RES", "reserved", E2013),
    FieldRange(21, 46, "RES", "reserved", E2013),
    FieldRange(200, 900, "UDF", "User-defined fields", E2013),
))
class Type12(Record):
    """Forensic dental and oral data. ANSI/NIST-ITL 1-2011, 8.12."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    FDS: DentalSetting | None = element(3, One(DentalSetting), O, "Forensic dental setting", since=E2013)
    SRC: str | None = shared.SRC(4)
    DSI: DentalSubject | None = element(6, One(DentalSubject), M, "Dental subject information", since=E2013)
    ODES: OriginalEncoding | None = element(7, One(OriginalEncoding), D, "Original dental encoding system information", since=E2013)
    TDES: TransmittalEncoding | None = element(8, One(TransmittalEncoding), D, "Transmittal dental encoding system information", since=E2013)
    HDD: tuple[DentalHistory, ...] = element(9, Sets(DentalHistory), O, "Dental history data detail", since=E2013)
    TDD: tuple[ToothData, ...] = element(10, Sets(ToothData), O, "Tooth data detail", since=E2013)
    MDD: tuple[MouthData, ...] = element(11, Sets(MouthData), O, "Mouth data detail", since=E2013)
    DSTI: tuple[DentalCast, ...] = element(12, Sets(DentalCast), O, "Dental casts and impressions", since=E2013)
    COM: str | None = element(20, U(1), O, "Comment", since=E2013, unverified=True)
    CON: str | None = shared.CON(47)
    ANN: tuple[Annotation, ...] = shared.ANN(902)
    T10C: tuple[int, ...] = element(990, Values(N(1, 2), 1, 99), O, "Type-10 record cross reference", since=E2013, unverified=True, note="IDCs of Type-10", idc_of=(10,))
    T22C: tuple[int, ...] = element(991, Values(N(1, 2), 1, 99), O, "Type-22 record cross reference", since=E2013, unverified=True, note="IDCs of Type-22", idc_of=(22,))
    T2C: int | None = shared.T2C(992, unverified=True)
    SAN: str | None = shared.SAN(993)
    EFR: ExternalFile | str | None = shared.EFR(994, condition=O, since=E2013)
    ASC: tuple[AssociatedContextLink, ...] = shared.ASC(995)
    HAS: str | None = shared.HAS(996)
    GEO: GeographicLocation | None = shared.GEO(998)
    DATA: memoryview | None = element(999, Data("B"), O, "Dental chart data", since=E2013, unverified=True)
