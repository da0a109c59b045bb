"""Finger minutiae records, the templates that matchers speak: ANSI INCITS 378-2004 and ISO/IEC 19794-2:2005.

Both are a header, then views: four bytes, six for each minutia, and areas of extended data. INCITS has the product
and a length of two bytes (or two zeros and four bytes) in its header, and angles of two degrees; ISO a length of four
bytes and angles of 360/256 degrees. Bits that are reserved, and areas that are not known, are kept.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
import numpy as np

from nistitl.minutiae.arrays import CORES, COUNTS, DELTAS, Minutiae, MinutiaeError, empty
from nistitl.minutiae.features import no_deltas
from nistitl.minutiae.writing import checked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

Format = Literal["incits-378-2004", "iso-19794-2-2005"]
FORMATS: tuple[Format, ...] = get_args(Format)
INCITS, ISO = FORMATS

_MAGIC = b"FMR\0 20\0"
_MINUTIA = np.dtype([("x", ">u2"), ("y", ">u2"), ("angle", "u1"), ("quality", "u1")])  # the type in the bits of x
_TYPES = np.array(["O", "E", "B", "X"])  # by the code of two bits; the fourth is reserved
_UNITS: dict[str, int] = {INCITS: 180, ISO: 256}  # of an angle in a full turn
_FARTHEST = 0x3FFF  # of a coordinate, 14 bits
_MOST_MINUTIAE, _MOST_VIEWS, _MOST_BYTES = 255, 255, 0xFFFF
_RIDGE_COUNTS, _CORES_AND_DELTAS = 1, 2  # types of areas
_ANGULAR = 1  # two bits: angles follow
_COUNT = np.dtype([("center", "u1"), ("neighbour", "u1"), ("count", "u1")])


@attrs.frozen(slots=True)
class _Source:
    """The bytes a view was read from; what is still as they say is written as they are."""

    format: str
    minutiae: bytes
    areas: bytes


@attrs.frozen(slots=True, eq=False)
class View:
    """One finger as seen once. Features are in pixels of the template's resolution; index n is the n-th minutia.

    `position` and `impression` are the codes of FGP and IMP, `quality` of the finger is 0 to 100, that of minutiae
    1 to 100. `method` of ridge counting: 0 not told, 1 quadrants, 2 octants. `extended`: type and content of areas
    of other types, and of those of types 1 and 2 that do not decode.
    """

    minutiae: Minutiae
    position: int = 0
    number: int = 0
    impression: int = 0
    quality: int = 0
    ridge_counts: Array = attrs.field(factory=lambda: np.zeros(0, COUNTS))
    method: int = 0
    cores: Array = attrs.field(factory=lambda: np.zeros(0, CORES))
    deltas: Array = attrs.field(factory=lambda: np.zeros(0, DELTAS))
    extended: tuple[tuple[int, bytes], ...] = ()
    _source: _Source | None = attrs.field(default=None, repr=False)


@attrs.frozen(slots=True, eq=False)
class Template:
    """A finger minutiae record: size of the image in pixels, resolution in pixels per cm, and the views.

    `equipment` and its `certification` (bit 3: appendix F) are 0 where they are not told; `product` is that of CBEFF,
    owner and type, which ISO does not have. `lost`: what the format could not hold of the record it was made of.
    """

    format: Format
    width: int
    height: int
    ppcm_x: int
    ppcm_y: int
    views: tuple[View, ...] = ()
    equipment: int = 0
    certification: int = 0
    product: int | None = None
    lost: tuple[str, ...] = ()
    _reserved: int = attrs.field(default=0, repr=False)
    _long: bool = attrs.field(default=False, repr=False)  # a length of six bytes where two would do

    @property
    def ppi(self) -> float | None:
        """Horizontal pixels per inch; None where the resolution is not told."""
        return self.ppcm_x * 2.54 if self.ppcm_x else None

    def write(self) -> bytes:
        """The bytes; where nothing has changed, those it was read from. MinutiaeError for what the format cannot."""
        _known(self.format)
        views = b"".join(_view_bytes(view, self.format) for view in self.views)
        try:
            return self._header(len(views)) + views
        except struct.error as error:
            raise MinutiaeError(f"the header of the template cannot hold its numbers: {error}") from None

    __bytes__ = write

    def _header(self, behind: int) -> bytes:
        equipment = _nibble(self.certification, "certification") << 12 | self.equipment
        if not 0 <= self.equipment <= 0xFFF:
            raise MinutiaeError(f"the capture equipment is 0 to 4095, not {self.equipment}")
        rest = struct.pack(
            ">HHHHHBB", equipment, self.width, self.height, self.ppcm_x, self.ppcm_y, len(self.views), self._reserved
        )
        if self.format == ISO:
            return _MAGIC + struct.pack(">I", 12 + len(rest) + behind) + rest
        rest = struct.pack(">I", self.product or 0) + rest
        length = 10 + len(rest) + behind
        if self._long or length > _MOST_BYTES:
            return _MAGIC + struct.pack(">HI", 0, length + 4) + rest
        return _MAGIC + struct.pack(">H", length) + rest


def _known(form: str) -> Format:
    if form not in FORMATS:
        raise MinutiaeError(f"there is no format {form!r}; formats are {' and '.join(FORMATS)}")
    return form


def _nibble(number: int, what: str) -> int:
    if not 0 <= number <= 15:
        raise MinutiaeError(f"the {what} is 0 to 15, not {number}")
    return number


# -- reading ------------------------------------------------------------------------------------


def read_template(data: bytes) -> Template:
    """The template in these bytes, whichever of the two formats it is. MinutiaeError for anything else."""
    data = bytes(data)
    form, long, at = _framed(data)
    try:
        product = None
        if form == INCITS:
            (product,) = struct.unpack_from(">I", data, at)
            at += 4
        equipment, width, height, across, down, many, reserved = struct.unpack_from(">HHHHHBB", data, at)
        at += 12
        ppi = across * 2.54 or None
        views = []
        for _ in range(many):
            view, at = _read_view(data, at, form, ppi)
            views.append(view)
    except struct.error:
        raise MinutiaeError(f"the template ends in the middle, after {len(data)} bytes") from None
    if at != len(data):
        raise MinutiaeError(f"{len(data) - at} bytes follow the last view of the template")
    return Template(
        form, width, height, across, down, tuple(views), equipment & 0xFFF, equipment >> 12, product, (), reserved, long
    )  # fmt: skip


def _framed(data: bytes) -> tuple[Format, bool, int]:
    """The format, whether its length is the long one, and where the header goes on: by the length that is right."""
    if data[:8] != _MAGIC:
        raise MinutiaeError(
            "no template of INCITS 378-2004 or ISO/IEC 19794-2:2005: those begin with FMR and version 20"
        )
    short, iso, long = (int.from_bytes(data[at:end], "big") for at, end in ((8, 10), (8, 12), (10, 14)))
    if short == len(data):
        return INCITS, False, 10
    if iso == len(data):
        return ISO, False, 12
    if short == 0 and long == len(data):
        return INCITS, True, 14
    says = short or iso if short == 0 else short
    raise MinutiaeError(f"the template says it has {says} bytes, and has {len(data)}")


def _read_view(data: bytes, at: int, form: Format, ppi: float | None) -> tuple[View, int]:
    position, both, quality, many = struct.unpack_from(">BBBB", data, at)
    at += 4
    end = at + many * _MINUTIA.itemsize
    (size,) = struct.unpack_from(">H", data, end)
    rows, areas = data[at:end], data[end + 2 : end + 2 + size]
    if len(areas) < size:
        raise MinutiaeError(f"the extended data of a view says it has {size} bytes; {len(areas)} are left")
    features = _read_areas(areas, form)
    minutiae = Minutiae(_read_minutiae(rows, form), "", "pixels", ppi)
    source = _Source(form, rows, areas)
    return View(minutiae, position, both >> 4, both & 15, quality, *features, source), end + 2 + size


def _read_minutiae(raw: bytes, form: str) -> Array:
    rows = np.frombuffer(raw, _MINUTIA)
    made = empty(len(rows))
    made["x"], made["y"] = rows["x"] & _FARTHEST, rows["y"] & _FARTHEST
    made["theta"] = _degrees(rows["angle"], form)
    made["type"] = _TYPES[rows["x"] >> 14]
    made["quality"] = np.where(rows["quality"] == 0, -1, rows["quality"].astype(np.int16))
    return made


def _degrees(angle: Any, form: str) -> Any:
    return np.asarray(angle, np.float64) * (360 / _UNITS[form]) % 360


_Features = tuple["Array", int, "Array", "Array", tuple[tuple[int, bytes], ...]]  # as View has them


def _read_areas(raw: bytes, form: str) -> _Features:
    """Ridge counts, their method, cores, deltas and the other areas."""
    counts, cores, deltas = np.zeros(0, COUNTS), np.zeros(0, CORES), np.zeros(0, DELTAS)
    method, others, seen = 0, [], set()
    for kind, content in _divided(raw):
        if kind == _RIDGE_COUNTS and kind not in seen and len(content) % _COUNT.itemsize == 1:
            method, counts = content[0], _read_counts(content[1:])
        elif kind == _CORES_AND_DELTAS and kind not in seen and (points := _read_points(content, form)) is not None:
            cores, deltas = points
        else:
            others.append((kind, content))
            continue
        seen.add(kind)
    return counts, method, cores, deltas, tuple(others)


def _divided(raw: bytes) -> list[tuple[int, bytes]]:
    """The areas of extended data: type and content."""
    areas, at = [], 0
    while at < len(raw):
        kind, size = struct.unpack_from(">HH", raw, at)
        if size < 4 or at + size > len(raw):
            raise MinutiaeError(f"an area of extended data says it has {size} bytes; {len(raw) - at} are left")
        areas.append((kind, raw[at + 4 : at + size]))
        at += size
    return areas


def _read_counts(raw: bytes) -> Array:
    rows = np.frombuffer(raw, _COUNT)
    made = np.zeros(len(rows), COUNTS)
    for name in ("center", "neighbour", "count"):
        made[name] = rows[name]
    made["sector"] = made["residual"] = -1
    return made


def _read_points(raw: bytes, form: str) -> tuple[Array, Array] | None:
    """Cores and deltas; None where the area is not what it should be."""
    try:
        cores, at = _read_kind(raw, 0, form, 0x0F, 1)
        deltas, at = _read_kind(raw, at, form, 0x3F, 3)
    except (struct.error, IndexError):
        return None
    if at != len(raw):
        return None
    made_cores, made_deltas = np.full(len(cores), np.nan, CORES), no_deltas(len(deltas))
    for row, (x, y, angles) in enumerate(cores):
        made_cores[row] = (x, y, *(_degrees(angles, form) if angles else [np.nan]), np.nan, np.nan)
    for row, (x, y, angles) in enumerate(deltas):
        for name, value in zip(("x", "y", "up", "left", "right"), (x, y, *_degrees(angles, form)), strict=False):
            made_deltas[name][row] = value
    return made_cores, made_deltas


def _read_kind(raw: bytes, at: int, form: str, mask: int, angles: int) -> tuple[list[tuple[int, int, list[int]]], int]:
    """The points of one kind, and where the next begins: INCITS tells once that angles follow, ISO at each x."""
    head = raw[at]
    at, points = at + 1, []
    for _ in range(head & mask):
        x, y = struct.unpack_from(">HH", raw, at)
        follow = angles if (head >> 6 if form == INCITS else x >> 14) == _ANGULAR else 0
        told = list(struct.unpack_from(f">{follow}B", raw, at + 4))
        points.append((x & _FARTHEST, y & _FARTHEST, told))
        at += 4 + follow
    return points, at


# -- writing ------------------------------------------------------------------------------------


def _view_bytes(view: View, form: str) -> bytes:
    minutiae = checked(view.minutiae)
    if len(minutiae) > _MOST_MINUTIAE:
        raise MinutiaeError(f"a view holds 255 minutiae, not {len(minutiae)}: keep the best of them")
    rows, areas = _minutiae_bytes(minutiae, view, form), _areas_bytes(minutiae, view, form)
    if len(areas) > _MOST_BYTES:
        raise MinutiaeError(f"a view holds 65535 bytes of extended data, not {len(areas)}: keep fewer ridge counts")
    both = _nibble(view.number, "view number") << 4 | _nibble(view.impression, "impression type")
    try:
        head = struct.pack(">BBBB", view.position, both, view.quality, len(minutiae))
    except struct.error as error:
        raise MinutiaeError(f"finger position and quality must be 0 to 255: {error}") from None
    return head + rows + struct.pack(">H", len(areas)) + areas


def _minutiae_bytes(minutiae: Array, view: View, form: str) -> bytes:
    """Six bytes each; those it was read from where they still say the same, whatever is in their reserved bits."""
    made = np.zeros(len(minutiae), _MINUTIA)
    x, y = _coordinates(minutiae)
    codes = np.zeros(len(minutiae), np.uint16)
    for code in (1, 2):
        codes[minutiae["type"] == _TYPES[code]] = code
    if (minutiae["quality"] > 255).any():
        raise MinutiaeError("the quality of a minutia is 100 at most")
    made["x"], made["y"] = codes << 14 | x, y
    made["angle"] = _own_angle(minutiae["theta"], form)
    made["quality"] = np.maximum(minutiae["quality"], 0)
    source = view._source
    if source is not None and source.format == form and len(source.minutiae) == made.nbytes:
        was, same = _read_minutiae(source.minutiae, form), np.ones(len(made), np.bool_)
        for name in ("x", "y", "theta", "type", "quality"):
            same &= was[name] == minutiae[name]
        made[same] = np.frombuffer(source.minutiae, _MINUTIA)[same]
    return made.tobytes()


def _coordinates(points: Array) -> tuple[Array, Array]:
    x, y = np.rint(points["x"]), np.rint(points["y"])
    if not ((x >= 0) & (x <= _FARTHEST) & (y >= 0) & (y <= _FARTHEST)).all():
        raise MinutiaeError("a point lies outside of what a template can say: 0 to 16383 pixels")
    return x.astype(np.uint16), y.astype(np.uint16)


def _own_angle(theta: Any, form: str) -> Any:
    return (np.rint(np.asarray(theta) % 360 / (360 / _UNITS[form])) % _UNITS[form]).astype(np.uint8)


def _areas_bytes(minutiae: Array, view: View, form: str) -> bytes:
    """The areas of extended data; those it was read from where they still say the same."""
    counts, source = _numbered(view.ridge_counts, minutiae), view._source
    features: _Features = (counts, view.method, view.cores, view.deltas, view.extended)
    if source is not None and source.format == form and _same(_read_areas(source.areas, form), features):
        return source.areas
    areas = [(kind, content) for kind, content in view.extended]
    if len(view.cores) or len(view.deltas):
        areas.insert(0, (_CORES_AND_DELTAS, _points_bytes(view.cores, view.deltas, form)))
    if len(counts):
        areas.insert(0, (_RIDGE_COUNTS, _counts_bytes(counts, view.method)))
    try:
        return b"".join(struct.pack(">HH", kind, 4 + len(content)) + content for kind, content in areas)
    except struct.error:
        raise MinutiaeError("an area of extended data holds 65531 bytes: keep fewer ridge counts") from None


def _same(was: _Features, features: _Features) -> bool:
    return (
        was[1] == features[1]
        and was[4] == features[4]
        and all(
            np.asarray(one).tobytes() == np.asarray(other, one.dtype).tobytes()
            for one, other in zip((was[0], was[2], was[3]), (features[0], features[2], features[3]), strict=True)
        )
    )


def _numbered(counts: Array, minutiae: Array) -> Array:
    """The ridge counts with the places of the minutiae instead of their indices."""
    made = np.array(counts, COUNTS)
    if np.array_equal(minutiae["index"], np.arange(1, len(minutiae) + 1)):
        return made
    order = np.argsort(minutiae["index"])
    for name in ("center", "neighbour"):
        place = np.searchsorted(minutiae["index"], made[name], sorter=order)
        place = order[np.minimum(place, len(order) - 1)] if len(order) else place
        if len(made) and (not len(order) or (minutiae["index"][place] != made[name]).any()):
            raise MinutiaeError("ridge counts name minutiae that are not there: take them out of ridge_counts")
        made[name] = place + 1
    return made


def _counts_bytes(counts: Array, method: int) -> bytes:
    made = np.zeros(len(counts), _COUNT)
    for name in ("center", "neighbour", "count"):
        if len(counts) and not 0 <= int(counts[name].min()) <= int(counts[name].max()) <= 255:
            raise MinutiaeError(f"the {name} of a ridge count is 0 to 255 in a template")
        made[name] = counts[name]
    if not 0 <= method <= 255:
        raise MinutiaeError(f"the method of ridge counting is 0 to 255, not {method}")
    return bytes((method,)) + made.tobytes()


def _points_bytes(cores: Array, deltas: Array, form: str) -> bytes:
    return _kind_bytes(cores, ("theta",), 15, form) + _kind_bytes(deltas, ("up", "left", "right"), 63, form)


def _kind_bytes(points: Array, angles: tuple[str, ...], most: int, form: str) -> bytes:
    what = "cores" if most == 15 else "deltas"
    if len(points) > most:
        raise MinutiaeError(f"a template holds {most} {what}, not {len(points)}")
    told = np.array([[np.isfinite(point[name]) for name in angles] for point in points], np.bool_)
    told = told.reshape(len(points), len(angles))
    if (told.any(axis=1) != told.all(axis=1)).any() or (form == INCITS and told.any() != told.all() and len(points)):
        raise MinutiaeError(f"a template holds every angle of {what} or none: give all, or nan")
    x, y = _coordinates(points)
    once = bool(len(points)) and form == INCITS and bool(told.all())
    made = bytes((len(points) | (_ANGULAR << 6 if once else 0),))
    for row, point in enumerate(points):
        with_angles = bool(told[row].all())
        high = _ANGULAR << 14 if with_angles and form == ISO else 0
        made += struct.pack(">HH", int(x[row]) | high, int(y[row]))
        made += bytes(int(_own_angle(point[name], form)) for name in angles) if with_angles else b""
    return made
