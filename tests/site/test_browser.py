"""What the web pages do in a real browser, on a phone and at a desk, from a host and from a disk."""

import functools
import http.server
import os
import shutil
import threading
import time
from urllib.parse import urljoin

import pytest
from browser import DESK, PHONE, Server, check_text_size, make_fixtures, needs_chromium, wait_until

from handout.render.linebreak import keep_together
from handout.site.write import KEPT, mark_length

pytestmark = [needs_chromium, pytest.mark.long]
address, browser, visit = make_fixtures("frozen_built")


def test_works_from_a_file(visit, frozen_built):
    """Opened from a folder: style, fonts and script are there, and links lead to files."""
    page = visit((frozen_built / "index.html").as_uri())
    page.wait_for_function("[...document.fonts].some(font => font.status == 'loaded')")
    assert page.evaluate("getComputedStyle(document.querySelector('.operator')).borderTopStyle") == "solid"
    assert page.locator("#number").is_visible()
    page.locator("[data-operator=alpha] > summary").click()
    page.locator("a[href='html/alpha.zh-km.html']").click()
    assert page.locator("main").get_attribute("data-handout") == "alpha.zh-km"


@pytest.mark.parametrize(
    ("typed", "operator"),
    [
        ("012 345 678", "alpha"),
        ("+855 12 345 678", "alpha"),
        ("0085518", "beta"),
        ("0236", ""),
        ("079", ""),
        ("018", "beta"),
        ("០១២ ៣៤៥ ៦៧៨", "alpha"),
        ("０１２", "alpha"),
        ("+٨٥٥ ١٢", "alpha"),
        ("০১৮", "beta"),
        ("000", ""),
        ("01", None),
        ("", None),
        ("+", None),
    ],
)
def test_number_tells_its_operator(visit, address, typed, operator):
    """The longest prefix decides, with or without the country's code; nothing is sent, and the caveat is in sight."""
    page, requests = visit(urljoin(address, "en.html"), locale="en-GB"), []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: requests.append(request.url))
    page.fill("#number", typed)
    shown = page.eval_on_selector_all("[data-found]:not([hidden])", "all => all.map(e => e.dataset.found)")
    assert shown == ([] if operator is None else [operator])
    assert page.locator("#prefix-note").is_visible()
    assert requests == []
    if operator:
        page.click("[data-found]:not([hidden]) a")
        assert page.locator(f"[data-operator={operator}]").get_attribute("open") is not None


def test_operator_without_prefixes_never_matches(visit, address):
    """Neither a number nor an emptied field is told to be of an operator whose prefixes nobody knows."""
    page = visit(urljoin(address, "en.html"), locale="en-GB")
    page.evaluate("document.querySelector('[data-operator=alpha]').dataset.prefixes = ''")
    for typed in ("012 345 678", "018 345 678", "0", ""):
        page.fill("#number", typed)
        assert page.locator("[data-found=alpha]").is_hidden(), typed


@pytest.mark.parametrize(
    ("locale", "start", "offered"),
    [
        ("en-GB", "index.html", ["en"]),
        ("km-KH", "index.html", ["km"]),
        ("zh-TW", "index.html", []),
        ("zh-CN", "en.html", ["zh"]),
        ("fr-FR", "index.html", []),
    ],
)
def test_browser_s_language_is_suggested(visit, address, locale, start, offered):
    """The page in the browser's language is offered when it is another one, in that language."""
    page = visit(urljoin(address, start), locale=locale)
    lines = "all => all.filter(e => e.offsetParent).map(e => e.dataset.suggest)"
    assert page.eval_on_selector_all("[data-suggest]", lines) == offered


