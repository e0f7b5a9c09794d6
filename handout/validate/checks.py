"""The checks that need the whole content: references, languages, facts, numbers, characters, terms."""

import datetime as dt
import re
import string
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import babel

from handout.base.diagnostics import Diagnostic, suggest_name
from handout.base.places import Loc, Place
from handout.fonts.bundled import find_changed_fonts, find_uncovered, is_font
from handout.fonts.khmer import find_broken_khmer
from handout.load.tree import Tree
from handout.model.content import SOURCE_LANGUAGE, Content
from handout.model.facts import Fact, FactDefinition
from handout.model.guide import FormField
from handout.model.items import Item, Option
from handout.model.languages import Language, Units
from handout.model.markup import PLACEHOLDER, join_units, join_words, list_placeholders, split_markup
from handout.model.operators import Added
from handout.model.values import Text
from handout.model.walk import walk_models, walk_texts

# Placeholders that stand for names, not facts.
NAMES = {"operator": ("name",), "regulator": ("name", "short")}
KHMER_FONT = "NotoSansKhmer-Regular.ttf"
# How the values of a kind of fact are written.
FACT_FORMS = {
    "phone": (r"\+?[0-9][0-9 ]{1,18}", "a phone number: digits and spaces"),
    "code": (r"[*#0-9]{2,20}", "a code: digits, * and #, in quotes"),
    "url": (r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S{0,200})?", "an address such as www.example.com"),
    "email": (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "an e-mail address such as info@example.com"),
    "days": (r"[0-9]{1,4}", "a number of days in digits"),
    "date": (r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?", "a date such as 2026, 2026-11 or 2026-11-05"),
    "prefixes": (r"0[0-9]{1,5}", "the first digits of numbers, such as 012"),
}


def check_content(content: Content, tree: Tree, fonts: Path) -> list[Diagnostic]:
    """Return every problem of typed content."""
    check = _Check(content, tree, fonts)
    check.check_languages()
    check.check_ids()
    check.check_guide()
    check.check_facts()
    check.check_sources()
    check.check_differences()
    for loc, text in check.texts:
        check.check_text(loc, text)
        check.check_terms(loc, text)
    check.check_characters()
    return check.found


class _Check:
    """The content, its places, and what was found so far."""

    def __init__(self, content: Content, tree: Tree, fonts: Path) -> None:
        self.content, self.tree, self.fonts = content, tree, fonts
        self.needed = {code for pair in content.guide.pairs for code in pair.split("-")}
        self.texts = list(walk_texts(content))
        self.found: list[Diagnostic] = []
        self.typed_facts = match_typed_facts(content.units)
        terms = [term for term in content.glossary if SOURCE_LANGUAGE in term.words.root]
        self.terms = [(re.compile(rf"\b{re.escape(t.words[SOURCE_LANGUAGE])}s?\b", re.IGNORECASE), t) for t in terms]

    def _report(self, place: Place, code: str, message: str, hint: str = "", **more: Any) -> None:
        self.found.append(self.tree.report(place, code, message, hint, **more))

    def _check_name(self, name: str, known: Collection[str], loc: Loc, code: str, noun: str) -> None:
        if name not in known:
            self._report(self.tree.find_place(loc), code, f'no {noun} "{name}"', suggest_name(name, known))

    def check_languages(self) -> None:
        languages = self.content.languages
        for i, pair in enumerate(self.content.guide.pairs):
            place = self.tree.find_place(("guide", "pairs", i))
            first, second = pair.split("-")
            for code in sorted({first, second} - set(languages)):
                self._report(place, "unknown-language", f"no file languages/{code}.yaml", suggest_name(code, languages))
            if first == second:
                self._report(place, "same-language", "a pair needs two languages", "such as zh-km")
        for stem, language in languages.items():
            self._check_file_name(("languages", stem, "code"), language.code)
            self._check_language(("languages", stem), language)
        for stem, operator in self.content.operators.items():
            self._check_file_name(("operators", stem, "id"), operator.id)
        for loc, text in self.texts:
            for code in sorted(self.needed & set(languages) - set(text.root)):
                message, hint = f'"{loc[-1]}" has no {code} ({languages[code].name})', f'add a line "{code}: …"'
                self._report(self.tree.find_place(loc, key=True), "missing-translation", message, hint)
            for code in sorted(set(text.root) - set(languages)):
                place, hint = self.tree.find_place((*loc, code), key=True), suggest_name(code, languages)
                self._report(place, "unknown-language", f"no file languages/{code}.yaml", hint)

    def _check_file_name(self, loc: Loc, name: str) -> None:
        if name != loc[1]:
            message = f'{loc[2]} "{name}" is not the file\'s name'
            self._report(self.tree.find_place(loc), "wrong-id", message, f'expected "{loc[1]}"')

    def _check_language(self, loc: Loc, language: Language) -> None:
        try:
            babel.Locale.parse(language.locale)
        except (ValueError, babel.UnknownLocaleError):
            place, hint = self.tree.find_place((*loc, "locale")), "expected a CLDR name such as km or zh_Hans"
            self._report(place, "unknown-locale", f'no locale "{language.locale}"', hint)
        source = self.content.languages.get(SOURCE_LANGUAGE, language).words
        for key, words in language.words.model_dump(by_alias=True).items():
            known = set(re.findall(r"\{(\w+)\}", source.model_dump(by_alias=True)[key]))
            try:
                parts = [part[1:] for part in string.Formatter().parse(words) if part[1] is not None]
                names = {"{" if form or conversion else name for name, form, conversion in parts}
            except ValueError:
                names = {"{"}
            if names != known:
                wanted = ", ".join(f"{{{name}}}" for name in sorted(known)) or "no braces"
                hint = f"expected {wanted}, as in {SOURCE_LANGUAGE}.yaml"
                place = self.tree.find_place((*loc, "words", key))
                self._report(place, "wrong-braces", "the names in {braces} are not the ones to be filled in", hint)

    def check_ids(self) -> None:
        seen: dict[str, Place] = {}
        for loc, item in walk_models(self.content):
            if isinstance(item, Item | FormField | Option):
                place = self.tree.find_place((*loc, "id"))
                first = seen.setdefault(item.id, place)
                if first is not place:
                    self._report(place, "duplicate-id", f'id "{item.id}" is taken', f"{first.path}:{first.line} has it")
            for key in ("if_known", "if_unknown") if isinstance(item, Item) else ():
                for i, name in enumerate(getattr(item, key)):
                    self._check_name(name, self.content.guide.facts.operator, (*loc, key, i), "unknown-fact", "fact")
            if isinstance(item, Item) and item.if_unknown:
                self._check_blanks(loc, item)

    def _check_blanks(self, loc: Loc, item: Item) -> None:
        """Warn of a fact in a text that is printed only where this fact is unknown."""
        blanks = {f"operator.{name}" for name in item.if_unknown}
        for inner, text in walk_texts(item):
            found = ((code, raw) for code, words in text.root.items() for raw in list_placeholders(words))
            if first := next(((code, raw) for code, raw in found if raw.strip("{} ") in blanks), None):
                place = self.tree.find_inside((*loc, *inner, first[0]), first[1])
                message, hint = f"{first[1]} is a blank wherever this is printed", "if_unknown names it: leave it out"
                self._report(place, "always-blank", message, hint, severity="warning")

    def check_guide(self) -> None:
        guide = self.content.guide
        for i, name in enumerate(guide.order):
            place = self.tree.find_place(("guide", "order", i))
            if name not in guide.sections:
                hint = "add it below sections:"
                self._report(place, "missing-section", f'section "{name}" has no title', hint)
            if name in guide.order[:i]:
                self._report(place, "duplicate-section", f'section "{name}" stands here twice', "keep one of the two")
        for key in ("fields", "record"):
            for i, field in enumerate(getattr(guide.counter, key)):
                if (field.kind == "choice") != bool(field.options):
                    place = self.tree.find_place(("guide", "counter", key, i, "kind"), key=True)
                    self._report(
                        place, "choice-options", "only a choice has options, and it needs them", "see field-plan"
                    )

    def check_facts(self) -> None:
        defined, regulator = self.content.guide.facts, self.content.regulator
        owners: list[tuple[Loc, dict[str, Fact], dict[str, FactDefinition]]] = [
            (("regulator", "facts"), regulator.facts, defined.regulator),
            *((("operators", key, "facts"), op.facts, defined.operator) for key, op in self.content.operators.items()),
        ]
        for loc, facts, definitions in owners:
            misspelt = " ".join(suggest_name(name, definitions) for name in facts if name not in definitions)
            for name in sorted(set(definitions) - set(facts)):
                if not definitions[name].optional and f'"{name}"' not in misspelt:
                    hint = f'write "{name}: {{unknown: true}}" if nobody knows it'
                    self._report(self.tree.find_place(loc, key=True), "missing-fact", f'fact "{name}" is missing', hint)
            for name, fact in facts.items():
                if name not in definitions:
                    place, hint = self.tree.find_place((*loc, name), key=True), suggest_name(name, definitions)
                    self._report(place, "unknown-fact", f'no fact "{name}" is declared in guide.yaml', hint)
                else:
                    self._check_fact((*loc, name), fact, definitions[name])
        # Every handout prints the regulator's address as a QR code.
        if "site" not in regulator.facts or regulator.facts["site"].unknown:
            place = self.tree.find_place(("regulator", "facts", "site"), key=True)
            self._report(place, "missing-site", "the regulator's site must be known", "add its value, source and month")

    def _check_fact(self, loc: Loc, fact: Fact, definition: FactDefinition) -> None:
        key = self.tree.find_place(loc, key=True)
        if fact.unknown:
            if fact.value is not None or fact.common is not None:
                self._report(key, "fact-both", "a fact is unknown or has a value, not both", "delete one of the two")
            return
        if fact.common is not None:
            self._check_common((*loc, "common"), fact, definition)
            if "value" not in fact.model_fields_set:
                return
        if not fact.values:
            hint = 'write "unknown: true" if nobody knows it, and a code with # in quotes'
            self._report(key, "fact-empty", "this fact has no value", hint)
        if not fact.sources:
            self._report(key, "fact-unsourced", "this fact has no source", "add source: with an id of sources.yaml")
        if fact.checked is None:
            self._report(key, "fact-undated", "this fact has no date", "add checked: YYYY-MM")
        elif fact.checked > self.content.guide.checked:
            place, hint = self.tree.find_place((*loc, "checked")), "raise checked: in guide.yaml, or mend this month"
            self._report(
                place, "fact-ahead", "this month is later than the one printed on every page", hint, severity="warning"
            )
        for name in fact.sources:
            if name not in self.content.sources:
                place, hint = self.tree.find_inside((*loc, "source"), name), suggest_name(name, self.content.sources)
                self._report(place, "unknown-source", f'no source "{name}" in sources.yaml', hint)
        self._check_value((*loc, "value"), fact, definition)

    def _check_common(self, loc: Loc, fact: Fact, definition: FactDefinition) -> None:
        """Report a common fact that does not exist, or does not go with the fact that names it."""
        place, name = self.tree.find_place(loc), str(fact.common)
        facts, defined = self.content.regulator.facts, self.content.guide.facts.regulator
        if loc[0] == "regulator":
            place, hint = self.tree.find_place(loc, key=True), "give it a value, or take it in an operator's file"
            self._report(place, "common-fact", "only an operator takes a common fact", hint)
        elif name not in facts or name not in defined:
            self._report(place, "unknown-fact", f'no fact "{name}" in regulator.yaml', suggest_name(name, facts))
        elif defined[name].kind != definition.kind:
            message = f'"{name}" is of the kind {defined[name].kind}, this fact of the kind {definition.kind}'
            self._report(place, "common-fact", message, "name a common fact of the same kind")
        elif "value" not in fact.model_fields_set and (fact.sources or fact.checked):
            self._report(
                place, "common-fact", "the common fact has a source and a month of its own", "delete those here"
            )
        elif isinstance(fact.value, Text) or (fact.value is not None and isinstance(facts[name].value, Text)):
            self._report(place, "common-fact", "a text in several languages has no second value", "keep one of the two")

    def _check_value(self, loc: Loc, fact: Fact, definition: FactDefinition) -> None:
        if definition.kind not in FACT_FORMS:
            return
        pattern, words = FACT_FORMS[definition.kind]
        for value in fact.values:
            fits = re.fullmatch(pattern, value, re.ASCII) and (definition.kind != "date" or _is_date(value))
            if isinstance(fact.value, Text) or not fits:
                place = self.tree.find_inside(loc, value)
                self._report(place, "fact-form", f'"{value}" is not a {definition.kind}', f"expected {words}")

    def check_sources(self) -> None:
        for i, term in enumerate(self.content.glossary):
            if term.source != "unsourced":
                self._check_name(
                    term.source, self.content.sources, ("glossary", i, "source"), "unknown-source", "source"
                )
        for name, source in self.content.sources.items():
            if source.url is not None and not re.fullmatch(r"https?://[^\s\"<>]{3,300}", source.url):
                place = self.tree.find_place(("sources", name, "url"))
                self._report(place, "wrong-address", "this is not an address", "expected https://…")
            if source.page_date is not None and not _is_date(source.page_date):
                place = self.tree.find_place(("sources", name, "page_date"))
                self._report(place, "wrong-date", f"there is no day {source.page_date}", "expected YYYY-MM-DD")

    def check_differences(self) -> None:
        items = [(loc, item) for loc, item in walk_models(self.content) if isinstance(item, Item)]
        common = {item.id: item for loc, item in items if loc[0] != "operators"}
        for key, operator in self.content.operators.items():
            base: Loc = ("operators", key, "differences")
            for i, name in enumerate(operator.differences.leave_out):
                self._check_name(name, common, (*base, "leave_out", i), "unknown-id", "item")
            for name, words in operator.differences.replace.items():
                loc = (*base, "replace", name)
                if name not in common:
                    at, hint = self.tree.find_place(loc, key=True), suggest_name(name, common)
                    self._report(at, "unknown-id", f'no item "{name}"', hint)
                    continue
                has = [f for f, v in vars(common[name]).items() if isinstance(v, Text)]
                for part in sorted(words.model_fields_set - set(has)):
                    place = self.tree.find_place((*loc, part), key=True)
                    self._report(place, "unknown-key", f'"{name}" has no "{part}" to replace', suggest_name(part, has))
            own = {item.id for loc, item in items if loc[:2] == base[:2]}
            for loc, item in items:
                if loc[:2] == base[:2] and isinstance(item, Added) and item.after is not None:
                    self._check_name(item.after, {*common, *own}, (*loc, "after"), "unknown-id", "item")

    def check_text(self, loc: Loc, text: Text) -> None:
        printed_as_is, before = "facts" in loc and loc[-1] == "value", len(self.found)
        for code, words in text.root.items():
            place = (*loc, code)
            if words.count("**") % 2:
                found = self.tree.find_inside(place, "**", words.count("**") - 1)
                self._report(
                    found, "bold-open", 'this "**" is not closed', 'write "**" before and after the bold words'
                )
            if printed_as_is:
                continue
            for kind, value in split_markup(words):
                if kind == "placeholder":
                    self._check_placeholder(place, value, loc)
                else:
                    self._check_typed(place, value)
        source = text.root.get(SOURCE_LANGUAGE)
        for code, words in text.root.items() if source is not None and len(self.found) == before else ():
            if list_placeholders(words) != list_placeholders(source or ""):
                wanted = " ".join(list_placeholders(source or "")) or "none"
                message, hint = "the facts in this translation differ", f"expected {wanted}, as in {SOURCE_LANGUAGE}"
                at = self.tree.find_place((*loc, code))
                self._report(at, "placeholder-differs", message, hint, severity="warning")

    def _check_placeholder(self, loc: Loc, raw: str, owner: Loc) -> None:
        match, place = PLACEHOLDER.fullmatch(raw), self.tree.find_inside(loc, raw)
        if not match:
            self._report(place, "bad-placeholder", f"{raw} is not a placeholder", "write {{ operator.hotline }}")
            return
        scope, name = match.groups()
        defined = self.content.guide.facts
        known = {"operator": defined.operator, "regulator": defined.regulator}.get(scope)
        if known is None:
            self._report(place, "bad-placeholder", f'no "{scope}" to take facts from', suggest_name(scope, NAMES))
        elif name in NAMES[scope]:
            return
        elif name not in known:
            self._report(
                place, "unknown-fact", f'no fact "{scope}.{name}"', suggest_name(name, [*known, *NAMES[scope]])
            )
        elif known[name].optional:
            facts = self.content.regulator.facts if scope == "regulator" else {}
            if scope == "operator" and owner[0] == "operators":
                facts = self.content.operators[str(owner[1])].facts
            if name not in facts:
                hint = "use it only in the file of an operator that has it"
                self._report(place, "optional-fact", f'not every {scope} has the fact "{name}"', hint)

    def _check_typed(self, loc: Loc, words: str) -> None:
        plain = "".join(str(unicodedata.digit(c, c)) if not c.isascii() else c for c in words)
        for noun, pattern in self.typed_facts.items():
            match = pattern.search(plain)
            if match:
                typed = words[match.start() : match.end()].strip(" .,")
                hint = "put it into the facts, with its source, and name it here, such as {{ operator.hotline }}"
                self._report(
                    self.tree.find_inside(loc, typed), "typed-fact", f'"{typed}" is typed into a text ({noun})', hint
                )
                return

    def check_terms(self, loc: Loc, text: Text) -> None:
        """Warn where a text in the source language has a term whose translation is not the glossary's."""
        if loc[0] == "glossary" or SOURCE_LANGUAGE not in text.root:
            return
        source = " ".join(words for kind, words in split_markup(text[SOURCE_LANGUAGE]) if kind == "words")
        for pattern, term in self.terms:
            for code in sorted(set(text.root) & set(term.words.root)) if pattern.search(source) else ():
                words = text[code].casefold()
                right = [term.words[code], *term.also.get(code, ())]
                wrong = [v for v in term.variants.get(code, ()) if v.casefold() in words]
                if any(word.casefold() in words for word in right):
                    continue
                place = self.tree.find_inside((*loc, code), wrong[0]) if wrong else self.tree.find_place((*loc, code))
                message = f'"{term.words[SOURCE_LANGUAGE]}" is not translated as the glossary says'
                self._report(place, "glossary-term", message, f'expected "{right[0]}" ({term.id})', severity="warning")

    def check_characters(self) -> None:
        paths = []
        for code, language in self.content.languages.items():
            for key in ("regular", "bold"):
                path = self.fonts / str(getattr(language.font, key))
                if is_font(path):
                    paths.append(path)
                else:
                    names = [p.name for p in self.fonts.glob("*.ttf")]
                    place, hint = self.tree.find_place(("languages", code, "font", key)), suggest_name(path.name, names)
                    self._report(place, "missing-font", f'no font "{path.name}" in templates/fonts', hint)
        for name in find_changed_fonts(self.fonts):
            hint = "if that is meant, run: cd templates/fonts && sha256sum *.ttf > SHA256SUMS"
            self._report(
                Place(str(self.fonts / name), 0, 0), "font-changed", "this is not the font that is pinned", hint
            )
        strings = list(self._iter_strings())
        self._check_khmer(strings)
        missing = set(find_uncovered("".join(sorted({c for _, words in strings for c in words})), sorted(set(paths))))
        for loc, words in strings if paths else ():
            for c in sorted(missing & set(words)):
                place = self.tree.find_inside(loc, c)
                hint = "write it otherwise, or add a font that has it"
                self._report(place, "missing-glyph", f'no bundled font has "{c}" (U+{ord(c):04X})', hint)

    def _check_khmer(self, strings: list[tuple[Loc, str]]) -> None:
        """Tell where Khmer letters make no syllable: a font draws a dotted circle there."""
        font = (self.fonts / KHMER_FONT).read_bytes()
        broken = set(find_broken_khmer("\n".join(words for _, words in strings), font))
        for loc, words in strings if broken else ():
            for letters in find_broken_khmer(words, font):
                place, hint = self.tree.find_inside(loc, letters), "check the order of its letters and signs"
                self._report(place, "broken-khmer", f'"{letters}" is no Khmer syllable', hint)

    def _iter_strings(self) -> Iterator[tuple[Loc, str]]:
        for loc, (_place, node, _text) in self.tree.nodes.items():
            if isinstance(getattr(node, "value", None), str):
                yield loc, node.value


def match_typed_facts(units: Units) -> dict[str, re.Pattern[str]]:
    """Return what may not be typed into texts, as a pattern for each kind: codes, addresses, amounts and so on."""
    signs = join_words(word for word in units.amounts if unicodedata.category(word[0]) == "Sc")
    address = r"https?://\S+|[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|net|org|gov|info|asia|kh)\b\S*"
    return {
        "code": re.compile(r"[*#]\d[\d*#]*"),
        "address": re.compile(address, re.IGNORECASE),
        "amount": re.compile(rf"(?:{signs})\s?\d[\d.,]*|\d[\d.,]*\s?{join_units(units.amounts)}", re.IGNORECASE),
        "number": re.compile(r"\+?\d[\d ()-]{1,}\d"),
        "period": re.compile(rf"\d+\s?{join_units(units.periods)}"),
    }


def _is_date(date: str) -> bool:
    """Tell whether the day of a date exists; a year or a month alone does."""
    try:
        dt.date.fromisoformat(f"{date}-01-01"[:10])
    except ValueError:
        return False
    return True
