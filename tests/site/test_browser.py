"""The web pages in a real browser: Debian's Chromium, phone and desk, served from a folder of a loopback host.

Left out, with the reason, where there is no Chromium: `apt-get install chromium`.
"""

import functools
import gzip
import hashlib
import http.server
import os
import shutil
import threading
import time
from urllib.parse import urljoin

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="browser tests left out: no Playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="browser tests left out: no axe-core")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="browser tests left out: no Chromium; apt-get install chromium")
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
STARTS = {"zh": "index.html", "en": "en.html", "km": "km.html"}
FIRST_VIEW = 100_000
# What Playwright itself says where a test does without the service worker.
BLOCKED = "Service Worker registration blocked by Playwright"
OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.removeAttribute('name'); d.open = true })"


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(built, tmp_path_factory):
    """The address of the built site: below a folder, as on a project's page of a host."""
    root = tmp_path_factory.mktemp("host")
    (root / "some" / "folder").mkdir(parents=True)
    (root / "some" / "folder" / "site").symlink_to(built)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory=root))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/folder/site/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser():
    """One Chromium for all tests of a process."""
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address):
    """Open a page in a new profile; at the end nothing was said on the console and no other host was asked."""
    contexts, said, asked = [], [], []

    def open_page(url, viewport=PHONE, **options):
        options.setdefault("service_workers", "block")
        options.setdefault("locale", "zh-CN")
        context = browser.new_context(viewport=viewport, **options)
        context.on("console", lambda message: said.append(message.text))
        context.on("weberror", lambda error: said.append(str(error.error)))
        context.on("request", lambda request: asked.append(request.url))
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [words for words in said if words != BLOCKED] == []
    assert asked
    assert [url for url in asked if not url.startswith((address, "file:"))] == []


@pytest.fixture(scope="module")
def paths(manifest):
    """All pages of the site."""
    return [*STARTS.values(), *sorted({entry["html"] for entry in manifest["handouts"]})]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(visit, address, manifest, paths, viewport):
    """No finding by axe-core, best practices included, on any page with everything opened, nor on the cards."""
    operator = manifest["handouts"][0]["operator"]
    checker, page = axe.Axe(), visit(address, viewport)
    for path in paths:
        page.goto(urljoin(address, path))
        page.evaluate(OPEN_ALL)
        if page.locator("#both").is_visible():
            page.check("#both")
        assert [v["id"] for v in checker.run(page).response["violations"]] == [], path
        if path.startswith(f"html/{operator}."):
            page.click("[popovertarget=card]")
            assert [v["id"] for v in checker.run(page).response["violations"]] == [], path


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_two_taps_to_every_pdf(visit, address, manifest, script):
    """Two taps from each start page: the operator, then the PDF, whose bytes are the manifest's."""
    page = visit(address, java_script_enabled=script)
    for entry in manifest["handouts"]:
        for start in STARTS.values() if entry == manifest["handouts"][0] else [STARTS[entry["reader"]]]:
            page.goto(urljoin(address, start))
            if script:
                page.evaluate("localStorage.clear()")
                page.reload()
            link = page.locator(f"a[download][href='{entry['pdf']}']")
            assert not link.is_visible()
            taps = [page.locator(f"details[data-operator={entry['operator']}] > summary"), link]
            taps[0].click()
            with page.expect_download() as download:
                taps[1].click()
            data = download.value.path().read_bytes()
            assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["id"]
            assert download.value.suggested_filename == f"{entry['id']}.pdf"
            assert len(taps) == 2


def test_every_link_is_served(visit, address, manifest, paths):
    """Each link within the site answers, and the phone page of a handout links the same PDF."""
    page, seen = visit(address), set()
    for path in paths:
        page.goto(urljoin(address, path))
        seen |= set(page.eval_on_selector_all("a, link, script[src], img", "all => all.map(e => e.href || e.src)"))
    local = {url.split("#")[0] for url in seen if url.startswith(address)}
    assert len(local) > len(manifest["handouts"]) + len(paths)
    for url in sorted(local):
        assert page.request.get(url).ok, url


def test_first_view_is_light(visit, address):
    """Under 100 kB before a start page is complete, even from a host that compresses nothing."""
    for start in STARTS.values():
        sizes = {url: len(body) for url, body in load(visit, urljoin(address, start)).items()}
        assert len(sizes) > 5
        assert sum(sizes.values()) < FIRST_VIEW, sizes


