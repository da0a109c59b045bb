"""A file that was mapped is let go: by closing, and by whoever leaves the transaction; not when others need it."""

from __future__ import annotations

import gc
import pickle
import resource
import subprocess
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl import ClosedError
from nistitl.cli import main
from nistitl.pages.sheet import sheet_png
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SMALL = small_transaction()
LATENT = ROOT / "fixtures" / "latent.eft"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "x.eft"
    written.write_bytes(SMALL)
    return written


def mapped(path: Path) -> bool:
    return str(path) in Path("/proc/self/maps").read_text()


def sources(path: Path) -> dict[str, Callable[[], nistitl.Transaction]]:
    document = path.with_suffix(".xml")
    document.write_bytes(bytes(nistitl.read(SMALL).convert("xml").transaction))
    return {
        "map": lambda: nistitl.read(path, map=True),
        "bytes": lambda: nistitl.read(SMALL),
        "xml": lambda: nistitl.read(document, map=True),
    }


# -- closing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["map", "bytes", "xml"])
def test_values_that_were_read_stay_and_others_are_our_error(path: Path, source: str) -> None:
    with sources(path)[source]() as tx:
        text, image, other = tx[2][0], tx[14][0], tx[4][0]
        names = text["2.018"].text
        values = [getattr(image, element.mnemonic) for element in image.elements.values()]
        pixels = bytes(image.DATA)
        assert not tx.closed
    assert tx.closed
    assert text["2.018"].text == names
    assert [getattr(image, element.mnemonic) for element in image.elements.values()] == values
    assert bytes(image.DATA) == bytes(image["14.999"].raw) == pixels
    for ask in (
        lambda: other.FGP, lambda: other.DATA, lambda: other["4.004"], lambda: other.pixels(), lambda: bytes(tx),
        lambda: tx.findings, lambda: tx.validate(), lambda: tx.copy(), lambda: pickle.dumps(tx), lambda: bytes(image),
        lambda: tx.to_dict(), lambda: other.copy(), lambda: tx.write(path),
    ):  # fmt: skip
        with pytest.raises(ClosedError, match="closed before"):
            ask()
    assert "closed" in repr(tx)
    assert "closed" in repr(other)
    assert path.read_bytes() == SMALL
    tx.close()


def test_an_image_that_was_not_read_is_not_there_though_its_record_was_touched(path: Path) -> None:
    with nistitl.read(path, map=True) as tx:
        image = tx[14][0]
        assert image["14.020"].text == "a comment"
    assert image["14.020"].text == "a comment"
    assert "14.020" in image
    image.COM = "changed"
    for ask in (lambda: image.DATA, lambda: image["14.999"].raw, lambda: bytes(image), lambda: list(image.findings())):
        with pytest.raises(ClosedError):
            ask()


def test_a_transaction_is_closed_before_it_is_touched(path: Path) -> None:
    tx = nistitl.read(path, map=True)
    tx.close()
    tx.close()
    assert tx.closed
    assert not mapped(path)
    for ask in (lambda: len(tx), lambda: tx.TOT, lambda: bytes(tx), lambda: tx.profile):
        with pytest.raises(ClosedError):
            ask()


def test_the_file_is_let_go_whatever_was_read(path: Path) -> None:
    tx = nistitl.read(path, map=True)
    values = [getattr(record, element.mnemonic) for record in tx for element in record.elements.values()]
    assert len(values) > 50
    assert tx.findings == ()
    assert mapped(path)
    tx.close()
    values.clear()
    assert not mapped(path)
    assert bytes(tx[14][0].DATA) == bytes(nistitl.read(SMALL)[14][0].DATA)


def test_who_stands_on_the_same_bytes_is_not_closed(tmp_path: Path) -> None:
    two = tmp_path / "two.eft"
    two.write_bytes(SMALL + SMALL)
    first, second = nistitl.read_many(two, map=True)
    twin, record, target = first.copy(), first[2][0].copy(), nistitl.read(SMALL)
    adopted, view = target.append(first[14][0]), first[4][0].DATA
    first.close()
    assert bytes(second) == bytes(twin) == SMALL
    assert record["2.018"].text == "PLANTED,NAME"
    assert (adopted.COM, len(view)) == ("a comment", 1024)
    assert len(nistitl.read(bytes(target))) == len(target) == 5


