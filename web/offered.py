"""The languages people may choose: ours, and Chinese in Traditional characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from forewarn.knowledge.schema.languages import Language


@dataclass(frozen=True)
class Offered:
    """A language as people choose it. ``of`` is the code by which the other parts know it; ``tags``
    are what a browser may call it."""

    code: str
    name: str
    html_lang: str
    of: str
    tags: tuple[str, ...]

    @property
    def converted(self) -> bool:
        """Whether it is one of ours in other characters."""
        return self.code != self.of

    def as_json(self) -> dict[str, str]:
        """As a widget lists it."""
        shown = asdict(self)
        return {name: shown[name] for name in ("code", "name", "html_lang")}


def offered(languages: list[Language]) -> Iterator[Offered]:
    """Every language people may choose, each way of writing after its own language."""
    for one in languages:
        yield Offered(one.code, one.name, one.html_lang, one.code, (one.code,))
        also = one.traditional
        if also is not None:
            yield Offered(also.code, also.name, also.code, one.code, (also.code, *also.tags))
