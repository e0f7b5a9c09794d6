"""The preview outlives what goes for a moment, fails or comes at the same time, and goes on with all that is left."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from serving import Events, copy_project, fetch, run_preview

from handout.preview.app import HOST, read_states
from handout.preview.preview import OpenHandout, Preview
from handout.render.page import make_environment

NAME, OTHER = "alpha.en-km.counter", "beta.en-km.counter"


@pytest.fixture
def project(tmp_path):
    """A copy of the project."""
    return copy_project(tmp_path)


@pytest.fixture
def preview(content_copy, templates, tmp_path):
    """A preview of that copy and of its own templates, in which two handouts were opened."""
    made = Preview(content_copy, tmp_path, environment=make_environment(templates))
    made.opened = {name: OpenHandout() for name in (NAME, OTHER)}
    [*_, last] = made.update()
    assert last["problems"] == ""
    return made


def edit(path, old, new):
    """Save a file with other words."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def list_changed(events, kind):
    """Return the handouts whose phone page or PDF has changed."""
    return [event["id"] for event in events if kind in event]


def test_handout_that_was_gone_is_followed_again(preview, content_copy, tmp_path):
    """While an operator's file is away its handout is not offered; once it is back, edits come to its open page."""
    path = content_copy / "operators" / "alpha.yaml"
    path.rename(tmp_path / "away")
    [*_, last] = preview.update()
    assert NAME not in last["handouts"]
    (tmp_path / "away").rename(path)
    [*_, last] = preview.update()
    assert NAME in last["handouts"]
    edit(content_copy / "guide.yaml", "en: Cancel your", "en: End your")
    changed = list(preview.update())
    assert list_changed(changed, "phone") == list_changed(changed, "pdf") == [NAME, OTHER]


@pytest.mark.parametrize("wrong", ["{{ nothing }}", '{% include "nothing" %}', '<p style="colr: red"></p>'])
def test_handout_that_fails_stops_no_other(preview, templates, wrong):
    """What only one handout has wrong is told with its name; the other one is made."""
    mistake = f'{{% if page.operator.id == "alpha" %}}{wrong}{{% endif %}}<p>made</p>'
    edit(templates / "handout.html.j2", "<main>", f"<main>{mistake}")
    *changed, last = preview.update()
    assert list_changed(changed, "pdf") == [OTHER]
    assert f"{NAME}: " in last["problems"]
    assert OTHER not in last["problems"]


@pytest.mark.parametrize("file", ["site.css", "site.js"])
def test_files_of_the_phone_page_are_followed(preview, templates, file):
    """An edit of its style sheet or script is news of every phone page, and of no PDF."""
    with (templates / "site" / file).open("a", encoding="utf-8") as opened:
        opened.write("\n/* edited */\n")
    changed = list(preview.update())
    assert list_changed(changed, "phone") == [NAME, OTHER]
    assert list_changed(changed, "pdf") == []


def test_stream_begins_with_the_present_state(project):
    """Who connects late, or again, is told the problems, the handouts, and the versions of those that are open."""
    with run_preview(project) as port:
        fetch(port, f"/show/{NAME}")
        events = Events(port)
        assert events.read() == {"id": NAME, "phone": 1, "pdf": 1, "pages": 1}
        edit(project / "content" / "faqs.yaml", "stop using", "cease using")
        assert events.wait("problems")["problems"] == ""
        events.close()
        again = Events(port)
        assert again.read()["phone"] == 2
        again.close()


def test_new_handout_comes_to_all_who_ask_at_once(project):
    """Requests for the same new handout all get it, whichever came first and whatever part they ask for."""
    with run_preview(project) as port, ThreadPoolExecutor() as pool:
        paths = [f"/{kind}/{NAME}" for kind in ("phone", "pdf", "phone", "show")] + [f"/page/{NAME}/0"]
        answers = list(pool.map(lambda path: fetch(port, path), paths))
    assert [status for status, _body in answers] == [200] * len(paths)
    assert b'alt="page 1"' in answers[3][1]


def test_missing_templates_are_told_until_they_are_back(project):
    """The list says in plain words what is wrong with its own template, and files that are gone are not found."""
    folder, paths = project / "templates", ("/", f"/show/{NAME}", "/site.css")
    away = project / "away"
    folder.rename(away)
    with run_preview(project) as port:
        assert [fetch(port, path)[0] for path in paths] == [503, 503, 404]
        away.rename(folder)
        own = folder / "preview.html.j2"
        good = own.read_text("utf-8")
        own.write_text("{% nothing %}" + good, "utf-8")
        status, body = fetch(port, "/")
        assert status == 503
        assert b"preview.html.j2:1:1: error: TemplateSyntaxError" in body
        own.write_text(good, "utf-8")
        assert fetch(port, "/site.css")[0] == fetch(port, "/")[0] == 200


def test_only_start_pages_that_a_site_has_are_found(project):
    """The list stands in for index.html and each language's page; any other name is not found."""
    paths = ("/index.html", "/en.html", "/km.html", "/zh.html", "/nothing.html", "/fr.html", "/alpha.html", "/.html")
    with run_preview(project) as port:
        answers = [fetch(port, path)[0] for path in paths]
    assert answers == [200] * 4 + [404] * 4


def test_site_files_are_asked_for_each_time(project):
    """A browser keeps no style sheet or script without asking."""
    with run_preview(project) as port:
        for path in ("/site.css", "/site.js"):
            connection = http.client.HTTPConnection(HOST, port, timeout=60)
            connection.request("GET", path)
            assert connection.getresponse().getheader("cache-control") == "no-cache"
            connection.close()


def test_links_that_lead_back_are_followed_once(tmp_path):
    """Each file is watched, also below a top that is a link, however many links lead back into the tree."""
    (tmp_path / "real" / "inner").mkdir(parents=True)
    for number in range(3):
        (tmp_path / "real" / "inner" / f"file{number}").touch()
        (tmp_path / "real" / "inner" / f"back{number}").symlink_to(tmp_path / "real")
    (tmp_path / "top").symlink_to(tmp_path / "real")
    states = read_states(tmp_path / "top")
    assert {path.name for path in states} >= {"file0", "file1", "file2"}
    assert len(states) < 100


def test_ctrl_c_waits_for_what_is_being_made(project):
    """A handout that is being made, one that waits for it, and streams of before and after all end as they should."""
    slow = "{% for _ in range(40000000) %}{% endfor %}"
    edit(project / "templates" / "handout.html.j2", "<main>", f"<main>{slow}")
    with ThreadPoolExecutor() as pool:
        with run_preview(project) as port:
            events = Events(port)
            asked = [pool.submit(fetch, port, f"/show/{name}") for name in (NAME, OTHER)]
            time.sleep(0.5)
            late = pool.submit(lambda: time.sleep(0.3) or Events(port))
        answers = [answer.result()[0] for answer in asked]
        streams = [events, late.result()]
    assert sorted(answers) == [200, 503]  # whichever came first
    for opened in streams:
        opened.stream.read()  # raises IncompleteRead for one that is cut off
        opened.close()
