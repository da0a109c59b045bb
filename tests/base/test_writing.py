"""Writes that fail and inputs that change: what existed before is as it was, and no temporary file stays."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from io import BytesIO, RawIOBase, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nistitl
from nistitl.base.files import write_atomically
from nistitl.cli import main
from tests.support.samples import ROOT, small_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits, pipes and signals as POSIX has them")

FULL = Path("/dev/full")
full_device = pytest.mark.skipif(not FULL.exists(), reason="/dev/full is a device of Linux")
BEFORE = b"what stood here before"
TENPRINT = ROOT / "fixtures" / "tenprint-type4.eft"
LIMITED = """
import resource, sys
from nistitl.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)  # the disk is full after so many bytes
sys.exit(main(sys.argv[2:]))
"""


def limited(size: int, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LIMITED, str(size), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# -- a full disk ----------------------------------------------------------------------------------


@pytest.mark.parametrize("there", [True, False], ids=["there", "new"])
@pytest.mark.parametrize("command", ["set", "pack", "sheet.png", "sheet.html"])
def test_a_full_disk_leaves_the_file_that_was_there(tmp_path: Path, command: str, there: bool) -> None:
    target = tmp_path / f"out.{command.rpartition('.')[2]}"
    if command == "pack":
        assert main(["unpack", str(TENPRINT), str(tmp_path / "folder")]) == 0
    before = left(tmp_path)
    if there:
        target.write_bytes(BEFORE)
    arguments: dict[str, list[object]] = {
        "set": ["set", TENPRINT, "2.018=A", "-o", target],
        "pack": ["pack", tmp_path / "folder", target],
    }
    done = limited(3000, *arguments.get(command, ["sheet", TENPRINT, "-o", target]))
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot write" in done.stderr and "Traceback" not in done.stderr
    assert left(tmp_path) == sorted([*before, *([target.name] if there else [])])
    assert not there or target.read_bytes() == BEFORE


@pytest.mark.parametrize("command", ["extract", "unpack"])
def test_a_full_disk_leaves_files_of_a_folder_whole(tmp_path: Path, command: str) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    options = ["-o"] if command == "extract" else []
    assert main([command, str(TENPRINT), *options, str(whole)]) == 0
    out.mkdir()
    names = [name for name in left(whole) if not name.endswith(".toml")]
    for name in names:
        (out / name).write_bytes(BEFORE)
    done = limited(20_000, command, TENPRINT, *options, out)
    assert done.returncode == 2 and "cannot write" in done.stderr and "Traceback" not in done.stderr
    assert left(out) == names, "temporary files, or a manifest of half the files"
    contents = {name: (out / name).read_bytes() for name in names}
    assert all(content in (BEFORE, (whole / name).read_bytes()) for name, content in contents.items())
    assert BEFORE in contents.values()


@full_device
@pytest.mark.parametrize("arguments", [("show",), ("show", "--json"), ("show", "--html"), ("info",), ("validate",)])
def test_output_that_does_not_fit_is_told(arguments: tuple[str, ...]) -> None:
    with FULL.open("wb") as full:
        command = [sys.executable, "-m", "nistitl.cli", *arguments, str(TENPRINT)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2 and "cannot write the output" in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@full_device
def test_a_transaction_to_output_that_does_not_fit() -> None:
    with FULL.open("wb") as full:
        command = [sys.executable, "-m", "nistitl.cli", "set", str(TENPRINT), "2.018=A", "-o", "-"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2 and "cannot write" in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_streams_that_are_closed(closed: str) -> None:
    name = "-" if closed == "<&-" else str(TENPRINT)
    for command in (f"show {name}", f"show --html {name}", f"validate --format html {name}", f"roundtrip {name}"):
        line = f"exec {sys.executable} -m nistitl.cli {command} {closed}"
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.returncode == (2 if closed == "<&-" else 0) and "Traceback" not in done.stderr, command


@full_device
@pytest.mark.parametrize("buffering", [0, -1])
def test_a_binary_file_that_takes_no_more(tx: nistitl.Transaction, buffering: int) -> None:
    file = FULL.open("wb", buffering=buffering)
    try:
        with pytest.raises(nistitl.WriteError, match="No space left"):
            tx.write(file)
    finally:
        try:
            file.close()
        except OSError:
            assert buffering


# -- devices, pipes, links, names -----------------------------------------------------------------


@full_device
def test_a_device_stays_a_device(tx: nistitl.Transaction) -> None:
    """Whoever may write to /dev must not replace what is there by a file."""
    with pytest.raises(nistitl.WriteError, match="No space left"):
        tx.write(FULL)
    tx.write(os.devnull)
    assert FULL.is_char_device() and Path(os.devnull).is_char_device()


def test_a_pipe_is_written_to(tx: nistitl.Transaction, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    came: list[bytes] = []
    reader = threading.Thread(target=lambda: came.append(pipe.read_bytes()))
    reader.start()
    tx.write(pipe)
    reader.join(10)
    assert came == [bytes(tx)] and stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("through", ["/dev/stdout", "link"])
def test_standard_output_by_its_name(tmp_path: Path, through: str) -> None:
    (tmp_path / "link").symlink_to("/dev/stdout")
    target = through if through.startswith("/") else str(tmp_path / through)
    command = [sys.executable, "-m", "nistitl.cli", "set", str(TENPRINT), "2.018=A", "-o", target]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert nistitl.read(done.stdout)[2][0]["2.018"].text == "A" and left(tmp_path) == ["link"]


def test_a_link_keeps_pointing(tx: nistitl.Transaction, tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(BEFORE)
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    tx.write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == bytes(tx)
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640
    write_atomically(tmp_path / "link", [b"mine"], follow=False)
    assert not (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == bytes(tx)


def test_the_longest_name_can_be_written(tx: nistitl.Transaction, tmp_path: Path) -> None:
    longest = tmp_path / ("x" * os.pathconf(tmp_path, "PC_NAME_MAX"))
    tx.write(longest)
    assert longest.read_bytes() == bytes(tx) and left(tmp_path) == [longest.name]
    with pytest.raises(nistitl.WriteError):
        tx.write(f"{longest}x")


@pytest.mark.parametrize("name", ["file/x", "folder", "missing/x", "a\0b", "\udcff\0"])
def test_places_that_cannot_be_written(tx: nistitl.Transaction, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(BEFORE)
    (tmp_path / "folder").mkdir()
    with pytest.raises(nistitl.WriteError):
        tx.write(tmp_path / name)
    assert left(tmp_path) == ["file", "folder"] and (tmp_path / "file").read_bytes() == BEFORE


READ_ONLY = """
import os, sys, tempfile
from pathlib import Path
import nistitl
from nistitl.cli import main

