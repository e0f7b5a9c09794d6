"""My details on the phone page: written there, made into page 1 on the device, and neither stored nor sent."""

import base64
import io
import json
import re
from urllib.parse import urljoin

import pikepdf
import pytest
from browser import PHONE, WIDTHS, make_fixtures, needs_chromium, wait_until
from PIL import Image, ImageChops

from handout.base.paths import FONTS, TEMPLATES
from handout.plan.handouts import Handout, MadeHandout
from handout.render.page import make_environment
from handout.site.pages import Site, render_phone_page

address, browser, visit = make_fixtures("frozen_built")
in_browser = [needs_chromium, pytest.mark.long]
PAGE, SCREEN = "html/alpha.zh-km.html", {"width": 360, "height": 640}
MADE = "!document.querySelector('[data-filled]').hidden"
CLEAR = "details:has([data-clear]) > summary"
TOKEN = "QZXJ"  # in no file of the site


def read_attributes(tag):
    """Return the attributes of a tag's source."""
    return dict(re.findall(r'([\w-]+)="([^"]*)"', tag))


@pytest.mark.parametrize("pair", ["zh-km", "en-km", "zh-en"])
def test_each_detail_is_an_input_with_its_keys_and_hint(frozen_content, tmp_path, pair):
    """Each field and the date has an input: its keyboard, no memory of the browser's own, and its hint, hidden."""
    made = MadeHandout(Handout("alpha", *pair.split("-"), "standard"), 4, 1, "", [])
    html = render_phone_page(Site(frozen_content, make_environment(TEMPLATES), FONTS, tmp_path), made)
    counter = frozen_content.guide.counter
    wanted = {field.id: (field.keyboard, field.hint) for field in counter.fields if field.kind == "text"}
    wanted["request-date"] = ("words", counter.request_date_hint)
    part = html.split("<div data-details>")[1].split("<fieldset")[0]
    inputs = {tag["id"]: tag for tag in map(read_attributes, re.findall("<input[^>]*>", part))}
    assert inputs.keys() == wanted.keys()
    assert {keyboard for keyboard, _hint in wanted.values()} >= {"words", "capitals", "phone"}
    for name, (keyboard, hint) in wanted.items():
        assert inputs[name]["type"] == ("tel" if keyboard == "phone" else "text")
        assert inputs[name].get("inputmode") == ("numeric" if keyboard == "digits" else None)
        assert inputs[name]["autocapitalize"] == ("characters" if keyboard == "capitals" else "off")
        assert (inputs[name]["autocomplete"], inputs[name]["spellcheck"]) == ("off", "false")
        assert inputs[name].get("aria-describedby") == (f"{name}-hint" if hint else None)
        assert (f'id="{name}-hint" hidden' in part) is bool(hint)


@pytest.mark.parametrize("keyboards", [[], ["field-number"], ["field-contact", "field-number"]])
def test_card_asks_for_the_number_alone(frozen_content, tmp_path, keyboards):
    """The number is the first field with a telephone's keyboard; without one the page is made all the same."""
    fields = [
        field.model_copy(update={"keyboard": "phone" if field.id in keyboards else "words"})
        for field in frozen_content.guide.counter.fields
    ]
    counter = frozen_content.guide.counter.model_copy(update={"fields": fields})
    guide = frozen_content.guide.model_copy(update={"counter": counter})
    content = frozen_content.model_copy(update={"guide": guide})
    made = MadeHandout(Handout("alpha", "zh", "km", "standard"), 4, 1, "", [])
    html = render_phone_page(Site(content, make_environment(TEMPLATES), FONTS, tmp_path), made)
    expected = ["field-number"] if keyboards else []
    assert re.findall(r'<li data-ask="([^"]+)" data-number', html) == expected


