"""The page of results is made of the stored results and of nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import report, results_file

MEASURED = {"value": 0.9, "low": 0.8, "high": 0.95}
QUALITY = {
    "questions": 55,
    "out_of_scope": 15,
    **dict.fromkeys(
        (
            *("hit_1", "hit_3", "mrr", "ndcg_10", "answered", "answered_right"),
            *("choice_right", "refused", "out_refused", "out_answered"),
        ),
        MEASURED,
    ),
}

TASKS = {
    "th": {
        "questions": 1190,
        "passages": 240,
        "goal": 0.982,
        "searches": {
            name: dict.fromkeys(("hit_1", "hit_3", "mrr", "ndcg_10"), MEASURED)
            for name in ("Forewarn", "BM25 alone")
        },
    }
}
PUBLISHED = {"source": "a paper", "rows": {"a model": {"th": 96.7}, "another": {"en": 90.0}}}

TOLD = {
    "taken_p50_ms": 4.0,
    "taken_p99_ms": 21.5,
    "answered_p50_s": 0.15,
    "answered_p95_s": 0.2,
    "web_ms": 6.5,
    "refused": 0,
    "lost": 0,
    "doubled": 0,
}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results_file, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(report, "PAGE", tmp_path / "docs" / "evaluation.md")
    return tmp_path / "docs" / "evaluation.md"


RESULTS: dict[str, dict[str, Any]] = {
    "search": {
        "entries": 67,
        "quality": {"en": QUALITY, "all": QUALITY},
        "peers": {"BM25 alone": {"en": QUALITY, "all": QUALITY}},
    },
    "search-rasa": {"quality": {"en": QUALITY}},
    "reliability": {
        "sets": {
            "held out": {
                "questions": 17,
                "error": 0.05,
                "bins": [{"questions": 17, "confidence": 0.85, "share": MEASURED}],
            }
        }
    },
    "xquad": {"tasks": TASKS, "published": PUBLISHED},
    "ntrex": {"tasks": TASKS, "published": PUBLISHED},
    "intents-held-out": {
        "examples": 1701,
        "classifiers": {
            name: {"en": {"messages": 90, "accuracy": MEASURED, "macro_f1": 0.91}}
            for name in ("Forewarn", "Rasa: DIET")
        },
    },
    "clinc150": {
        "in_scope": 4500,
        "out_of_scope": 1000,
        "accuracy": MEASURED,
        "out_recall": MEASURED,
        "published": {
            "source": "a paper",
            "rows": [
                {"classifier": "BERT", "scheme": "oos-train", "accuracy": 96.4, "out_recall": 40.9}
            ],
        },
    },
    "follow-ups": {
        "quality": {
            "en": {
                **dict.fromkeys(
                    ("follow_ups", "of_two_things", "of_one_thing", "out_of_scope"), 12
                ),
                **dict.fromkeys(
                    (
                        *("answered_right", "answered_or_offered", "answered_wrong"),
                        *("both_right", "two_wrong", "parted", "out_answered"),
                    ),
                    MEASURED,
                ),
            }
        }
    },
    "offers": {
        "goals": {"warned": 0.95, "called_lure": 0.8, "wrongly_warned": 0.15, "wrongly_lure": 0.05},
        "quality": {
            "en": {
                "main": {"lures": 33, "called_lure": MEASURED, "warned": MEASURED},
                "evades": {"lures": 0, "called_lure": MEASURED, "warned": MEASURED},
                "honest": {"honest": 96, "wrongly_lure": MEASURED, "wrongly_warned": MEASURED},
                "hard": {
                    "lures": 5,
                    "honest": 7,
                    **dict.fromkeys(
                        ("called_lure", "warned", "wrongly_lure", "wrongly_warned"), MEASURED
                    ),
                },
            }
        },
        "curve": {
            "questions": 129,
            "error": 0.05,
            "bins": [{"questions": 129, "confidence": 0.4, "share": MEASURED}],
        },
        "confusions": {
            "levels": [["lure", "careful", 3], ["lure", "lure", 30], ["unclear", "unclear", 96]],
            "kinds": [["job", "job", 20], ["job", "trip", 2]],
            "flags_of_honest": [["upfront-fee", 2]],
        },
        "peers": {
            "Forewarn": {
                **dict.fromkeys(("warned", "warned_evading", "wrongly_warned"), MEASURED),
                "area": 0.97,
                "by_language": {"en": 0.98},
            }
        },
        "sms": {"ham": {"messages": 4844, "warned": MEASURED, "called_lure": MEASURED}},
        "speed": {
            "words": 350,
            "rounds": 40,
            "languages": {
                "en": {
                    "page": {"median_ms": 400.2, "p95_ms": 500.0},
                    "short": {"median_ms": 20.0, "p95_ms": 30.0},
                }
            },
        },
        "examples": [
            {
                "text": "Pay first|now",
                "language": "en",
                "sum": [["upfront-fee", 2.0], ["the message as a whole", 0.5]],
                "total": 2.5,
                "verdict": {
                    "headline": "Be very careful",
                    "kind": None,
                    "flags": [{"id": "upfront-fee", "name": "A fee", "quote": "Pay", "why": "So."}],
                    "ask_back": "Ask: why?",
                    "next_moves": None,
                    "note": "About this message.",
                },
            }
        ],
    },
    "language": {
        "goal": {"sentence": 0.99, "short": 0.97},
        "ours": ["en"],
        "left_out": 40,
        "writing": {"traditional": {"lines": 30, "told": MEASURED, "mistaken": MEASURED}},
        "kinds": {
            "sentence": {
                "en": {
                    "lines": 800,
                    **dict.fromkeys(("forewarn", "pycld2", "py3langid"), MEASURED),
                }
            }
        },
    },
    "parity": {
        "goal": {"caught": 0.95, "accused": 0.02},
        **{
            name: {
                "th": {
                    "good": 53,
                    "accused": MEASURED,
                    "damaged": 848,
                    "caught": MEASURED,
                    "kinds": {"step": {"damaged": 144, "caught": MEASURED}},
                }
            }
            for name in ("held_out", "calibration", "news")
        },
    },
    "validation": {
        "goal_s": 5.0,
        "runs": 5,
        "files": 900,
        "seconds": 4.1,
        "fastest_s": 3.9,
        "slowest_s": 4.4,
    },
    "chat": {"turns": 150, "p50_ms": 41.5, "p95_ms": 88.1, "slowest_ms": 120.3},
    "start": {"seconds": 15.2},
    "setup": {"seconds": 480},
    "memory": {
        "parts": {"web": {"resident_mb": 90, "proportional_mb": 80}},
        "resident_mb": 90,
        "proportional_mb": 80,
    },
    "encoder": {
        "goal_times_bare": 1.25,
        "question": {
            "pieces": 18,
            "encode_ms": 9.4,
            "bare_onnxruntime_ms": 9,
            "cut_ms": 0.1,
            "times_bare": 1.04,
        },
        "long_text": {
            "pieces": 345,
            "encode_ms": 190,
            "bare_onnxruntime_ms": 150,
            "cut_ms": 0.2,
            "times_bare": 1.26,
        },
    },
    "scale": {
        "goal": {"recall_10": 0.99, "more_ms": 2.0},
        "passages": 100_000,
        "most_exact": 10_000,
        "graph": {"links": 16, "effort_making": 80, "effort_searching": 400, "seconds": 30.5},
        "lexical_seconds": 20.0,
        "recall": {"10": 0.995, "400": 0.87},
        "exact_ms": {"5000": 0.2, "100000": 8.1},
        "edit_seconds": {"meaning": 0.3, "words": 1.2},
        "search": {
            "meaning": {"small_ms": 0.1, "large_ms": 1.1, "more_ms": 1.0},
            "words": {"small_ms": 0.1, "large_ms": 0.4, "more_ms": 0.3},
            "whole": {"small_ms": 1.0, "large_ms": 3.5, "more_ms": 2.5},
        },
    },
    "turns": {
        "conversations": 12,
        "turns": 40,
        "goal": {"times_shipped": 0.6, "above_repaired_ms": 30.0, "fortieth_times_second": 1.3},
        "turn_ms": {
            bot: {"p50": 41.5, "p95": 88.1, "second": 40.0, "last": 43.1, "processor": 30.2}
            for bot in ("shipped", "repaired", "ours")
        },
        "times_shipped": 0.71,
        "above_repaired_ms": 29.5,
        "fortieth_times_second": 1.3,
    },
    "channels": {
        "goal": {
            "taken_p99_ms": 200.0,
            "backlog_s": 30.0,
            "answered_p95_s": 1.0,
            "lost": 0,
            "doubled": 0,
        },
        "turn_ms": 35.0,
        "plans": {
            "steady": {"events": 300, "a_second": 10.0},
            "burst": {"events": 1000, "a_second": 50.0},
            "many": {"a_second": 80.0, "twice": 0.1, "disorder": 50},
        },
        "queues": {
            queue: {
                "steady": TOLD,
                "burst": {**TOLD, "backlog_s": 30.5, "cry_s": 0.3, "before_cry": 6, "waiting": 220},
            }
            for queue in ("memory", "redis")
        },
        "many": {"events": 10_000, "refused": 9, "lost": 0, "doubled": 1},
    },
    "memory-retrieval": {
        "goal_mb": 850,
        "stretch_mb": 700,
        "parts": [{"part": "torch", "mb": 178}],
        "resident_mb": 716,
        "unique_mb": 579,
    },
    "disk": {
        "goal_gb": 3.0,
        "total_gb": 5.3,
        "parts_mb": {"encoder": 567},
        "packages_mb": {"torch (main)": 793},
    },
}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("search", "| en | 55 | 0.900 (0.80 to 0.95) |" + " 0.900 (0.80 to 0.95) |" * 3),
        ("search", "| all | 15 |" + " 0.900 (0.80 to 0.95) |" * 6),
        ("search", "| en | 0.900 (0.80 to 0.95) | 0.900 (0.80 to 0.95) |"),
        (
            "search",
            "![Held-out questions whose entry comes first, by language, beside peers]"
            "(evaluation/search.svg)",
        ),
        ("reliability", "| held out | 17 | 0.050 |"),
        (
            "reliability",
            "![How often the best entry is right when the search is so sure]"
            "(evaluation/reliability.svg)",
        ),
        (
            "xquad",
            "| th | 1,190 of 240 | 0.900 (0.80 to 0.95) | 0.900 (0.80 to 0.95) | 0.967 | – "
            "| 0.982 |",
        ),
        ("xquad", "Short of the goal: th 0.9000 of 0.982."),
        ("ntrex", "Published: a paper."),
        (
            "intents-held-out",
            "| en | 90 | 0.900 (0.80 to 0.95) | 0.910 | 0.900 (0.80 to 0.95) | 0.910 |",
        ),
        ("clinc150", "| **Forewarn** |  | 0.900 (0.80 to 0.95) | 0.900 (0.80 to 0.95) |"),
        ("clinc150", "| BERT | oos-train | 0.964 | 0.409 |"),
        ("parity", "| th | 848 | 0.900 (0.80 to 0.95) | 53 | 0.900 (0.80 to 0.95) |"),
        ("parity", "| step | 0.900 of 144 |"),
        (
            "parity",
            "Short of the goal: th catches 90.0%; th accuses 90.0% of 53 good ones.",
        ),
        (
            "validation",
            "`make validate` looks at 900 files in 4.1 s, the whole process, median of 5 "
            "(3.9 to 4.4 s). Goal: 5 s, met. `python -m bench validation`",
        ),
        ("chat", "| 150 | 41.5 ms | 88.1 ms | 120.3 ms |"),
        ("follow-ups", "| en | 12 |" + " 0.900 (0.80 to 0.95) |" * 3),
        ("follow-ups", "| en | 12 |" + " 0.900 (0.80 to 0.95) |" * 2),
        ("follow-ups", "| en | 12 | 0.900 (0.80 to 0.95) |"),
        ("offers", "| en | plain | 33 |" + " 0.900 (0.80 to 0.95) |" * 2),
        ("offers", "| en | hard | 7 |" + " 0.900 (0.80 to 0.95) |" * 2),
        ("offers", "| lure | 30 | 3 | 0 |"),
        ("offers", "| job | 20 | 2 |"),
        ("offers", "Flags found in honest messages that were warned of: upfront-fee (2)."),
        ("offers", "| Forewarn |" + " 0.900 (0.80 to 0.95) |" * 3 + " 0.970 |"),
        ("offers", "| en | 400 ms | 500 ms | 20 ms | 30 ms |"),
        ("offers", "> Pay first\\|now"),
        ("offers", "| +2.00 | upfront-fee | Pay |"),
        ("offers", "- A fee: “Pay”. So."),
        ("memory", "| web | 90 | 80 |"),
        ("encoder", "| question | 18 | 9.4 ms | 9 ms | 0.1 ms | 1.04 |"),
        (
            "encoder",
            "One text at a time on one thread, as served, in turns with a bare pass of onnxruntime "
            "over the same graph and ids; medians, and the median of the ratios. Goal: 1.25 times, "
            "missed. `python -m bench encoder`",
        ),
        (
            "scale",
            "100,000 passages made up of real ones. Up to 10,000 vectors are searched exactly, "
            "more by a graph (HNSW), made in 30.5 s (M 16, efConstruction 80, efSearch 400). Of "
            "what brute force finds it finds 99.5% of the first 10, 87.0% of the first 400. Goals: "
            "99% of the first 10, met; at most 2 ms more than among the passages there are: by "
            "meaning met, the whole search missed. After an edit of 100 of them the index by "
            "meaning is ready in 0.3 s, that by words in 1.2 s. `python -m bench scale`",
        ),
        ("scale", "| whole search | 1.0 ms | 3.5 ms | 2.5 ms |"),
        ("scale", "| 100,000 | 8.1 ms |"),
        (
            "turns",
            "12 conversations of 40 turns, held with three bots in turns: one rule, intents by "
            "keyword and an action that does nothing (`bench/bare/`), as Rasa ships it and with "
            "our repairs, and the whole stack. Medians of what is compared turn by turn: 0.71 "
            "times bare Rasa as shipped (goal 0.6: missed); 29.5 ms above bare Rasa with our "
            "repairs (goal 30 ms: met); the fortieth turn 1.3 times the second (goal 1.3: met). "
            "`python -m bench turns`",
        ),
        ("turns", "| the whole stack | 41.5 ms | 88.1 ms | 40.0 ms | 43.1 ms | 30.2 ms |"),
        (
            "channels",
            "Telegram: stand-ins of it and of the bot, web, and who tells what people write, each "
            "a process of its own. The bot takes 35 ms a message, one at a time. 300 events, 10 a "
            "second; then a burst of 1,000, 50 a second. Goals: in the burst acknowledged within "
            "200 ms (p99): met, its backlog gone within 30 s: missed, in the steady flow answered "
            "within 1 s (p95): met. `python -m bench channels`",
        ),
        (
            "channels",
            "| redis | 10 a second | 4 ms | 21.5 ms | 0.15 s | 0.2 s | 6.5 ms | 0 | 0 | 0 |",
        ),
        ("channels", "| redis | 30.5 s | 0.3 s | 6 of 220 |"),
        (
            "channels",
            "10,000 events through Redis, 80 a second, 10% of them told twice, each up to 50 "
            "places from its own, with a restart of web in the middle, during which 9 were not "
            "taken and came again: 0 lost, 1 answered twice. Goal: none, missed.",
        ),
        (
            "memory-retrieval",
            "Loaded one after the other in a process of its own; what two of them share counts for "
            "the first. Together 716 MB, of which 579 are shared with no other process. Goal: 850 "
            "MB, met; better still 700 MB, missed. `python -m bench memory-retrieval`",
        ),
        ("memory-retrieval", "| torch | 178 |"),
        (
            "disk",
            "What `make run` leaves in `var/`: 5.3 GB. Goal: 3 GB, missed. `python -m bench disk`",
        ),
        ("disk", "| torch (main) | 793 |"),
        ("start", "From `make run` to every part ready: 15.2 s. `python -m bench start`"),
        (
            "setup",
            "From a fresh clone to the answers of `make demo`, set-up included: 480 s. "
            "`python -m bench setup`",
        ),
    ],
)
def test_every_result_is_shown(page: Path, name: str, line: str) -> None:
    results_file.write(name, RESULTS[name])
    report.write()
    lines = page.read_text("utf-8").splitlines()
    assert line in lines
    assert [one for one in lines if one.startswith("Measured 20")]


def test_what_was_not_measured_is_left_out(page: Path) -> None:
    results_file.write("start", RESULTS["start"])
    report.write()
    assert [line for line in page.read_text("utf-8").splitlines() if line.startswith("#")] == [
        "# Evaluation",
        "## Second start",
    ]


def test_results_name_the_machine_but_not_its_owner(page: Path) -> None:
    path = results_file.write("start", RESULTS["start"])
    record = json.loads(path.read_text("utf-8"))
    assert set(record) == {"date", "machine", "seconds"}
    assert set(record["machine"]) == {"processor", "cores", "memory_gb", "python"}


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 50.0), (0.95, 95.0), (1.0, 100.0), (0.001, 1.0)]
)
def test_percentiles_are_of_the_nearest_rank(share: float, value: float) -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert results_file.percentile(values, share) == value


def test_the_page_in_the_repository_is_what_the_results_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = report.PAGE.read_text("utf-8")
    drawn = report.PAGE.parent / report.PICTURES
    monkeypatch.setattr(report, "PAGE", tmp_path / "docs" / "evaluation.md")
    report.write()
    assert written == (tmp_path / "docs" / "evaluation.md").read_text("utf-8")
    pictures = {path.name: path.read_bytes() for path in drawn.glob("*")}
    made = tmp_path / "docs" / report.PICTURES
    assert pictures == {path.name: path.read_bytes() for path in made.glob("*")}
