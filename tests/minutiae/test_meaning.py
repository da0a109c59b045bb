"""What blocks and templates mean: every pair converted, against tables written by hand and NIST's own numbers.

The tables below say what each format can hold, from the standards; the code's statements are not asked. What both
hold must survive, what the target does not hold must be listed by name, and nothing else may be.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nistitl
from nistitl import Type9
from nistitl.codes import table
from nistitl.minutiae import CORES, Minutiae, MinutiaeError, Template, View, read_template
from nistitl.minutiae.arrays import empty, no_deltas
from nistitl.minutiae.items import (
    CaptureEquipment,
    CbeffInformation,
    Characterization,
    DetectionMethod,
    EfsCore,
    EfsDelta,
    EfsPattern,
    FrictionRidgePosition,
    IafisCore,
    IafisDelta,
    IafisPattern,
    M1Core,
    M1Delta,
    M1DeltaAngles,
    M1Quality,
    M1RidgeCountMethod,
    PatternClassification,
    ReadingSystem,
)
from tests.minutiae.test_minutiae import THREE, counts_of, errors_of, made, transaction

EXAMPLES = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
INCITS, ISO = "incits-378-2004", "iso-19794-2-2005"
BLOCKS = ("standard", "iafis", "m1", "efs")
FORMATS = (*BLOCKS, INCITS, ISO)
OLDER, PERCENT = ("standard", "iafis"), ("m1", INCITS, ISO)

TYPES = {"standard": "EBCX", "iafis": "EBCX", "m1": "EBO", "efs": "EBX", INCITS: "EBO", ISO: "EBO"}
UNKNOWN_TYPE = {"standard": "X", "iafis": "X", "m1": "O", "efs": "X", INCITS: "O", ISO: "O"}
# neighbours, quadrants, octants; octants one more than the ridges between (EFTS 7). 9.012: by what 9.005 says
COUNTINGS: dict[str, tuple[str, ...]] = {
    "standard": ("any", "octants+1"), "iafis": ("octants+1",), "m1": ("any", "quadrants", "octants"),
    "efs": ("quadrants", "octants", "octants+1"), INCITS: ("any", "quadrants", "octants"),
    ISO: ("any", "quadrants", "octants"),
}  # fmt: skip
SECTORS = ("iafis", "efs")  # and 9.012 of AFIS/FBI
POINTS_MOST = {"standard": 99, "iafis": 2, "m1": 9, "efs": 99, INCITS: 15, ISO: 15}
CANDIDATES = ("standard", "efs")
CLASSES = {"standard": 99, "iafis": 3, "m1": 0, "efs": 7, INCITS: 0, ISO: 0}
METHODS = {"standard": "AUEM", "iafis": "AEM", "m1": "", "efs": "AUEM", INCITS: "", ISO: ""}

KINDS = {
    "type": r"the type of \d+ minutiae",
    "quality": r"the quality of \d+ minutiae",
    "by hand": r"that \d+ minutiae are placed by hand",
    "no method": r"that \d+ minutiae are without a method",
    "position uncertainty": r"the position uncertainty",
    "direction uncertainty": r"the direction uncertainty",
    "counts": r"\d+ ridge counts to ",
    "counts' method": r"the method of \d+ ridge counts",
    "one ridge": r"that \d+ ridge counts are between minutiae on one ridge",
    "sector": r"the sector of \d+ ridge counts",
    "octants": r"\d+ ridge counts that are not the one of an octant",
    "residual": r"the residual of \d+ ridge counts",
    "core angles": r"angles of \d+ cores",
    "undirected cores": r"\d+ cores whose direction",
    "delta angles": r"angles of \d+ deltas",
    "undirected deltas": r"\d+ deltas whose direction",
    "delta type": r"the type of \d+ deltas",
    "core uncertainty": r"the uncertainty of \d+ cores",
    "finger": r"the finger position",
    "segments": r"segments or polygons",
    "class": r"the pattern class",
    "subclass": r"the subclass of the pattern class",
    "relation": r"the relation of the pattern class",
    "class counts": r"ridge counts of \d+ pattern classes",
    "finger quality": r"the quality of the finger",
    "algorithm": r"the algorithm of the quality of the finger",
    "view": r"the number of the view",
    "product": r"the product",
    "equipment": r"the capture equipment",
    "method": r"the method by which",
    "system": r"the name of the system",
    "version": r"version or part of the system",
    "impression": r"the impression type",
}


def kinds(lost: Any) -> set[str]:
    """Which kinds of loss these are; each must be of just one."""
    found = [[kind for kind, pattern in KINDS.items() if re.match(pattern, one)] for one in lost]
    assert all(len(of_one) == 1 for of_one in found), lost
    return {kind for (kind,) in found}


# -- what is told, in words of the test ---------------------------------------------------------


@st.composite
def told(draw: st.DrawFn, source: str) -> dict[str, Any]:
    """What a source tells, of what it can: places in pixels of an image of 254 ppi, ten units a pixel."""
    many = draw(st.integers(1, 5))
    rows = range(many)
    place, half = st.integers(5, 90), st.integers(0, 179).map(lambda step: 2 * step)
    quality: Any = st.just(-1)
    if source in PERCENT:
        quality = st.integers(1, 100) | st.just(-1)
    elif source in OLDER:
        quality = st.integers(0, 63)
    uncertain = st.integers(0, 20) | st.none() if source == "efs" else st.none()
    counting = draw(st.sampled_from(COUNTINGS[source]))
    octants = range(4 if counting == "quadrants" else 8)
    sectors = sorted(draw(st.sets(st.sampled_from(octants)))) if many > 1 else []
    directed = source not in ("standard",)
    undirected = source in ("standard", "efs", INCITS, ISO) and draw(st.booleans())
    points = st.lists(st.tuples(place, place, half), max_size=2)
    fingers: Any = st.sampled_from([(0,), (2,), (10,)])
    if source in CANDIDATES:
        fingers |= st.sampled_from([(11,), (21,), (1, 2, 3)])
    classes: Any = st.just([])
    if CLASSES[source]:
        simple = [("RS", "", ""), ("WU", "", ""), ("XX", "", ""), ("UC", "", "")]
        richer = [("AU", "TA", ""), ("WU", "PW", "")] if source != "iafis" else [("AU", "", "")]
        own = [("WU", "DL", "M"), ("UP", "", ""), ("AU", "", "")] if source == "efs" else []
        classes = st.lists(st.sampled_from([*simple, *richer, *own]), max_size=3)
    return {
        "x": [draw(place) for _ in rows], "y": [draw(place) for _ in rows], "theta": [draw(half) for _ in rows],
        "type": [draw(st.sampled_from(TYPES[source])) for _ in rows], "quality": [draw(quality) for _ in rows],
        "radius": [draw(uncertain) for _ in rows], "spread": [draw(uncertain) for _ in rows],
        "counting": counting,
        "counts": [(1, 2, draw(st.integers(0 if "+" not in counting else 1, 9)), sector) for sector in sectors],
        "residuals": [draw(st.integers(-1, 1)) if source == "efs" else 0 for _ in sectors],
        "cores": draw(points), "deltas": draw(points), "directed": directed and not undirected,
        "delta type": source == "efs" and draw(st.booleans()), "fingers": draw(fingers), "classes": draw(classes),
        "method": draw(st.sampled_from(["", *METHODS[source]])),
        "rating": draw(st.sampled_from([None, (80, None, None), (90, "000F", 7)])) if source == "m1"
        else draw(st.sampled_from([None, (90, "000F", 7)])) if source == "efs"
        else (80, None, None) if source in PERCENT else None,
        "view": draw(st.integers(0, 15)) if source in PERCENT else 0,
        "equipment": draw(st.booleans()) if source in PERCENT else False,
    }  # fmt: skip


def array_of(case: dict[str, Any], source: str) -> Any:
    array = empty(len(case["x"]))
    for name in ("x", "y", "theta", "type", "quality"):
        array[name] = case[name]
    for name, scale in (("radius", 0.1), ("spread", 1)):
        array[name] = [np.nan if one is None else one * scale for one in case[name]]
    return array


def counts_in(case: dict[str, Any], source: str) -> Any:
    sectored = source in SECTORS or (source == "standard" and case["counting"] == "octants+1")
    return counts_of(
        *(
            (center, neighbour, count, sector if sectored else -1, residual if source in SECTORS else -1)
            for (center, neighbour, count, sector), residual in zip(case["counts"], case["residuals"], strict=True)
        )
    )


def digits(x: int, y: int, bottom: int | None = None) -> str:
    return f"{10 * x:04d}{10 * (y if bottom is None else bottom - y):04d}"


def spelled(case: dict[str, Any], block: str) -> dict[str, Any]:
    """The fields of a block beside its minutiae, as the standard spells them."""
    cores, deltas, one = case["cores"], case["deltas"], case["fingers"][0]
    angle = (lambda degrees: degrees) if case["directed"] else (lambda degrees: None)
    rating = [case["rating"]] if case["rating"] else []
    if block == "standard":
        system = "AFIS/FBI" if case["counting"] == "octants+1" else "NIST_LFS" if case["method"] else "UNKNOWN"
        codes = {("RS", ""): "RS", ("WU", ""): "WN", ("XX", ""): "XX", ("UC", ""): "UN", ("AU", "TA"): "TA",
                 ("WU", "PW"): "PW"}  # fmt: skip
        return {
            "OFR": ReadingSystem(system, case["method"] or "A"), "FGPT": case["fingers"],
            "FPC": [PatternClassification("T", (codes[kind[:2]],)) for kind in case["classes"] or [("UC", "", "")]],
            "CRP": [digits(x, y, 100) for x, y, _ in cores], "DLT": [digits(x, y, 100) for x, y, _ in deltas],
        }  # fmt: skip
    if block == "iafis":
        letters = {"A": "CAT", "E": "NEV", "M": "NMV"}
        return {
            "FGN": one, "APC": [IafisPattern(kind[0], 31, 31) for kind in case["classes"]],
            "FCP": Characterization("NIST_LFS", "00", letters[case["method"]]) if case["method"] else None,
            "CRA": [IafisCore(digits(x, y), theta, 0) for x, y, theta in cores],
            "DLA": [IafisDelta(digits(x, y), theta, 90, 180, 0) for x, y, theta in deltas],
        }  # fmt: skip
    if block == "m1":
        code = {"any": 0, "quadrants": 1, "octants": 2}[case["counting"]]
        return {
            "FGP": one, "FVW": case["view"], "FQD": [M1Quality(*of_one) for of_one in rating or [(254, None, None)]],
            "CBI": CbeffInformation(27, 514, "00310203" if case["equipment"] else "00000000"),
            "CEI": CaptureEquipment("APPF" if case["equipment"] else "NONE", "12" if case["equipment"] else "0"),
            "CIN": [M1Core(x, y, theta // 2) for x, y, theta in cores],
            "DIN": [M1Delta(x, y, theta // 2) for x, y, theta in deltas],
            "ADA": [M1DeltaAngles(45, 90) for _ in deltas],
            "RCI": [M1RidgeCountMethod(code, 0, 0)] if case["counts"] else None,
        }  # fmt: skip
    names = {"quadrants": "QUADRANT", "octants": "OCTANT", "octants+1": "EFTS7"}
    methods = {"A": "AUTO", "U": "REV", "E": "EDIT", "M": "MAN"}
    return {
        "FPP": [FrictionRidgePosition(code) for code in case["fingers"]],
        "PAT": [EfsPattern(*(part or None for part in kind)) for kind in case["classes"]],
        "MRA": names[case["counting"]] if case["counts"] else None,
        "MFD": [DetectionMethod("331,333", methods[case["method"]])] if case["method"] else None,
        "FQM": [case["rating"]] if rating else None,
        "COR": [EfsCore(10 * x, 10 * y, angle(theta)) for x, y, theta in cores],
        "DEL": [
            EfsDelta(10 * x, 10 * y, angle(theta), angle(90), angle(180), "L" if case["delta type"] else None)
            for x, y, theta in deltas
        ],
    }


def record_of(case: dict[str, Any], block: str) -> tuple[Type9, nistitl.Transaction]:
    fields = {name: value for name, value in spelled(case, block).items() if value not in (None, [], ())}
    record = Type9.from_minutiae(
        array_of(case, block), block, ppi=254, width=100, height=100, ridge_counts=counts_in(case, block), IMP=1,
        **fields,
    )  # fmt: skip
    return record, transaction(record, ppi=254)


def template_from(case: dict[str, Any], form: str) -> Template:
    cores, deltas = np.full(len(case["cores"]), np.nan, CORES), no_deltas(len(case["deltas"]))
    for points, name, told_points in ((cores, "theta", case["cores"]), (deltas, "up", case["deltas"])):
        for row, (x, y, theta) in enumerate(told_points):
            points["x"][row], points["y"][row] = x, y
            points[name][row] = theta if case["directed"] else np.nan
    if case["directed"]:
        deltas["left"], deltas["right"] = 90, 180
    view = View(
        Minutiae(array_of(case, form), form, "pixels", 254), case["fingers"][0], case["view"], 1, case["rating"][0],
        counts_in(case, form), {"any": 0, "quadrants": 1, "octants": 2}[case["counting"]] if case["counts"] else 0,
        cores, deltas,
    )  # fmt: skip
    equipment = (12, 8) if case["equipment"] else (0, 0)
    product = (0x00310203 if case["equipment"] else 0) if form == INCITS else None
    made_here = Template(form, 100, 100, 100, 100, (view,), *equipment, product)  # type: ignore[arg-type]
    return read_template(bytes(made_here))


# -- what must be lost, by the tables -----------------------------------------------------------


def expected(case: dict[str, Any], source: str, target: str) -> set[str]:
    lost: set[str] = set()

    def when(kind: str, condition: object) -> None:
        lost.update([kind] if condition else [])

    qualities = case["quality"]
    real = [one for one in qualities if one > 1 or (one == 1 and source in PERCENT)]
    when("type", set(case["type"]) - set(TYPES[target]))
    when("quality", target == "efs" and real)
    if source in OLDER and target not in OLDER:
        when("by hand", 0 in qualities)
        when("no method", 1 in qualities)
    for name, what in (("radius", "position uncertainty"), ("spread", "direction uncertainty")):
        when(what, target != "efs" and any(one is not None for one in case[name]))
    lost |= lost_counts(case, source, target)
    for points, what in (("cores", "core"), ("deltas", "delta")):
        if not case[points]:
            continue
        when(f"{what} angles", case["directed"] and target == "standard")
        when(f"undirected {points}", not case["directed"] and target in ("iafis", "m1"))
    kept_deltas = case["directed"] or target not in ("iafis", "m1")
    when("delta type", case["delta type"] and case["deltas"] and target != "efs" and kept_deltas)
    if target not in CANDIDATES:
        when("finger", len(case["fingers"]) > 1 or case["fingers"][0] > 10)
    lost |= lost_classes(case, target)
    known = source in BLOCKS and case["method"] and (source != "standard" or system_of(case) != "UNKNOWN")
    if source == "standard" and case["counting"] == "octants+1":
        known = True
    letter = (case["method"] or "A") if known else ""
    when("method", letter and letter not in METHODS[target])
    named = letter and source in OLDER
    when("system", named and not (target in OLDER and letter in METHODS[target]))
    rating = case["rating"]
    when("finger quality", rating and (target in OLDER or (target == "efs" and rating[1] is None)))
    when("algorithm", rating and rating[1] and target in (INCITS, ISO))
    when("view", case["view"] and target not in PERCENT)
    when("product", case["equipment"] and source in ("m1", INCITS) and target not in ("m1", INCITS))
    when("equipment", case["equipment"] and target not in PERCENT)
    return lost


def system_of(case: dict[str, Any]) -> str:
    return str(spelled(case, "standard")["OFR"].SNM)


def counting_in(case: dict[str, Any], source: str, target: str) -> str | None:
    """What counts refer to in the target; None where it can hold none of them."""
    counting = case["counting"]
    if target == "standard":  # 9.005 of what is converted says AFIS/FBI only where its source does
        return "any"
    if counting in COUNTINGS[target]:
        return str(counting)
    alike = {"octants": "octants+1", "octants+1": "octants"}.get(counting)
    return alike if alike in COUNTINGS[target] else "any" if "any" in COUNTINGS[target] else None


def lost_counts(case: dict[str, Any], source: str, target: str) -> set[str]:
    if not case["counts"]:
        return set()
    counting = counting_in(case, source, target)
    if counting is None:
        return {"counts"}
    lost = set()
    sectored = source in SECTORS or (source == "standard" and case["counting"] == "octants+1")
    if counting == "any" and case["counting"] != "any":
        lost.add("counts' method")
    if target == "iafis" and not sectored:
        return {"octants"}
    if sectored and target not in SECTORS:
        lost.add("sector")
    some = source in SECTORS and max(case["residuals"]) >= 0
    if some and (target not in SECTORS or (target == "iafis" and min(case["residuals"]) < 0)):
        lost.add("residual")
    return lost


def lost_classes(case: dict[str, Any], target: str) -> set[str]:
    told_classes = [kind for kind in case["classes"] if kind != ("UC", "", "")]
    if not CLASSES[target]:
        return {"class"} if told_classes else set()
    lost = set()
    for kind in told_classes if target != "efs" else []:
        general, subclass, relation = kind
        if general == "UP" or (target == "standard" and kind == ("AU", "", "")):
            lost.add("class")
            continue
        if subclass and target == "iafis":
            lost.add("subclass")
        if relation:
            lost.add("relation")
    return lost


def faults(tx: nistitl.Transaction) -> list[str]:
    """What is wrong with a transaction, but for the coarse image and a type that is not known without how surely so."""
    return [one for one in errors_of(tx) if not re.match(r"resolution-low|item-required .* 9\.331\.|field-legacy", one)]


# -- every pair ---------------------------------------------------------------------------------


def percent(quality: Any, form: str) -> list[int]:
    """By NIST's numbers: of 9.012 and 9.023 max(1, round(100 (63 - q) / 61)); -1 for none."""
    if form in OLDER:
        return [-1 if q < 2 else max(1, round(100 * (63 - q) / 61)) for q in quality]
    return [-1 if q < 1 or form == "efs" else int(q) for q in quality]


