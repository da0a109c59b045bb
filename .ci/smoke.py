"""Run with an installed wheel: no file of the packages is missing, and what they hold can be loaded.

python smoke.py FILES     FILES names what git has in the packages, one path a line
"""

import sys
from importlib import metadata
from pathlib import Path

import ebts_profiles
import nistitl
from nistitl.base.findings import catalogue
from nistitl.codes import table, table_names

site = Path(nistitl.__file__).parents[1]
assert Path(ebts_profiles.__file__).parents[1] == site, "the packages come from two places"
wanted = Path(sys.argv[1]).read_text("utf-8").split()
missing = [name for name in wanted if not (site / name).is_file()]
assert wanted and not missing, f"not in the wheel: {missing}"
for name in (
    "nistitl/py.typed",
    "ebts_profiles/py.typed",
    "nistitl/base/findings.toml",
    "nistitl/codes/tables/IMP.tsv",
):
    assert (site / name).is_file(), f"not in the wheel: {name}"
assert catalogue(), "the catalogue of findings is empty"
assert all(table(name).codes for name in table_names()), "a code table is empty"
assert [nistitl.record_class(number).type for number in range(1, 100)] == list(range(1, 100))
for point in metadata.distribution("ebtskit").entry_points:
    point.load()
strangers = {"tests", "fixtures", "benchmarks"} & {path.name for path in site.iterdir()}
assert not strangers, f"the wheel installs {strangers}"
tx = nistitl.Transaction.new(TOT="CAR", DAI="A", ORI="B", TCN="C")
assert bytes(nistitl.read(bytes(tx), policy="strict")) == bytes(tx)
print(f"{len(wanted)} files, {len(table_names())} code tables, {len(catalogue())} findings: all there")
