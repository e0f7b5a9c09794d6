"""What is used of WeasyPrint without being documented stands in one module, which says when it is missing."""

import ast
import inspect
import os
import subprocess
import sys
from operator import attrgetter

import pytest
import weasyprint
import weasyprint.pdf
from sample_page import write_page

from handout.base.diagnostics import MachineError
from handout.base.paths import FONTS, ROOT
from handout.typeset.typesetter import TypesetError, make_typesetter
from handout.typeset.weasyprint_internals import INTERNALS, check_weasyprint

NAMES = [path.partition("(")[0] for path in INTERNALS]
DOCUMENTED = {"weasyprint", "weasyprint.text.fonts", "weasyprint.urls"}
# These are common words, and the attributes of Box have some of the same names.
COMMON = {"mcid", "children", "element", "family", "hash", "height", "width", "style"}


def remove(monkeypatch, path):
    """Take a name away from its owner: delete it, or put a function without it in the owner's place."""
    owner, _, name = path.rpartition(".")
    found = attrgetter(owner)(weasyprint) if owner else weasyprint
    if hasattr(found, name):
        monkeypatch.delattr(found, name)
    elif isinstance(found, dict):
        monkeypatch.delitem(found, name)
    elif inspect.isclass(found):
        monkeypatch.setattr(found, "__init__", lambda self: None)
    else:
        holder, _, function = owner.rpartition(".")
        monkeypatch.setattr(attrgetter(holder)(weasyprint), function, lambda: None)


@pytest.mark.parametrize("path", NAMES)
def test_a_missing_name_is_named(path, monkeypatch):
    remove(monkeypatch, path)
    with pytest.raises(MachineError, match=rf"not as expected: .*no {path}\b.*see docs/upgrading-weasyprint\.md"):
        check_weasyprint()


@pytest.mark.parametrize("path", ["pdf.add_tags", "HTML._ua_stylesheets"])
def test_other_parameters_are_named(path, monkeypatch):
    owner, _, name = path.rpartition(".")
    monkeypatch.setattr(attrgetter(owner)(weasyprint), name, lambda other: None)
    with pytest.raises(MachineError, match=f"no {path}"):
        check_weasyprint()


def lay_out(body):
    """Return the document of a page with next to no style."""
    html = f'<html lang="zh-Hans"><head><title>一</title></head><body>{body}</body></html>'
    css = "head { display: none } html, body, p { display: block } [lang] { color: #111 }"
    return make_typesetter(css, FONTS).lay_out(html, ())[1]


def list_styles(box):
    """Yield the style of each element's box, by its language."""
    if box.element is not None and box.element.tag == "p" and type(box).__name__ == "BlockBox":
        yield str(box.style["lang"]), box.style
    for child in getattr(box, "children", ()):
        yield from list_styles(child)


def test_elements_of_a_language_share_a_style():
    """A style for each element takes a third of the layout's time; the language reaches shaping nevertheless."""
    body = '<p lang="km">ក</p><p lang="zh-Hans">一</p><p lang="vi">a</p>' * 20
    styles = [style for page in lay_out(body).pages for style in list_styles(page._page_box)]
    assert len(styles) == 60
    assert {lang for lang, _style in styles} == {"km", "zh-Hans", "vi"}
    assert len({id(style) for _lang, style in styles}) == 3


@pytest.mark.parametrize("selector", ['[lang|="zh"]', "[lang='km']", ":lang(km)", "p[lang^=zh] b"])
def test_another_way_to_ask_for_a_language_is_refused(selector):
    """It would match nothing, as the languages are in classes, and nobody would be told."""
    with pytest.raises(TypesetError, match=r"may ask for \[lang\]"):
        make_typesetter(f"{selector} {{ color: #111 }}", FONTS)


@pytest.mark.parametrize("body", ["<p>", "<p></b>", "<br>", "&nbsp;", "<p class=a></p>", "<p>a & b</p>", "a < b"])
def test_a_page_that_is_not_well_formed_is_refused(body):
    """What a parser would have to guess is a template's mistake: it is told with its place in the page."""
    with pytest.raises(TypesetError, match=r"not well-formed: .*line 1, column \d+"):
        lay_out(body)


@pytest.mark.parametrize("version", ["70.0", "70.9", "70.1.2"])
def test_every_release_of_the_version_is_taken(version, monkeypatch):
    monkeypatch.setattr(weasyprint, "__version__", version)
    check_weasyprint()


@pytest.mark.parametrize("version", ["69.0", "71.0", "7.0", "700.0"])
def test_another_version_is_refused(version, monkeypatch):
    monkeypatch.setattr(weasyprint, "__version__", version)
    with pytest.raises(
        MachineError, match=rf"WeasyPrint 70\.\* is needed, {version} is installed; remove .venv and run make"
    ):
        check_weasyprint()


def test_what_only_the_layout_sets_is_named_at_the_first_page(monkeypatch, tmp_path):
    original = weasyprint.pdf.generate_pdf

    def forget_name(document, *arguments, **options):
        del document.pages[0]._page_box.children[0].element_tag
        return original(document, *arguments, **options)

    monkeypatch.setattr(weasyprint.document, "generate_pdf", forget_name)
    with pytest.raises(MachineError, match="object has no attribute 'element_tag'; see docs"):
        write_page(tmp_path / "page.pdf", "<p>一</p>")


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("__version__ = '71.0'", "WeasyPrint 70.* is needed, 71.0 is installed; remove .venv and run make"),
        ("__version__ = '70.9'", "WeasyPrint 70.9 is not as expected: no pdf.add_tags"),
    ],
)
def test_a_build_ends_with_3_and_leaves_the_output_as_it_was(package, words, tmp_path):
    (tmp_path / "lib" / "weasyprint").mkdir(parents=True)
    (tmp_path / "lib" / "weasyprint" / "__init__.py").write_text(
        package + "\nclass HTML: pass\nclass CSS: pass\nclass Document: pass\n"
    )
    output = tmp_path / "output"
    output.mkdir()
    command = [sys.executable, ROOT / "build.py", "--output", output, "--jobs", "2"]
    command += ["--content", ROOT / "tests" / "content", "--operator", "alpha"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "lib")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 3, done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"build.py: {words}")
    assert list(output.iterdir()) == []


def test_no_other_module_uses_what_is_not_documented():
    """The other rooms may not import WeasyPrint at all (tests/test_rooms.py)."""
    private = {name.rpartition(".")[2] for name in NAMES} - COMMON
    for path in sorted((ROOT / "handout" / "typeset").glob("*.py")):
        if path.name == "weasyprint_internals.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                modules = {alias.name for alias in node.names if alias.name.split(".")[0] == "weasyprint"}
                assert modules <= DOCUMENTED, place
            elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "weasyprint":
                assert node.module in DOCUMENTED, place
            elif isinstance(node, ast.Attribute):
                assert node.attr not in private, place
