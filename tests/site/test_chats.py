"""The help inside chats: where it shows, what its buttons do, and that real browsers are left alone."""

from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

import pytest
from browser import LINE_EDGES, WIDTHS, make_fixtures, needs_chromium, wait_until

from handout.base.paths import ROOT

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="browser tests left out: no axe-core")

pytestmark = [needs_chromium, pytest.mark.long]
address, browser, visit = make_fixtures("frozen_built")
LINES = (ROOT / "tests" / "data" / "user_agents.tsv").read_text("utf-8").splitlines()
AGENTS = {name: (kind, agent) for kind, name, agent in (row.split("\t") for row in LINES if not row.startswith("#"))}
SAFARI = AGENTS["Safari, iPhone"][1]
PATHS = ("index.html", "km.html", "html/alpha.en-km.html")
SMALL = {"width": 360, "height": 640}
WORDS = "[data-chats] > div > p:not(.actions)"  # seen at once when the help is open
FIRST = f"{WORDS} >> nth=1"
OTHERS = "[data-chats] details > summary"


def get_agent(name):
    """The user agent of that name."""
    return AGENTS[name][1]


@pytest.fixture(scope="module")
def shared(browser, address):
    """One page for all questions that need no page of their own."""
    page = browser.new_page()
    page.goto(urljoin(address, "en.html"))
    yield page
    page.close()


@pytest.mark.parametrize("name", AGENTS)
def test_chats_are_told_from_browsers(shared, name):
    """The browsers inside chats and other apps are recognised by what they call themselves, real ones are not."""
    kind, agent = AGENTS[name]
    assert shared.evaluate("userAgent => isInChat({ userAgent })", agent) is (kind == "chat")


NAMES = ["MicroMessenger/8", "wxwork/4", "QQ/9", "Telegram-Android/11", "FBAN/x", "FBAV/5", "FB_IAB/x", "MetaIAB"]
NAMES += [
    "Instagram 3",
    "Barcelona 3",
    "Line/8",
    "musical_ly_4",
    "trill_4",
    "BytedanceWebview/d",
    "Weibo",
    "AliApp(AP/1)",
]
NAMES += [
    "KAKAOTALK",
    "Snapchat/1",
    "Zalo iOS/5",
    "Viber/2",
    "LinkedInApp",
    "Twitter",
    "WA4A/2",
    "WAiOS/2",
    "NAVER(inapp;",
]


@pytest.mark.parametrize("name", NAMES)
def test_name_is_enough(shared, name):
    """An app that names itself is recognised, in small letters too, where all else is as in Safari."""
    for agent in (f"{SAFARI} {name}", f"{SAFARI} [{name.lower()};]"):
        assert shared.evaluate("userAgent => isInChat({ userAgent })", agent), agent


@pytest.mark.parametrize("name", ["an unnamed app, iPhone", "an unnamed app, iPad as a desk"])
def test_home_screen_app_is_no_chat(shared, name):
    """An iPhone's home-screen app has the name of an app's browser, and the iPhone says that it is none."""
    assert not shared.evaluate("userAgent => isInChat({ userAgent, standalone: true })", get_agent(name))


@pytest.mark.parametrize("sign", ["TelegramWebview", "TelegramWebviewProxy"])
@pytest.mark.parametrize("path", PATHS[1:])
def test_telegram_is_known_by_its_property(visit, address, sign, path):
    """Telegram has the user agent of Safari or Chrome: what it puts into the page gives it away."""
    page = visit("about:blank", SMALL, user_agent=SAFARI)
    page.add_init_script(f"window.{sign} = {{}}")
    page.goto(urljoin(address, path))
    assert page.locator(FIRST).is_visible()


