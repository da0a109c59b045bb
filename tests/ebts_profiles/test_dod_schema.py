"""The table of the DoD's EBTS 4.1 beside its own XML schema, where both say the same thing: codes and types."""

from __future__ import annotations

import pytest

import ebts_profiles
from tests.support.samples import SCHEMAS

SCHEMA = SCHEMAS / "itl2015-niem4" / "dod_ebts" / "4.1" / "dod_ebts.xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"
PROFILE = ebts_profiles.DOD_4_1
# a simple type of the schema, our list of codes, and those that only the rule files have, which we take too
SAME = (
    ("ContactTelephoneCategoryCode", "PH_TYP", ""),
    ("OrganizationCategoryCode", "GMTYP", "SOC"),
    ("PalmPrintImageOmittedReasonCode", "IOMITTED", ""),
    ("IrisImageOmittedReasonCode", "IOMITTED", ""),
    ("FacialImageOmittedReasonCode", "FOMITTED", ""),
    ("AssociatedIndividualCategoryCode", "ROLE", ""),
    ("CaveatCategoryCode", "CAVEAT", ""),
    ("CaveatSourceReliability", "RELIABILITY", ""),
    ("CaveatContentReliability", "CREDIBILITY", ""),
    ("EmployedBy", "EMPLOY_BY", ""),
    ("EncounterMissionCategoryCode", "ENCTR_MSN", "AC"),
    ("IdentifierCategoryCode", "CANDIDATE_ID", ""),
    ("MaritalStatusCode", "SUBJ_MARITAL", "MSP SGL"),
    ("OperationalPersonnelCategoryCode", "PERSONNEL_ROLE", ""),
    ("PersonAlternateNameCategoryCode", "NAMCATCD", ""),
    ("PersonCategoryCode", "PERSON_TYPE", "DISTINGUISHED_CIVILIAN FOREIGN_NATION_HIRE_CONTRACTOR_OCONUS"),
    ("PersonInformationValidityCode", "VALIDITY", "MEA"),
    ("PersonSecurityClearanceCode", "CLRCD", ""),
    ("PersonVitalStatusCode", "VSCD", ""),
    ("ProperNameTransliterationCode", "TRANSLIT_CD", "Hindu NONE"),
    ("RecordCategoryCode", "RECORD", ""),
    ("TransportCategoryCode", "TRANSPORT", "ANML OTH VESSEL"),
    ("TransportIDCategoryCode", "TRANSPORT_ID", "LICENSE"),
)


@pytest.fixture(scope="module")
def enumerations() -> dict[str, set[str]]:
    """The codes of every simple type of the schema."""
    etree = pytest.importorskip("lxml.etree", reason="lxml reads the schema")
    if not SCHEMA.is_file():
        pytest.skip(f"no schemas at {SCHEMAS}; NISTITL_SCHEMAS names their folder")
    types = etree.parse(str(SCHEMA)).iterfind(f".//{XS}simpleType")
    return {one.get("name"): {code.get("value") for code in one.iterfind(f".//{XS}enumeration")} for one in types}


def codes(name: str) -> set[str]:
    return {row.code for row in PROFILE.dictionary.code_lists.table(name).codes}


@pytest.mark.parametrize(("kind", "name", "more"), SAME, ids=[row[0] for row in SAME])
def test_codes(enumerations: dict[str, set[str]], kind: str, name: str, more: str) -> None:
    schema, table_ = enumerations[f"{kind}SimpleType"], codes(name)
    assert schema <= table_
    assert table_ - schema == set(more.split())


def test_transaction_types(enumerations: dict[str, set[str]]) -> None:
    schema, known = enumerations["TOTCodeSimpleType"], set(PROFILE.tots)
    assert schema <= known
    assert known - schema == {"FIDR"}