def test_choices_are_remembered(visit, address):
    """The operator opened last is open on the next visit; a language chosen by hand beats the browser's."""
    page = visit(address, locale="en-GB")
    page.locator("[data-operator=beta] > summary").click()
    page.locator(".languages a[lang=km]").click()
    page.goto(address)
    assert page.locator("[data-operator=beta]").get_attribute("open") is not None
    assert page.locator("[data-suggest=km]").is_visible()
    assert not page.locator("[data-suggest=en]").is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("start", ["index.html", "en.html", "km.html"])
def test_an_open_operator_shows_few_links(visit, address, start, script):
    """Five at most on a phone, the first of which downloads the PDF; the others are there once their part is opened."""
    page = visit(urljoin(address, start), java_script_enabled=script)
    page.locator("[data-operator=alpha] > summary").click()
    links = page.locator("[data-operator=alpha] a:visible")
    assert 2 < links.count() <= 5
    assert links.first.get_attribute("download").startswith("cancel-sim-alpha-")
    page.locator("[data-operator=alpha] .more > summary").click()
    assert links.count() == page.locator("[data-operator=alpha] a").count() > 15


def test_a_link_to_an_operator_shows_its_name(visit, address):
    """A link that names an operator opens it and shows whose it is, with the PDF on the same screen."""
    page = visit(urljoin(address, "index.html#beta"), {"width": 360, "height": 640})
    for part in ("summary h3", "a[download] >> nth=0"):
        box = page.locator(f"[data-operator=beta] {part}").bounding_box()
        assert 0 <= box["y"] < 640, part


def test_ticks_stay_on_the_device(visit, address):
    """Ticks and notes are there again after a visit, for their own handout alone, until they are cleared."""
    page = visit(urljoin(address, "html/alpha.zh-km.html"))
    page.check("#ask-receipt")
    page.fill("#fact-hours", "x")
    page.reload()
    assert page.is_checked("#ask-receipt")
    assert page.input_value("#fact-hours") == "x"
    page.goto(urljoin(address, "html/beta.zh-km.html"))
    assert not page.is_checked("#ask-receipt")
    page.goto(urljoin(address, "html/alpha.zh-km.html"))
    page.click("details:has([data-clear]) > summary")
    page.click("[data-clear]")
    page.reload()
    assert not page.is_checked("#ask-receipt")


def test_other_language_is_a_tap_away(visit, address):
    """On a phone the reader's language alone, both after a tap; beside each other on a wide screen."""
    url = urljoin(address, "html/alpha.zh-km.html")
    page = visit(url)
    khmer = page.locator("#counter [lang=km]")
    assert not khmer.is_visible()
    page.check("#both")
    assert khmer.is_visible()
    wide = visit(url, DESK)
    left, right = (wide.locator(f"#counter [lang={lang}]").bounding_box() for lang in ("zh-Hans", "km"))
    assert left["y"] == pytest.approx(right["y"], abs=8)
    assert right["x"] > left["x"] + left["width"] / 2


