"""How the cost of an index grows with the number of files: CPU time and peak memory, each count in its own process.

python -m benchmarks.archive [COUNT...]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nistitl

COUNTS = (1_000, 10_000)
IN_A_FOLDER = 500
_MEASURED = """
import json, os, resource, sys, time
import nistitl, nistitl.archive, nistitl.images.record, pyarrow.parquet

def files():
    for folder, _, names in os.walk(sys.argv[1]):
        for name in names:
            yield os.path.join(folder, name)

def bare():
    for name in files():
        with open(name, "rb") as file:
            file.read()

def read():
    for name in files():
        nistitl.read(name, map=False)

def index():
    nistitl.archive.index([sys.argv[1]], sys.argv[2])

bare()
figures = {}
for work in (bare, read, index):
    begun = time.process_time()
    work()
    figures[work.__name__] = time.process_time() - begun
figures["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps(figures))
"""


def small() -> bytes:
    """A transaction of three records, below 2 kB."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", DAT="20200229")
    text = nistitl.Type2()
    text["2.018"] = "MADE,UP"
    tx.append(text)
    tx.append(
        nistitl.Type14(
            IMP=0, SRC="ORI", FCD="20200228", HLL=32, VLL=32, SLC=1, THPS=500, TVPS=500, CGA="NONE", BPX=8, FGP=2,
            DATA=bytes(1024),
        )
    )  # fmt: skip
    return bytes(tx)


def measure(count: int) -> dict[str, float]:
    """The figures of so many files: seconds of CPU time, and the peak in kB."""
    data = small()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made, "files")
        for at in range(count):
            path = folder / f"{at // IN_A_FOLDER:05d}" / f"{at:07d}.an2"
            if at % IN_A_FOLDER == 0:
                path.parent.mkdir(parents=True)
            path.write_bytes(data)
        command = [sys.executable, "-c", _MEASURED, str(folder), str(Path(made, "index.parquet"))]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Print a row for every count."""
    print("| files | open and read | `read` | `index` | index / open and read | peak |")
    print("|---:|---:|---:|---:|---:|---:|")
    for count in [int(word) for word in sys.argv[1:]] or COUNTS:
        found = measure(count)
        micro = {name: found[name] / count * 1e6 for name in ("bare", "read", "index")}
        times = micro["index"] / micro["bare"]
        cells = [f"{micro[name]:.1f} µs" for name in ("bare", "read", "index")]
        print(f"| {count:,} | {' | '.join(cells)} | {times:.1f} | {found['peak'] / 1024:.0f} MB |")


if __name__ == "__main__":
    main()
