"""The face of the library: a transaction with its verbs, and reading one."""

from __future__ import annotations

import warnings
from datetime import date
from typing import IO, TYPE_CHECKING, Any, Literal, Self

from nistitl.base.editions import Edition, EditionAdvice, advice_on, edition_of
from nistitl.base.errors import FieldError, ITLError
from nistitl.model.opening import TRADITIONAL, check_policy, encoding_named, encoding_of, opened
from nistitl.wire.charsets import charset_named

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from mmap import mmap

    from nistitl.base.files import Source
    from nistitl.base.findings import Finding
    from nistitl.base.screen import Preview
    from nistitl.exchange.comparing.difference import Difference
    from nistitl.exchange.policy import Policy as RedactionPolicy
    from nistitl.images.record import ImageRecord
    from nistitl.model.conversion import Conversion
    from nistitl.model.storage import Policy, Unmended
    from nistitl.model.transaction import Transaction as AnyTransaction
    from nistitl.model.transactionconstruct import TransactionConstruct
    from nistitl.profiles import TableProfile
    from nistitl.records.lookup import TypedTransaction
    from nistitl.records.type01 import CharacterSet
    from nistitl.validation.report import Report
    from nistitl.validation.rules import Rule, RuleSet
    from nistitl.xml.schemas import Schemas
else:
    from nistitl.model.transaction import Transaction as TypedTransaction  # what the lookup adds is for checkers only


class _LazyConstruct:
    """`Transaction.construct`, made when somebody asks for it."""

    def __get__(self, tx: object, kind: type[Transaction]) -> TransactionConstruct:
        from nistitl.model.transactionconstruct import TransactionConstruct

        return TransactionConstruct(kind)