def test_clerk_s_part_is_in_both_languages(visit, address):
    """Whoever opens the clerk's part on a phone sees the clerk's language there, whatever the switch says."""
    page = visit(urljoin(address, "html/alpha.zh-km.html"))
    lines = page.locator(".always-both [lang]")
    shown = "all => all.map(e => e.checkVisibility())"
    assert not any(lines.evaluate_all(shown))
    page.click(".staff-part > summary")
    assert all(lines.evaluate_all(shown))
    assert {"km", "zh-Hans"} <= set(lines.evaluate_all("all => all.map(e => e.lang)"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_card_fills_the_screen(visit, address, viewport, script):
    """The card covers the whole screen with the request in large Khmer and what is ticked; Escape closes it."""
    page = visit(urljoin(address, "html/alpha.zh-km.html"), viewport, java_script_enabled=script)
    page.check("#ask-receipt")
    page.check("#ask-suspend")
    page.fill("#ask-suspend-text", "1.2.2027")
    page.click("[popovertarget=card]")
    card, request = page.locator("#card"), page.locator("#card-request")
    assert card.bounding_box() == {"x": 0, "y": 0, **viewport}
    assert request.get_attribute("lang") == "km"
    assert request.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 32
    assert page.locator("[data-ask=ask-receipt]").is_visible() is script
    assert ("1.2.2027" in page.locator("[data-ask=ask-suspend]").inner_text()) is script
    assert not page.locator("[data-ask=ask-cancel]").is_visible()
    page.keyboard.press("Escape")
    assert not card.is_visible()


def test_keyboard_reaches_a_pdf(visit, address):
    """By Tab and Enter alone: the skip link first, then an operator is opened and its first PDF reached."""
    page = visit(address)
    focused = "document.activeElement"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.parentElement.dataset.operator") == "alpha"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.getAttribute('href')") == "pdf/alpha.zh-km.pdf"
    assert page.evaluate(f"getComputedStyle({focused}).outlineWidth") == "4px"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("index.html", "[data-operator=alpha]"),
        ("html/alpha.zh-km.html", ".staff-part"),
        ("html/alpha.zh-km.html", "nav"),
    ],
)
def test_fonts_of_closed_parts_come_when_one_opens(visit, address, path, part):
    """At first sight no font with a range is asked for; opening a part with such letters brings it, and draws them."""
    page, asked = visit("about:blank"), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(urljoin(address, path), wait_until="networkidle")
    ranged = "[...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r.style?.unicodeRange)"
    names = page.evaluate(
        f"{ranged}.map(r => new URL(r.style.src.match(/url\\(.(.*?).\\)/)[1], document.baseURI).href)"
    )
    assert names
    assert not set(names) & set(asked)
    page.click(f"{part} summary >> nth=0")
    page.wait_for_load_state("networkidle")
    wait_until(page, "[...document.fonts].some(f => f.unicodeRange != 'U+0-10FFFF' && f.status == 'loaded')")
    assert set(names) & set(asked)


@pytest.mark.parametrize("way", ["preferred", "text alone"])
@pytest.mark.parametrize(("width", "percent"), [(320, 200), (360, 100), (360, 150), (360, 200), (390, 100)])
def test_no_page_scrolls_sideways(visit, address, frozen_built, width, percent, way):
    """Not with larger text either, on start and phone pages with everything opened, whose lines begin and end well.

    The bar shows all that is in it, and leaves two thirds of the screen free.
    """
    page, paths = visit(address, {"width": width, "height": 740}), sorted(frozen_built.rglob("*.html"))
    assert len(paths) == 12
    for path in paths:
        check_text_size(page, urljoin(address, path.relative_to(frozen_built).as_posix()), percent, way)


@pytest.mark.parametrize(
    ("words", "percent", "whole"),
    [
        ("+855 12 345 678", 100, True),
        ("info@example.org", 100, True),
        ("30 days", 200, True),
        ("+855 12 345 678", 200, False),
        ("customerservice@example-telecom.com.kh", 100, False),
        ("long@" + "x" * 80 + ".example", 100, False),
    ],
)
def test_what_no_line_may_break_fits(visit, address, words, percent, whole):
    """It is broken where no line has room for it: a few words of large letters, a long address at any size."""
    page = visit(urljoin(address, "html/alpha.en-km.html"))
    page.evaluate(f"document.documentElement.style.fontSize = '{1.125 * percent / 100}rem'")
    item = page.locator("main li li:visible").first
    item.evaluate("(e, html) => { e.innerHTML = html }", f"Call {KEPT.sub(mark_length, keep_together(words))}.")
    lines = item.locator(".keep").evaluate("e => new Set([...e.getClientRects()].map(one => one.top)).size")
    assert (lines == 1) is whole
    assert page.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]


def test_print_sends_to_the_pdf(visit, address):
    """Printed, a phone page says only which PDF to print."""
    page = visit(urljoin(address, "html/alpha.zh-km.html"))
    page.emulate_media(media="print")
    assert "pdf/alpha.zh-km.pdf" in page.inner_text(".print-note")
    assert page.locator(".print-note").is_visible()
    assert not page.locator("main").is_visible()