folder = Path(tempfile.mkdtemp())
try:
    data = Path(sys.argv[1]).read_bytes()
    main(["set", sys.argv[1], "2.018=A", "-o", str(folder / "was")])  # whatever is imported late is imported now
    main(["extract", sys.argv[1], "-o", str(folder / "sub")])
    was = (folder / "was").read_bytes()
    os.chmod(folder, 0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)
    tx = nistitl.read(data)
    told = []
    for target in ("was", "new"):
        try:
            tx.write(folder / target)
            told.append("written")
        except nistitl.WriteError as error:
            told.append(str(error))
    source = ["-"]
    sys.stdin = type("In", (), {"buffer": __import__("io").BytesIO(data)})
    told.append(main(["extract", "-", "-o", str(folder / "folder")]))
    print(told, (folder / "was").read_bytes() == was, sorted(os.listdir(folder)))
finally:
    if os.getuid() == 0:
        os.seteuid(0)
    os.chmod(folder, 0o755)
    __import__("shutil").rmtree(folder)
"""


def test_a_read_only_folder() -> None:
    command = [sys.executable, "-c", READ_ONLY, str(TENPRINT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    denied = "Permission denied"
    expected = [f"cannot write was: {denied}", f"cannot write new: {denied}", 2]
    assert done.stdout.splitlines()[-1] == f"{expected} True ['sub', 'was']"


# -- interrupted ----------------------------------------------------------------------------------

WAITING = """
import signal, sys, time
from nistitl.base.files import write_atomically

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started us may ignore it