class Checked(TypedTransaction):
    """A transaction by the names of a profile, with what reading forgave and what checking finds."""

    __slots__ = ()

    @property
    def profile(self) -> str | None:
        """The profile whose Type-2 dictionary gives mnemonics; settable by name, TOML file, or "auto"."""
        return self._profile

    @profile.setter
    def profile(self, name: str | None) -> None:
        if name is not None and (name == "auto" or name.endswith(".toml")):
            self.use_profile(name)
        else:
            from nistitl.model.dictionaries import profile as profile_named

            self._use(name, profile_named(name).dictionary if name is not None else None)

    def use_profile(self, name: str, overlays: Sequence[str | os.PathLike[str]] = ()) -> None:
        """Take the mnemonics of a profile with layers of a user's on top; `name` as for `profile`.

        UnknownProfile or ProfileError for what is not there or cannot be read.
        """
        from nistitl.profiles.choice import named_or_chosen

        found, _ = named_or_chosen(self, name, overlays)
        self._use(name, found.dictionary if found is not None else None)

    def as_written(self) -> Self:
        """The transaction as others will read it: itself while nothing was edited, or where it cannot be written."""
        return self._reread() if self.context.dirty else self

    def _reread(self) -> Self:
        """The transaction as reading its bytes gives it, carrying on; itself where it cannot be written."""
        encoding = encoding_named(self.encoding)
        try:
            framed = encoding.frame(bytes(self))
        except ITLError:
            return self
        twin = opened(type(self), encoding, framed, "tolerant", charset=self._charset)
        twin.use_names_of(self)
        return twin

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What reading its bytes has to forgive: the framing, then every field that does not decode, in byte order.

        Places are those of `bytes(tx)`: after an edit or a repair, of the bytes as they are now.
        """
        tx = self.as_written()
        return super().findings if tx is self else tx.findings

    @property
    def framing_findings(self) -> tuple[Finding, ...]:
        """What finding the records has to forgive, and what VER says of the edition; no field is looked at."""
        tx = self.as_written()
        return super().framing_findings if tx is self else tx.framing_findings

    @property
    def unmended(self) -> tuple[Finding, ...]:
        """What policy="repair" left as it was: the errors of structure that `bytes(tx)` has; else empty."""
        from nistitl.model.repair import unmended

        return unmended(self) if self.policy == "repair" else ()

    def validate(
        self,
        profile: str | TableProfile | None = None,
        *,
        level: int = 2,
        overlays: Sequence[str | os.PathLike[str]] = (),
        rules: Iterable[Rule | RuleSet] | None = None,
        values: bool = False,
        schemas: str | os.PathLike[str] | Schemas | None = None,
        today: date | None = None,
        request: AnyTransaction | None = None,
        limit: str | int | None = None,
    ) -> Report:
        """Check against the edition that VER names, and against a profile; reading alone does not.

        `profile`: a name ("fbi-ebts-10.0"), the path of a TOML file, or "auto", which chooses by DOM, VER and TOT and
        says so. `overlays` are TOML files on top of it.

        Level 1: every field by itself. Level 2: relations between fields and records. Level 3: images are decoded,
        codestreams and hashes compared with what the records say. `rules` are checked besides the installed ones.
        Findings withhold what may be a person's unless `values` is true. `today` is the day by which 1.005 DAT may be
        one to come; give it to repeat a report, without it the clock tells. `schemas`, for XML: a folder of XML schemas
        (or `nistitl.xml.schemas.Schemas` of one); what they find comes last, SchemaError where they do not fit.
        `request` is the transaction that this one answers: the report also tells whether its TOT may, whether TCR is
        the TCN of the request, and whether the numbers that answers repeat are the same (2.009 to 2.011 for the FBI);
        by the profile, without one by that which is chosen for the request. `limit` is the most bytes that it may
        have: "sis", "ees" or another limit that is installed, "12 MB", or a number; ITLError for what is none.
        Otherwise raises nothing for any transaction;
        UnknownProfile or ProfileError for a profile that is not there or cannot be read.
        """
        from nistitl.profiles.checking import checked

        tx = self._reread() if self.context.strict else self.as_written()  # what does not decode is told, not raised
        report = checked(tx, profile, level, overlays, rules, values, today, request, limit)
        if schemas is None:
            return report
        from nistitl.xml.schemas import with_schemas

        return with_schemas(report, self, schemas)


class Transaction(Checked):
    """A transaction: its records, and what can be done with all of them."""

    __slots__ = ()
    construct = _LazyConstruct()  # parses and builds transactions inside other people's constructs

    @classmethod
    def new(
        cls,
        *,
        TOT: str,
        DAI: str,
        ORI: str,
        TCN: str,
        VER: str = "0502",
        DAT: date | str | None = None,
        NSR: object = "00.00",
        NTR: object = "00.00",
        charset: str | None = None,
        **fields: object,
    ) -> Self:
        """A transaction from nothing, with its Type-1; `charset="utf-8"` announces the set in 1.015.

        DAT is today when not given; other fields of Type-1 by mnemonic. LEN, CNT and IDCs are computed.
        Warns with EditionAdvice of a VER whose edition is known in part.
        """
        from nistitl.records.type01 import Type1

        if charset is not None and "DCS" not in fields:
            fields["DCS"] = (_announcement(charset),)
        header = Type1(VER=VER, TOT=TOT, DAT=DAT or date.today(), DAI=DAI, ORI=ORI, TCN=TCN, NSR=NSR, NTR=NTR, **fields)
        edition = edition_of(VER)
        if edition is not None and not edition.checked:
            warnings.warn(advice_on(edition), EditionAdvice, stacklevel=2)
        return cls([header])

    def renumber(self, numbers: Mapping[int, int] | None = None) -> dict[int, int]:
        """Give IDCs anew, old to new, and return those that changed; without `numbers`, from 0 by order of the records.

        Records that share an IDC go on sharing it, and each field that names one follows (`idc_of` in the tables; of
        Type-2 by the profile). StructureError where two would become one, or a reference come to name another record.
        """
        from nistitl.model.renumbering import renumber

        return renumber(self, numbers)

    def images(self) -> tuple[ImageRecord, ...]:
        """The records that hold an image, in order."""
        from nistitl.images.record import ImageRecord  # record types with an image have loaded it

        return tuple(record for record in self._records if isinstance(record, ImageRecord) and record.has_image)

    def preview(self) -> Preview:
        """Text and pixels for a notebook: everything, a person's name too. On its own it shows what is no person's."""
        from nistitl.base.screen import preview_of

        return preview_of(self)

    def _repr_html_(self) -> str:
        from nistitl.base.screen import table_of

        return table_of(self)

    # -- what else is made of it --------------------------------------------------------------

    def write(
        self,
        target: str | os.PathLike[str] | IO[bytes],
        encoding: str | None = None,
        vocabulary: str | None = None,
        *,
        check: Literal["error", "warn"] | None = None,
    ) -> None:
        """Write to a path (replaced as a whole, and only when complete) or to a binary file.

        `encoding` and `vocabulary` as for `convert`, which also tells what is lost; without them, as it was read.
        `check` validates what is to be written by the edition and, where one is set, by `profile`: "error" refuses for
        an error that it finds, "warn" warns (`nistitl.validation.report.InvalidAdvice`) and writes.
        WriteError when the path cannot be written, or for what `check` refuses, with the first error as its finding;
        what was there before is unharmed.
        """
        from nistitl.base.files import write_atomically  # only writers need it

        tx = self if encoding in (None, self.encoding) else self.convert(encoding, vocabulary).transaction
        if check is not None:
            from nistitl.validation.report import heed

            heed(tx.validate(tx.profile), check)
        write_atomically(target, tx.pieces())

    def card(
        self,
        target: str | os.PathLike[str] | IO[bytes],
        *,
        layout: str | None = None,
        fonts: Sequence[str | os.PathLike[str]] = (),
    ) -> tuple[Finding, ...]:
        """Write a fingerprint card as PDF, 8 by 8 inches at true scale, to a path or a binary file; what to know of it.

        `layout`: "fd-258" (applicants) or "fd-249" (arrests), else by TOT; `profile` fills the boxes, else "auto" does.
        No image is scaled: what has no room is told, and on a further page. `fonts`: files for letters that ours lack.
        FieldError for a letter that none has, WriteError, MissingDependency (`ebtskit[card]`), ITLError for the rest.
        """
        from nistitl.base.files import write_atomically
        from nistitl.pages.card.document import card_pdf
        from nistitl.profiles.choice import names_for

        dictionary, told = names_for(self)
        data, findings = card_pdf(self, dictionary, layout=layout, fonts=fonts)
        write_atomically(target, [data])
        return (*told, *findings)

    def report(
        self,
        target: str | os.PathLike[str] | IO[bytes],
        *,
        form: str | None = None,
        source: Source | None = None,
        name: str | None = None,
        profile: str | None = None,
        overlays: Sequence[str | os.PathLike[str]] = (),
        level: int = 3,
        values: bool = False,
        made: datetime | None = None,
        fonts: Sequence[str | os.PathLike[str]] = (),
        against: AnyTransaction | None = None,
        against_source: Source | None = None,
        against_name: str | None = None,
    ) -> Report:
        """Write what a supervisor or a court reads of the transaction, as an HTML page or PDF; what validating gave.

        `form` is by the name of the target where not given. `source` is the path or the bytes that it was read from,
        whose name, size and SHA-256 the report states; without it, those of `bytes(self)`. `profile`, `overlays` and
        `level` as for `validate`. People's data, images among them, only with `values`; `made` only where given, so
        that the same input gives the same bytes. `fonts`: files for letters that ours lack (PDF). `against`: another
        transaction, to which the difference is told; `against_source` and `against_name` say where that came from.
        FieldError for a letter that none has, WriteError, MissingDependency (`ebtskit[card]`), ITLError as `validate`.
        """
        from nistitl.pages.dossier.dossier import Dossier
        from nistitl.pages.dossier.making import day_of, original_of, write

        dossier = Dossier(
            self.validate(profile, level=level, overlays=overlays, values=values, today=day_of(made)),
            original_of(self, source, name),
            profile,
            overlays,
            made,
            self.diff(against) if against is not None else None,
            original_of(against, against_source, against_name) if against is not None else None,
        )
        return write(dossier, target, form, fonts)

    def convert(self, encoding: str, vocabulary: str | None = None) -> Conversion[Self]:
        """The same transaction in an encoding, "traditional", "xml" or another one, and what it cannot say there.

        `vocabulary` is the flavour of XML: "niem2" (NIEM 2.1, as of 2011) or "niem4"; without it, the one that has
        elements for the Type-2 fields, else "niem2". Text that no
        element can say goes into an extension element of this library, and comes back from it. ITLError for names that
        are none, FieldError for content that would break the traditional encoding.
        """
        from nistitl.model.conversion import convert

        return convert(self, encoding_named(encoding), vocabulary)

    def to_edition(self, edition: Edition | str, *, lossy: bool = False, prints: int | None = None) -> Conversion[Self]:
        """The same transaction in another edition of the standard ("0502", `Edition.E2015`), and what became of it.

        Fields, items, codes and record types that the edition does not have are renamed, moved or lost, by the tables;
        each change and each loss is a finding of `losses`, with its place in the source, and nothing else changes. The
        encoding stays. `prints`: 14 or 4, the record type for fingerprints where the edition has both.
        ConversionRefused (`nistitl.base.errors`), with `findings`, for a loss unless `lossy`, and for what no table
        settles; ITLError where either edition is none.
        """
        from nistitl.exchange.editions import to_edition

        return to_edition(self, edition, lossy=lossy, prints=prints)

    def to_profile(
        self, name: str, edition: Edition | str | None = None, *, lossy: bool = False, prints: int | None = None
    ) -> Conversion[Self]:
        """The same transaction for the receiver of a profile: in an edition that it takes, with its DOM and elements.

        Type-2 elements are read by `profile`, else by the one that DOM, VER and TOT speak for; what has another number
        in the target moves, by the tables, what it does not take is lost. Otherwise as `to_edition`; a TOT that the
        target does not have is never settled. What it asks for and is not there `validate` tells.
        UnknownProfile, ProfileError; ITLError for an edition that it does not take, and for elements of nobody's.
        """
        from nistitl.exchange.editions import to_profile

        return to_profile(self, name, edition, lossy=lossy, prints=prints)

    def redacted(self, by: str | os.PathLike[str] | RedactionPolicy, key: bytes | None = None) -> Self:
        """What a policy (a shipped one by name, or a TOML file) lets go of this transaction, anew in its encoding.

        `key`: 16 random bytes or more, for pseudonyms and shifted dates. PolicyError with file and line; ITLError."""
        from nistitl.exchange.redaction import redact

        return redact(self, by, key).transaction

    def diff(self, other: AnyTransaction, *, millimetres: float = 0.5, degrees: float = 15) -> Difference:
        """What is different in another transaction, of whatever encoding: records, fields, images, minutiae, spelling.

        False where nothing is; `same_meaning` where only spelling is. Minutiae go together one to one by nearest place
        within so many millimetres and degrees. Images that do not decode are told. ITLError for tolerances that are
        none.
        """
        from nistitl.exchange.comparing.comparison import compare

        return compare(self, other, millimetres=millimetres, degrees=degrees)

    def same_as(self, other: AnyTransaction) -> bool:
        """True where another transaction says the same, of whatever encoding: decoded values, but for LEN, CNT and DCS.

        Records stand in the same order, images are the same bytes. `==` is true only of the same raw content.
        """
        from nistitl.exchange.comparing.comparison import compare

        return compare(self, other, pixels=False).same_meaning

    def to_dict(self, images: Literal["base64", "reference"] = "base64") -> dict[str, Any]:
        """Plain values for JSON; `images="reference"` leaves binary content out, by size and SHA-256.

        Of XML, the fields of its records as the traditional encoding has them, with `"encoding": "xml"`.
        """
        from nistitl.plain.dicts import to_dict

        return to_dict(self, images)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], images: Mapping[str, bytes] | None = None) -> Self:
        """The transaction that `to_dict` told of, byte for byte; LEN and CNT computed where left out.

        `images` gives content that was left out (images="reference"), by its SHA-256 in hex. StructureError for text
        that the set that 1.015 announces, or "charset" names, cannot say.
        """
        from nistitl.plain.dicts import from_dict

        data = from_dict(plain, images)
        tx = opened(cls, TRADITIONAL, TRADITIONAL.frame(data), "tolerant")
        named = None if "encoding" in plain else plain.get("charset")
        if not named or (not tx.context.charset.declared and charset_named(named).name == "utf-8"):
            return tx  # UTF-8 is read where nothing is announced
        return opened(cls, TRADITIONAL, TRADITIONAL.frame(data), "tolerant", charset=named)


class BuiltTransaction(Transaction):
    """What `build` gives: a transaction that also tells how it was made."""

    __slots__ = ("_notes",)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to pictures (resampled, turned, gray, 8 bits), and what may be a mistake; none of a copy."""
        return getattr(self, "_notes", ())

    def tell(self, notes: Iterable[str]) -> None:
        """Have these notes."""
        self._notes = tuple(notes)


