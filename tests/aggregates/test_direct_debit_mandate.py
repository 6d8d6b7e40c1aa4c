"""The life of a direct debit mandate: signed, used, changed, blocked, taken back, lapsed."""

from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.samples import Z01, day
from scenario import Given
from scenario import given as given_events
from selfbill.aggregates.direct_debit_mandate import (
    DebitMandate,
    DebitMandateAmended,
    DebitMandateBlocked,
    DebitMandateEnded,
    DebitMandateExpired,
    DebitMandateHeld,
    DebitMandateLapsed,
    DebitMandateRevoked,
    DebitMandateSigned,
    DebitMandateUnblocked,
    DebitMandateUsed,
    DebtorAccount,
    DebtorForgotten,
    MandateIdTaken,
    NotADebtorAccount,
    NotAMandateId,
    ReasonMissing,
    SignedInTheFuture,
    UnknownDebitMandate,
    UnusableAccountName,
    amend,
    block,
    evolve,
    expire,
    require_usable,
    revoke,
    sign,
    tell_again,
    unblock,
    use,
)
from selfbill.aggregates.event import Event
from selfbill.aggregates.texts import CitizenNumber
from selfbill.refusals import Refusal
from selfbill.values import BatchId, MandateId

M1, BATCH = MandateId("INC-Z01-1"), BatchId("20260826-1")
ACCOUNT = DebtorAccount("NL76SNSB0804637555", "Sjoerd Vermeulen")
OTHER = DebtorAccount("NL57ABNA0389446386", "Sjoerd Vermeulen")
TODAY, SIGNED_ON = day("2026-08-01"), day("2026-07-15")
SIGNING: dict[str, Any] = {
    "mandate": M1,
    "towards": "freelancer",
    "debtor": Z01,
    "account": ACCOUNT,
    "signed_on": SIGNED_ON,
    "today": TODAY,
}
SIGNED = DebitMandateSigned(
    mandate=M1,
    towards="freelancer",
    debtor=Z01,
    account=ACCOUNT,
    signed_on=SIGNED_ON,
    expires_on=day("2029-07-15"),
)
USED = DebitMandateUsed(mandate=M1, batch=BATCH, collection_date=day("2026-08-26"), expires_on=day("2029-08-26"))
AMENDED = DebitMandateAmended(mandate=M1, account=OTHER)
BLOCKED = DebitMandateBlocked(mandate=M1, code="MD06", reason="terug")
REVOKED = DebitMandateRevoked(mandate=M1, on=TODAY, reason="opgezegd")
ENDED = (
    "Machtiging INC-Z01-1 geldt sinds 01-08-2026 niet meer. Laat een nieuwe ondertekenen.",
    "Mandate INC-Z01-1 does not hold since 2026-08-01. Have a new one signed.",
)


def given(*events: Event) -> Given[DebitMandate]:
    return given_events(evolve, DebitMandate(), events)


def test_a_debtor_signs_once() -> None:
    given().when(sign, **SIGNING).then_once(SIGNED)


def test_account_and_name_are_sealed() -> None:
    assert DebitMandateSigned.personal == DebitMandateAmended.personal == ("account",)


