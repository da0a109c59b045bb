"""Measure this library and its peers on the same bytes in one run, and print a table of ratios.

    python -m benchmarks.compare                 the table: every workload and operation, targets, growth
    python -m benchmarks.compare --only small-10000 --rounds 5
    python -m benchmarks.compare --peer-json FILE     with figures of another peer, see benchmarks/README.md
    python -m benchmarks.compare --memory        peak memory of opening 45 MB by path
    python -m benchmarks.compare --imports       time to import, what is imported, time of `nistitl info`
    python -m benchmarks.compare --all           everything

PyPI's `nistitl` 0.6 has the same import name, so each library lives in an environment and a process of its own; they
take turns, so that what else the machine does hits all of them. npm's `node-nist` takes part where node and the
package can be had.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.workloads import written

ROOT = Path(__file__).resolve().parents[1]
WORKER = Path(__file__).with_name("worker.py")
NODE_WORKER = Path(__file__).with_name("worker_node.js")
CACHE = Path("~/.cache/ebtskit-benchmarks").expanduser()
PEER = "nistitl==0.6"
IMAGE_PEER = ("wsq==0.9", "pillow")
NODE_PEER = "node-nist"
SLOW = 0.3  # seconds; what takes longer is run once a turn
P, W, J, X = "P", "W", "J", "X"
# operation -> target: (reference, times): at most P / 50, or 1.5 J, or 4 X; None where there is none
_TENPRINT = ("summary", "validate", "xml")
TABLE: dict[str, dict[str, tuple[str, float] | None]] = {
    "tenprint-4": {
        "open": (P, 50), "decode": (P, 10), "write": (J, 1.5), "edit": (J, 5), "rebuild": (W, 2),
        **dict.fromkeys(_TENPRINT),
    },
    "tenprint-14": {
        "open": (P, 90), "decode": (P, 9), "write": (J, 1.5), "edit": (J, 5.5), "rebuild": (W, 3),
        **dict.fromkeys(_TENPRINT), "xml": (X, 4), "from_xml": None,
    },
    "tenprint-14-faulty": {"xml": None, "from_xml": None},
    "palms-15": {
        "open_path": (P, 2_000), "decode_path": (P, 1_000), "write": (J, 1.05), "edit": (J, 1.05),
        "rebuild": (J, 1.05), "summary": None,
    },
    "standard-3000": {
        "open": (P, 5_000), "arrays": (P, 7), "write": (J, 1.5), "edit": (J, 3), "rebuild": (W, 4),
        "minutiae_written": None, "decode": None, "summary": None, "validate": None, "xml": None,
    },
    "standard-faulty": {"validate": None},
    "efs-3000": {
        "open": (P, 5_000), "arrays": (P, 12), "write": (J, 1.5), "edit": (J, 3), "rebuild": (W, 4),
        "minutiae_written": None, "decode": None, "summary": None, "validate": None, "xml": (X, 5), "from_xml": (X, 12),
    },
    "efs-faulty": {"xml": None, "from_xml": None},
    "small-10000": {
        "open": (P, 60), "decode": (P, 6), "write": (W, 35), "edit": None, "rebuild": (W, 1), "summary": None,
    },
    "car-4": {"validate": None, "profile": None, "images": None},
    "car-14": {"validate": None, "profile": None, "images": None},
    "car-wsq": {"images": None},
    "minutiae-standard": {"minutiae": None, "minutiae_written": None},
    "minutiae-efs": {"minutiae": None, "minutiae_written": None},
}  # fmt: skip
PEER_DOES = {"summary", "images"}  # operations that are compared with the peer's own, beside P, W and J
GROWTH = {
    "fields": ("decode", "fields-250", "fields-4000"), "subfields": ("decode", "subfields-1000", "subfields-16000"),
    "minutiae, to XML": ("xml", "efs-200", "efs-3200"), "minutiae, from XML": ("from_xml", "efs-200", "efs-3200"),
}  # fmt: skip
MOST_GROWTH = 24  # for 16 times as much
SAYS = {
    "open": "open", "open_path": "open by path", "decode": "decode every field", "decode_path": "decode every field",
    "arrays": "decode to arrays", "write": "write untouched", "edit": "edit two fields, write",
    "rebuild": "rebuild everything", "summary": "summary", "validate": "validate",
    "profile": "validate, fbi-ebts-10.0", "xml": "convert to XML", "from_xml": "read that XML, decode",
    "expat": "expat alone", "images": "decode all images",
    "minutiae": "minutiae as an array", "minutiae_written": "arrays written",
}  # fmt: skip
HEAVY = ("numpy", "imagecodecs", "PIL", "lxml", "rich")


class Worker:
    """A library in a process of its own."""

    def __init__(self, command: list[str], env: dict[str, str], cwd: Path = Path("/")) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=cwd, text=True
        )

    def ask(self, do: str, path: Path | str = "", times: int = 1, **more: Any) -> Any:
        """The worker's answer to one line."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "path": str(path), "times": times, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the worker is gone")
        told = json.loads(line)
        if "error" in told:
            raise RuntimeError(told["error"])
        return told["answer"]

    def close(self) -> None:
        """Let the worker end."""
        self.process.communicate()


