"""VAT over the sum of the lines, never per line."""

from hypothesis import given
from hypothesis import strategies as st

from pricing.agreements import CARE_EXEMPT, SMALL_BUSINESS, STANDARD
from selfbill.pricing.terms import VatTreatment
from selfbill.pricing.vat import VatBlock, vat_blocks, vat_on_commission
from selfbill.values import BasisPoints, Cents


def test_seven_lines_of_12_34_give_18_14_and_not_seven_times_a_rounded_amount() -> None:
    assert vat_blocks([(STANDARD, Cents(12_34))] * 7) == (
        VatBlock(STANDARD, Cents(86_38), BasisPoints(2100), Cents(18_14)),
    )


def test_exempt_care_and_small_businesses_owe_no_vat() -> None:
    assert vat_blocks([(SMALL_BUSINESS, Cents(50_00)), (CARE_EXEMPT, Cents(20_00))]) == (
        VatBlock(CARE_EXEMPT, Cents(20_00), BasisPoints(0), Cents(0)),
        VatBlock(SMALL_BUSINESS, Cents(50_00), BasisPoints(0), Cents(0)),
    )


def test_commission_bears_the_standard_rate() -> None:
    assert vat_on_commission(Cents(12_91)) == 2_71
    assert vat_on_commission(Cents(50)) == 11


@given(st.lists(st.tuples(st.sampled_from(VatTreatment), st.integers(0, 1_000_000).map(Cents))))
def test_every_line_is_in_exactly_one_block(amounts: list[tuple[VatTreatment, Cents]]) -> None:
    blocks = vat_blocks(amounts)
    assert sum(block.base for block in blocks) == sum(amount for _, amount in amounts)
    assert [block.treatment for block in blocks] == sorted({treatment for treatment, _ in amounts})
