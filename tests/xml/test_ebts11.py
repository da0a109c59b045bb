"""The XML domain of FBI EBTS 11: when it is chosen, what its elements say, and what becomes of damaged ones."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

import nistitl
from nistitl.declare.items import same_codes
from nistitl.model.dictionaries import profile
from nistitl.xml.domains import domain_of_profile, domains_of
from nistitl.xml.packs import PACKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl import Transaction

V10, V11, V11_0 = (f"http://cjis.fbi.gov/fbi_ebts/{version}" for version in ("10.0", "11.2", "11.0"))
# every kind of element once: lists in one another, subfields of several fields in one element, values in parts
FIELDS = {
    5: "Y", 6: "AGENT", 7: "WV1000000\x1eNY030025P", 10: "P\x1fQ\x1eP\x1fR", 11: "0001\x1e0002", 16: "123456789",
    17: "AF-123\x1ePP-A-1", 18: "DOE,JANE MARY", 19: "ROE,RITA\x1ePOE", 22: "19700101\x1e19710202", 23: "2535",
    27: "510", 28: "504510", 31: "BLU", 34: "01\x1fLS\x1fRS\x1e03\x1fWU\x1e04\x1fAU", 38: "20240101",
    39: "ACE, 1 MAIN STREET, NOWHERE, NY 10000", 41: "1 MAIN STREET, NOWHERE, NY 10000",
    47: "20200101\x1fA\x1e20200102\x1fB", 51: "20200101\x1fA\x1fX\x1fCONVICTED\x1f1\x1e\x1fB\x1fY\x1fOTHER",
    54: "20240101", 55: "ON PAROLE", 57: "01\x1e10", 62: "1\x1e11", 65: "SEX\tM\t0.1\t0.2\t0.3\nAGE\t9\t0\t0\t1",
    67: "A\x1fB\x1fC", 70: "X", 73: "NY0303000", 74: "01\x1e02", 84: "09\x1fXX",
    91: "01\x1f7\x1f8\x1e04\x1f5", 92: "01\x1f9\x1f10", 98: "1\x1e2",
    2028: "1A\x1f1\x1f1234\x1f01\x1f09EJI\x1fF\x1fBALD", 2030: "09\x1fEJI\x1e10\x1fTIP", 2031: "37",
    2033: "1A\x1fDOE,JANE\x1f1234\x1f1\x1f01\x1f09EJI\x1f100\x1f33\x1f1,2\x1f07\x1fNOTE\x1fF\x1fBALD",
    2058: "TATTOO\x1fANIMAL\x1fCAT\x1fA CAT\x1eTATTOO\x1fHUMAN", 2059: "BLUE\x1fRED\x1eGREEN", 2068: "2024010120240201",
    2069: "20240101\x1f7\x1fTEXT", 2101: "PAR\x1ePRO",
}  # fmt: skip


def transaction(said: dict[int, str], dom: list[str] | None = None) -> Transaction:
    """A transaction whose Type-2 says this."""
    tx = nistitl.Transaction.new(
        TOT="CAR", DAI="WVIAFIS0Z", ORI="NY0303000", TCN="SYNTHETIC-1", DOM=[dom or ["NORAM", "EBTS 11.2"]]
    )
    text = nistitl.Type2()
    for number, content in said.items():
        text.put(number, content.encode())
    tx.append(text)
    return tx


def xml(said: dict[int, str] = FIELDS) -> bytes:
    return bytes(transaction(said).convert("xml").transaction)


def said_by(tx: Transaction) -> dict[int, str]:
    """What the Type-2 says."""
    record = tx[2][0]
    return {key: bytes(record.raw(key) or b"").decode() for key in record.keys() if isinstance(key, int) and key > 2}


def elements(data: bytes, name: str) -> list[str]:
    """The texts of the elements of a name."""
    return [text.decode() for text in re.findall(rb"<\w+:%b>([^<]*)<" % name.encode(), data)]


# -- when it is chosen ------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["EBTS 11.2", "EBTS 11.0", "11.1", "EBTS 11.4", "v11"])
def test_what_says_that_it_is_of_11_has_elements_of_11(version: str) -> None:
    made = transaction(FIELDS, ["NORAM", version]).convert("xml").transaction
    assert made.vocabulary == "niem4" and f'xmlns:ebts="{V11}"'.encode() in bytes(made)
    assert b"<ext:" not in bytes(made)


@pytest.mark.parametrize(
    ("dom", "uri", "vocabulary"),
    [
        (["NORAM", "EBTS 10.0"], V10, "niem2"),
        (["NORAM", "2.0"], None, "niem2"),
        (["OTHER", "EBTS 11.2"], None, "niem2"),
    ],
)
def test_others_do_not(dom: list[str], uri: str | None, vocabulary: str) -> None:
    made = transaction({18: "DOE,JANE"}, dom).convert("xml").transaction
    assert made.vocabulary == vocabulary
    assert re.findall(rb'xmlns:ebts="([^"]*)"', bytes(made)) == ([uri.encode()] if uri else [])


def test_a_vocabulary_that_is_asked_for_is_taken_though_it_has_no_elements_for_the_fields() -> None:
    made = transaction(FIELDS).convert("xml", "niem2").transaction
    assert made.vocabulary == "niem2" and b"fbi_ebts" not in bytes(made)
    assert said_by(made) == FIELDS


def test_a_profile_that_is_named_is_taken_before_what_dom_says() -> None:
    tx = nistitl.read(bytes(transaction({18: "DOE,JANE"}, ["NORAM", "EBTS 10.0"])), profile="fbi-ebts-11.2")
    assert V11.encode() in bytes(tx.convert("xml").transaction)


@pytest.mark.parametrize("uri", [V11, V11_0, "http://cjis.fbi.gov/fbi_ebts/11.1"])
def test_each_version_of_11_is_read_and_keeps_its_namespace_when_edited(uri: str) -> None:
    data = xml().replace(V11.encode(), uri.encode())
    tx = nistitl.read(data)
    assert said_by(tx) == FIELDS and bytes(tx) == data
    assert tx.context.dictionary is not None and tx.context.dictionary.name == "fbi-ebts-11.2"
    tx[2][0].put(2048, b"A-1")
    assert b"<ebts:RecordRapBackSubscriptionID>A-1<" in bytes(tx)
    assert (V11.encode() in bytes(tx)) is (uri == V11) and b"<ext:" not in bytes(tx)
    assert said_by(nistitl.read(bytes(tx))) == FIELDS | {2048: "A-1"}
    copied = nistitl.Transaction([record.copy() for record in tx])
    assert said_by(copied) == FIELDS | {2048: "A-1"}


def test_files_of_10_and_of_11_beside_each_other_are_each_read_as_what_they_are() -> None:
    ten = bytes(transaction({18: "DOE,JANE", 31: "BLU"}, ["NORAM", "EBTS 10.0"]).convert("xml").transaction)
    eleven = xml({18: "ROE,RITA", 31: "GRN"})
    read = [nistitl.read(data) for data in (ten, eleven, ten)]
    assert [tx.context.dictionary.name for tx in read if tx.context.dictionary] == [
        "fbi-ebts-10.0", "fbi-ebts-11.2", "fbi-ebts-10.0",
    ]  # fmt: skip
    assert [said_by(tx)[18] for tx in read] == ["DOE,JANE", "ROE,RITA", "DOE,JANE"]
    chosen = [one.message for tx in read for one in tx.validate("auto").findings if one.code == "profile-chosen"]
    assert [message.split(":")[0].split()[-1] for message in chosen] == [
        "fbi-ebts-10.0", "fbi-ebts-11.2", "fbi-ebts-10.0",
    ]  # fmt: skip
    assert domains_of("niem2", [V11]) == () and domains_of("niem4", [V10]) == ()
    assert [domain.uri for domain in domain_of_profile("niem4", "fbi-ebts-11.2")] == [V11]


def test_a_record_goes_from_10_to_11_and_back() -> None:
    ten = nistitl.read(bytes(transaction({18: "DOE,JANE"}, ["NORAM", "EBTS 10.0"]).convert("xml").transaction))
    eleven = nistitl.read(xml({31: "GRN"}))
    eleven.append(ten[2][0].copy())
    written = bytes(eleven)
    assert V10.encode() not in written and b"<nc:PersonName>" in written
    assert bytes(nistitl.read(written)[2][1].raw(18) or b"") == b"DOE,JANE"


# -- what its elements say --------------------------------------------------------------------


def test_every_kind_of_element_is_written_and_read() -> None:
    conversion = transaction(FIELDS).convert("xml")
    assert conversion.lost == ()
    assert b"<ext:" not in bytes(conversion.transaction)
    assert said_by(conversion.transaction) == FIELDS
    assert said_by(conversion.transaction.convert("traditional").transaction) == FIELDS


def test_other_prefixes_say_the_same() -> None:
    data = xml()
    for prefix, other in (("ebts", "f"), ("nc", "ebts"), ("biom", "nc"), ("j", "biom"), ("f", "j")):
        data = re.sub(rf"(</?|xmlns:){prefix}(:|=)".encode(), rf"\g<1>{other}\g<2>".encode(), data)
    assert b"<ebts:Date>" in data and b"<j:TransactionCategoryCode>" in data
    tx = nistitl.read(data)
    assert said_by(tx) == FIELDS and bytes(tx) == data
    tx[2][0].put(31, b"GRN")
    assert bytes(tx) == data.replace(b">BLU<", b">GRN<")


def test_the_order_of_elements_does_not_matter() -> None:
    root = ET.fromstring(xml())
    for element in root.iter():
        element[:] = sorted(element, key=lambda child: child.tag, reverse=True)  # those of one name keep theirs
    assert said_by(nistitl.read(ET.tostring(root))) == FIELDS


@pytest.mark.parametrize("number", [64, 89, 2034])
def test_fields_that_have_no_element_are_left_out_and_told_once(number: int) -> None:
    conversion = transaction(FIELDS | {number: "1"}).convert("xml")
    assert [(one.code, one.location.field) for one in conversion.lost] == [("xml-field-unsayable", number)]
    assert f"2.{number:03d}" in conversion.lost[0].message
    assert said_by(conversion.transaction) == FIELDS and b"<ext:" not in bytes(conversion.transaction)
    tx = nistitl.read(xml())
    tx[2][0].put(number, b"1")
    with pytest.raises(nistitl.FieldError, match="cannot be said in the XML encoding"):
        bytes(tx)
    tx = nistitl.read(xml())
    with pytest.raises(nistitl.FieldError, match="cannot be said in the XML encoding"):
        tx.append(transaction({number: "1"})[2][0].copy())
        bytes(tx)


def test_fields_of_a_state_are_kept_beside_the_elements() -> None:
    made = transaction({18: "DOE,JANE", 300: "STATE"}).convert("xml")
    assert made.lost == () and said_by(made.transaction) == {18: "DOE,JANE", 300: "STATE"}


def test_a_number_of_image_kinds_is_an_element_for_each() -> None:
    kinds = {"1": ["FP"], "37": ["FP", "SP", "IRIS"], "63": ["FP", "PP", "SP", "PHF", "PSMT", "IRIS"]}
    for number, words in kinds.items():
        data = xml({2031: number})
        assert elements(data, "BiometricImageAvailableCode") == words
        assert said_by(nistitl.read(data)) == {2031: number}
    tx = nistitl.read(xml({2031: "37"}))
    tx[2][0].put(2031, b"6")
    assert elements(bytes(tx), "BiometricImageAvailableCode") == ["PP", "SP"] and b"<ext:" not in bytes(tx)


def test_counts_of_ridges_stand_with_the_patterns_of_their_finger() -> None:
    data = xml({number: FIELDS[number] for number in (34, 91, 92)})
    fingers = re.findall(rb"<ebts:FingerprintImageFinger>.*?</ebts:FingerprintImageFinger>", data, re.DOTALL)
    assert [elements(finger, "RidgeCountValue") for finger in fingers] == [["7", "9", "8", "10"], [], ["5"]]
    assert [elements(finger, "FingerPositionCode") for finger in fingers] == [["1"], ["3"], ["4"]]


@pytest.mark.parametrize(
    "counts",
    [
        {91: "02\x1f7"},  # a finger without a pattern
        {91: "04\x1f7\x1e01\x1f7"},  # in another order than the patterns
        {91: "01\x1f7\x1e01\x1f8"},  # twice
        {91: "01\x1f7\x1f8\x1f9"},  # more than patterns
        {92: "01\x1f7"},  # the second without the first
    ],
)
def test_counts_of_ridges_that_cannot_stand_there_are_kept_whole(counts: dict[int, str]) -> None:
    conversion = transaction({34: FIELDS[34]} | counts).convert("xml")
    assert conversion.lost == () and b"<ext:" in bytes(conversion.transaction)
    assert said_by(conversion.transaction) == {34: FIELDS[34]} | counts


@pytest.mark.parametrize("arrests", [0, 1, 2, 3])
@pytest.mark.parametrize("dispositions", [0, 1, 2, 3])
def test_a_cycle_holds_an_arrest_or_a_disposition_or_both(arrests: int, dispositions: int) -> None:
    said = {
        47: "\x1e".join(f"2020010{n}\x1fCHARGE {n}" for n in range(1, arrests + 1)),
        51: "\x1e".join(f"2020020{n}\x1fCOURT {n}\x1fX\x1fOTHER\x1f{n}" for n in range(1, dispositions + 1)),
    }
    said = {number: text for number, text in said.items() if text}
    data = xml(said)
    assert data.count(b"<ebts:CriminalCycle>") == max(arrests, dispositions)
    assert said_by(nistitl.read(data)) == said and b"<ext:" not in data


def test_custody_stands_beside_the_cycles() -> None:
    data = xml({number: FIELDS[number] for number in (47, 51, 54, 55, 2101)})
    assert data.count(b"CustodySupervisoryData>") == 2
    assert data.index(b"<ebts:CustodySupervisoryData>") > data.rindex(b"</ebts:CriminalCycle>")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1 MAIN STREET, NOWHERE, NY 10000", "1|MAIN STREET|NOWHERE|NY|10000"),
        ("12-14B MAIN STREET, NOWHERE, NY", "12-14B|MAIN STREET|NOWHERE|NY|"),
        ("5TH AVENUE, NOWHERE, NY 10000", "|5TH AVENUE|NOWHERE|NY|10000"),
        ("1 MAIN STREET, NOWHERE, ZZ 10000", "|1 MAIN STREET, NOWHERE, ZZ 10000|||"),
        ("1 MAIN STREET,NOWHERE,NY 10000", "|1 MAIN STREET,NOWHERE,NY 10000|||"),
        ("NO FIXED ADDRESS", "|NO FIXED ADDRESS|||"),
    ],
)
def test_an_address_is_taken_apart_where_it_can_be_put_together_again(text: str, parts: str) -> None:
    pack = PACKS["address"]
    (split,) = pack.split(text)
    assert "|".join("".join(split.get(n, [])) for n in ("number", "street", "city", "state", "postal")) == parts
    assert pack.join(split) == text
    assert said_by(nistitl.read(xml({41: text}))) == {41: text}
    assert (b"LocationState" in xml({41: text})) is ("NY" in split.get("state", []))


@pytest.mark.parametrize("text", ["SEX\tM\t0.1\t0.2", "FREE TEXT", "A\tB\t0\t0\t0\n", " A\tB\t0\t0\t0"])
def test_statistics_of_another_layout_are_kept_whole(text: str) -> None:
    data = xml({65: text})
    assert said_by(nistitl.read(data)) == {65: text} and b"<ext:" in data


def test_words_that_differ_from_the_codes() -> None:
    assert elements(xml({24: "X"}), "PersonSexCode") == ["U"]
    assert said_by(nistitl.read(xml({24: "X"}))) == {24: "X"}
    assert said_by(nistitl.read(xml({24: "G"}))) == {24: "G"}  # which has no word
    assert elements(xml({57: "A"}), "FrictionRidgeExceptionCode") == ["A"]
    assert said_by(nistitl.read(xml({57: "A"}))) == {57: "A"}


@pytest.mark.parametrize(("number", "text", "back"), [(62, "01", "1"), (74, "1", "01"), (98, "001", "1")])
def test_zeros_before_a_code_are_another_spelling(number: int, text: str, back: str) -> None:
    conversion = transaction({number: text}).convert("xml")
    assert b"<ext:" not in bytes(conversion.transaction) and conversion.lost == ()
    assert said_by(conversion.transaction) == {number: back}
    assert ("conversion-spelling", number) in {(one.code, one.location.field) for one in conversion.losses}


def test_a_position_of_one_text_comes_to_have_two_items() -> None:
    conversion = transaction({2030: "09EJI\x1e10TIP"}).convert("xml")
    assert elements(bytes(conversion.transaction), "MajorCasePrintCode") == ["EJI", "TIP"]
    assert conversion.lost == () and b"<ext:" not in bytes(conversion.transaction)
    assert said_by(conversion.transaction) == {2030: "09\x1fEJI\x1e10\x1fTIP"}


def test_zeros_in_what_is_no_code_say_something() -> None:
    extension, kind = (profile("fbi-ebts-11.2").dictionary.by_number(number) for number in (11, 62))
    assert extension is not None and kind is not None
    assert not same_codes(extension.value, "0001", "1")
    assert same_codes(kind.value, "01\x1e11", "1\x1e11") and not same_codes(kind.value, "01\x1e11", "1")
    assert not same_codes(kind.value, "01", "11")
    said = {10: "P\x1fQ", 11: "0001"}
    assert said_by(transaction(said).convert("xml").transaction) == said


def test_user_defined_fields_of_images_have_their_elements() -> None:
    tx = nistitl.read(bytes(transaction({18: "DOE,JANE"})))
    for made, field, code in ((nistitl.Type14, 200, "1"), (nistitl.Type10, 350, "0999 Homicide")):
        image = made(IDC=3)
        image.put(field, code.encode())
        tx.append(image)
    data = bytes(tx.convert("xml").transaction)
    assert elements(data, "ImageSourceCode") == ["1"]
    assert elements(data, "BiometricNCICOffenseCode") == ["0999 Homicide"]
    back = nistitl.read(data)
    assert bytes(back[14][0].raw(200) or b"") == b"1" and bytes(back[10][0].raw(350) or b"") == b"0999 Homicide"


# -- edits ------------------------------------------------------------------------------------


def changes(text: str) -> Iterator[str]:
    """Fewer subfields, more, others in their place."""
    parts = text.split("\x1e")
    yield "\x1e".join(parts[1:] or parts)
    yield "\x1e".join(parts[:-1] or parts)
    yield "\x1e".join([*parts[::-1]])


@pytest.mark.parametrize("number", sorted(FIELDS))
def test_an_edit_changes_its_field_and_no_other(number: int) -> None:
    data = xml()
    for text in dict.fromkeys(changes(FIELDS[number])):
        tx = nistitl.read(data)
        tx[2][0].put(number, text.encode())
        assert said_by(nistitl.read(bytes(tx))) == FIELDS | {number: text}
        assert (bytes(tx) == data) is (text == FIELDS[number])
    tx = nistitl.read(data)
    del tx[2][0][f"2.{number:03d}"]
    expected = {other: text for other, text in FIELDS.items() if other != number}
    assert said_by(nistitl.read(bytes(tx))) == expected
    again = nistitl.read(bytes(tx))
    again[2][0].put(number, FIELDS[number].encode())
    assert said_by(nistitl.read(bytes(again))) == FIELDS


@pytest.mark.parametrize(
    ("number", "text"), [(11, "0009\x1e0002"), (2059, "RED\x1eGREEN"), (18, "DOE,JANE"), (18, "DOE"), (41, "NOWHERE")]
)
def test_an_edit_goes_into_the_elements(number: int, text: str) -> None:
    tx = nistitl.read(xml())
    tx[2][0].put(number, text.encode())
    assert b"<ext:" not in bytes(tx) and said_by(nistitl.read(bytes(tx))) == FIELDS | {number: text}


@pytest.mark.parametrize("number", [27, 28])
def test_no_unit_is_left_where_its_measure_is_taken_out(number: int) -> None:
    tx = nistitl.read(xml({number: FIELDS[number]}))
    del tx[2][0][f"2.{number:03d}"]
    assert b"Measure" not in bytes(tx) and said_by(nistitl.read(bytes(tx))) == {}


# -- damaged ones -----------------------------------------------------------------------------


def element_paths(root: ET.Element) -> Iterator[tuple[ET.Element, int]]:
    """Each element of the Type-2 by its parent and place, one of each path."""
    seen = set()

    def look(parent: ET.Element, path: tuple[str, ...]) -> Iterator[tuple[ET.Element, int]]:
        for at, child in enumerate(parent):
            here = (*path, child.tag)
            if here not in seen:
                seen.add(here)
                yield parent, at
                yield from look(child, here)

    return look(root[1], ())


@pytest.fixture(scope="module")
def sound() -> bytes:
    return xml()


@pytest.mark.parametrize("damage", ["missing", "twice", "empty", "strange text", "unknown beside", "unknown inside"])
def test_damaged_elements_are_read_and_cost_nothing_elsewhere(damage: str, sound: bytes) -> None:
    count = len([*element_paths(ET.fromstring(sound))])
    assert count > 140
    for n in range(count):
        root = ET.fromstring(sound)
        parent, at = [*element_paths(root)][n]
        hit, concerned = parent[at], {*parent[at].iter()}
        if damage == "missing":
            parent.remove(hit)
        elif damage == "twice":
            parent.insert(at, hit)
        elif damage == "empty":
            hit[:], hit.text = [], None
        elif damage == "strange text":
            hit.text = " \u1234\x7f "
        else:
            (hit if damage == "unknown inside" else parent).insert(0, ET.Element("{urn:x}Strange"))
        data = ET.tostring(root)
        tx = nistitl.read(data)
        said = said_by(tx)
        assert bytes(tx) == data
        changed = {number for number, text in FIELDS.items() if said.get(number) != text}
        assert len(changed) <= max(3, len(concerned))
        if damage.startswith("unknown"):
            assert changed == set() or (damage == "unknown inside" and len(concerned) == 1)  # in the text of a value
            assert len([*tx[2][0].origin[0].unknown_content(tx[2][0])]) == 1
        if n % 8 == 0:
            assert said_by(tx.convert("traditional").transaction) == said


def test_an_agencys_own_elements_are_kept_and_told() -> None:
    state = b"<ebts:StateDefinedFields><nc:OrganizationName>NY</nc:OrganizationName></ebts:StateDefinedFields>"
    end = b"</ebts:DomainDefinedDescriptiveFields>"
    tx = nistitl.read(xml().replace(end, end + state))
    tx[2][0].put(31, b"GRN")
    assert state in bytes(tx)
    (lost,) = tx.convert("traditional").lost
    assert lost.code == "xml-element-unknown" and "StateDefinedFields" in lost.message
