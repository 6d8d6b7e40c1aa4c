"""An invoice as a PDF, from its facts to the bytes that are sent and kept."""

from selfbill.documents.completeness import require_complete
from selfbill.documents.composition import compose
from selfbill.documents.model import InvoiceDocument
from selfbill.documents.painting import About, paint
from selfbill.documents.wording import title


def render_invoice(document: InvoiceDocument) -> bytes:
    """The document as a PDF; the same document always gives the same bytes.

    Raises MissingFields, AmountsDisagree, SelfBillingWords or LogoUnreadable: never half an invoice.
    """
    require_complete(document)
    about = About(
        title=f"{title(document)} {document.number}",
        author=document.seller.trade_name or document.seller.name,
        subject=document.description,
        language=document.house_style.language,
        day=document.issue_date,
    )
    return paint(compose(document), about)
