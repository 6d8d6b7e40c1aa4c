"""What programs ask and do: whole cents, pages that do not shift, and commands that can be repeated."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from aggregates.samples import CUSTOMER, day
from selfbill.aggregates.payment_events import PaymentDetails
from selfbill.application.bank_days import StatementEntry
from selfbill.application.bank_statements import BankStatement, DatedEntry, take_in_statement
from selfbill.store.access_log import accesses_of
from selfbill.values import Cents, PaymentId
from web.conftest import FIRST, SECOND, Site

EURO_400 = {"cents": 40000, "currency": "EUR"}
PAYMENT = PaymentId("20260901-1")


class Program:
    """Somebody's bookkeeping, with a token."""

    def __init__(self, site: Site, *scopes: str) -> None:
        self.site = site
        self.token = site.token(*scopes)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.site.client.request(
            method, f"/api/v1{path}", json=body, headers={"authorization": f"Bearer {self.token}"} | named
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)


@pytest.fixture
def program(site: Site) -> Program:
    return Program(site, "read", "payments", "clients")


@pytest.fixture
def following(site: Site) -> Iterator[None]:
    """A follower that works while programs ask."""
    stop = threading.Event()
    thread = threading.Thread(target=site.house.follower.run, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def paid(site: Site) -> None:
    """400.00 came in that nobody has looked at."""
    details = PaymentDetails(name="F. de Wit", iban="NL39RABO0300065264", text="zorg juli")
    entry = StatementEntry(identity=PAYMENT, amount=Cents(40000), details=details, is_return=False)
    dated = DatedEntry(entry, booked=day("2026-09-01"), valued=day("2026-09-01"))
    statement = BankStatement(
        identity="S1", account="NL16TRIO0254400001", format="camt.053.001.02", sha256="0" * 64, entries=(dated,)
    )
    take_in_statement(site.agency.office, owner="Z01", statement=statement)
    site.house.follower.catch_up()


def test_a_card_has_whole_cents_and_an_etag(program: Program) -> None:
    answer = program.get("/customers/K01")
    card = answer.json()
    assert card["name"] == CUSTOMER.name
    assert card["representative"] == "Wilhelmina Dijkstra"
    assert card["open"] == {"cents": 80000, "currency": "EUR"}
    again = program.get("/customers/K01", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert program.get("/customers/K01", if_none_match='"other"').status_code == 200


def test_customers_are_found(program: Program) -> None:
    assert [card["code"] for card in program.get("/customers?q=dijk").json()] == ["K01"]


def test_a_freelancer_s_card_says_what_is_owed_to_them(program: Program) -> None:
    assert program.get("/freelancers/Z01").json()["open"] == {"cents": 80000, "currency": "EUR"}


def test_open_items_are_those_of_any_day(program: Program) -> None:
    now = program.get("/customers/K01/open-items").json()
    assert [item["number"] for item in now["items"]] == [FIRST, SECOND]
    assert now["open"] == {"cents": 80000, "currency": "EUR"}
    before = program.get("/customers/K01/open-items?as_of=2026-01-01").json()
    assert (before["as_of"], before["items"], before["open"]["cents"]) == ("2026-01-01", [], 0)
    unknown = program.get("/customers/K01/open-items?known=2026-01-01T00:00:00Z").json()
    assert unknown["items"] == []


def test_a_statement_ends_with_what_is_open(program: Program) -> None:
    made = program.get("/customers/K01/statement").json()
    assert [entry["amount"] for entry in made["entries"]] == [EURO_400, EURO_400]
    assert made["closing"] == {"cents": 80000, "currency": "EUR"}


def test_invoices_come_in_pages(program: Program) -> None:
    first = program.get("/invoices?limit=1").json()
    second = program.get(f"/invoices?limit=1&after={first['next']}").json()
    assert [page["invoices"][0]["number"] for page in (first, second)] == [SECOND, FIRST]
    assert second["next"] is None
    assert [each["number"] for each in program.get("/invoices?customer=K02").json()["invoices"]] == []


@pytest.mark.parametrize(
    "cursor", ["x", "MjAyNi0wMS0wMQ", "!!!", "MjAyNi0wMS0wMS8tMQ", "MjAyNi0wMS0wMS85OTk5OTk5OTk5OTk5OTk5OTk5OQ"]
)
def test_what_is_no_cursor_is_refused(program: Program, cursor: str) -> None:
    answer = program.get(f"/invoices?after={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "not_a_cursor")


def test_an_invoice_has_its_lines(program: Program) -> None:
    invoice = program.get(f"/invoices/{FIRST}").json()
    assert invoice["total"] == EURO_400
    (line,) = invoice["lines"]
    assert (line["week"], line["minutes"], line["unit_price"]["cents"]) == ("2026-W30", 480, 5000)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/customers/K99", "no_such_customer"),
        ("/freelancers/Z99", "no_such_freelancer"),
        ("/customers/K99/open-items", "no_such_customer"),
        ("/freelancers/K01/statement", "no_such_freelancer"),
        ("/invoices/Z99", "no_such_invoice"),
        (f"/invoices/{FIRST}/pdf", "no_document_yet"),
        ("/payments/p9", "no_such_payment"),
        ("/nothing", "nothing_at_this_address"),
    ],
)
def test_what_is_not_there_is_a_problem(program: Program, path: str, code: str) -> None:
    answer = program.get(path, x_request_id="r-9")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["request_id"]) == (404, code, "r-9")
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:selfbill:problem:{code}"


