"""Type-11: voice data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from nistitl.base.editions import E2013
from nistitl.declare.conditions import M_UP, O_UP, TECHNICAL, D, M, O
from nistitl.declare.element import FieldRange, element
from nistitl.declare.items import Items, One, Sets, Values, item, items
from nistitl.declare.values import AN, ANS, NS, A, Data, Date, H, Joined, N, Real, U
from nistitl.model.kinds import record
from nistitl.model.record import Record
from nistitl.records import shared
from nistitl.records.shared import Annotation, AssociatedContextLink, DiaryEntry, ExternalFile, SourceLink, VocalContent


@items
class SourceOrganization(Items):
    """Voice recording source organization, 11.005."""

    STC: str | None = item(A(1, 1, table="STC"), M_UP, "source organization type code")
    SON: str | None = item(U(1, 400), O_UP, "source organization name")
    POC: str | None = item(U(1, 200), O_UP, "point of contact")
    CSC: str | None = item(AN(2, 3), O_UP, "source organization country code", note="by 1.018 GNS")


@items
class ContentDescriptor(Items):
    """Voice recording content descriptor, 11.006."""

    AVI: str | None = item(A(1, 1, table="AVI"), M_UP, "assigned voice indicator")
    SPC: str | None = item(A(1, 1, table="SPC"), O_UP, "speaker plurality code")
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)


@items
class RecordingDevice(Items):
    """Audio recording device, 11.007."""

    RDD: str | None = item(U(1, 4000), O_UP, "recording device descriptive text", unverified=True)
    MAK: str | None = item(U(1, 50), O_UP, "make")
    MOD: str | None = item(U(1, 50), O_UP, "model")
    SER: str | None = item(ANS(1, 50), O_UP, "serial number")


@items
class VoiceAcquisition(Items):
    """Acquisition source, 11.008."""

    AQC: int | None = item(N(1, 2, "11..31", table="AQT"), M_UP, "acquisition source type code")
    A2D: str | None = item(U(1, 200), D, "analog to digital conversion", unverified=True)
    FDN: str | None = item(U(1, 200), D, "radio transmission format description", unverified=True)
    AQSC: str | None = item(U(1, 200), O_UP, "acquisition special characteristics", unverified=True)


@items
class RecordingDuration(Items):
    """Total recording duration, 11.011."""

    TIM: int | None = item(N(1, 11, "1..99999999999"), O_UP, "voice recording time", note="microseconds")
    CBY: int | None = item(N(1, 14), O_UP, "compressed bytes")
    TSM: int | None = item(N(1, 14), O_UP, "total digital samples")


@items
class PhysicalMedia(Items):
    """Physical media object, 11.012."""

    MTD: str | None = item(U(1, 300), M_UP, "media type description")
    RSP: str | None = item(NS(1, 9), O_UP, "recording speed")
    RSU: str | None = item(U(1, 300), D, "recording speed measurement units", unverified=True, note="with RSP")
    EQD: str | None = item(U(1, 300), O_UP, "equalization description", unverified=True)
    TRC: int | None = item(N(1, 4, "1..9999"), O_UP, "track count")
    STK: tuple[int, ...] | None = item(Joined(N(1, 5), "|", 1), O_UP, "speaker track number list")
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)


@items
class Container(Items):
    """Container, 11.013."""

    CONC: int | None = item(N(1, 2, table="CONC"), M_UP, "container code")
    ECON: str | None = item(U(1, 300), D, "external container reference code", unverified=True)
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)


@items
class Codec(Items):
    """Codec, 11.014."""

    CODC: int | None = item(N(1, 2, table="CODC"), M_UP, "codec code")
    SRTN: int | None = item(N(1, 9, "0..100000000"), O_UP, "sampling rate number", note="Hz; 0: unknown")
    BITD: int | None = item(N(1, 4, "0..1024"), O_UP, "bit depth count")
    ENDC: int | None = item(N(1, 1, table="ENDC"), O_UP, "endian code")
    NFMT: str | None = item(ANS(2, 5), O_UP, "numeric format", unverified=True, note="such as f32")
    CHC: int | None = item(N(1, 4, "1..9999"), O_UP, "channel count")
    ECOD: str | None = item(U(1, 300), D, "external codec reference code", note="with CODC = 1")
    COM: str | None = item(U(1, 4000), O_UP, "comment", note="with CODC = 2")


@items
class Redaction(Items):
    """Redaction, 11.021."""

    RDI: int | None = item(N(1, 1, "0..2", table="RDI"), M_UP, "redaction indicator", unverified=True)
    RDA: str | None = item(U(1, 300), O_UP, "redaction authority organization name")
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)


@items
class Discontinuities(Items):
    """Discontinuities, 11.023."""

    DCI: int | None = item(N(1, 1, "0..2", table="RDI"), M_UP, "discontinuity indicator")
    CTA: str | None = item(U(1, 300), O_UP, "cutting/segmentation authority organization name")
    COM: str | None = item(U(1, 4000), O_UP, "comment")


@items
class VocalDiaryEntry(Items):
    """Vocal content diary, 11.026."""

    SID: int | None = item(N(1, 6, "1..600000"), M_UP, "segment identifier", note="once in a diary")
    TRK: tuple[int, ...] | None = item(Joined(N(1, 5), "|", 1), O_UP, "track and channel number list", note="numbers to 9999")
    RST: int | None = item(N(1, 11), M_UP, "relative start time", note="microseconds")
    RET: int | None = item(N(1, 11), M_UP, "relative end time", unverified=True, note="microseconds, after RST")
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)
    TDT: date | None = item(Date(), O_UP, "date of tagged start")
    TST: str | None = item(ANS(6, 15), O_UP, "tagged start time", unverified=True)
    TET: str | None = item(ANS(6, 15), O_UP, "tagged end time", unverified=True)
    ORD: date | None = item(Date(), O_UP, "original recording date", unverified=True)
    SRT: str | None = item(ANS(6, 15), O_UP, "segment recording start time", unverified=True)
    END: str | None = item(ANS(6, 15), O_UP, "segment recording end time", unverified=True)
    TMD: str | None = item(U(1, 300), O_UP, "time source description")
    TCOM: str | None = item(U(1, 4000), O_UP, "timing comment", unverified=True)


@items
class OtherDiaryEntry(Items):
    """Other content diary, 11.028."""

    SID: int | None = item(N(1, 6, "1..600000"), M_UP, "segment identifier", note="once in a diary")
    TRK: tuple[int, ...] | None = item(Joined(N(1, 5), "|", 1), O_UP, "track and channel number list", note="numbers to 9999")
    RST: int | None = item(N(1, 11), M_UP, "relative start time", note="microseconds")
    RET: int | None = item(N(1, 11), M_UP, "relative end time", unverified=True, note="microseconds, after RST")
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)
    TDT: date | None = item(Date(), O_UP, "date of tagged start", unverified=True)
    TST: str | None = item(ANS(6, 15), O_UP, "tagged start time", unverified=True)
    TET: str | None = item(ANS(6, 15), O_UP, "tagged end time", unverified=True)
    ORD: date | None = item(Date(), O_UP, "original recording date", unverified=True)
    SRT: str | None = item(ANS(6, 15), O_UP, "segment recording start time", unverified=True)
    END: str | None = item(ANS(6, 15), O_UP, "segment recording end time", unverified=True)
    TMD: str | None = item(U(1, 300), O_UP, "time source description")
    TCOM: str | None = item(U(1, 4000), O_UP, "timing comment", unverified=True)


@items
class SegmentLocation(Items):
    """Vocal segment geographical information, 11.032."""

    SIL: tuple[int, ...] | None = item(Joined(N(1, 6), "|", 1), M_UP, "segment identifier list", note="0: all segments")
    SCT: str | None = item(U(1, 100), O_UP, "segment cell phone tower code")
    LTD: Decimal | None = item(Real(1, 9, "-90..90"), D, "latitude degree value", note="with LGD")
    LTM: Decimal | None = item(Real(1, 8, "0..60"), D, "latitude minute value", note="below 60; with integral LTD only")
    LTS: Decimal | None = item(Real(1, 8, "0..60"), D, "latitude second value", note="below 60; with integral LTM only")
    LGD: Decimal | None = item(Real(1, 10, "-180..180"), D, "longitude degree value", note="with LTD")
    LGM: Decimal | None = item(Real(1, 8, "0..60"), D, "longitude minute value", note="below 60; with integral LGD only")
    LGS: Decimal | None = item(Real(1, 8, "0..60"), D, "longitude second value", note="below 60; with integral LGM only")
    ELE: Decimal | None = item(Real(1, 8, "-422.000..8848.000"), O_UP, "elevation")
    GDC: str | None = item(AN(3, 6, table="GDC"), O_UP, "geodetic datum code")
    GCM: str | None = item(AN(2, 3), D, "geographic coordinate UTM zone", note="zone and band, such as 17S")
    GCE: int | None = item(N(1, 6), D, "geographic coordinate UTM easting")
    GCN: int | None = item(N(1, 8), D, "geographic coordinate UTM northing")
    GRT: str | None = item(U(1, 150), O_UP, "geographic reference text")
    OSI: str | None = item(U(1, 10, table="OSI", open=True), O_UP, "geographic coordinate other system identifier")
    OCV: str | None = item(U(1, 126), D, "geographic coordinate other system value", note="with OSI, and only then")


@items
class SegmentQualityValue(Items):
    """Vocal segment quality values, 11.033."""

    SIL: tuple[int, ...] | None = item(Joined(N(1, 6), "|", 1), M_UP, "segment identifier list", note="0: all segments")
    QVU: int | None = item(N(1, 3, "0..100, 254, 255", table="QVU"), M_UP, "quality value", holds=TECHNICAL)
    QAV: str | None = item(H(4, 4), M_UP, "algorithm vendor identification", holds=TECHNICAL, note="registered by IBIA")
    QAP: int | None = item(N(1, 5, "0..65535"), M_UP, "algorithm product identification", holds=TECHNICAL)
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)


@items
class ProcessingPriority(Items):
    """Vocal segment processing priority, 11.035."""

    SIL: tuple[int, ...] | None = item(Joined(N(1, 6), "|", 1), M_UP, "segment identifier list", note="0: all segments")
    PTY: int | None = item(N(1, 1, "1..9"), M_UP, "processing priority")


@items
class SegmentContent(Items):
    """Vocal segment content description, 11.036."""

    SIL: tuple[int, ...] | None = item(Joined(N(1, 6), "|", 1), M_UP, "segment identifier list", note="0: all segments")
    TRN: str | None = item(U(1, 100000), O_UP, "transcript text", unverified=True)
    LNG: str | None = item(A(3, 3), D, "transcript language", note="ISO 639-3")
    PTT: str | None = item(U(1, 100000), O_UP, "phonetic transcript text", unverified=True)
    PTC: str | None = item(U(1, 100), D, "phonetic transcript convention")
    TLT: str | None = item(U(1, 100000), O_UP, "translation text", unverified=True)
    TLG: str | None = item(A(3, 3), D, "translation language", note="ISO 639-3")
    COM: str | None = item(U(1, 4000), O_UP, "segment content comment", unverified=True)
    TAC: str | None = item(U(1, 4000), O_UP, "transcript authority comment text", unverified=True)


@items
class SpeakerCharacteristics(Items):
    """Vocal segment speaker characteristics, 11.037."""

    SIL: tuple[int, ...] | None = item(Joined(N(1, 6), "|", 1), M_UP, "segment identifier list", note="0: all segments")
    SPL: tuple[str, ...] | None = item(Joined(U(1), "|", 1), O_UP, "speaker identifiers list", unverified=True)
    T2C: tuple[int, ...] | None = item(Joined(N(1, 2), "|", 1), O_UP, "Type-2 record cross reference list", holds=TECHNICAL, unverified=True, note="IDCs of Type-2", idc_of=(2,))
    IMP: int | None = item(N(1, 1, "0..5"), O_UP, "impairment level number")
    DSL: str | None = item(A(3, 3), O_UP, "dominant spoken language code", note="ISO 639-3")
    LPS: int | None = item(N(1, 1, "0..9"), O_UP, "language proficiency scale number")
    STY: int | None = item(N(1, 2, table="STY"), O_UP, "speech style code")
    INT: int | None = item(N(1, 1, "0..9"), O_UP, "intelligibility scale code", unverified=True)
    FDC: int | None = item(N(1, 1, "0..5"), O_UP, "familiarity degree code", unverified=True)
    HCM: str | None = item(U(1, 4000), O_UP, "health comment", unverified=True)
    EMC: int | None = item(N(1, 2, table="EMC"), O_UP, "emotional state code")
    VES: int | None = item(N(1, 1, "0..5"), O_UP, "vocal effort scale number")
    VSC: int | None = item(N(1, 2, table="VSC"), O_UP, "vocal style code")
    RAI: int | None = item(N(1, 1, "0..2", table="RAI"), O_UP, "recording awareness indicator")
    SCR: str | None = item(U(1, 9999), O_UP, "script text", unverified=True)
    COM: str | None = item(U(1, 4000), O_UP, "comment")


@items
class SegmentChannel(Items):
    """Vocal segment channel, 11.038."""

    SIL: tuple[int, ...] | None = item(Joined(N(1, 6), "|", 1), M_UP, "segment identifier list", note="0: all segments")
    ACD: int | None = item(N(1, 2, table="ACD"), O_UP, "audio capture device code")
    MTC: int | None = item(N(1, 1, table="MTC"), O_UP, "microphone type code")
    ENV: str | None = item(U(1, 4000), O_UP, "capture environment description", unverified=True)
    DST: int | None = item(N(1, 5), O_UP, "transducer distance", note="centimetres")
    AQC: int | None = item(N(1, 2, table="AQT"), O_UP, "acquisition source code")
    VMT: str | None = item(U(1, 4000), O_UP, "voice modification description", unverified=True)
    COM: str | None = item(U(1, 4000), O_UP, "comment", unverified=True)


@record(11, "Voice data", clause="ANSI/NIST-ITL 1-2011, 8.11", since=E2013, ranges=(
    FieldRange(15, 20, "RES", "reserved", E2013),
    FieldRange(29, 31, "RES", "reserved", E2013),
    FieldRange(39, 50, "RES", "reserved", E2013),
    FieldRange(52, 99, "RES", "reserved", E2013),
    FieldRange(100, 900, "UDF", "User-defined fields", E2013),
))
class Type11(Record):
    """Voice data. ANSI/NIST-ITL 1-2011, 8.11."""

    LEN: int | None = shared.UNBOUNDED_LEN(1, unverified=True)
    IDC: int | None = shared.IDC(2)
    AOD: int | None = element(3, N(1, 1, "0..5", table="AOD"), M, "Audio object descriptor code", since=E2013)
    SRC: str | None = shared.SRC(4)
    VRSO: SourceOrganization | None = element(5, One(SourceOrganization), O, "Voice recording source organization", since=E2013)
    VRC: ContentDescriptor | None = element(6, One(ContentDescriptor), O, "Voice recording content descriptor", since=E2013)
    AREC: RecordingDevice | None = element(7, One(RecordingDevice), O, "Audio recording device", since=E2013)
    AQS: VoiceAcquisition | None = element(8, One(VoiceAcquisition), O, "Acquisition source", since=E2013)
    RCD: str | None = element(9, ANS(14, 15), M, "Record creation date", since=E2013, note="YYYYMMDDHHMMSS, with or without Z")
    VRD: str | None = element(10, ANS(14, 15), O, "Voice recording creation date", since=E2013, note="YYYYMMDDHHMMSS, with or without Z")
    TRD: RecordingDuration | None = element(11, One(RecordingDuration), O, "Total recording duration", since=E2013)
    PMO: PhysicalMedia | None = element(12, One(PhysicalMedia), D, "Physical media object", since=E2013, note="with AOD 2, 3 or 4")
    CONT: Container | None = element(13, One(Container), D, "Container", since=E2013, note="with AOD 0 or 1")
    CDC: Codec | None = element(14, One(Codec), D, "Codec", since=E2013, note="where 11.013 is absent")
    RED: Redaction | None = element(21, One(Redaction), O, "Redaction", since=E2013)
    RDD: tuple[DiaryEntry, ...] = element(22, Sets(DiaryEntry, 1, 600000), D, "Redaction diary", since=E2013, note="with RDI = 1 only")
    DIS: Discontinuities | None = element(23, One(Discontinuities), O, "Discontinuities", since=E2013)
    DCD: tuple[DiaryEntry, ...] = element(24, Sets(DiaryEntry, 1, 600000), D, "Discontinuities diary", since=E2013, note="with DCI = 1 only")
    VOC: VocalContent | None = element(25, One(VocalContent), O, "Vocal content", since=E2013)
    VCD: tuple[VocalDiaryEntry, ...] = element(26, Sets(VocalDiaryEntry, 1, 600000), D, "Vocal content diary", since=E2013, note="with 11.025 DII = 1 only")
    OCON: VocalContent | None = element(27, One(VocalContent), O, "Other content", since=E2013)
    OCD: tuple[OtherDiaryEntry, ...] = element(28, Sets(OtherDiaryEntry, 1, 600000), D, "Other content diary", since=E2013, note="with 11.027 DII = 1 only")
    SGEO: tuple[SegmentLocation, ...] = element(32, Sets(SegmentLocation, 1, 600000), O, "Vocal segment geographical information", since=E2013)
    SQV: tuple[SegmentQualityValue, ...] = element(33, Sets(SegmentQualityValue, 1, 9), O, "Vocal segment quality values", since=E2013)
    VCI: tuple[int, ...] = element(34, Values(N(1, 6)), O, "Vocal segment collision identifier", since=E2013, note="segment of 11.026")
    PPY: tuple[ProcessingPriority, ...] = element(35, Sets(ProcessingPriority, 1, 9), O, "Vocal segment processing priority", since=E2013)
    VSCD: tuple[SegmentContent, ...] = element(36, Sets(SegmentContent, 1, 600000), O, "Vocal segment content description", since=E2013)
    SCC: tuple[SpeakerCharacteristics, ...] = element(37, Sets(SpeakerCharacteristics, 1, 600000), O, "Vocal segment speaker characteristics", since=E2013)
    SCH: tuple[SegmentChannel, ...] = element(38, Sets(SegmentChannel, 1, 600000), O, "Vocal segment channel", since=E2013)
    COM: str | None = element(51, U(1, 4000), O, "Comment", since=E2013, unverified=True)
    ANN: tuple[Annotation, ...] = shared.ANN(902)
    SAN: str | None = shared.SAN(993)
    EFR: ExternalFile | str | None = shared.EFR(994, since=E2013)
    ASC: tuple[AssociatedContextLink, ...] = shared.ASC(995)
    HAS: str | None = shared.HAS(996)
    SOR: tuple[SourceLink, ...] = shared.SOR(997)
    DATA: memoryview | None = element(999, Data("B"), D, "Voice record data", since=E2013, note="with AOD = 0 only")