def read(
    source: Source,
    *,
    policy: Policy = "tolerant",
    profile: str | None = None,
    charset: str | None = None,
    map: bool | None = None,
    unwrap: bool = False,
    unmended: Unmended = "keep",
) -> Transaction:
    """Read one transaction from a path, from bytes or from a binary file.

    `policy`: "tolerant" carries on and records what it forgave in `tx.findings`; "strict" raises at the
    first error of framing, count or tags, and for a value that does not decode when it is touched; "repair" also
    mends, see `tx.repairs`. What repair cannot mend without dropping or inventing content it keeps and lists in
    `tx.unmended`, or raises ReadError with `unmended="refuse"`.
    `charset` overrides what 1.015 announces, by the
    name of a Python codec. A path of 1 MiB or more is mapped, not copied: if someone else truncates a
    mapped file, the operating system ends the process, so give `map=False` for files under other hands. What cannot
    be mapped is read. `close()`, or `with read(path) as tx:`, lets the file go.
    `unwrap` opens what is around it: base64, hexadecimal digits, mail, gzip, ZIP and tar archives of one file.
    ReadError when the input is no transaction, or with "strict" when anything is amiss.
    """
    check_policy(policy, unmended)
    data = source if source.__class__ is bytes else _loaded(source, map)
    if unwrap:
        data = _unwrapped(data)
    encoding = encoding_of(data)
    tx = opened(Transaction, encoding, encoding.frame(data), policy, profile, charset)
    if unmended == "refuse":
        _refuse_unmended(tx)
    return tx


