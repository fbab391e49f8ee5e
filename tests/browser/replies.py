"""What the bot of the browser tests says: every kind of block, from the real knowledge."""

from __future__ import annotations

from typing import Any

from forewarn.hotlines import Hotlines
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.dangers import Danger
from forewarn.replies import VerdictLevel
from tests.web.fake_bot import Reply, answer


def _paper(knowledge: Knowledge, danger: Danger, language: str) -> list[dict[str, Any]]:
    """The link to what stays on the person's own device, where the danger has one."""
    if danger.paper is None:
        return []
    label = knowledge.link_to(danger.paper)[language]
    return [{"type": "paper", "paper": danger.paper.value, "label": label}]


def full_answer(knowledge: Knowledge) -> Reply:
    """A bot that answers with an FAQ entry, an offer with a verdict, danger with contacts."""
    hotlines = Hotlines(knowledge)

    def reply(body: dict[str, Any]) -> dict[str, Any]:
        language = body["language"]
        country = body.get("country")
        if body["danger"]["level"] == "danger":
            danger = knowledge.dangers[(body["danger"]["kinds"] or ["held"])[0]]
            reviewed = {one.code: one.native_review for one in knowledge.languages}[language]
            english = None if reviewed else danger.reply["en"]
            said = danger.reply[language]
            return answer(
                {"type": "text", "text": said, "tone": "danger", "english": english},
                {
                    "type": "text",
                    "text": knowledge.messages[language].nobody_told,
                    "tone": "danger",
                },
                _hotlines(hotlines, language, country),
                *_paper(knowledge, danger, language),
                _choices(*(other.name[language] for other in knowledge.dangers.values())),
                language=language,
            )
        if "verdict" in body.get("text", ""):
            return answer(_verdict(), language=language)
        entry = knowledge.faq["protect-yourself"]
        return answer(
            {"type": "text", "text": entry.texts[language].answer, "tone": "plain"},
            {
                "type": "sources",
                "items": [
                    {
                        "title": "Report",
                        "publisher": "A publisher",
                        "date": "2025-01-24",
                        "url": "https://example.org/report",
                    },
                    {"title": "Undated report", "publisher": None, "date": None, "url": None},
                ],
                "reviewed": entry.header.reviewed.isoformat(),
                "unreviewed_translation": not entry.texts[language].native_review,
            },
            _hotlines(hotlines, language, "TH"),
            _choices(entry.texts[language].also_asked[0], entry.texts[language].also_asked[1]),
            language=language,
        )

    return reply


def _hotlines(hotlines: Hotlines, language: str, country: str | None) -> dict[str, Any]:
    items = [item.model_dump(mode="json") for item in hotlines.emergency(language, country)]
    return {"type": "hotlines", "items": items, "note": None}


def _choices(*labels: str) -> dict[str, Any]:
    return {
        "type": "choices",
        "items": [
            {"label": label, "means": {"intent": "question", "slots": {}}} for label in labels
        ],
    }


def _verdict() -> dict[str, Any]:
    return {
        "type": "verdict",
        "level": VerdictLevel.lure.value,
        "headline": "This looks like a lure",
        "note": "This is about this message only.",
        "kind": "job",
        "flags": [
            {
                "id": "flights-paid",
                "name": "They pay for everything",
                "quote": "free flight <b>and</b> visa",
                "why": "Whoever pays your way can say that you owe it.",
            },
            {"id": "urgent", "name": "You must decide now", "quote": None, "why": "Haste."},
        ],
        "ask_back": "Which company is this, and where is it registered?",
        "next_moves": "- They ask for a photo of your passport\n- They book the ticket",
    }
