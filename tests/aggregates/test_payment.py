"""What may be done with a payment, decision by decision, with the sentences that people read."""

from typing import Any

import pytest

import scenario
from aggregates.samples import day
from scenario import Given
from selfbill.aggregates.event import Event
from selfbill.aggregates.payment import Payment, PaymentState, evolve
from selfbill.aggregates.payment_decisions import (
    MoreThanLeft,
    NoSuchOffset,
    NothingLeft,
    NotProposed,
    PaymentNeedsReason,
    UnknownPayment,
    allocate,
    offset,
    proposal_of,
    propose,
    receive,
    replace,
    set_aside,
    take_back,
    take_back_offset,
    take_up,
)
from selfbill.aggregates.payment_events import (
    AllocationMade,
    AllocationTakenBack,
    MatchNotFound,
    MatchProposed,
    OffsetTakenBack,
    PaymentOffset,
    PaymentReceived,
    PaymentReplaced,
    PaymentSetAside,
    PaymentTakenUp,
    Proposal,
    ProposedAllocation,
)
from selfbill.aggregates.texts import CitizenNumber
from selfbill.values import Cents, InvoiceNumber, PaymentId

NAME, OTHER = PaymentId("a1b2"), PaymentId("c3d4")
FIRST, SECOND = InvoiceNumber("Z01-2026-0001"), InvoiceNumber("Z01-2026-0002")
DAY = day("2026-08-20")
HERE: dict[str, Any] = {"payment": NAME, "owner": "Z01"}
ONE_WAY = (Proposal("number", "likely", (ProposedAllocation(FIRST, Cents(100)),)),)


def given(*events: Event) -> Given[Payment]:
    return scenario.given(evolve, Payment(), events)


def received(amount: int = 1000) -> PaymentReceived:
    return PaymentReceived(**HERE, amount=Cents(amount), booked=DAY, valued=DAY)


def made(amount: int, left: int, *, number: InvoiceNumber = FIRST, allocation: str = NAME) -> AllocationMade:
    return AllocationMade(
        **HERE, allocation=PaymentId(allocation), number=number, amount=Cents(amount), left=Cents(left)
    )


def back(amount: int, left: int, *, number: InvoiceNumber = FIRST, allocation: str = NAME) -> AllocationTakenBack:
    return AllocationTakenBack(
        **HERE,
        allocation=PaymentId(allocation),
        number=number,
        amount=Cents(amount),
        left=Cents(left),
        reason="vergissing",
        on=DAY,
    )


def test_a_payment_is_received_once() -> None:
    given().when(receive, received=received()).then_once(received())


def test_it_is_spent_until_nothing_is_left() -> None:
    first, second = made(600, 400), made(400, 0, number=SECOND, allocation=f"{NAME}/2")
    both = [(FIRST, Cents(600)), (SECOND, Cents(400))]
    given(received()).when(allocate, name=NAME, wanted=both).then(first, second)
    spent = given(received(), first, second)
    assert (spent.state.left, spent.state.state) == (0, PaymentState.ALLOCATED)
    assert given(received(), first).state.state is PaymentState.RECEIVED


@pytest.mark.parametrize(
    ("amount", "wanted"), [(1000, [1001]), (1000, [600, 401]), (1000, [-1]), (-1000, [-1001]), (-1000, [1])]
)
def test_no_more_is_spent_than_is_left(amount: int, wanted: list[int]) -> None:
    asked = [(FIRST, Cents(each)) for each in wanted]
    given(received(amount)).when(allocate, name=NAME, wanted=asked).then_refused(MoreThanLeft)


def test_a_credit_balance_that_is_set_off_makes_room() -> None:
    given(received(800)).when(allocate, name=NAME, wanted=[(FIRST, Cents(1000)), (SECOND, Cents(-200))]).then(
        made(1000, -200), made(-200, 0, number=SECOND, allocation=f"{NAME}/2")
    )


def test_who_is_refused_reads_how_much_is_left() -> None:
    given(received()).when(allocate, name=NAME, wanted=[(FIRST, Cents(1001))]).then_refused(
        MoreThanLeft,
        "Van betaling a1b2 is 10,00 euro over; 10,01 euro kan er niet van worden geboekt.",
        "Of payment a1b2 10,00 euros are left; 10,01 euros of it cannot be allocated.",
    )


@pytest.mark.parametrize(
    ("decision", "facts"),
    [
        (allocate, {"wanted": [(FIRST, Cents(1))]}),
        (take_back, {"number": FIRST, "reason": "weg", "on": DAY}),
        (offset, {"other": OTHER, "amount": Cents(1), "reason": "weg"}),
        (take_back_offset, {"other": OTHER, "reason": "weg"}),
        (propose, {"proposals": (), "reason": "nothing_fits"}),
        (proposal_of, {"proposal": 1}),
        (set_aside, {"reason": "rente"}),
        (take_up, {"reason": "toch"}),
        (replace, {"by": (OTHER,)}),
    ],
)
def test_nothing_is_done_with_a_payment_that_was_never_received(decision: Any, facts: dict[str, Any]) -> None:
    given().when(decision, name=NAME, **facts).then_refused(
        UnknownPayment, "Betaling a1b2 bestaat niet bij dit bureau.", "This agency has no payment a1b2."
    )


