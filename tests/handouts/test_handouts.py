"""The made handouts are complete, fit their pages and say nothing that has no source."""

from __future__ import annotations

import hashlib
import re
import subprocess
import unicodedata

import pikepdf
import pypdfium2
import pytest
from readers import READERS, SORTED

from handout.base.paths import FONTS, ROOT, TEMPLATES
from handout.model.reports import Report
from handout.model.texts import Text, walk_texts
from handout.plan.handouts import plan_handouts
from handout.render.expected import MAX_PAGES
from handout.render.formats import format_month
from handout.render.page import HandoutPage, make_environment, render_handout
from handout.render.strings import read_strings
from handout.tools.revision import hash_printed, judge_revision
from handout.validate.inspect import inspect_content
from handout.verify.readback import squeeze
from handout.verify.text import find_numbers
from handout.workers.worker import Task, make_fitting, make_worker

CODE = re.compile(r"[*#]\d[\d*#]*")
ADDRESS = re.compile(r"\b(?:[\w-]+\.)+(?:com|net|org|kh|asia|info)\b")
# pdfminer.six takes a line for one of its paragraph only where they begin or end alike: not one that an icon moves.
MIXED = {"poppler, sorted": 0, "pdfminer.six": 2}
SOURCE_NUMBERS = re.compile(r"\[[^\[\]]{0,60}\d\]")  # with the word for those that are not official


def entry_of(manifest, handout_id):
    return next(entry for entry in manifest["handouts"] if entry["id"] == handout_id)


def handout_of(content, handout_id):
    return next(handout for handout in plan_handouts(content) if handout.id == handout_id)


def page_of(content, handout_id):
    return HandoutPage(content, handout_of(content, handout_id))


def render_as_built(content, handout_id, path):
    """Return the HTML of a handout in the spacing that its PDF has, which is identified by the HTML's hash."""
    handout, environment = handout_of(content, handout_id), make_environment(TEMPLATES)
    with pikepdf.open(path) as pdf:
        identifier = bytes(pdf.trailer.ID[0])
    pages = [render_handout(environment, HandoutPage(content, handout, spacing)) for spacing in handout.spacings]
    return next(html for html in pages if hashlib.sha256(html.encode()).hexdigest()[:32].encode() == identifier)


def read_coverage():
    """Return GUIDE point -> ids, from the table in docs/coverage.md."""
    rows = [line.split("|")[1:-1] for line in (ROOT / "docs/coverage.md").read_text(encoding="utf-8").splitlines()]
    return {row[0].strip(): re.findall(r"`([^`]+)`", row[2]) for row in rows if len(row) == 3 and "`" in row[2]}


def collect_named_texts(content, guide):
    """Return id -> the texts of that item as one operator's handout has them."""
    named = {}

    def visit(value, owner):
        owner = getattr(value, "id", owner)
        if isinstance(value, Text):
            named.setdefault(owner, []).append(value)
        elif isinstance(value, list):
            for part in value:
                visit(part, owner)
        elif hasattr(type(value), "model_fields"):
            for name in {*type(value).model_fields} - {"hint"}:  # which the phone page alone has
                visit(getattr(value, name), owner)

    lists = [guide.numbers_notes, guide.steps, guide.documents, guide.answers, guide.faqs, guide.warnings]
    for group in (content.guide.why, *lists):
        visit(group, None)
    counter = content.guide.counter
    for group in (counter.asks, counter.fields, counter.outcomes, counter.record):
        visit(group, None)
    named |= {f"section:{name}": [text] for name, text in content.guide.sections.items()}
    keys = ("request", "signature", "request_date", "stamp", "keep")
    named |= {f"counter:{key}": [getattr(counter, key)] for key in keys}
    named |= {"procedure_note": [content.guide.procedure_note], "documents_note": [content.guide.documents_note]}
    return named


