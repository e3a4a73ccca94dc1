"""Codes on goods, books, pallets, containers and cards; every valid example is one that a standard publishes."""

import datetime as dt
import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gisdata.codes import (
    check_container,
    check_ean13,
    check_gtin,
    check_isbn13,
    check_resident_id,
    check_sscc,
    gs1_check_digit,
    gs1_prefix,
)

PUBLISHED = [
    (check_gtin, "6901234567892", "GTIN-13"),  # GB 12904
    (check_ean13, "6901234567892", "GTIN-13"),
    (check_gtin, "96385074", "GTIN-8"),  # Wikipedia, EAN-8
    (check_gtin, "036000291452", "GTIN-12"),  # Wikipedia, Universal Product Code
    (check_gtin, "6291041500213", "GTIN-13"),  # GS1, "How to calculate a check digit manually"
    (check_gtin, "10614141000415", "GTIN-14"),  # GS1 General Specifications
    (check_isbn13, "9787302511625", "ISBN-13"),
    (check_isbn13, "9780306406157", "ISBN-13"),  # Wikipedia, ISBN
    (check_sscc, "106141412345678908", "SSCC"),  # GS1 General Specifications
    (check_container, "CSQU3054383", "ISO 6346"),  # Wikipedia, ISO 6346
    (check_resident_id, "11010519491231002X", "resident id"),  # GB 11643-1999, annex
    (check_resident_id, "440524188001010014", "resident id"),  # GB 11643-1999, annex: born in 1880
]


@pytest.mark.parametrize(("check", "text", "kind"), PUBLISHED[:-1])
def test_published_example_is_valid(check, text, kind):
    """Each is valid and called by its kind."""
    checked = check(text)

    assert (checked.valid, checked.reason, checked.kind) == (True, "", kind)


def test_example_of_the_standard_born_in_1880_is_not_plausible():
    """Its check digit is right, but nobody at work today was born then."""
    assert check_resident_id("440524188001010014").reason == "its date of birth lies in the future or before 1900"


@pytest.mark.parametrize(("check", "text"), [
    (check_gtin, "６９０１２３４５６７８９２"), (check_isbn13, "978-7-302-51162-5"),
    (check_isbn13, "978–7–302–51162–5"),
    (check_container, "csqu 305438-3"), (check_sscc, "(00) 1 0614141 234567890 8"),
    (check_sscc, "00106141412345678908"),
    (check_resident_id, " 11010519491231002x "),
])
def test_number_is_taken_as_people_type_it(check, text):
    """Full-width digits, spaces, hyphens and dashes, small letters."""
    assert check(text)


@pytest.mark.parametrize(("registrant", "title"), [
    ("302", "51162"),  # Tsinghua University Press
    ("04", "049401"),  # Higher Education Press
    ("111", "61706"),  # China Machine Press
    ("5063", "8026"),  # The Writers Publishing House
    ("80000", "123"),
    ("900000", "12"),
])
def test_isbn_of_china_is_split(registrant, title):
    """The length of the registrant follows from its range: two to six digits."""
    body = f"9787{registrant}{title}"
    checked = check_isbn13(f"{body}{gs1_check_digit(body)}")

    assert checked.text == f"978-7-{registrant}-{title}-{gs1_check_digit(body)}"
    assert checked.issuer == "China, People's Republic"


def test_isbn_of_an_unknown_group_is_checked_but_not_split():
    """No split is better than a guessed one."""
    assert check_isbn13("978-0-306-40615-7").text == "9780306406157"


@pytest.mark.parametrize(("digits", "issuer", "use"), [
    ("690", "GS1 China", "goods"), ("699", "GS1 China", "goods"), ("978", "International ISBN Agency", "book"),
    ("979", "International ISBN Agency", "book"), ("700", None, None),
])
def test_prefix_says_who_and_what(digits, issuer, use):
    """China is 690 to 699 today; 978 and 979 are books."""
    entry = gs1_prefix(digits)

    assert (entry.get("issuer"), entry.get("use")) == (issuer, use)


def test_older_range_of_china_is_noted():
    """Textbooks say 690 to 695."""
    assert "690 to 695" in check_gtin("6901234567892").note


def test_gtin_12_and_14_have_the_prefix_of_their_gtin_13():
    """A UPC-A has a zero before it, a GTIN-14 the digit of its packing."""
    assert check_gtin("036000291452").issuer == "GS1 US"
    assert check_gtin(f"1690123456789{gs1_check_digit('1690123456789')}").issuer == "GS1 China"