def check_minutiae(case: dict[str, Any], source: str, found: Any, target: str) -> None:
    step = 1.5 if ISO in (source, target) else 0.6
    assert np.abs(found["x"] - case["x"]).max() <= 0.1 and np.abs(found["y"] - case["y"]).max() <= 0.1
    assert np.abs((found["theta"] - case["theta"] + 180) % 360 - 180).max() <= step
    types = [one if one in TYPES[target] else UNKNOWN_TYPE[target] for one in case["type"]]
    assert found["type"].tolist() == types
    before, after = percent(case["quality"], source), percent(found["quality"], target)
    if target == "efs":
        assert set(after) == {-1}
        return
    assert [one < 0 for one in before] == [one < 0 for one in after]
    assert max(abs(one - other) for one, other in zip(before, after, strict=True)) <= 1
    for one, other in itertools.combinations(range(len(before)), 2):
        if before[one] < before[other]:
            assert after[one] <= after[other]


def check_counts(case: dict[str, Any], source: str, found: Any, target: str) -> None:
    real = found[~((found["neighbour"] == 255) & (found["count"] == 15))]
    counting, lost = counting_in(case, source, target), lost_counts(case, source, target)
    if counting is None or "octants" in lost:
        assert len(real) == 0
        return
    more = ("+" in counting) - ("+" in case["counting"])
    assert real["count"].tolist() == [max(count + more, 0) for *_, count, _ in case["counts"]]
    if target in SECTORS and "octants" not in lost and source in (*SECTORS, "standard"):
        assert real["sector"].tolist() == [sector for *_, sector in case["counts"]]
    if source in SECTORS and target in SECTORS:
        kept = [-1] * len(real) if "residual" in lost else case["residuals"]
        assert real["residual"].tolist() == kept


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(BLOCKS, 2)))
@settings(EXAMPLES)
@given(st.data())
def test_block_to_block(source: str, target: str, data: st.DataObject) -> None:
    case = data.draw(told(source))
    if target == "standard":  # whether 9.005 becomes AFIS/FBI has a test of its own
        case |= {"counts": [], "residuals": []} if source == "iafis" else {}
    record, tx = record_of(case, source)
    before = faults(tx)
    lost = record.convert_minutiae(target, source)
    assert kinds(lost) == expected(case, source, target), lost
    check_minutiae(case, source, record.minutiae(target), target)
    check_counts(case, source, record.ridge_counts(target), target)
    assert faults(tx) == before
    for number in record_fields(record, source):
        del record[number]
    back = record.convert_minutiae(source, target)
    survived = record.minutiae(source)
    if not {"type"} & (kinds(lost) | kinds(back)):
        assert survived["type"].tolist() == case["type"]
    if source != "efs" and target != "efs":
        one, other = percent(case["quality"], source), percent(survived["quality"], source)
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 2
    if source in OLDER and target in OLDER:
        raw = bytes(record.raw(12 if source == "standard" else 23) or b"")
        assert [int(row.split(b"\x1f")[2]) for row in raw.split(b"\x1e")] == case["quality"]  # 0 and 1 too
    again = bytes(record.raw({"standard": 6, "iafis": 14, "m1": 134, "efs": 302}[source]) or b"")
    if "finger" not in kinds(lost):
        assert [int(code) for code in again.split(b"\x1e")] == list(case["fingers"])
    if case["directed"] and target != "standard":
        assert len(record.cores) == len(case["cores"]) and len(record.deltas) == len(case["deltas"])


