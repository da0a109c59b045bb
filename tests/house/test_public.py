"""Public names keep working: what README.md, `nistitl/__init__.py`, an entry point or a TOML table names.

A name leaves this list only with a release that says so in the changelog.
"""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from typing import Any

import pytest

import nistitl
from tests.support.samples import PACKAGES, ROOT

NAMES = """
nistitl: ClosedError Edition FieldError Finding ITLError Location MissingDependency PathError ReadError Record Report
nistitl: Severity build
nistitl: StructureError Transaction WriteError read read_many record_class
nistitl: open_record table
nistitl.archive: Entry images index open_record read_entry table walk
nistitl: Type1 Type2 Type3 Type4 Type5 Type6 Type7 Type8 Type9 Type10 Type11 Type12 Type13 Type14 Type15 Type16 Type17
nistitl: Type18 Type19 Type20 Type21 Type22 Type98 Type99
nistitl.records.type01: CharacterSet Domain ApplicationProfile AgencyNames
nistitl.records.type14: Segment
nistitl.images: wsq
nistitl.images.pictures: Picture open_picture
nistitl.images.renewing: ImageChange StaleFields
nistitl.images.advice: CodecAdvice
nistitl.images.wsq: decode encode info
nistitl.images.wsq.pillow: register
nistitl.profiles: AnswerCode ProfileError TableProfile TransactionType answer_code overlaid
nistitl.profiles.limits: Limit
ebts_profiles.bsi.limits: EES SIS
nistitl.minutiae: CORES COUNTS DELTAS DTYPE FORMATS Capture Certificate Minutiae MinutiaeError Quality Template View
nistitl.minutiae: Interoperability ViewImage interoperability read_template read_xyt template_of xyt
nistitl.validation: Problem RecordView Rule RuleSet Rules Scene Subject ValidationContext rule
nistitl.cli.command: Command
nistitl.base.errors: ConversionRefused
nistitl.exchange.comparing.difference: Difference FieldChange ImageChange ImageFacts MinutiaChange RecordChange
nistitl.exchange.comparing.difference: RecordPair SpellingChange
nistitl.exchange.hashing: FieldHash hash_findings hashes write_hashes
nistitl.exchange.auditing: AuditEntry audit_entries
nistitl.exchange.credentials: Credential SealError certificates credential
nistitl.exchange.sealing: sealed signature
nistitl.exchange.opening: Opened opened
nistitl.xml.schemas: Schemas
nistitl.cli: main
nistitl.images.codecs.none: CODEC
nistitl.images.codecs.wsq20: CODEC
nistitl.images.codecs.jpegb: CODEC
nistitl.images.codecs.jpegl: CODEC
nistitl.images.codecs.jp2: LOSSLESS LOSSY
nistitl.images.codecs.png: CODEC
nistitl.images.codecs.fax: CODEC
nistitl.images.codecs.foreign: BMP GIF IHEAD TIFF WEBP
nistitl.images.codecs.pnm: CODEC
nistitl.validation.base: BASE
ebts_profiles: ATF_EFORMS GSAT_3 PRUEM
ebts_profiles: DOD_1_2 DOD_4_1 FBI_10_0 FBI_11_2 FBI_8_001 FBI_9_1 INT_I_5_03 INT_I_6_0 NATO_4715
ebts_profiles.xml: DOD_4_1 FBI_10 FBI_11_2 INT_I_6
ebts_profiles.fbi.rules: RULES RULES_11_2 RULES_8_001 RULES_9_1
ebts_profiles.dod.rules: V1_2 V4_1
ebts_profiles.interpol.rules: V5_03 V6_0
ebts_profiles.nato.rules: RULES
"""
PUBLIC = [
    (module, name) for line in NAMES.strip().splitlines() for module in [line.partition(":")[0]]
    for name in line.partition(":")[2].split()
]  # fmt: skip
IMPORT = re.compile(r"^from (nistitl[\w.]*|ebts_profiles[\w.]*) import (\w+(?:, \w+)*)", re.M)


@pytest.mark.parametrize(("module", "name"), PUBLIC, ids=lambda part: part)
def test_a_public_name_can_be_imported(module: str, name: str) -> None:
    scope: dict[str, object] = {}
    exec(f"from {module} import {name}", scope)
    assert scope[name] is not None


def test_the_list_holds_what_the_package_the_readme_and_the_tables_name() -> None:
    named = {("nistitl", name) for name in nistitl.__all__}
    for module, names in IMPORT.findall((ROOT / "README.md").read_text("utf-8")):
        named |= {(module, name) for name in names.split(", ")}
    for target in [*_entry_points("profiles", "domains", "codecs", "rules", "limits"), *_rule_sets()]:
        module, _, name = target.partition(":")
        named.add((module, name))
    assert named - set(PUBLIC) == set()


def test_everything_is_where_its_entry_point_says() -> None:
    for target in _entry_points():
        module, _, name = target.partition(":")
        assert hasattr(import_module(module), name), target


def _entry_points(*names: str) -> list[str]:
    """The targets of our entry points, of these groups or of all."""
    groups: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    wanted = [f"nistitl.{name}" for name in names] or list(groups)
    return [target for name in wanted for target in groups[name].values()]


def _rule_sets() -> list[str]:
    heads = [tomllib.loads(path.read_text("utf-8"))["profile"] for path in (PACKAGES / "ebts_profiles").rglob("*.toml")]
    return [target for head in heads for target in head.get("rules", ())]
