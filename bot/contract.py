"""What `rasa data validate` lets through: things unused, missing, or there twice.

Rasa merges domain files without a word about duplicates and passes intents nobody uses. This
reads the files as written and names every problem with its file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.message import CHOICE_INTENTS, CHOICE_SLOTS

NEVER_TRAINED = frozenset(
    {"danger", "end_danger", "offer_answer", "open", "show_topic", "tell_country"}
)
"""Decided by code or by a tap. An example of one would let a small model overrule the judgement."""

FIRST_LANGUAGES = ("en", "th", "zh")
LANGUAGES = (*FIRST_LANGUAGES, "my", "km", "lo", "vi")
FEWEST_EXAMPLES = {each: 15 if each in FIRST_LANGUAGES else 11 for each in LANGUAGES}
"""Examples of each intent in each language."""


@dataclass(frozen=True)
class Project:
    """The files of a bot, by path."""

    domain: dict[Path, dict[str, Any]]
    nlu: dict[Path, dict[str, Any]]
    rules: dict[Path, dict[str, Any]]
    stories: dict[Path, dict[str, Any]]

    @classmethod
    def read(cls, bot: Path) -> Project:
        """Read the bot in a folder."""
        parts = (bot / "domain", bot / "data" / "nlu", bot / "data" / "rules", bot / "tests")
        return cls(*(_files(part) for part in parts))

    def examples(self) -> Iterator[tuple[Path, str, str, str]]:
        """Every NLU example: its file, intent, language and text."""
        for path, content in self.nlu.items():
            for block in content["nlu"]:
                for line in block["examples"].splitlines():
                    language = block.get("metadata", {}).get("language", "")
                    yield path, block["intent"], language, line.removeprefix("- ").strip()


def problems(project: Project) -> list[str]:
    """Every problem, one line each; empty when all is well."""
    found = list(_twice(project))
    found += _domain_and_rules(project)
    found += _examples(project)
    found += _taps(project)
    return found


def _files(folder: Path) -> dict[Path, dict[str, Any]]:
    reader = YAML(typ="safe", pure=True)
    return {
        path: reader.load(path.read_text("utf-8")) or {} for path in sorted(folder.glob("*.yml"))
    }


def _named(project: Project, key: str) -> list[tuple[Path, str]]:
    """Every entry under a key of the domain, with its file."""
    return [
        (path, entry if isinstance(entry, str) else next(iter(entry)))
        for path, content in project.domain.items()
        for entry in content.get(key) or ()
    ]


def _set(project: Project, key: str) -> set[str]:
    return {name for _, name in _named(project, key)}


def _steps(
    files: dict[Path, dict[str, Any]], key: str, kind: str
) -> Iterator[tuple[Path, str, list[Any]]]:
    """Every rule or story: its file, name and steps."""
    for path, content in files.items():
        for each in content.get(key, ()):
            yield path, each[kind], each["steps"]


def _repeated(things: Iterable[tuple[Path, str]], kind: str) -> Iterator[str]:
    things = list(things)
    counts = Counter(name for _, name in things)
    for path, name in things:
        if counts[name] > 1:
            yield f"{path}: {kind} {name!r} is there {counts[name]} times"


def _twice(project: Project) -> Iterator[str]:
    for key in ("intents", "entities", "slots", "actions", "responses"):
        yield from _repeated(_named(project, key), key.removesuffix("s"))
    for files, key, kind in (
        (project.rules, "rules", "rule"),
        (project.stories, "stories", "story"),
    ):
        yield from _repeated([(path, name) for path, name, _ in _steps(files, key, kind)], kind)
    for path, content in project.rules.items():
        if len(content.get("rules", ())) != 1:
            yield f"{path}: one rule a file"
    texts = [(path, text.casefold()) for path, _, _, text in project.examples()]
    yield from _repeated(texts, "example")


def _domain_and_rules(project: Project) -> Iterator[str]:
    used: dict[str, set[str]] = {"intent": set(), "action": set()}
    for path, name, steps in _steps(project.rules, "rules", "rule"):
        for kind in used:
            here = [step[kind] for step in steps if kind in step]
            used[kind].update(here)
            for missing in sorted(set(here) - _set(project, f"{kind}s")):
                yield f"{path}: rule {name!r} uses {kind} {missing!r}, which no domain file has"
    used["action"].add("action_default_fallback")  # named in config.yml
    for kind, names in used.items():
        for path, unused in _named(project, f"{kind}s"):
            if unused not in names:
                yield f"{path}: {kind} {unused!r} is in no rule"
    for path, response in _named(project, "responses"):
        yield f"{path}: response {response!r}: words live in knowledge/, actions answer"
    yield from _slots(project)


def _slots(project: Project) -> Iterator[str]:
    entities = _set(project, "entities")
    for path, content in project.domain.items():
        for name, slot in (content.get("slots") or {}).items():
            if slot.get("influence_conversation") is not False:
                yield f"{path}: slot {name!r} must not influence the rules"
            for mapping in slot["mappings"]:
                if mapping["type"] == "from_entity" and mapping["entity"] not in entities:
                    yield f"{path}: slot {name!r} is filled by an entity no domain file has"
    for path, entity in _named(project, "entities"):
        if entity not in _set(project, "slots"):
            yield f"{path}: entity {entity!r} fills no slot"


def _examples(project: Project) -> Iterator[str]:
    trained = _set(project, "intents") - NEVER_TRAINED
    counts: Counter[tuple[str, str]] = Counter()
    for path, intent, language, text in project.examples():
        counts[intent, language] += 1
        if intent not in trained:
            yield f"{path}: intent {intent!r} is not one that is trained"
        if intent != path.stem:
            yield f"{path}: intent {intent!r} belongs in {intent}.yml"
        if text.startswith("/") or not text:
            yield f"{path}: an example is empty or begins with a slash"
    for intent in sorted(trained):
        for language in LANGUAGES:
            if counts[intent, language] < FEWEST_EXAMPLES[language]:
                yield f"{intent}: fewer than {FEWEST_EXAMPLES[language]} examples in {language}"
    covered = {
        step["intent"]
        for _, _, steps in _steps(project.stories, "stories", "story")
        for step in steps
        if "intent" in step
    }
    for intent in sorted(_set(project, "intents") - covered):
        yield f"{intent}: no test story has it"


def _taps(project: Project) -> Iterator[str]:
    for intent in sorted(set(CHOICE_INTENTS) - _set(project, "intents")):
        yield f"bot/message.py: a tap may mean {intent!r}, which no domain file has"
    for slot in sorted(set(CHOICE_SLOTS) - _set(project, "entities")):
        yield f"bot/message.py: a tap may set {slot!r}, which is no entity"
