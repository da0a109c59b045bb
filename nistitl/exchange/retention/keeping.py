"""A retention policy run over files: what is due is deleted, taken out or redacted, and a log says so before and after.

Strategy: one file at a time. Its intent is in the log, on the disk, before anything is touched, and its end after. A
run that was ended between the two leaves an open intent; the next run over the same folder ends it by what it finds
there. A file is unlinked, or replaced as a whole by one that was written beside it under the name that the intent has.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.errors import ITLError
from nistitl.base.replacing import replace_file, sync_folder, temporary_name
from nistitl.base.text import many, printable
from nistitl.base.version import VERSION
from nistitl.exchange.redaction import redact
from nistitl.exchange.retention.deciding import Decision, decide, framing_fault
from nistitl.exchange.retention.earlier import CHANGED, DONE, GONE, NOT_DONE, EarlierRuns, marks_of
from nistitl.exchange.retention.files import FileChanged, NotOneFile, Walk, check_unchanged, hold
from nistitl.exchange.retention.periods import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from nistitl.exchange.retention.chain import Log
    from nistitl.exchange.retention.deciding import Due
    from nistitl.exchange.retention.files import Found, Held
    from nistitl.exchange.retention.rules import Policy
    from nistitl.model.transaction import Transaction

STATES = ("deleted", "redacted", "reduced", "reported", "kept", "other", "failed")
SUFFIXES = (".an", ".an2", ".an2k", ".ansi", ".ebts", ".eft", ".nist", ".nst")  # names of transactions


_WRAPPED = "it is wrapped (base64, mail, ZIP), and nothing of what is wrapped is looked at here: unwrap it first"


class Outcome(NamedTuple):
    """What became of a file, one of STATES: by which rules, and what there is to say of it."""

    path: Path
    state: str
    rules: tuple[str, ...] = ()
    why: str = ""


class _Act(NamedTuple):
    """What is to be done with a file: the state that it leads to, by which rules; its new bytes, None to unlink it."""

    state: str
    rules: tuple[str, ...]
    content: bytes | None
    redacted: tuple[str, ...] = ()  # the digests of the rules that redact
    why: str = ""


class Keeper:
    """Runs a policy over files at a moment. Without a log nothing is touched: what would be done is told."""

    def __init__(
        self,
        policy: Policy,
        now: datetime,
        read: Callable[[bytes], Transaction],
        log: Log | None = None,
        *,
        key: bytes | None = None,
        names: bool = False,
    ) -> None:
        if policy.needs_key and key is None:
            raise ITLError(f"the policy {policy.name} redacts with pseudonyms or shifted dates, and there is no key")
        self.policy = policy
        self.now = now
        self.read = read
        self.key = key  # of pseudonyms and shifted dates
        self.log = log
        self.names = names  # whether the log may name files
        self.left = 0  # acts of earlier runs of which it is not known how they ended

    def run(self, paths: Iterable[str | os.PathLike[str]]) -> Iterator[Outcome]:
        """What becomes of each file, as it is done. LogError where the log cannot be written: nothing more is done."""
        walk = Walk(paths)
        if self.log is None:
            for found in walk:
                yield from self._outcomes(found)
        else:
            yield from self._logged(walk, self.log)
        yield from (Outcome(folder, "failed", why=why) for folder, why in walk.problems)

    def _logged(self, walk: Walk, log: Log) -> Iterator[Outcome]:
        earlier = EarlierRuns(log)
        counts: Counter[str] = Counter()
        about = {"now": told(self.now), "policy": self.policy.name, "policy-sha256": self.policy.digest}
        log.write("begin", **about, program=f"nistitl {VERSION}")
        for found in walk:
            if log.is_at(found.path) or earlier.cleared(found.path):
                continue
            if earlier.settle(found.path) == GONE:
                outcomes = [Outcome(found.path, "deleted", why="by an earlier run that was ended in the middle")]
            else:
                outcomes = list(self._outcomes(found))
            counts.update(outcome.state for outcome in outcomes)
            yield from outcomes
        self.left = earlier.finish(walk.folders)
        counts["failed"] += len(walk.problems)
        log.write("finish", **{state: counts[state] for state in STATES if counts[state]})

    # -- one file -----------------------------------------------------------------------------------

    def _outcomes(self, found: Found) -> Iterator[Outcome]:
        """What becomes of one file: what is done, and what is reported of it."""
        path = found.path
        try:
            held = hold(path)
            tx = self.read(held.data)
            decision = self._decision(tx, held)
            act = self._act(tx, held, decision.due)
        except (NotOneFile, FileChanged) as fault:
            yield Outcome(path, "reported", why=str(fault))
        except ITLError as fault:
            yield self._unread(found, fault)
        else:
            done = self._done(held, act) if act is not None else None
            if done is not None:
                yield done
            if done is None or done.state != "deleted":
                told = list(_reports(path, decision))
                yield from told
                if done is None and not told:
                    yield Outcome(path, "kept")

    @staticmethod
    def _unread(found: Found, fault: ITLError) -> Outcome:
        """Of what is no transaction, and nobody said it was one, there is nothing to say."""
        code = fault.finding.code if fault.finding is not None else ""
        if code == "input-wrapped":
            return Outcome(found.path, "failed", why=_WRAPPED)
        other = code == "input-not-itl" and not found.named and found.path.suffix.lower() not in SUFFIXES
        return Outcome(found.path, "other" if other else "failed", why=str(fault))

    def _act(self, tx: Transaction, held: Held, due: tuple[Due, ...]) -> _Act | None:
        """What is to be done; None where nothing is. ITLError where it cannot be done as a whole."""
        wholly = [one.rule.name for one in due if one.rule.then == "delete" and one.rule.what == "transaction"]
        if wholly:
            return _Act("deleted", tuple(wholly), None)
        acting = [one for one in due if one.rule.then != "report"]
        gone = {id(record): record for one in acting if one.rule.by is None for record in one.records}
        with tx.together():
            for record in gone.values():
                tx.remove(record)
        redacting = {one.rule.digest: one.rule.by for one in acting if one.rule.by is not None}
        failed = 0
        for by in dict.fromkeys(redacting.values()):
            redaction = redact(tx, by, self.key)
            tx, failed = redaction.transaction, failed + len(redaction.failed)
        content = bytes(tx)
        if content == held.data:
            return None
        self._check(content, len(tx))
        verb = "is" if failed == 1 else "are"
        why = f"{many(failed, 'record')} could not be redacted and {verb} left out" if failed else ""
        rules, state = tuple(one.rule.name for one in acting), "redacted" if redacting else "reduced"
        return _Act(state, rules, content, tuple(redacting), why)

    def _decision(self, tx: Transaction, held: Held) -> Decision:
        """What is due and what is in doubt, without rules that redacted the file to what it is."""
        decision = decide(tx, self.policy, self.now)
        made = self.log.redacted_by(held.data) if self.log is not None else frozenset()
        if not made:
            return decision
        done = {rule.name for rule in self.policy.rules if rule.by is not None and rule.digest in made}
        due = tuple(one for one in decision.due if one.rule.name not in done)
        return Decision(due, tuple(one for one in decision.doubts if one.rule not in done))

    def _check(self, content: bytes, records: int) -> None:
        """ITLError where what would be written does not read as what was meant."""
        again = self.read(content)
        if len(again) != records or framing_fault(again):
            raise ITLError("what would be left of the transaction cannot be read without doubt; nothing was done")

    # -- acts ---------------------------------------------------------------------------------------

    def _done(self, held: Held, act: _Act) -> Outcome:
        """Do it, with its intent logged before and its end after."""
        if held.links > 1:
            names = f"it has {held.links} names (hard links): to take one away, or to write it anew, erases nothing"
            return Outcome(held.path, "reported", act.rules, names)
        if self.log is None:
            return Outcome(held.path, act.state, act.rules, act.why)
        aside = None if act.content is None else temporary_name()
        intent = self.log.write("intent", act=act.state, rules=list(act.rules), **self._about(held, act, aside))
        why = _tried(held, act, aside)
        if why is None:
            self.log.write("end", intent=intent, outcome=DONE)
            return Outcome(held.path, act.state, act.rules, act.why)
        self.log.write("end", intent=intent, outcome=NOT_DONE, why=why)
        return Outcome(held.path, "reported" if why == CHANGED else "failed", act.rules, why)

    def _about(self, held: Held, act: _Act, aside: str | None) -> dict[str, object]:
        """What the log tells of a file, and of what is to be left of it."""
        assert self.log is not None
        about: dict[str, object] = {**marks_of(self.log, held)}
        if act.content is not None and aside is not None:
            about |= {"aside": aside, "content": self.log.mark("content", act.content)}
        if act.redacted:
            about["redacted"] = list(act.redacted)
        return about | ({"name": printable(os.fspath(held.path))} if self.names else {})


def _tried(held: Held, act: _Act, aside: str | None) -> str | None:
    """Do it; None where it is done, else why it is not."""
    try:
        if act.content is None:
            check_unchanged(held)
            held.path.unlink()
        else:
            replace_file(held.path, [act.content], temporary_as=aside, check=lambda: check_unchanged(held))
    except FileChanged:
        return CHANGED
    except OSError as error:
        return error.strerror or type(error).__name__
    with suppress(OSError):
        sync_folder(held.path.parent)
    return None


def _reports(path: Path, decision: Decision) -> Iterator[Outcome]:
    """What is to be told of a file: rules that ask for it, and what cannot be decided."""
    rules = tuple(one.rule.name for one in decision.due if one.rule.then == "report")
    if rules:
        yield Outcome(path, "reported", rules, "its time is over")
    for doubt in decision.doubts:
        yield Outcome(path, "reported", (doubt.rule,), doubt.why)