def test_a_problem_speaks_the_language_that_is_asked_for(program: Program) -> None:
    assert program.get("/customers/K99").json()["detail"] == "Klant K99 is er niet."
    english = program.get("/customers/K99", accept_language="en-GB,nl;q=0.5").json()
    assert english["detail"] == "There is no customer K99."


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "only_open=perhaps"])
def test_what_is_not_understood_is_said(program: Program, query: str) -> None:
    answer = program.get(f"/invoices?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_understood")
    assert answer.json()["errors"][0]["where"].startswith("query.")


@pytest.mark.usefixtures("paid", "following")
def test_a_payment_is_allocated_once_however_often_it_is_asked(program: Program) -> None:
    assert [each["payment"] for each in program.get("/payments?only_left=true").json()] == [PAYMENT]
    body = {"allocations": [{"number": FIRST, "cents": 40000}]}
    path = f"/payments/{PAYMENT}/allocations"
    done = program("POST", path, body, idempotency_key="k1", x_request_id="r-5").json()
    again = program("POST", path, body, idempotency_key="k1").json()
    assert (done["done"], done["shown"]) == (True, True)
    assert again == {"done": False, "position": None, "shown": True}
    assert program.get(f"/payments/{PAYMENT}").json()["left"]["cents"] == 0
    assert program.get(f"/invoices/{FIRST}").json()["open"]["cents"] == 0
    (last,) = program.site.agency.recorded(done["position"] - 1)
    assert last.cause == "request:r-5"
    assert last.by.startswith("token:")
    taken = program("POST", f"/payments/{PAYMENT}/take-back", {"reason": "vergissing"}, idempotency_key="k2").json()
    assert taken["done"]
    assert program.get(f"/invoices/{FIRST}").json()["open"] == EURO_400
    aside = program("POST", f"/payments/{PAYMENT}/set-aside", {"reason": "niet van ons"}, idempotency_key="k3").json()
    assert aside["done"]
    assert program.get(f"/payments/{PAYMENT}").json()["state"] == "set_aside"


