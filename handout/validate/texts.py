"""Texts: markup, placeholders, facts that are typed in, the words of the glossary, and characters to be printed."""

import re
from collections.abc import Iterator
from pathlib import Path

from handout.base.diagnostics import Diagnostic, Loc, Place, suggest_name
from handout.fonts.bundled import find_changed_fonts, find_uncovered, is_font
from handout.load.guards import PLACEHOLDER_FORM
from handout.load.tree import Tree
from handout.model.content import SOURCE_LANGUAGE, Content
from handout.model.facts import Fact, FactKind
from handout.model.guide import takes_facts
from handout.model.texts import OTHERS, PLACEHOLDER, Text, find_unnamed, list_placeholders, split_markup, walk_texts
from handout.validate.prose import ProseReader, simplify

# Placeholders that stand for names, not facts.
NAMES = {"operator": ("name",), "operators": ("others",), "regulator": ("name", "short")}
# The kinds of facts that say what is typed into a text; no kind is of amounts or counts alone.
KINDS: dict[str, tuple[FactKind, ...]] = {
    "code": ("code",),
    "address": ("url",),
    "number": ("phone", "prefixes"),
    "period": ("days",),
    "date": ("date",),
}
# Letters of an address whose QR code has 49 squares a side with its margin: .4 mm each on paper, which a copy keeps.
LONGEST_ADDRESS = 106
Readers = dict[str, ProseReader]  # of the texts in each language


