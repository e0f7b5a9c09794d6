"""The preview shows both pages, follows each saved change, and keeps the last good pages when something is wrong."""

from __future__ import annotations

import json
import re
import shutil
import socket
import time
from urllib.parse import urljoin

import pytest
from serving import Events, copy_project, fetch, run_preview

from handout.base.diagnostics import MachineError
from handout.preview.app import HOST, serve_preview
from handout.site.pages import SHARED_FILES

NAME = "alpha.en-km"


@pytest.fixture
def project(tmp_path):
    """A copy of the project."""
    return copy_project(tmp_path)


@pytest.fixture
def server(project, monkeypatch):
    """A running preview of that copy, in a codespace; its port."""
    monkeypatch.setenv("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", "ports.example")
    with run_preview(project) as port:
        yield port


def test_preview_follows_changes(server, project):
    """Both pages are shown; a saved text comes to both; a mistake is shown with its place and mended again."""
    status, page = fetch(server, f"/show/{NAME}")
    assert status == 200
    assert b'alt="page 4"' in page
    assert fetch(server, f"/pdf/{NAME}")[1].startswith(b"%PDF")
    assert fetch(server, f"/page/{NAME}/0")[1].startswith(b"\x89PNG")
    events, faqs = Events(server), project / "content" / "faqs.yaml"
    good = faqs.read_text(encoding="utf-8")
    before = fetch(server, f"/pdf/{NAME}")[1]
    faqs.write_text(
        good.replace("en: Can I just stop using the number?", "en: What if the number lapses?"), encoding="utf-8"
    )
    assert events.wait("phone")["id"] == NAME
    assert b"What if the number lapses?" in fetch(server, f"/phone/{NAME}")[1]
    assert events.wait("pdf")["pages"] == 4
    assert fetch(server, f"/pdf/{NAME}")[1] != before
    faqs.write_text(good.replace("  question:\n", "  qestion:\n", 1), encoding="utf-8")
    while "qestion" not in (message := events.wait("problems"))["problems"]:
        pass
    assert "faqs.yaml:3:3: error: unknown key" in message["problems"]
    assert b"What if the number lapses?" in fetch(server, f"/phone/{NAME}")[1]
    faqs.write_text(good, encoding="utf-8")
    while "qestion" in events.wait("problems")["problems"]:
        pass
    assert b"Can I just stop using the number?" in fetch(server, f"/phone/{NAME}")[1]
    events.close()


def test_only_this_machine(server):
    """It listens on loopback, answers to no other name but a codespace's, and shows no other file."""
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", server))
    assert fetch(server, "/", host="evil.example")[0] == 400
    assert fetch(server, "/", host=f"a-name-{server}.ports.example")[0] == 200
    assert fetch(server, "/pdf/..%2F..%2Fetc%2Fpasswd")[0] == 404
    assert fetch(server, "/../print.css.j2")[0] == 404
    assert fetch(server, "/phone/nothing")[0] == 404