# -- environments -----------------------------------------------------------------------------


def our_env(cache: Path) -> dict[str, str]:
    """This repository first in the path; compiled modules in the cache, so that the second import is warm."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(cache / "pycache")}


def peer_env() -> dict[str, str]:
    """Nothing of this repository in the path."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}


def peer_python(cache: Path) -> str:
    """An interpreter that has the other packages; its environment is made when it is not there yet."""
    folder = cache / "peer"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--no-deps", PEER], env=peer_env(), check=False).returncode:
        sys.exit(f"cannot install {PEER}; give --peer-python an interpreter that has it")
    if subprocess.run([*pip, *IMAGE_PEER], env=peer_env(), check=False).returncode:
        print(f"cannot install {IMAGE_PEER[0]}; images are measured without it")
    return str(python)


def node_worker(cache: Path) -> Worker | None:
    """npm's package in a process of its own; None, and why, where it cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print(f"{NODE_PEER}: left out, there is no node or npm")
        return None
    folder = cache / "node"
    if not (folder / "node_modules" / NODE_PEER).exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", NODE_PEER]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            why = next((line for line in done.stderr.splitlines() if "404" in line or "code" in line), "npm failed")
            print(f"{NODE_PEER}: left out, npm cannot install it ({why.strip()})")
            return None
    return Worker([node, str(NODE_WORKER)], peer_env() | {"NODE_PATH": str(folder / "node_modules")}, folder)


# -- the table --------------------------------------------------------------------------------


class Measured:
    """Seconds of (library, operation) on one workload, all taking turns."""

    def __init__(self, path: Path, rounds: int) -> None:
        self.path, self.rounds = path, rounds
        self.seconds: dict[tuple[str, str], list[float]] = {}

    def run(self, asked: list[tuple[str, Worker, str]]) -> None:
        """Measure each (library, worker, operation); what a library cannot do is left out."""
        times = {}
        for library, worker, operation in asked:
            try:
                once = min(worker.ask(operation, self.path, 2))
            except RuntimeError as error:
                if library == "ours":
                    raise
                print(f"{library} cannot {SAYS.get(operation, operation)} {self.path.stem}: {error}")
                continue
            times[library, operation] = max(1, min(200, int(0.06 / once)))
            self.seconds[library, operation] = []
        able = [one for one in asked if (one[0], one[2]) in times]
        for turn in range(self.rounds):
            for library, worker, operation in able if turn % 2 else reversed(able):
                if turn > 2 and median(self.seconds[library, operation]) > SLOW and turn % 3:
                    continue
                took = worker.ask(operation, self.path, times[library, operation])
                self.seconds[library, operation] += took

    def of(self, library: str, operation: str) -> float | None:
        """The median; None where it was not measured."""
        taken = self.seconds.get((library, operation))
        return median(taken) if taken else None


def measure(name: str, workers: dict[str, Worker], cache: Path, rounds: int) -> list[dict[str, Any]]:
    """The rows of a workload: ours, the three references, the peers' own time where there is one."""
    operations = TABLE[name]
    path = written(name, cache)
    parse = "open_path" if "open_path" in operations else "open"
    references = {P: ("peer", parse), W: ("peer", "write"), J: ("ours", "join")}
    if "xml" in operations:
        references[X] = ("ours", "expat")
    if not set(operations) - {"images"}:
        references = {}
    asked = [("ours", workers["ours"], operation) for operation in operations]
    asked += [(library, workers[library], operation) for library, operation in references.values()]
    asked += [("peer", workers["peer"], operation) for operation in operations if operation in PEER_DOES]
    if "node" in workers and references:
        asked += [("node", workers["node"], operation) for operation in (parse, "write")]
    done = Measured(path, rounds)
    done.run(asked)
    taken = {kind: done.of(*reference) for kind, reference in references.items()}
    rows = []
    for operation, target in operations.items():
        row = {"workload": name, "operation": operation, "seconds": done.of("ours", operation), **taken}
        if target is not None:
            reference, times = target
            of_ours = reference in (J, X)
            row["target"] = f"<= {times:g} {reference}" if of_ours else f"<= {reference}/{times:,g}"
            limit = taken[reference] * times if of_ours else taken[reference] / times  # type: ignore[operator]
            row["met"] = row["seconds"] <= limit
        if operation in PEER_DOES:
            row["peer"] = done.of("peer", operation)
        if "node" in workers:
            row["node"] = done.of("node", operation)
        rows.append(row)
    return rows


