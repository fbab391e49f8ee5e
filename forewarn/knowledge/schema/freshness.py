"""How long what is written stays fresh."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, PositiveInt, model_validator

from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.record import Record


class AgesLike(StrEnum):
    """What kind of fact a text rests on: some stay true longer than others."""

    advice = "advice"
    procedure = "procedure"
    law = "law"
    news = "news"
    figure = "figure"
    plan = "plan"


class Freshness(Record):
    """After how many days to look again (``freshness.yml``)."""

    facts: dict[AgesLike, PositiveInt] = Field(description="days after `reviewed`, by kind of fact")
    printed: dict[ContactKind, PositiveInt] = Field(
        description="days after `last_printed`, by kind of contact"
    )
    dialled: PositiveInt = Field(description="days after `last_dialled`, for every contact")

    @model_validator(mode="after")
    def _is_complete(self) -> Freshness:
        for given, kinds in ((self.facts, AgesLike), (self.printed, ContactKind)):
            missing = [kind.value for kind in kinds if kind not in given]
            if missing:
                raise ValueError(f"every kind needs its days; missing: {', '.join(missing)}")
        return self
