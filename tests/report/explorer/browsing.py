"""What tests do with an explorer in a browser."""

from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe

SETTLED = "location.hash !== '' && document.querySelector('#link').hash === location.hash"
LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


def opened(browser, file):
    """Open an explorer, and keep what it complains of and what it asks for; to be closed by `closed`."""
    page = browser.new_page(viewport=LAPTOP)
    page.faults, page.asked = [], []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(file.as_uri())
    return page


def closed(page, file):
    """Hold that nothing went wrong and nothing but the file was asked for."""
    assert page.faults == []
    assert {url.split("#")[0] for url in page.asked} == {file.as_uri()}
    page.close()


def until(page, what):
    """Wait until something holds; the policy of the page forbids the driver's own way, which evaluates text in it."""
    for _ in range(400):
        if page.evaluate(what):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"never came: {what}")


def choose(page, name, text):
    page.select_option(f"#{name}", label=text)
    until(page, SETTLED)


def shown(page):
    return f"{page.text_content('#estimate')} {page.text_content('#ends')}".strip()


def rows_of(page, table):
    rows = page.locator(f"#{table} tbody tr").all()
    return {row.locator("th").text_content(): row.locator("td").first.text_content() for row in rows}


def works_by_keyboard(page, name):
    """Change a choice by keyboard alone, or hold that there is nothing to choose."""
    options = page.locator(f"#{name} option")
    if options.count() < 2:
        assert page.is_disabled(f"#{name}")
        return
    before = page.input_value(f"#{name}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            break
    assert page.evaluate("document.activeElement.id") == name
    last = before == options.last.get_attribute("value")
    page.keyboard.press("ArrowUp" if last else "ArrowDown")
    until(page, SETTLED)
    assert page.input_value(f"#{name}") != before
    assert page.evaluate("document.activeElement.id") == name


def works_by_mouse(page, names):
    for name in names:
        box = page.locator(f"#{name}")
        if box.is_enabled():
            box.click()
            box.select_option(index=box.locator("option").count() - 1)
            until(page, SETTLED)
            page.keyboard.press("Escape")


def reads_to_all(page):
    """Hold that what changes is told to a screen reader, and that no rule of WCAG is broken on any screen."""
    assert page.get_attribute("#said", "role") == "status"
    for size in (LAPTOP, PHONE):
        page.set_viewport_size(size)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@contextmanager
def without_script(browser, file):
    """Open an explorer where no script runs; no choice is then offered."""
    context = browser.new_context(java_script_enabled=False, viewport=LAPTOP)
    page = context.new_page()
    page.goto(file.as_uri())
    assert not page.is_visible("#choices")
    yield page
    context.close()


def prints(page, kept):
    """Hold that paper has what was chosen, whole and without the choices and without what is folded up."""
    page.emulate_media(media="print")
    assert not page.is_visible("#choices")
    assert not page.is_visible("#everything")
    assert page.is_visible(kept)
    assert page.evaluate("getComputedStyle(document.querySelector('#shown dl > div')).breakInside") == "avoid"
    assert page.pdf(format="A4").startswith(b"%PDF")