def record_fields(record: Type9, block: str) -> list[int]:
    return [number for number, one in Type9.elements.items() if one.block == block and number in record]


@pytest.mark.parametrize(("block", "form"), list(itertools.product(BLOCKS, (INCITS, ISO))))
@settings(EXAMPLES)
@given(st.data())
def test_block_to_template_and_back(block: str, form: Any, data: st.DataObject) -> None:
    case = data.draw(told(block))
    record, _ = record_of(case, block)
    asked = {} if case["rating"] else {"quality": 50}
    if asked:
        with pytest.raises(MinutiaeError, match="quality="):
            record.to_template(form)
    template = record.to_template(form, **asked)
    assert kinds(template.lost) == expected(case, block, form), template.lost
    (view,) = read_template(bytes(template)).views
    check_minutiae(case, block, view.minutiae, form)
    check_counts(case, block, view.ridge_counts, form)
    finger = case["fingers"][0] if len(case["fingers"]) == 1 and case["fingers"][0] < 11 else 0
    assert view.position == {11: 1}.get(case["fingers"][0], finger) and view.impression == 1
    assert len(view.cores) == len(case["cores"]) and len(view.deltas) == len(case["deltas"])
    again = Type9.from_template(template, block=block, lossy=True)
    back = again.minutiae(block, ppi=254, height=100)
    assert np.abs(back["x"] - case["x"]).max() <= 0.1 and np.abs(back["y"] - case["y"]).max() <= 0.1
    if block != "efs":
        one, other = percent(case["quality"], block), percent(back["quality"], block)
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 2


