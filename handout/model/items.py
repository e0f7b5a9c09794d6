"""Items: what the handouts say, piece by piece, each with an id."""

from typing import Literal

from pydantic import Field

from handout.model.values import Identifier, Strict, Text

Phase = Literal["before", "branch", "after"]

# The pictures in templates/icons, always beside words.
Icon = Literal["book-user", "card-sim", "history", "id-card", "phone", "receipt-text", "stamp", "triangle-alert"]


class Item(Strict):
    """Words with an id; ``if_known`` and ``if_unknown`` name operator facts that decide whether it is printed."""

    id: Identifier
    icon: Icon | None = Field(default=None, description="The picture beside the words.")
    if_known: list[Identifier] = Field(
        default=[], description="Printed only for operators of which all these facts are known."
    )
    if_unknown: list[Identifier] = Field(
        default=[], description="Printed only for operators of which none of these facts is known."
    )


class TextItem(Item):
    """One sentence or two: an action, a tip, a warning, a reason."""

    text: Text


class Step(Item):
    """A step of the way: a heading, the actions to take and tips."""

    phase: Phase
    title: Text
    actions: list[TextItem] = Field(min_length=1)
    tips: list[TextItem] = []


class Document(Item):
    """A paper to bring, and for whom."""

    name: Text
    why: Text
    who: Literal["everyone", "foreigner", "citizen", "asked"]


class Option(Strict):
    """One tick box of an answer, a choice or a request; ``blank`` adds a pen blank after it."""

    id: Identifier
    text: Text
    blank: bool = Field(default=False, description="true: a blank for the pen follows.")


class Answer(Item):
    """A question that the staff member answers by ticking."""

    question: Text
    options: list[Option] = Field(min_length=1)


class Faq(Item):
    """A question of the reader and its answer."""

    question: Text
    answer: Text
