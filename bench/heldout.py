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
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

HELDOUT = Path(__file__).resolve().parent / "heldout"


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
    """Ask Rasa, trained on every wording of every entry, the same questions: the training of DIET
    takes the better part of an hour, so this is a measurement of its own.

    Raises:
        subprocess.SubprocessError: Rasa failed.
    """
    asked = held_out()
    settings = RetrievalSettings()
    index = Service(settings).served.index
    search = _rasa(settings.var, index, asked)
    return {
        "knowledge": index.made.knowledge,
        "quality": evaluate.as_json(evaluate.evaluate(asked, search)),
    }


def _rasa(var: Path, index: Index, asked: Sequence[Question]) -> peers.Search:
    """Rasa's way of answering questions: a retrieval intent that holds every wording of every
    entry, beside the bot's other intents; what it is not sure of, or takes for small talk, it does
    not answer."""
    wordings = [
        (row.text, f"{rasa_peer.FAQ}/{row.entry}") for row in index.shelves["question"].rows
    ]
    others = [
        (text, intent)
        for _, intent, _, text in Project.read(BOT).examples()
        if intent != "question"
    ]
    texts = [one.text for one in asked]
    said = rasa_peer.said(var, [*wordings, *others], texts)
    answers = {
        question.id: peers.named(
            one.entries, "answer" if one.intent.startswith(rasa_peer.FAQ) else "unknown"
        )
        for question, one in zip(asked, said, strict=True)
    }
    return lambda question, depth: answers[question.id]