@pytest.mark.parametrize("path", PATHS)
def test_help_is_in_sight_inside_a_chat(visit, address, path):
    """Inside a chat the words show at once: above the operators, or right below the phone page's buttons."""
    page = visit(urljoin(address, path), SMALL, user_agent=get_agent("WeChat, iPhone"))
    first = page.locator(FIRST)
    assert first.is_visible()
    assert "•••" in first.inner_text()
    assert not page.locator("[data-chats] details p").first.is_visible()
    below = page.locator(".operator" if page.locator(".operator").count() else "#counter").first
    assert first.bounding_box()["y"] < min(SMALL["height"], below.bounding_box()["y"])


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("path", PATHS)
def test_help_is_one_line_elsewhere(visit, address, path, script):
    """In a real browser, or without JavaScript, it is one folded line below the buttons, which opens at a tap."""
    page = visit(urljoin(address, path), SMALL, user_agent=SAFARI, java_script_enabled=script)
    line, words = page.locator("[data-chats] > summary"), page.locator(WORDS)
    assert line.bounding_box()["height"] < 60
    assert not any(words.evaluate_all("all => all.map(e => e.checkVisibility())"))
    buttons = page.locator(".operator, header > .actions").last.bounding_box()
    assert line.bounding_box()["y"] >= buttons["y"] + buttons["height"]
    line.click()
    assert all(words.evaluate_all("all => all.map(e => e.checkVisibility())"))
    assert not page.locator("[data-leave], [data-home]").first.is_visible()
    page.click(OTHERS)
    if script:
        page.locator("[data-copy]").wait_for(state="visible")
    else:
        assert not page.locator("[data-copy]").is_visible()


def test_help_costs_a_browser_no_request(visit, address):
    """What only the help's buttons need is loaded when the help opens, and not before."""
    page, asked = visit("about:blank", user_agent=SAFARI), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(address, wait_until="networkidle")
    assert "site.js" in asked
    assert "chats.js" not in asked
    page.click("[data-chats] > summary")
    page.click(OTHERS)
    page.locator("[data-copy]").wait_for(state="visible")
    assert asked.count("chats.js") == 1


def test_help_works_from_a_disk(visit, frozen_built):
    """A page from a disk may load no module: the words are there, no button is, and nothing is said on the console."""
    page = visit((frozen_built / "html/alpha.zh-km.html").as_uri(), user_agent=get_agent("Facebook, Android"))
    assert page.locator(FIRST).is_visible()
    page.wait_for_timeout(200)
    page.click(OTHERS)
    assert not page.locator("[data-chats] .button").filter(visible=True).count()


@pytest.mark.parametrize("path", PATHS[1:])
def test_home_screen_app_says_how_to_come_back(visit, address, path):
    """Where a PDF has no way back, the page says beforehand which gesture leads back, and shows no help for chats."""
    page = visit("about:blank", SMALL, user_agent=get_agent("an unnamed app, iPhone"))
    page.add_init_script("Object.defineProperty(navigator, 'standalone', { value: true })")
    page.goto(urljoin(address, path))
    assert page.locator("[data-home]").is_visible()
    assert not page.locator(FIRST).is_visible()


@pytest.mark.parametrize("path", ["en.html#beta", "html/alpha.zh-km.html?from=chat"])
def test_link_is_copied(visit, address, path):
    """A tap copies this page's whole address, and the page says so to eyes and ears."""
    page = visit(urljoin(address, path), user_agent=SAFARI, permissions=["clipboard-read", "clipboard-write"])
    page.click("[data-chats] > summary")
    page.click(OTHERS)
    page.click("[data-copy]")
    page.locator("[role=status] [data-copied=true]").wait_for(state="visible")
    assert page.evaluate("navigator.clipboard.readText()") == urljoin(address, path)
    assert not page.locator("[data-link], [data-copied=false]").first.is_visible()


@pytest.mark.parametrize(
    ("clipboard", "obeys"), [("undefined", False), ("{ writeText: () => Promise.reject(new Error()) }", True)]
)
def test_link_is_shown_where_it_cannot_be_copied(visit, address, clipboard, obeys):
    """Without a clipboard the address stands in a field, all of it selected; what is said is what happened."""
    page = visit("about:blank", SMALL, user_agent=get_agent("WeChat, Android"))
    page.add_init_script(f"Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }})")
    page.add_init_script(f"document.execCommand = () => {str(obeys).lower()}")
    url = urljoin(address, "html/alpha.zh-km.html")
    page.goto(url)
    page.click(OTHERS)
    page.click("[data-copy]")
    page.locator(f"[data-copied={str(obeys).lower()}]").wait_for(state="visible")
    assert not page.locator(f"[data-copied={str(not obeys).lower()}]").is_visible()
    field = page.locator("[data-link]")
    assert field.input_value() == url
    assert field.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == url
    assert field.evaluate("e => document.activeElement === e")


