"""`python -m tests.fuzz TARGET [OPTIONS OF LIBFUZZER]`, or `--all --seconds N [--keep DIR] [TARGET ...]`."""

from __future__ import annotations

import argparse
import importlib.util
import sys

from tests.fuzz.targets import named, names

USAGE = """\
python -m tests.fuzz                                       the targets
python -m tests.fuzz read -max_total_time=60               one target, seeds from fixtures and from the library
python -m tests.fuzz read my-corpus -max_total_time=60     a corpus of your own, which also grows
python -m tests.fuzz read crash-1234                       one input again
python -m tests.fuzz --all --seconds 60                    every target, 60 seconds each
python -m tests.fuzz --all --seconds 60 --keep DIR read    some of them; corpora and what was found stay in DIR
"""
NO_ATHERIS = "nothing was fuzzed: atheris is not installed (it has wheels for CPython 3.11 to 3.13 on Linux x86-64)"


def main(arguments: list[str]) -> int:
    """Run what was asked for; 0 clean, 1 something was found, 2 wrong usage or no atheris."""
    if not arguments:
        print(USAGE)
        for name in names():
            print(f"{name:<12} {(named(name).about or '').splitlines()[0]}")
        return 2
    if importlib.util.find_spec("atheris") is None:
        print(NO_ATHERIS)
        return 2
    from tests.fuzz.driver import fuzz, fuzz_all

    if arguments[0] == "--all":
        parser = argparse.ArgumentParser("python -m tests.fuzz --all")
        parser.add_argument("--seconds", type=int, default=60)
        parser.add_argument("--keep", metavar="DIR")
        parser.add_argument("--seed", type=int, default=0, help="the same mutations each time; 0: chance")
        parser.add_argument("targets", nargs="*", metavar="TARGET")
        options = parser.parse_args(arguments[1:])
        return fuzz_all(options.seconds, options.keep, options.targets, options.seed)
    if arguments[0] not in names():
        print(f"no target {arguments[0]!r}; there are {', '.join(names())}")
        return 2
    fuzz(arguments[0], arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