KEYS = (
    "caches.open('sim-handouts').then(cache => cache.keys()).then(keys => keys.map(key => new URL(key.url).pathname))"
)


class Host:
    """A loopback host of a copy of the site, which can change, fall silent and add headers."""

    def __init__(self, root):
        self.root, self.headers, self.silent = root, {}, False
        self.released = threading.Event()
        host = self

        class Handler(Server):
            def do_GET(self):  # noqa: N802 (http.server's name)
                if host.silent:
                    host.released.wait(60)
                    return
                super().do_GET()

            def end_headers(self):
                for name, value in host.headers.items():
                    self.send_header(name, value)
                super().end_headers()

        handler = functools.partial(Handler, directory=root)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def change(self, path, old, new):
        """Publish a file anew, as a later build does."""
        text = (self.root / path).read_text("utf-8")
        assert old in text
        (self.root / path).write_text(text.replace(old, new), "utf-8")

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def host(frozen_built, tmp_path):
    """A host of its own; its files are old, so that a browser's own cache would answer for them."""
    root = tmp_path / "site"
    shutil.copytree(frozen_built, root)
    for path in root.rglob("*"):
        os.utime(path, (time.time() - 10 * 86400,) * 2)
    host = Host(root)
    yield host
    host.close()


@pytest.fixture
def reader(browser, host):
    """A page of a new profile in which the worker is allowed."""
    context = browser.new_context(viewport=PHONE, service_workers="allow", locale="zh-CN")
    yield context.new_page()
    context.close()


def open_kept(reader, host, path=""):
    """Open a page and wait until it is kept."""
    reader.goto(host.address + path, wait_until="networkidle")
    wait_until(reader, "navigator.serviceWorker.controller !== null")
    kept = "/" + path.split("?")[0].removesuffix("index.html")
    wait_until(reader, f"{KEYS}.then(paths => paths.includes('{kept}') && paths.includes('/site.js'))")


@pytest.mark.parametrize("first", ["", "index.html", "?fbclid=abc", "index.html?utm_source=x#alpha"])
def test_seen_pages_are_there_without_a_network(reader, host, first):
    """After the first visit, however its link was written, the pages that were seen open without a network."""
    open_kept(reader, host, first)
    reader.goto(f"{host.address}html/alpha.zh-km.html?from=chat", wait_until="networkidle")
    wait_until(reader, f"{KEYS}.then(paths => paths.includes('/html/alpha.zh-km.html'))")
    reader.context.set_offline(True)
    for path in ("", "index.html", "index.html?x=1", "html/alpha.zh-km.html"):
        reader.goto(host.address + path)
        assert reader.locator("h1").is_visible()
        assert reader.evaluate("document.fonts.ready.then(fonts => [...fonts].some(f => f.status == 'loaded'))")
        assert reader.evaluate("getComputedStyle(document.body).maxWidth") != "none"


@pytest.mark.parametrize("edited", ["page", "script"])
def test_no_old_page_is_shown_while_there_is_a_network(reader, host, edited):
    """A server that names no time to keep, only when a file was changed: the next visit shows what is published."""
    open_kept(reader, host, "en.html")
    if edited == "page":
        host.change("en.html", "Cancel a mobile number</h1>", "Published anew</h1>")
        reader.goto(f"{host.address}en.html")
        assert reader.inner_text("h1") == "Published anew"
    else:
        host.change("site.js", '"use strict";', '"use strict"; document.documentElement.dataset.published = "anew";')
        reader.goto(f"{host.address}en.html")
        assert reader.evaluate("document.documentElement.dataset.published") == "anew"


def forbid_storage(reader, host):
    """Leave no room for what the site keeps."""
    session = reader.context.new_cdp_session(reader)
    session.send("Storage.overrideQuotaForOrigin", {"origin": host.address.rstrip("/"), "quotaSize": 1})