def test_taken_port_is_told(content_copy, tmp_path):
    """A port in use is the machine's lack, with the command that helps."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(MachineError, match=f"--port {port + 1}"):
            serve_preview(content_copy, port, tmp_path, print)


def wait_for(server, path, words):
    """Wait until an answer has these words."""
    for _ in range(400):
        status, body = fetch(server, path)
        if status == 200 and words.encode() in re.sub(rb"<[^>]*>", b"", body):
            return
        time.sleep(0.05)
    pytest.fail(f"{words!r} does not come to {path}")


@pytest.mark.parametrize("name", [NAME, f"{NAME}.large"])
def test_each_link_of_a_phone_page_leads_somewhere(server, name):
    """The download is the PDF, the start pages lead to the list, other languages to their own phone page."""
    page = f"http://{HOST}:{server}/phone/{name}"
    body = fetch(server, f"/phone/{name}")[1].decode()
    links = {urljoin(page, link) for link in re.findall(r'(?:href|src|data-make)="([^"]+)"', body)}
    own = sorted(link.removeprefix(page[: page.index("/phone")]) for link in links if link.startswith(page[:17]))
    answers = {path: fetch(server, path.split("#")[0]) for path in own}
    assert {path: status for path, (status, _) in answers.items() if status != 200} == {}
    assert answers[f"/pdf/{name}.pdf"][1].startswith(b"%PDF")
    assert b"<option >beta.en-km</option>" in answers["/en.html#alpha"][1]
    assert b'data-handout="alpha.zh-km"' in answers["/phone/alpha.zh-km.html"][1]
    assert {"/site.css", "/site.js", "/icon.svg", f"/forms/{name}.json"} <= answers.keys()
    pictures = [body for path, (_, body) in answers.items() if path.startswith("/picture/")]
    assert len({*pictures}) == len(pictures) == (2 if name.endswith("large") else 1)


def test_what_fills_in_a_phone_page_is_there(server):
    """Its scripts, the form of the PDF as it is now, and all files that this names, the letters' font among them."""
    assert fetch(server, f"/forms/{NAME}.json")[0] == 200
    form = json.loads(fetch(server, f"/forms/{NAME}.json")[1])
    assert {name for name, field in form["fields"].items() if "on" not in field} > {"field-number", "field-name"}
    pdf = fetch(server, f"/{form['pdf']}")[1]
    assert form["id"].encode() in pdf[pdf.rindex(b"/ID") :]
    assert fetch(server, f"/{form['picture']}")[1].startswith(b"\x89PNG")
    assert fetch(server, f"/{form['font']['file']}")[1].startswith(b"wOF2")
    assert [fetch(server, f"/{name}")[0] for name in SHARED_FILES] == [200] * len(SHARED_FILES)


def test_what_is_not_there_is_not_found(server):
    """Pages beyond the last and names that are none are 404, however odd they are, and before a handout is open too."""
    numbers = ("4", "99", "-1", "00", "1.5", "x", "%00", "%D9%A3", "9" * 40, "9" * 5000)
    names = ("nothing", "alpha", "alpha.en", "%00", "%F0%9F%98%80", "..", "..%2Fsite", "a" * 300, "%E0", "'\"")
    assert fetch(server, f"/page/{NAME}/3")[0] == 200
    assert fetch(server, f"/picture/{NAME}.png") == fetch(server, f"/page/{NAME}/0")
    paths = [f"/page/{NAME}/{number}" for number in numbers] + [f"/page/{name}/0" for name in names]
    paths += [
        f"/{kind}/{name}{end}"
        for kind in ("show", "phone", "pdf", "picture", "forms")
        for name in names
        for end in ("", ".pdf")
    ]
    paths += [f"/{name}" for name in names if name != ".."]
    odd = {path: status for path in paths if (status := fetch(server, path)[0]) != 404}
    assert odd == {}


def test_handout_that_cannot_be_made_is_not_found(server, project):
    """Its problem is shown with the list; PDF, pages and phone page are 404 until the mistake is mended."""
    template = project / "templates" / "handout.html.j2"
    good = template.read_text("utf-8")
    template.write_text(good.replace("<main>", "{{ nothing }}<main>"), "utf-8")
    wait_for(server, f"/show/{NAME}", "handout.html.j2")
    paths = (f"/pdf/{NAME}", f"/page/{NAME}/0", f"/phone/{NAME}", f"/forms/{NAME}.json")
    assert [fetch(server, path)[0] for path in paths] == [404, 404, 404, 404]
    template.write_text(good, "utf-8")
    wait_for(server, f"/pdf/{NAME}", "%PDF")
    assert [fetch(server, path)[0] for path in paths] == [200, 200, 200, 200]


def test_handout_that_is_taken_out_is_not_found(server, project):
    """A pair that the guide no longer has is 404 with the list, and is there again when the guide has it again."""
    guide = project / "content" / "guide.yaml"
    good = guide.read_text("utf-8")
    paths = [f"/show/{NAME}", f"/phone/{NAME}", f"/pdf/{NAME}", f"/page/{NAME}/0"]
    assert [fetch(server, path)[0] for path in paths] == [200, 200, 200, 200]
    events = Events(server)
    guide.write_text(good.replace(", en-km", ""), "utf-8")
    while NAME in events.wait("problems")["handouts"]:
        pass
    assert [fetch(server, path)[0] for path in paths] == [404, 404, 404, 404]
    guide.write_text(good, "utf-8")
    while NAME not in events.wait("problems")["handouts"]:
        pass
    events.close()
    assert [fetch(server, path)[0] for path in paths] == [200, 200, 200, 200]


