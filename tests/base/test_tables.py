"""Tables in TOML: where a row stands, and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from nistitl.base.errors import ITLError
from nistitl.base.resources import Resource
from nistitl.base.tables import TableReader, TableText, table_file, table_text, tables_of

TEXT = """\
# [head] of nothing
[head] # a comment
names = "x"
name = "y"
[ rows . 'one.two' ]
keep = "1"
[rows.plain]
keep = ["a",
  "[rows]"]
then = "2"
[rows]
"4 14 15" = "keep"
inner = { keep = "3" }
[[lists]]
keep = "4"
"""


class Refused(ITLError):
    """What the reader of these tests raises."""


class Reader(TableReader):
    error = Refused


@pytest.mark.parametrize(
    ("names", "where"),
    [
        (("head", "name"), "line 4: [head] name"),
        (("head", "none"), "line 2: [head] none"),
        (("rows", "one.two", "keep"), 'line 6: [rows."one.two"] keep'),
        (("rows", "one.two"), "line 5: [rows] one.two"),
        (("rows", "plain", "then"), "line 10: [rows.plain] then"),
        (("rows", "14"), "line 12: [rows] 14"),
        (("rows", "inner", "keep"), "line 13: [rows] inner: keep"),
        (("rows", ""), "line 11: [rows]"),
        (("lists", "keep"), "line 15: [lists] keep"),
        (("none", "keep"), "line 1: [none] keep"),
    ],
)
def test_a_row_is_refused_with_its_line(names: tuple[str, ...], where: str) -> None:
    assert TableText("a.toml", TEXT).refusal(names, "is wrong") == f"a.toml, {where}: is wrong"
    assert TableText("", "").refusal(names[:2], "is wrong").startswith(f"[{names[0]}]")


def test_sections_are_known_and_tables() -> None:
    text = TableText("a.toml", "[hed]\n")
    with pytest.raises(Refused, match=r"^a.toml, line 1: \[hed\]: there is no section 'hed' \(did you mean 'head'\?\)"):
        Reader(text, tables_of(text, Refused)).check_sections(("head", "rows"))
    with pytest.raises(Refused, match=r"line 1: \[rows\]: expected a table"):
        Reader(TableText("a.toml", "rows = 1"), {"rows": 1}).section("rows")
    assert Reader(text, {}).section("rows") == {}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, r"a\.toml: cannot read: No such file"),
        (b"\xff", r"a\.toml: cannot read: 'utf-8' codec"),
        (b"a = b", r"a\.toml: Invalid value .*line 1.*; text stands in quotes"),
        (b"a = 1\na = 2", r"a\.toml: Cannot overwrite a value .*; a key stands once"),
        (b"a = " + b"[" * 10**5, r"a\.toml: "),
    ],
)
def test_what_is_no_toml_is_told(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "a.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Refused, match=told):
        tables_of(table_text(path, Refused), Refused)


def test_a_file_is_one_that_is_shipped_or_a_path() -> None:
    folder = Resource("nistitl.exchange", "policies")
    assert table_file("sample", "policy", ["sample"], folder, Refused).read_text("utf-8")
    assert table_file("dir/sample.toml", "policy", ["sample"], folder, Refused) == Path("dir/sample.toml")
    with pytest.raises(Refused, match=r"no policy 'sampel' \(did you mean 'sample'\?\); shipped are sample, or name a"):
        table_file("sampel", "policy", ["sample"], folder, Refused)
