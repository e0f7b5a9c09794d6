"""Validate: the loaded tree as typed content, or every problem of it at once."""

from __future__ import annotations

import re
import typing
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, RootModel, ValidationError

from handout.diagnostics import ContentError, Diagnostic, suggest_name
from handout.fonts import find_uncovered
from handout.load import Loc, Place, Tree, load_content
from handout.model import AddedDocument, AddedFaq, AddedStep, AddedWarning, Content, Fact, FactDefinition, Item, Text
from handout.text import PLACEHOLDER, split_markup

ADDED = (AddedDocument, AddedFaq, AddedStep, AddedWarning)
# Placeholders that stand for names, not facts.
NAMES = {"operator": ("name",), "regulator": ("name", "short")}
# What may not be typed into prose: service codes, addresses, money, runs of three digits or more, periods.
TYPED_FACTS = (
    ("code", re.compile(r"[*#]\d[\d*#]*")),
    ("address", re.compile(r"(?:https?://\S+|[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|net|org|gov|info|asia|kh)\b\S*)", re.I)),
    ("amount", re.compile(r"(?:[$៛¥€]\s?\d[\d.,]*|\d[\d.,]*\s?(?:USD|KHR|dollars?|riels?|美元|瑞尔|元|ដុល្លារ|រៀល|[$៛%]))", re.I)),
    ("number", re.compile(r"\+?\d[\d ()-]{1,}\d")),
    ("period", re.compile(r"\d+\s?(?:days?|weeks?|months?|years?|hours?|minutes?|[天日周月年]|个月|小时|分钟|ថ្ងៃ|សប្ដាហ៍|សប្តាហ៍|ខែ|ឆ្នាំ|ម៉ោង|នាទី)")),
)


def validate_content(folder: Path, fonts: Path) -> Content:
    """Load and check the content of ``folder``; ``fonts`` holds the bundled fonts.

    Raises ContentError with every problem found, each at its file, line and column.
    """
    tree, problems = load_content(folder)
    if any(p.code in {"missing-file", "empty-file", "no-content", "yaml-syntax", "not-utf8"} for p in problems):
        raise ContentError(problems)
    try:
        content = Content.model_validate(tree.data)
    except ValidationError as error:
        # The branches of a union each report; the first that fails at a place says enough.
        explained = {(d.path, d.line, d.column): d for d in reversed([_explain(e, tree) for e in error.errors()])}
        raise ContentError([*problems, *explained.values()]) from None
    check = _Check(content, tree, fonts)
    problems += check.find_problems()
    if any(p.severity == "error" for p in problems):
        raise ContentError(problems)
    return content


def walk_texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Text]]:
    """Yield every Text below a model, mapping or list, with its path."""
    if isinstance(value, Text):
        yield loc, value
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from walk_texts(getattr(value, name), (*loc, info.alias or name))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from walk_texts(part, (*loc, key))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from walk_texts(part, (*loc, i))


def _walk_items(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Item]]:
    if isinstance(value, Item):
        yield loc, value
    if isinstance(value, BaseModel) and not isinstance(value, RootModel):
        for name in type(value).model_fields:
            yield from _walk_items(getattr(value, name), (*loc, name))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _walk_items(part, (*loc, key))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from _walk_items(part, (*loc, i))


def _explain(error: Any, tree: Tree) -> Diagnostic:
    """Turn one pydantic error into words for an editor, at the place in the file."""
    loc: Loc = tuple(error["loc"])
    kind, last = error["type"], loc[-1] if loc else ""
    if kind == "missing":
        place = tree.find_place(loc[:-1], key=True)
        return _at(place, "missing-key", f'key "{last}" is missing here')
    if kind == "extra_forbidden":
        known = _known_keys(loc[:-1])
        return _at(tree.find_place(loc, key=True), "unknown-key", f'unknown key "{last}"', suggest_name(str(last), known))
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        hint = suggest_name(str(error["input"]), known)
        return _at(tree.find_place(loc), "unknown-value", f'"{error["input"]}" is not allowed here', hint)
    if kind == "string_too_short":
        return _at(tree.find_place(loc, key=True), "empty-text", "there are no words here")
    message = error["msg"]
    if kind == "string_type" and error["input"] is None:
        return _at(tree.find_place(loc, key=True), "empty-text", "there are no words here")
    if kind == "string_pattern_mismatch":
        message = f'"{error["input"]}" is not written as expected'
        return _at(tree.find_place(loc), "wrong-form", message, f"pattern {error['ctx']['pattern']}")
    return _at(tree.find_place(loc), "wrong-type", message[0].lower() + message[1:])


def _known_keys(loc: Loc) -> list[str]:
    """Return the keys that the content type at ``loc`` knows."""
    here: Any = Content
    for part in loc:
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {info.alias or name: info for name, info in here.model_fields.items()}
            here = fields[str(part)].annotation if str(part) in fields else None
        else:
            arguments = [a for a in typing.get_args(here) if a is not type(None)]
            here = arguments[-1] if arguments else None
        while typing.get_origin(here) in (typing.Union, typing.Annotated, getattr(typing, "UnionType", None)):
            here = next((a for a in typing.get_args(here) if a is not type(None)), None)
        if not isinstance(here, type) and "|" in str(here):
            here = next((a for a in typing.get_args(here) if a is not type(None)), None)
    if isinstance(here, type) and issubclass(here, BaseModel) and here is not Text:
        return [info.alias or name for name, info in here.model_fields.items()]
    return []