@pytest.mark.parametrize(("form", "block"), list(itertools.product((INCITS, ISO), BLOCKS)))
@settings(EXAMPLES)
@given(st.data())
def test_template_to_block(form: Any, block: str, data: st.DataObject) -> None:
    case = data.draw(told(form))
    template = template_from(case, form)
    lost = expected(case, form, block)
    if lost:
        with pytest.raises(MinutiaeError, match="cannot hold") as refused:
            Type9.from_template(template, block=block)
        text = str(refused.value).partition(" cannot hold ")[2].removesuffix("; lossy=True leaves it out")
        assert kinds(text.split("; ")) == lost, text
    record = Type9.from_template(template, block=block, lossy=bool(lost))
    tx = transaction(record, ppi=254)
    check_minutiae(case, form, record.minutiae(block), block)
    check_counts(case, form, record.ridge_counts(block), block)
    assert record.IMP == 1
    assert faults(tx) == []


# -- NIST's own numbers and rules ---------------------------------------------------------------


class TestNist:
    """mindtct's percent of a minutia, what it writes into 9.012, and what an2k2iaf makes of that."""

    # reliability of a minutia as mindtct prints it, the percent of its .xyt, the q of its 9.012
    DETECTED = ((0.054, 5, 60), (0.135, 13, 55), (0.940, 94, 6), (0.901, 90, 8), (0.451, 45, 36))

    def test_quality_is_the_detectors(self) -> None:
        array = empty(len(self.DETECTED))
        array["x"] = array["y"] = np.arange(10, 10 + len(array))
        array["quality"] = [q for *_, q in self.DETECTED]
        record = Type9.from_minutiae(array, "standard", ppi=500, width=100, height=100, IMP=1, FPC=PLAIN)
        template = record.to_template(ppi=500, width=100, height=100, quality=50)
        for found, (_, percents, _) in zip(template.views[0].minutiae["quality"], self.DETECTED, strict=True):
            assert abs(int(found) - percents) <= 1

    def test_every_minutia_of_the_case(self, corpus: Path) -> None:
        tx = nistitl.read((corpus.parent / "cases" / "minutiae" / "mt4.mdt").read_bytes())
        record = tx[9][0]
        rows = [line.split() for line in (corpus.parent / "cases" / "minutiae" / "mt4.xyt").read_text().splitlines()]
        native = np.array([[int(part) for part in row] for row in rows])
        lost = record.convert_minutiae("m1")
        converted = record.minutiae("m1")
        assert len(converted) == len(native) == 89
        assert np.abs(converted["quality"] - native[:, 3]).max() <= 1
        order = np.argsort(native[:, 3], kind="stable")
        assert (np.diff(record.minutiae("standard")["quality"][order].astype(int)) <= 1).all()  # 2 is the best
        by_q = np.argsort(record.minutiae("standard")["quality"], kind="stable")
        assert (np.diff(converted["quality"][by_q].astype(int)) <= 0).all()
        assert not any("quality" in what for what in lost)

    def test_what_its_converter_makes_of_it(self, corpus: Path) -> None:
        tx = nistitl.read((corpus.parent / "cases" / "minutiae" / "mt4.mdt").read_bytes())
        theirs = nistitl.read((corpus.parent / "cases" / "minutiae" / "mtx.iaf").read_bytes())
        record = tx[9][0]
        lost = record.convert_minutiae("iafis")
        rows, wanted = (
            [row.split(b"\x1f") for row in bytes(one.raw(23) or b"").split(b"\x1e")] for one in (record, theirs[9][0])
        )
        assert [row[2:] for row in rows] == [row[2:] for row in wanted]  # quality, type and 25515 eight times
        for number in (14, 15, 16, 17):
            assert record.raw(number) == theirs[9][0].raw(number), number
        assert kinds(lost) == {"counts"}

    @pytest.mark.parametrize(("of", "code", "to"), [("standard", "C", "D"), ("iafis", "D", "C"), ("iafis", "C", "D")])
    def test_c_and_d_are_the_other_way_round(self, of: str, code: str, to: str) -> None:
        record = made(of, THREE[:1])
        transaction(record)
        number, other, target = (12, 23, "iafis") if of == "standard" else (23, 12, "standard")
        record[number] = (bytes(record.raw(number) or b"")).replace(b"\x1fA", b"\x1f" + code.encode())
        assert record.convert_minutiae(target, of) == []
        assert bytes(record.raw(other) or b"").split(b"\x1f")[3] == to.encode()

    @pytest.mark.parametrize(("of", "code"), [("standard", "D"), ("iafis", "C")])
    def test_the_code_that_says_no_type_is_explained_so(self, of: str, code: str) -> None:
        record = made(of, THREE[:1])
        row = (record.MRCT if of == "standard" else record.MAT)[0]
        named: Any = type(row).items[3].value
        assert [one for one in "ABCD" if "undetermined" in str(table(named.table).meaning(one))] == [code]

    def test_its_converter_takes_the_standard_block(self) -> None:
        """9.005 and the first subfield of 9.007 are of two items, of its codes: else it refuses them."""
        record = made("standard", THREE)
        assert bytes(record.raw(5) or b"") == b"UNKNOWN\x1fA"
        assert bytes(record.raw(7) or b"") == b"T\x1fUN"
        record.FPC = [("T", "RS")]  # type: ignore[assignment]  # text is one item, not one for each letter
        assert bytes(record.raw(7) or b"") == b"T\x1fRS"