@pytest.mark.usefixtures("paid")
def test_what_the_business_refuses_is_a_problem_with_its_code(program: Program) -> None:
    body = {"allocations": [{"number": FIRST, "cents": 50000}]}
    answer = program("POST", f"/payments/{PAYMENT}/allocations", body, idempotency_key="k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "more_than_left")


@pytest.mark.usefixtures("paid")
def test_one_program_s_key_is_not_another_s(program: Program) -> None:
    other = Program(program.site, "payments")
    path, body = f"/payments/{PAYMENT}/set-aside", {"reason": "niet van ons"}
    assert program("POST", path, body, idempotency_key="k1").json()["done"]
    answer = other("POST", path, body, idempotency_key="k1")
    assert answer.status_code == 200
    assert not answer.json()["done"]  # the business says so: it was set aside already
    assert program.site.house.store.streams.position_of(f"token:{other.token.split('_')[-2]}/k1") is None


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "k/1"])
def test_a_command_needs_a_key(program: Program, key: str) -> None:
    answer = program("POST", "/payments/p1/set-aside", {"reason": "x"}, idempotency_key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


DETAILS = {
    "name": "Fenna de Wit-Bakker",
    "street": "Nieuwstraat",
    "house_number": "7",
    "postcode": "1234 AB",
    "city": "Utrecht",
    "phone": "06 87654321",
}


@pytest.mark.usefixtures("following")
def test_a_client_s_data_change_from_now_on(program: Program) -> None:
    terms = program.get("/customers/K01").json()["kind"]
    assert program("PUT", "/customers/K01/details", DETAILS, idempotency_key="k1").json()["done"]
    card = program.get("/customers/K01").json()
    assert (card["name"], card["address"]["street"], card["phone"]) == (
        "Fenna de Wit-Bakker",
        "Nieuwstraat",
        "06 87654321",
    )
    assert (card["kind"], card["representative"]) == (terms, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"postcode": "0123 AB"},
        {"iban": "NL00RABO0300065264"},
        {"email": "fenna"},
        {"phone": "bel maar"},
        {"kvk": "1"},
        {"name": ""},
        {"name": "Fenna\x00 de Wit"},
        {"house_number": "7\n"},
        {"bsn": "111222333"},
    ],
)
def test_a_client_s_data_are_checked(program: Program, wrong: dict[str, str]) -> None:
    before = program.site.agency.streams.head()
    answer = program("PUT", "/customers/K01/details", DETAILS | wrong, idempotency_key="k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_understood")
    assert program.site.agency.streams.head() == before
    assert all(value not in answer.text for value in wrong.values() if len(value) > 5)


def test_nobody_is_made_by_a_change(program: Program) -> None:
    answer = program("PUT", "/customers/K99/details", DETAILS, idempotency_key="k1")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_customer")


def test_what_a_program_was_shown_is_noted(program: Program) -> None:
    program.get("/customers/K01", x_request_id="r-1")
    (access,) = accesses_of(program.site.house.pool, "customer:K01")
    assert access.who == f"token:{program.token.split('_')[-2]}"
    assert (access.page, access.request) == ("/api/v1/customers/{code}", "r-1")


@pytest.mark.parametrize("text", ["%27%20OR%201=1--", "%25", "_", "%5C", "%00", "'; DROP TABLE events; --"])
def test_what_is_typed_is_never_sql(program: Program, text: str) -> None:
    for path in (f"/customers?q={text}", f"/customers/{text}", f"/invoices?customer={text}", f"/payments/{text}"):
        answer = program.get(path)
        assert answer.status_code in {200, 404, 422}, (path, answer.text)
        assert CUSTOMER.name not in answer.text
    assert program.site.agency.streams.head() > 0


def test_openapi_describes_every_call(program: Program) -> None:
    described = program.site.client.get("/api/v1/openapi.json").json()
    assert len(described["paths"]) >= 14
    for path, methods in described["paths"].items():
        assert path.startswith("/api/v1/")
        for method in methods.values():
            assert "application/problem+json" in method["responses"]["422"]["content"], path
            assert method["responses"]["200"]["content"]
