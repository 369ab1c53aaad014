"""The number and symbol of a letter: one for all forms of a period, once a year."""

import pytest

from giamsat.intake.observations import services
from giamsat.intake.observations.errors import LetterNumberTaken, NoLetterNumber
from giamsat.intake.observations.numbering import read_symbol
from giamsat.lib.periods import Period
from tests.intake import house


@pytest.mark.parametrize(
    "typed", ["12-BC/UBKTTU", " 12-BC / UBKTTU ", "03-BC/UBKTĐU", "105-TB/TU", "12/BC-TTr", ""]
)
def test_a_number_is_taken_as_it_stands_on_the_letter(typed):
    assert read_symbol(typed) == typed.replace(" ", "")


def test_a_number_below_ten_is_the_same_with_its_nought_and_without():
    assert read_symbol("3-BC/UBKTĐU") == read_symbol("03-BC/UBKTĐU") == "03-BC/UBKTĐU"


@pytest.mark.parametrize(
    "typed",
    [
        "00-BC/TU",
        "012-BC/TU",
        "12",
        "BC/UBKTTU",
        "0-BC/UBKTTU",
        "12-BC",
        "12_BC/TU",
        "=1-BC/TU",
        "12-BC/TU<b>",
    ],
)
def test_what_is_no_number_is_refused_with_an_example(typed):
    with pytest.raises(NoLetterNumber, match="12-BC/UBKTTU"):
        read_symbol(typed)


@pytest.fixture
def reports(db):
    """Two forms of 9 months and one of June, compiled by one unit."""
    house.load_everything()
    unit = house.make_country().hua_bum
    compiler = house.make_person("compiler", unit, ("compiler", unit, False))

    def received(code, period):
        form = house.form(code, period)
        return services.receive(unit, form, period, house.figures(form), by=compiler, at=house.AT).report

    nine, six = Period("9M", 2026), Period("6M", 2026)
    return received("BM02", nine), received("BM04", nine), received("BM02", six)


def sent(report, symbol):
    return services.submit(report, by=house.SYSTEM, at=house.AT, symbol=symbol)


def test_one_letter_carries_all_forms_of_a_period_and_none_of_another(reports):
    one, other, of_june = reports
    assert (
        sent(one, "12-BC/UBKTĐU").current.symbol
        == sent(other, "12-BC/UBKTĐU").current.symbol
        == "12-BC/UBKTĐU"
    )
    with pytest.raises(LetterNumberTaken):
        sent(of_june, "12-BC/UBKTĐU")
    assert sent(of_june, "13-BC/UBKTĐU").current.symbol == "13-BC/UBKTĐU"


def test_a_mistyped_number_is_free_again_once_the_report_was_sent_under_another(reports):
    one, _, of_june = reports
    sent(one, "21-BC/UBKTĐU")
    services.send_back(one, reason="Số văn bản ghi nhầm", by=house.SYSTEM, at=house.AT)
    assert sent(one, "12-BC/UBKTĐU").current.symbol == "12-BC/UBKTĐU"
    assert sent(of_june, "21-BC/UBKTĐU").current.symbol == "21-BC/UBKTĐU"


def test_who_names_no_number_leaves_the_one_given_before(reports):
    one, *_ = reports
    sent(one, "12-BC/UBKTĐU")
    services.send_back(one, reason="Rà soát lại số liệu", by=house.SYSTEM, at=house.AT)
    assert sent(one, "").current.symbol == "12-BC/UBKTĐU"