def test_handouts_say_what_their_revision_said(folder, content):
    """What was given out does not change under its number: else raise it and say what is new (build.py revision)."""
    tree = inspect_content(folder, FONTS).tree
    assert not list(judge_revision(content, tree, hash_printed(content)))


def test_manifest_says_what_is_new(manifest, content):
    """Each revision's month and line stand in every language of a handout, the newest first."""
    assert [one["revision"] for one in manifest["changes"]] == [int(number) for number in content.guide.changes]
    assert manifest["changes"][0]["revision"] == manifest["revision"]
    languages = {entry[side] for entry in manifest["handouts"] for side in ("reader", "staff")}
    for one, change in zip(manifest["changes"], content.guide.changes.values(), strict=True):
        assert one["month"] == change.month
        assert languages <= one["text"].keys()


def test_manifest_is_the_contract(built, manifest, planned):
    """Every operator, pair and edition has its handout with the promised keys; sizes, hashes and pages are true."""
    assert [entry["id"] for entry in manifest["handouts"]] == sorted(planned)
    keys = {"id", "operator", "reader", "staff", "edition", "pdf", "html", "preview", "pages", "bytes", "sha256"}
    for entry in manifest["handouts"]:
        assert keys | {"checked", "sources"} <= entry.keys()
        data = (built / entry["pdf"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry["sha256"], entry["bytes"])
        assert len(pypdfium2.PdfDocument(data)) == entry["pages"]
        assert (built / entry["html"]).is_file()
        for name in (entry["preview"], *entry["pictures"]):
            assert (built / name).read_bytes().startswith(b"\x89PNG")
        assert all((built / name).stat().st_size < 300_000 for name in entry["pictures"])
        assert entry["sources"] or entry["edition"] == "counter"
    sums = (built / "SHA256SUMS").read_text(encoding="utf-8")
    assert all(f"{entry['sha256']}  {entry['pdf']}\n" in sums for entry in manifest["handouts"])


def test_pdf_fits(handout_id, built, manifest, content):
    """Standard handouts have at most 4 A4 pages, and page 1 holds the whole counter page."""
    entry = entry_of(manifest, handout_id)
    document = pypdfium2.PdfDocument((built / entry["pdf"]).read_bytes())
    assert all(page.get_size() == pytest.approx((595.28, 841.89), abs=0.5) for page in document)
    if entry["edition"] == "large":
        return
    assert len(document) <= (1 if entry["edition"] == "counter" else 4)
    page, counter = page_of(content, handout_id), content.guide.counter
    first = squeeze(document[0].get_textpage().get_text_range())
    texts = [counter.request, counter.latin, counter.stamp, counter.keep, counter.asks_title, counter.record_title]
    texts += [counter.signature, counter.request_date]
    texts += [item.text for item in (*counter.asks, *counter.outcomes)] + [
        item.label for item in (*counter.fields, *counter.record)
    ]
    texts += [answer.question for answer in page.guide.answers]
    for text in texts:
        for language in page.both:
            assert squeeze(page.plain(text, language)) in first


def test_pdf_has_fields_fonts_and_languages(handout_id, built, manifest, content):
    """Every form field is there with a tooltip, fonts are embedded, the text is tagged in both languages."""
    entry, counter = entry_of(manifest, handout_id), content.guide.counter
    boxes = [
        ("", counter.asks + counter.outcomes),
        *((f"{item.id}-", item.options) for item in [*counter.fields, *content.answers]),
    ]
    wanted = {"request-date", *(item.id for item in [*counter.fields, *counter.record] if item.kind == "text")}
    wanted |= {start + option.id for start, options in boxes for option in options}
    wanted |= {f"{start}{option.id}-text" for start, options in boxes for option in options if option.blank}
    with pikepdf.open(built / entry["pdf"]) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        assert wanted <= {str(field.T) for field in fields}
        assert all(" / " in str(field.TU) for field in fields)
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert all("/FontFile2" in f.get("/DescendantFonts", [f])[0].FontDescriptor for f in fonts)
        assert str(pdf.Root.Lang)[:2] == entry["reader"]


def test_amounts_name_the_same_currencies(content):
    """Where a tick names currencies, every language names the same ones in the same order, dollar and riel."""
    names = {"$": "$", "KHR": "riel", "៛": "riel", "瑞尔": "riel", "美元": "$"}
    named = [
        {
            tuple(names[found] for found in re.findall(r"\$|KHR|៛|美元|瑞尔", words))
            for words in option.text.root.values()
        }
        for answer in content.answers
        for option in answer.options
        if option.blank
    ]
    assert {("$", "riel")} in named
    assert all(order in ({("$", "riel")}, {()}) for order in named)


def test_every_point_of_the_guide_is_there(whole_id, built, manifest, content):
    """Both languages' text of each point of docs/coverage.md stands in the phone page and on paper."""
    page = page_of(content, whole_id)
    named = collect_named_texts(content, page.guide)
    named |= {f"fact:operator.{n}": [d.label] for n, d in page.facts.listed.items()}
    entry = entry_of(manifest, whole_id)
    html = squeeze("".join(text for _lang, text in read_strings((built / entry["html"]).read_text("utf-8")).strings))
    html = SOURCE_NUMBERS.sub("", html)
    document = pypdfium2.PdfDocument((built / entry["pdf"]).read_bytes())
    paper = squeeze("".join(sheet.get_textpage().get_text_range() for sheet in document)).replace("\ufffe", "-")
    paper = SOURCE_NUMBERS.sub("", paper)
    for point, ids in read_coverage().items():
        texts = [(name, text) for name in ids for text in named.get(name, ())]
        assert texts, f"{whole_id}: nothing of {ids} makes point {point}"
        for name, text in texts:
            for language in page.both:
                wanted = squeeze(page.plain(text, language).replace(" / ", language.words.or_))
                if "…" not in wanted:
                    assert wanted.replace("-", "") in paper.replace("-", ""), f"{point}: {wanted}"
                    # The web page words the labels of facts as questions.
                    assert name.startswith("fact:") or wanted in html, f"{point}: {wanted}"


def test_known_numbers_are_on_paper(whole_id, built, manifest, content):
    """Every value that the list of numbers has for this operator is printed, and how to reach the regulator."""
    page = page_of(content, whole_id)
    facts = [page.operator.facts[n] for n in page.facts.listed if page.facts.knows(n)]
    facts += [content.regulator.facts[name] for name in ("hotline", "email", "hotline_abroad")]
    document = pypdfium2.PdfDocument((built / entry_of(manifest, whole_id)["pdf"]).read_bytes())
    paper = squeeze("".join(sheet.get_textpage().get_text_range() for sheet in document))
    assert [value for fact in facts for value in fact.values if squeeze(value) not in paper] == []


@pytest.mark.parametrize("reader", READERS)
def test_every_string_reads_back(handout_id, reader, built, manifest, content):
    """Each string comes out letter for letter and in reading order, white space apart, with nothing unseen in it."""
    html = render_as_built(content, handout_id, built / entry_of(manifest, handout_id)["pdf"])
    strings = [squeeze(text) for _lang, text in read_strings(html).strings]
    assert len(strings) > 60
    read = "".join(READERS[reader](built / entry_of(manifest, handout_id)["pdf"]).split())
    assert not [character for character in read if unicodedata.category(character) in {"Cc", "Cf"}]
    at = 0
    for string in strings:
        at = read.find(string, at)
        assert at >= 0, f"{string!r} does not come after those before it"
        at += len(string)


@pytest.mark.parametrize("reader", SORTED)
def test_columns_do_not_mix(handout_id, reader, built, manifest, content):
    """Readers that sort by place keep each string whole too, though the page has two columns."""
    html = render_as_built(content, handout_id, built / entry_of(manifest, handout_id)["pdf"])
    strings = {squeeze(text) for _lang, text in read_strings(html).strings}
    read = "".join(SORTED[reader](built / entry_of(manifest, handout_id)["pdf"]).split())
    assert len([string for string in strings if string not in read]) <= MIXED[reader]


def make_handout(content, handout, folder):
    """Return a handout as a build makes it, in the spacing that it needs by itself."""
    worker = make_worker(content, folder)
    return make_fitting(worker, Task(handout, content.operators[handout.operator]), frozenset()).entry


@pytest.mark.long
def test_every_operator_may_have_a_notice(large_id, content, tmp_path):
    """What stands above the guide in large print moves the rest: still no page is too empty."""
    handout = handout_of(content, large_id)
    owner, operator = next(one for one in content.operators.values() if one.notice), content.operators[handout.operator]
    noted = operator.model_copy(update={"notice": owner.notice, "facts": owner.facts | operator.facts})
    operators = content.operators | {handout.operator: noted}
    assert make_handout(content.model_copy(update={"operators": operators}), handout, tmp_path).pages


@pytest.mark.long
def test_code_that_leads_back_takes_no_room(pair_id, content, tmp_path):
    """With an address of usual length a handout fits the spacing that it has without."""
    handout, found = handout_of(content, pair_id), []
    for address in (None, "https://an-organisation.github.io/handouts"):
        web = content.guide.site.model_copy(update={"address": address})
        changed = content.model_copy(update={"guide": content.guide.model_copy(update={"site": web})})
        task = Task(handout, content.operators[handout.operator], measured=True)
        found.append(make_fitting(make_worker(changed, tmp_path), task, frozenset()))
    assert found[0].spacing == found[1].spacing
    assert found[1].fingerprint not in found[1].too_long


@pytest.mark.long
@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_fits_the_foot_of_the_page(month, content, tmp_path):
    """No name of a month hangs into the margin; the Khmer one of December is the deepest."""
    checked = {"guide": content.guide.model_copy(update={"checked": f"2026-{month:02}"})}
    for handout in plan_handouts(content, [max(content.operators)]):
        if handout.edition == "counter" or (month == 12 and handout.edition == "large"):
            assert make_handout(content.model_copy(update=checked), handout, tmp_path).pages


@pytest.mark.long
def test_reports_leave_a_handout_its_pages(sample_id, content, tmp_path):
    """Two different answers about all that page 1 asks push no handout over its pages: paper prints what has room."""
    handout = handout_of(content, sample_id)
    asked = [name for name, definition in content.guide.facts.operator.items() if definition.answer]
    said = [{name: list(content.list_choices(name)) for name in asked}, dict.fromkeys(asked, "20000 KHR")]
    filled = {"operator": handout.operator, "month": content.guide.checked, "town": "Siem Reap", "asked": "suspend"}
    reports = {f"{number}": Report(**filled, answers=answers) for number, answers in enumerate(said)}
    made = make_handout(content.model_copy(update={"reports": reports}), handout, tmp_path)
    with pypdfium2.PdfDocument(made.pdf) as document:
        assert len(document) <= MAX_PAGES[handout.edition]
        words = squeeze("".join(page.get_textpage().get_text_range() for page in document))
    reported = content.languages[handout.reader].words.reported_suspend.partition("{month}")[0].format(count=1)
    assert (squeeze(reported) in words) == (handout.edition != "counter")


def test_a_longer_name_fits_the_foot_of_the_page(sample_id, content, tmp_path):
    """An operator's name of more letters than today's leaves the running foot in its place."""
    handout = handout_of(content, sample_id)
    names = Text(dict.fromkeys(content.languages, "Alpha Example"))
    operator = content.operators[handout.operator].model_copy(update={"names": names})
    made = make_handout(content.model_copy(update={"operators": {operator.id: operator}}), handout, tmp_path)
    with pypdfium2.PdfDocument(made.pdf) as document:
        assert all("Alpha Example" in page.get_textpage().get_text_range() for page in document)


def test_large_print_says_what_a_page_goes_on_with(large_id, built, manifest, content):
    """Above a page that goes on stands its section or step; none stands above one that begins with a section."""
    page = page_of(content, large_id)
    sections = [page.plain(content.guide.sections[key], page.reader) for key in content.guide.order]
    steps = [page.plain(step.title, page.reader) for step in page.guide.steps]
    found = 0
    with pypdfium2.PdfDocument(built / entry_of(manifest, large_id)["pdf"]) as document:
        for lines in [sheet.get_textpage().get_text_range().splitlines() for sheet in document][2:]:
            heads = [re.sub(r"^… ([0-9] )?", "", line) for line in lines if line.startswith("…")]
            assert not heads or lines[0] not in sections
            assert [head for head in heads if head not in (*sections, *steps)] == []
            found += len(heads)
    assert found >= 4


@pytest.mark.long
def test_us_letter_is_one_setting(sample_id, content, tmp_path):
    """On the shorter page everything fits as well: verification passes, with the page's size."""
    guide = content.guide.model_copy(update={"paper": "Letter"})
    handout = handout_of(content, sample_id)
    made = make_handout(content.model_copy(update={"guide": guide}), handout, tmp_path)
    with pypdfium2.PdfDocument(made.pdf) as document:
        assert {page.get_size() for page in document} == {(612, 792)}
        assert len(document) <= MAX_PAGES[handout.edition]


def test_coverage_names_only_what_exists(content):
    """Each point of the guide has content, and each id in docs/coverage.md exists for some operator."""
    named = set(collect_named_texts(content, content.guide.model_copy(update=vars(content))))
    named |= {f"fact:operator.{name}" for name in content.guide.facts.operator}
    named |= {f"fact:regulator.{name}" for name in content.guide.facts.regulator}
    points = set(re.findall(r"\w+", "0a 0b 1 1a 1b 1c 1d 2a 2b 2c 3a 3b 3c 3d 3e 4a 4b 4c 4d 5a 5b 5c 5d 6"))
    assert points | {f"A{n}" for n in range(1, 18)} == read_coverage().keys()
    assert {name for ids in read_coverage().values() for name in ids} <= named


def test_nothing_unsourced_is_said(handout_id, built, manifest, content):
    """Every number of four digits, code and address of a page is the value of a fact or belongs to a source."""
    page = page_of(content, handout_id)
    html = (built / entry_of(manifest, handout_id)["html"]).read_text("utf-8")
    said = " ".join(text for _lang, text in read_strings(html).strings)
    known = (*page.operator.facts.values(), *content.regulator.facts.values())
    facts, quotes = (
        [v for f in known for v in f.values],
        [p.quote for f in known for p in f.passages.values() if p.quote],
    )
    sources = [part for s in content.sources.values() for part in (s.title, s.url or "", s.page_date or "", s.read)]
    months = [format_month(content.guide.checked, language.locale) for language in page.both]
    allowed = {number for text in (*facts, *quotes, *sources, *months) for number in find_numbers(text)}
    assert set(find_numbers(said)) <= allowed
    assert set(CODE.findall(said)) <= {v for v in facts if CODE.fullmatch(v)}
    known = " ".join((*facts, *quotes, *sources))
    assert all(address in known for address in ADDRESS.findall(said))


def test_no_advert_anywhere():
    """No seller, messaging-app handle or advert of the source article stands in any file of the project."""
    advert = re.compile(rb"esim\d{3,}|\bt\.me/|wa\.me/", re.IGNORECASE)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    assert len(paths) > 50
    found = [path for path in paths if path.is_file() and path.suffix != ".ttf" and advert.search(path.read_bytes())]
    assert found == []


def test_texts_are_complete(content):
    """No text is empty, and the languages of the built pairs are all there."""
    texts = list(walk_texts(content))
    assert len(texts) > 150
    codes = {code for pair in content.guide.pairs for code in pair.split("-")}
    assert all(set(text.root) >= codes for _loc, text in texts)
