"""Type-18: DNA data."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from nistitl.base.editions import E2011, E2015
from nistitl.declare.conditions import M_UP, O_UP, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import AN, ANS, AS, NS, A, Base64, Date, GreenwichTime, N, Real, U
from nistitl.model.kinds import record
from nistitl.model.record import Record
from nistitl.records import shared
from nistitl.records.shared import Annotation, AssociatedContextLink, ExternalFile, GeographicLocation


@items
class DnaLaboratorySetting(Items):
    """DNA laboratory setting, 18.003."""

    UTY: int | None = item(N(1, 1, "1..4", table="DNA_UTY"), M_UP, "unit type")
    LTY: str | None = item(A(1, 1, table="DNA_LTY"), O_UP, "lab type")
    ACC: str | None = item(ANS(1), O_UP, "accreditation", unverified=True, note="level and scope letters, joined by commas, such as 1D,3N; 0 none; 255 unknown")
    NOO: str | None = item(U(1, 300), O_UP, "name of organization", unverified=True)
    POC: str | None = item(U(1, 300), O_UP, "point of contact", unverified=True)
    CSC: str | None = item(AN(2, 3), O_UP, "ISO/GENC country code", note="by 1.018 GNS")
    ION: str | None = item(U(1, 100), O_UP, "international organization name")


@items
class SampleDonorInformation(Items):
    """Sample donor information, 18.006."""

    DSD: int | None = item(N(1, 1, "0..2", table="DNA_DSD"), M_UP, "DNA sample donor")
    GID: str | None = item(A(1, 1, table="DNA_GID"), O_UP, "gender ID")
    DLC: date | None = item(Date(), O_UP, "date of last contact")
    DOB: date | None = item(Date(), O_UP, "date of birth")
    EGP: str | None = item(U(1, 50), O_UP, "ethnic group")
    DRA: int | None = item(N(1, 1, "0, 1, 2", table="DNA_DRA"), O_UP, "dental records available")
    LLC: str | None = item(U(1, 100), O_UP, "location of sample collection", unverified=True)
    SDS: int | None = item(N(1, 1, "0, 1, 2", table="DNA_SDS"), O_UP, "sample donor status")


@items
class PedigreeInformation(Items):
    """Pedigree information, 18.009."""

    PID: str | None = item(U(1, 64), M_UP, "pedigree ID", unverified=True)
    PMI: str | None = item(U(1, 64), M_UP, "pedigree member ID", unverified=True)
    PMS: str | None = item(A(1, 1, table="DNA_PMS"), M_UP, "pedigree member status")
    SID: str | None = item(U(1, 64), M_UP, "sample ID", unverified=True)
    FID: str | None = item(U(1, 64), O_UP, "father ID", unverified=True)
    MID: str | None = item(U(1, 64), O_UP, "mother ID", unverified=True)
    PCM: str | None = item(U(1, 1024), O_UP, "pedigree comment", unverified=True)


@items
class SampleType(Items):
    """Sample type, 18.010."""

    SCT: int | None = item(N(1, 2, table="DNA_SCT"), M_UP, "sample cellular type")
    SMO: str | None = item(A(2, 2, table="DNA_SMO"), O_UP, "sample origin")


@items
class DnaProfileData(Items):
    """DNA profile data, 18.015."""

    PTP: int | None = item(N(1, 1, "0, 1", table="DNA_PTP"), M_UP, "profile type")
    RES: int | None = item(N(1, 2, "0..10", table="DNA_RES"), O_UP, "result")
    PRF: str | None = item(U(1, 64), M_UP, "profile ID")
    SUP: str | None = item(U(1, 100), O_UP, "supplemental message")
    DPC: str | None = item(U(1, 100), O_UP, "DNA profile comment")


@items
class AutosomalStrXStrAndYStr(Items):
    """Autosomal STR, X-STR and Y-STR, 18.016."""

    DST: int | None = item(N(1, 1, "0, 1, 2", table="DNA_DST"), M_UP, "DNA STR type")
    DLR: int | None = item(N(1, 3, "1..200"), M_UP, "DNA locus reference", note="locus of STRBase")
    ALL: int | None = item(N(1, 1, "0, 1", table="STR_ALL"), M_UP, "allele indicator")
    LAI: int | None = item(N(1, 1, "0, 1", table="STR_LAI"), M_UP, "locus analysis indicator")
    PCDT: int | None = item(N(1, 1, "0, 1", table="STR_PCDT"), M_UP, "precise call indicator")
    AL1: str | None = item(NS(1, 4), D, "allele call 1", note="with ALL = 1, such as 11 or 23.3")
    AL2: str | None = item(NS(1, 4), D, "allele call 2", note="with AL1")
    AL3: str | None = item(NS(1, 4), D, "allele call 3", note="with AL2")
    BID: str | None = item(U(1, 32), O_UP, "batch ID")
    ECR: str | None = item(U(1, 3), O_UP, "electropherogram cross reference", unverified=True, note="EIR of 18.019")
    LCR: str | None = item(U(1, 3), O_UP, "electropherogram ladder cross reference", unverified=True, note="LIR of 18.023")
    KID: str | None = item(U(1, 32), M_UP, "kit ID", unverified=True)
    KNM: str | None = item(U(1, 32), O_UP, "kit name")
    KMF: str | None = item(U(1, 32), O_UP, "kit manufacturer")
    KDS: str | None = item(U(1, 64), O_UP, "kit description", unverified=True)


@items
class MitochondrialDnaData(Items):
    """Mitochondrial DNA data, 18.017."""

    MT1: str | None = item(AS(546, 1000, table="DNA_IUPAC", each=True), M_UP, "mito control region 1", unverified=True, note="IUPAC letters")
    MT2: str | None = item(AS(576, 1000, table="DNA_IUPAC", each=True), M_UP, "mito control region 2", unverified=True, note="IUPAC letters")
    BSP: int | None = item(N(1, 5, "1.."), M_UP, "base starting position")
    BEP: int | None = item(N(1, 5), M_UP, "base ending position", note="from BSP")
    BCA: int | None = item(N(1, 4), M_UP, "adenine count", unverified=True)
    BCG: int | None = item(N(1, 4), M_UP, "guanine count", unverified=True)
    BCC: int | None = item(N(1, 4), M_UP, "cytosine count", unverified=True)
    BCT: int | None = item(N(1, 4), M_UP, "thymine count", unverified=True)


@items
class ElectropherogramDescription(Items):
    """Electropherogram description, 18.019."""

    EIR: str | None = item(U(1, 3), M_UP, "electropherogram image reference", unverified=True)
    EST: str | None = item(U(1), M_UP, "electropherogram file storage type", unverified=True, note="file suffix")
    IDD: str | None = item(U(1), M_UP, "image data descriptor", unverified=True)
    ELPD: str | None = item(Base64(1), O_UP, "electropherogram data", unverified=True, note="ELPD or EPS")
    EPS: str | None = item(Base64(1), O_UP, "electropherogram screenshot", unverified=True)


@items
class DnaGenotypeAllelePair(Items):
    """DNA genotype allele pair, 18.021."""

    GLR: int | None = item(N(1, 3), M_UP, "genotype locus reference")
    ALP: str | None = item(ANS(3, 9), M_UP, "allele pair", note="two alleles joined by a comma")
    GNW: Decimal | None = item(Real(1, 7, "0..1"), M_UP, "genotype numerical weight", unverified=True)


@items
class ElectropherogramLadder(Items):
    """Electropherogram ladder, 18.023."""

    LIR: str | None = item(U(1), M_UP, "ladder image reference", unverified=True)
    LST: str | None = item(U(1), M_UP, "ladder file storage type", unverified=True)
    LDD: str | None = item(U(1), M_UP, "ladder data descriptor", unverified=True)
    LEPD: str | None = item(Base64(1), O_UP, "ladder data", unverified=True)
    LES: str | None = item(Base64(1), O_UP, "ladder screenshot", unverified=True)


@record(18, "DNA data", clause="ANSI/NIST-ITL 1-2011, 8.18", since=E2011, ranges=(
    FieldRange(24, 199, "RES", "reserved", E2011),
    FieldRange(200, 900, "UDF", "User-defined fields", E2011),
))
class Type18(Record):
    """DNA data. ANSI/NIST-ITL 1-2011, 8.18."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    DLS: DnaLaboratorySetting | None = element(3, One(DnaLaboratorySetting), M, "DNA laboratory setting", since=E2011)
    SRC: str | None = shared.SRC(4)
    NAL: int | None = element(5, N(1, 1, "0, 1", table="DNA_NAL"), M, "Number of analyses flag", since=E2011)
    SDI: SampleDonorInformation | None = element(6, One(SampleDonorInformation), M, "Sample donor information", since=E2011)
    COPR: int | None = element(7, N(1, 1, "1..7", table="DNA_REL"), D, "Claimed or purported relationship", since=E2011)
    VRS: int | None = element(8, N(1, 1, "1..7", table="DNA_REL"), O, "Validated relationship", since=E2011)
    PED: PedigreeInformation | None = element(9, One(PedigreeInformation), O, "Pedigree information", since=E2011)
    STY: SampleType | None = element(10, One(SampleType), M, "Sample type", since=E2011)
    STI: tuple[int, ...] = element(11, Values(N(1, 1, "0..4", table="DNA_STI"), 1, 5), M, "Sample typing information", since=E2011)
    SCM: str | None = element(12, U(1, 255), O, "Sample collection method", since=E2011)
    SCD: datetime | None = element(13, GreenwichTime(), M, "Sample collection date", since=E2011)
    PSD: datetime | None = element(14, GreenwichTime(), M, "Profile storage date", since=E2011)
    DPD: DnaProfileData | None = element(15, One(DnaProfileData), D, "DNA profile data", since=E2011, was={E2011: M})
    STR: tuple[AutosomalStrXStrAndYStr, ...] = element(16, Sets(AutosomalStrXStrAndYStr), D, "Autosomal STR, X-STR and Y-STR", since=E2011, note="with STI 0")
    DMD: MitochondrialDnaData | None = element(17, One(MitochondrialDnaData), D, "Mitochondrial DNA data", since=E2011, note="with STI 1")
    UDP: tuple[str, ...] = element(18, Values(U(0)), D, "DNA user-defined profile data", since=E2011, note="with STI 4; may be empty")
    EPD: tuple[ElectropherogramDescription, ...] = element(19, Sets(ElectropherogramDescription), D, "Electropherogram description", since=E2011, note="with STI 2")
    DGD: int | None = element(20, N(1, 1, "0, 1", table="DNA_DGD"), O, "DNA genotype distribution", since=E2011)
    GAP: tuple[DnaGenotypeAllelePair, ...] = element(21, Sets(DnaGenotypeAllelePair), D, "DNA genotype allele pair", since=E2011, note="with 18.020, and only then")
    COM: str | None = shared.COM(22, since=E2011)
    EPL: tuple[ElectropherogramLadder, ...] = element(23, Sets(ElectropherogramLadder), D, "Electropherogram ladder", since=E2011, note="with STI 3")
    ANN: tuple[Annotation, ...] = shared.ANN(902)
    T2C: int | None = shared.T2C(992)
    SAN: str | None = shared.SAN(993)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2015)
    ASC: tuple[AssociatedContextLink, ...] = shared.ASC(995)
    GEO: GeographicLocation | None = shared.GEO(998)
