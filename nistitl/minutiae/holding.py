"""What a statement of meaning can hold of features, and by name what it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from nistitl.minutiae.features import NO_EQUIPMENT, Finger, FingerQuality, Source
from nistitl.minutiae.meaning import FACTS, NEIGHBOURS, NO_SCALE, Angles, Counting, Meaning, Pattern
from nistitl.minutiae.view import DELTA_ANGLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nistitl.minutiae.arrays import Array
    from nistitl.minutiae.features import Features

NO_NEIGHBOUR, NO_RIDGES = 255, 15  # as some blocks say that there is no neighbour in an octant
NO_ONE = 0  # as features do, whose minutiae may be 255 and more
_UNKNOWN_FINGERS = (0, 18)
_THUMBS = {11: 1, 12: 6}  # plain ones, which some formats do not tell from rolled ones
_BEST, _UNTRIED = 100, 254  # of a quality of the finger
_UNCLASSIFIED = Pattern("UC")
_UNKNOWN_IMPRESSION = 29
CONTACTLESS = 9  # of the first templates; 9.003 says how
_NEAR_IMPRESSIONS = {
    20: 0, 21: 1, 22: 0, 23: 1, 24: CONTACTLESS, 25: CONTACTLESS, 26: CONTACTLESS, 27: CONTACTLESS, 41: CONTACTLESS,
    42: CONTACTLESS, 43: CONTACTLESS,
}  # fmt: skip
_PATTERN_PARTS = ("subclass", "relation")
_METHODS = ("neighbours", "quadrants", "octants")


def held(features: Features, target: Meaning, countings: Sequence[Counting]) -> tuple[Features, list[str]]:
    """The features as the target can hold them, with quality on its own scale, and what it cannot hold.

    `countings` are those of the target that this record can tell. What is told of the finger is for `held_finger`;
    types, uncertainty and places of minutiae are for `writing.fit`, which sees them in the target's own units.
    """
    minutiae, lost = _minutiae(features, target)
    counts, counting, uncounted = recounted(features.counts, features.counting, countings)
    cores, fewer_cores = held_points(features.cores, "cores", ("theta",), target.core_angles, target.most_cores)
    deltas, fewer_deltas = held_points(features.deltas, "deltas", DELTA_ANGLES, target.delta_angles, target.most_deltas)
    for points, what in ((cores, "cores"), (deltas, "deltas")):
        lost += _point_details(points, what, target)
    kept = attrs.evolve(
        features, minutiae=minutiae, facts=features.facts if target.holds_facts else np.full_like(features.facts, -1),
        counts=counts, counting=counting, cores=cores, deltas=deltas,
    )  # fmt: skip
    return kept, [*lost, *uncounted, *fewer_cores, *fewer_deltas]


# -- minutiae and ridge counts ------------------------------------------------------------------


def _minutiae(features: Features, target: Meaning) -> tuple[Array, list[str]]:
    """Quality on the target's scale; where it has none it stays as it is, for `fit` to tell."""
    minutiae, lost = np.array(features.minutiae), list[str]()
    if target.quality != NO_SCALE:
        minutiae["quality"] = target.of_percent(minutiae["quality"])
    if not target.holds_facts:
        for fact, what in FACTS.items():
            if many := int(np.count_nonzero(features.facts == fact)):
                lost.append(f"that {many} minutiae are {what}, which stands for their quality")
    return minutiae, lost


def recounted(counts: Array, source: Counting, countings: Sequence[Counting]) -> tuple[Array, Counting, list[str]]:
    """Ridge counts as one of these countings tells them: the same, else the same neighbours, else any."""
    real = counts["neighbour"] != NO_ONE
    many = int(np.count_nonzero(real))
    alike = [one for one in countings if one.method == source.method]
    chosen = source if source in countings else next(iter(alike), NEIGHBOURS if NEIGHBOURS in countings else None)
    if chosen is None:
        words = f"{many} ridge counts to {_neighbours(source)}"
        others = " or ".join(dict.fromkeys(_neighbours(one) for one in countings))
        return counts[:0], source, [f"{words} (what it holds is to {others})"] if many else []
    lost = []
    if chosen.method != source.method and many:
        lost.append(f"the method of {many} ridge counts, which are to {_neighbours(source)}")
    if (step := chosen.more - source.more) and many:
        counts = np.array(counts)
        numbers = counts["count"] + step
        if below := int(np.count_nonzero(real & (numbers < 0))):
            lost.append(f"that {below} ridge counts are between minutiae on one ridge")
        counts["count"] = np.where(real, np.maximum(numbers, 0), counts["count"])
    return counts, chosen, lost


def _neighbours(counting: Counting) -> str:
    """What minutiae are counted to; a template may have a number for its method that no standard knows."""
    return _METHODS[counting.method] if counting.method < len(_METHODS) else f"neighbours by method {counting.method}"


