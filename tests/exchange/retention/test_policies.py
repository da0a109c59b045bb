"""Retention policies: what is shipped, what is read, and what is refused with file, line and what may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from nistitl.exchange.retention.policy import SHIPPED, RetentionPolicyError, retention_policy
from tests.exchange.retention.files import policy

RULE = """\
[policy]
names = "fbi-ebts-10.0"

[rules.all]
what = "transaction"
keep = "1 day"
after = "capture"
then = "delete"
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_reads(name: str) -> None:
    read = retention_policy(name)
    assert read.name == name and read.title and read.rules and all(rule.date_only for rule in read.rules)


def test_every_attribute_is_read(tmp_path: Path) -> None:
    text = """\
[policy]
name = "mine"
names = "fbi-ebts-10.0"
date-only = "end"
[dates]
receipt = ["1.014", "1.005"]
capture = ["record", "DPR"]
[rules.one]
what = "images"
types = [4, 14]
tots = "CAR CNA"
profile = "fbi-ebts-10.0"
when = "CTZ = US and SEX present"
unless = "2.024 = M"
keep = "2 days"
after = "capture"
then = "report"
date-only = "start"
of-several = "last"
[rules.two]
what = "transaction"
keep = "75 years"
after = "receipt"
then = "delete"
"""
    read = policy(tmp_path, text)
    one, two = read.rules
    assert (read.name, set(one.types), set(one.tots), one.profile) == ("mine", {4, 14}, {"CAR", "CNA"}, "fbi-ebts-10.0")
    assert [test.field.number for test in (*one.when, *one.unless)] == [21, 24, 24]
    assert [place and place.number for place in one.dates] == [None, 38]
    assert (one.date_only, one.of_several, one.then) == ("start", "last", "report")
    assert [place and place.number for place in two.dates] == [14, 5] and two.keep.months == 900
    assert (two.date_only, two.of_several, two.of_everybody, one.of_everybody) == ("end", None, True, False)


END, IN_RULE = 'then = "delete"', "line 9: [rules.all] "
REFUSED = [
    (END, 'then = "delet"', "line 8: [rules.all] then: there is no then = 'delet' (did you mean 'delete'?)"),
    (
        'what = "transaction"',
        'what = "face"',
        "line 5: [rules.all] what: there is no what = 'face' (did you mean 'faces'?)",
    ),
    (
        'after = "capture"',
        'after = "captured"',
        "line 7: [rules.all] after: there is no after = 'captured' (did you mean 'capture'?)",
    ),
    ('keep = "1 day"', 'keep = "a day"', "line 6: [rules.all] keep: 'a day' is no period"),
    ('keep = "1 day"', "keep = 1", "line 6: [rules.all] keep: keep is a number, expected text in quotes"),
    ('keep = "1 day"\n', "", "line 4: [rules] all: keep is missing"),
    ("[rules.all]", "[rule.all]", "there is no section 'rule' (did you mean 'rules'?)"),
    ("keep =", "keeps =", "line 6: [rules.all] keeps: there is no attribute 'keeps' (did you mean 'keep'?)"),
    (END, END + '\nwhen = "CTZN = US"', IN_RULE + "when: there is no element 'CTZN' in [type2] (did you mean 'CTZ'?)"),
    (END, END + '\nwhen = "CTZ = USA"', IN_RULE + "when: there is no code 'USA'"),
    (END, END + '\nwhen = "14.00x = 1"', IN_RULE + "when: Type-14 has no field '00x'"),
    (END, END + '\nwhen = "CTZ US"', IN_RULE + "when: 'CTZ US' is no comparison"),
    (END, END + '\nby = "sample"', IN_RULE + "by: by is for then = 'redact', and it is 'delete'"),
    (END, 'then = "redact"', "line 8: [rules.all] then: redact needs by"),
    (END, END + '\ndate-only = "ende"', IN_RULE + "date-only: there is no date-only = 'ende' (did you mean 'end'?)"),
    (END, END + '\nof-several = "newest"', IN_RULE + "of-several: there is no of-several"),
    (END, END + '\ntypes = ["10"]', IN_RULE + "types: types is no list of record types"),
    (END, END + "\ntypes = [1]", IN_RULE + "types: types is no list of record types"),
    (END, END + '\ntots = "own"', IN_RULE + "tots: own is a word of layers"),
    (
        END,
        END + '\nprofile = "fbi-ebts-10"',
        IN_RULE + "profile: there is no profile 'fbi-ebts-10' (did you mean 'fbi-ebts-10.0'?)",
    ),
    (
        END,
        END + '\nwhen = "CTZ = US"\nunless = "CTZ = US"',
        "line 10: [rules.all] unless: when and unless say the same",
    ),
    (
        'what = "transaction"',
        'what = "faces"\ntypes = [14]',
        "line 6: [rules.all] types: records of these types are no faces",
    ),
    (
        'what = "transaction"',
        'what = "images"\ntypes = [9]',
        "line 6: [rules.all] types: records of these types are no images",
    ),
    ('names = "fbi-ebts-10.0"', 'names = "fbi"', "line 2: [policy] names: there is no profile 'fbi'"),
    (
        'after = "capture"',
        'after = "receipt"',
        "line 7: [rules.all] after: no field of the standard states the receipt: say [dates] receipt =",
    ),
    (
        "[rules.all]",
        '[dates]\ncapture = ["14.013"]\n[rules.all]',
        "line 5: [dates] capture: 14.013 (FGP) holds no date",
    ),
    ("[rules.all]", '[dates]\ncapture = ["2.024"]\n[rules.all]', "line 5: [dates] capture: 2.024 (SEX) holds no date"),
    (
        "[rules.all]",
        '[dates]\ncaptured = ["14.005"]\n[rules.all]',
        "line 5: [dates] captured: there is no date 'captured' (did you mean 'capture'?)",
    ),
    ("[rules.all]", '[dates]\ncapture = "14.005"\n[rules.all]', "line 5: [dates] capture: expected a list of fields"),
    (
        "[rules.all]",
        '[dates]\ncapture = ["14.4005"]\n[rules.all]',
        "line 5: [dates] capture: there is no field '14.4005'",
    ),
    ("[rules.all]", '[type2."14.005"]\nname = "x"\n[rules.all]', "'14.005' is no field of Type-2 such as 2.8001"),
    (
        "[rules.all]",
        '[type2."2.8001"]\nnme = "x"\n[rules.all]',
        "line 5: [type2.\"2.8001\"] nme: there is no attribute 'nme' (did you mean 'name'?)",
    ),
    (
        END,
        END + '\n[rules.more]\nwhat = "transaction"\nkeep = "2 days"\nafter = "capture"\nthen = "report"',
        "line 9: [rules] more: never decides: [rules.all] before it is for everybody",
    ),
    ("[policy]", "[policy", "policy.toml: "),
]


