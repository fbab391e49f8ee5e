"""Messages that go on from an answer, and messages that ask two things: what the person gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from retrieval import evaluate
from retrieval.asked import Asked
from retrieval.confidence import MOST_CHOICES
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

HELDOUT = Path(__file__).resolve().parent / "heldout" / "follow-ups.jsonl"


class Line(BaseModel):
    """One message. ``after`` is the entry answered just before it, or null; ``expect`` holds the
    right entries of each answer that is due, and nothing where the message asks nothing of ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    language: str
    after: str | None
    text: str
    expect: list[list[str]]


@dataclass(frozen=True)
class _Seen:
    """One message and what was found for it."""

    line: Line
    asked: Asked

    @property
    def is_right(self) -> bool:
        """Answered, with as many right answers as are due and in their order."""
        hits = self.asked.hits[: self.asked.answers]
        expected = self.line.expect
        return len(hits) == len(expected) and all(
            hit.id in right for hit, right in zip(hits, expected, strict=True)
        )

    @property
    def is_offered(self) -> bool:
        """Not answered, but offered among the choices."""
        offered = {hit.id for hit in self.asked.hits[:MOST_CHOICES]}
        return self.asked.outcome == "choose" and bool(offered.intersection(*self.line.expect[:1]))

    @property
    def is_wrong(self) -> bool:
        """Answered with an entry that answers nothing of what was asked."""
        right = {name for names in self.line.expect for name in names}
        return any(hit.id not in right for hit in self.asked.hits[: self.asked.answers])


def measure() -> dict[str, Any]:
    """Search for every held-out message in the index in service.

    Raises:
        ValueError: a line is not as it should be, or names an entry that does not exist.
    """
    service = Service(RetrievalSettings())
    seen = look(read(HELDOUT), service)
    languages = list(dict.fromkeys(one.line.language for one in seen))
    parts = {name: [one for one in seen if one.line.language == name] for name in languages}
    return {
        "knowledge": service.served.index.made.knowledge,
        "quality": {name: quality(some) for name, some in {**parts, "all": seen}.items()},
    }


def read(path: Path) -> list[Line]:
    """The lines of the file ``path``.

    Raises:
        ValueError: one is not as it should be.
    """
    return [Line.model_validate_json(line) for line in path.read_text("utf-8").splitlines()]


def look(lines: Sequence[Line], service: Service) -> list[_Seen]:
    """What ``service`` finds for each of ``lines``.

    Raises:
        ValueError: a line names an entry that does not exist.
    """
    named = {
        name
        for line in lines
        for name in (*(name for names in line.expect for name in names), line.after)
    }
    missing = sorted(str(name) for name in named - service.served.entries - {None})
    if missing:
        raise ValueError(f"follow-ups name unknown entries: {', '.join(missing)}")
    return [
        _Seen(line, service.search(line.text, line.language, evaluate.DEPTH, line.after))
        for line in lines
    ]


def quality(seen: Sequence[_Seen]) -> dict[str, Any]:
    """Shares, each with its interval: of follow-ups, of messages that ask two things, of longer
    ones that ask one, and of follow-ups that are none of our subjects."""
    follow = [one for one in seen if one.line.after and one.line.expect]
    two = [one for one in seen if len(one.line.expect) == 2]
    single = [one for one in seen if not one.line.after and len(one.line.expect) == 1]
    strange = [one for one in seen if not one.line.expect]

    def share(some: Sequence[_Seen], test: Callable[[_Seen], bool]) -> dict[str, float]:
        measured = evaluate.wilson(sum(test(one) for one in some), len(some))
        return {name: round(value, 4) for name, value in asdict(measured).items()}

    return {
        "follow_ups": len(follow),
        "answered_right": share(follow, lambda one: one.is_right),
        "answered_or_offered": share(follow, lambda one: one.is_right or one.is_offered),
        "answered_wrong": share(follow, lambda one: one.is_wrong),
        "of_two_things": len(two),
        "both_right": share(two, lambda one: one.is_right),
        "two_wrong": share(two, lambda one: one.is_wrong),
        "of_one_thing": len(single),
        "parted": share(single, lambda one: one.asked.answers == 2),
        "out_of_scope": len(strange),
        "out_answered": share(strange, lambda one: one.asked.answers > 0),
    }