def table(workers: dict[str, Worker], cache: Path, rounds: int, only: list[str]) -> list[dict[str, Any]]:
    """Every workload and operation, printed as it comes."""
    titles = f"{'workload':<18} {'operation':<24} {'ours':>10} {'P/ours':>9} {'W/ours':>8} {'ours/J':>8}"
    print(f"{titles}  {'target':<12} {'met':<4} {'peer/ours':>9}")
    rows = []
    for name in TABLE:
        if only and name not in only:
            continue
        for row in measure(name, workers, cache, rounds):
            rows.append(row)
            print(line_of(row), flush=True)
        check_same(workers["ours"], written(name, cache))
    return rows


def line_of(row: dict[str, Any]) -> str:
    """A row of the table for people."""
    seconds = row["seconds"]

    def over(value: float | None, digits: int = 1) -> str:
        return "" if value is None else f"{value:,.{digits if value < 1000 else 0}f}"

    ratios = [over(row[kind] / seconds if row.get(kind) else None) for kind in (P, W, "peer")]
    joined = over(seconds / row[J] if row.get(J) else None, 2)
    if "xml" in row["operation"]:
        joined = over(seconds / row[X], 2) + " X"
    met = {True: "yes", False: "NO", None: ""}[row.get("met")]
    start = f"{row['workload']:<18} {SAYS[row['operation']]:<24} {spelled(seconds):>10} {ratios[0]:>9} {ratios[1]:>8}"
    return f"{start} {joined:>8}  {row.get('target', ''):<12} {met:<4} {ratios[2]:>9}"


def growth(workers: dict[str, Worker], cache: Path, rounds: int) -> dict[str, dict[str, float]]:
    """How much longer it takes for 16 times as much."""
    found: dict[str, dict[str, float]] = {}
    for what, (operation, *names) in GROWTH.items():
        libraries = ("ours", "peer") if operation == "decode" else ("ours",)
        seconds: dict[str, list[float]] = {}
        for name in names:
            done = Measured(written(name, cache), rounds)
            done.run([(library, workers[library], operation) for library in libraries])
            for library in libraries:
                seconds.setdefault(library, []).append(done.of(library, operation) or 0.0)
        found[what] = {library: more / less for library, (less, more) in seconds.items()}
        met = "yes" if found[what]["ours"] <= MOST_GROWTH else "NO"
        peer = f", peer {found[what]['peer']:.1f}" if "peer" in found[what] else ""
        print(
            f"16 times the {what}: ours {found[what]['ours']:.1f} times the time (target <= {MOST_GROWTH}: {met}){peer}"
        )
    return found