PLAIN, CBI = [PatternClassification("T", ("PA",))], CbeffInformation(27, 514, "00000000")


class TestRidgeCounts:
    def octants(self, system: str, block: str = "standard") -> Type9:
        """Octants 1 and 4 of the first minutia, told as 9.012 tells them to those who know the system."""
        record = made(block, THREE, **({"OFR": ReadingSystem(system, "M")} if block == "standard" else {}))
        transaction(record)
        if block == "standard":
            rows = bytes(record.raw(12) or b"").split(b"\x1e")
            rows[0] += b"\x1f255,15\x1f2,4\x1f255,15\x1f255,15\x1f3,7"
            record[12], record[11] = b"\x1e".join(rows), b"1"
        return record

    def test_neighbours_are_octants_only_where_the_system_says_so(self) -> None:
        assert self.octants("NIST_LFS_VER2").ridge_counts()["sector"].tolist() == [-1] * 5
        fbi = self.octants("AFIS/FBI")
        assert fbi.ridge_counts()["sector"].tolist() == [0, 1, 2, 3, 4]
        assert kinds(fbi.convert_minutiae("iafis")) == set()
        first = bytes(fbi.raw(23) or b"").split(b"\x1e")[0].split(b"\x1f")
        assert first[4:] == [b"25515", b"00204", b"25515", b"25515", b"00307", b"25515", b"25515", b"25515"]
        del fbi["9.012"]
        del fbi["9.005"]
        assert "sector" not in kinds(fbi.convert_minutiae("standard", "iafis"))
        assert bytes(fbi.raw(5) or b"") == b"AFIS/FBI\x1fM"
        assert bytes(fbi.raw(12) or b"").split(b"\x1e")[0].split(b"\x1f")[4:6] == [b"255,15", b"2,4"]

    def test_those_of_9_023_are_efts_7_in_efs_and_one_less_between(self) -> None:
        fbi = self.octants("AFIS/FBI")
        fbi.convert_minutiae("iafis")
        fbi.convert_minutiae("efs", "iafis")
        assert fbi.MRA == "EFTS7"
        assert [(one.MIA, one.MIB, one.MIR, one.MRN) for one in fbi.MRC] == [(1, 2, 4, 1), (1, 3, 7, 4)]
        fbi.convert_minutiae("m1", "efs")
        assert bytes(fbi.raw(138) or b"") == b"2\x1f0\x1f0\x1e1\x1f2\x1f3\x1e1\x1f3\x1f6"
        template = fbi.to_template(block="iafis", quality=0)
        assert template.views[0].method == 2 and template.views[0].ridge_counts["count"].tolist() == [3, 6]

    def test_quadrants_are_not_octants(self) -> None:
        record = made("efs", THREE, counts_of((1, 2, 4, 0, -1), (1, 3, 7, 3, -1)), MRA="QUADRANT")
        transaction(record)
        assert kinds(record.convert_minutiae("iafis")) == {"counts"}
        assert (record.ridge_counts("iafis")["neighbour"] == 255).all()

    def test_neighbours_on_one_ridge(self) -> None:
        record = made("iafis", THREE, counts_of((1, 2, 0, 0, -1), (1, 3, 7, 3, -1)))
        transaction(record)
        assert "one ridge" in kinds(record.convert_minutiae("m1"))
        assert record.ridge_counts("m1")["count"].tolist() == [0, 6]


