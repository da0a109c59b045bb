"""A policy run over files: what is done, what is never touched, and what the log says of it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import nistitl
from nistitl.exchange.retention.chain import Log, read_chain
from nistitl.exchange.retention.keeping import Keeper, Outcome
from nistitl.exchange.retention.periods import moment
from nistitl.exchange.retention.rules import Policy
from tests.exchange.retention.files import NAME, photo, policy, transaction
from tests.exchange.retention.test_deciding import HEAD, rule

NOW = "2026-06-01T00:00:00Z"
Read = Callable[[bytes], nistitl.Transaction]
DELETE = HEAD + rule()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file that is due and one that is not."""
    made = tmp_path / "files"
    made.mkdir()
    (made / "due.eft").write_bytes(transaction("20260101"))
    (made / "later.eft").write_bytes(transaction("20260531"))
    return made


def run(
    folder: Path, text: str, read: Read = nistitl.read, *, now: str = NOW, names: bool = False, key: bytes | None = None
) -> list[Outcome]:
    """What a run over the folder does and says, with a log beside it."""
    by = policy(folder.parent, text)
    with Log(folder.parent / "log") as log:
        return list(Keeper(by, moment(now), read, log, names=names, key=key).run([folder]))


def states(outcomes: list[Outcome]) -> dict[str, str]:
    return {outcome.path.name: outcome.state for outcome in outcomes}


def events(folder: Path) -> list[tuple[str, str | None]]:
    return [(facts["event"], facts.get("outcome")) for _, _, facts in read_chain(folder.parent / "log").lines]


def test_what_is_due_goes_and_the_rest_stays_as_it_is(folder: Path) -> None:
    later = (folder / "later.eft").read_bytes()
    assert states(run(folder, DELETE)) == {"due.eft": "deleted", "later.eft": "kept"}
    assert [path.name for path in folder.iterdir()] == ["later.eft"]
    assert (folder / "later.eft").read_bytes() == later
    assert events(folder) == [("log", None), ("begin", None), ("intent", None), ("end", "done"), ("finish", None)]


def test_the_intent_is_on_the_disk_before_the_act_and_the_end_after(folder: Path) -> None:
    seen: list[tuple[str, list[str]]] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if active and event in ("os.remove", "os.rename") and str(arguments[0]).startswith(str(folder)):
            chain = read_chain(folder.parent / "log")
            seen.append((event, [facts["event"] for _, _, facts in chain.lines]))

    active = True
    sys.addaudithook(watch)
    (folder / "photo.eft").write_bytes(transaction("20260101", ctz="US"))
    run(folder, HEAD + rule(more='unless = "CTZ = US"', name="others") + rule("faces", 'when = "CTZ = US"'))
    active = False
    begun = ["log", "begin", "intent"]
    assert seen == [("os.remove", begun), ("os.rename", [*begun, "end", "intent"])]


