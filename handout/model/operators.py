"""Operators and the regulator: names, facts, and differences from the common guide."""

from typing import Literal

from pydantic import Field

from handout.model.facts import Fact, Sourced
from handout.model.guide import Document, Faq, Item, Step, TextItem
from handout.model.texts import Identifier, Strict, Text

Replaceable = Literal["text", "title", "question", "answer", "name", "why"]


class Regulator(Strict):
    """The regulator's names and facts."""

    names: Text
    short: Text
    facts: dict[Identifier, Fact]


class Added(Item):
    """An item of one operator alone; it stands after the item named, at the end of its list when none is."""

    after: Identifier | None = Field(None, description="The id of the item that it follows; the end when left out.")


class AddedFaq(Faq, Added):
    """A question of one operator's handouts alone."""


class AddedWarning(TextItem, Added):
    """A warning of one operator's handouts alone."""


class AddedDocument(Document, Added):
    """A paper that one operator alone asks for."""


class AddedStep(Step, Added):
    """A step that one operator alone has."""


class Addition(Strict):
    """Items of one operator alone."""

    faqs: list[AddedFaq] = []
    warnings: list[AddedWarning] = []
    documents: list[AddedDocument] = []
    steps: list[AddedStep] = []


class Differences(Strict):
    """How one operator's handouts differ from the common guide."""

    leave_out: list[Identifier] = Field([], description="Ids of common items that are not printed for this operator.")
    replace: dict[Identifier, dict[Replaceable, Text]] = Field(
        {}, description="Id of a common item: the words printed instead; the keys must be ones that the item has."
    )
    add: Addition = Addition()


class Status(Sourced):
    """Whether an operator operates, by which source; "unconfirmed" may have none."""

    value: Literal["operating", "unconfirmed"] = Field(
        description="unconfirmed: no recent source says that it operates."
    )


class Operator(Strict):
    """One operator: names, status, facts, and differences from the common guide."""

    id: Identifier
    names: Text
    status: Status
    notice: Text | None = Field(None, description="A warning that page 1 of its handout prints.")
    facts: dict[Identifier, Fact]
    differences: Differences = Differences()
