"""Numbers and names that others issue, and how to tell a wrong one."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from selfbill.identifiers import (
    holds_citizen_number,
    is_betalingskenmerk,
    is_email,
    is_iban,
    is_kvk,
    is_po_box,
    is_postcode,
    is_rf_reference,
    is_vat_id,
    rf_reference,
)

BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
SEPARATORS = ["", ".", " ", "-", " - ", "\u00a0", "–"]


def passes_eleven_test(digits: str) -> bool:
    return int(digits) > 0 and sum(w * int(d) for w, d in zip(BSN_WEIGHTS, digits, strict=True)) % 11 == 0


nine_digits = st.text(string.digits, min_size=9, max_size=9)
citizen_numbers = nine_digits.map(lambda digits: digits[:8]).flatmap(
    lambda eight: st.sampled_from(
        [eight + last for last in string.digits if passes_eleven_test(eight + last)] or ["111222333"]
    )
)


# Citizen numbers


@given(citizen_numbers, st.lists(st.sampled_from(SEPARATORS), min_size=8, max_size=8))
def test_a_citizen_number_is_found_however_it_is_written(number: str, between: list[str]) -> None:
    written = "".join(digit + gap for digit, gap in zip(number, [*between, ""], strict=True))
    assert holds_citizen_number(written)
    assert holds_citizen_number(f"Cliënt met BSN:{written}, zie dossier")


@given(nine_digits)
def test_nine_digits_that_fail_the_eleven_test_are_no_citizen_number(digits: str) -> None:
    assert holds_citizen_number(digits) is passes_eleven_test(digits)


@given(citizen_numbers, st.sampled_from(string.digits))
def test_ten_digits_are_no_citizen_number(number: str, digit: str) -> None:
    assert not holds_citizen_number(number + digit)
    assert not holds_citizen_number(digit + number)


@given(st.text(st.characters(exclude_characters=string.digits)))
def test_text_without_digits_holds_no_citizen_number(text: str) -> None:
    assert not holds_citizen_number(text)


@pytest.mark.parametrize(
    "text", ["kamer 4, 111222333", "1980 111222333", "111222333 2", "x111222333y", "(111)222333: 111222333"]
)
def test_a_citizen_number_is_found_among_other_numbers(text: str) -> None:
    assert holds_citizen_number(text)


@pytest.mark.parametrize(
    "text", ["", "06-12345678", "050-5551300", "000000000", "12-03-2026", "€ 1.234,56", "111222334"]
)
def test_everyday_numbers_are_no_citizen_numbers(text: str) -> None:
    assert not holds_citizen_number(text)


# Payment references


def test_the_reference_of_an_invoice_number_is_as_the_standard_says() -> None:
    assert rf_reference("Z017-2026-0001") == "RF31Z01720260001"
    assert rf_reference("z017-2026-0001") == "RF31Z01720260001"


@given(st.text(string.ascii_letters + string.digits + "-._", min_size=1, max_size=21))
def test_a_reference_passes_its_own_check(number: str) -> None:
    body = "".join(character for character in number.upper() if character.isalnum())
    assume(body)
    reference = rf_reference(number)
    assert reference[4:] == body
    rearranged = reference[4:] + reference[:4]
    assert int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1


# Accounts


@pytest.mark.parametrize(
    "iban",
    [
        "NL91ABNA0417164300",
        "NL57ABNA0389446386",
        "NL76SNSB0804637555",
        "BE68539007547034",
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
def test_a_valid_account_number_is_one(iban: str) -> None:
    assert is_iban(iban)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "NL91 ABNA 0417 1643 00",
        "nl91abna0417164300",
        "NL92ABNA0417164300",
        "NL91ABNA041716430",
        "NL91",
        "0417164300",
    ],
)
def test_a_wrong_account_number_is_none(wrong: str) -> None:
    assert not is_iban(wrong)


@given(st.integers(0, 17), st.sampled_from(string.digits + string.ascii_uppercase))
def test_one_wrong_character_makes_an_account_number_wrong(place: int, character: str) -> None:
    right = "NL91ABNA0417164300"
    assume(right[place] != character)
    assert not is_iban(right[:place] + character + right[place + 1 :])


@given(st.integers(4, 16))
def test_two_characters_that_changed_places_make_an_account_number_wrong(place: int) -> None:
    right = "NL91ABNA0417164300"
    assume(right[place] != right[place + 1])
    assert not is_iban(right[:place] + right[place + 1] + right[place] + right[place + 2 :])


# Other numbers


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("51273245", True),
        ("00000001", True),
        ("5127324", False),
        ("512732456", False),
        ("5127324a", False),
        ("٥١٢٧٣٢٤٥", False),
    ],
)
def test_a_chamber_of_commerce_number_has_eight_digits(text: str, right: bool) -> None:  # noqa: FBT001
    assert is_kvk(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1234 AB", True),
        ("1234AB", True),
        ("9999 ZZ", True),
        ("0999 AB", False),
        ("1234 ab", False),
        ("1234  AB", False),
        ("1234 SA", False),
        ("1234 SD", False),
        ("1234 SS", False),
        ("1234 SB", True),
        ("1234 A", False),
        ("1234 AB ", False),
    ],
)
def test_a_postcode_can_exist(text: str, right: bool) -> None:  # noqa: FBT001
    assert is_postcode(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("NL852166163B01", True),
        ("NL852166163B1", False),
        ("nl852166163b01", False),
        ("852166163B01", False),
        ("NL852166163B01 ", False),
    ],
)
def test_a_vat_id_is_written_as_the_tax_office_does(text: str, right: bool) -> None:  # noqa: FBT001
    assert is_vat_id(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a@example.org", True),
        ("voor.achter+post@mail.example.org", True),
        ("a@example", False),
        ("a@@example.org", False),
        ("a b@example.org", False),
        ("a@example.org\nBcc: b@example.org", False),
        ("a@example.org,b@example.org", False),
        ("@example.org", False),
        ("a@example.org ", False),
        ('"a"@example.org', False),
        ("a@example.", False),
    ],
)
def test_mail_can_be_addressed(text: str, right: bool) -> None:  # noqa: FBT001
    assert is_email(text) is right


@pytest.mark.parametrize(
    ("street", "box"),
    [
        ("Postbus 12", True),
        ("POSTBUS", True),
        ("  postbus 12", True),
        ("P.O. Box 12", True),
        ("PO Box 12", True),
        ("po box", True),
        ("Antwoordnummer 5", True),
        ("Postbusstraat", False),
        ("Postweg", False),
        ("Dorpsstraat 1, Postbus 12", False),
        ("", False),
    ],
)
def test_a_street_that_is_only_a_po_box_is_one(street: str, box: bool) -> None:  # noqa: FBT001
    assert is_po_box(street) is box


# Payment references


@pytest.mark.parametrize("number", ["Z017-2026-0001", "BN-2026-10001", "a.b-2026-0042"])
def test_a_reference_that_we_make_is_one_and_with_one_sign_changed_is_none(number: str) -> None:
    made = rf_reference(number)
    assert is_rf_reference(made)
    for position in range(2, len(made)):
        other = "1" if made[position] != "1" else "2"
        assert not is_rf_reference(made[:position] + other + made[position + 1 :])


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("5000056789012345", True),
        ("5000056789012354", False),
        ("4000056789012345", False),
        ("0000000000000000", True),
        ("500005678901234", False),
        ("5000 0567 8901 2345", False),
    ],
)
def test_a_betalingskenmerk_is_known_by_its_first_digit(text: str, valid: bool) -> None:  # noqa: FBT001
    assert is_betalingskenmerk(text) is valid


@given(st.text(string.digits, min_size=15, max_size=15))
def test_any_fifteen_digits_have_exactly_one_check_digit(digits: str) -> None:
    assert sum(is_betalingskenmerk(check + digits) for check in string.digits) == 1