def test_what_is_taken_back_is_left_and_has_another_id_the_next_time() -> None:
    spent = given(received(), made(600, 400))
    spent.when(take_back, name=NAME, number=FIRST, reason="vergissing", on=DAY).then(back(600, 1000))
    again = given(received(), made(600, 400), back(600, 1000))
    again.when(allocate, name=NAME, wanted=[(FIRST, Cents(600))]).then(made(600, 400, allocation=f"{NAME}/2"))


def test_taking_back_says_why() -> None:
    spent = given(received(), made(600, 400))
    spent.when(take_back, name=NAME, number=FIRST, reason=" ", on=DAY).then_refused(
        PaymentNeedsReason,
        "Schrijf erbij waarom dit met betaling a1b2 gebeurt.",
        "Say why this is done with payment a1b2.",
    )
    spent.when(take_back, name=NAME, number=FIRST, reason="BSN 111222333", on=DAY).then_refused(CitizenNumber)


def test_two_payments_that_undo_each_other_can_be_parted_again() -> None:
    undone = PaymentOffset(**HERE, other=OTHER, amount=Cents(300), left=Cents(700), reason="terug")
    parted = OffsetTakenBack(**HERE, other=OTHER, amount=Cents(300), left=Cents(1000), reason="toch niet")
    given(received()).when(offset, name=NAME, other=OTHER, amount=Cents(300), reason="terug").then(undone)
    given(received(), undone).when(take_back_offset, name=NAME, other=OTHER, reason="toch niet").then(parted)
    given(received(), undone, parted).when(take_back_offset, name=NAME, other=OTHER, reason="toch").then_refused(
        NoSuchOffset,
        "Betaling a1b2 en betaling c3d4 zijn niet tegen elkaar weggestreept.",
        "Payments a1b2 and c3d4 were not set off against each other.",
    )
    given(received()).when(offset, name=NAME, other=OTHER, amount=Cents(1001), reason="terug").then_refused(
        MoreThanLeft
    )


def test_what_matching_found_is_put_down_once() -> None:
    found = MatchProposed(**HERE, proposals=ONE_WAY, reason="number")
    nothing = MatchNotFound(**HERE, reason="nothing_fits")
    given(received()).when(propose, name=NAME, proposals=ONE_WAY, reason="number").then_once(found)
    given(received(), found).when(propose, name=NAME, proposals=(), reason="nothing_fits").then_once(nothing)
    given(received(), made(1000, 0)).when(propose, name=NAME, proposals=ONE_WAY, reason="number").then_already_done()
    assert given(received(), found, made(100, 900)).state.proposals == (), "it looked at another amount"


def test_a_person_chooses_from_what_there_is() -> None:
    found = given(received(), MatchProposed(**HERE, proposals=ONE_WAY, reason="number"))
    assert proposal_of(found.state, name=NAME, proposal=1) == ONE_WAY[0]
    with pytest.raises(NotProposed) as refused:
        proposal_of(found.state, name=NAME, proposal=2)
    assert refused.value.sentence("nl") == "Bij betaling a1b2 is voorstel 2 er niet; er zijn er 1."
    assert refused.value.sentence("en") == "Payment a1b2 has no proposal 2; it has 1."


def test_what_is_set_aside_stays_so_until_it_is_taken_up() -> None:
    aside, up = PaymentSetAside(**HERE, reason="rente"), PaymentTakenUp(**HERE, reason="toch niet")
    given(received()).when(set_aside, name=NAME, reason="rente").then_once(aside)
    given(received(), aside).when(propose, name=NAME, proposals=ONE_WAY, reason="number").then_already_done()
    given(received(), aside).when(take_up, name=NAME, reason="toch niet").then_once(up)
    given(received(), made(1000, 0)).when(set_aside, name=NAME, reason="rente").then_refused(
        NothingLeft,
        "Van betaling a1b2 is niets over; haal eerst een boeking terug.",
        "Nothing of payment a1b2 is left; take back an allocation first.",
    )


def test_what_is_known_better_is_replaced_once() -> None:
    replaced = PaymentReplaced(**HERE, amount=Cents(1000), by=(OTHER,))
    given(received()).when(replace, name=NAME, by=(OTHER,)).then_once(replaced)
    gone = given(received(), replaced).state
    assert (gone.left, gone.state) == (0, PaymentState.REPLACED)