def read_many(
    source: Source,
    *,
    policy: Policy = "tolerant",
    profile: str | None = None,
    charset: str | None = None,
    map: bool | None = None,
    unwrap: bool = False,
    unmended: Unmended = "keep",
) -> Iterator[Transaction]:
    """Read transactions that stand one after another in one input; arguments as for `read`."""
    check_policy(policy, unmended)
    data = _loaded(source, map)
    if unwrap:
        data = _unwrapped(data)
    encoding = encoding_of(data)
    for framed in encoding.frames(data):
        tx = opened(Transaction, encoding, framed, policy, profile, charset)
        if unmended == "refuse":
            _refuse_unmended(tx)
        yield tx


def build(
    description: str | os.PathLike[str] | Mapping[str, Any],
    *,
    folder: str | os.PathLike[str] | None = None,
    max_bytes: str | int | None = None,
    resample: int | None = None,
) -> BuiltTransaction:
    """A transaction of a description: a TOML file, or a dictionary of the same form with paths, arrays or bytes.

    docs/build.md says what it holds; `nistitl new` writes one that is to be filled in. What can be derived is: record
    types and counts, codec and bit rate by the profile, sizes, resolution, segments, IDCs, hashes. `folder` is where a
    dictionary's files are. `max_bytes` (a number, "12 MB", or the name of a limit; else that of the profile) is kept
    by bit rates within the range that the profile's table states. `resample`: prints of another resolution become of
    this one; a description that says another is refused. Validate what comes out: `build` refuses what is missing and
    what cannot be, not what a receiver dislikes. Its `notes` tell what was done to the pictures; what may be a mistake
    is a warning, too (`PictureAdvice`).

    DescriptionError with file and line, TooLarge with the size of each image.
    """
    from nistitl.images.advice import PictureAdvice
    from nistitl.plain.assembling import built

    made = built(BuiltTransaction, description, folder=folder, max_bytes=max_bytes, resample=resample)
    made.transaction.tell(made.notes)
    for doubt in made.doubts:
        warnings.warn(doubt, PictureAdvice, stacklevel=2)
    return made.transaction


def _loaded(source: Source, mapped: bool | None) -> bytes | mmap:
    from nistitl.base.files import load

    return load(source, mapped)


def _refuse_unmended(tx: Transaction) -> None:
    """ReadError where repair has left something."""
    if tx.policy == "repair":
        from nistitl.model.repair import refuse_unmended

        refuse_unmended(tx)


def _unwrapped(data: bytes | mmap) -> bytes | mmap:
    from nistitl.wire.unwrapping import unwrapped  # for those who ask

    return unwrapped(data)


def _announcement(charset: str) -> CharacterSet:
    from nistitl.records.type01 import CharacterSet

    named = {"ascii": (0, "ASCII"), "utf-16": (2, "UTF-16"), "utf-8": (3, "UTF-8"), "utf-32": (4, "UTF-32")}
    found = named.get(charset_named(charset).name)
    if found is None:
        raise FieldError(f"1.015 cannot announce {charset} by itself; give DCS=... with an index of 128 or more")
    return CharacterSet(*found)
