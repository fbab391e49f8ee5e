"""The section about offers of ``docs/evaluation.md``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench import plots
from bench.page import Result, measured, number, section, table

_LURES = (("called_lure", "called a lure"), ("warned", "lure or be very careful"))
_HONEST = (("wrongly_lure", "called a lure"), ("wrongly_warned", "lure or be very careful"))
_LEVELS = ("lure", "careful", "unclear")


def offers(result: Result, pictures: Path) -> str:
    """Quality by language and set, calibration (with a picture in the folder ``pictures`` beside
    the page), confusions, peers, public messages, speed and examples."""
    goals = result["goals"]
    title = "How often a message is a lure when its sum says it is so likely"
    curve = result["curve"]
    plots.reliability(pictures / "offers.svg", title, {"held out": curve["bins"]})
    return section(
        "Offers",
        "Held-out messages by writers who had seen neither flags nor examples. “Evading” lures "
        "avoid what public warnings name. What is not warned of is answered with “I can't tell "
        f"yet”, never with “safe”. Goals: at least {goals['warned']} of lures warned of and "
        f"{goals['called_lure']} called one; at most {goals['wrongly_warned']} of honest messages "
        f"warned of and {goals['wrongly_lure']} called a lure. `python -m bench offers`",
        result,
        *_quality(result["quality"]),
        f"![{title}]({pictures.name}/offers.svg)",
        f"{curve['questions']} messages, expected calibration error {number(curve['error'])}.",
        *_confusions(result["confusions"]),
        *_peers(result["peers"]),
        *_sms(result["sms"]),
        *_speed(result["speed"]),
        "### Ten made-up messages, and all that is said of them",
        *map(_example, result["examples"]),
    )


def _quality(quality: Result) -> list[str]:
    lures = [
        [name, title, str(one[kind]["lures"]), *(measured(one[kind][key]) for key, _ in _LURES)]
        for name, one in quality.items()
        for kind, title in (("main", "plain"), ("evades", "evading"), ("hard", "hard"))
        if one[kind]["lures"]
    ]
    honest = [
        [name, title, str(one[kind]["honest"]), *(measured(one[kind][key]) for key, _ in _HONEST)]
        for name, one in quality.items()
        for kind, title in (("honest", "main"), ("hard", "hard"))
        if one[kind]["honest"]
    ]
    return [
        "Lures.",
        table(["language", "set", "lures", *(title for _, title in _LURES)], lures),
        "Honest messages.",
        table(["language", "set", "messages", *(title for _, title in _HONEST)], honest),
    ]


def _confusions(confusions: Result) -> list[str]:
    levels = {(is_, said): count for is_, said, count in confusions["levels"]}
    rows = [
        [is_, *(str(levels.get((is_, said), 0)) for said in _LEVELS)]
        for is_ in _LEVELS
        if any(pair[0] == is_ for pair in levels)
    ]
    kinds = {(is_, said): count for is_, said, count in confusions["kinds"]}
    said_kinds = sorted({said for _, said in kinds})
    kind_rows = [
        [is_, *(str(kinds.get((is_, said), 0)) for said in said_kinds)]
        for is_ in sorted({is_ for is_, _ in kinds})
    ]
    flags = ", ".join(f"{name} ({count})" for name, count in confusions["flags_of_honest"])
    return [
        "What messages are (rows) and what was said of them.",
        table(["is", *_LEVELS], rows),
        "Kinds of the lures that were warned of (rows), and the kind that was named.",
        table(["is", *said_kinds], kind_rows),
        f"Flags found in honest messages that were warned of: {flags or 'none'}.",
    ]


def _peers(peers: Result) -> list[str]:
    columns = (
        ("warned", "plain lures warned of"),
        ("warned_evading", "evading lures warned of"),
        ("wrongly_warned", "honest ones warned of"),
    )
    rows = [
        [name, *(measured(one[key]) for key, _ in columns), number(one["area"])]
        for name, one in peers.items()
    ]
    languages = list(next(iter(peers.values()))["by_language"])
    areas = [
        [name, *(number(one["by_language"][language]) for language in languages)]
        for name, one in peers.items()
    ]
    return [
        "Beside simpler ways, taught by the same examples and in the same run. The area under the "
        "curve is the chance that a lure is put above an honest message; it needs no threshold.",
        table(["way", *(title for _, title in columns), "area under the curve"], rows),
        "The same area, by language.",
        table(["way", *languages], areas),
    ]


def _sms(sms: Result) -> list[str]:
    rows = [
        [label, str(one["messages"]), measured(one["warned"]), measured(one["called_lure"])]
        for label, one in sms.items()
    ]
    return [
        "English text messages of a public set "
        "([licence](../bench/public/sms_phishing/README.md)), untuned: most "
        "of the smishing there promises a prize or threatens in a bank's name.",
        table(["label", "messages", "warned of", "called a lure"], rows),
    ]


def _speed(speed: Result) -> list[str]:
    rows = [
        [
            name,
            *(f"{one['page'][key]:.0f} ms" for key in ("median_ms", "p95_ms")),
            *(f"{one['short'][key]:.0f} ms" for key in ("median_ms", "p95_ms")),
        ]
        for name, one in speed["languages"].items()
    ]
    return [
        f"Time of one check on one thread: a page of {speed['words']} words (goal: p95 at most "
        "1,500 ms) and a short message (at most 150 ms).",
        table(["language", "page, median", "page, p95", "short, median", "short, p95"], rows),
    ]


def _example(example: Result) -> str:
    verdict = example["verdict"]
    quotes = {flag["id"]: flag for flag in verdict["flags"]}
    rows = [
        [f"{weight:+.2f}", name, _inline(quotes[name]["quote"]) if name in quotes else ""]
        for name, weight in example["sum"]
    ]
    said = [
        verdict["headline"] + (f" ({verdict['kind']})" if verdict["kind"] else ""),
        *(f"{flag['name']}: “{flag['quote']}”. {flag['why']}" for flag in verdict["flags"]),
        *filter(None, (verdict["next_moves"], verdict["ask_back"], verdict["note"])),
    ]
    return "\n\n".join(
        [
            f"> {_inline(example['text'])}",
            table(["adds", "what", "words"], [*rows, [f"{example['total']:+.2f}", "together", ""]]),
            _list(said),
        ]
    )


def _inline(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("|", "\\|")


def _list(texts: Sequence[str]) -> str:
    return "\n".join(f"- {_inline(text)}" for text in texts)
