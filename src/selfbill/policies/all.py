"""All policies, in the order in which they act on one moment.

Hours that come in at a moment count for that moment; what is issued is mailed at once; whoever had not submitted or decided by a
reminder moment is reminded. What was not paid is reminded of last, after everything that may have settled it.
"""

from selfbill.policies import (
    collect_debits,
    deliver,
    end_term,
    expect_hours,
    expire_debit_mandates,
    invoice_commission,
    invoice_hours,
    match_payments,
    notices,
    plan_collection,
    prenotify_debit,
    remind_payment,
    take_in,
    warn_unbilled,
)
from selfbill.policies.policy import Policy

POLICIES: tuple[Policy, ...] = (
    take_in.POLICY,
    match_payments.POLICY,
    expect_hours.POLICY,
    invoice_hours.POLICY,
    invoice_commission.POLICY,
    deliver.POLICY,
    prenotify_debit.POLICY,
    collect_debits.POLICY,
    expire_debit_mandates.POLICY,
    notices.APPROVAL_REQUEST,
    notices.HOURS_REMINDER,
    notices.APPROVAL_REMINDER,
    warn_unbilled.POLICY,
    plan_collection.POLICY,
    remind_payment.REMINDER,
    remind_payment.DEMAND,
    end_term.POLICY,
)

BY_NAME: dict[str, Policy] = {policy.name: policy for policy in POLICIES}