def names_no_neighbour(index: Array) -> bool:
    """True where one of these indices is what some blocks say for no neighbour."""
    return bool((index == NO_NEIGHBOUR).any())


def lone(counts: Array, index: Array) -> Array:
    """Which ridge counts between minutiae of these indices say that one has no neighbour there."""
    neighbour, count = counts["neighbour"], counts["count"]
    none: Array = neighbour == NO_ONE
    if not names_no_neighbour(index):
        none |= (neighbour == NO_NEIGHBOUR) & (count == NO_RIDGES)
    return none


def spelled_lone(counts: Array) -> Array:
    """Ridge counts of features with that there is no neighbour as those blocks say it that do."""
    none = counts["neighbour"] == NO_ONE
    if not none.any():
        return counts
    spelled = np.array(counts)
    spelled["neighbour"][none], spelled["count"][none] = NO_NEIGHBOUR, NO_RIDGES
    return spelled


def told_lone(counts: Array, index: Array) -> Array:
    """Ridge counts of minutiae of these indices as features say that there is no neighbour, which names none."""
    none = lone(counts, index)
    if not none.any():
        return counts
    told = np.array(counts)
    told["neighbour"][none] = NO_ONE
    return told


def taken_for_none(counts: Array, index: Array) -> Array:
    """Which ridge counts to a minutia are spelled as those blocks say that there is no neighbour."""
    spelled: Array = (counts["neighbour"] == NO_NEIGHBOUR) & (counts["count"] == NO_RIDGES)
    return spelled if names_no_neighbour(index) else spelled & False


# -- cores and deltas ---------------------------------------------------------------------------


def held_points(points: Array, what: str, names: Sequence[str], angles: Angles, most: int) -> tuple[Array, list[str]]:
    """As many cores or deltas as can be told, with the angles that can be told."""
    points, lost = np.array(points), list[str]()
    if not len(points):
        return points, lost
    if not most:
        return points[:0], [f"{len(points)} {what}"]
    known: Array = np.column_stack([np.isfinite(points[name]) for name in names])
    if angles in (Angles.MUST, Angles.FIRST):
        there = np.all(known[:, : None if angles is Angles.MUST else 1], axis=1)
        if gone := int((~there).sum()):
            lost.append(f"{gone} {what} whose direction is not known, which must be told")
        points, known = points[there], known[there]
    if len(points) > most:
        lost.append(f"{len(points) - most} {what} beyond the first {most}")
        points, known = points[:most], known[:most]
    keep = _kept_angles(known, angles)
    if turned := int((known & ~keep).any(axis=1).sum()):
        lost.append(f"angles of {turned} {what}")
    for column, name in enumerate(names):
        points[name][~keep[:, column]] = np.nan
    return points, lost


def _kept_angles(known: Array, angles: Angles) -> Array:
    """Which angles of (points, angles) can be told."""
    match angles:
        case Angles.NONE:
            kept: Array = known & False
        case Angles.WHOLE:
            kept = np.broadcast_to(np.all(known, axis=1, keepdims=True), known.shape)
        case Angles.ALL:
            kept = np.full_like(known, known.all())
        case Angles.FIRST:
            kept = known & ((np.arange(known.shape[1]) == 0) | known.all())
        case _:
            kept = known
    return kept


def _point_details(points: Array, what: str, target: Meaning) -> list[str]:
    """Take out the type and uncertainty of cores or deltas, in place, where the target has none."""
    lost = []
    names = points.dtype.names or ()
    if "type" in names and not target.holds_delta_types:
        if typed := int((points["type"] != "").sum()):
            lost.append(f"the type of {typed} {what}")
        points["type"] = ""
    if not target.holds_point_uncertainty:
        uncertain = [name for name in names if name == "radius" or name.startswith("spread")]
        known = np.zeros(len(points), np.bool_)
        for name in uncertain:
            known |= np.isfinite(points[name])
            points[name] = np.nan
        lost += [f"the uncertainty of {int(known.sum())} {what}"] if known.any() else []
    return lost


# -- the finger and how features were found -----------------------------------------------------


def settled(finger: Finger, position: int) -> Finger:
    """The finger with the one of several candidates that this position is, if it is one."""
    of_it = [code for code in finger.codes if position and position in (code, _THUMBS.get(code))]
    return attrs.evolve(finger, codes=tuple(of_it[:1])) if of_it else finger


