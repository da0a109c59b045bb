"""Files that are replaced: rights stay or shrink, nobody is let in, what could not be kept is told."""

from __future__ import annotations

import os
import stat
import struct
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from nistitl.base.files import write_atomically
from nistitl.base.replacing import ReplacedFileWarning
from tests.support.samples import ROOT

ROOT_ONLY = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make files of other people"
)
NOBODY, SOMEBODY, THEIR_GROUP = 65534, 4321, 4322
ACCESS_LIST = "system.posix_acl_access"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def old_file(path: Path, mode: int, owner: int = -1, group: int = -1) -> Path:
    path.write_bytes(b"before")
    os.chown(path, owner, group)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("before", "after"), [(0o640, 0o640), (0o604, 0o604), (0o4755, 0o755), (0o2770, 0o770), (0o1644, 0o644)]
)
def test_the_mode_stays_without_rights_to_act_as_another(tmp_path: Path, before: int, after: int) -> None:
    path = old_file(tmp_path / "file", before)
    write_atomically(path, [b"after"])
    assert path.read_bytes() == b"after" and mode_of(path) == after


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o027])
def test_a_new_file_has_what_the_umask_leaves(tmp_path: Path, mask: int) -> None:
    was = os.umask(mask)
    try:
        write_atomically(tmp_path / "file", [b"new"])
    finally:
        os.umask(was)
    assert mode_of(tmp_path / "file") == 0o666 & ~mask


@ROOT_ONLY
def test_owner_and_group_stay(tmp_path: Path) -> None:
    path = old_file(tmp_path / "file", 0o640, SOMEBODY, THEIR_GROUP)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_atomically(path, [b"after"])
    found = path.stat()
    assert (found.st_uid, found.st_gid, mode_of(path)) == (SOMEBODY, THEIR_GROUP, 0o640)


AS_NOBODY = """
import os, pathlib, sys, warnings
import nistitl.base.files, nistitl.base.replacing
os.setgroups([int(group) for group in sys.argv[2:]]); os.setgid(65534); os.setuid(65534)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    nistitl.base.files.write_atomically(sys.argv[1], [b"after"])
print([(type(one.message).__name__, str(one.message)) for one in said])
"""


def replaced_by_nobody(path: Path, *groups: int) -> str:
    command = [sys.executable, "-c", AS_NOBODY, str(path), *map(str, groups)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may write into, below folders that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@ROOT_ONLY
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (0o640, 0o600),  # the new file's group was among the others, who could not read
        (0o604, 0o600),  # the old file's group is among the others now, and could not read
        (0o664, 0o644),
        (0o666, 0o666),
    ],
)
def test_whoever_was_kept_out_stays_out(open_folder: Path, before: int, after: int) -> None:
    path = old_file(open_folder / "file", before, SOMEBODY, THEIR_GROUP)
    said = replaced_by_nobody(path)
    found = path.stat()
    assert path.read_bytes() == b"after"
    assert (found.st_uid, found.st_gid, mode_of(path)) == (NOBODY, NOBODY, after)
    assert "ReplacedFileWarning" in said and "owner and group" in said


@ROOT_ONLY
def test_a_group_that_is_ones_own_stays_where_the_owner_cannot(open_folder: Path) -> None:
    path = old_file(open_folder / "file", 0o640, SOMEBODY, THEIR_GROUP)
    said = replaced_by_nobody(path, THEIR_GROUP)
    found = path.stat()
    assert (found.st_uid, found.st_gid, mode_of(path)) == (NOBODY, THEIR_GROUP, 0o640)
    assert "its owner" in said and "group" not in said


def access_list(user: int, group_rights: int) -> bytes:
    """An access list that lets one more user read and write, the group have these rights, others none."""
    entries = [(1, 6, -1), (2, 6, user), (4, group_rights, -1), (16, 6, -1), (32, 0, -1)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)


@pytest.fixture
def folder_with_access_lists(tmp_path: Path) -> Path:
    if not hasattr(os, "setxattr"):
        pytest.skip("access lists as extended attributes are a thing of Linux")
    try:
        os.setxattr(tmp_path, ACCESS_LIST, access_list(SOMEBODY, 5))
    except OSError:
        pytest.skip("this file system has no access lists")
    return tmp_path


def test_an_access_list_stays(folder_with_access_lists: Path) -> None:
    path = old_file(folder_with_access_lists / "file", 0o600)
    os.setxattr(path, ACCESS_LIST, access_list(SOMEBODY, 0))
    write_atomically(path, [b"after"])
    assert os.getxattr(path, ACCESS_LIST) == access_list(SOMEBODY, 0)


def test_an_access_list_that_the_folder_gives_lets_nobody_in(folder_with_access_lists: Path) -> None:
    path = old_file(folder_with_access_lists / "file", 0o640)
    os.setxattr(folder_with_access_lists, "system.posix_acl_default", access_list(SOMEBODY, 6))
    write_atomically(path, [b"after"])
    assert mode_of(path) == 0o640
    assert ACCESS_LIST not in os.listxattr(path)


def test_the_folder_is_synced_after_the_file_is_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", lambda *paths: (steps.append("replaced"), replace(*paths)))
    write_atomically(tmp_path / "file", [b"new"])
    assert steps == ["file", "replaced", "folder"]


def test_the_warning_is_a_user_warning() -> None:
    assert issubclass(ReplacedFileWarning, UserWarning)