WAYS = [
    ("WeChat, Android", None),
    ("WeCom, iPhone", None),
    ("QQ, iPhone", None),
    ("Chrome, Windows", None),
    ("an unnamed app, iPad as a desk", None),
    ("Instagram, iPhone", "instagram"),
    ("Instagram, Android", "instagram"),
    ("LINE, iPhone", "https"),
    ("LINE, Android", "https"),
    ("Facebook, Android", "intent"),
    ("Telegram, Android", "intent"),
    ("TikTok, iPhone", "x-safari-https"),
    ("Facebook, iPhone", "x-safari-https"),
]
PLACES = ["https://example.org/", "https://example.org:8443/a%20b/en.html?x=1&y=%C3%A9;z", "http://10.0.0.7/km.html?q"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("name", "scheme"), WAYS)
def test_way_out_leads_to_the_same_page(shared, address, name, scheme, place):
    """Whatever the app's way out is called, it has this page's address, whole; where none is known there is none."""
    made = ask_way_out(shared, address, get_agent(name), place)
    if scheme is None:
        assert made == ""
        return
    assert urlsplit(made).scheme == scheme.replace("https", urlsplit(place).scheme)
    if scheme == "intent":
        assert made.startswith("intent:" + place.partition(":")[2] + "#Intent;")
        extras = dict(part.split("=") for part in made.partition("#Intent;")[2].split(";") if "=" in part)
        assert extras == {"scheme": urlsplit(place).scheme, "S.browser_fallback_url": quote(place, safe="")}
        assert made.endswith(";end")
    elif scheme == "instagram":
        assert unquote(made.partition("url=")[2]) == place
    elif scheme == "https":
        assert parse_qs(urlsplit(made).query)["openExternalBrowser"] == ["1"]
        assert made.startswith(place)
    else:
        assert made == f"x-safari-{place}"


@pytest.mark.parametrize("place", ["file:///sdcard/site/index.html", "content://files/index.html", "about:blank"])
@pytest.mark.parametrize("name", [name for name, scheme in WAYS if scheme])
def test_no_way_out_of_a_file(shared, address, name, place):
    """Only a page from the web has an address that another browser can open."""
    assert ask_way_out(shared, address, get_agent(name), place) == ""


def ask_way_out(page, address, agent, place):
    """The way out of that browser from that page."""
    module = urljoin(address, "chats.js")
    script = "async ([module, agent, place]) => (await import(module)).findWayOut(agent, new URL(place))"
    return page.evaluate(script, [module, agent, place])


@pytest.mark.parametrize("name", ["WeChat, Android", "LINE, Android"])
def test_way_out_is_a_button_only(visit, address, name):
    """The way out is offered where there is one, and not taken without a tap."""
    url = urljoin(address, "html/alpha.zh-km.html")
    page = visit(url, user_agent=get_agent(name))
    wait_until(page, "!document.querySelector('[data-copy]').hidden")
    assert page.url == url
    assert page.locator("[data-leave]").is_visible() is (name != "WeChat, Android")
    if name != "WeChat, Android":
        page.click("[data-leave]")
        page.wait_for_url(f"{url}?openExternalBrowser=1")


@pytest.mark.parametrize("path", PATHS)
def test_open_help_is_accessible(visit, address, path):
    """axe finds nothing in the opened help, with its field shown; nothing is wider than the phone, at 200 % either."""
    page = visit("about:blank", SMALL, user_agent=get_agent("Facebook, Android"))
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(urljoin(address, path))
    page.click(OTHERS)
    page.click("[data-copy]")
    wait_until(page, "document.querySelector('[data-copied]:not([hidden])') !== null")
    assert [found["id"] for found in axe.Axe().run(page, context="[data-chats]").response["violations"]] == []
    for size in ("100%", "200%"):
        page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        assert all(whole <= seen for whole, seen in page.evaluate(WIDTHS)), size
        assert page.evaluate(LINE_EDGES) == [], size
