"""Relations between the fields and items of one record, as rows: what stands with what, what is how large.

A row is an error from VER 0500 on (below it a warning) unless it says otherwise; what no source confirms warns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.editions import E2000, E2007, E2011, E2013, E2015, E2025
from nistitl.base.findings import Severity
from nistitl.validation.relations import (
    UNVERIFIED,
    When,
    Where,
    bounded,
    codes_only,
    counted,
    exactly,
    excludes,
    items_exactly,
    items_need,
    items_only,
    items_required,
    items_together,
    needs,
    only,
    ordered,
    points_counted,
    points_distinct,
    points_inside,
    required,
    together,
    unique,
)

if TYPE_CHECKING:
    from nistitl.validation.rules import Rule

FROM_2007 = Where(since=E2007)
FROM_2011 = Where(since=E2011)
FROM_2013 = Where(since=E2013)
TO_2007 = Where(since=E2000, until=E2007, firm=True)
CERTAIN_2025, PROBABLE_2025 = Where(since=E2025), Where(Severity.WARNING, E2025)
FACE, SCARS = When("IMT", "FACE"), When("IMT", "SCAR MARK TATTOO")
PLACED = (10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 99)
ALONE = (10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 99)
SCANNED = (10, 13, 14, 15, 16, 17, 19, 20)


# -- items that stand in many record types ------------------------------------------------------

COMMON: list[Rule] = [
    *excludes(ALONE, "EFR", "DATA", FROM_2011),
    *together(SCANNED, "SHPS SVPS", Where(Severity.WARNING, E2007)),
    *items_exactly((10, 13, 14, 15, 19, 21, 22), "SUB", "SBSC SBCC", When("SSC", "D"), FROM_2013),
    *(
        row
        for types, field in ((PLACED, "GEO"), (11, "SGEO"))
        for row in (
            *items_together(types, field, "LTD LGD", FROM_2011),
            *items_together(types, field, "LTM LGM", FROM_2011),
            *items_together(types, field, "LTS LGS", FROM_2011),
            *items_together(types, field, "GCM GCE GCN", FROM_2011),
            *items_need(types, field, "OCV", "OSI", FROM_2011),
            *items_need(types, field, "OSI", "OCV", UNVERIFIED),
        )
    ),
]

# -- Type-9 -------------------------------------------------------------------------------------

INTO_ROI = "COR.CXC DEL.DXC MIN.MXC RCC.ACX RCC.BCX DOT.DOX INR.X1C INR.X2C CLD.X1D CLD.X2D REF.CLX POR.POX CPF.CXC"
DOWN_ROI = "COR.CYC DEL.DYC MIN.MYC RCC.ACY RCC.BCY DOT.DOY INR.Y1C INR.Y2C CLD.Y1D CLD.Y2D REF.CLY POR.POY CPF.CYC"

MINUTIAE: list[Rule] = [
    # OFR speaks for its block: level 1 tells what a block that was begun lacks
    *only(9, "OFR", When("FMT", "S")),
    *required(9, "OFR", When("FMT", "S"), UNVERIFIED),
    *counted(9, "MRCT", "MINT"),
    *counted(9, "MAT", "NMN", UNVERIFIED),
    # INCITS 378
    *counted(9, "FMD", "NOM"),
    *bounded(9, "FMD.MAN", "NOM"),
    *bounded(9, "RCI.CMI RCI.NMN", "NOM", FROM_2011),
    *bounded(9, "FMD.MXC CIN.XCC DIN.XCD", "HLL", below=True),
    *bounded(9, "FMD.MYC CIN.YCC DIN.YCD", "VLL", below=True),
    *only(9, "RCI CIN DIN", When("CBI.CFT", "514, 515"), FROM_2011),
    *needs(9, "ADA", "DIN"),
    # the extended feature set
    *excludes(9, "COR", "NCOR"),
    *excludes(9, "DEL", "NDEL"),
    *excludes(9, "DIS", "NDIS"),
    *excludes(9, "MIN", "NMIN"),
    *excludes(9, "DOT", "NDOT"),
    *excludes(9, "INR", "NINR"),
    *excludes(9, "CLD", "NCLD"),
    *excludes(9, "REF", "NREF"),
    *excludes(9, "POR", "NPOR"),
    *required(9, "RQM RFM", When("FSP", "3")),
    *required(9, "MRC", When("FSP", "11")),  # which needs MRA
    *needs(9, "RQM", "RQF"),
    *needs(9, "RQF", "RQM"),
    *needs(9, "RFM", "RFF"),
    *needs(9, "RFF", "RFM"),
    *needs(9, "RWM", "RWF"),
    *needs(9, "RWF", "RWM"),
    *needs(9, "MRC", "MRA"),
    *needs(9, "MRA", "MRC"),
    *needs(9, "RCC", "MRC", UNVERIFIED),
    *bounded(9, INTO_ROI, "ROI.EWI"),
    *bounded(9, DOWN_ROI, "ROI.EHI"),
    *points_inside(9, "DIS", "DFP", "ROI.EWI", "ROI.EHI", UNVERIFIED),
    *points_inside(9, "LQI", "LQP", "ROI.EWI", "ROI.EHI", UNVERIFIED),
    *points_inside(9, "AOC", "AOP", "ROI.EWI", "ROI.EHI", UNVERIFIED),
    *points_inside(9, "RPS", "", "ROI.EWI", "ROI.EHI", UNVERIFIED),
    *items_only(9, "FPP", "FSM OCF", When("FGP", "1..19, 40..50"), UNVERIFIED),
    *items_only(9, "PAT", "SUB", When("GCF", "AU WU")),
    *items_only(9, "PAT", "WDR", When("SUB", "PW CP DL AW")),
    *items_required(9, "MIN", "MRU MDU", When("MTY", "X"), UNVERIFIED),
    *items_only(9, "MFD", "FAV FAL", When("FME", "AUTO REV EDIT")),
    *items_only(9, "MFD", "ESN EGN EAF", When("FME", "MAN REV EDIT")),
    *items_exactly(9, "CPF", "CFN FOC", When("TOC", "F DF")),
    *items_required(9, "CPF", "CXC CYC", When("TOC", "P DP")),
    *items_only(9, "CPF", "CXC CYC", When("TOC", "P DP X")),
]

# -- Type-10 ------------------------------------------------------------------------------------

FACES: list[Rule] = [
    *only(10, "SAP FIP FPFI DIST LAF POS POA PAS SQS SPA SXS SEC SHC FFP TMC 3DF FEC OCC", FACE),
    *required(10, "SAP", FACE, FROM_2007),
    *only(10, "FIP FPFI", When("SAP", "0..20")),
    *items_only(10, "FPFI", "points", When("FIP.BBC", "F N X"), UNVERIFIED),
    *only(10, "POA", When("POS", "A")),
    *required(10, "SPA", When("POS", "D")),
    *required(10, "PAS SXS SEC SHC", When("SAP", "40, 50, 51"), FROM_2007),
    *required(10, "PAS SEC SHC", When("SAP", "42, 52"), Where(Severity.WARNING, E2007), " 42, 52"),
    *required(10, "FEC", When("TMC", "5")),
    *items_only(10, "PAS", "VSD", When("PAC", "VENDOR")),
    *items_required(10, "PAS", "VSD", When("PAC", "VENDOR"), UNVERIFIED),
    *only(10, "SMT SMD", SCARS),
    *required(10, "SMT", SCARS, TO_2007),
    *items_only(10, "SMD", "TAC TSC TDS", When("IMT", "TATTOO")),
    *items_only(10, "SMD", "TAC TSC", When("SMI", "TATTOO"), UNVERIFIED),
    *needs(10, "COL", "SMD"),
    *only(10, "CID", When("IMT", "LIP"), UNVERIFIED),
    *required(10, "CID", When("IMT", "LIP"), Where(Severity.WARNING, until=E2015)),
    *only(10, "VID", When("IMT", "EXTRAORAL INTRAORAL"), UNVERIFIED),
    *required(10, "VID", When("IMT", "EXTRAORAL INTRAORAL"), UNVERIFIED),
    # of a box the far sides are bounded; the near ones lie before them
    *bounded(10, "FIP.RHC FFP.HCX 3DF.HCX", "HLL"),
    *bounded(10, "FIP.BVC FFP.HCY 3DF.HCY", "VLL"),
    *ordered(10, "FIP.LHC<RHC FIP.TVC<BVC"),
    *points_inside(10, "FPFI", "points", "HLL", "VLL"),
    *points_inside(10, "FEC", "points", "HLL", "VLL"),
    *points_inside(10, "OCC", "points", "HLL", "VLL"),
    *points_counted(10, "FPFI FEC OCC"),
    *points_distinct(10, "FEC OCC"),
]

# -- friction ridge images: Types 13, 14, 15, 19 ------------------------------------------------

RIDGES: list[Rule] = [
    *exactly(13, "SPD", When("FGP", "19"), FROM_2007),
    *only(13, "PPC", When("FGP", "19"), FROM_2007),
    *bounded(13, "PPC.RHC", "HLL"),
    *bounded(13, "PPC.BVC", "VLL"),
    *ordered(13, "PPC.LHC<RHC PPC.TVC<BVC", strictly=False),
    *items_required(13, "REM", "KSL KSU SXA SYA SXB SYB", When("MDR", "RULER FORM"), UNVERIFIED),
    *exactly(14, "PPD", When("FGP", "19"), FROM_2007),
    *only(14, "PPC", When("FGP", "19"), FROM_2007),
    *bounded(14, "PPC.RHC SEG.RHC", "HLL"),
    *bounded(14, "PPC.BVC SEG.BVC", "VLL"),
    *ordered(14, "PPC.LHC<RHC PPC.TVC<BVC", strictly=False),
    *ordered(14, "SEG.LHC<RHC SEG.TVC<BVC"),
    *only(14, "SEG", When("FGP", "13, 14, 15, 40..54"), FROM_2007),
    *points_inside(14, "ASEG", "points", "HLL", "VLL"),
    *points_counted(14, "ASEG"),
    *points_distinct(14, "ASEG"),
    *bounded((15, 19), "SEG.RHC", "HLL"),
    *bounded((15, 19), "SEG.BVC", "VLL"),
    *ordered((15, 19), "SEG.LHC<RHC SEG.TVC<BVC"),
    *points_inside(19, "FSP", "points", "HLL", "VLL"),
    *points_counted(19, "FSP"),
    *points_distinct(19, "FSP"),
    *unique((14, 15, 19), "AMP.FRAP SEG.FRSP"),
    *unique(14, "ASEG.FRAS"),
    *unique(14, "NQM.FRNP", UNVERIFIED),
]

# -- Type-17 ------------------------------------------------------------------------------------

IRISES: list[Rule] = [
    *together(17, "RAE RAU"),
    *exactly(17, "SSV", When("EAS", "DEFINED"), FROM_2011),
    *ordered(17, "SSV.LOW<HIG", strictly=False),
    *(row for field in ("IPB", "ISB", "UEB", "LEB", "NEO") for row in points_inside(17, field, "points", "HLL", "VLL")),
    *points_counted(17, "IPB ISB UEB LEB NEO"),
    *points_distinct(17, "IPB ISB UEB LEB NEO"),
]

# -- what is no image ---------------------------------------------------------------------------

VOICES: list[Rule] = [
    *required(11, "DATA", When("AOD", "0"), UNVERIFIED),
    *only(11, "DATA", When("AOD", "0"), UNVERIFIED),
    *required(11, "EFR", When("AOD", "1"), UNVERIFIED),
    *only(11, "EFR", When("AOD", "1"), UNVERIFIED),
    *required(11, "PMO", When("AOD", "2, 3, 4"), UNVERIFIED),
    *only(11, "PMO", When("AOD", "2, 3, 4"), UNVERIFIED),
    *only(11, "RDD", When("RED.RDI", "1"), UNVERIFIED),
    *only(11, "DCD", When("DIS.DCI", "1"), UNVERIFIED),
    *only(11, "VCD", When("VOC.DII", "1"), UNVERIFIED),
    *only(11, "OCD", When("OCON.DII", "1"), UNVERIFIED),
    *items_need(11, "PMO", "RSP", "RSU", UNVERIFIED),
    *items_required(11, "CDC", "ECOD", When("CODC", "1"), UNVERIFIED),
    *items_required(11, "CDC", "COM", When("CODC", "2"), UNVERIFIED),
    *ordered(11, "RDD.RST<RET DCD.RST<RET VCD.RST<RET OCD.RST<RET", UNVERIFIED),
    *unique(11, "RDD.SID DCD.SID VCD.SID OCD.SID", UNVERIFIED),
]

DNA: list[Rule] = [
    *required(18, "STR", When("STI", "0"), FROM_2011),
    *required(18, "DMD", When("STI", "1"), FROM_2011),
    *required(18, "EPD", When("STI", "2"), FROM_2011),
    *required(18, "EPL", When("STI", "3"), FROM_2011),
    *required(18, "UDP", When("STI", "4"), FROM_2011),
    *together(18, "DGD GAP", FROM_2011),
    *items_required(18, "STR", "AL1", When("ALL", "1"), FROM_2011),
    *items_only(18, "STR", "AL1 AL2", When("ALL", "1"), FROM_2011),
    *items_need(18, "STR", "AL3", "AL2", FROM_2011),
    *ordered(18, "DMD.BSP<BEP", FROM_2011, strictly=False),
]

SOURCES: list[Rule] = [
    *items_required(20, "AQS", "A2D", When("AQT", "9, 13"), FROM_2011),
    *items_required(20, "AQS", "FDN", When("AQT", "23, 24"), FROM_2011),
    *only(20, "EFR", When("AQS.AQT", "0, 7..10, 12..31"), UNVERIFIED),
    *together(20, "HLL VLL SLC THPS TVPS CGA BPX CSP", UNVERIFIED),
    *ordered((20, 21), "TIX.TIS<TIE", FROM_2011),
    *points_inside(20, "SEG", "points", "HLL", "VLL"),
    *points_counted((20, 21), "SEG"),
]

# -- what is known of 2025 ----------------------------------------------------------------------

ROLLED = When("IMP", "1, 3, 21, 23, 25, 27..29, 41")  # or not known to be something else
NEWEST: list[Rule] = [
    *codes_only(14, "CGA", "WSQ20", ROLLED, CERTAIN_2025),
    *required(10, "TIF", When("CGA", "MEDIA"), PROBABLE_2025),
    *required((13, 14, 15, 19), "FCT", When("IMP", "43"), PROBABLE_2025),
    *required((13, 14, 15), "CSP", When("BPX", "9..99"), PROBABLE_2025),
    *items_only(14, "AMP", "MDC", When("ABC", "XX UP"), PROBABLE_2025),
]

TABLES: tuple[Rule, ...] = (*COMMON, *MINUTIAE, *FACES, *RIDGES, *IRISES, *VOICES, *DNA, *SOURCES, *NEWEST)
