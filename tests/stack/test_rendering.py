"""Every block, as the terminal shows it."""

from typing import Any

from forewarn.replies import public_blocks
from stack.rendering import choices
from stack.rendering import render as render_blocks

LABELS = {
    "inside": "Inside {country}",
    "from_abroad": "From another country",
    "sms": "Text message, inside {country}",
    "whatsapp": "WhatsApp",
    "website": "Website",
    "app": "App: {name}",
    "press": "Then press {key}",
    "extension": "Extension {number}",
    "inside_only": "Only inside {country}.",
    "last_printed": "Last printed on {date}",
    "last_printed_unknown": "Date of the last printing not known",
    "last_dialled": "Dialled by us on {date}",
    "not_dialled": "Not yet dialled by us",
    "sources": "Sources",
    "source_undated": "no date given",
    "reviewed": "Checked on {date}",
    "unreviewed": "No native speaker has checked this.",
    "flags": "What we noticed",
    "next_moves": "What comes next",
    "ask_back": "Ask them",
}

LINE: dict[str, Any] = {
    "id": "th-191",
    "name": "Police",
    "name_local": None,
    "hedge": None,
    "kind": "police",
    "country": "TH",
    "country_name": "Thailand",
    "serves": "everyone",
    "dial_inside": "191",
    "dial_from_abroad": None,
    "sms": None,
    "whatsapp": None,
    "url": None,
    "app": None,
    "press": None,
    "extension": None,
    "hours": None,
    "languages": None,
    "purpose": "Police emergency",
    "last_printed": "2026-01-02",
    "last_dialled": None,
    "source": [],
}


def render(blocks: list[dict[str, Any]]) -> list[str]:
    return render_blocks(public_blocks.validate_python(blocks), LABELS)


def test_text_keeps_its_paragraphs_and_danger_is_marked() -> None:
    blocks = [
        {"type": "text", "text": "One\n\n- two"},
        {"type": "text", "text": "Call now.", "tone": "danger"},
    ]
    assert render(blocks) == ["One", "", "- two", "", "! Call now."]


def test_a_contact_begins_with_its_country_and_says_how_old_it_is() -> None:
    assert render([{"type": "hotlines", "items": [LINE], "note": "Call yourself."}]) == [
        "Call yourself.",
        "Thailand: Police. Police emergency",
        "   Inside Thailand: 191",
        "   Only inside Thailand.",
        "   Last printed on 2026-01-02 · Not yet dialled by us",
    ]


def test_every_way_to_reach_a_contact_is_shown() -> None:
    line = LINE | {
        "dial_from_abroad": "+66 2 1",
        "sms": "4567",
        "whatsapp": "+66 8",
        "url": "https://example.org",
        "app": "Helper",
        "press": "4",
        "extension": "12",
        "last_printed": None,
        "last_dialled": "2026-03-04",
    }
    assert render([{"type": "hotlines", "items": [line], "note": None}])[1:] == [
        "   Inside Thailand: 191",
        "   From another country: +66 2 1",
        "   Text message, inside Thailand: 4567",
        "   WhatsApp: +66 8",
        "   Website: https://example.org",
        "   App: Helper",
        "   Then press 4",
        "   Extension 12",
        "   Date of the last printing not known · Dialled by us on 2026-03-04",
    ]


def test_a_page_for_ones_own_device_is_named_with_its_address() -> None:
    block = {"type": "paper", "paper": "show", "label": "Cards to show"}
    assert render([block]) == ["Cards to show: /show"]


def test_a_verdict_quotes_what_it_saw() -> None:
    verdict = {
        "type": "verdict",
        "level": "careful",
        "headline": "Be very careful",
        "note": "About this message only.",
        "kind": None,
        "flags": [
            {
                "id": "passport",
                "name": "Keeps papers",
                "quote": "keeps your passport",
                "why": "No.",
            },
            {"id": "hurry", "name": "Hurry", "quote": None, "why": "So you cannot ask."},
        ],
        "ask_back": "Who pays?",
        "next_moves": None,
        "noticed": ["I open no link."],
    }
    assert render([verdict]) == [
        "## Be very careful",
        "",
        "What we noticed",
        "- Keeps papers “keeps your passport”",
        "  No.",
        "- Hurry",
        "  So you cannot ask.",
        "",
        "I open no link.",
        "",
        "Ask them",
        "Who pays?",
        "",
        "About this message only.",
    ]


def test_sources_carry_their_dates() -> None:
    sources = {
        "type": "sources",
        "items": [
            {"title": "A", "publisher": "B", "date": "2025-01-24", "url": "https://example.org"},
            {"title": "C", "publisher": None, "date": None, "url": None},
        ],
        "reviewed": "2026-11-21",
        "unreviewed_translation": True,
    }
    assert render([sources]) == [
        "Sources",
        "- A · B · 2025-01-24 · https://example.org",
        "- C · no date given",
        "Checked on 2026-11-21",
        "No native speaker has checked this.",
    ]


def test_without_a_date_of_its_own_the_sources_keep_theirs() -> None:
    sources = {"type": "sources", "items": [], "reviewed": None, "unreviewed_translation": False}
    assert render([sources]) == []


def test_choices_are_numbered_through() -> None:
    blocks = [
        {"type": "choices", "items": [{"label": "Yes", "choice": "a"}]},
        {"type": "text", "text": "Or"},
        {"type": "choices", "items": [{"label": "No", "choice": "b"}]},
    ]
    assert render(blocks) == ["  [1] Yes", "", "Or", "", "  [2] No"]
    assert choices(public_blocks.validate_python(blocks)) == ["a", "b"]
