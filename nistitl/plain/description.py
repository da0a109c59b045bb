"""What a person says of a transaction: its type, who, and which picture shows what; read from TOML or a dictionary.

    [transaction]    type, profile, overlays, prints, fingers; Type-1 by mnemonic; SRC, FCD: of records with images
    [demographics]   Type-2 by mnemonic of the profile
    [images]         a position = a file, a table with a file, or "amputated", "unprintable"; folder, pattern,
                     and what holds for all of them: ppi, resample, impression, codec, bitrate

Whatever is misspelt, given twice or of another kind is refused with file, line and what may be meant.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from nistitl.base.errors import ITLError
from nistitl.base.nearest import meant
from nistitl.base.tables import TableReader, TableText, table_text, tables_of
from nistitl.images.given import Wishes
from nistitl.images.positions import (
    fingers_of,
    has_records,
    is_palm,
    position_names,
    position_slugs,
    position_spelled,
    told,
)
from nistitl.plain.imagerow import (
    FOR_ALL,
    OF_ONE,
    check_keys,
    check_said,
    common_said,
    kind_of,
    other_resample,
    segments_said,
    wishes_said,
)
from nistitl.plain.misplaced import HEAD, OTHERS, header_names, name_of_key, no_key, no_position
from nistitl.plain.naming import positions_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

AMPUTATED, UNPRINTABLE = "XX", "UP"
REASONS = {"amputated": AMPUTATED, "unprintable": UNPRINTABLE, AMPUTATED.lower(): AMPUTATED, "up": UNPRINTABLE}
_SPOKEN, _LONGEST_REASON = ("amputated", "unprintable"), 40
EYES = {"right-iris": 1, "iris-right": 1, "left-iris": 2, "iris-left": 2}
PRINT_SETS = ("14", "10", "4-4-2", "some")
IMPRESSIONS = ("live", "card")
_SECTIONS = ("transaction", "demographics", "images")
_MNEMONIC = re.compile(r"[A-Z0-9][A-Z0-9_]+")


class DescriptionError(ITLError, ValueError):
    """A description cannot be understood: file and line, what is wrong, what was expected."""


@attrs.frozen(slots=True, kw_only=True)
class ImageEntry:
    """One image as it is described: what it shows, where its pixels are, and what is said of them.

    `what` is "finger", "palm", "face", "iris" or "latent", `key` how the description calls it. `source` is a path, the
    bytes of a file, an array, or a picture of Pillow; `wishes` what its pixels become. `segments` are boxes by finger
    (left, right, top, bottom in pixels of the file, the last ones included), `fields` others of its record by mnemonic.
    """

    key: str
    what: str
    position: int | None
    source: Any
    ppi: float | None = None
    usual_ppi: float | None = None  # where the picture says none
    wishes: Wishes = attrs.field(factory=Wishes)
    codec: str | None = None
    codec_of_all: bool = False  # it is said for all images, and not of this one
    bitrate: float | None = None
    segments: dict[int, tuple[int, int, int, int]] = attrs.field(factory=dict)
    minutiae: Any = None
    block: str | None = None
    fields: dict[str, Any] = attrs.field(factory=dict)

    @property
    def name(self) -> str:
        """What messages call it: the key, and the name of the file."""
        file = Path(self.source).name if isinstance(self.source, str | os.PathLike) else ""
        return f"{self.key} ({file})" if file and file != self.key else self.key


@attrs.frozen(slots=True)
class Description:
    """A whole description: `head` is Type-1 by mnemonic, `reasons` codes of fingers that have no picture."""

    text: TableText
    type: str
    profile: str
    overlays: tuple[str, ...]
    prints: str | None
    fingers: int | None
    common_head: dict[str, Any]
    head: dict[str, Any]
    demographics: dict[str, Any]
    pictures: tuple[ImageEntry, ...]
    reasons: dict[int, str]
    impression: str

    def refuse(self, section: str, key: str, message: str) -> NoReturn:
        """DescriptionError with the line where that stands."""
        raise DescriptionError(self.text.refusal((section, key), message))


def read_description(
    source: str | os.PathLike[str] | Mapping[str, Any],
    folder: str | os.PathLike[str] | None = None,
    resample: int | None = None,
) -> Description:
    """The description in a TOML file, or in a dictionary of the same form; DescriptionError.

    Names of files are seen from the folder of the TOML file, of a dictionary from `folder` or where the program runs.
    `resample` holds for every print that says none; where the description says another one, that is refused.
    """
    check_asked(resample)
    if not isinstance(source, str | os.PathLike):
        if not hasattr(source, "items"):
            raise DescriptionError(f"a description is a TOML file or a dictionary, not {kind_of(source)}")
        tables = {str(key): value for key, value in source.items()}
        return _Reader(TableText("", ""), tables, Path(folder or "."), resample).description()
    path = Path(source)
    try:
        if path.exists() and not path.is_file():
            raise DescriptionError(f"{path.name}: is no file; expected a description, as nistitl new writes it")
    except (OSError, ValueError) as error:
        raise DescriptionError(f"{path.name}: cannot read: {getattr(error, 'strerror', None) or error}") from None
    text = table_text(path, DescriptionError)
    tables = tables_of(text, DescriptionError)
    beside = Path(folder) if folder is not None else path.parent
    return _Reader(text, tables, beside, resample).description()


def check_asked(resample: int | None) -> None:
    """DescriptionError for a resolution beside the description (`--resample`) that prints are not sent at."""
    try:
        check_said("resample", resample, "resample (--resample): ")
    except ValueError as error:
        raise DescriptionError(str(error)) from None


def gathered(*steps: Callable[[], Any]) -> list[Any]:
    """What each step gives. DescriptionError with everything that any of them refuses, a line each."""
    results, told = [], []
    for step in steps:
        try:
            results.append(step())
        except DescriptionError as error:
            told.append(str(error))
    if told:
        raise DescriptionError("\n".join(dict.fromkeys(told)))
    return results


class _Reader(TableReader):
    """Makes a description of what stands in a file, and refuses what it cannot be."""

    error = DescriptionError

    def __init__(self, text: TableText, tables: dict[str, Any], folder: Path, resample: int | None = None) -> None:
        super().__init__(text, tables)
        self.folder = folder
        self.resample = resample
        self.keys: dict[int, str] = {}  # of positions that were told of
        self.eyes: dict[int, str] = {}
        self.named: set[Path] = set()  # files that stand beside a key
        self.reasons: dict[int, str] = {}

    def description(self) -> Description:
        self.check_sections(_SECTIONS)
        head, images = self.section("transaction"), self.section("images")
        common = self.common(images)
        pictures = tuple(self.pictures(images, common))
        fingers = head.get("fingers")
        if fingers not in (None, 4, 14):
            quoted = ", without quotes" if isinstance(fingers, str) else ""
            expected = f"expected 4 or 14{quoted}: the type of the records that hold fingers"
            self.refuse("transaction", "fingers", f'{expected}; which pictures are a whole set is prints = "14"')
        return Description(
            self.text,
            self.word("transaction", "type", head.get("type"), "expected a transaction type such as FAUF"),
            self.profile(head.get("profile")),
            self.overlays(head.get("overlays", [])),
            self.one_of("transaction", "prints", head.get("prints"), PRINT_SETS),
            fingers,
            {name: head[name] for name in ("SRC", "FCD") if _said(head.get(name))},
            self.header(head),
            {name: value for name, value in self.section("demographics").items() if _said(value)},
            pictures,
            self.reasons,
            self.one_of("images", "impression", common.get("impression"), IMPRESSIONS) or IMPRESSIONS[0],
        )

    # -- single values ----------------------------------------------------------------------------

    def word(self, section: str, key: str, value: Any, expected: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self.refuse(section, key, expected if value in (None, "") else f"{expected}, not {kind_of(value)}")
        return value.strip()

    def one_of(self, section: str, key: str, value: Any, known: tuple[str, ...]) -> str | None:
        if value is None:
            return None
        if str(value) not in known:
            self.refuse(section, key, f"expected {' or '.join(known)}{meant(str(value), known)}")
        return str(value)

    def profile(self, value: Any) -> str:
        """A name, or a TOML file seen from the folder."""
        word = self.word("transaction", "profile", value, "expected a profile such as fbi-ebts-9.1")
        return str(self.folder / word) if word.endswith(".toml") else word

    def overlays(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str | os.PathLike) for one in value):
            self.refuse("transaction", "overlays", 'expected a list of TOML files, such as overlays = ["state.toml"]')
        return tuple(str(self.folder / one) for one in value)

    def header(self, head: dict[str, Any]) -> dict[str, Any]:
        """Fields of Type-1, by mnemonic; what is computed is refused."""
        names = header_names()
        given = {}
        for key, value in head.items():
            if key in HEAD:
                continue
            if key not in names:
                self.refuse("transaction", key, no_key(key, "transaction"))
            if _said(value):
                given[key] = value
        return given

    # -- images -----------------------------------------------------------------------------------

    def common(self, images: dict[str, Any]) -> dict[str, Any]:
        """What holds for every image."""
        common = common_said(images, self.resample)
        for name, value in common.items():
            self.valued("images", name, lambda: check_said(name, value))  # noqa: B023  # called at once
        if self.resample is not None and common["resample"] != self.resample:
            self.refuse("images", "resample", other_resample(common["resample"], self.resample))
        return common

    def valued(self, section: str, key: str, said: Callable[[], Any]) -> Any:
        """What is said; DescriptionError at the key where it is no value of its kind."""
        try:
            return said()
        except ValueError as error:
            self.refuse(section, key, str(error))

    def pictures(self, images: dict[str, Any], common: dict[str, Any]) -> Iterable[ImageEntry]:
        rows = [(key, value) for key, value in images.items() if key not in FOR_ALL]
        for key, value in rows:
            for one in value if isinstance(value, list) and name_of_key(key) in OTHERS else [value]:
                yield from self.picture(key, one, common)
        yield from self.found(common)

    def picture(self, key: str, value: Any, common: dict[str, Any]) -> Iterable[ImageEntry]:
        """The picture of a key; none for a finger that has a reason."""
        position, what = self.place(key)
        if isinstance(value, str) and not value.strip():
            return
        if position is not None:
            self.once(position, key)
        elif not isinstance(value, list) and name_of_key(key) in EYES:
            self.eye(key)
        reason = REASONS.get(value.strip().lower()) if isinstance(value, str) else None
        if reason is not None:
            if what != "finger":
                self.refuse("images", key, "is no finger; amputated and unprintable are said of fingers")
            self.excuse(key, position or 0, reason)
            return
        if isinstance(value, str) and (reasons := self.misspelt(value)):
            self.refuse("images", key, f"{value.strip()!r} is no file here, and no reason{reasons}")
        row = value if isinstance(value, dict) else {"file": value}
        yield self.described(key, what, position, row, common)

    def misspelt(self, word: str) -> str:
        """Which reason a word without a suffix may mean, and which there are; nothing for what may be a file."""
        if "." in word or len(word) > _LONGEST_REASON or "\0" in word or (self.folder / word).exists():
            return ""
        return f"{meant(word, _SPOKEN)}; a reason is {' or '.join(_SPOKEN)}"

    def place(self, key: str) -> tuple[int | None, str]:
        """The position of a key, and what an image of it is."""
        name = name_of_key(key)
        if name in OTHERS:
            return None, OTHERS[name]
        position = position_spelled(key)
        if position is None:
            self.refuse("images", key, no_position(key))
        if not has_records(position):
            self.refuse("images", key, f"{position_slugs()[position]} is neither finger nor palm")
        return position, "palm" if is_palm(position) else "finger"

    def once(self, position: int, key: str) -> None:
        if position in self.keys:
            slug = position_slugs()[position]
            self.refuse("images", key, f"{slug} (position {position}) was told of before, as {self.keys[position]}")
        self.keys[position] = key

    def excuse(self, key: str, position: int, reason: str) -> None:
        """A position has no picture: of what is amputated every finger, of what is unprintable that impression."""
        for one in fingers_of(position) if reason == AMPUTATED else (position,):
            if self.reasons.setdefault(one, reason) != reason:
                self.refuse("images", key, f"{told([one])} was said to be unprintable; say one of the two")

    def eye(self, key: str) -> None:
        before = self.eyes.setdefault(EYES[name_of_key(key)], key)
        if before != key:
            self.refuse("images", key, f"that eye was told of before, as {before}; several are a list")

    def described(
        self, key: str, what: str, position: int | None, row: dict[str, Any], common: dict[str, Any]
    ) -> ImageEntry:
        fields = {name: value for name, value in row.items() if name not in OF_ONE and _MNEMONIC.fullmatch(name)}
        self.valued("images", key, lambda: check_keys(row, fields))
        said = self.valued("images", key, lambda: wishes_said(what, row, common))
        if self.resample is not None and row.get("resample", self.resample) != self.resample:
            self.refuse("images", key, f"resample: {other_resample(row['resample'], self.resample)}")
        if "position" in row:
            position = self.shown_by_latent(key, what, row["position"])
        if what == "iris":
            fields = {"ELR": EYES[name_of_key(key)], **fields}
        if "minutiae" in row and what not in ("latent", "finger"):
            self.refuse("images", key, "minutiae are of a latent or a finger")
        return ImageEntry(
            key=key, what=what, position=position, source=self.source(key, row.get("file")), fields=fields,
            segments=self.valued("images", key, lambda: segments_said(row.get("segments", {}))),
            minutiae=self.source(key, row["minutiae"]) if "minutiae" in row else None,
            block=None if "block" not in row else self.word("images", key, row["block"], "block is no name"),
            **said,
        )  # fmt: skip

    def shown_by_latent(self, key: str, what: str, value: Any) -> int | None:
        """The position that a latent is thought to be of."""
        position = position_spelled(str(value))
        if what != "latent":
            self.refuse("images", key, "position is said of a latent; of others it is their key")
        if position is None:
            self.refuse("images", key, f"position is none{meant(str(value), position_names())}")
        return position

    def source(self, key: str, value: Any) -> Any:
        """A path seen from the folder; arrays, bytes and pictures as they are."""
        if isinstance(value, str | os.PathLike):
            text = os.fspath(value)
            if not text or "\0" in text:
                self.refuse("images", key, "expected the name of a file")
            path = self.folder / text
            self.named.add(path.absolute())
            try:
                odd = path.exists() and not path.is_file()  # a pipe may never end
            except OSError as error:
                self.refuse("images", key, f"cannot be read: {error.strerror or error}")
            if odd:
                self.refuse("images", key, f"{path.name} is no file")
            return path
        if value is None or isinstance(value, bool | int | float | list | dict) or self.text.text:
            self.refuse("images", key, f"expected a file, a table with file = ..., or a reason, not {kind_of(value)}")
        return value

    def found(self, common: dict[str, Any]) -> Iterable[ImageEntry]:
        """The pictures of the folder, by their names; a position that was told of stays as it was told."""
        if "folder" not in common and "pattern" not in common:
            return
        folder = self.folder / self.word("images", "folder", common.get("folder", "."), "expected the name of a folder")
        pattern = self.word("images", "pattern", common.get("pattern", "*"), "expected such as scan-{position}.tif")
        try:
            names = positions_in(folder, pattern, self.named)
        except ValueError as error:
            self.refuse("images", "folder", str(error))
        for position, (path, *others) in sorted((at, paths) for at, paths in names.items()):
            if position in self.reasons:
                said = f"{path.name} shows {told([position])}, which is said to have no print"
                self.refuse("images", "folder", f"{said}; leave out the reason, or take the file away")
            if position in self.keys:
                continue
            if others:
                could_be = f"{position_slugs()[position]} could be {', '.join(one.name for one in (path, *others))}"
                self.refuse("images", "folder", f"{could_be}; name one, or a pattern that fits one of them")
            self.once(position, path.name)
            what = "palm" if is_palm(position) else "finger"
            yield self.described(path.name, what, position, {"file": path.absolute()}, common)


def _said(value: Any) -> bool:
    """False for what is left empty, as in a description that is to be filled in."""
    if isinstance(value, list | tuple):
        return any(map(_said, value))
    return value is not None and value != ""