def pieces():
    yield b"half"
    print("ready", flush=True)
    time.sleep(60)

write_atomically(sys.argv[1], pieces())
"""


@pytest.mark.parametrize(("sent", "stays"), [(signal.SIGINT, 0), (signal.SIGKILL, 1)])
def test_a_write_that_is_interrupted(tmp_path: Path, sent: signal.Signals, stays: int) -> None:
    """Killed, a process cannot tidy up: then its temporary file stays, and nothing else has changed."""
    target = tmp_path / "out.an2"
    target.write_bytes(BEFORE)
    command = [sys.executable, "-c", WAITING, str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        process.send_signal(sent)
        process.wait()
    assert target.read_bytes() == BEFORE
    temporary = [name for name in left(tmp_path) if name != target.name]
    assert len(temporary) == stays and all(name.startswith(".nistitl-") for name in temporary)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, RuntimeError])
def test_pieces_that_fail(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "out.an2"
    target.write_bytes(BEFORE)

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise error

    with pytest.raises(error):
        write_atomically(target, pieces())
    assert left(tmp_path) == ["out.an2"] and target.read_bytes() == BEFORE


def test_a_record_that_cannot_be_written_touches_no_file(tx: nistitl.Transaction, tmp_path: Path) -> None:
    target = tmp_path / "out.an2"
    target.write_bytes(BEFORE)
    begin = tx[4][0].origin[1]
    tx = nistitl.read(bytes(tx)[: begin + 9])  # the header of a binary record is cut
    tx[4][0].respell()
    with pytest.raises(nistitl.ITLError):
        tx.write(target)
    assert left(tmp_path) == ["out.an2"] and target.read_bytes() == BEFORE


# -- inputs that change ---------------------------------------------------------------------------


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that is mapped when it is opened by its path."""
    tx = nistitl.read(small_transaction())
    tx.append(nistitl.Type14(IMP=0, SRC="S", HLL=1024, VLL=1100, CGA="NONE", BPX=8, FGP=2, DATA=bytes(1024 * 1100)))
    path = tmp_path / "large.an2"
    tx.write(path)
    return path


def everything(tx: nistitl.Transaction) -> list[Any]:
    return [bytes(tx), tx.findings, [record.texts() for record in tx]]


def test_a_file_that_shrinks_after_it_was_read_plainly(large: Path) -> None:
    expected = everything(nistitl.read(large.read_bytes()))
    tx = nistitl.read(large, map=False)
    os.truncate(large, 3)
    assert everything(tx) == expected
    with pytest.raises(nistitl.ReadError):
        nistitl.read(large)


@pytest.mark.parametrize("mapped", [True, False])
def test_a_file_that_grows_or_is_replaced_after_it_was_read(large: Path, mapped: bool) -> None:
    data = large.read_bytes()
    tx = nistitl.read(large, map=mapped)
    with large.open("ab") as file:
        file.write(b"more")
    assert bytes(tx) == data and not tx.findings
    assert [finding.code for finding in nistitl.read(large, map=mapped).findings] == ["bytes-after"]
    write_atomically(large, [BEFORE])
    assert everything(tx) == everything(nistitl.read(data))


@pytest.mark.parametrize("mapped", [True, False])
def test_a_file_is_written_over_itself(large: Path, mapped: bool) -> None:
    tx = nistitl.read(large, map=mapped)
    tx[2][0]["2.018"] = "SOMEBODY,ELSE"
    expected = bytes(tx)
    tx.write(large)
    assert large.read_bytes() == expected == bytes(tx)
    assert bytes(tx[14][1]["DATA"].raw) == bytes(1024 * 1100) and left(large.parent) == [large.name]


class Failing(RawIOBase):
    """A file whose medium fails."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("source", [Failing(), StringIO("1.001:"), BytesIO(b""), object(), 5, None, "a\0b", Path("/")])
def test_sources_that_are_none(source: Any) -> None:
    with pytest.raises(nistitl.ReadError):
        nistitl.read(source)
    with pytest.raises(nistitl.ReadError):
        next(nistitl.read_many(source))