def test_a_resolution_and_names_are_still_told(path: Path) -> None:
    with nistitl.read(path, map=True, profile="fbi-ebts-10.0") as tx:
        print_, text = tx[4][0], tx[2][0]
        assert (print_.FGP, text.NAM) == ((2,), "PLANTED,NAME")
    assert round(print_.ppi or 0) == 500
    assert text.NAM == "PLANTED,NAME"


# -- leaving ----------------------------------------------------------------------------------


def edited(tx: nistitl.Transaction) -> None:
    tx[2][0]["2.018"] = "DOE,JANE"
    tx.append(nistitl.Type2())
    assert tx.findings == ()
    tx.validate()


LEFT: dict[str, Callable[[nistitl.Transaction], object]] = {
    "values": lambda tx: [getattr(record, e.mnemonic) for record in tx for e in record.elements.values()],
    "findings": lambda tx: tx.findings,
    "validate": lambda tx: tx.validate(),
    "validate 3": lambda tx: tx.validate("fbi-ebts-10.0", level=3).to_html(),
    "auto": lambda tx: tx.validate("auto"),
    "edit": edited,
    "to_dict": lambda tx: tx.to_dict(),
    "images": lambda tx: [image.array for image in tx.images()],
    "minutiae": lambda tx: [(record.minutiae(), record.image_record.ppi) for record in tx[9]],
    "sheet": sheet_png,
    "features": lambda tx: sheet_png(tx, minutiae=True),
    "xml": lambda tx: tx.convert("xml").transaction.findings,
    "copy": lambda tx: pickle.loads(pickle.dumps(tx.copy())),
    "close": lambda tx: tx.close(),
}


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("name", LEFT)
def test_nothing_is_left_for_the_collector(name: str) -> None:
    tx = nistitl.read(LATENT, map=True)
    LEFT[name](tx)
    gone = weakref.ref(tx)
    del tx
    assert gone() is None
    assert not mapped(LATENT)


@pytest.mark.usefixtures("uncollected")
def test_a_rule_that_fails_leaves_nothing_either(path: Path) -> None:
    from nistitl.validation import rule

    @rule("broken", types=(14,), starts="COM", clause="ours")
    def broken(subject: Any) -> Iterator[Any]:
        raise ValueError(subject.record.type)

    tx = nistitl.read(path, map=True)
    with pytest.raises(nistitl.ITLError, match="broken"):
        tx.validate(rules=[broken])
    del tx
    assert not mapped(path)


# -- mapping ----------------------------------------------------------------------------------


def test_maps_leave_handles_to_others(path: Path) -> None:
    """Twice as many transactions as there are handles are open at once, and others still have handles."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 40, hard))
    try:
        held = [nistitl.read(path, map=True) for _ in range(2 * (used + 40))]
        others = [path.open("rb") for _ in range(18)]
        for other in others:
            other.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert {bytes(tx) for tx in held} == {SMALL}


def test_what_cannot_be_mapped_is_read(path: Path) -> None:
    """Here in a process whose addresses do not suffice for the map."""
    code = (
        "import resource, sys, nistitl, nistitl.base.files as files\n"
        "size = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "with open(sys.argv[1], 'r+b') as file: file.truncate(1 << 30)\n"
        "resource.setrlimit(resource.RLIMIT_AS, (size + (1 << 28), -1))\n"
        "try: data = files.load(sys.argv[1], True)\n"
        "except MemoryError: print('read')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("read\n", "")


@pytest.mark.parametrize("command", [["info"], ["validate"], ["info", "--json"]])
def test_a_command_maps_a_file_only_where_it_is_the_only_one(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    large = tmp_path / "large.eft"
    made = nistitl.read(SMALL)
    made[14][0].DATA = bytes(1 << 21)
    made.write(large)
    seen: list[object] = []
    read = nistitl.read

    def watched(source: Any, **options: Any) -> nistitl.Transaction:
        tx = read(source, **options)
        seen.append(mapped(large))
        return tx

    monkeypatch.setattr(nistitl, "read", watched)
    for arguments, expected in (([str(large)], [True]), ([str(tmp_path)], [False]), ([str(large)] * 2, [False] * 2)):
        seen.clear()
        main([*command, *arguments])
        assert seen == expected
    capsys.readouterr()


def test_attributes_of_an_open_backing_are_found_without_a_hook() -> None:
    """A class with `__getattr__` has all its attributes looked up the slow way."""
    tx = nistitl.read(SMALL)
    _ = tx.records
    assert not hasattr(type(tx.backing), "__getattr__")
    tx.close()
    with pytest.raises(ClosedError):
        _ = tx.backing.data
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tx.backing.nothing  # type: ignore[attr-defined]
