"""Citations: the sources that a handout relies on, numbered in the order in which its page first names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handout.model.facts import Fact, FactDefinition, Source
from handout.model.texts import Text


@dataclass(frozen=True)
class Citation:
    """A source that this handout relies on: its number, and the labels of the facts taken from it."""

    number: int
    source: Source
    facts: list[Text] = field(default_factory=list)


class Citations:
    """The citations of one page; naming a source that has no number yet gives it the next one."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self.by_source: dict[str, Citation] = {}

    def cite_source(self, key: str) -> Citation:
        """Return the citation of a source of the content."""
        return self.by_source.setdefault(key, Citation(len(self.by_source) + 1, self._sources[key]))

    def cite_fact(self, fact: Fact, definition: FactDefinition) -> list[int]:
        """Return the numbers of a fact's sources, each of which notes the fact's label."""
        numbers = []
        for citation in map(self.cite_source, fact.sources):
            if definition.label not in citation.facts:
                citation.facts.append(definition.label)
            numbers.append(citation.number)
        return numbers
