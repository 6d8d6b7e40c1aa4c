"""How fast one core makes one-page invoices, beside a bare reportlab canvas that draws the same texts.

The bare canvas places the same strings at the same positions in the same typefaces, with no layout and nothing else drawn; it
uses reportlab's own TTFont, which cuts its subsets for every document. A second bare canvas with our shared typefaces shows
what layout alone costs.
"""

import datetime as dt
import io
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from selfbill.documents.composition import compose
from selfbill.documents.fonts import REGULAR, typeface
from selfbill.documents.invoice_pdf import render_invoice
from selfbill.documents.model import DocumentLine, InvoiceDocument, PartyBlock, VatBlock
from selfbill.documents.sheet import HEIGHT, WIDTH, Sheet
from selfbill.values import BasisPoints, Cents, IsoWeek, Metres, Minutes, round_half_up

DOCUMENTS = 400
ROUNDS = 3
WEEKS = ("2026-W10", "2026-W11", "2026-W12", "2026-W13")
LINES_PER_WEEK = 3
PLAIN = "Plain"


def invoices(count: int) -> list[InvoiceDocument]:
    """One-page invoices of a month: four weeks of three hour lines and travel, every name and amount different."""
    return [_invoice(number) for number in range(1, count + 1)]


def _invoice(number: int) -> InvoiceDocument:
    lines = []
    for position, week in enumerate(WEEKS):
        for step in range(LINES_PER_WEEK):
            minutes, price = 240 + (number * 7 + position * 35 + step * 50) % 400, 4500 + number % 1500 + step * 830
            amount = Cents(round_half_up(minutes * price, 60))
            lines.append(
                DocumentLine(
                    kind="hours",
                    week=IsoWeek.parse(week),
                    minutes=Minutes(minutes),
                    unit_price=Cents(price),
                    surcharge=BasisPoints(1900 * step),
                    amount=amount,
                    vat_treatment="care_exempt",
                )
            )
        metres = 10_000 + number * 100
        lines.append(
            DocumentLine(
                kind="travel",
                week=IsoWeek.parse(week),
                metres=Metres(metres),
                unit_price=Cents(23),
                amount=Cents(round_half_up(metres * 23, 1000)),
                vat_treatment="care_exempt",
            )
        )
    net = Cents(sum(line.amount for line in lines))
    return InvoiceDocument(
        kind="customer",
        number=f"Z{number:04}-2026-0001",
        issue_date=dt.date(2026, 4, 1),
        due_date=dt.date(2026, 5, 1),
        seller=PartyBlock(
            name=f"Zoë Freelancer-{number}",
            trade_name=f"Zorgpraktijk Noorderlicht {number}",
            street="Eikenlaan",
            house_number=str(number),
            postcode="3704 HK",
            city="Zeist",
            kvk=f"{68_000_000 + number}",
            vat_id=f"NL{190_000_000 + number}B18",
        ),
        customer=PartyBlock(
            name=f"André Klant-{number}",
            street="Dorpsstraat",
            house_number=str(number),
            postcode="3454 AB",
            city="De Meern",
            code=f"K{number}",
        ),
        agency_name="Zorgschakel Voorbeeld B.V.",
        placement_reference=f"IO-{number}",
        description="Verpleegkundige zorg",
        period_from=dt.date(2026, 3, 2),
        period_until=dt.date(2026, 3, 29),
        lines=tuple(lines),
        vat=(VatBlock(treatment="care_exempt", base=net),),
        net=net,
        vat_total=Cents(0),
        total=net,
        iban="NL61RABO0941673987",
        payment_reference=f"RF31Z{number:04}20260001",
    )


def _draw_bare(sheets: list[Sheet], prefix: str) -> bytes:
    file = io.BytesIO()
    canvas: Any = Canvas(file, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1)
    for sheet in sheets:
        for text in sheet.texts:
            canvas.setFont(prefix + text.style.font, text.style.size)
            canvas.drawString(text.x, HEIGHT - text.y, text.text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _register_plain_fonts() -> None:
    folder = Path(str(typeface(REGULAR).face.filename)).parent
    for file in ("SourceSansPro-Regular", "SourceSansPro-Semibold"):
        font: Any = TTFont(PLAIN + file, str(folder / f"{file}.ttf"), shapable=False)
        font.face.name = (PLAIN + file).encode("ascii")
        pdfmetrics.registerFont(font)


def _best_rate(work: Callable[[], list[bytes]]) -> float:
    """Documents a second in the best of the rounds: the one that other processes disturbed least."""
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        made = len(work())
        rates.append(made / (time.perf_counter() - start))
    return max(rates)


def main() -> int:
    """Prints documents a second, sizes, the ratio and memory; fails below 100 a second, below 0.6, or above 45 kB."""
    _register_plain_fonts()
    documents = invoices(DOCUMENTS)
    sheets = [compose(document) for document in documents]
    assert all(len(pages) == 1 for pages in sheets)
    largest = max(len(render_invoice(document)) for document in documents)
    plain_size = len(_draw_bare(sheets[0], PLAIN))

    ours = _best_rate(lambda: [render_invoice(document) for document in documents])
    bare = _best_rate(lambda: [_draw_bare(pages, PLAIN) for pages in sheets])
    shared = _best_rate(lambda: [_draw_bare(pages, "") for pages in sheets])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    texts = sum(len(page.texts) for page in sheets[0])
    print(f"one-page invoices, {texts} texts, one core   {ours:8.1f} a second, at most {largest / 1000:.1f} kB")
    print(
        f"bare canvas, reportlab's typefaces      {bare:8.1f} a second, {plain_size / 1000:.1f} kB; ratio {ours / bare:.2f}"
    )
    print(f"bare canvas, our shared typefaces       {shared:8.1f} a second; ratio {ours / shared:.2f}")
    print(f"peak memory                             {peak:8} MB")
    return 0 if ours >= 100 and ours / bare >= 0.6 and largest < 45_000 else 1


if __name__ == "__main__":
    sys.exit(main())