def test_each_note_of_my_details_is_among_them(frozen_content, tmp_path):
    """A blank of a choice is written under "My details" too: the script keeps none of these."""
    fields = [
        field.model_copy(update={"options": [one.model_copy(update={"blank": True}) for one in field.options]})
        for field in frozen_content.guide.counter.fields
    ]
    ids = [option.id for field in fields for option in field.options]
    counter = frozen_content.guide.counter.model_copy(update={"fields": fields})
    guide = frozen_content.guide.model_copy(update={"counter": counter})
    content = frozen_content.model_copy(update={"guide": guide})
    made = MadeHandout(Handout("alpha", "zh", "km", "standard"), 4, 1, "", [])
    html = render_phone_page(Site(content, make_environment(TEMPLATES), FONTS, tmp_path), made)
    details = html.split("<div data-details>")[1]
    depths = ((tag.start(), details[: tag.end()].count("<div")) for tag in re.finditer("</div>", details))
    end = next(place for closed, (place, opened) in enumerate(depths) if opened == closed)  # of the whole part
    notes = re.findall('<input type="text" id="(.*?)-text"', details[:end])
    assert ids
    assert all(note.endswith(name) for note, name in zip(notes, ids, strict=True))


def make_page(page, **values):
    """Write details and have page 1 made of them, with a request if there is none yet."""
    for name, value in values.items():
        page.fill(f"#{name.replace('_', '-')}", value)
    if not page.locator("[data-group=request]:checked").count():
        page.check("#ask-cancel")
    page.click("[data-make]")
    wait_until(page, MADE)


def read_values(pdf):
    """Return the values of a PDF's fields by name, those that are empty left out."""
    values = {str(field.T): field.get("/V") for field in pdf.Root.AcroForm.Fields}
    return {name: str(value) for name, value in values.items() if value not in (None, "", pikepdf.Name.Off)}


def save_pdf(page):
    """Press the button that saves the PDF; return its name and its values."""
    with page.expect_download() as download:
        page.click("[data-save]")
    with pikepdf.open(download.value.path()) as pdf:
        return download.value.suggested_filename, read_values(pdf)


def read_picture(page):
    """Return the picture that is shown, in grey."""
    kind, data = page.get_attribute("[data-picture] img", "src").split(";base64,")
    assert kind in ("data:image/png", "data:image/jpeg")
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("L")


