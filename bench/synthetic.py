"""A knowledge base of any size, made up word by word: the same each time, and about nobody."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

from forewarn.knowledge.entries import BASE_LANGUAGE

TOPIC = "synthetic"

_SYLLABLES = ("ba", "ce", "dro", "fli", "gu", "ka", "lor", "mi", "nap", "os", "pra", "que", "ri",
              "sto", "tu", "vel", "wi", "xan", "yor", "zem")  # fmt: skip
_VERBS = ("mend", "polish", "carry", "store", "weigh", "paint", "wash", "lend", "measure", "fold")
_THINGS = ("basket", "lamp", "blanket", "ladder", "kettle", "bucket", "chair", "bottle", "rope",
           "drum", "window", "bicycle")  # fmt: skip
_WHEN = ("in the rain", "before breakfast", "at the market", "on a slope", "without tools",
         "after the harvest", "for a neighbour", "by the river")  # fmt: skip

_LANGUAGE = re.compile(r"^- code: (\w+)$", re.MULTILINE)
_ONE_LANGUAGE = re.compile(r"^- code: (?!en$)\w+\n(?:  .*\n)+", re.MULTILINE)


def make(source: Path, target: Path, entries: int) -> None:
    """Write into the new folder ``target`` the English of the knowledge in ``source``, and as many
    made-up entries as make ``entries`` in all."""
    languages = (source / "languages.yml").read_text("utf-8")
    others = set(_LANGUAGE.findall(languages)) - {BASE_LANGUAGE}
    names = [name for code in others for name in (f"*.{code}.yml", f"*.{code}.md", f"{code}.yml")]
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*names))
    (target / "languages.yml").write_text(_ONE_LANGUAGE.sub("", languages), "utf-8")
    topics = target / "topics.yml"
    record = f"- id: {TOPIC}\n  name: Made up\n  on_menu: false\n  first: {TOPIC}-00000\n"
    topics.write_text(f"{topics.read_text('utf-8')}\n{record}", "utf-8")
    folder = target / "faq" / TOPIC
    folder.mkdir()
    chance = random.Random(0)
    present = len(list(target.glob("faq/*/*.en.md")))
    for number in range(max(entries - present, 1)):
        (folder / f"{TOPIC}-{number:05}.en.md").write_text(_entry(chance), "utf-8")


def _entry(chance: random.Random) -> str:
    name = " ".join("".join(chance.choices(_SYLLABLES, k=4)) for _ in range(2))
    verb, thing, when = (chance.choice(words) for words in (_VERBS, _THINGS, _WHEN))
    other, later = chance.choice(_VERBS), chance.choice(_WHEN)
    return f"""---
question: How do I {verb} a {name} {thing} {when}?
also_asked:
  - what is the way to {verb} my {name} {thing}
  - "{name} {thing}: can it be done {when}"
  - somebody gave me a {name} {thing} and I must {verb} it
check_with:
  - my {thing} is a {name} one, how to {verb} it {when}
sources: [forewarn]
reviewed: 2026-01-01
ages_like: advice
---
A {name} {thing} is easy to {verb} {when}, if you take your time.

- Put the {thing} on a table and look at it from each side.
- {verb.capitalize()} the {name} part first, slowly, and {other} the rest {later}.
- Leave it for a day.
"""
