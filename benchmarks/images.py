"""Decode and encode images, per codec, against the libraries called directly and PyPI's `wsq` 0.9.

    python -m benchmarks.images [--peer-python PATH] [--corpus FOLDER] [--rounds N]
    python -m benchmarks.images --memory

The peer `wsq` lives in a process of its own. Everything takes turns in one run; figures are medians.
`--memory` decodes four images of 9.6 megapixels one by one, for each codec in a process of its own, and
prints the most memory that it took beyond what was there before, as a multiple of one image (Linux only).
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
from PIL import Image

import nistitl
from nistitl.images import wsq
from nistitl.images.codecs import codec_named
from nistitl.images.header import read_header

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent

PEER = """
import io, sys
from time import perf_counter
import wsq
from PIL import Image
for line in sys.stdin:
    what, path = line.rstrip("\\n").split(" ", 1)
    image = Image.open(path)
    if what == "decode":
        data = open(path, "rb").read()
        start = perf_counter(); Image.open(io.BytesIO(data)).load()
    else:
        image = image.convert("L"); image.load(); out = io.BytesIO()
        start = perf_counter(); image.save(out, "WSQ")
    print(perf_counter() - start, flush=True)
"""


MEMORY = """
import sys
import numpy as np
import nistitl
from nistitl.images.codecs import codec_named

def memory(name):
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))

codec = codec_named(sys.argv[1])
noise = np.random.default_rng(1).normal(0, 6, (3000, 3200))
image = (np.cumsum(noise, axis=1) % 255).astype(np.uint8)
size = image.size
small, large = (nistitl.Type14.from_image(codec.encode(i, ppi=500)) for i in (image[:100, :100].copy(), image))
records = [large, *(large.copy() for _ in range(3))]
del image, noise
small.array
open("/proc/self/clear_refs", "w").write("5")  # the peak so far is forgotten
before = memory("VmRSS")
for record in records:
    record.array
print((memory("VmHWM") - before) / size)
"""


class Peer:
    """PyPI's wsq in a process of its own."""

    def __init__(self, python: str) -> None:
        self.process = subprocess.Popen(
            [python, "-c", PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def seconds(self, what: str, path: Path) -> float:
        """How long one run took."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{what} {path}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def seconds(action: Callable[[], Any]) -> float:
    """How long one run takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def compare(name: str, ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> None:
    """Print one row: both take turns."""
    ours(), theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    row(name, [a for a, _ in pairs], [b for _, b in pairs])


def row(name: str, ours: list[float], theirs: list[float]) -> None:
    """Print the medians and their ratio."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{name:<28} {1000 * mine:9.2f} ms {1000 * other:9.2f} ms {mine / other:8.2f}", flush=True)


def codecs(image: np.ndarray[Any, Any], rounds: int) -> None:
    """Each codec against the library that does its work."""
    direct: dict[str, tuple[Callable[[bytes], Any], Callable[[], Any]]] = {
        "PNG": (imagecodecs.png_decode, lambda: pillow("PNG")),
        "JPEGB": (imagecodecs.jpeg8_decode, lambda: pillow("JPEG", quality=95)),
        "JPEGL": (imagecodecs.jpeg8_decode, lambda: imagecodecs.jpeg8_encode(image, lossless=True, predictor=7)),
        "JP2L": (imagecodecs.jpeg2k_decode, lambda: pillow("JPEG2000", irreversible=False)),
    }

    def pillow(form: str, **options: Any) -> bytes:
        out = io.BytesIO()
        Image.fromarray(image).save(out, form, **options)
        return out.getvalue()

    for name, (decode, encode) in direct.items():
        codec = codec_named(name)
        data = codec.encode(image, ppi=500)
        header = read_header(data)
        compare(f"decode {name}", partial(codec.decode, data, header), partial(decode, data), rounds)
        compare(f"encode {name}", partial(codec.encode, image, ppi=500), encode, rounds)


def against_wsq(peer: Peer, folder: Path, rounds: int) -> None:
    """WSQ against NIST's C inside PyPI's wsq, at 0.75 bits a pixel, over a folder of files."""
    streams, pictures = sorted(folder.glob("*_75.wsq")), sorted(folder.glob("*.png"))
    decoded: list[tuple[float, float]] = []
    encoded: list[tuple[float, float]] = []
    for at in range(rounds):
        for path in streams:
            data = path.read_bytes()
            decoded.append((seconds(lambda d=data: wsq.decode(d)), peer.seconds("decode", path)))  # type: ignore[misc]
        for path in pictures:
            array = np.asarray(Image.open(path).convert("L"))
            encoded.append((seconds(lambda a=array: wsq.encode(a)), peer.seconds("encode", path)))  # type: ignore[misc]
        if not at:  # the first round warms up
            decoded.clear(), encoded.clear()
    row("decode WSQ20, PyPI's wsq", [a for a, _ in decoded], [b for _, b in decoded])
    row("encode WSQ20, PyPI's wsq", [a for a, _ in encoded], [b for _, b in encoded])


def tenprint(rounds: int) -> None:
    """All images of the shipped tenprint, one by one."""
    tx = nistitl.read(ROOT / "fixtures" / "tenprint-type14.eft")
    arrays = [record.array for record in tx.images()]
    for codec in ("PNG", "WSQ20"):
        streams = [codec_named(codec).encode(array, ppi=500) for array in arrays]
        records = [nistitl.Type14.from_image(data, ppi=500) for data in streams]
        times = [seconds(lambda r=records: [one.array for one in r]) for _ in range(rounds)]  # type: ignore[misc]
        print(f"{'tenprint of 14, ' + codec:<28} {1000 * statistics.median(times):9.2f} ms")


def memory() -> None:
    """The most memory that decoding holds, codec by codec, in images."""
    print("peak of decoding, in images")
    for name in ("WSQ20", "PNG", "JPEGB", "JPEGL", "JP2", "JP2L"):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", MEMORY, name], capture_output=True, text=True, check=True, cwd=ROOT
        )
        print(f"{name:<28} {float(done.stdout):9.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--peer-python", help="an interpreter that has wsq 0.9 and Pillow; without it WSQ is not compared"
    )
    corpus = os.environ.get("NISTITL_CORPUS", str(ROOT.parent / "shared" / "corpus"))
    parser.add_argument("--corpus", default=corpus, help="the folder that holds nist_wsq_reference")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--memory", action="store_true", help="measure memory instead")
    options = parser.parse_args()
    if options.memory:
        memory()
        return
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.2f}")
    print(f"{'':<28} {'ours':>12} {'theirs':>12} {'ratio':>8}")
    image = np.asarray(nistitl.read(ROOT / "fixtures" / "tenprint-type14.eft")[14][12].array)
    codecs(image, options.rounds)
    folder = Path(options.corpus) / "nist_wsq_reference"
    if options.peer_python and folder.is_dir():
        against_wsq(Peer(options.peer_python), folder, max(2, options.rounds // 3))
    tenprint(options.rounds)
    print(f"load {os.getloadavg()[0]:.2f}", file=sys.stderr)


if __name__ == "__main__":
    main()