def rename_over(folder):
    """Save as editors do that write another file and rename it."""
    (folder / "saving").write_bytes((folder / EDITED[folder.name]).read_bytes())
    (folder / "saving").replace(folder / EDITED[folder.name])


def move_away(folder):
    """Put a copy in the folder's place."""
    shutil.copytree(folder, folder.with_name("new"), symlinks=True)
    folder.rename(folder.with_name("old"))
    folder.with_name("new").rename(folder)


def take_away(folder):
    """Let the folder be gone for a while."""
    folder.rename(folder.with_name("away"))
    time.sleep(0.6)
    folder.with_name("away").rename(folder)


def write_anew(folder):
    """Remove the folder and write it again, as a checkout does."""
    shutil.copytree(folder, folder.with_name("copy"), symlinks=True)
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("copy"), folder, symlinks=True)


def link_other(folder):
    """Put a link to another folder in the folder's place."""
    folder.rename(folder.with_name("linked"))
    folder.symlink_to(folder.with_name("linked"))


EDITED = {"content": "faqs.yaml", "templates": "site/handout.html.j2"}


@pytest.mark.parametrize("folder", ["content", pytest.param("templates", marks=pytest.mark.long)])
def test_replaced_folder_is_still_followed(server, project, folder):
    """Whatever takes the place of the content or the templates, the next edits there are followed."""
    fetch(server, f"/show/{NAME}")
    path, words = project / folder / EDITED[folder], {"content": "stop using the number", "templates": "<header>"}
    old = words[folder]
    for change in (rename_over, move_away, take_away, write_anew, link_other):
        change(project / folder)
        time.sleep(0.6)
        for number in range(2):
            added = f" {change.__name__} {number}"
            new = old + added
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
            wait_for(server, f"/phone/{NAME}", added)
            old = new


@pytest.mark.parametrize(
    ("file", "place", "wrong", "right"),
    [
        pytest.param("handout.html.j2", "<main>", "{% nothing %}<main>", "<main> ", marks=pytest.mark.long),
        ("handout/faqs.html.j2", "<section", '<p style="colr: red"></p><section', "<p>mended</p><section"),
        *(
            pytest.param(
                "handout/faqs.html.j2", "<section", wrong + "<section", "<p>mended</p><section", marks=pytest.mark.long
            )
            for wrong in ("{{ nothing }}", '{% include "nothing" %}', '<img src="http://127.0.0.1/">')
        ),
        pytest.param("print.css.j2", "{%", "{{ nothing }}{%", "p { color: #111 }\n{%", marks=pytest.mark.long),
        ("print/page.css.j2", "@page", "p { colr: red }\n@page", "p { color: #111 }\n@page"),
        *(
            pytest.param("print/page.css.j2", "@page", wrong, "p { color: #111 }\n@page", marks=pytest.mark.long)
            for wrong in ("{% nothing %}\n@page", "@import url(x.css);\n@page")
        ),
    ],
)
def test_mended_template_shows_no_old_error(server, project, file, place, wrong, right):
    """A mistake in a page, a style sheet or what they include is shown, and gone with the next save without one."""
    before, events = fetch(server, f"/pdf/{NAME}")[1], Events(server)
    path = project / "templates" / file
    good = path.read_text("utf-8")
    for _ in range(2):
        path.write_text(good.replace(place, wrong, 1), "utf-8")
        while "[preview]" not in events.wait("problems")["problems"]:
            pass
        path.write_text(good.replace(place, right, 1), "utf-8")
        while events.wait("problems")["problems"]:
            pass
        assert fetch(server, f"/pdf/{NAME}")[1] != before
    events.close()


def test_ctrl_c_ends_open_pages(project):
    """With pages open it ends at once and says nothing, and their streams of events end as they should."""
    with run_preview(project) as port:
        open_pages = [Events(port), Events(port)]
        start = time.monotonic()
    assert time.monotonic() - start < 15
    for events in open_pages:
        assert b"data:" not in events.stream.read()  # raises IncompleteRead for one that is cut off
        events.close()