@pytest.mark.parametrize(("old", "new", "said"), REFUSED, ids=[said[:60] for _, _, said in REFUSED])
def test_what_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in RULE
    with pytest.raises(RetentionPolicyError) as refused:
        policy(tmp_path, RULE.replace(old, new, 1))
    assert str(refused.value).startswith("policy.toml") and said in str(refused.value)


def test_two_rules_for_the_same_people_contradict_each_other(tmp_path: Path) -> None:
    one = RULE + 'when = "CTZ = US"\n'
    two = one + one.partition("[rules.all]")[2].join(("[rules.more]", "")).replace("1 day", "2 days")
    with pytest.raises(RetentionPolicyError, match=r"line 10: \[rules\] more: never decides: .* is for the same"):
        policy(tmp_path, two)


def test_names_of_type2_need_a_profile_or_a_declaration(tmp_path: Path) -> None:
    plain = RULE.replace('names = "fbi-ebts-10.0"\n', "") + 'when = "2.8001 = X"\n'
    with pytest.raises(RetentionPolicyError, match=r"say names = 'fbi-ebts-10\.0' or the like in"):
        policy(tmp_path, plain)
    assert policy(tmp_path, plain + '[type2."2.8001"]\nname = "mine"\n').rules[0].when


def test_a_layer_of_ones_own_stands_beside_the_policy(tmp_path: Path) -> None:
    layer = '[profile]\nname = "gate"\nparent = "fbi-ebts-10.0"\n[type2]\n"2.8001" = { mnemonic = "CAT", name = "x" }\n'
    (tmp_path / "gate.toml").write_text(layer, "utf-8")
    text = RULE.replace("fbi-ebts-10.0", "gate.toml") + 'when = "CAT = EXEMPT and CTZ = US"\n'
    assert [test.field.number for test in policy(tmp_path, text).rules[0].when] == [8001, 21]
    (tmp_path / "gate.toml").unlink()
    with pytest.raises(RetentionPolicyError, match=r"policy.toml, line 2: \[policy\] names: gate.toml: cannot read"):
        policy(tmp_path, text)


def test_a_policy_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RetentionPolicyError, match=r"'gate-photo' \(did you mean 'gate-photos'\?\)"):
        retention_policy("gate-photo")
    with pytest.raises(RetentionPolicyError, match="cannot read: No such file"):
        retention_policy(str(tmp_path / "none.toml"))