def test_phone_pages_are_light(visit, address, paths):
    """A phone page stays under the same weight from a host that compresses text, as all usual ones do."""
    for path in paths[len(STARTS) :]:
        bodies = load(visit, urljoin(address, path))
        sizes = {u: len(b if u.endswith("woff2") else gzip.compress(b)) for u, b in bodies.items()}
        assert sum(sizes.values()) < FIRST_VIEW, sizes


def load(visit, url):
    """Open a page; return the bodies of all responses, by address."""
    page, responses = visit("about:blank"), []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 (Playwright refuses a built-in)
    page.goto(url, wait_until="networkidle")
    assert page.evaluate("document.fonts.ready.then(fonts => [...fonts].every(f => f.status != 'error'))")
    first = {response.url: response for response in reversed(responses)}  # the page asks again, to keep them
    bodies = {url: response.body() for url, response in first.items()}
    assert all(bodies.values())
    return bodies


def wait_until(page, condition):
    """Wait until an expression holds on the page; Playwright's own wait is an eval, which the pages' policy forbids."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{condition} does not become true")


def test_works_from_a_file(visit, built):
    """Opened from a folder: style, fonts and script are there, and links lead to files."""
    page = visit((built / "index.html").as_uri())
    page.wait_for_function("[...document.fonts].some(font => font.status == 'loaded')")
    assert page.evaluate("getComputedStyle(document.querySelector('.operator')).borderTopStyle") == "solid"
    assert page.locator("#number").is_visible()
    page.locator("[data-operator=smart] > summary").click()
    page.locator("a[href='html/smart.zh-km.html']").click()
    assert page.locator("main").get_attribute("data-handout") == "smart.zh-km"


@pytest.mark.parametrize(
    ("typed", "operator"),
    [
        ("012 345 678", "cellcard"),
        ("+855 12 345 678", "cellcard"),
        ("0085510", "smart"),
        ("0236", ""),
        ("079", ""),
        ("038", "cootel"),
        ("០១២ ៣៤៥ ៦៧៨", "cellcard"),
        ("０１２", "cellcard"),
        ("+٨٥٥ ١٢", "cellcard"),
        ("০১০", "smart"),
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
    page.evaluate("document.querySelector('[data-operator=smart]').dataset.prefixes = ''")
    for typed in ("010 234 567", "012 345 678", "0", ""):
        page.fill("#number", typed)
        assert page.locator("[data-found=smart]").is_hidden(), typed


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
    page.locator("[data-operator=metfone] > summary").click()
    page.locator(".languages a[lang=km]").click()
    page.goto(address)
    assert page.locator("[data-operator=metfone]").get_attribute("open") is not None
    assert page.locator("[data-suggest=km]").is_visible()
    assert not page.locator("[data-suggest=en]").is_visible()


def test_ticks_stay_on_the_device(visit, address):
    """Ticks and notes are there again after a visit, for their own handout alone, until they are cleared."""
    page = visit(urljoin(address, "html/smart.zh-km.html"))
    page.check("#ask-receipt")
    page.fill("#fact-hours", "x")
    page.reload()
    assert page.is_checked("#ask-receipt")
    assert page.input_value("#fact-hours") == "x"
    page.goto(urljoin(address, "html/cootel.zh-km.html"))
    assert not page.is_checked("#ask-receipt")
    page.goto(urljoin(address, "html/smart.zh-km.html"))
    page.click("[data-clear]")
    page.reload()
    assert not page.is_checked("#ask-receipt")


def test_other_language_is_a_tap_away(visit, address):
    """On a phone the reader's language alone, both after a tap; beside each other on a wide screen."""
    url = urljoin(address, "html/smart.zh-km.html")
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
    page = visit(urljoin(address, "html/smart.zh-km.html"))
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
    page = visit(urljoin(address, "html/smart.zh-km.html"), viewport, java_script_enabled=script)
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


def test_pages_reflow_at_400_percent(visit, address, paths):
    """At 320 by 256 pixels, a desk's screen at 400 %, nothing needs to be scrolled sideways."""
    page = visit(address, {"width": 320, "height": 256})
    for path in paths:
        page.goto(urljoin(address, path))
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, path


def test_keyboard_reaches_a_pdf(visit, address, manifest):
    """By Tab and Enter alone: the skip link first, then an operator is opened and its first PDF reached."""
    page = visit(address)
    focused, operator = "document.activeElement", manifest["handouts"][0]["operator"]
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.parentElement.dataset.operator") == operator
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.getAttribute('href')") == f"pdf/{operator}.zh-km.pdf"
    assert page.evaluate(f"getComputedStyle({focused}).outlineWidth") == "4px"