class TestConversions:
    def test_a_record_converted_to_the_standard_block_says_so_and_validates(self) -> None:
        record = made("m1", THREE, FGP=2, CBI=CBI, CIN=[M1Core(50, 60, 45)], DIN=[M1Delta(10, 20, 100)])
        tx = transaction(record)
        lost = record.convert_minutiae("standard")
        assert (record.FMT, record.FGPT, record.CRP, record.DLT) == ("S", (2,), ("02540203",), ("00510406",))
        assert kinds(lost) == {"core angles", "delta angles"}
        assert faults(tx) == []

    @pytest.mark.parametrize(
        ("code", "fingers", "slant"),
        [("RL", (2,), "LS"), ("UL", (2,), "RS"), ("RL", (7,), "RS"), ("UL", (12,), "LS"), ("UL", (1, 2), "RS")],
    )
    def test_loops_by_the_hand(self, code: str, fingers: tuple[int, ...], slant: str) -> None:
        record = made("standard", THREE, FGPT=fingers, FPC=[PatternClassification("T", (code,))])
        transaction(record)
        assert not kinds(record.convert_minutiae("efs")) & {"class", "subclass", "relation"}
        assert [one.GCF for one in record.PAT] == [slant]

    def test_a_loop_of_an_unknown_hand_and_a_class_of_the_sender_are_not_guessed(self) -> None:
        for classes in ([PatternClassification("T", ("RL",))], [PatternClassification("U", ("MINE",))]):
            record = made("standard", THREE, FGPT=(0,), FPC=classes)
            transaction(record)
            lost = record.convert_minutiae("iafis")
            assert kinds(lost) == {"class"} and "MINE" not in str(lost)
            assert [one.APC for one in record.APC] == ["UC"]

    @pytest.mark.parametrize(
        ("told_class", "target", "lost_parts"),
        [
            (EfsPattern("WU", "PW", "M"), "iafis", ["subclass", "relation"]),
            (EfsPattern("WU", None, "M"), "iafis", ["relation"]),
            (EfsPattern("AU", "TA"), "iafis", ["subclass"]),
            (EfsPattern("WU", "DL", "I"), "standard", ["relation"]),
            (EfsPattern("WU", "DL", "I"), "m1", None),
        ],
    )
    def test_every_part_of_a_class_that_is_lost_is_named(
        self, told_class: EfsPattern, target: str, lost_parts: list[str] | None
    ) -> None:
        record = made("efs", THREE, PAT=[told_class])
        transaction(record)
        lost = [one for one in record.convert_minutiae(target, "efs") if "class" in one]
        general = told_class.GCF
        parts = ["the pattern class, of which 1 are told"]
        assert lost == (
            parts if lost_parts is None else [f"the {one} of the pattern class {general}" for one in lost_parts]
        )

    @pytest.mark.parametrize("target", ["efs", "standard", "m1"])
    def test_ridge_counts_of_a_class_are_listed_where_there_are_no_classes_too(self, target: str) -> None:
        record = made("iafis", THREE, APC=[IafisPattern("LS", 12, 31), IafisPattern("WU", 31, 31)])
        transaction(record)
        lost = [one for one in record.convert_minutiae(target, "iafis") if "class" in one]
        classes = ["the pattern class, of which 2 are told"] if target == "m1" else []
        assert lost == [*classes, "ridge counts of 1 pattern classes"]

    def test_what_is_there_already_stays(self) -> None:
        record = made("m1", THREE, FGP=2)
        transaction(record)
        record.FPP = [FrictionRidgePosition(3, "DST")]
        record.convert_minutiae("efs")
        assert record.FPP == (FrictionRidgePosition(3, "DST"),)

    def test_made_again_it_is_that_of_the_source(self) -> None:
        record = made("m1", THREE, FGP=2, CIN=[M1Core(50, 60, 45)])
        transaction(record)
        record.convert_minutiae("efs")
        record[361] = b"1\x1fF\x1f331\x1f2"
        record.FGP, record.CIN = 3, ()
        lost = record.convert_minutiae("efs", "m1")
        assert (record.FPP[0].FGP, record.COR) == (3, ())
        assert lost == ["what 9.320 COR said before", "1 subfields of 9.361 CPF, for features of 9.331 that are gone"]


