"""Links: the addresses that facts, statuses and terms cite, and the line that says what has become of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from handout.base.diagnostics import Loc
from handout.load.tree import Tree
from handout.model.content import Content, Term
from handout.model.facts import Passage, Sourced
from handout.model.texts import walk_models
from handout.tools.findings import GOOD, Finding
from handout.tools.web import hide_login


@dataclass
class Link:
    """An address that is cited: where it stands, by what it is cited, and the quotes that rest on it with places."""

    address: str
    loc: Loc
    sources: list[str] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    quotes: dict[str, Loc] = field(default_factory=dict)


def list_links(content: Content, operators: Sequence[str] = ()) -> list[Link]:
    """Return the addresses that are cited, in the order of sources.yaml; only those of some operators' facts if named.

    A quote rests on its own ``fixed`` address, or on its source's when it has none.
    """
    uses, links = _list_uses(content, operators), dict[str, Link]()
    for name, source in content.sources.items():
        for user, loc, passage in uses[name]:
            fixed = passage.fixed if passage else None
            places: list[tuple[str | None, Loc]] = [
                (source.url, ("sources", name, "url")),
                (fixed, (*loc, name, "fixed")),
            ]
            for address, place in places:
                if address:
                    link = links.setdefault(address, Link(address, place))
                    link.sources += [name] * (name not in link.sources)
                    link.cited += [user] * (user not in link.cited)
                    if passage and passage.quote and address == (fixed or source.url):
                        link.quotes.setdefault(passage.quote, (*loc, name, "quote"))
    return list(links.values())


def _list_uses(content: Content, operators: Sequence[str]) -> dict[str, list[tuple[str, Loc, Passage | None]]]:
    """Return by source who cites it, the path of that ``source``, and the passage."""
    shared = {fact.common for key in operators for fact in content.operators[key].facts.values()}
    uses = defaultdict[str, list[tuple[str, Loc, Passage | None]]](list)
    for loc, model in walk_models(content):
        if isinstance(model, Term) and not operators:
            uses[model.source].append((model.id, (*loc, "source"), None))
        elif isinstance(model, Sourced):
            owner = str(loc[1] if loc[0] == "operators" else loc[0])
            if not operators or owner in operators or (owner == "regulator" and loc[-1] in shared):
                for name in model.sources:
                    uses[name].append((f"{owner}.{loc[-1]}", (*loc, "source"), model.passages.get(name)))
    return uses


def format_finding(link: Link, finding: Finding, tree: Tree) -> str:
    """Return a line: the state, the sources, who cites them, the address, what was found, and where to mend it."""

    def place(loc: Loc) -> str:
        found = tree.find_place(loc)
        return f"{found.path}:{found.line}:{found.column}"

    lost = [f'not there: "{quote}" ({place(link.quotes[quote])})' for quote in finding.lost]
    words = "".join(letter if letter.isprintable() else "?" for letter in finding.words)
    words = "; ".join(filter(None, [words, *lost])) or ("" if link.quotes else "no quote to look for")
    where = "" if finding.state in GOOD else f" ({place(link.loc)})"
    cited = f"{', '.join(link.sources)} for {', '.join(link.cited)}"
    return f"{finding.state:8} {cited}: {hide_login(link.address)}{where}{words and f': {words}'}"
