"""What decides about an offer where no sign stands in it."""

from __future__ import annotations

from pydantic import Field, model_validator

from forewarn.knowledge.schema.record import Id, Record
from forewarn.knowledge.schema.texts import Localized, LocalizedTexts


class DecidingAnswer(Record):
    """One answer to a deciding question, to be tapped."""

    id: Id
    label: Localized
    raises: Id | None = Field(default=None, description="the red flag it stands for")
    settles: list[Id] = Field(
        default_factory=list, description="other questions that need no asking after it"
    )
    no_proof: bool = Field(
        default=False, description="whether what it names decides nothing, which is then said"
    )


class DecidingQuestion(Record):
    """A question about the one fact that decides, asked where the text does not tell it."""

    id: Id
    ask: Localized
    told: LocalizedTexts = Field(description="patterns of texts that tell it themselves")
    told_by_place: bool = Field(
        default=False, description="whether a text that names a country or a town tells it too"
    )
    answers: list[DecidingAnswer] = Field(min_length=2)


class Deciding(Record):
    """What decides about an offer of work without a sign, and what does not (``deciding.yml``)."""

    about: LocalizedTexts = Field(description="patterns of texts that are about work")
    leans_on: LocalizedTexts = Field(
        description="patterns of what offers name as proof: a licence, a contract, a video call"
    )
    no_proof: Localized = Field(description="that none of these is proof")
    check_otherwise: Id = Field(
        description="the entry on checking an agency, for countries without `check_job`"
    )
    questions: list[DecidingQuestion] = Field(min_length=1)

    @model_validator(mode="after")
    def _settles_what_is_asked(self) -> Deciding:
        known = {question.id for question in self.questions}
        for question in self.questions:
            for answer in question.answers:
                if not known.issuperset(answer.settles):
                    raise ValueError("an answer can settle only questions of this file")
        return self
