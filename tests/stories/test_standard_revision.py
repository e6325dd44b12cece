"""A standard is revised: drafted with live check, replayed over 2,400 plants, put to consultation, published by a second person."""

import pytest

from qingshan.flows.demo import PASSWORD
from tests.stories.test_first_visit import CHROMIUM, FLAGS, pytestmark, site

__all__ = ["pytestmark", "site"]


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def signed_in(browser, site, username, width=1280):
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" and "422" not in message.text else None)
    page.goto(f"{site}/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector("a:has-text('工作台')")
    return page


def test_an_officer_revises_a_standard_and_a_colleague_publishes_it(site, chromium, tmp_path):
    page = signed_in(chromium, site, "city")
    page.goto(f"{site}/office/standards/")
    page.click("a:has-text('GB/T 36132-2025')")
    page.fill("#version", "2027")
    page.click("button:has-text('以此起草修订')")

    # the live check says that the worked example no longer fits, then that all is well
    text = (
        page.input_value("#yaml").replace("fixed: {base: 0, lead: 8}", "fixed: {base: 0, lead: 10}").replace("from: 2025-12-31", "from: 2027-01-01")
    )
    page.fill("#yaml", text)
    page.wait_for_selector("#check .alert--bad")
    assert "算得 3.0" in page.inner_text("#check")
    page.fill("#yaml", text.replace("E4: 3.75, total: 3.75", "E4: 3, total: 3"))
    page.wait_for_selector("#check:has-text('没有错误')")
    page.click("form.editor button:has-text('保存')")
    page.wait_for_selector("text=已保存")
    page.click("a:has-text('返回')")

    # the table of numbers: a mistake is refused, a mark of one more function is saved
    page.click("main a:has-text('数值表')")
    field = page.locator("tr:has(code:text-is('E4')) label:has-text('引领值') input")
    field.fill("ten")
    page.click("form.editor button:has-text('保存')")
    page.wait_for_selector("[role=alert]:has-text('这里需要一个数')")
    page.click("main a:has-text('返回')")
    assert page.inner_text("#changes tbody tr td:nth-child(3)") == "收紧"

    # replay over the frozen city, in the background
    page.fill("#mark", "60")
    page.fill("#award", "50")
    page.click("button:has-text('开始推演')")
    page.wait_for_selector("#slider", timeout=60_000)
    assert "2400" in page.inner_text("main")
    before, after = int(page.inner_text("#slider-before")), int(page.inner_text("#slider-after"))
    assert before > after > 0
    assert f"{after - before}" in page.inner_text("section:has-text('按条款归因')")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.evaluate("() => { const s = document.querySelector('#slider'); s.value = 90; s.dispatchEvent(new Event('input')); }")
    assert int(page.inner_text("#slider-after")) < after
    assert requests == []

    # the export for the public works without any server and names no plant
    with page.expect_download() as download:
        page.click("a:has-text('导出公开征求意见稿')")
    download.value.save_as(tmp_path / "replay.html")
    exported = (tmp_path / "replay.html").read_text()
    assert "演示企业" not in exported
    offline = chromium.new_context(offline=True).new_page()
    offline.goto(f"file://{tmp_path / 'replay.html'}")
    assert int(offline.inner_text("#slider-after")) == after

    # consultation; the author cannot publish, a colleague can
    page.click("main p.muted a")
    draft = page.url
    page.click("button:has-text('公开征求意见')")
    assert page.locator("button:has-text('发布')").is_disabled()
    page.goto(f"{site}/standards/")
    assert "征求意见" in page.inner_text("main")
    colleague = signed_in(chromium, site, "city2")
    colleague.goto(draft)
    colleague.click("button:has-text('发布')")
    colleague.wait_for_selector("text=已发布、未生效")
    page.goto(f"{site}/standards/gbt-36132-2025/2027/")
    assert "能源消耗强度" in page.content()
    assert page.faults == []
    assert colleague.faults == []


def test_a_plant_asks_what_is_cheapest_and_what_if(site, chromium):
    page = signed_in(chromium, site, "plant", width=390)
    page.click("main tbody a")
    page.click("a:has-text('最省路径')")
    page.fill("#mark", "20")
    page.click("button:has-text('计算')")
    assert "万元" in page.inner_text("section:has(#mark)")
    assert page.locator("section:has(#mark) ol li").count() >= 1
    assert page.locator("svg.curve").count() == 1
    score = page.inner_text("[data-show=total]")
    page.evaluate(
        "() => { const s = document.querySelector('form[data-whatif] input[type=range]'); s.value = 70; s.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.wait_for_function(f"() => document.querySelector('[data-show=total]').textContent !== '{score}'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as download:
        page.goto(page.url.split("/way/")[0] + "/")
        page.click("a:has-text('自评价 PDF')")
    assert download.value.suggested_filename.endswith(".pdf")
    assert page.faults == []


def test_a_population_is_evaluated_in_the_background_and_downloaded(site, chromium, tmp_path):
    page = signed_in(chromium, site, "city")
    page.goto(f"{site}/office/populations/")
    page.click("main tbody a")
    page.click("button:has-text('评价全部年度')")
    page.wait_for_selector("a:has-text('XLSX')", timeout=60_000)
    for ending in ("Parquet", "XLSX", "CSV"):
        with page.expect_download() as download:
            page.click(f"main a:has-text('{ending}')")
        download.value.save_as(tmp_path / ending)
        assert (tmp_path / ending).stat().st_size > 50_000
    page.goto(f"{site}/office/advice/")
    assert page.locator("tbody tr").count() >= 40