class TestArraysSayWhatTheyAre:
    def test_resolution(self) -> None:
        record = made("efs", THREE)
        transaction(record, ppi=1000)
        before = {number: bytes(record.raw(number) or b"") for number in (331,)}
        found = record.minutiae(ppi=500)
        assert record.set_minutiae(found) == []
        assert {number: bytes(record.raw(number) or b"") for number in (331,)} == before
        new = Type9.from_minutiae(found, "efs", ppi=1000, width=100, height=100, IMP=1)
        assert bytes(new.raw(331) or b"") == before[331]

    @pytest.mark.parametrize("block", BLOCKS)
    def test_height_of_the_image_at_another_resolution(self, block: str) -> None:
        record = made(block, THREE, ppi=1000)
        transaction(record, ppi=1000)
        fine, coarse = record.minutiae(), record.minutiae(ppi=500)
        for name in ("x", "y"):
            assert coarse[name] == pytest.approx(fine[name] / 2)
        before = bytes(record)
        record.set_minutiae(coarse)
        assert bytes(record) == before
        template = record.to_template(ppi=500, quality=0)
        assert (template.width, template.height) == (50, 50)
        assert template.views[0].minutiae["y"] == pytest.approx([2.5, 25, 30], abs=0.51)

    def test_scale_of_quality(self) -> None:
        array = THREE.copy()
        array["quality"] = (2, 32, 63)
        found = made("standard", array).minutiae(ppi=500, height=100)
        new = Type9.from_minutiae(found, "m1", ppi=500, width=100, height=100, IMP=1)
        assert new.minutiae()["quality"].tolist() == [100, 51, 1]
        view = new.to_template(quality=0).views[0]
        back = Type9.from_minutiae(view.minutiae, "iafis", ppi=500, width=100, height=100, IMP=1, lossy=True)
        assert back.minutiae(units="own")["quality"].tolist() == [2, 32, 63]

    def test_units_of_another_block_are_refused(self) -> None:
        own = made("m1", THREE).minutiae(units="own")
        with pytest.raises(MinutiaeError, match="units of the block m1, not of efs"):
            made("efs", THREE).set_minutiae(own, "efs")


