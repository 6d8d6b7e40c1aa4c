"""An invoice as a PDF."""

from selfbill.documents.completeness import require_complete
from selfbill.documents.model import InvoiceDocument


def render_invoice(document: InvoiceDocument) -> bytes:
    """The document as a PDF; the same document always gives the same bytes.

    Raises MissingFields, AmountsDisagree, SelfBillingWords or LogoUnreadable: never half an invoice.
    """
    require_complete(document)
    raise NotImplementedError
