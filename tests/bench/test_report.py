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
        "quality": {
            "en": {
                "lures": 15,
                "honest": 12,
                **dict.fromkeys(
                    ("called_lure", "warned", "wrongly_warned", "wrongly_lure"), MEASURED
                ),
            }
        }
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
        "memory_mb": 640,
        "question": {"pieces": 18, "encode_ms": 9.4, "bare_onnxruntime_ms": 9, "times_bare": 1.04},
        "long_text": {"pieces": 345, "encode_ms": 190, "bare_onnxruntime_ms": 188, "times_bare": 1},
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
        ("offers", "| en | 15 | 12 |" + " 0.900 (0.80 to 0.95) |" * 4),
        ("memory", "| web | 90 | 80 |"),
        ("encoder", "| question | 18 | 9.4 ms | 9 ms | 1.04 |"),
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