def test_print_sends_to_the_pdf(visit, address):
    """Printed, a phone page says only which PDF to print."""
    page = visit(urljoin(address, "html/smart.zh-km.html"))
    page.emulate_media(media="print")
    assert "pdf/smart.zh-km.pdf" in page.inner_text(".print-note")
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
            def do_GET(self):
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
def host(built, tmp_path):
    """A host of its own; its files are old, so that a browser's own cache would answer for them."""
    root = tmp_path / "site"
    shutil.copytree(built, root)
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
    wait_until(reader, f"{KEYS}.then(paths => paths.includes('{kept}') && paths.includes('/site.css'))")


@pytest.mark.parametrize("first", ["", "index.html", "?fbclid=abc", "index.html?utm_source=x#smart"])
def test_seen_pages_are_there_without_a_network(reader, host, first):
    """After the first visit, however its link was written, the pages that were seen open without a network."""
    open_kept(reader, host, first)
    reader.goto(f"{host.address}html/smart.zh-km.html?from=chat", wait_until="networkidle")
    wait_until(reader, f"{KEYS}.then(paths => paths.includes('/html/smart.zh-km.html'))")
    reader.context.set_offline(True)
    for path in ("", "index.html", "index.html?x=1", "html/smart.zh-km.html"):
        reader.goto(host.address + path)
        assert reader.locator("h1").is_visible()
        assert reader.evaluate("document.fonts.ready.then(fonts => [...fonts].some(f => f.status == 'loaded'))")
        assert reader.evaluate("getComputedStyle(document.body).maxWidth") != "none"


@pytest.mark.parametrize("edited", ["page", "style"])
def test_no_old_page_is_shown_while_there_is_a_network(reader, host, edited):
    """A server that names no time to keep, only when a file was changed: the next visit shows what is published."""
    open_kept(reader, host, "en.html")
    if edited == "page":
        host.change("en.html", "Cancel a mobile number in Cambodia</h1>", "Published anew</h1>")
        reader.goto(f"{host.address}en.html")
        assert reader.inner_text("h1") == "Published anew"
    else:
        host.change("site.css", "body {", "body { --published: anew;")
        reader.goto(f"{host.address}en.html")
        assert reader.evaluate("getComputedStyle(document.body).getPropertyValue('--published')") == "anew"


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
    host.change("en.html", "Cancel a mobile number in Cambodia</h1>", "Published anew</h1>")
    for path in ("en.html", "html/metfone.en-km.html", "en.html"):
        reader.goto(host.address + path, wait_until="networkidle")
        assert reader.locator("h1").is_visible()
    assert reader.inner_text("h1") == "Published anew"
    reader.locator("details[data-operator=smart] > summary").click()
    with reader.expect_download() as download:
        reader.locator("a[download][href='pdf/smart.en-km.pdf']").click()
    assert download.value.path().read_bytes() == (host.root / "pdf/smart.en-km.pdf").read_bytes()


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
    reader.goto(f"{host.address}html/smart.zh-km.html", wait_until="networkidle")
    wait_until(reader, f"{KEYS}.then(paths => paths.includes('/html/smart.zh-km.html'))")
    host.silent = True
    start = time.monotonic()
    reader.goto(host.address, wait_until="load")
    assert time.monotonic() - start < 12
    assert reader.evaluate("getComputedStyle(document.body).maxWidth") != "none"
    start = time.monotonic()
    reader.goto(f"{host.address}html/smart.zh-km.html")
    assert time.monotonic() - start < 4
    assert reader.locator("h1").is_visible()
    host.silent = False
    host.released.set()
    host.change("index.html", "</h1>", " 2</h1>")
    reader.goto(host.address, wait_until="networkidle")  # the first to be answered may come from what is kept
    reader.goto(host.address)
    assert reader.inner_text("h1").endswith(" 2")


def test_only_what_pages_need_is_kept(reader, host):
    """The archive and event streams are the browser's own affair: begun at once, and not kept."""
    open_kept(reader, host)
    (host.root / "handouts.zip").write_bytes(b"\0" * 3_000_000)
    fetched = "fetch('handouts.zip').then(answer => answer.arrayBuffer()).then(data => data.byteLength)"
    assert reader.evaluate(fetched) == 3_000_000
    reader.evaluate("fetch('site.css', {headers: {Accept: 'text/event-stream'}}).then(answer => answer.text())")
    reader.evaluate("fetch('manifest.json').then(answer => answer.text())")
    paths = reader.evaluate(KEYS)
    assert not [path for path in paths if path.endswith((".zip", ".json"))]