@pytest.mark.parametrize(
    ("wrong", "reason", "nl", "en"),
    [
        (
            {"mandate": MandateId("A B")},
            NotAMandateId,
            "'A B' kan geen machtigingskenmerk zijn: gebruik hooguit 35 letters, cijfers en streepjes, zonder spaties.",
            "'A B' cannot be a mandate id: use at most 35 letters, digits and dashes, without spaces.",
        ),
        ({"mandate": MandateId("X" * 36)}, NotAMandateId, None, None),
        ({"mandate": MandateId("inc-1")}, NotAMandateId, None, None),
        ({"mandate": MandateId("111222333")}, CitizenNumber, None, None),
        (
            {"account": replace(ACCOUNT, iban="NL75SNSB0804637555")},
            NotADebtorAccount,
            "'NL75SNSB0804637555' is geen geldig IBAN. Neem het over van de ondertekende machtiging.",
            "'NL75SNSB0804637555' is no valid IBAN. Copy it from the signed mandate.",
        ),
        (
            {"account": replace(ACCOUNT, name="\U0001f600")},
            UnusableAccountName,
            "De naam op machtiging INC-Z01-1 houdt in bankschrift geen teken over. Geef de naam van de rekeninghouder in gewone letters.",
            "The name on mandate INC-Z01-1 has no character left as banks write it. Give the account holder's name in plain letters.",
        ),
        ({"account": replace(ACCOUNT, name="Jan 111222333")}, CitizenNumber, None, None),
        (
            {"signed_on": day("2026-08-02")},
            SignedInTheFuture,
            "Machtiging INC-Z01-1 kan niet op 02-08-2026 zijn ondertekend; dat moet nog komen.",
            "Mandate INC-Z01-1 cannot have been signed on 2026-08-02, which has yet to come.",
        ),
        (
            {"signed_on": day("2023-07-31")},
            DebitMandateLapsed,
            "Machtiging INC-Z01-1 is na 31-07-2026 vervallen: 36 maanden niet gebruikt. Laat een nieuwe ondertekenen.",
            "Mandate INC-Z01-1 lapsed after 2026-07-31: not used for 36 months. Have a new one signed.",
        ),
    ],
)
def test_what_a_bank_would_not_take_is_refused(
    wrong: dict[str, Any], reason: type[Refusal], nl: str | None, en: str | None
) -> None:
    given().when(sign, **{**SIGNING, **wrong}).then_refused(reason, nl, en)


def test_a_mandate_id_is_never_given_out_again() -> None:
    taken = (
        "Machtigingskenmerk INC-Z01-1 is al gebruikt. Kies een ander, of wijzig de rekening met: selfbill debit mandate amend.",
        "Mandate id INC-Z01-1 was used before. Choose another, or change the account with: selfbill debit mandate amend.",
    )
    given(SIGNED).when(sign, **{**SIGNING, "account": OTHER}).then_refused(MandateIdTaken, *taken)
    given(SIGNED, REVOKED).when(sign, **{**SIGNING, "debtor": "Z02"}).then_refused(MandateIdTaken)


def test_another_account_is_told_to_the_bank_with_the_next_collection() -> None:
    given(SIGNED).when(amend, mandate=M1, account=OTHER).then_once(AMENDED)
    amended = given(SIGNED, AMENDED).state
    assert (amended.account, amended.is_amended) == (OTHER, True)
    assert given(SIGNED, AMENDED, USED).state.is_amended is False


def test_what_the_bank_was_told_in_a_file_that_it_refused_is_told_again() -> None:
    given(SIGNED, AMENDED, USED).when(tell_again).then_once(AMENDED)
    for history in ([SIGNED, AMENDED], [SIGNED, AMENDED, USED, BLOCKED], [SIGNED, AMENDED, USED, REVOKED], []):
        given(*history).when(tell_again).then_already_done()


def test_another_account_lifts_a_block() -> None:
    require_usable(given(SIGNED, BLOCKED, AMENDED).state, on=TODAY)


def test_a_wrong_account_is_not_taken_over() -> None:
    given(SIGNED).when(amend, mandate=M1, account=replace(OTHER, iban="")).then_refused(NotADebtorAccount)


@pytest.mark.parametrize("decision", [amend, unblock, revoke])
def test_a_mandate_that_nobody_signed_is_unknown(decision: Any) -> None:
    facts: dict[Any, dict[str, Any]] = {
        amend: {"account": OTHER},
        unblock: {"reason": "x"},
        revoke: {"reason": "x", "today": TODAY},
    }
    given().when(decision, mandate=M1, **facts[decision]).then_refused(
        UnknownDebitMandate,
        "Machtiging INC-Z01-1 bestaat niet bij dit bureau. Kijk met: selfbill debit mandate list.",
        "This agency has no mandate INC-Z01-1. Look with: selfbill debit mandate list.",
    )


