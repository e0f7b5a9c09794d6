"""Debian's Chromium for tests: a loopback host of a site, and visits in which nothing is said on the console.

Tests are left out, with the reason, where there is no Chromium: `apt-get install chromium`.
"""

import contextlib
import functools
import http.server
import os
import shutil
import threading

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="browser tests left out: no Playwright")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(
    not CHROMIUM, reason="browser tests left out: no Chromium; apt-get install chromium"
)
# --no-sandbox: CI runs as root. The others keep Chromium from looking for its maker's hosts.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.removeAttribute('name'); d.open = true })"
WIDTHS = (
    "[document.scrollingElement, ...document.querySelectorAll('.card, .bar')].map(e => [e.scrollWidth, e.clientWidth])"
)
# Where a line begins with a sign that closes, or the one before ends with one that opens; not inside what is too long
# for any line, which is broken at any letter.
LINE_EDGES = """() => {
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = new Range();
  let before = {};
  while (texts.nextNode()) {
    const node = texts.currentNode;
    let block = node.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { width, top, bottom } = range.getBoundingClientRect(), sign = node.data[at];
      if (!width || !sign.trim()) continue;
      const long = node.parentElement.closest(".long, .longer");
      const breaks = block === before.block && top >= before.bottom - 4 && !(long && long === before.long);
      if (breaks && ("。，、；：）).,;:".includes(sign) || "（(".includes(before.sign)))
        found.push(before.sign + "|" + node.data.slice(at, at + 9));
      before = { sign, block, bottom, long };
    }
  }
  return found;
}"""
BLOCKED = {
    "Service Worker registration blocked by Playwright",  # where a test does without it
    # Of the card, which is to have the focus when it opens, on a page that a test touches before its first frame.
    "Autofocus processing was blocked because a document already has a focused element.",
}


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serve(site, folder):
    """Serve a site below a path of an empty folder, as on a project's page of a host; give its address."""
    (folder / "some" / "folder").mkdir(parents=True)
    (folder / "some" / "folder" / "site").symlink_to(site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/folder/site/"
    server.shutdown()
    server.server_close()
    thread.join()


@contextlib.contextmanager
def launch():
    """Give a Chromium, with the machine's fonts: typesetting turns them off for its process, and it crashes without."""
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=environment)
        yield chromium
        chromium.close()


@contextlib.contextmanager
def begin_visits(browser, address):
    """Give a function that opens a page in a new profile; at the end no other host than the address was asked."""
    contexts, said, asked = [], [], []

    def open_page(url, viewport=PHONE, **options):
        options.setdefault("service_workers", "block")
        options.setdefault("locale", "zh-CN")
        context = browser.new_context(viewport=viewport, **options)
        context.on("console", lambda message: said.append(message.text))
        context.on("weberror", lambda error: said.append(str(error.error)))
        context.on("dialog", lambda dialog: dialog.accept())
        context.on("request", lambda request: asked.append(request.url))
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [words for words in said if words not in BLOCKED] == []
    assert asked
    assert [url for url in asked if not url.startswith((address, "file:"))] == []


def check_text_size(page, url, percent, way):
    """Check that no part of a page, with everything opened, is wider than the phone when its text is larger.

    The ``way`` is the browser's own text size, which media queries know of, or one that it gives to the text alone.
    """
    if way == "preferred":
        sizes = {"standard": 16 * percent // 100, "fixed": 13 * percent // 100}
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
    page.goto(url)
    if way == "text alone":
        page.evaluate(f"document.documentElement.style.fontSize = '{1.125 * percent / 100}rem'")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 18 * percent / 100
    page.evaluate(OPEN_ALL)
    page.evaluate("document.querySelectorAll('[hidden]').forEach(e => { e.hidden = false })")
    page.evaluate("document.fonts.ready")
    assert all(whole <= seen for whole, seen in page.evaluate(WIDTHS)), url
    assert page.evaluate(LINE_EDGES) == [], url
    if page.locator("#both").count():
        assert page.locator(".bar").evaluate("e => e.scrollHeight <= e.clientHeight"), url
        bar = page.locator(".bar").evaluate("e => [getComputedStyle(e).position, e.offsetHeight / innerHeight]")
        assert bar[0] == "static" or bar[1] <= 1 / 3, url
        page.check("#both")
        assert all(whole <= seen for whole, seen in page.evaluate(WIDTHS)), url
        page.click("[popovertarget=card]")
        assert page.locator("#card").is_visible()
        assert all(whole <= seen for whole, seen in page.evaluate(WIDTHS)), url
        page.locator("#card .button").click()
        wait_until(page, "history.state === null")


def make_fixtures(built):
    """Return the fixtures of a module's tests: the address of the site that the fixture ``built`` gives, and others."""

    @pytest.fixture(scope="module")
    def address(request, tmp_path_factory):
        """The address of the built site."""
        with serve(request.getfixturevalue(built), tmp_path_factory.mktemp("host")) as address:
            yield address

    @pytest.fixture(scope="module")
    def browser():
        """One Chromium for all tests of a process."""
        with launch() as chromium:
            yield chromium

    @pytest.fixture
    def visit(browser, address):
        """Open a page in a new profile; at the end nothing was said on the console and no other host was asked."""
        with begin_visits(browser, address) as open_page:
            yield open_page

    return address, browser, visit


def wait_until(page, condition):
    """Wait until an expression holds on the page; Playwright's own wait is an eval, which the pages' policy forbids."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{condition} does not become true")
