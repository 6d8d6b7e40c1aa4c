"""A call in real Chromium: found, read out, opened, in three widths; nothing may be cut off. Pictures are left in the test's folder."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from selenium.webdriver import Chrome, ChromeOptions, ChromeService, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from selfbill.clock import SimulatedClock
from selfbill.http.app import make_app
from selfbill.http.main import server
from selfbill.http.security import ClosedGate, Role, User
from selfbill.runtime.house import House
from web.conftest import FIRST, NOW, Site

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic", "--disable-dev-shm-usage"),
)
WIDTHS = (360, 768, 1440)

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver (Debian: chromium-driver)"
)


class AlwaysAnna(ClosedGate):
    """A browser cannot send a header, so everybody is Anna."""

    def __init__(self, house: House) -> None:
        self.house = house

    def current_user(self, request: Request) -> User:  # noqa: ARG002 - whoever asks
        roles = frozenset({Role.SERVICEDESK})
        return User(name="user:anna", agency=self.house.agency, roles=roles, shown_as="Anna")


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """The application on a port of this machine."""
    house = site.house
    app = make_app(house.settings, {house.agency: house}, gate=AlwaysAnna(house), clock=SimulatedClock(NOW))
    serving = server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=serving.run)
    thread.start()
    while not serving.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{serving.servers[0].sockets[0].getsockname()[1]}"
    serving.should_exit = True
    thread.join()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in (*QUIET, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options=options, service=ChromeService(str(DRIVER)))
    yield chrome
    chrome.quit()


def widen(browser: Chrome, width: int) -> None:
    """The page is this wide; the window of a headless Chromium cannot be narrower than 500."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def said(browser: Chrome) -> str:
    return " ".join(browser.find_element(By.TAG_NAME, "main").text.replace("\xa0", " ").split())


def complaints(browser: Chrome) -> list[Any]:
    return [each for each in browser.get_log("browser") if "favicon" not in each["message"]]  # type: ignore[no-untyped-call]


def test_a_call_is_answered_by_keyboard_alone(address: str, browser: Chrome) -> None:
    browser.get(address)
    browser.switch_to.active_element.send_keys(Keys.TAB, Keys.TAB, Keys.TAB)
    for _ in range(6):
        if browser.switch_to.active_element.get_attribute("id") == "q":
            break
        browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys("dijk", Keys.ENTER)
    arrive(browser, "/search?q=dijk")
    follow(browser, "/customers/K01")
    assert "€ 800,00 openstaand" in said(browser)
    follow(browser, "/customers/K01/open-items")
    follow(browser, f"/invoices/{FIRST}")
    assert "€ 400,00 open van € 400,00" in said(browser)
    assert complaints(browser) == []


def arrive(browser: Chrome, path: str) -> None:
    """Waits until the browser shows the whole of this page."""
    WebDriverWait(browser, 20).until(
        lambda there: (
            there.current_url.endswith(path) and there.execute_script("return document.readyState") == "complete"
        )
    )


def follow(browser: Chrome, path: str) -> None:
    """Goes to this link with Tab, and opens it with Enter."""
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        here = browser.switch_to.active_element
        if (here.get_attribute("href") or "").endswith(path):
            assert here.value_of_css_property("outline-style") == "solid", "nobody sees where they are"
            here.send_keys(Keys.ENTER)
            arrive(browser, path)
            return
    raise AssertionError(f"nobody gets to {path} with Tab")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off(address: str, browser: Chrome, tmp_path: Path, width: int) -> None:
    widen(browser, width)
    paths = {
        "start": "/",
        "search": "/search?q=k",
        "card": "/customers/K01",
        "hostile": "/customers/K02",
        "open_items": "/customers/K01/open-items",
        "invoices": "/customers/K01/invoices?all=1",
        "invoice": f"/invoices/{FIRST}",
        "freelancer": "/freelancers/Z01",
        "refused": "/customers/K99",
    }
    for name, path in paths.items():
        browser.get(address + path)
        wider = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{path} is {wider} pixels too wide at {width}"
        assert browser.save_screenshot(str(tmp_path / f"{name}-{width}.png"))
    assert [each for each in complaints(browser) if "404" not in each["message"]] == []
    assert len(list(tmp_path.glob("*.png"))) == len(paths)


def test_what_is_smuggled_into_a_name_does_not_run(address: str, browser: Chrome) -> None:
    browser.get(f"{address}/customers/K02")
    assert "<script>alert('x')</script>" in browser.find_element(By.TAG_NAME, "h1").text
    browser.execute_script("window.ran = false")
    assert browser.execute_script("return document.scripts.length") == 0
