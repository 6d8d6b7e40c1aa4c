"""What stands around every answer: an id, headers, a limit, one line in the log; and what a machine may ask."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import OperationalError
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from selfbill.http.answers import LARGEST_BODY
from selfbill.http.app import make_app
from selfbill.http.security import Role
from selfbill.runtime.house import House
from selfbill.settings import Settings
from web.conftest import FIRST, Site


@pytest.mark.parametrize(
    "path", ["/", "/customers/K01", "/nowhere", "/api/v1/nowhere", "/healthz", "/static/portal.css"]
)
def test_every_answer_tells_the_browser_to_trust_nothing(site: Site, path: str) -> None:
    headers = site.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert policy.endswith("frame-ancestors 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_pages_have_no_script_and_no_style_of_their_own(site: Site) -> None:
    for path in ("/", "/customers/K01", "/customers/K01/invoices", f"/invoices/{FIRST}", "/nowhere"):
        text = site.get(path).text
        assert "<script" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert "javascript:" not in text


def test_only_the_sites_of_the_settings_may_frame_the_pages(house: House) -> None:
    site = Site(house, frame_ancestors="https://intranet.example.org")
    policy = site.get("/nowhere").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://intranet.example.org")


@pytest.mark.parametrize(
    "value", ["", "*", "https://a.example.org; script-src *", "javascript:alert(1)", "https://a b'"]
)
def test_nothing_else_gets_into_that_header(value: str) -> None:
    with pytest.raises(ValidationError):
        Settings(frame_ancestors=value)


@pytest.mark.parametrize(
    "value", ["'self'", "https://intranet.example.org", "https://*.example.org https://b.example.org:8443"]
)
def test_sites_are_taken(value: str) -> None:
    assert Settings(frame_ancestors=value).frame_ancestors == value


def test_a_request_keeps_the_id_that_a_proxy_gave_it(site: Site) -> None:
    assert site.get("/healthz", x_request_id="proxy-7.a_B").headers["x-request-id"] == "proxy-7.a_B"


@pytest.mark.parametrize("came", ["", "a b", "x" * 65, '"},{"', "a/b"])
def test_what_is_no_id_gets_one_of_ours(site: Site, came: str) -> None:
    given = site.get("/healthz", x_request_id=came).headers["x-request-id"]
    assert given != came
    assert len(given) == 16


def test_a_body_that_says_it_is_too_large_is_not_read(site: Site) -> None:
    answer = site.client.post("/api/v1/nowhere", content=b"x" * (LARGEST_BODY + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_a_body_that_grows_too_large_is_cut_off(site: Site) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 100_000 + 2):
            yield b"x" * 100_000

    token = site.token("payments")
    answer = site.client.post(
        "/api/v1/payments/p1/allocations",
        content=endless(),
        headers={"authorization": f"Bearer {token}", "idempotency-key": "k1", "content-type": "application/json"},
    )
    assert answer.status_code == 413


def test_the_log_names_the_pattern_and_nobody(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="selfbill.http")
    site.get("/customers/K01?secret=Dijkstra", x_request_id="r-1")
    site.get("/search?q=dijkstra", x_request_id="r-2")
    told = [json.loads(record.message) for record in caplog.records if record.name == "selfbill.http"]
    assert [(each["request"], each["route"], each["status"]) for each in told] == [
        ("r-1", "/customers/{code}", 200),
        ("r-2", "/search", 200),
    ]
    assert "K01" not in caplog.text
    assert "ijkstra" not in caplog.text


def test_what_nobody_foresaw_is_told_without_its_words(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Wilhelmina Dijkstra, NL39RABO0300065264")

    monkeypatch.setattr("selfbill.http.pages.start.counts", broken)
    answer = site.get("/", x_request_id="r-3")
    assert answer.status_code == 500
    assert "Meld het met nummer r-3" in answer.text
    assert "Dijkstra" not in answer.text + caplog.text
    assert '"error":"RuntimeError"' in caplog.text
    assert answer.headers["content-security-policy"]


def test_a_database_that_is_gone_is_said_in_a_sentence(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("no")

    monkeypatch.setattr("selfbill.http.pages.start.counts", gone)
    answer = site.get("/")
    assert answer.status_code == 503
    assert "even niet bereikbaar" in answer.text


def test_it_is_healthy_and_ready(site: Site) -> None:
    assert site.get("/healthz", None).json() == {"status": "ok"}
    answer = site.get("/readyz", None)
    assert answer.status_code == 200
    assert answer.json()["agencies"][site.house.agency]["lag_events"] == 0


def test_it_is_not_ready_when_people_would_see_the_past(site: Site) -> None:
    site.house.follower.close()
    with site.house.pool.connection() as connection:
        connection.execute("UPDATE read_models SET position = 0")
        connection.execute("ALTER TABLE events DISABLE TRIGGER append_only")
        connection.execute("UPDATE events SET recorded_at = recorded_at - interval '1 minute'")
    answer = site.get("/readyz", None)
    assert answer.status_code == 503
    standing = answer.json()["agencies"][site.house.agency]
    assert standing["lag_events"] > 0
    assert standing["lag_seconds"] >= 60


def test_its_figures_count_requests_and_lag(site: Site) -> None:
    site.get("/customers/K01")
    text = site.get("/metrics", None).text
    assert 'selfbill_http_request_seconds_count{method="GET",route="/customers/{code}",status="200"} 1.0' in text
    assert f'selfbill_read_models_lag_events{{agency="{site.house.agency}"}} 0.0' in text
    assert "K01" not in text


def test_who_is_not_logged_in_is_sent_to_the_login(site: Site) -> None:
    answer = site.get("/customers/K01?x=1", None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/customers/K01?x=1")


def test_without_any_login_it_says_so(make_house: Any, database_url: str) -> None:
    house = make_house(database_url=SecretStr(database_url))
    answer = TestClient(make_app(house.settings, {house.agency: house})).get("/")
    assert answer.status_code == 401
    assert "U bent niet aangemeld" in answer.text


def test_another_method_is_refused_in_a_sentence(site: Site) -> None:
    answer = site.client.post("/customers/K01", headers={"x-test-role": Role.SERVICEDESK})
    assert answer.status_code == 405
    assert "kent deze methode niet" in answer.text
