"""Sections of ``docs/evaluation.md`` that set ours beside other people's work."""

from __future__ import annotations

from bench.page import Result, measured, number, section, table
from bench.peers import OURS


def xquad(result: Result) -> str:
    """The search on paragraphs."""
    return section(
        "Paragraphs (XQuAD)",
        "Questions about paragraphs of Wikipedia, in the same language and in English, nDCG@10, by "
        "the search that finds our entries; nothing of it was chosen on this set. "
        "`python -m bench xquad`",
        result,
        *_public(result, "ndcg_10"),
    )


def ntrex(result: Result) -> str:
    """The search on translated sentences."""
    return section(
        "Sentences (NTREX-128)",
        "Which English sentence does another one translate, hit@1; nothing was chosen on this set. "
        "`python -m bench ntrex`",
        result,
        *_public(result, "hit_1"),
    )


def _public(result: Result, key: str) -> list[str]:
    tasks: dict[str, Result] = result["tasks"]
    searches = list(next(iter(tasks.values()))["searches"])
    published: dict[str, dict[str, float]] = result["published"]["rows"]
    rows = []
    for task, one in tasks.items():
        others = [row.get(task) for row in published.values()]
        rows.append(
            [
                task,
                f"{one['questions']:,} of {one['passages']:,}",
                *(measured(one["searches"][name][key]) for name in searches),
                *("–" if value is None else f"{value / 100:.3f}" for value in others),
                f"{one['goal']:.3f}",
            ]
        )
    short = [
        f"{task} {one['searches'][OURS][key]['value']:.4f} of {one['goal']:g}"
        for task, one in tasks.items()
        if one["searches"][OURS][key]["value"] < one["goal"]
    ]
    names = [*searches, *(f"{name} (published)" for name in published), "goal"]
    return [
        table(["", "questions of texts", *names], rows),
        f"Short of the goal: {'; '.join(short)}." if short else "The goal is met.",
        f"Published: {result['published']['source']}.",
    ]


def intents_held_out(result: Result) -> str:
    """Intents beside Rasa."""
    classifiers: dict[str, Result] = result["classifiers"]
    languages = next(iter(classifiers.values()))
    rows = [
        [
            language,
            str(one["messages"]),
            *(
                text
                for found in classifiers.values()
                for text in (measured(found[language]["accuracy"]),
                             number(found[language]["macro_f1"]))
            ),
        ]
        for language, one in languages.items()
    ]  # fmt: skip
    heads = [f"{name}: {what}" for name in classifiers for what in ("accuracy", "macro-F1")]
    return section(
        "Intents of held-out messages",
        f"Both trained on the bot's {result['examples']} examples. "
        "`python -m bench intents-held-out`",
        result,
        table(["language", "messages", *heads], rows),
    )


def clinc150(result: Result) -> str:
    """Intents beside published results."""
    rows = [[f"**{OURS}**", "", measured(result["accuracy"]), measured(result["out_recall"])]]
    rows += [
        [one["classifier"], one["scheme"], f"{one['accuracy'] / 100:.3f}",
         f"{one['out_recall'] / 100:.3f}"]
        for one in result["published"]["rows"]
    ]  # fmt: skip
    return section(
        "Intents on public messages (CLINC150, small)",
        f"{result['in_scope']:,} English messages of 150 intents and {result['out_of_scope']:,} of "
        "none; trained on the small training set, threshold chosen on the validation part. "
        "`python -m bench clinc150`",
        result,
        table(["classifier", "scheme", "in scope: accuracy", "out of scope: recall"], rows),
        f"Published: {result['published']['source']}.",
    )
