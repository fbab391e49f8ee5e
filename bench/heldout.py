"""Quality of the search on questions nobody saw while it was built or calibrated, beside peers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import peers, rasa_peer
from bot.contract import Project
from bot.model import BOT
from retrieval import evaluate, questions
from retrieval.index import Index
from retrieval.questions import Question
from retrieval.search import Found
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

HELDOUT = Path(__file__).resolve().parent / "heldout"

RASA_LANGUAGES = ("en",)
"""The languages in which Rasa as it ships is asked. One assistant for all seven would train for the
better part of a day on two cores."""


def held_out() -> list[Question]:
    """The held-out questions of every language."""
    return [
        question
        for path in sorted(HELDOUT.glob("questions*.jsonl"))
        for question in questions.read(path)
    ]


def measure() -> dict[str, Any]:
    """Search every held-out question in the index in service, also by words and by meaning alone.

    Raises:
        ValueError: a question expects an entry that does not exist.
    """
    asked = held_out()
    service = Service(RetrievalSettings())
    made = service.served.index.made
    missing = questions.unknown_entries(asked, service.served.entries)
    if missing:
        raise ValueError(f"held-out questions expect unknown entries: {', '.join(missing)}")
    quality = evaluate.evaluate(
        asked, lambda question, depth: service.search(question.text, question.language, depth)
    )
    vectors = service.encoder.questions([question.text for question in asked])
    searches = peers.of_index(service.served.index, asked, vectors)
    return {
        "encoder": made.encoder,
        "knowledge": made.knowledge,
        "entries": len(service.served.entries),
        "quality": evaluate.as_json(quality),
        "peers": {
            name: evaluate.as_json(evaluate.evaluate(asked, search))
            for name, search in searches.items()
        },
    }


def beside_rasa() -> dict[str, Any]:
    """Ask Rasa the same questions, an assistant for each of :data:`RASA_LANGUAGES`, trained on
    every wording of every entry in it.

    Raises:
        subprocess.SubprocessError: Rasa failed.
    """
    settings = RetrievalSettings()
    index = Service(settings).served.index
    asked = [question for question in held_out() if question.language in RASA_LANGUAGES]
    answers: dict[str, Found] = {}
    for language in RASA_LANGUAGES:
        mine = [question for question in asked if question.language == language]
        answers |= _rasa(settings.var, index, mine, language)
    quality = evaluate.evaluate(asked, lambda question, depth: answers[question.id])
    quality.pop("all")  # of these languages alone, it would not stand beside ours of all
    return {"knowledge": index.made.knowledge, "quality": evaluate.as_json(quality)}


def _rasa(var: Path, index: Index, asked: Sequence[Question], language: str) -> dict[str, Found]:
    """Rasa's way of answering questions: a retrieval intent that holds every wording of every
    entry, beside the bot's other intents; what it is not sure of, or takes for small talk, it does
    not answer."""
    wordings = [
        (row.text, f"{rasa_peer.FAQ}/{row.entry}")
        for row in index.shelves["question"].rows
        if row.language == language
    ]
    others = [
        (text, intent)
        for _, intent, written_in, text in Project.read(BOT).examples()
        if intent != "question" and written_in == language
    ]
    said = rasa_peer.said(var, [*wordings, *others], [one.text for one in asked])
    return {
        question.id: peers.named(
            one.entries, "answer" if one.intent.startswith(rasa_peer.FAQ) else "unknown"
        )
        for question, one in zip(asked, said, strict=True)
    }
