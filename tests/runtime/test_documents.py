"""What was sent is kept byte for byte, and the same events give the same bytes again."""

import io
import re
from email import message_from_bytes

import pypdf

from runtime.agencies import bring_in, expected
from runtime.conftest import MakeHouse
from selfbill.aggregates.party import CustomerKind
from selfbill.documents.assembling import invoice_document
from selfbill.documents.invoice_pdf import render_invoice
from selfbill.projections import debtor_card, invoice_list
from selfbill.runtime.house import House, advance


def billed(make_house: MakeHouse) -> House:
    house = make_house()
    advance(house, bring_in(house, "voorbeeld-klein"))
    return house


def test_every_archived_pdf_is_what_the_events_give_and_says_what_is_owed(make_house: MakeHouse) -> None:
    house = billed(make_house)
    again = make_house()  # with nothing in memory
    with house.pool.connection() as connection:
        invoices = invoice_list.all_invoices(connection)
        cards = {
            invoice.customer: debtor_card.by_code(connection, invoice.customer)
            for invoice in invoices
            if invoice.customer is not None
        }
    assert len(invoices) == sum(expected("voorbeeld-klein")["open_items.csv"].values())
    for invoice in invoices:
        assert invoice.document is not None
        kept = house.store.archive.get(invoice.document)
        assert render_invoice(invoice_document(again.store.streams, invoice.number)) == kept
        text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(kept)).pages)
        flat = re.sub(r"\s", "", text)
        assert invoice.number in flat
        assert f"{invoice.total // 100:,}".replace(",", ".") + f",{invoice.total % 100:02}" in flat
        assert invoice.payment_reference in flat
        card = cards.get(invoice.customer) if invoice.customer else None
        is_pgb = invoice.kind == "invoice" and card is not None and card.kind is CustomerKind.PGB
        assert ("Urenspecificatie" in text) == is_pgb
        assert ("namens" in text) == (invoice.kind == "invoice")
        assert "factuur uitgereikt door afnemer" not in text.lower()


def test_a_mail_carries_the_archived_pdf_and_a_privacy_notice_carries_nothing(make_house: MakeHouse) -> None:
    house = billed(make_house)
    with house.pool.connection() as connection:
        invoices = {invoice.number: invoice for invoice in invoice_list.all_invoices(connection)}
    for number, invoice in invoices.items():
        (file,) = (house.settings.data_dir / "mail").glob(f"invoice.{number}@*.eml")
        mail = message_from_bytes(file.read_bytes())
        attached = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
        if invoice.channel.value == "portal":
            assert attached == []
            assert number not in str(mail["Subject"])
            text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
            assert "€" not in text.get_payload(decode=True).decode()  # type: ignore[union-attr]
        else:
            assert invoice.document is not None
            assert [part.get_payload(decode=True) for part in attached] == [house.store.archive.get(invoice.document)]
