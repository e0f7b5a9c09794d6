"""Reports: what customers were asked for and told at a counter, without anything that says who they are."""

import re
from typing import Annotated, Literal

from pydantic import Field

from handout.model.texts import Identifier, Line, Month, Strict, Text, list_strings

# What is printed without a translation: an amount as it stands, a number of days as CLDR writes it.
MEASURED = re.compile(r"(?:0|[1-9][0-9]{0,6})(?:[.][0-9]{1,2})? (?:USD|KHR)|[1-9][0-9]{0,2} days?")
Said = Line | Annotated[list[Line], Field(min_length=1)] | Text


class Report(Strict):
    """What one customer asked for at a counter, and what was answered."""

    operator: Identifier
    month: Month = Field(description="The month of the visit: YYYY-MM, never the day.")
    town: Line = Field(description="The town in Latin letters, such as Siem Reap; no street.")
    asked: Literal["cancel", "suspend"] = Field(description="What the customer asked for.")
    answers: dict[Identifier, Said] = Field(
        min_length=1,
        description="By the name of a fact in guide.yaml: the id of a box on page 1 or of a paper, or a list of them, "
        "an amount such as 5 USD, a period such as 3 days, or words in every language.",
    )

    @property
    def strings(self) -> list[str]:
        """Return all strings of the answers; a text's are those of all languages."""
        return [words for said in self.answers.values() for words in list_strings(said)]