def test_a_debtor_takes_it_back_with_a_reason() -> None:
    given(SIGNED).when(revoke, mandate=M1, today=TODAY, reason="opgezegd").then_once(REVOKED)
    given(SIGNED).when(revoke, mandate=M1, today=TODAY, reason=" ").then_refused(
        ReasonMissing,
        "Schrijf erbij waarom: wie dit later leest, moet het begrijpen.",
        "Say why: whoever reads this later must understand it.",
    )
    given(SIGNED, REVOKED).when(amend, mandate=M1, account=OTHER).then_refused(DebitMandateEnded, *ENDED)


def test_a_return_blocks_it_until_somebody_looked() -> None:
    given(SIGNED).when(block, code="MD06", reason="terug").then_once(BLOCKED)
    given(SIGNED, REVOKED).when(block, code="MD06", reason="terug").then_already_done()
    unblocked = DebitMandateUnblocked(mandate=M1, reason="gebeld")
    given(SIGNED, BLOCKED).when(unblock, mandate=M1, reason="gebeld").then_once(unblocked)
    given(SIGNED, BLOCKED).when(unblock, mandate=M1, reason="").then_refused(ReasonMissing)
    given(SIGNED, REVOKED).when(unblock, mandate=M1, reason="x").then_refused(DebitMandateEnded)
    require_usable(given(SIGNED, BLOCKED, unblocked).state, on=TODAY)


def test_each_collection_keeps_it_alive_for_36_months() -> None:
    given(SIGNED).when(use, batch=BATCH, collection_date=day("2026-08-26")).then(USED)
    given(SIGNED).when(expire, today=day("2029-07-15")).then_already_done()
    given(SIGNED).when(expire, today=day("2029-07-16")).then_once(DebitMandateExpired(mandate=M1, on=day("2029-07-16")))
    given(SIGNED, USED).when(expire, today=day("2029-07-16")).then_already_done()
    given(SIGNED, REVOKED).when(expire, today=day("2029-07-16")).then_already_done()
    given().when(expire, today=day("2029-07-16")).then_already_done()


def test_36_months_end_on_the_last_day_of_a_shorter_month() -> None:
    leap_day = given(replace(SIGNED, signed_on=day("2024-02-29"))).state
    assert use(leap_day, batch=BATCH, collection_date=day("2028-02-29")).expires_on == day("2031-02-28")


@pytest.mark.parametrize(
    ("events", "on", "reason", "nl", "en"),
    [
        ((SIGNED, REVOKED), TODAY, DebitMandateEnded, *ENDED),
        ((SIGNED, DebitMandateExpired(mandate=M1, on=TODAY)), TODAY, DebitMandateEnded, *ENDED),
        ((SIGNED,), day("2029-07-16"), DebitMandateLapsed, None, None),
        (
            (SIGNED, BLOCKED),
            TODAY,
            DebitMandateHeld,
            "Machtiging INC-Z01-1 is geblokkeerd na storno MD06. Overleg met de debiteur en geef een ander IBAN (amend), of hef de blokkade op (unblock).",
            "Mandate INC-Z01-1 is blocked after return MD06. Ask the debtor and give another IBAN (amend), or lift the block (unblock).",
        ),
        (
            (replace(SIGNED, account=None),),
            TODAY,
            DebtorForgotten,
            "De rekening van machtiging INC-Z01-1 is gewist, want Z01 is vergeten. Er kan niet meer worden geïncasseerd.",
            "The account of mandate INC-Z01-1 was erased, because Z01 was forgotten. Nothing can be collected any more.",
        ),
    ],
)
def test_what_cannot_be_used_says_why(
    events: tuple[Event, ...], on: Any, reason: type[Refusal], nl: str | None, en: str | None
) -> None:
    with pytest.raises(reason) as refusal:
        require_usable(given(*events).state, on=on)
    if nl is not None:
        assert (refusal.value.sentence("nl"), refusal.value.sentence("en")) == (nl, en)


def test_what_can_be_used_gives_the_account() -> None:
    assert require_usable(given(SIGNED).state, on=day("2029-07-15")) == ACCOUNT