def others(file: Path, rows: list[dict[str, Any]]) -> None:
    """Figures of a peer that was measured elsewhere, beside ours of this run."""
    told = json.loads(file.read_text())
    ours = {(row["workload"], row["operation"]): row["seconds"] for row in rows}
    print(f"{told['library']}, measured elsewhere ({told.get('where', 'not said where')}):")
    for row in told["table"]:
        mine = ours.get((row["workload"], row["operation"]))
        ratio = f"{row['seconds'] / mine:,.1f} times ours" if mine else "not measured in this run"
        says = SAYS.get(row["operation"], row["operation"])
        print(f"{row['workload']:<18} {says:<24} {spelled(row['seconds']):>10} {ratio}")


def check_same(ours: Worker, path: Path) -> None:
    """What is written untouched has the length of what was read."""
    if ours.ask("write", path, result=True) != path.stat().st_size:
        sys.exit(f"{path.name} was not written as it was read")


def spelled(seconds: float) -> str:
    """Seconds for people."""
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


# -- memory -----------------------------------------------------------------------------------

_VALIDATED = """
import nistitl, sys
from pathlib import Path
def size():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
data = Path(sys.argv[1]).read_bytes()
sizes = []
for turn in range(10_000):
    nistitl.read(data.replace(b"BENCH-2024-0001", b"BENCH-2024-%04d" % turn)).validate()
    if turn in (1_000, 9_999):
        sizes.append(size())
print(sizes[1] - sizes[0])
"""

# ru_maxrss outlives exec on Linux, so that a child of a large parent starts with the parent's peak;
# VmHWM belongs to the new program alone.
_PEAK = """
import nistitl, resource, sys
from pathlib import Path
def peak():
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return size if sys.platform == "darwin" else size * 1024
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
tx = nistitl.read(sys.argv[1])
if sys.argv[2] == "decode":
    for record in tx:
        for name in record._slots:
            getattr(record, name)
print(peak())
"""


def memory(cache: Path, rounds: int) -> dict[str, Any]:
    """Peak memory of a process that opens 45 MB by path, less that of one that opens a tiny file."""
    tiny, palms = written("tiny", cache), written("palms-15", cache)
    found = {}
    for what in ("open", "decode"):
        less = median(_output(_PEAK, cache, str(tiny), what) for _ in range(rounds))
        more = median(_output(_PEAK, cache, str(palms), what) for _ in range(rounds))
        found[what] = (more - less) / 1e6
        size = palms.stat().st_size / 1e6
        print(f"memory: {SAYS[what]} of {size:.0f} MB by path: {found[what]:.2f} MB more than of a tiny file")
    if Path("/proc/self/statm").exists():
        found["validate"] = _output(_VALIDATED, cache, str(tiny)) / 1e6
        print(f"memory: 10,000 small transactions validated, growth from the 1,000th on: {found['validate']:.2f} MB")
    return found


def _output(code: str, cache: Path, *arguments: str) -> float:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=our_env(cache), cwd="/", capture_output=True, text=True, check=True)
    return float(done.stdout)


# -- imports and the command line -------------------------------------------------------------

_IMPORT = "from time import perf_counter as now; start = now(); import {}; print(now() - start)"
_MODULES = """
import json, nistitl, sys
heavy = sys.argv[2].split(",")
after_import = [name for name in heavy if name in sys.modules]
tx = nistitl.read(sys.argv[1])
for record in tx:
    record.texts()
    for name in record._slots:
        getattr(record, name)
bytes(tx), tx.findings
print(json.dumps([after_import, [name for name in heavy if name in sys.modules]]))
"""
_CLI = "import sys; from nistitl.cli import main; sys.exit(main())"


def imports(cache: Path, rounds: int) -> dict[str, Any]:
    """Import time beside that of the dependencies; that nothing heavy is imported; the command line."""
    both = ("attrs, construct", "nistitl")
    seconds: dict[str, list[float]] = {name: [] for name in both}
    for turn in range(rounds + 1):
        for name in both:
            took = _output(_IMPORT.format(name), cache)
            if turn:  # the first one compiles
                seconds[name].append(took)
    less, more = (median(seconds[name]) for name in both)
    print(f"import nistitl: {more * 1e3:.1f} ms; attrs and construct alone: {less * 1e3:.1f} ms;"
          f" ours: {(more - less) * 1e3:.1f} ms (target 100 ms)")  # fmt: skip
    command = [sys.executable, "-c", _MODULES, str(written("tenprint-14", cache)), ",".join(HEAVY)]
    done = subprocess.run(command, env=our_env(cache), cwd="/", capture_output=True, text=True, check=True)
    after_import, after_read = json.loads(done.stdout)
    print(f"imported by import nistitl: {', '.join(after_import) or 'none'} of {', '.join(HEAVY)}")
    print(f"imported by reading a tenprint: {', '.join(after_read) or 'none'} of them")
    return {"import": more - less, "heavy": sorted({*after_import, *after_read}), "info": info(cache, rounds)}