def _at(place: Place, code: str, message: str, hint: str = "") -> Diagnostic:
    return Diagnostic(place.path, place.line, place.column, code, message, hint)


class _Check:
    """The checks that need the whole content: references, languages, facts, numbers, characters."""

    def __init__(self, content: Content, tree: Tree, fonts: Path) -> None:
        self.content, self.tree, self.fonts = content, tree, fonts
        self.needed = {code for pair in content.guide.pairs for code in pair.split("-")}
        self.texts = list(walk_texts(content))
        self.found: list[Diagnostic] = []

    def find_problems(self) -> list[Diagnostic]:
        """Run every check and return all diagnostics."""
        self._check_languages()
        self._check_ids()
        self._check_facts()
        self._check_differences()
        for loc, text in self.texts:
            self._check_text(loc, text)
        self._check_characters()
        return self.found

    def _report(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self.found.append(_at(place, code, message, hint))

    def _check_languages(self) -> None:
        languages = self.content.languages
        for i, pair in enumerate(self.content.guide.pairs):
            first, second = pair.split("-")
            for code in (first, second):
                if code not in languages:
                    place = self.tree.find_place(("guide", "pairs", i))
                    self._report(place, "unknown-language", f'no file languages/{code}.yaml', suggest_name(code, languages))
            if first == second:
                self._report(self.tree.find_place(("guide", "pairs", i)), "same-language", "a pair needs two languages")
        for folder, group in (("languages", languages), ("operators", self.content.operators)):
            for stem, model in group.items():
                key = "code" if folder == "languages" else "id"
                if getattr(model, key) != stem:
                    place = self.tree.find_place((folder, stem, key))
                    self._report(place, "wrong-id", f'{key} "{getattr(model, key)}" must be the file\'s name, "{stem}"')
        for loc, text in self.texts:
            for code in sorted(self.needed & set(languages) - set(text.root)):
                place = self.tree.find_place(loc, key=True)
                self._report(place, "missing-translation", f'"{loc[-1]}" has no {code} ({languages[code].name})')
            for code in sorted(set(text.root) - set(languages)):
                place = self.tree.find_place((*loc, code), key=True)
                self._report(place, "unknown-language", f'no file languages/{code}.yaml', suggest_name(code, languages))

    def _check_ids(self) -> None:
        seen: dict[str, Place] = {}
        for loc, item in _walk_items(self.content):
            place = self.tree.find_place((*loc, "id"))
            if item.id in seen:
                first = seen[item.id]
                self._report(place, "duplicate-id", f'id "{item.id}" is taken', f"{first.path}:{first.line} has it")
            seen.setdefault(item.id, place)
            for key in ("if_known", "if_unknown"):
                for i, name in enumerate(getattr(item, key)):
                    self._check_name(name, self.content.guide.facts.operator, (*loc, key, i), "unknown-fact", "fact")

    def _check_name(self, name: str, known: Any, loc: Loc, code: str, noun: str) -> None:
        if name not in known:
            self._report(self.tree.find_place(loc), code, f'no {noun} "{name}"', suggest_name(name, known))

    def _check_facts(self) -> None:
        defined = self.content.guide.facts
        owners: list[tuple[Loc, dict[str, Fact], dict[str, FactDefinition]]] = [
            (("regulator", "facts"), self.content.regulator.facts, defined.regulator),
            *((("operators", key, "facts"), op.facts, defined.operator) for key, op in self.content.operators.items()),
        ]
        for loc, facts, definitions in owners:
            for name in sorted(set(definitions) - set(facts)):
                if not definitions[name].optional:
                    place = self.tree.find_place(loc, key=True)
                    self._report(place, "missing-fact", f'fact "{name}" is missing', 'write "unknown: true" if nobody knows it')
            for name, fact in facts.items():
                if name not in definitions:
                    place = self.tree.find_place((*loc, name), key=True)
                    self._report(place, "unknown-fact", f'no fact "{name}" is declared in guide.yaml', suggest_name(name, definitions))
                else:
                    self._check_fact((*loc, name), fact, definitions[name])
        for i, term in enumerate(self.content.glossary):
            if term.source != "unsourced":
                self._check_name(term.source, self.content.sources, ("glossary", i, "source"), "unknown-source", "source")

    def _check_fact(self, loc: Loc, fact: Fact, definition: FactDefinition) -> None:
        key = self.tree.find_place(loc, key=True)
        if fact.unknown:
            if fact.value is not None:
                self._report(key, "fact-both", "a fact is unknown or has a value, not both")
            return
        if fact.value is None:
            self._report(key, "fact-empty", "this fact has no value", 'write "unknown: true" if nobody knows it')
        if not fact.sources:
            self._report(key, "fact-unsourced", "this fact has no source", "add source: with an id of sources.yaml")
        if fact.checked is None:
            self._report(key, "fact-undated", "this fact has no date", "add checked: YYYY-MM")
        for name in fact.sources:
            place = self.tree.find_inside((*loc, "source"), name)
            if name not in self.content.sources:
                hint = suggest_name(name, self.content.sources)
                self._report(place, "unknown-source", f'no source "{name}" in sources.yaml', hint)
        if definition.kind == "days" and not all(v.isdecimal() for v in fact.values):
            self._report(self.tree.find_place((*loc, "value")), "wrong-type", "a number of days is written as digits")

    def _check_differences(self) -> None:
        common = {item.id: item for loc, item in _walk_items(self.content) if loc[0] != "operators"}
        for key, operator in self.content.operators.items():
            base: Loc = ("operators", key, "differences")
            for i, name in enumerate(operator.differences.leave_out):
                self._check_name(name, common, (*base, "leave_out", i), "unknown-id", "item")
            for name, words in operator.differences.replace.items():
                loc = (*base, "replace", name)
                if name not in common:
                    self._report(self.tree.find_place(loc, key=True), "unknown-id", f'no item "{name}"', suggest_name(name, common))
                    continue
                has = [f for f, v in vars(common[name]).items() if isinstance(v, Text)]
                for part in sorted(words.model_fields_set - set(has)):
                    place = self.tree.find_place((*loc, part), key=True)
                    self._report(place, "unknown-key", f'"{name}" has no "{part}" to replace', suggest_name(part, has))
            for loc, item in _walk_items(operator.differences.add, (*base, "add")):
                if isinstance(item, ADDED) and item.after is not None:
                    known = {*common, *(other.id for _, other in _walk_items(operator.differences.add))}
                    self._check_name(item.after, known, (*loc, "after"), "unknown-id", "item")

    def _check_text(self, loc: Loc, text: Text) -> None:
        printed_as_is = "facts" in loc and loc[-1] == "value" or loc[0] == "languages"
        for code, words in text.root.items():
            place = (*loc, code)
            if words.count("**") % 2:
                self._report(self.tree.find_inside(place, "**"), "bold-open", 'a "**" is not closed')
            if printed_as_is:
                continue
            for kind, value in split_markup(words):
                if kind == "placeholder":
                    self._check_placeholder(place, value, loc)
                else:
                    self._check_typed(place, value)

    def _check_placeholder(self, loc: Loc, raw: str, owner: Loc) -> None:
        match = PLACEHOLDER.fullmatch(raw)
        place = self.tree.find_inside(loc, raw)
        if not match:
            self._report(place, "bad-placeholder", f"{raw} is not a placeholder", "write {{ operator.hotline }}")
            return
        scope, name = match.groups()
        defined = self.content.guide.facts
        known = {"operator": defined.operator, "regulator": defined.regulator}.get(scope)
        if known is None:
            self._report(place, "bad-placeholder", f'no "{scope}" to take facts from', suggest_name(scope, ["operator", "regulator"]))
        elif name in NAMES[scope]:
            return
        elif name not in known:
            self._report(place, "unknown-fact", f'no fact "{scope}.{name}"', suggest_name(name, [*known, *NAMES[scope]]))
        elif scope == "operator" and known[name].optional:
            own = owner[0] == "operators" and name in self.content.operators[str(owner[1])].facts
            if not own:
                hint = "use it only in the file of an operator that has it"
                self._report(place, "optional-fact", f'not every operator has the fact "{name}"', hint)

    def _check_typed(self, loc: Loc, words: str) -> None:
        plain = "".join(str(unicodedata.digit(c, c)) if not c.isascii() else c for c in words)
        for noun, pattern in TYPED_FACTS:
            match = pattern.search(plain)
            if match:
                typed = words[match.start() : match.end()].strip()
                hint = "put it into the facts with its source and use a placeholder"
                self._report(self.tree.find_inside(loc, typed), "typed-fact", f'"{typed}" is a {noun} typed into prose', hint)
                return

    def _check_characters(self) -> None:
        faces = {}
        for code, language in self.content.languages.items():
            for i, name in enumerate((language.font.regular, language.font.bold)):
                path = self.fonts / name
                if not path.is_file():
                    place = self.tree.find_place(("languages", code, "font", ("regular", "bold")[i]))
                    self._report(place, "missing-font", f"no font file {name} in templates/fonts")
                    return
                faces.setdefault(code, path)
        everything = {c for node in self._iter_strings() for c in node[1]}
        missing = set(find_uncovered("".join(sorted(everything)), list(faces.values())))
        for loc, words in self._iter_strings() if missing else ():
            for c in sorted(missing & set(words)):
                place = self.tree.find_inside(loc, c)
                self._report(place, "no-glyph", f'no bundled font has "{c}" (U+{ord(c):04X})')

    def _iter_strings(self) -> Iterator[tuple[Loc, str]]:
        for loc, (_place, node, _text) in self.tree.nodes.items():
            if isinstance(getattr(node, "value", None), str):
                yield loc, node.value
