"""The e-mails that leave: one function for each, from plain values to a mail that is ready for the post.

In privacy mode a mail holds a sender and a link that needs a login, and nothing else: no name, number, care type, hours or
amount, neither in its subject nor in its text (DOMAIN.md section 8).
"""

from selfbill.documents.collection_mails import DemandTerms, PaymentNotice, UnpaidInvoice, demand_mail, reminder_mail
from selfbill.documents.envelope import Cover, Mailbox, NotAnAddress, UnsafeHeader
from selfbill.documents.hours_mails import (
    ApprovalNotice,
    UnbilledHours,
    WeekNotice,
    approval_mail,
    hours_reminder_mail,
    unbilled_hours_mail,
)
from selfbill.documents.invoice_mails import InvoiceNotice, commission_mail, credit_mail, invoice_mail, privacy_mail
from selfbill.documents.phrases import NotALink
from selfbill.documents.post import OutgoingMail

__all__ = [
    "ApprovalNotice",
    "Cover",
    "DemandTerms",
    "InvoiceNotice",
    "Mailbox",
    "NotALink",
    "NotAnAddress",
    "OutgoingMail",
    "PaymentNotice",
    "UnbilledHours",
    "UnpaidInvoice",
    "UnsafeHeader",
    "WeekNotice",
    "approval_mail",
    "commission_mail",
    "credit_mail",
    "demand_mail",
    "hours_reminder_mail",
    "invoice_mail",
    "privacy_mail",
    "reminder_mail",
    "unbilled_hours_mail",
]
