"""`nistitl retain`: what may be kept no longer is deleted, taken out or reported, by a policy and with a log."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nistitl
from nistitl.base.errors import ITLError
from nistitl.base.text import many, printable
from nistitl.cli import CLEAN, FOUND, UNREADABLE
from nistitl.cli.command import STDIN, Command, add_json, print_json
from nistitl.exchange.pseudonyms import KEY_VARIABLE, key_in, key_of_text
from nistitl.exchange.retention.chain import Log, LogError, mark, moments, open_intents, read_chain
from nistitl.exchange.retention.files import resolved
from nistitl.exchange.retention.keeping import STATES, Keeper
from nistitl.exchange.retention.periods import moment
from nistitl.exchange.retention.periods import told as _utc
from nistitl.exchange.retention.policy import retention_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.exchange.retention.chain import Chain, Line
    from nistitl.exchange.retention.keeping import Outcome
    from nistitl.exchange.retention.rules import Policy

_WOULD = {"deleted": "to be deleted", "redacted": "to be redacted", "reduced": "to be reduced"}


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders")
    parser.add_argument(
        "--by", metavar="POLICY", help="a retention policy: gate-photos, partner-no-keep or a TOML file"
    )
    parser.add_argument("--log", metavar="FILE", type=Path, help="what was done is added to it, before and after")
    parser.add_argument("--now", metavar="TIME", type=_moment, help="such as 2026-11-30T12:00Z, in place of the clock")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and touch nothing")
    parser.add_argument(
        "--key-file", metavar="FILE", help=f"the key of pseudonyms and dates; else {KEY_VARIABLE}, in hex"
    )
    parser.add_argument("--log-names", action="store_true", help="the log names files, which may name people")
    parser.add_argument("--check-log", metavar="FILE", type=Path, help="whether a log is whole; of PATHs what it says")
    parser.add_argument("--expect", metavar="HASH", help="the last hash that a run told: the log must have such a line")
    add_json(parser)


def _moment(text: str) -> datetime:
    try:
        return moment(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _run(options: argparse.Namespace) -> int:
    if options.check_log is not None:
        if options.by or options.log or options.now or options.dry_run:
            raise ITLError(
                "--check-log looks at a log and does nothing else: expected no --by, --log, --now, --dry-run"
            )
        return _check(options)
    if not options.paths or options.by is None:
        raise ITLError("expected files or folders, and --by with a policy")
    if STDIN in options.paths or (options.log is not None and str(options.log) == STDIN):
        raise ITLError("- is no file: what is kept stands in files and folders, and --log wants a file of its own")
    if options.log is None and not options.dry_run:
        raise ITLError("expected --log FILE: nothing is deleted without a log; --dry-run says what would be")
    policy = retention_policy(options.by)
    key = _key(options) if policy.needs_key else None
    now = options.now or datetime.now(UTC)
    with nullcontext() if options.dry_run else Log(options.log) as log:
        if log is not None and options.expect:
            _expect(log.lines, options.expect, options.log.name)
        if log is not None:
            _tell_clock(log.lines, now)
        keeper = Keeper(policy, now, nistitl.read, log, key=key, names=options.log_names)
        return _tell(keeper, policy, options)


def _key(options: argparse.Namespace) -> bytes | None:
    """The key of pseudonyms and dates, from a file or the environment; None where there is none."""
    if options.key_file:
        return key_in(options.key_file)
    return key_of_text(text) if (text := os.environ.get(KEY_VARIABLE)) else None


def _tell_clock(lines: Iterable[Line], now: datetime) -> None:
    """Say on standard error that the clock went back: what was due once may now be kept."""
    now = now.replace(microsecond=0)  # as logs state it
    latest = max((at for _, at in moments(lines)), default=now)
    if now < latest:
        print(
            f"nistitl: now is {_utc(now)}, and an earlier run was at {_utc(latest)}: the clock went back, or --now is "
            "wrong; what was due then may be kept now",
            file=sys.stderr,
        )


def _tell(keeper: Keeper, policy: Policy, options: argparse.Namespace) -> int:
    """Say what becomes of each file, then the totals and the last hash."""
    counts: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    if not options.json:
        print(f"policy {printable(policy.name)}, now {_utc(keeper.now)}")
    for outcome in keeper.run(options.paths):
        counts[outcome.state] += 1
        if options.json:
            rows.append(_row(outcome))
        elif outcome.state not in ("kept", "other"):
            _print(outcome, dry=options.dry_run)
    totals = {state: counts[state] for state in STATES}
    log = keeper.log
    if options.json:
        last = {} if log is None else {"log": {"lines": log.number, "last": log.last, "left": keeper.left}}
        print_json({"policy": policy.name, "now": _utc(keeper.now), "files": rows, "totals": totals, **last})
    else:
        _print_totals(totals, dry=options.dry_run)
        if log is not None:
            print(f"log: {many(log.number, 'line')}, last hash {log.last}: keep it elsewhere, for --expect")
    if keeper.left:
        what = f"{keeper.left} acts of earlier runs were not ended, and their folders are not among these"
        print(f"nistitl: {what}: run over them again", file=sys.stderr)
    if counts["failed"]:
        return UNREADABLE
    return FOUND if counts["reported"] or keeper.left else CLEAN


def _row(outcome: Outcome) -> dict[str, Any]:
    told = {"rules": list(outcome.rules)} if outcome.rules else {}
    return {
        "file": os.fspath(outcome.path),
        "state": outcome.state,
        **told,
        **({"why": outcome.why} if outcome.why else {}),
    }


def _print(outcome: Outcome, *, dry: bool) -> None:
    state = _WOULD.get(outcome.state, outcome.state) if dry else outcome.state
    parts = (state, printable(os.fspath(outcome.path)), printable(", ".join(outcome.rules)), outcome.why)
    print(": ".join(part for part in parts if part), file=sys.stderr if outcome.state == "failed" else sys.stdout)


def _print_totals(totals: dict[str, int], *, dry: bool) -> None:
    names = {**(_WOULD if dry else {}), "other": "passed over"}
    print(", ".join(f"{count} {names.get(state, state)}" for state, count in totals.items() if count) or "no files")


# -- checking a log -----------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    chain = read_chain(options.check_log)
    faults = [*chain.faults]
    if chain.broken or chain.cut:
        faults.append("the end of the last line is missing: a run was ended in the middle; the next one tells of it")
    if options.expect and _line_of(chain.lines, options.expect) is None:
        faults.append("no line has the hash that was expected: the log was shortened, or is another one")
    told = [one for path in options.paths for one in _said_of(chain, path)]
    begun = open_intents(chain.lines)
    if options.json:
        about = {"lines": len(chain.lines), "last": chain.last, "faults": faults, "not_ended": sorted(begun)}
        print_json({**about, "files": told} if options.paths else about)
    else:
        _print_check(options, chain, faults, begun, told)
    return FOUND if faults or begun else CLEAN


def _print_check(
    options: argparse.Namespace, chain: Chain, faults: list[str], begun: Iterable[int], told: list[dict[str, Any]]
) -> None:
    name = printable(options.check_log.name)
    for fault in faults:
        print(f"{name}: {fault}")
    for line in begun:
        print(f"{name}: what line {line} began was not ended; run over the same folder again")
    for one in chain.lines:
        if "broken" in one.facts:
            print(f"{name}: before line {one.number} a run was ended in the middle of a line")
    latest = None
    for number, at in moments(chain.lines):
        if latest is not None and at < latest:
            print(f"{name}: line {number}: the run was at {_utc(at)}, and one before it at {_utc(latest)}")
        latest = at if latest is None else max(at, latest)
    for row in told:
        print(": ".join(printable(str(part)) for part in row.values()))
    for path in dict.fromkeys(options.paths):
        if not any(row["file"] == path for row in told):
            print(f"{printable(path)}: the log says of no act on it")
    state = "broken" if faults else "whole"
    print(f"{name}: {state}, {many(len(chain.lines), 'line')}, last hash {chain.last}")
    if options.expect and (known := _line_of(chain.lines, options.expect)) is not None:
        print(
            f"{name}: line {known.number} has the hash that was expected, {len(chain.lines) - known.number} follow it"
        )


def _said_of(chain: Chain, path: str) -> Iterator[dict[str, Any]]:
    """What a log says of a path, whether it is still there or not."""
    wanted = mark(chain.salt, "path", os.fsencode(resolved(Path(path))))
    ends = {facts.get("intent"): facts for _, _, facts in chain.lines if facts["event"] == "end"}
    for number, _, facts in chain.lines:
        if facts["event"] == "intent" and facts.get("file") == wanted:
            end = ends.get(number, {})
            outcome = end.get("outcome", "not ended")
            yield {"file": path, "act": facts.get("act"), "outcome": outcome, "at": end.get("at", facts.get("at"))}


def _line_of(lines: Iterable[Line], hash: str) -> Line | None:
    return next((line for line in lines if line.hash == hash.strip().lower()), None)


def _expect(lines: Iterable[Line], hash: str, name: str) -> None:
    if _line_of(lines, hash) is None:
        raise LogError(f"{name}: no line has the hash that was expected: the log was shortened, or is another one")


COMMAND = Command("delete or report what may be kept no longer, by a policy and with a log", _configure, _run)