def press_until(page, selector):
    """Press Tab until the focus is at an element."""
    for _ in range(60):
        if page.evaluate(f"document.activeElement.matches('{selector}')"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {selector}")


class TestInABrowser:
    """What Chromium does with the page of the tests' own content."""

    pytestmark = in_browser

    def test_keys_alone_fill_in_and_save(self, visit, address, frozen_built):
        """By Tab, letters, space and Enter: the PDF has what was written, and its picture has ink there alone."""
        page = visit(urljoin(address, PAGE), SCREEN)
        press_until(page, "#ask-cancel")
        page.keyboard.press("Space")
        for name, typed in (("field-number", "012 345 678"), ("field-name", "WANG LI (Élise) \\ ’")):
            press_until(page, f"#{name}")
            page.keyboard.type(typed)
            assert page.locator(f"#{name}-hint").is_visible()
        press_until(page, "[data-make]")
        page.keyboard.press("Enter")
        wait_until(page, MADE)
        assert page.evaluate("document.activeElement.matches('.filled h3')")
        press_until(page, "[data-save]")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename == "cancel-sim-alpha-zh-km-counter-filled.pdf"
        with pikepdf.open(download.value.path()) as pdf:
            values = read_values(pdf)
        assert values.pop("ask-cancel")
        assert values == {"field-number": "012 345 678", "field-name": "WANG LI (Élise) \\ ’"}
        form = json.loads((frozen_built / "forms/alpha.zh-km.counter.json").read_text("utf-8"))
        drawn, blank = read_picture(page), Image.open(frozen_built / form["picture"]).convert("L")
        assert drawn.size == blank.size
        changed = ImageChops.difference(drawn, blank).point(lambda grey: 255 * (grey > 100))
        inked = {name for name, field in form["fields"].items() if changed.crop(find_box(form, field, drawn)).getbbox()}
        assert inked == {"ask-cancel", "field-number", "field-name"}

    def test_all_that_is_written_and_ticked_is_filled_in(self, visit, address):
        """Each field of the PDF has its input, the clerk's part too; each gets its own value."""
        page = visit(urljoin(address, PAGE), SCREEN)
        page.click(".staff-part > summary")
        names = {"text": [], "checkbox": []}
        for name, kind in page.eval_on_selector_all(
            "main section:first-child input", "all => all.map(e => [e.id, e.type])"
        ):
            names["checkbox" if kind == "checkbox" else "text"].append(name)
        for number, name in enumerate(names["text"]):
            page.fill(f"#{name}", f"v{number}")
        for name in names["checkbox"]:
            page.check(f"#{name}")
        ticked = page.eval_on_selector_all("main section:first-child :checked", "all => all.map(e => e.id)")
        groups = page.eval_on_selector_all("[data-group]", "all => all.map(e => e.dataset.group)")
        assert len(ticked) == len(names["checkbox"]) - len(groups) + len(set(groups))  # of each group one alone
        names["checkbox"] = ticked
        names["text"] = [n for n in names["text"] if n.removesuffix("-text") in (n, *ticked)]
        make_page(page)
        _name, values = save_pdf(page)
        written = {name: page.input_value(f"#{name}") for name in names["text"]}
        assert len(set(written.values())) == len(written) > 8
        assert {name: values.pop(name) for name in names["text"]} == written
        assert values.keys() == set(names["checkbox"])
        assert len(names["checkbox"]) > 8

    def test_page_1_asks_for_one_thing(self, visit, address):
        """Nothing is made without a request; of two the last alone is ticked, and a date is a request to suspend."""
        page = visit(urljoin(address, PAGE), SCREEN)
        page.fill("#field-number", "012 345 678")
        page.click("[data-make]")
        wait_until(page, "document.querySelector('#request-fault').textContent !== ''")
        assert page.evaluate("document.activeElement.id") == "ask-cancel"
        assert not page.locator("[data-filled]").is_visible()
        page.check("#ask-cancel")
        assert page.inner_text("#request-fault") == ""
        page.fill("#ask-suspend-text", "1.2.2027")
        assert [page.is_checked(f"#ask-{name}") for name in ("cancel", "suspend")] == [False, True]
        page.check("#ask-cancel")
        assert [page.is_checked(f"#ask-{name}") for name in ("cancel", "suspend")] == [True, False]
        page.check("#ask-receipt")
        assert page.is_checked("#ask-cancel")
        make_page(page)
        _name, values = save_pdf(page)
        assert values.keys() == {"ask-cancel", "ask-receipt", "field-number"}  # without the date of another request

    def test_the_picture_is_as_large_as_the_page(self, visit, address):
        """Who prints the saved picture in its actual size gets page 1 in its own."""
        page = visit(urljoin(address, PAGE), SCREEN)
        make_page(page, field_number="012 345 678")
        data = page.get_attribute("[data-picture] img", "src").split(";base64,")[1]
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.1)
            picture.verify()

    def test_keys_stay_on_the_card(self, visit, address):
        """Nothing behind the open card can be reached; closing it leads back to its button."""
        page = visit(urljoin(address, PAGE), SCREEN)
        page.focus("[popovertarget=card]")
        page.keyboard.press("Enter")
        wait_until(page, "document.querySelector('main').inert")
        for _ in range(4):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.closest('#card') || document.activeElement === document.body")
        press_until(page, "#card .button")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == "card"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main, .bar') !== null")

    def test_nothing_is_kept_or_sent(self, browser, address):
        """With the service worker at work: no storage, address, history or request has what is under "My details"."""
        context, requests = browser.new_context(viewport=SCREEN, service_workers="allow"), []
        context.on("request", lambda request: requests.append((request.method, request.url, request.post_data or "")))
        page = context.new_page()
        page.goto(urljoin(address, PAGE), wait_until="networkidle")
        wait_until(page, "navigator.serviceWorker.controller !== null")
        length = page.evaluate("history.length")
        page.check("#ask-suspend")
        page.fill("#ask-suspend-text", "a note")
        page.check("#field-plan-plan-prepaid")
        make_page(
            page, field_number=TOKEN, field_name=TOKEN, field_identity=TOKEN, field_contact=TOKEN, request_date=TOKEN
        )
        page.click("[popovertarget=card]")
        page.keyboard.press("Escape")
        kept = page.evaluate("""async () => {
          const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href,
            JSON.stringify(history.state), JSON.stringify(await indexedDB.databases())];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const key of await cache.keys()) texts.push(key.url, await (await cache.match(key)).text());
          }
          return texts;
        }""")
        assert "a note" in kept[0]
        assert len(kept) > 20
        assert not [text for text in kept if TOKEN in text]
        assert kept[5] == "[]"
        assert page.evaluate("history.length") == length + 1  # the card, which was closed
        assert {(method, data) for method, _url, data in requests} == {("GET", "")}
        assert not [
            url for _method, url, _data in requests if TOKEN in url or not url.startswith((address, "data:", "blob:"))
        ]
        page.reload()
        assert page.input_value("#field-number") == ""
        assert page.input_value("#ask-suspend-text") == "a note"
        assert not page.is_checked("#field-plan-plan-prepaid")
        context.close()

    def test_a_change_puts_the_page_away_and_clearing_all_of_it(self, visit, address):
        """What is no longer what is written is not shown; "Clear everything" empties fields, picture and card."""
        page = visit(urljoin(address, PAGE), SCREEN)
        make_page(page, field_number=TOKEN, field_name="WANG LI")
        page.fill("#field-name", "WANG LI 2")
        assert not page.locator("[data-filled]").is_visible()
        assert page.get_attribute("[data-save]", "href") == "#details"
        make_page(page)
        assert save_pdf(page)[1]["field-name"] == "WANG LI 2"
        page.click("[popovertarget=card]")
        assert TOKEN in page.inner_text("#card")
        page.keyboard.press("Escape")
        page.click(CLEAR)
        page.click("[data-clear]")
        assert not page.locator("[data-filled]").is_visible()
        assert not page.locator("[data-picture] img").count()
        assert (
            page.eval_on_selector_all("[data-details] .blank-field input", "all => all.map(e => e.value).join('')")
            == ""
        )
        assert TOKEN not in page.inner_html("#card")

    def test_clearing_asks_first(self, visit, address):
        """One tap asks, in the page, and clears nothing; the second clears, and the question is folded again."""
        page = visit(urljoin(address, PAGE), SCREEN)
        page.fill("#field-name", "WANG LI")
        page.check("#ask-receipt")
        page.click(CLEAR)
        assert page.input_value("#field-name") == "WANG LI"
        assert page.is_checked("#ask-receipt")
        page.click("[data-clear]")
        assert page.input_value("#field-name") == ""
        assert not page.is_checked("#ask-receipt")
        assert not page.locator("[data-clear]").is_visible()

    @pytest.mark.parametrize("place", [PAGE, f"{PAGE}#numbers"])
    @pytest.mark.parametrize("way", ["Back", "the button", "Escape"])
    def test_back_closes_the_card_and_leaves_no_trace(self, visit, address, way, place):
        """The phone's "Back" closes the card, not the page; however it closes, the next "Back" leaves the page."""
        page = visit(address, SCREEN)
        page.goto(urljoin(address, place))
        page.fill("#field-name", "WANG LI")
        for _ in range(2):
            page.click("[popovertarget=card]")
            page.locator("#card").wait_for(state="visible")
            wait_until(page, "history.state === 'card'")
            if way == "Back":
                page.go_back()
            elif way == "Escape":
                page.keyboard.press("Escape")
            else:
                page.click("#card .button")
            page.locator("#card").wait_for(state="hidden")
            wait_until(page, "history.state === null")
        assert page.input_value("#field-name") == "WANG LI"
        assert page.url == urljoin(address, place)
        page.go_back()
        assert page.url == address

    @pytest.mark.parametrize(("field", "asks"), [("field-name", True), ("fact-hours", False), (None, False)])
    def test_leaving_asks_only_who_would_lose_something(self, visit, address, field, asks):
        """Details that are written are gone with the page: the browser asks. What is kept needs no question."""
        page, dialogs = visit(urljoin(address, PAGE), SCREEN), []
        page.context.on("dialog", lambda dialog: dialogs.append(dialog.type))
        if field:
            page.fill(f"#{field}", "x")
        leaving = "new Event('beforeunload', { cancelable: true })"
        assert page.evaluate(f"(event => (dispatchEvent(event), event.returnValue))({leaving})") is not asks
        page.reload()
        assert dialogs == ["beforeunload"] * asks
        page.fill("#field-name", "x")
        page.fill("#field-name", "")
        page.reload()
        assert dialogs == ["beforeunload"] * asks

    def test_page_loaded_anew_behind_the_card_has_no_trace_of_it(self, visit, address):
        """After a reload with the card open it is closed, and one "Back" leaves the page."""
        page = visit(address, SCREEN)
        page.goto(urljoin(address, PAGE))
        page.click("[popovertarget=card]")
        wait_until(page, "history.state === 'card'")
        page.reload()
        wait_until(page, "history.state === null")
        assert not page.locator("#card").is_visible()
        page.go_back()
        assert page.url == address

    def test_card_is_filled_in_where_a_browser_has_no_layer_for_it(self, visit, address):
        """Browsers without popovers show the card at the page's end, with what is written and no button to close it."""
        page = visit("about:blank", SCREEN)
        page.add_init_script("delete HTMLElement.prototype.popover")
        page.goto(urljoin(address, PAGE))
        page.evaluate("document.querySelector('#card').removeAttribute('popover')")
        page.fill("#field-number", "012")
        page.click("[popovertarget=card]")
        line = page.locator("#card li[data-number]")
        wait_until(page, "document.querySelector('#card li[data-number]').getBoundingClientRect().top < innerHeight")
        assert "012" in line.inner_text()
        assert not page.locator("#card .button").is_visible()

    def test_card_says_that_the_number_is_missing(self, visit, address):
        """A card without the number says in the reader's language what is to do; with it, that line is gone."""
        page = visit(urljoin(address, PAGE), SCREEN)
        page.fill("#field-name", "WANG LI")
        for number, shows in (("", True), ("012", False)):
            page.fill("#field-number", number)
            page.click("[popovertarget=card]")
            assert page.locator("#card").is_visible()
            assert page.locator("[data-empty]").is_visible() is shows
            page.click("#card .button")
            wait_until(page, "history.state === null")

    def test_card_shows_the_details_in_the_clerk_s_words(self, visit, address, frozen_content):
        """Each detail that is written stands on the card under its label in the clerk's language, others do not."""
        page = visit(urljoin(address, PAGE), SCREEN)
        page.fill("#field-name", "WANG LI")
        page.check("#field-plan-plan-prepaid")
        page.click("[popovertarget=card]")
        shown = page.locator("#card .card-details li:visible").all_inner_texts()
        labels = {field.id: field.label["km"] for field in frozen_content.guide.counter.fields}
        assert len(shown) == 2
        assert labels["field-name"] in shown[0].replace("\u200b", "").replace("\u2060", "")
        assert "WANG LI" in shown[0]
        assert page.locator("#card .card-details").get_attribute("lang") == "km"

    @pytest.mark.parametrize(
        ("name", "typed", "said"),
        [
            ("field-name", "WANG 王", "lacking"),
            ("field-name", "ខ្មែរ", "lacking"),
            ("field-contact", "a@b.example 🙂", "lacking"),
            ("request-date", "١", "lacking"),
            ("field-number", "012 \u202e", "lacking"),
            ("field-identity", "A" * 300, "too_long"),
            ("ask-suspend-text", "9" * 300, "too_long"),
            ("record-receipt", "Дмитрий", "lacking"),
        ],
    )
    def test_what_cannot_be_printed_is_said_while_it_is_written(self, visit, address, name, typed, said):
        """Below the field, at once, in a closed part too; page 1 is not made of it, and what was written stays."""
        page = visit(urljoin(address, PAGE), SCREEN)
        page.focus("#field-number")
        wait_until(page, "document.querySelector('#field-number-fault') !== null")
        if name.startswith("record"):
            page.click(".staff-part > summary")
        page.fill(f"#{name}", typed)
        fault = page.locator(f"#{name}-fault")
        words = page.text_content(f"[data-say={said}]").split("…")
        assert fault.get_attribute("role") == "alert"
        assert all(part in fault.inner_text() for part in map(str.strip, words))
        named = {"\u202e": "U+202E"}.get(typed[-1], typed.split()[-1][0])  # what cannot be seen, by its number
        assert said != "lacking" or named in fault.inner_text()
        assert page.get_attribute(f"#{name}", "aria-invalid") == "true"
        assert f"{name}-fault" in page.get_attribute(f"#{name}", "aria-describedby").split()
        page.evaluate("document.querySelector('.staff-part').open = false")
        page.click("[data-make]")
        wait_until(page, "document.querySelector('[data-problem]').textContent !== ''")
        assert page.evaluate("document.activeElement.id") == name
        assert page.inner_text("[data-problem]") == page.text_content("[data-say=mend_fields]").replace("\u200b", "")
        assert page.input_value(f"#{name}") == typed
        assert not page.locator("[data-filled]").is_visible()
        page.fill(f"#{name}", "X")
        assert fault.text_content() == ""
        make_page(page)
        assert page.inner_text("[data-problem]") == ""

    @pytest.mark.parametrize("lost", ["fill.js", "mydetails.js", "forms/", "pdf/", "picture/"])
    @pytest.mark.parametrize("way", ["abort", "missing"])
    def test_without_a_network_nothing_is_lost(self, browser, address, lost, way):
        """Whatever cannot be loaded: it is said in place, what was written stays, and the next try succeeds."""
        context = browser.new_context(viewport=SCREEN, service_workers="block")
        page = context.new_page()
        page.goto(urljoin(address, PAGE))
        pattern = re.compile(f"/{lost}")
        context.route(pattern, lambda route: route.abort() if way == "abort" else route.fulfill(status=404))
        page.check("#ask-cancel")
        page.fill("#field-name", "WANG LI")
        page.click("[data-make]")
        wait_until(page, "document.querySelector('[data-problem]').textContent !== ''")
        assert page.text_content("[data-problem]") == page.text_content("[data-say=no_network]")
        assert page.input_value("#field-name") == "WANG LI"
        context.unroute(pattern)
        make_page(page)
        assert save_pdf(page)[1] == {"ask-cancel": "/on", "field-name": "WANG LI"}
        context.close()

    def test_a_page_that_is_open_since_before_a_new_build_fills_in(self, visit, address, frozen_built):
        """The form that was loaded is that of an older PDF: the one of today's is asked for with it."""
        page = visit("about:blank", SCREEN)
        today = (frozen_built / "forms/alpha.zh-km.counter.json").read_text("utf-8")
        older = json.dumps(json.loads(today) | {"id": "0" * 32})
        page.route("**/forms/*.json", lambda route: route.fulfill(body=older), times=1)
        page.goto(urljoin(address, PAGE))
        page.focus("#field-name")
        wait_until(page, "document.querySelector('#field-name-fault') !== null")
        make_page(page, field_name="WANG LI")
        assert save_pdf(page)[1] == {"ask-cancel": "/on", "field-name": "WANG LI"}

    def test_a_saved_copy_says_that_it_cannot(self, visit, frozen_built):
        """Opened from a disk: one line says so, what was written is on the card all the same, and no link is shared."""
        page = visit((frozen_built / PAGE).as_uri(), SCREEN)
        page.fill("#field-name", "WANG LI")
        page.click("[data-make]")
        assert page.text_content("[data-problem]") == page.text_content("[data-say=needs_web]")
        assert not page.locator("[data-share]").is_visible()
        page.click("[popovertarget=card]")
        assert "WANG LI" in page.inner_text("#card")

    def test_without_a_script_files_are_links(self, visit, address):
        """The picture and the PDFs come down by plain links; what needs a script is not offered."""
        page = visit(urljoin(address, PAGE), SCREEN, java_script_enabled=False)
        with page.expect_download() as download:
            page.click("a[href='../picture/alpha.zh-km.counter.png']")
        assert download.value.suggested_filename == "cancel-sim-alpha-zh-km-counter.png"
        assert not page.locator("[data-make], [data-share], details:has([data-clear])").filter(visible=True).count()

    @pytest.mark.parametrize("can", ["files", "links", "copying", "copying alone", "an old way", "nothing"])
    def test_sharing_takes_what_there_is(self, visit, address, can):
        """The file alone, else the page's own address, by the phone, else (refused, too) copied, else shown for it."""
        page = visit("about:blank", SCREEN)
        page.add_init_script(
            f"""window.shared = [];
            const can = {json.dumps(can)}, refuse = async () => {{ throw new DOMException("no", "NotAllowedError"); }};
            const share = async (data) => {{ shared.push(data); }}, isCopying = can.startsWith("copying");
            navigator.share = ["files", "links"].includes(can) ? share : can === "copying" ? refuse : undefined;
            navigator.canShare = can === "files" ? (data) => Boolean(data.files) : undefined;
            document.execCommand = () => can === "an old way";
            const writeText = isCopying ? async (text) => {{ shared.push(text); }} : refuse;
            Object.defineProperty(navigator, "clipboard", {{ value: {{ writeText }}, configurable: true }});"""
        )
        page.goto(urljoin(address, f"{PAGE}?from=chat#counter"))
        page.click("[data-share]")
        own = urljoin(address, PAGE)
        shared = "JSON.stringify(shared)"
        said, shown = page.locator("[data-shared]"), page.locator("[data-address]")
        if can.startswith("copying"):
            said.wait_for(state="visible")
        elif can in ("an old way", "nothing"):
            shown.wait_for(state="visible")
        sent = [{"url": own}] if can in ("files", "links") else [own] if can.startswith("copying") else []
        assert json.loads(page.evaluate(shared)) == sent
        assert said.is_visible() is (can in ("copying", "copying alone", "an old way"))
        assert shown.is_visible() is (can in ("an old way", "nothing"))
        if shown.is_visible():
            assert page.evaluate("getSelection().toString() || document.activeElement.value") == own
        make_page(page, field_name="WANG LI")
        assert page.locator("[data-send]").is_visible() is (can == "files")
        if can == "files":
            page.click("[data-send]")
            sent = page.evaluate(
                "shared.slice(1).map(d => [Object.keys(d), d.files.map(f => [f.name, f.type, f.size > 9999])])"
            )
            assert sent == [[["files"], [["cancel-sim-alpha-zh-km-counter-filled.pdf", "application/pdf", True]]]]

    @pytest.mark.parametrize(
        ("pair", "width", "percent"),
        [("zh-km", 360, 100), ("en-km", 360, 100), ("zh-en", 320, 100), ("zh-km", 360, 200), ("en-km", 320, 200)],
    )
    def test_every_state_fits_and_is_accessible(self, visit, address, pair, width, percent):
        """With hints, faults, the filled page, the card and the print shop's words: no findings, nothing sideways."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core")
        page = visit(urljoin(address, f"html/alpha.{pair}.html"), {"width": width, "height": 640})
        page.evaluate(f"document.documentElement.style.fontSize = '{1.125 * percent / 100}rem'")

        def check():
            page.evaluate("document.fonts.ready")
            assert all(whole <= seen for whole, seen in page.evaluate(WIDTHS))
            if percent == 100:
                assert [found["id"] for found in axe.Axe().run(page).response["violations"]] == []

        for name in page.eval_on_selector_all("[data-details] .blank-field input", "all => all.map(e => e.id)"):
            page.focus(f"#{name}")
        wait_until(page, "document.querySelector('#field-name-fault') !== null")
        page.click("[data-make]")
        wait_until(page, "document.querySelector('#request-fault').textContent !== ''")
        check()
        page.check("#ask-cancel")
        page.fill("#field-name", "王" * 60)
        page.fill("#field-identity", "W" * 300)
        page.click("[data-make]")
        wait_until(page, "document.querySelector('[data-problem]').textContent !== ''")
        check()
        page.fill("#field-identity", "W" * 30)
        page.click("header > .slim > summary")
        make_page(page, field_name="WANG LI")
        check()
        page.click("[popovertarget=card]")
        check()

    def test_only_the_policy_for_pictures_is_wider(self, visit, address):
        """A phone page may show pictures that it has made (data:); all else is as on the start page."""
        page = visit(urljoin(address, PAGE), PHONE)
        policies = {}
        for path in ("index.html", PAGE):
            page.goto(urljoin(address, path))
            policies[path] = re.sub("sha256-[^']+", "", page.get_attribute("meta[http-equiv]", "content"))
        assert policies[PAGE] == policies["index.html"].replace("img-src 'self'", "img-src 'self' data:")
        assert "connect-src 'self';" in policies[PAGE]


def find_box(form, field, picture):
    """Return a field's box in a picture of its page, in pixels from the upper left corner, without its frame."""
    (width, height), (left, bottom, right, top) = form["page"], field["box"]
    across, down = picture.width / width, picture.height / height
    box = (left * across, (height - top) * down, right * across, (height - bottom) * down)
    return tuple(round(side + inset) for side, inset in zip(box, (2, 2, -2, -2), strict=True))
