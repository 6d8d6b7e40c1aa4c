"""A client calls: what the servicedesk reads out, page by page."""

import csv
import io
import re

import pytest

from selfbill.http.security import Role
from selfbill.store.access_log import accesses_of
from web.conftest import FIRST, HOSTILE, SECOND, Site


def words(answer: object) -> str:
    """What a reader reads, without tags."""
    text = re.sub(r"<[^>]+>", " ", str(getattr(answer, "text", "")))
    return " ".join(text.replace("\xa0", " ").split())


def test_the_start_page_counts_what_waits(site: Site) -> None:
    answer = site.get("/")
    assert answer.status_code == 200
    assert "Goedendag, Anna" in words(answer)
    assert "2 posten meer dan 30 dagen te laat € 800,00" in words(answer)
    assert "0 betalingen om uit te zoeken" in words(answer)


def test_a_client_is_found_by_a_few_letters(site: Site) -> None:
    answer = site.get("/search?q=dijk")
    assert answer.status_code == 200
    assert "/customers/K01" in answer.text
    assert "vertegenwoordiger Wilhelmina Dijkstra" in words(answer)


def test_an_invoice_is_found_by_its_number(site: Site) -> None:
    assert f'href="/invoices/{FIRST}"' in site.get(f"/search?q={FIRST.lower()}").text


def test_nothing_found_says_what_to_try(site: Site) -> None:
    assert "Niets gevonden voor ‘xyz’" in words(site.get("/search?q=xyz"))


def test_the_card_says_what_is_open_and_for_how_long(site: Site) -> None:
    said = words(site.get("/customers/K01"))
    assert "€ 800,00 openstaand, waarvan € 800,00 te laat" in said
    assert "Vertegenwoordiger Wilhelmina Dijkstra" in said
    assert "Automatische incasso nee" in said
    assert re.search(r"31 – 60 dagen .*?€ 800,00", said)
    assert "Uren van week 2026-W30 (P01) goedgekeurd door anna" in said
    assert f"Factuur {FIRST} gemaild" in said


def test_the_freelancer_s_card_says_what_is_owed_to_them(site: Site) -> None:
    said = words(site.get("/freelancers/Z01"))
    assert "€ 800,00 te ontvangen van cliënten" in said
    assert "Factuurnummers Z01-…" in said


def test_open_items_lead_to_their_invoices(site: Site) -> None:
    answer = site.get("/customers/K01/open-items")
    assert f'href="/invoices/{FIRST}"' in answer.text
    assert "Samen (2) € 800,00" in words(answer)
    assert "36" in words(answer)


def test_nothing_open_says_so(site: Site) -> None:
    assert "Er staat niets open" in words(site.get("/customers/K02/open-items"))
    assert "Er staat niets open" in words(site.get("/customers/K02/invoices"))
    assert "Geen facturen" in words(site.get("/customers/K02/invoices?all=1"))


def test_the_invoice_list_shows_what_is_open_until_all_is_asked_for(site: Site) -> None:
    site.house.follower.catch_up()
    with site.house.pool.connection() as connection:
        connection.execute("UPDATE invoices SET open = 0, paid = total WHERE number = %s", (SECOND,))
    only_open, everything = site.get("/customers/K01/invoices"), site.get("/customers/K01/invoices?all=1")
    assert FIRST in only_open.text
    assert SECOND not in only_open.text
    assert FIRST in everything.text
    assert SECOND in everything.text
    assert "Samen (2) € 800,00 € 400,00 € 400,00" in words(everything)


@pytest.mark.parametrize(("query", "first"), [("sort=number&up=1", FIRST), ("sort=number", SECOND)])
def test_the_invoice_list_stands_in_the_order_that_is_asked_for(site: Site, query: str, first: str) -> None:
    rows = re.findall(r'<th scope="row"><a href="/invoices/([^"]+)"', site.get(f"/customers/K01/invoices?{query}").text)
    assert rows[0] == first
    assert len(rows) == 2