def test_without_a_log_nothing_is_touched(folder: Path) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}
    outcomes = list(Keeper(policy(folder.parent, DELETE), moment(NOW), nistitl.read).run([folder]))
    assert states(outcomes) == {"due.eft": "deleted", "later.eft": "kept"}
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("what", "left"), [("faces", [1, 2, 14]), ("images", [1, 2]), ("text", [1, 10, 14]), ("minutiae", [1, 2, 10, 14])]
)
@pytest.mark.parametrize("encoding", ["traditional", "xml"])
def test_a_part_is_taken_out_and_the_rest_is_whole(tmp_path: Path, what: str, left: list[int], encoding: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    tx = nistitl.read(transaction("20260101", fcd="20260101"))
    tx.append(nistitl.Type9(IMP=0))
    path = folder / "a.eft"
    path.write_bytes(bytes(nistitl.read(bytes(tx)).convert(encoding).transaction) if encoding == "xml" else bytes(tx))
    path.chmod(0o640)
    text = HEAD + rule(what)
    assert states(run(folder, text)) == {"a.eft": "reduced"}
    again = nistitl.read(path, policy="strict")
    wanted = left if what == "minutiae" else [*left, 9]
    assert [record.type for record in again] == wanted and again.encoding == encoding and not again.findings
    assert (NAME.encode() in path.read_bytes()) is (2 in left)
    assert path.stat().st_mode & 0o777 == 0o640
    assert states(run(folder, text)) == {"a.eft": "kept"}, "what is gone is not due again"
    assert [path.name for path in folder.iterdir()] == ["a.eft"]


def test_of_several_faces_only_those_that_are_due_go(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    tx = nistitl.read(transaction("20260101"))
    tx.append(photo("20260531"))
    (folder / "a.eft").write_bytes(bytes(tx))
    run(folder, HEAD + rule("faces"))
    assert [str(record["10.005"].text) for record in nistitl.read(folder / "a.eft")[10]] == ["20260531"]


def test_a_report_touches_nothing_and_is_told_at_each_run(folder: Path) -> None:
    text = DELETE.replace('then = "delete"', 'then = "report"')
    for _ in range(2):
        assert states(run(folder, text)) == {"due.eft": "reported", "later.eft": "kept"}
    assert "intent" not in [event for event, _ in events(folder)]
    finish = read_chain(folder.parent / "log").lines[-1].facts
    assert (finish["reported"], finish["kept"]) == (1, 1)


def test_what_can_be_told_is_done_and_the_rest_reported(folder: Path) -> None:
    (folder / "due.eft").write_bytes(transaction("20260101", fcd="20260531"))
    (folder / "later.eft").unlink()
    outcomes = run(folder, HEAD + rule("faces", name="photo") + rule(name="whole"))
    assert [(one.state, one.rules) for one in outcomes] == [("reduced", ("photo",)), ("reported", ("whole",))]


# -- links, changes, and what is no file ----------------------------------------------------------------


def test_links_are_never_followed_and_never_deleted(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.eft").write_bytes(transaction("20260101"))
    (folder / "folder").symlink_to(outside)
    (folder / "link.eft").symlink_to(outside / "kept.eft")
    (folder / "nowhere.eft").symlink_to(outside / "none")
    (folder / "hard.eft").hardlink_to(outside / "kept.eft")
    told = states(run(folder, DELETE))
    assert told == {
        "due.eft": "deleted", "later.eft": "kept", "folder": "reported", "link.eft": "reported",
        "nowhere.eft": "reported", "hard.eft": "reported",
    }  # fmt: skip
    assert (outside / "kept.eft").exists() and (folder / "hard.eft").exists() and (folder / "link.eft").is_symlink()
    with Log(tmp_path / "log") as log:
        keeper = Keeper(policy(tmp_path, DELETE), moment(NOW), nistitl.read, log)
        assert states(list(keeper.run([folder / "folder", folder / "link.eft"]))) == {
            "folder": "reported",
            "link.eft": "reported",
        }
    assert (outside / "kept.eft").exists()


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.eft")
    assert states(run(folder, DELETE))["pipe.eft"] == "reported"


def in_place(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-9, 2)
        file.write(b"\x7f")


def in_place_at_the_old_time(path: Path) -> None:
    times = path.stat()
    in_place(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def replaced_by_a_link(path: Path) -> None:
    moved = path.parent.parent / "moved.eft"
    path.rename(moved)
    path.symlink_to(moved)


def given_another_name(path: Path) -> None:
    os.link(path, path.parent.parent / "name.eft")


@pytest.mark.parametrize(
    "change", [in_place, in_place_at_the_old_time, replaced, replaced_by_a_link, given_another_name]
)
@pytest.mark.parametrize("what", ["transaction", "faces"])
def test_a_file_that_changed_after_it_was_read_is_not_touched(folder: Path, change: object, what: str) -> None:
    assert callable(change)
    (folder / "later.eft").unlink()
    path = folder / "due.eft"

    def read(data: bytes) -> nistitl.Transaction:
        """Somebody writes the file between its reading and the act."""
        if path not in changed:
            changed.append(path)
            change(path)
        return nistitl.read(data)

    changed: list[Path] = []
    outcomes = run(folder, HEAD + rule(what), read)
    assert [(one.state, one.why) for one in outcomes] == [("reported", "the file changed after it was read")]
    assert path.exists() and len(nistitl.read(path)) == 3
    assert events(folder)[2:] == [("intent", None), ("end", "not done"), ("finish", None)]
    assert [one.name for one in folder.iterdir()] == ["due.eft"], "nothing is left beside it"


# -- what cannot be read, and what cannot be done ---------------------------------------------------------


def test_what_is_no_transaction_is_passed_over_unless_it_is_named(folder: Path) -> None:
    (folder / "notes.txt").write_text("DOE,JOHN")
    (folder / "broken.eft").write_bytes(b"DOE,JOHN")
    outcomes = run(folder, DELETE)
    assert states(outcomes) == {"due.eft": "deleted", "later.eft": "kept", "notes.txt": "other", "broken.eft": "failed"}
    assert not [one for one in outcomes if "DOE" in one.why]
    with Log(folder.parent / "log") as log:
        named = list(Keeper(policy(folder.parent, DELETE), moment(NOW), nistitl.read, log).run([folder / "notes.txt"]))
    assert states(named) == {"notes.txt": "failed"} and (folder / "notes.txt").exists()


def test_a_cut_file_of_somebody_who_still_writes_is_reported(folder: Path) -> None:
    (folder / "due.eft").write_bytes(transaction("20260101")[:-40])
    assert states(run(folder, DELETE))["due.eft"] == "reported" and (folder / "due.eft").exists()


def test_what_the_system_refuses_is_told(folder: Path) -> None:
    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if active and event == "os.remove" and str(arguments[0]).endswith("due.eft"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    active = True
    sys.addaudithook(refuse)
    outcomes = run(folder, DELETE)
    active = False
    assert states(outcomes)["due.eft"] == "failed" and outcomes[0].why == os.strerror(errno.EACCES)
    assert (folder / "due.eft").exists() and events(folder)[3] == ("end", "not done")


def test_a_log_within_the_folder_is_left_alone(folder: Path) -> None:
    by = policy(folder.parent, DELETE)
    with Log(folder / "log") as log:
        assert states(list(Keeper(by, moment(NOW), nistitl.read, log).run([folder, folder / "log"]))) == {
            "due.eft": "deleted",
            "later.eft": "kept",
        }


def test_a_file_that_several_paths_name_is_looked_at_once(folder: Path) -> None:
    by = policy(folder.parent, DELETE)
    (folder / "below").mkdir()
    (folder / "below" / "more.eft").write_bytes(transaction("20260101"))
    paths = [folder / "due.eft", folder, folder / "below", folder / ".." / "files" / "later.eft"]
    with Log(folder.parent / "log") as log:
        told = [(one.path.name, one.state) for one in Keeper(by, moment(NOW), nistitl.read, log).run(paths)]
    assert sorted(told) == [("due.eft", "deleted"), ("later.eft", "kept"), ("more.eft", "deleted")]


# -- privacy ----------------------------------------------------------------------------------------------


def test_the_log_holds_nothing_of_a_person(folder: Path) -> None:
    named = folder / "DOE_JANE_19700101.eft"
    named.write_bytes(transaction("20260101", fcd="20260531", ctz="US"))
    run(folder, HEAD + rule("faces") + rule("transaction", 'of-several = "last"', name="whole"))
    said = (folder.parent / "log").read_bytes()
    for word in (b"PLANTED", b"DOE", b"19700101", b"due.eft", b"files", b"20260101", b"2026-01-01", b"US"):
        assert word not in said, word


def test_names_stand_in_the_log_on_request(folder: Path) -> None:
    run(folder, DELETE, names=True)
    chain = read_chain(folder.parent / "log")
    assert chain.lines[2].facts["name"] == os.path.realpath(folder / "due.eft")


def test_the_result_of_a_part_must_read_as_it_was_meant(folder: Path) -> None:
    def losing(data: bytes) -> nistitl.Transaction:
        """Reads fewer records than were written."""
        tx = nistitl.read(data)
        if not tx[10]:
            tx.remove(tx[2][0])
        return tx

    outcomes = run(folder, HEAD + rule("faces"), losing)
    assert states(outcomes)["due.eft"] == "failed" and len(nistitl.read(folder / "due.eft")) == 3
    assert "intent" not in [event for event, _ in events(folder)]


def test_a_policy_is_told_by_its_hash(folder: Path) -> None:
    run(folder, DELETE)
    begin = read_chain(folder.parent / "log").lines[1].facts
    by: Policy = policy(folder.parent, DELETE)
    assert (begin["policy"], begin["policy-sha256"], begin["now"]) == ("policy", by.digest, NOW)


# -- redacted by a policy -----------------------------------------------------------------------------------

REDACT = HEAD + rule().replace('then = "delete"', 'then = "redact"\nby = "no-biometrics"')
KEYED = """\
[policy]
identity = "NAM"
[records]
"1 2" = "keep"
[fields]
"@technical @charset @domain @control 1.@code 1.@agency 1.@date" = "keep"
"2.NAM" = "pseudonym"
"""


def test_what_is_due_is_redacted_by_a_policy_and_once(folder: Path) -> None:
    before = (folder / "due.eft").read_bytes()
    assert states(run(folder, REDACT)) == {"due.eft": "redacted", "later.eft": "kept"}
    after = (folder / "due.eft").read_bytes()
    assert after == bytes(nistitl.read(before).redacted("no-biometrics")) != before
    assert [record.type for record in nistitl.read(after, policy="strict")] == [1, 2]
    assert states(run(folder, REDACT)) == {"due.eft": "kept", "later.eft": "kept"}, "there is no date left, and no need"
    assert (folder / "due.eft").read_bytes() == after
    (folder / "due.eft").write_bytes(before)  # somebody puts the old file back
    assert states(run(folder, REDACT))["due.eft"] == "redacted"


def test_another_policy_of_redaction_is_another_rule(folder: Path) -> None:
    run(folder, REDACT)
    assert states(run(folder, REDACT.replace("no-biometrics", "identifiers-only")))["due.eft"] == "reported"


def test_pseudonyms_need_a_key_and_are_made_once(folder: Path) -> None:
    (folder.parent / "keyed.toml").write_text(KEYED, "utf-8")
    text = REDACT.replace("no-biometrics", "keyed.toml")
    with pytest.raises(nistitl.ITLError, match="and there is no key"):
        run(folder, text)
    assert states(run(folder, text, key=bytes(range(16))))["due.eft"] == "redacted"
    after = (folder / "due.eft").read_bytes()
    assert NAME.encode() not in after and "2.018" in nistitl.read(after)[2][0]
    assert states(run(folder, text, key=bytes(range(16))))["due.eft"] == "kept"
    assert (folder / "due.eft").read_bytes() == after


def test_a_policy_of_redaction_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(nistitl.ITLError, match=r"line 9: \[rules.one\] by: .*did you mean 'no-biometrics'"):
        policy(folder.parent, REDACT.replace("no-biometrics", "no-biometric"))


# -- what a run left that was ended in the middle -------------------------------------------------------------


def ended_behind_the_intent(folder: Path, text: str) -> Path:
    """The log of a run over the folder, as it was when its first intent was written; the path of the log."""
    run(folder, text)
    log = folder.parent / "log"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:3]))
    return log


def test_a_named_file_that_an_ended_run_deleted_is_no_error(folder: Path) -> None:
    log = ended_behind_the_intent(folder, DELETE)
    with Log(log) as one:
        keeper = Keeper(policy(folder.parent, DELETE), moment(NOW), nistitl.read, one)
        assert states(list(keeper.run([folder / "due.eft"]))) == {"due.eft": "deleted"} and keeper.left == 0
    assert ("end", "gone") in events(folder)


def test_what_was_written_beside_a_file_goes_though_the_file_is_gone(folder: Path) -> None:
    log = ended_behind_the_intent(folder, HEAD + rule("faces"))
    aside = folder / read_chain(log).lines[2].facts["aside"]
    (folder / "due.eft").rename(aside)
    assert states(run(folder, HEAD + rule("faces"))) == {"later.eft": "kept"}
    assert not aside.exists() and ("end", "gone") in events(folder)


def test_what_was_written_beside_a_file_goes_where_only_that_file_is_named(folder: Path) -> None:
    before = (folder / "due.eft").read_bytes()
    log = ended_behind_the_intent(folder, HEAD + rule("faces"))
    aside = folder / read_chain(log).lines[2].facts["aside"]
    aside.write_bytes((folder / "due.eft").read_bytes())
    (folder / "due.eft").write_bytes(before)
    with Log(log) as one:
        keeper = Keeper(policy(folder.parent, HEAD + rule("faces")), moment(NOW), nistitl.read, one)
        assert states(list(keeper.run([folder / "due.eft"]))) == {"due.eft": "reduced"}
    assert sorted(path.name for path in folder.iterdir()) == ["due.eft", "later.eft"]


def test_another_file_under_the_name_is_not_taken_for_the_one_that_was_deleted(folder: Path) -> None:
    ended_behind_the_intent(folder, DELETE)
    (folder / "due.eft").write_bytes(transaction("20260530"))
    assert states(run(folder, DELETE)) == {"due.eft": "kept", "later.eft": "kept"}
    assert ("end", "unknown") in events(folder)


def test_the_intent_is_synced_before_the_act(folder: Path) -> None:
    calls: list[str] = []

    def watch(frame: object, event: str, call: object) -> None:
        name = getattr(call, "__name__", "")
        if event == "c_return" and name in ("write", "fsync", "unlink") and getattr(call, "__module__", "") == "posix":
            calls.append(name)

    sys.setprofile(watch)
    try:
        run(folder, DELETE)
    finally:
        sys.setprofile(None)
    act = calls.index("unlink")
    assert calls[act - 2 : act] == ["write", "fsync"], "the intent"
    assert calls[act + 1 : act + 4] == ["fsync", "write", "fsync"], "the folder, then the end"
