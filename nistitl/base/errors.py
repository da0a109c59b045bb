"""One root for everything this library raises: ITLError, which carries the finding behind it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.findings import Finding, Location


class ITLError(Exception):
    """Anything this library raises. `finding` says what, where, what was expected and what to do.

    Whatever the message quotes, it may go to a terminal.
    """

    def __init__(self, message: str, finding: Finding | None = None) -> None:
        from nistitl.base.text import printable_lines

        super().__init__(printable_lines(message))
        self.finding = finding

    @property
    def location(self) -> Location | None:
        """Where it is, when a finding tells."""
        return self.finding.location if self.finding else None

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """The error that a finding becomes when the policy is strict."""
        return cls(finding.to_text(), finding)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.args[0], self.finding)


class ReadError(ITLError):
    """The input has an error of framing, count or tags (strict), or is no transaction at all (any policy)."""


class FieldError(ITLError, ValueError):
    """A value cannot be decoded from a field (strict), or cannot be written into it."""


class PathError(ITLError, KeyError):
    """A path is malformed, or names something that is not there."""

    def __str__(self) -> str:
        return str(self.args[0])


class StructureError(ITLError, ValueError):
    """Records cannot stand together as asked: a second Type-1, a record of another transaction."""


class ClosedError(ITLError, ValueError):
    """What is asked for was not read before its transaction was closed."""


class WriteError(ITLError, OSError):
    """The transaction could not be written; what was there before is unharmed."""


class ConversionRefused(ITLError):
    """What a transaction is to become cannot say all of it; `findings` tell what, each with its place.

    `by_choice` is true where a caller may choose to go without; else something has to be mended first.
    """

    def __init__(
        self, message: str, finding: Finding | None = None, findings: tuple[Finding, ...] = (), by_choice: bool = True
    ) -> None:
        super().__init__(message, finding)
        self.findings = findings
        self.by_choice = by_choice

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.args[0], self.finding, self.findings, self.by_choice)


class MissingDependency(ITLError, ImportError):
    """A feature needs a package that is not installed; the message names it."""


def placed(fault: BaseException) -> str:
    """What was raised and where, `ValueError in package.module, line 12`; its words are left out: they may quote."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}" if trace is not None else "?"
    return f"{type(fault).__name__} in {where}"


_PACKAGES = {  # of extras, by module
    "numpy": "numpy", "PIL": "pillow", "imagecodecs": "imagecodecs", "lxml": "lxml", "fpdf": "fpdf2",
    "uharfbuzz": "uharfbuzz", "fontTools": "fonttools", "nbis": "nbis-py",
    "cryptography": "cryptography", "asn1crypto": "asn1crypto", "pyhanko": "pyHanko",
    "pyhanko_certvalidator": "pyHanko", "pyarrow": "pyarrow", "fsspec": "fsspec",
}  # fmt: skip


@contextmanager
def needing(what: str, extra: str = "images") -> Iterator[None]:
    """Around, or as a decorator of, what imports the packages of an extra: MissingDependency where one is not there."""
    try:
        yield
    except MissingDependency:
        raise
    except ImportError as error:
        module = (error.name or "").partition(".")[0]
        if module and module not in _PACKAGES:
            raise
        package = _PACKAGES.get(module) or str(error)
        raise MissingDependency(f"{what} needs {package}: pip install 'ebtskit[{extra}]'") from error