def refuse_storage(reader, _host):
    """Refuse the worker its storage, as browsers do that keep nothing."""
    worker = reader.context.service_workers[0]
    refused = "() => Promise.reject(new DOMException('no', 'SecurityError'))"
    worker.evaluate(f"void (CacheStorage.prototype.open = {refused})")


def vary_by_all(_reader, host):
    """Let the server say that no answer is for two requests."""
    host.headers["Vary"] = "*"


@pytest.mark.parametrize("hinder", [forbid_storage, refuse_storage, vary_by_all])
def test_what_cannot_be_kept_is_shown(reader, host, hinder):
    """Without room, with storage refused, or with "Vary: *": pages are the published ones, and PDFs come down."""
    open_kept(reader, host, "en.html")
    hinder(reader, host)
    host.change("en.html", "Cancel a mobile number</h1>", "Published anew</h1>")
    for path in ("en.html", "html/beta.en-km.html", "en.html"):
        reader.goto(host.address + path, wait_until="networkidle")
        assert reader.locator("h1").is_visible()
    assert reader.inner_text("h1") == "Published anew"
    reader.locator("details[data-operator=alpha] > summary").click()
    with reader.expect_download() as download:
        reader.locator("a[download][href='pdf/alpha.en-km.pdf']").click()
    assert download.value.path().read_bytes() == (host.root / "pdf/alpha.en-km.pdf").read_bytes()


def test_vary_by_all_is_kept_all_the_same(reader, host):
    """A page has one answer here, so "Vary: *" does not take it from those without a network."""
    host.headers["Vary"] = "*"
    open_kept(reader, host, "en.html")
    reader.context.set_offline(True)
    reader.goto(f"{host.address}en.html")
    assert reader.locator("h1").is_visible()


def test_a_silent_network_does_not_hide_what_is_kept(reader, host):
    """Accepted and not answered: the kept page is there after a few seconds, whole, and the next one at once."""
    open_kept(reader, host)
    reader.goto(f"{host.address}html/alpha.zh-km.html", wait_until="networkidle")
    wait_until(reader, f"{KEYS}.then(paths => paths.includes('/html/alpha.zh-km.html'))")
    host.silent = True
    start = time.monotonic()
    reader.goto(host.address, wait_until="load")
    assert time.monotonic() - start < 12
    assert reader.evaluate("getComputedStyle(document.body).maxWidth") != "none"
    start = time.monotonic()
    reader.goto(f"{host.address}html/alpha.zh-km.html")
    assert time.monotonic() - start < 4
    assert reader.locator("h1").is_visible()
    host.silent = False
    host.released.set()
    host.change("index.html", "</h1>", " 2</h1>")
    reader.goto(host.address, wait_until="networkidle")  # the first to be answered may come from what is kept
    reader.goto(host.address)
    assert reader.inner_text("h1").endswith(" 2")


def test_only_what_pages_need_is_kept(reader, host):
    """Forms are kept; archive, manifest and event streams are the browser's own affair: begun at once, and not kept."""
    open_kept(reader, host)
    (host.root / "handouts.zip").write_bytes(b"\0" * 3_000_000)
    fetched = "fetch('handouts.zip').then(answer => answer.arrayBuffer()).then(data => data.byteLength)"
    assert reader.evaluate(fetched) == 3_000_000
    reader.evaluate("fetch('site.js', {headers: {Accept: 'text/event-stream'}}).then(answer => answer.text())")
    for path in ("manifest.json", "forms/alpha.zh-km.counter.json"):
        reader.evaluate(f"fetch('{path}').then(answer => answer.text())")
    wait_until(reader, f"{KEYS}.then(paths => paths.includes('/{path}'))")
    paths = reader.evaluate(KEYS)
    assert [path for path in paths if path.endswith((".zip", ".json"))] == [f"/{path}"]
