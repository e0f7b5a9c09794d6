"""The words that each fact of the content rests on."""

from __future__ import annotations


def test_each_fact_has_a_quote_for_each_source(content):
    """Every fact and status with a source keeps, for each of its sources, the words of that page."""
    owners = {**content.operators, "regulator": content.regulator}
    sourced = {(key, name): fact for key, owner in owners.items() for name, fact in owner.facts.items() if fact.sources}
    sourced |= {(key, "status"): operator.status for key, operator in content.operators.items()}
    assert sourced
    unquoted = {
        key: missing
        for key, fact in sourced.items()
        if (missing := set(fact.sources) - {name for name, passage in fact.passages.items() if passage.quote})
    }
    assert unquoted == {}