def held_finger(finger: Finger, target: Meaning) -> tuple[Finger, list[str]]:
    """What is told of the finger as the target can hold it, and what it cannot."""
    codes, lost = _codes(finger, target)
    patterns, unclassified = _patterns(finger, target)
    qualities, unrated = _qualities(finger.qualities, target)
    source, untold = _source(finger.source, target)
    kept = Finger(codes, 0, patterns, 0, qualities, finger.view, source, finger.product, finger.equipment)
    lost += [*unclassified, *unrated, *untold]
    if finger.view and not target.holds_view_number:
        lost.append("the number of the view")
        kept = attrs.evolve(kept, view=0)
    if finger.product and not target.holds_product:
        lost.append("the product that encoded the features")
        kept = attrs.evolve(kept, product=0)
    if finger.equipment != NO_EQUIPMENT and not target.holds_equipment:
        lost.append("the capture equipment")
        kept = attrs.evolve(kept, equipment=NO_EQUIPMENT)
    return kept, lost


def _codes(finger: Finger, target: Meaning) -> tuple[tuple[int, ...], list[str]]:
    """The finger positions; none, which is not known, where there are more candidates or others than it can tell."""
    lost = [f"segments or polygons of {finger.parts} finger positions"] if finger.parts else []
    codes, told = finger.codes, ", ".join(map(str, finger.codes))
    if len(codes) > target.most_fingers:
        codes = tuple(dict.fromkeys(codes))
    if len(codes) <= target.most_fingers and all(code in target.fingers for code in codes):
        return codes, lost
    if all(code in _UNKNOWN_FINGERS for code in codes):
        return (), lost
    if len(codes) > target.most_fingers:
        return (), [*lost, f"the finger position, of which there are {len(codes)} candidates: {told}"]
    if len(codes) == 1 and (thumb := _THUMBS.get(codes[0], -1)) in target.fingers:
        return (thumb,), [*lost, f"the finger position {told} (a plain thumb), told as {thumb}"]
    return (), [*lost, f"the finger position {told}"]


def _patterns(finger: Finger, target: Meaning) -> tuple[tuple[Pattern | None, ...], list[str]]:
    """The pattern classes, each as near as the target has it."""
    told, lost = finger.patterns, list[str]()
    if finger.pattern_counts:
        lost.append(f"ridge counts of {finger.pattern_counts} pattern classes")
    if not target.most_patterns:
        known = [one for one in told if one != _UNCLASSIFIED]
        return (), [f"the pattern class, of which {len(known)} are told", *lost] if known else lost
    if len(told) > target.most_patterns:
        lost.append(f"{len(told) - target.most_patterns} pattern classes beyond the first {target.most_patterns}")
        told = told[: target.most_patterns]
    classes = []
    for one in told:
        near = next((part for part in _parts(one) if target.tells(part)), None)
        if near is None:
            lost.append(f"the pattern class {one.general if one else 'that only its sender knows'}")
        elif one is not None:
            parts = [name for name in _PATTERN_PARTS if getattr(one, name) != getattr(near, name)]
            lost += [f"the {part} of the pattern class {one.general}" for part in parts]
        classes.append(near or _UNCLASSIFIED)
    return tuple(classes), lost


def _parts(pattern: Pattern | None) -> list[Pattern]:
    """The class, then ever less of it."""
    if pattern is None:
        return []
    return [pattern, Pattern(pattern.general, pattern.subclass), Pattern(pattern.general)]


def _qualities(qualities: Sequence[FingerQuality], target: Meaning) -> tuple[tuple[FingerQuality, ...], list[str]]:
    """The qualities of the finger; that it was not tried is what formats say for none."""
    tried = [one for one in qualities if one.value != _UNTRIED]
    needed = target.quality_needs_algorithm
    fit = [one for one in tried if not needed or (one.vendor is not None and one.product is not None)]
    if needed is None:
        fit = [one for one in tried if one.value <= _BEST]
    kept, lost = fit[: target.finger_qualities], []
    if gone := len(tried) - len(kept):
        lost.append(f"the quality of the finger ({gone} told)")
    if needed is None and any(one[1:] != (None, None) for one in kept):
        lost.append("the algorithm of the quality of the finger")
        kept = [FingerQuality(one.value) for one in kept]
    return tuple(kept), lost


def _source(source: Source, target: Meaning) -> tuple[Source, list[str]]:
    """How minutiae were found, in the code of 9.005, and by which system."""
    known = source.method in target.methods.values()
    lost = ["the method by which minutiae were found"] if source.method and not known else []
    system = source.system if target.holds_system and (known or not target.system_needs_method) else ""
    if source.system and not system:
        lost.append("the name of the system that found the minutiae")
    if source.more:
        lost.append("version or part of the system that found the minutiae")
    return Source(source.method if known else "", system), lost


def told_impression(impression: int | None, target: Meaning) -> tuple[int | None, list[str]]:
    """The target's code of an impression of 9.003, None where it has none, and what that does not tell."""
    if impression is None or impression == _UNKNOWN_IMPRESSION:
        return None, []
    for code in (impression, _NEAR_IMPRESSIONS.get(impression)):
        if code is not None and code in target.impressions:
            told = [] if code == impression else [f"the impression type {impression}, told as {code}"]
            return code, told
    return None, [f"the impression type {impression}"]
