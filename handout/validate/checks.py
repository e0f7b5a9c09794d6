"""Checks: what typed content can still have wrong, for which the whole of it is needed."""

from collections.abc import Iterator
from pathlib import Path

from handout.base.diagnostics import Diagnostic
from handout.load.tree import Tree
from handout.model.content import Content
from handout.validate import characters, facts, languages, prose, references

CHECKS = (
    languages.check_pairs,
    languages.check_file_names,
    languages.check_words,
    languages.check_translations,
    references.check_ids,
    references.check_conditions,
    references.check_guide,
    references.check_glossary,
    references.check_differences,
    facts.check_facts,
    facts.check_site,
    facts.check_sources,
    prose.check_texts,
    prose.check_terms,
)


def check_content(content: Content, tree: Tree, fonts: Path) -> Iterator[Diagnostic]:
    """Yield every problem of typed content; ``fonts`` holds the bundled fonts."""
    for check in CHECKS:
        yield from check(content, tree)
    yield from characters.check_fonts(content, tree, fonts)
    yield from characters.check_glyphs(content, tree, fonts)
    yield from characters.check_khmer(tree, fonts)