@pytest.mark.parametrize(("check", "text", "reason"), [
    (check_gtin, "6901234567893", "the check digit is 3, it must be 2"),
    (check_gtin, "12345", "5 digits, a GTIN has 8, 12, 13 or 14"),
    (check_gtin, "69012345678９X", "it must consist of digits"),
    (check_gtin, "", "it must consist of digits"),
    (check_ean13, "96385074", "8 digits, it must have 13"),
    (check_isbn13, "6901234567892", "begins with 690, an ISBN with 978 or 979"),
    (check_isbn13, "9790260000438", "9790 is sheet music (ISMN), not a book"),
    (check_sscc, "10614141234567890", "17 digits, it must have 18"),
    (check_container, "CSQU305438", "the check digit, the seventh, is missing"),
    (check_container, "CSQ3054383", "a container number is four letters, six digits and a check digit"),
    (check_container, "CSQX3054383", "the fourth letter is X, it must be U (container), J (equipment), Z (chassis) or "
                                     "R (refrigeration)"),
    (check_resident_id, "110105194913310020", "its date of birth does not exist"),
    (check_resident_id, "110105194902300020", "its date of birth does not exist"),
    (check_resident_id, "110105294912310020", "its date of birth lies in the future or before 1900"),
    (check_resident_id, "110105491231002", "a resident id has 17 digits and then a digit or X"),
    (check_resident_id, "110105194912310021", "its check digit is wrong"),
])
def test_reason_says_what_is_wrong(check, text, reason):
    """One reason each, in words."""
    checked = check(text)

    assert (checked.valid, checked.reason) == (False, reason)


@pytest.mark.parametrize("text", ["", "   ", "-", "abc", "\x00", "9" * 100, "²" * 13, "①" * 8, "٠١٢٣٤٥٦٧"])
@pytest.mark.parametrize("check", [check_gtin, check_ean13, check_isbn13, check_sscc, check_container,
                                   check_resident_id])
def test_anything_may_be_checked(check, text):
    """Digits of other scripts are no digits; every answer has a reason."""
    checked = check(text)

    assert not checked
    assert checked.reason


def test_a_number_is_no_text():
    """Excel turns codes into numbers, and leading zeros are gone."""
    with pytest.raises(TypeError, match="leading zeros"):
        check_gtin(36000291452)


def test_remainder_ten_is_written_nought():
    """Letters by hand: A 10, B 12, C 13, U 32 in the table of the standard."""
    found = [f"ABCU{serial:06d}" for serial in range(200)
             if sum(v * 2**i for i, v in enumerate([10, 12, 13, 32, *map(int, f"{serial:06d}")])) % 11 == 10]

    assert found
    assert all(check_container(f"{number}0") for number in found)
    assert "remainder is 10" in check_container(f"{found[0]}0").note


def test_resident_id_is_never_repeated():
    """Neither the answer nor its text form holds the number or the birthday, valid or not."""
    for text in ("11010519491231002X", "110105194912310021", "110105194913310020", "11010519491231002"):
        shown = repr(check_resident_id(text))

        assert text[6:14] not in shown
        assert text[-4:] not in shown


def test_birth_may_not_be_after_the_day_of_the_call():
    """The same number is plausible the day after the birth, not the day before."""
    assert check_resident_id("11010519491231002X", today=dt.date(1950, 1, 1))
    assert not check_resident_id("11010519491231002X", today=dt.date(1949, 12, 30))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), length=st.sampled_from([8, 12, 13, 14, 18]))
def test_any_single_wrong_digit_of_a_gs1_number_is_found(data, length):
    """Weights 1 and 3 have no factor in common with 10."""
    body = data.draw(st.text(string.digits, min_size=length - 1, max_size=length - 1))
    number = f"{body}{gs1_check_digit(body)}"
    check = check_sscc if length == 18 else check_gtin

    assert check(number)
    assert not check(_one_digit_changed(data, number))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), birth=st.dates(dt.date(1900, 1, 1), dt.date(2024, 1, 1)))
def test_any_single_wrong_digit_of_a_resident_id_is_found(data, birth):
    """MOD 11-2 finds all, X included; exactly one of the eleven last signs is right."""
    body = f"420106{birth:%Y%m%d}{data.draw(st.integers(0, 999)):03d}"
    (number,) = [f"{body}{sign}" for sign in "0123456789X" if check_resident_id(f"{body}{sign}")]

    assert not check_resident_id(_one_digit_changed(data, number))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), owner=st.text(string.ascii_uppercase, min_size=3, max_size=3), serial=st.integers(0, 999_999))
def test_any_single_wrong_digit_of_a_container_number_is_found_but_for_remainder_ten(data, owner, serial):
    """The standard itself gives 10 and 0 the same digit, so a change between those two is beyond any check."""
    body = f"{owner}U{serial:06d}"
    (number,) = [f"{body}{digit}" for digit in range(10) if check_container(f"{body}{digit}")]
    wrong = _one_digit_changed(data, number, start=4)
    assume(not check_container(number).note and not check_container(wrong).note)

    assert not check_container(wrong)


def _one_digit_changed(data, number, start=0):
    place = data.draw(st.integers(start, len(number) - 1).filter(lambda i: number[i] in string.digits))
    digit = data.draw(st.sampled_from([d for d in string.digits if d != number[place]]))
    return f"{number[:place]}{digit}{number[place + 1:]}"
