"""The preview in a real browser, whose worker for the published site must not come between."""

import functools
import http.server
import threading

import pytest
from browser import Server, launch, needs_chromium, wait_until
from serving import Events, copy_project, run_preview

pytestmark = [needs_chromium, pytest.mark.long]
NAME = "alpha.en-km"
COUNT = "navigator.serviceWorker.getRegistrations().then(all => all.length)"


@pytest.fixture
def project(tmp_path):
    """A copy of the project."""
    return copy_project(tmp_path / "project")


@pytest.fixture
def profile():
    """A browser profile in which workers are allowed."""
    with launch() as browser:
        yield browser.new_context(service_workers="allow")


def serve_other(folder, port):
    """Let another program serve a folder on a port; return it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Server, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server):
    """End the other program and free its port."""
    server.shutdown()
    server.server_close()


def edit(project, old, new):
    """Save another question."""
    path = project / "content" / "faqs.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def expect_text(page, words):
    """Wait until the phone page inside the preview has the words and no picture of a page is missing."""
    page.frame_locator("#phone").get_by_text(words).first.wait_for(state="attached")
    wait_until(page, "[...document.images].length == 4 && [...document.images].every(i => i.naturalWidth)")


def test_every_view_follows_and_nothing_is_left(project, profile, tmp_path):
    """The third view follows edits as the first does; afterwards another program on the port is seen as it is."""
    page, words = profile.new_page(), "stop using the number"
    with run_preview(project) as port:
        address = f"http://127.0.0.1:{port}/"
        for number in range(3):
            page.goto(f"{address}show/{NAME}")
            page.frame_locator("#phone").locator("main").wait_for()
            edit(project, words, f"view {number}")
            words = f"view {number}"
            expect_text(page, words)
            assert page.evaluate(COUNT) == 0
        page.goto(f"{address}phone/{NAME}", wait_until="networkidle")
        page.reload(wait_until="networkidle")
        assert page.evaluate(COUNT) == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("another program", "utf-8")
    server = serve_other(tmp_path / "other", port)
    for path in ("", "index.html"):
        page.goto(address + path)
        assert page.inner_text("body") == "another program"
    assert page.evaluate(COUNT) == 0
    stop(server)


def test_worker_of_the_published_site_goes(project, profile, frozen_built):
    """A browser that has one from a site on the same port loses it, and the preview is followed."""
    page, server = profile.new_page(), serve_other(frozen_built, 0)
    address = f"http://127.0.0.1:{server.server_port}/"
    page.goto(address, wait_until="networkidle")
    wait_until(page, "navigator.serviceWorker.controller !== null")
    stop(server)
    with run_preview(project, server.server_port):
        page.goto(f"{address}show/{NAME}")
        wait_until(page, f"{COUNT}.then(count => count == 0)")
        page.goto(f"{address}show/{NAME}")
        page.frame_locator("#phone").locator("main").wait_for()
        assert page.evaluate("navigator.serviceWorker.controller === null")
        edit(project, "stop using the number", "follow this")
        expect_text(page, "follow this")


def test_phone_page_leads_back_to_the_list(project, profile):
    """Its link to the start page opens the list itself, not a list inside the preview; the download is the PDF."""
    page = profile.new_page()
    with run_preview(project) as port:
        page.goto(f"http://127.0.0.1:{port}/show/{NAME}")
        phone = page.frame_locator("#phone")
        with page.expect_download() as download:
            phone.locator("a.button[download]").click()
        assert download.value.path().read_bytes().startswith(b"%PDF")
        phone.locator("header > p > a").first.click()
        page.wait_for_url("**/en.html*")
        assert page.locator("select").is_visible()


def test_news_before_the_page_listens_is_not_lost(project, profile):
    """An edit between the page and its stream comes to it, and so does one while the preview was another process."""
    page, waiting = profile.new_page(), []
    with run_preview(project) as port:
        page.route("**/events", lambda route: waiting.append(route), times=1)  # noqa: PLW0108  (no built-in is taken)
        page.goto(f"http://127.0.0.1:{port}/show/{NAME}")
        page.frame_locator("#phone").locator("main").wait_for()
        edit(project, "stop using the number", "before it listens")
        events = Events(port)
        while events.wait("problems")["problems"]:
            pass
        events.close()
        waiting[0].continue_()
        expect_text(page, "before it listens")
    edit(project, "before it listens", "while none ran")
    with run_preview(project, port):
        expect_text(page, "while none ran")


def test_frame_that_shows_another_phone_page_is_followed(project, profile):
    """After a link to another language, in either direction, the frame follows edits of what it shows."""
    page, words = profile.new_page(), "stop using the number"
    with run_preview(project) as port:
        page.goto(f"http://127.0.0.1:{port}/show/{NAME}")
        for other in ("zh-en", "en-km"):
            shown = page.frame_locator("#phone").locator(f"main[data-handout='alpha.{other}']")
            page.frames[1].goto(f"http://127.0.0.1:{port}/phone/alpha.{other}.html")
            shown.wait_for()
            edit(project, words, f"in {other}")
            words = f"in {other}"
            shown.get_by_text(words).first.wait_for(state="attached")


def test_list_without_a_handout_follows_what_there_is(project, profile):
    """A handout that is not there yet is shown when it is, and a shown one stays while its file is away."""
    page, path = profile.new_page(), project / "content" / "operators" / "alpha.yaml"
    path.rename(project / "away")
    with run_preview(project) as port:
        page.goto(f"http://127.0.0.1:{port}/show/{NAME}")
        assert page.locator("option", has_text="alpha").count() == page.locator("#phone").count() == 0
        (project / "away").rename(path)
        page.frame_locator("#phone").locator("main").wait_for()
        events = Events(port)
        path.rename(project / "away")
        while NAME in events.wait("problems")["handouts"]:
            pass
        (project / "away").rename(path)
        while NAME not in events.wait("problems")["handouts"]:
            pass
        events.close()
        edit(project, "stop using the number", "after it was away")
        expect_text(page, "after it was away")


def test_page_1_is_filled_in(project, profile):
    """On the phone page of the preview, as on the published one: who changes a field tries it there."""
    page = profile.new_page()
    with run_preview(project) as port:
        page.goto(f"http://127.0.0.1:{port}/phone/{NAME}")
        page.check("#ask-cancel")
        page.fill("#field-name", "WANG LI")
        page.click("[data-make]")
        wait_until(page, "document.querySelector('[data-picture] img') !== null")
        assert page.inner_text("[data-problem]") == ""
        with page.expect_download() as download:
            page.click("[data-save]")
        assert download.value.suggested_filename == "cancel-sim-alpha-en-km-filled.pdf"
        page.close()
