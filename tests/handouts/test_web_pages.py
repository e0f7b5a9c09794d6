"""The published pages in a real browser: each handout is linked, light, accessible and fits a small screen.

What the pages do is tested with the tests' own content, in tests/site.
"""

import gzip
import hashlib
from urllib.parse import urljoin

import pytest
from browser import DESK, OPEN_ALL, PHONE, check_text_size, make_fixtures, needs_chromium

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="browser tests left out: no axe-core")

pytestmark = [needs_chromium, pytest.mark.long]
address, browser, visit = make_fixtures("built")
FIRST_VIEW = 100_000
HELPERS = ("helpers.html", "helpers.en.html", "helpers.km.html")


@pytest.fixture(scope="module")
def starts(content):
    """Language -> start page."""
    first, *others = dict.fromkeys(code for pair in content.guide.pairs for code in pair.split("-"))
    return {first: "index.html"} | {code: f"{code}.html" for code in others}


@pytest.fixture(scope="module")
def phone_pages(manifest):
    """The pages of the handouts."""
    return sorted({entry["html"] for entry in manifest["handouts"]})


@pytest.fixture(scope="module")
def paths(starts, phone_pages):
    """All pages of the site."""
    return [*starts.values(), *HELPERS, *phone_pages]


@pytest.mark.parametrize(
    ("viewport", "step"),
    [
        pytest.param(PHONE, 5, id="phone, every fifth page"),
        pytest.param(PHONE, 1, marks=pytest.mark.long, id="phone"),
        pytest.param(DESK, 1, marks=pytest.mark.long, id="desk"),
    ],
)
def test_axe_finds_nothing(visit, address, manifest, paths, viewport, step):
    """No finding by axe-core, best practices included, on any page with everything opened, nor on the cards."""
    operator = manifest["handouts"][0]["operator"]
    checker, page = axe.Axe(), visit(address, viewport)
    for path in paths[::step]:
        page.goto(urljoin(address, path))
        page.evaluate(OPEN_ALL)
        if page.locator("#both").is_visible():
            page.check("#both")
        assert [v["id"] for v in checker.run(page).response["violations"]] == [], path
        if path.startswith(f"html/{operator}."):
            page.click("[popovertarget=card]")
            assert [v["id"] for v in checker.run(page).response["violations"]] == [], path


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["script", "no script"])
def test_two_taps_to_every_pdf(visit, address, manifest, starts, content, script):
    """Two taps to the likely PDF: the operator, then the PDF; all others are a tap further. Each is the manifest's."""
    page = visit(address, java_script_enabled=script)
    page.add_init_script("localStorage.clear()")  # else the operator of the last visit is open already
    likely = {pair.partition("-")[0]: pair for pair in reversed(content.guide.pairs)}
    counts = set()
    for entry in manifest["handouts"]:
        page.goto(urljoin(address, starts[entry["reader"]]))
        link = page.locator(f"a[download][href='{entry['pdf']}']")
        assert not link.is_visible()
        operator = page.locator(f"details[data-operator={entry['operator']}]")
        taps = [operator.locator("> summary"), link]
        pair, first = f"{entry['reader']}-{entry['staff']}", content.guide.editions[0]
        if (pair, entry["edition"]) != (likely[entry["reader"]], first):
            taps.insert(1, operator.locator(".more > summary"))
        for tap in taps[:-1]:
            tap.click()
        with page.expect_download() as download:
            taps[-1].click()
        data = download.value.path().read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["id"]
        assert download.value.suggested_filename == f"cancel-sim-{entry['id'].replace('.', '-')}.pdf"
        counts.add(len(taps))
    assert counts == {2, 3}


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


def test_first_view_is_light(visit, address, starts):
    """Under 100 kB before a start or helpers' page is complete, even from a host that compresses nothing."""
    for start in (*starts.values(), *HELPERS):
        sizes = {url: len(body) for url, body in load(visit, urljoin(address, start)).items()}
        assert len(sizes) > 5
        assert sum(sizes.values()) < FIRST_VIEW, sizes


@pytest.mark.long
def test_phone_pages_are_light(visit, address, phone_pages):
    """A phone page stays under the same weight from a host that compresses text, as all usual ones do."""
    for path in phone_pages:
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


def test_pages_reflow_at_400_percent(visit, address, paths):
    """At 320 by 256 pixels, a desk's screen at 400 %, nothing needs to be scrolled sideways."""
    page = visit(address, {"width": 320, "height": 256})
    for path in paths:
        page.goto(urljoin(address, path))
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, path


@pytest.mark.parametrize("percent", [100, 200])
def test_pages_fit_with_large_text(visit, address, paths, percent):
    """With text of 200 % too, no page scrolls sideways on a phone, no bar covers a third, lines begin and end well."""
    page = visit(address)
    for path in paths:
        check_text_size(page, urljoin(address, path), percent, "text alone")
