"""A file replaced as a whole: written beside it, given its permissions, put in its place, the folder synced.

Strategy: the new file is made with no rights for others and gets those of the old one only when it is complete. What
the operating system refuses to keep (owner, group, access list) is told by a warning, and then the rights of group and
others shrink to what both had under the old file: whoever the old file kept out stays out.
"""

from __future__ import annotations

import errno
import os
import stat
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_TEMPORARY = ".nistitl-"  # and not the name of the target, which may be as long as names go
_PRIVATE, _PUBLIC = 0o600, 0o666  # the latter less what the umask of the process forbids
_ACCESS_LIST = "system.posix_acl_access"  # the extended attribute of Linux
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM}  # folders that cannot be synced


class ReplacedFileWarning(UserWarning):
    """A file was replaced and what it was could not be kept in full: its owner, its group or its access list."""


def temporary_name() -> str:
    """A name for a file that is written beside another one; nobody else has it."""
    return _TEMPORARY + os.urandom(8).hex()


def replace_file(
    path: Path,
    pieces: Iterable[bytes | memoryview],
    *,
    temporary_as: str | None = None,
    check: Callable[[], object] | None = None,
) -> None:
    """Put a file of these pieces in the place of whatever is at the path, or of nothing.

    OSError when it cannot be done; what was there then is as it was. ReplacedFileWarning where owner, group or access
    list of the old file could not be kept. The new file is written as `temporary_as` beside the old one; `check` is
    called when it is whole, in the instant before it takes its place: what that raises leaves the old one alone.
    """
    old = _regular(path)
    temporary = path.parent / (temporary_as or temporary_name())
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(temporary, flags, _PRIVATE if old else _PUBLIC)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        lost = _keep_rights(path, old, temporary) if old else []
        if check is not None:
            check()
        os.replace(temporary, path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    if lost:
        text = f"{path.name} was replaced, and the new file does not have its {' and '.join(lost)}"
        warnings.warn(text, ReplacedFileWarning, stacklevel=4)


def _regular(path: Path) -> os.stat_result | None:
    """What is known of the file that is replaced; None where there is none, or no regular one."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _keep_rights(path: Path, old: os.stat_result, temporary: Path) -> list[str]:
    """Give the new file the rights of the old one; the names of what could not be kept."""
    if not hasattr(os, "chown"):  # no owners and modes here: the folder's rules hold
        temporary.chmod(stat.S_IMODE(old.st_mode))
        return []
    new = temporary.lstat()
    lost = []
    if new.st_gid != old.st_gid and not _given(temporary, -1, old.st_gid):
        lost.append("group")
    if new.st_uid != old.st_uid and not _given(temporary, old.st_uid, -1):
        lost.insert(0, "owner")
    if not _access_list_kept(path, temporary):
        lost.append("access list")
    mode = old.st_mode & 0o777  # never setuid, setgid or sticky: the content is another
    if lost != [] and lost != ["owner"]:
        mode = _shared_rights(mode)
    temporary.chmod(mode)
    return lost


def _given(path: Path, owner: int, group: int) -> bool:
    try:
        os.chown(path, owner, group, follow_symlinks=False)
    except OSError:
        return False
    return True


def _shared_rights(mode: int) -> int:
    """Group and others get what both had: people of the one may now count among the other."""
    both = (mode >> 3) & mode & 0o7
    return mode & 0o700 | both << 3 | both


def _access_list_kept(path: Path, temporary: Path) -> bool:
    """True where the new file has the access list of the old one, or none where that had none."""
    if not hasattr(os, "getxattr"):
        return True
    old, new = _access_list(path), _access_list(temporary)
    if old == new:
        return True
    try:
        if old is None:
            os.removexattr(temporary, _ACCESS_LIST)
        else:
            os.setxattr(temporary, _ACCESS_LIST, old)
    except OSError:
        return False
    return True


def _access_list(path: Path) -> bytes | None:
    try:
        return os.getxattr(path, _ACCESS_LIST)
    except OSError:  # it has none, or the file system knows none
        return None


def sync_folder(folder: Path) -> None:
    """What was renamed, added or removed in a folder is so on the disk, too, when this returns."""
    try:
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError:
        return  # a folder that may be written and not read, or a system that opens none
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(handle)
