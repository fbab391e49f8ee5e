"""Whether a translation is written in its own script, with no English left in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, problem_at
from forewarn.knowledge.schema.languages import Language
from forewarn.knowledge.schema.texts import PLACEHOLDER
from forewarn.language import script_of

OWN_SCRIPT = 0.3
"""The least share of a text's letters, vowel signs counted, in its language's own script: names of
apps and places are often Latin."""

_FEWEST_LETTERS = 20

_ENGLISH = re.compile(
    r"\b(the|and|you|your|is|are|not|with|of|to|for|that|this|they|what|how|if|do)\b", re.IGNORECASE
)
"""Words that stand in any English sentence and in no name."""

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|《[^》]*》|«[^»]*»|「[^」]*」|\(https?:[^)]*\)')
"""A title or a name as printed: it stays as it is."""

MOST_ENGLISH = 2
"""English words in one line from which it counts as left untranslated."""


def writing(knowledge: Knowledge) -> Iterator[Problem]:
    """Every text in the wrong script, and every line that is still English."""
    for language in knowledge.languages:
        if language.code == BASE_LANGUAGE:
            continue
        for path, field, text in _texts(knowledge, language.code):
            yield from _one(knowledge, language, path, field, text)


def _texts(knowledge: Knowledge, language: str) -> Iterator[tuple[str, str, str]]:
    """Every text a person reads in ``language``: its file, its field and itself."""
    for entry in knowledge.faq.values():
        words = entry.texts.get(language)
        if words is not None:
            yield words.path, "question", words.question
            yield words.path, "answer", words.answer
    for article in knowledge.articles.values():
        told = article.texts.get(language)
        if told is not None:
            yield told.path, "answer", told.body
    messages = knowledge.messages.get(language)
    for name, text in messages.model_dump().items() if messages else ():
        yield f"messages/{language}.yml", name, text
    records: list[tuple[str, str, dict[str, str]]] = [
        *((f"danger/{name}", field, getattr(danger, field))
          for name, danger in knowledge.dangers.items() for field in ("name", "reply", "mention")),
        *((f"red_flags/{name}", field, getattr(flag, field))
          for name, flag in knowledge.red_flags.items()
          for field in ("name", "why", "ask_back", "ask")),
        *(("cards", field, getattr(knowledge.cards, field))
          for field in ("title", "link", "choose", "intro", "unreviewed") if knowledge.cards),
        *(("cards", card.id, words)
          for card in (knowledge.cards.cards if knowledge.cards else ())
          for words in (card.name, card.says)),
        *((f"forms/{name}", field, getattr(form, field))
          for name, form in knowledge.forms.items() for field in ("title", "link", "intro")),
        *((f"pages/{name}", section.id, section.text)
          for name, page in knowledge.pages.items() for section in page.sections),
    ]  # fmt: skip
    for stem, field, texts in records:
        if language in texts:
            yield f"{stem}.{language}.yml", field, texts[language]


def _one(
    knowledge: Knowledge, language: Language, path: str, field: str, text: str
) -> Iterator[Problem]:
    text = PLACEHOLDER.sub("", _QUOTED.sub("", text))
    own = others = 0
    for character, times in Counter(text).items():
        if script_of(character) == language.script:
            own += times
        elif character.isalpha():
            others += times
    letters = own + others
    if letters >= _FEWEST_LETTERS and own < OWN_SCRIPT * letters:
        yield problem_at(
            knowledge.folder,
            path,
            field,
            f"most letters are not in the {language.script} script",
            f"Write it in {language.name}",
        )
        return
    for line in text.splitlines():
        english = _ENGLISH.findall(line)
        if len(english) >= MOST_ENGLISH and not _is_word_of(language, english):
            yield problem_at(
                knowledge.folder,
                path,
                field,
                f"a line is still in English: “{line.strip()[:60]}”",
                f"Write it in {language.name}",
            )


def _is_word_of(language: Language, found: list[str]) -> bool:
    """Whether what looks like English words are words of a language in the same script, where
    only several different ones tell English: Vietnamese has “the” and “to” without their marks."""
    return language.script == "Latin" and len({word.lower() for word in found}) <= MOST_ENGLISH
