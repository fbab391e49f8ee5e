"""Whether the languages we only recognise are each there once, and none of them ours."""

from __future__ import annotations

from collections.abc import Iterator

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at

_FILE = "other_languages.yml"


def other_languages(knowledge: Knowledge) -> Iterator[Problem]:
    """Every language that stands in the file twice, or that we speak by now."""
    seen: set[str] = set()
    for code in (language.code for language in knowledge.other_languages):
        if code in seen or code in knowledge.language_codes:
            why = "stands here twice" if code in seen else "is one of our own languages by now"
            yield problem_at(
                knowledge.folder, _FILE, f"{code}.code", f"“{code}” {why}", "Take this one out"
            )
        seen.add(code)
