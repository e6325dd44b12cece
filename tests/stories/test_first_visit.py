"""The first visit, with a real server, a real worker and a real browser: home, sign in, evaluation down to a month, English, phone."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from qingshan.flows.demo import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="chromium is not installed: sudo apt-get install -y chromium"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """`qingshan demo` on a free port, as a person starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "QINGSHAN_HOME": str(home)}
    environment.pop("QINGSHAN_DATABASE_URL", None)
    command = [sys.executable, "-m", "qingshan.cli.main", "demo", "--port", str(port)]
    log = home / "log.txt"
    with log.open("w") as file:
        server = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2], stdout=file, stderr=file, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=5)
            break
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.5)
    yield address
    os.killpg(server.pid, signal.SIGINT)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def page_of(browser, width=1280):
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN").new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    return page


def sign_in(page, site, name):
    page.goto(f"{site}/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("main button")


def test_a_visitor_sees_the_goals_and_reads_the_standard(site, browser):
    page = page_of(browser)
    page.goto(site)

    assert page.locator(".stat").count() == 5
    page.click("text=绿色示范工厂")
    assert page.locator("tbody tr").count() >= 23
    page.goto(f"{site}/standards/")
    page.click("main table a[href*=gbt-36132-2025]")
    assert "能源消耗强度" in page.content()
    page.click("text=English")
    assert "energy intensity" in page.content()
    assert page.complaints == []


def test_a_plant_follows_a_point_down_to_the_month(site, browser):
    page = page_of(browser)
    sign_in(page, site, "plant")
    page.click("main table a >> nth=0")

    page.click("#item-E2 > summary")
    while page.locator("#item-E2 details:not([open]) > summary:visible").count():
        page.locator("#item-E2 details:not([open]) > summary:visible").first.click()

    assert page.locator("#item-E2 .trace--leaf:has-text('2025-07'):visible").count() >= 1
    assert page.locator("#item-E2 .evidence:has-text('filing:'):visible").count() >= 12
    assert page.complaints == []


def test_an_officer_evaluates_the_whole_city_in_the_background(site, browser):
    page = page_of(browser)
    sign_in(page, site, "city")
    page.click("text=重新评价全市")

    page.wait_for_selector("text=已完成", timeout=90_000)

    assert "60 / 60" in page.content()


@pytest.mark.parametrize("path", ["/", "/goals/", "/standards/gbt-36132-2025/2025-12-31/", "/login/", "/office/", "/office/evaluations/1/"])
def test_no_page_is_wider_than_a_phone(site, browser, path):
    page = page_of(browser, width=390)
    sign_in(page, site, "city")
    page.goto(site + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