class TestTemplates:
    @pytest.mark.parametrize(
        ("told_code", "code"),
        [(0, 0), (1, 1), (2, 2), (3, 3), (8, 8), (20, 0), (21, 1), (22, 0), (23, 1), (24, 9), (27, 9), (42, 9)],
    )
    def test_impressions(self, told_code: int, code: int) -> None:
        record = made("m1", THREE, IMP=told_code)
        template = record.to_template(quality=50)
        assert template.views[0].impression == code
        assert kinds(template.lost) == (set() if told_code == code else {"impression"})

    @pytest.mark.parametrize("told_code", [4, 7, 10, 15, 28, 29, 33, None])
    def test_an_impression_that_it_has_not_is_asked_for(self, told_code: int | None) -> None:
        record = made("m1", THREE, IMP=told_code or 0)
        record.IMP = told_code
        with pytest.raises(MinutiaeError, match=r"no code for an unknown impression.*give impression=$"):
            record.to_template(quality=50)
        template = record.to_template(quality=50, impression=0)
        assert kinds(template.lost) == (set() if told_code in (29, None) else {"impression"})

    def test_a_quality_of_the_finger_that_it_has_not_is_asked_for(self) -> None:
        for value, lost in ((254, set()), (255, {"finger quality"})):
            record = made("m1", THREE, FQD=[M1Quality(value)])
            with pytest.raises(MinutiaeError, match=r"give quality=$"):
                record.to_template()
            assert kinds(record.to_template(quality=0).lost) == lost

    def test_palms_and_candidates_are_no_thumb(self) -> None:
        for codes in ((21,), tuple(range(1, 11)), (13,)):
            record = made("efs", THREE, FPP=[FrictionRidgePosition(code) for code in codes])
            template = record.to_template(ppi=500, width=100, height=100, quality=50)
            assert template.views[0].position == 0
            assert kinds(template.lost) == {"finger"} and all(str(code) in template.lost[0] for code in codes)
            assert not any("thumb" in line for line in template.lost)
