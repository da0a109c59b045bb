"""Measure this library against PyPI's `nistitl` 0.6, and what it costs in memory and at import.

    python -m benchmarks.compare                 the table: every workload, every operation, both libraries
    python -m benchmarks.compare --memory        peak memory of opening 45 MB by path
    python -m benchmarks.compare --imports       time to import, what is imported, time of `nistitl info`
    python -m benchmarks.compare --all           everything

The other package has the same import name, so each library lives in an environment and a process of
its own; the two take turns, so that what else the machine does hits both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
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
CACHE = Path("~/.cache/ebtskit-benchmarks").expanduser()
PEER = "nistitl==0.6"
TABLE = {
    "tenprint-4": ("open", "decode", "write", "edit", "validate"),
    "tenprint-14": ("open", "decode", "write", "edit", "validate"),
    "palms-15": ("open_path", "decode", "write"),
    "car-4": ("validate", "profile"),
    "car-14": ("validate", "profile"),
    "minutiae-standard": ("minutiae", "minutiae_written"),
    "minutiae-efs": ("minutiae", "minutiae_written"),
}
SAYS = {
    "open": "open", "open_path": "open by path", "decode": "open, decode every field",
    "write": "open, write untouched", "edit": "open, edit two fields, write",
    "validate": "open, validate (peer: parse)", "profile": "the same by fbi-ebts-10.0",
    "minutiae": "open, minutiae (peer: parse)", "minutiae_written": "write minutiae",
}  # fmt: skip
HEAVY = ("numpy", "imagecodecs", "PIL", "lxml", "rich")


class Worker:
    """A library in a process of its own."""

    def __init__(self, python: str, role: str, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [python, str(WORKER), role], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd="/", text=True
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
    """An interpreter that has the other package; its environment is made when it is not there yet."""
    folder = cache / "peer"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check", PEER]
    if subprocess.run(command, env=peer_env(), check=False).returncode:
        sys.exit(f"cannot install {PEER}; give --peer-python an interpreter that has it")
    return str(python)


# -- the table --------------------------------------------------------------------------------


def compare(ours: Worker, peer: Worker, name: str, operation: str, path: Path, rounds: int) -> tuple[float, float]:
    """Medians of both, the rounds interleaved."""
    times = {worker: max(1, min(200, int(0.05 / min(worker.ask(operation, path, 2))))) for worker in (ours, peer)}
    seconds: dict[Worker, list[float]] = {ours: [], peer: []}
    for turn in range(rounds):
        for worker in (ours, peer) if turn % 2 else (peer, ours):
            seconds[worker] += worker.ask(operation, path, times[worker])
    return median(seconds[ours]), median(seconds[peer])


def table(ours: Worker, peer: Worker, cache: Path, rounds: int) -> list[dict[str, Any]]:
    """Every workload and operation, printed as it comes."""
    print(f"{'workload':<18} {'operation':<30} {'ours':>12} {'peer':>12} {'ratio':>8}")
    rows = []
    for name, operations in TABLE.items():
        path = written(name, cache)
        for operation in operations:
            mine, other = compare(ours, peer, name, operation, path, rounds)
            rows.append({"workload": name, "operation": operation, "ours": mine, "peer": other})
            print(f"{name:<18} {SAYS[operation]:<30} {spelled(mine):>12} {spelled(other):>12} {other / mine:>7.1f}x")
        check_same(ours, path)
    return rows


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
    parser.add_argument("--cache", type=Path, default=CACHE, help="where workloads and the environment are kept")
    parser.add_argument("--rounds", type=int, default=15, help="how often the two libraries take turns")
    parser.add_argument("--memory", action="store_true", help="peak memory of opening 45 MB")
    parser.add_argument("--imports", action="store_true", help="import time, imported modules, `nistitl info`")
    parser.add_argument("--all", action="store_true", help="everything")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def main() -> None:
    """Measure what was asked for."""
    asked = arguments()
    cache = asked.cache.resolve()
    figures: dict[str, Any] = {"python": platform.python_version(), "cpus": os.cpu_count(), "load before": load()}
    print(f"Python {figures['python']}, {figures['cpus']} CPUs, load before: {figures['load before']}")
    if asked.all or not (asked.memory or asked.imports):
        other = os.path.abspath(asked.peer_python) if asked.peer_python else peer_python(cache)  # noqa: PTH100
        ours, peer = Worker(sys.executable, "ours", our_env(cache)), Worker(other, "peer", peer_env())
        if not Path(ours.ask("where")).is_relative_to(ROOT) or Path(peer.ask("where")).is_relative_to(ROOT):
            sys.exit("a worker has imported the wrong library")
        figures["table"] = table(ours, peer, cache, asked.rounds)
        ours.close()
        peer.close()
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