def check_texts(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report bold that is not closed, wrong placeholders, typed facts, and translations with other placeholders."""
    source, readers = content.languages.get(SOURCE_LANGUAGE), {}
    for code, language in content.languages.items():
        readers[code] = ProseReader([language, *([source] if source and source is not language else [])], content.units)
        for key, words in language.words.model_dump(by_alias=True).items():
            yield from _check_typed(content, tree, ("languages", code, "words", key), words, readers[code])
    for loc, text in walk_texts(content):
        found = list(_check_text(content, tree, loc, text, readers))
        yield from found or _compare_placeholders(tree, loc, text)


def _check_text(content: Content, tree: Tree, loc: Loc, text: Text, readers: Readers) -> Iterator[Diagnostic]:
    if "facts" in loc and loc[-1] == "value":  # printed as it is
        return
    for code, words in text.root.items():
        place = (*loc, code)
        if words.count("**") % 2:
            at = tree.find_inside(place, "**", last=True)
            yield tree.report(at, "bold-open", 'this "**" is not closed', 'write "**" before and after the bold words')
        for run in split_markup(words):
            if run.kind == "placeholder":
                yield from _check_placeholder(content, tree, place, run.text)
        names = (operator.names.root[code] for operator in content.operators.values() if code in operator.names.root)
        if (others := OTHERS.search(words)) and not find_unnamed(words, names):
            message, hint = "this text names every operator itself", f"delete {others[0]}"
            yield tree.report(place, "no-others", message, hint, "warning", part=others[0])
        if code in readers and loc[0] != "reports":  # whose amounts and periods are what somebody was told
            yield from _check_typed(content, tree, place, words, readers[code])


def _compare_placeholders(tree: Tree, loc: Loc, text: Text) -> Iterator[Diagnostic]:
    if SOURCE_LANGUAGE not in text.root:
        return
    wanted = list_placeholders(text[SOURCE_LANGUAGE])
    for code, words in text.root.items():
        if list_placeholders(words) != wanted:
            message = "the facts in this translation differ"
            hint = f"expected {' '.join(wanted) or 'none'}, as in {SOURCE_LANGUAGE}"
            yield tree.report((*loc, code), "placeholder-differs", message, hint, "warning")


def _check_placeholder(content: Content, tree: Tree, loc: Loc, raw: str) -> Iterator[Diagnostic]:
    match = PLACEHOLDER.fullmatch(raw)
    if not match:
        defined = content.guide.facts
        names = [f"operator.{name}" for name in (*NAMES["operator"], *defined.operator)]
        names += [f"regulator.{name}" for name in (*NAMES["regulator"], *defined.regulator)]
        hint = suggest_name(re.sub(r"\W+", "_", raw.strip("{} ").casefold()), names)
        message = f"{raw} is not a placeholder"
        yield tree.report(loc, "bad-placeholder", message, hint or PLACEHOLDER_FORM, part=raw)
        return
    scope, name = match.groups()
    facts = content.guide.facts
    known = {"operator": facts.operator, "operators": {}, "regulator": facts.regulator}.get(scope)
    if known is None:
        hint = suggest_name(scope, NAMES)
        yield tree.report(loc, "bad-placeholder", f'no "{scope}" to take facts from', hint, part=raw)
    elif name not in known and name not in NAMES[scope]:
        hint = suggest_name(name, [*known, *NAMES[scope]])
        yield tree.report(loc, "unknown-fact", f'no fact "{scope}.{name}"', hint, part=raw)
    elif name not in NAMES[scope] and known[name].optional and name not in _list_facts(content, scope, loc):
        hint = "use it only in the file of an operator that has it"
        yield tree.report(loc, "optional-fact", f'not every {scope} has the fact "{name}"', hint, part=raw)


def _list_facts(content: Content, scope: str, loc: Loc) -> dict[str, Fact]:
    """Return the facts that a text can be sure of: the regulator's, or those of the operator in whose file it is."""
    if scope == "regulator":
        return content.regulator.facts
    return content.operators[str(loc[1])].facts if loc[0] == "operators" else {}


def _check_typed(content: Content, tree: Tree, loc: Loc, words: str, reader: ProseReader) -> Iterator[Diagnostic]:
    """Report the first fact typed into a text: an error where it is sure to be one, else a warning."""
    if found := reader.find_fact(words):
        typed = words[found.start : found.end]
        hint = _suggest_fact(content, loc, found.noun, typed)
        if found.sure:
            yield tree.report(loc, "typed-fact", f'"{typed}" is typed into a text ({found.noun})', hint, part=typed)
        else:
            message = f'"{typed}" may be a fact typed into a text ({found.noun})'
            yield tree.report(loc, "maybe-fact", message, f"if it is one, {hint}", "warning", part=typed)


def _suggest_fact(content: Content, loc: Loc, noun: str, typed: str) -> str:
    """Say which fact to name instead of what is typed: the one with that value, else one of a fitting kind."""
    if not takes_facts(loc):
        return "say it without: this text is about no one operator and names no fact"
    kinds: tuple[FactKind, ...] = ("email",) if "@" in typed else KINDS.get(noun, ())
    fitting, value = [], _keep_signs(typed, noun)
    for scope, defined in (("operator", content.guide.facts.operator), ("regulator", content.guide.facts.regulator)):
        facts = _list_facts(content, scope, loc)
        for name, definition in defined.items():
            if definition.kind in kinds and (name in facts or not definition.optional):
                if value and value in (_keep_signs(one, noun) for one in facts.get(name, Fact()).values):
                    return f"write {{{{ {scope}.{name} }}}}"
                fitting.append(f"{{{{ {scope}.{name} }}}}")
    new = 'add a fact with its source ("Add a fact" in docs/manual.md)'
    return f"name a fact that says it, such as {fitting[0]}, or {new}" if fitting else f"{new} and name it here"


def _keep_signs(words: str, noun: str) -> str:
    """Return what two ways to write one value have in common: an address, or digits and the signs of codes."""
    plain = simplify(words).casefold()
    return plain if noun == "address" else re.sub("[^0-9*#]", "", plain)


def check_terms(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Warn where a text in the source language has a term whose translation is not the glossary's."""
    named = [(term.words[SOURCE_LANGUAGE], term) for term in content.glossary if SOURCE_LANGUAGE in term.words.root]
    terms = [(re.compile(rf"\b{re.escape(name)}s?\b", re.IGNORECASE), name, term) for name, term in named]
    for loc, text in walk_texts(content):
        if loc[0] == "glossary" or SOURCE_LANGUAGE not in text.root:
            continue
        source = " ".join(run.text for run in split_markup(text[SOURCE_LANGUAGE]) if run.kind == "words")
        for name, term in [(name, term) for pattern, name, term in terms if pattern.search(source)]:
            for code in set(text.root) & set(term.words.root):
                words, right = text[code].casefold(), [term.words[code], *term.also.get(code, ())]
                if not any(word.casefold() in words for word in right):
                    wrong = next((word for word in term.variants.get(code, ()) if word.casefold() in words), "")
                    message = f'"{name}" is not translated as the glossary says'
                    hint = f'expected "{right[0]}" ({term.id})'
                    yield tree.report((*loc, code), "glossary-term", message, hint, "warning", part=wrong)


def check_address(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report an address of the site that makes a QR code on paper too fine."""
    guide, address = content.guide, content.guide.site.address
    pages = [guide.locate_page(operator, pair) for operator in content.operators for pair in guide.pairs]
    excess = max((len(page) for page in pages if page), default=0) - LONGEST_ADDRESS
    if address and excess > 0:
        message = "this is too long: the QR codes on paper become too fine"
        hint = f"expected at most {len(address) - excess} characters"
        yield tree.report(("guide", "site", "address"), "out-of-range", message, hint)


def check_characters(content: Content, tree: Tree, fonts: Path) -> Iterator[Diagnostic]:
    """Report fonts that are missing or not the pinned ones, and characters that no font has; quotes need none."""
    named = [
        (("languages", code, "font", key), fonts / getattr(language.font, key))
        for code, language in content.languages.items()
        for key in ("regular", "bold")
    ]
    present = {path for _loc, path in named if is_font(path)}
    for at, path in named:
        if path not in present:
            hint = suggest_name(path.name, [known.name for known in fonts.glob("*.ttf")])
            yield tree.report(at, "missing-font", f'no font "{path.name}" in templates/fonts', hint)
    for name in find_changed_fonts(fonts):
        place, message = Place(str(fonts / name), 0, 0), "this is not the font that is pinned"
        hint = "if that is meant, run: cd templates/fonts && sha256sum *.ttf > SHA256SUMS"
        yield tree.report(place, "font-changed", message, hint)
    strings = [(loc, n.value) for loc, n in tree.nodes.items() if isinstance(n.value, str) and loc[-1] != "quote"]
    missing = set(find_uncovered("\n".join(words for _loc, words in strings), sorted(present))) if present else set()
    for loc, words in strings:
        for letter in missing & set(words):
            message = f'no bundled font has "{letter}" (U+{ord(letter):04X})'
            hint = "write it otherwise, or add a font that has it"
            yield tree.report(loc, "missing-glyph", message, hint, part=letter)
