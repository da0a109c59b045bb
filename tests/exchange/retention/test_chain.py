"""The log: every line carries the hash of the line before; what was changed, taken out or cut is seen or told."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import resource
import signal
from pathlib import Path

import pytest

from nistitl.exchange.retention.chain import Log, LogError, chain_of, open_intents, read_chain


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of six lines."""
    path = tmp_path / "log"
    with Log(path) as one:
        one.write("begin", now="2026-01-01T00:00:00Z")
        one.write("intent", act="deleted", file="f", folder="d", identity="i")
        one.write("end", intent=3, outcome="done")
        one.write("intent", act="deleted", file="g", folder="d", identity="j")
        one.write("finish")
    return path


def test_each_line_carries_the_hash_of_the_line_before(log: Path) -> None:
    lines = log.read_bytes().splitlines()
    facts = [json.loads(line) for line in lines]
    assert facts[0]["previous"] == "0" * 64
    assert [one["previous"] for one in facts[1:]] == [hashlib.sha256(line).hexdigest() for line in lines[:-1]]
    assert [one["line"] for one in facts] == [1, 2, 3, 4, 5, 6] and all(one["at"].endswith("Z") for one in facts)
    chain = read_chain(log)
    assert (chain.faults, chain.broken, chain.cut, len(chain.lines)) == ((), (), b"", 6)
    assert chain.last == hashlib.sha256(lines[-1]).hexdigest()
    assert list(open_intents(chain.lines)) == [5]
    assert log.stat().st_mode & 0o777 == 0o600


def test_any_changed_byte_of_any_line_but_the_last_is_seen(log: Path) -> None:
    data = log.read_bytes()
    end = data.rindex(b"\n", 0, -1) + 1
    for at in range(end):
        for change in (data[at] ^ 1, data[at] ^ 0x20):
            other = chain_of(data[:at] + bytes([change]) + data[at + 1 :])
            assert other.faults or other.broken, at


def test_a_line_that_is_missing_added_or_moved_is_seen(log: Path) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    for at in range(5):
        assert chain_of(b"".join(lines[:at] + lines[at + 1 :])).faults
        assert chain_of(b"".join(lines[: at + 1] + lines[at:])).faults
        assert chain_of(b"".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])).faults
    again = chain_of(b"".join(lines[:-1]))  # a shortened log is a chain: only a hash kept elsewhere tells
    assert again.faults == () and again.last != chain_of(b"".join(lines)).last


def test_a_log_cut_anywhere_goes_on_and_tells_of_the_half_line(log: Path) -> None:
    whole = log.read_bytes()
    first, last = whole.index(b"\n") + 1, whole.rindex(b"\n", 0, -1) + 1
    for size in (first, first + 1, *range(last - 3, len(whole) + 1)):
        kept = whole[:size]
        log.write_bytes(kept)
        with Log(log) as one:
            one.write("begin", now="2026-01-02T00:00:00Z")
        chain = read_chain(log)
        assert (chain.faults, chain.broken, chain.cut) == ((), (), b"")
        assert log.read_bytes().startswith(kept), "nothing of a log is ever taken away"
        half = kept[kept.rindex(b"\n") + 1 :]
        complete = half + b"\n" in whole.splitlines(keepends=True)
        told = chain.lines[-1].facts.get("broken")
        assert told == (None if complete or not half else [hashlib.sha256(half).hexdigest()])


def test_a_first_line_cut_anywhere_is_told_too(tmp_path: Path) -> None:
    with Log(tmp_path / "a") as one:
        one.write("begin")
    first = (tmp_path / "a").read_bytes().splitlines()[0]
    for cut in (*range(12), 60, len(first) - 1, len(first)):
        path = tmp_path / f"cut{cut}"
        path.write_bytes(first[:cut])
        with Log(path) as one:
            one.write("begin")
        chain = read_chain(path)
        assert (chain.faults, chain.broken, chain.cut) == ((), (), b""), cut
        assert len(chain.lines) == 2


def test_halves_of_several_runs_are_all_told(log: Path) -> None:
    log.write_bytes(log.read_bytes() + b'{"line":7,"at\n{"line')
    with Log(log) as one:
        one.write("begin")
    chain = read_chain(log)
    assert chain.faults == () and len(chain.lines[-1].facts["broken"]) == 2
    data = log.read_bytes()
    for at in (data.index(b'7,"at\n'), data.index(b'{"line\n')):
        assert chain_of(data[:at] + b"#" + data[at + 1 :]).faults, "the half line is held by the chain, too"


@pytest.mark.parametrize("content", [b"1.001:120\x1d", b"\n", b"{}", b"a text\n"])
def test_another_file_is_no_log_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "precious.eft"
    path.write_bytes(content)
    with pytest.raises(LogError, match=r"precious.eft is no log of nistitl retain, and nothing is written"), Log(path):
        pass
    with pytest.raises(LogError, match="is no log of nistitl retain"):
        read_chain(path)
    assert path.read_bytes() == content


def test_nothing_is_added_to_a_broken_chain(log: Path) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:2] + lines[3:]))
    before = log.read_bytes()
    with pytest.raises(LogError, match=r"log: line 3 does not follow the line before it.*Nothing was done"), Log(log):
        pass
    assert log.read_bytes() == before


def test_two_runs_do_not_write_one_log(log: Path) -> None:
    with Log(log), pytest.raises(LogError, match="another run writes this log"), Log(log):
        pass


def test_a_log_is_no_link(log: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(log)
    with pytest.raises(LogError, match="cannot open the log"), Log(tmp_path / "link"):
        pass


def test_a_full_disk_ends_the_run_and_the_next_one_tells(log: Path) -> None:
    size = log.stat().st_size
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, size + 20))
        try:
            with Log(log) as one:
                one.write("begin")
        except LogError as error:
            os._exit(0 if os.strerror(errno.EFBIG) in str(error) and "Nothing more was done" in str(error) else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert read_chain(log).cut == log.read_bytes()[size:] and log.stat().st_size == size + 20
    with Log(log) as one:
        one.write("begin")
    assert read_chain(log).faults == () and "broken" in read_chain(log).lines[-1].facts


def test_marks_of_two_logs_have_nothing_in_common(tmp_path: Path) -> None:
    with Log(tmp_path / "a") as a, Log(tmp_path / "b") as b:
        assert a.mark("path", b"x") != b.mark("path", b"x") and a.mark("path", b"x") != a.mark("content", b"x")
    with Log(tmp_path / "a") as again:
        assert again.mark("path", b"x") == a.mark("path", b"x")


@pytest.mark.parametrize(
    ("fact", "value"),
    [("aside", "../../precious"), ("aside", "precious"), ("intent", []), ("intent", "3"), ("file", 1), ("folder", []),
     ("identity", None), ("content", {}), ("event", 1)],
)  # fmt: skip
def test_a_last_line_that_somebody_wrote_is_not_obeyed(log: Path, fact: str, value: object) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    facts = json.loads(lines[4]) | {fact: value}
    raw = json.dumps(facts, separators=(",", ":")).encode()
    chain = chain_of(b"".join(lines[:4]) + raw + b"\n")
    assert len(chain.lines) == 4 and chain.broken == (hashlib.sha256(raw).hexdigest(),)


@pytest.mark.parametrize(
    "first", [b'{"line":1,"at":"x","event":"end"}', b'{"line":1,"event":"log","log":"nistitl retain 1","salt":1}']
)
def test_a_first_line_without_what_it_needs_is_a_fault(first: bytes) -> None:
    chain = chain_of(first + b"\n")
    assert chain.salt == b"" and "line 1 is not the first line of such a log" in chain.faults
