"""Languages: every language that is needed is there, complete, and every file has its name."""

import re
import string
from collections.abc import Iterator

import babel

from handout.base.diagnostics import Diagnostic, suggest_name
from handout.load.tree import Tree
from handout.model.content import SOURCE_LANGUAGE, Content
from handout.model.walk import walk_texts


def check_pairs(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report pairs of one language, and of languages that have no file."""
    languages = content.languages
    for i, pair in enumerate(content.guide.pairs):
        first, second = pair.split("-")
        for code in {first, second} - set(languages):
            hint = suggest_name(code, languages)
            yield tree.report(("guide", "pairs", i), "unknown-language", f"no file languages/{code}.yaml", hint)
        if first == second:
            yield tree.report(("guide", "pairs", i), "same-language", "a pair needs two languages", "such as zh-km")


def check_file_names(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report operators and languages whose file has another name than they have."""
    names = [("languages", stem, "code", language.code) for stem, language in content.languages.items()]
    names += [("operators", stem, "id", operator.id) for stem, operator in content.operators.items()]
    for folder, stem, key, name in names:
        if name != stem:
            message = f'{key} "{name}" is not the file\'s name'
            yield tree.report((folder, stem, key), "wrong-id", message, f'expected "{stem}"')


def check_words(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report unknown locales, and interface words whose names in braces are not those of the source language."""
    for stem, language in content.languages.items():
        try:
            babel.Locale.parse(language.locale)
        except (ValueError, babel.UnknownLocaleError):
            loc, hint = ("languages", stem, "locale"), "expected a CLDR name such as km or zh_Hans"
            yield tree.report(loc, "unknown-locale", f'no locale "{language.locale}"', hint)
        source = content.languages.get(SOURCE_LANGUAGE, language).words.model_dump(by_alias=True)
        for key, words in language.words.model_dump(by_alias=True).items():
            known = set(re.findall(r"\{(\w+)\}", source[key]))
            if _list_braces(words) != known:
                wanted = ", ".join(f"{{{name}}}" for name in sorted(known)) or "no braces"
                message = "the names in {braces} are not the ones to be filled in"
                hint = f"expected {wanted}, as in {SOURCE_LANGUAGE}.yaml"
                yield tree.report(("languages", stem, "words", key), "wrong-braces", message, hint)


def _list_braces(words: str) -> set[str]:
    """Return the names in braces; "{" stands for what cannot be filled in."""
    try:
        parts = [part[1:] for part in string.Formatter().parse(words) if part[1] is not None]
    except ValueError:
        return {"{"}
    return {"{" if form or conversion else str(name) for name, form, conversion in parts}


def check_translations(content: Content, tree: Tree) -> Iterator[Diagnostic]:
    """Report texts that lack a language of a pair, or have one that has no file."""
    languages = content.languages
    needed = {code for pair in content.guide.pairs for code in pair.split("-")} & set(languages)
    for loc, text in walk_texts(content):
        for code in needed - set(text.root):
            message, hint = f'"{loc[-1]}" has no {code} ({languages[code].name})', f'add a line "{code}: …"'
            yield tree.report(loc, "missing-translation", message, hint, key=True)
        for code in set(text.root) - set(languages):
            message, hint = f"no file languages/{code}.yaml", suggest_name(code, languages)
            yield tree.report((*loc, code), "unknown-language", message, hint, key=True)