def test_the_invoice_list_is_a_file_for_excel(site: Site) -> None:
    answer = site.get("/customers/K01/invoices.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:2] == ["Datum", "Nummer"]
    assert {row[1]: row[6] for row in rows[1:]} == {FIRST: "400,00", SECOND: "400,00"}


def test_an_invoice_shows_its_lines_and_its_vat(site: Site) -> None:
    said = words(site.get(f"/invoices/{FIRST}"))
    assert "€ 400,00 open van € 400,00" in said
    assert "uren 8:00 € 50,00 € 400,00" in said
    assert "Vrijgesteld (zorg), over € 400,00 € 0,00" in said
    assert "Nog geen PDF" in said


def test_the_pdf_is_exactly_what_was_archived(site: Site) -> None:
    content = b"%PDF-1.7 a test"
    sha256 = site.house.store.archive.put(content, "application/pdf")
    with site.house.pool.connection() as connection:
        connection.execute("UPDATE invoices SET document = %s WHERE number = %s", (sha256, FIRST))
    answer = site.get(f"/invoices/{FIRST}/pdf")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert f'src="/invoices/{FIRST}/pdf"' in site.get(f"/invoices/{FIRST}").text


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/search?q=s", "/customers/K01", "/customers/K01/open-items", "/customers/K01/invoices?all=1"),
        *("/freelancers/Z01", "/freelancers/Z01/open-items", "/freelancers/Z01/invoices", f"/invoices/{FIRST}"),
    ],
)
def test_english_is_complete(site: Site, path: str) -> None:
    """None of the words that stand on every Dutch page is left, and the page says its language."""
    site.client.cookies.set("selfbill_language", "en")
    answer = site.get(path)
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
    dutch = {
        "Zoek",
        "Openstaand",
        "Facturen",
        "Gegevens",
        "Bedrag",
        "Gefactureerd",
        "Kaart",
        "Vandaag",
        "Wat",
        "gebeurde",
    }
    assert not dutch & set(words(answer).replace(":", " ").split())


def test_the_language_is_chosen_and_leads_back(site: Site) -> None:
    answer = site.get("/language/en?back=/customers/K01")
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers/K01")
    assert "What happened" in site.get("/customers/K01").text


@pytest.mark.parametrize(
    "back", ["https://evil.example.org", "//evil.example.org", "/\\evil.example.org", "evil", "/%0d%0aX: y"]
)
def test_the_language_never_leads_elsewhere(site: Site, back: str) -> None:
    answer = site.get(f"/language/en?back={back}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_the_agency_s_colour_is_on_the_page(site: Site) -> None:
    answer = site.get("/house.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "--house: #1f4e5f" in answer.text


@pytest.mark.parametrize(
    "path", ["/customers/K02", "/customers/K02/open-items", "/customers/K02/invoices?all=1", "/search?q=K02"]
)
def test_what_somebody_is_called_is_never_carried_out(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "<b>Stad" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "{{ 7*7 }}" in answer.text


def test_what_is_searched_for_is_never_carried_out(site: Site) -> None:
    answer = site.client.get("/search", params={"q": HOSTILE}, headers={"x-test-role": "servicedesk"})
    assert "<script" not in answer.text
    assert 'value="&lt;script&gt;' in answer.text


@pytest.mark.parametrize(
    ("path", "subjects"),
    [
        ("/customers/K01", ["customer:K01"]),
        ("/customers/K01/open-items", ["customer:K01"]),
        ("/customers/K01/invoices", ["customer:K01"]),
        ("/customers/K01/invoices.csv", ["customer:K01"]),
        ("/freelancers/Z01", ["freelancer:Z01"]),
        (f"/invoices/{FIRST}", ["customer:K01", "freelancer:Z01"]),
        ("/search?q=dijk", ["customer:K01"]),
    ],
)
def test_who_looked_at_whom_is_noted(site: Site, path: str, subjects: list[str]) -> None:
    answer = site.get(path, x_request_id="call-7")
    assert answer.status_code == 200
    for subject in subjects:
        (access,) = accesses_of(site.house.pool, subject)
        assert (access.who, access.request) == ("user:servicedesk", "call-7")
        assert "K01" not in access.page
        assert "Z01" not in access.page


def test_a_look_that_cannot_be_noted_is_refused(site: Site) -> None:
    with site.house.pool.connection() as connection:
        connection.execute("ALTER TABLE access_log RENAME TO access_log_gone")
    answer = site.get("/customers/K01")
    assert answer.status_code == 500
    assert "Dijkstra" not in answer.text


@pytest.mark.parametrize(
    "path", ["/customers/K99", "/freelancers/K01", "/invoices/Z01-2026-0099", "/nowhere", "/customers/%2e%2e/x"]
)
def test_what_is_not_there_is_said_in_a_sentence(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "Dat gaat niet" in answer.text


def test_somebody_of_another_agency_sees_nothing_of_this_one(site: Site) -> None:
    answer = site.get("/customers/K01", Role.SERVICEDESK, x_test_agency="elsewhere")
    assert answer.status_code == 403
    assert "Dijkstra" not in answer.text
    assert accesses_of(site.house.pool, "customer:K01") == []