def info(cache: Path, rounds: int) -> float | None:
    """The time of `nistitl info FILE` as a process, less that of a process that does nothing."""
    path = written("tenprint-14", cache)
    nothing, something = [sys.executable, "-c", "pass"], [sys.executable, "-c", _CLI, "info", str(path)]
    tried = subprocess.run(something, env=our_env(cache), cwd="/", capture_output=True, text=True, check=False)
    if tried.returncode not in (0, 1) or "Traceback" in tried.stderr:
        print(f"nistitl info: not available ({(tried.stderr.splitlines() or ['no output'])[-1]})")
        return None
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for command, took in zip((nothing, something), seconds, strict=True):
            start = perf_counter()
            subprocess.run(command, env=our_env(cache), cwd="/", capture_output=True, check=False)
            took.append(perf_counter() - start)
    less, more = median(seconds[0]), median(seconds[1])
    print(f"nistitl info: {more * 1e3:.0f} ms; an interpreter that does nothing: {less * 1e3:.0f} ms;"
          f" ours: {(more - less) * 1e3:.0f} ms (target 150 ms)")  # fmt: skip
    return more - less


# -- running ----------------------------------------------------------------------------------


def load() -> str:
    """The load of the machine over 1, 5 and 15 minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__.partition("\n")[0])
    parser.add_argument("--peer-python", metavar="PATH", help=f"an interpreter that has {PEER}; else one is made")
    parser.add_argument("--peer-json", metavar="FILE", type=Path, action="append", default=[], help="figures of a peer")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where workloads and environments are kept")
    parser.add_argument("--rounds", type=int, default=15, help="how often the libraries take turns")
    parser.add_argument("--only", action="append", default=[], choices=TABLE, help="this workload; may be repeated")
    parser.add_argument("--memory", action="store_true", help="peak memory of opening 45 MB")
    parser.add_argument("--imports", action="store_true", help="import time, imported modules, `nistitl info`")
    parser.add_argument("--all", action="store_true", help="everything")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def workers_of(asked: argparse.Namespace, cache: Path) -> dict[str, Worker]:
    """Each library that can be had, in a process of its own."""
    other = os.path.abspath(asked.peer_python) if asked.peer_python else peer_python(cache)  # noqa: PTH100
    workers = {
        "ours": Worker([sys.executable, str(WORKER), "ours"], our_env(cache)),
        "peer": Worker([other, str(WORKER), "peer"], peer_env()),
    }
    if not Path(workers["ours"].ask("where")).is_relative_to(ROOT):
        sys.exit("a worker has imported the wrong library")
    if Path(workers["peer"].ask("where")).is_relative_to(ROOT):
        sys.exit("the peer's worker has imported this library")
    node = node_worker(cache)
    return workers if node is None else {**workers, "node": node}


def main() -> None:
    """Measure what was asked for."""
    asked = arguments()
    cache = asked.cache.resolve()
    figures: dict[str, Any] = {"python": platform.python_version(), "cpus": os.cpu_count(), "load before": load()}
    print(f"Python {figures['python']}, {figures['cpus']} CPUs, load before: {figures['load before']}")
    if asked.all or not (asked.memory or asked.imports):
        workers = workers_of(asked, cache)
        figures["table"] = table(workers, cache, asked.rounds, asked.only)
        if not asked.only:
            figures["growth"] = growth(workers, cache, min(asked.rounds, 5))
        for file in asked.peer_json:
            others(file, figures["table"])
        for worker in workers.values():
            worker.close()
    if asked.all or asked.memory:
        figures["memory"] = memory(cache, 5)
    if asked.all or asked.imports:
        figures["imports"] = imports(cache, asked.rounds)
    figures["load after"] = load()
    print(f"load after: {figures['load after']}")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
