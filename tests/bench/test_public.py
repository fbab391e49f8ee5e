"""Public data is what the product itself reads, and is searched beside simpler searches."""

import gzip
import json
from pathlib import Path

import pytest

from bench import peers, public
from bench.intents import Message
from retrieval import corpus, json_lines, questions
from retrieval.confidence import Outcome
from retrieval.encoder import Encoder, load
from retrieval.questions import Question

LANGUAGES = {"xquad": ("en", "th", "zh", "vi", "hi"), "ntrex": ("th", "zh", "my", "km", "lo", "vi")}
SIZES = {"xquad": (1190, 240), "ntrex": (1997, 1997)}


@pytest.fixture
def small(tmp_path: Path, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Public data of two passages; the question of each is the passage itself."""
    texts = ["Pandas eat bamboo in the mountains.", "The train north leaves at six."]
    for name in SIZES:
        folder = tmp_path / "public" / name
        folder.mkdir(parents=True)
        published = {"source": "a paper", "rows": {"a model": {"en": 90.0}}}
        (folder / "published.json").write_text(json.dumps(published))
        for language in (*LANGUAGES["xquad"], *LANGUAGES["ntrex"]):
            lines = [{"id": str(n), "text": t, "language": language} for n, t in enumerate(texts)]
            asked = [{**line, "expect": [line["id"]]} for line in lines]
            for kind, rows in (("passages", lines), ("questions", asked)):
                content = "\n".join(map(json.dumps, rows)).encode()
                (folder / f"{kind}.{language}.jsonl.gz").write_bytes(gzip.compress(content))
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "encoder").symlink_to(encoder_folder)
    monkeypatch.setenv("FOREWARN_VAR", str(tmp_path / "var"))
    monkeypatch.setattr(public, "PUBLIC", tmp_path / "public")
    return tmp_path


@pytest.mark.parametrize("name", list(SIZES))
def test_every_expected_passage_exists(name: str) -> None:
    folder = public.PUBLIC / name
    asked_of, texts = SIZES[name]
    passages = {one.id for one in corpus.read(folder / "passages.en.jsonl.gz")}
    assert len(passages) == texts
    for language in LANGUAGES[name]:
        asked = questions.read(folder / f"questions.{language}.jsonl.gz")
        assert (len(asked), {one.language for one in asked}) == (asked_of, {language})
        assert questions.unknown_entries(asked, passages) == []


def test_public_messages_have_the_intents_they_were_trained_with() -> None:
    intents = {}
    for part, size in {"train": 7600, "validation": 3100, "test": 5500}.items():
        path = public.PUBLIC / "clinc150" / f"{part}.jsonl.gz"
        lines = [one for _, one in json_lines.read(path, Message)]
        assert len(lines) == size
        intents[part] = {one.intent for one in lines}
    assert len(intents["train"]) == 151
    assert intents["validation"] == intents["test"] == intents["train"]


@pytest.mark.usefixtures("small")
def test_measures_every_task_beside_its_peers() -> None:
    found = public.xquad()
    everything = {"value": 1.0, "low": 1.0, "high": 1.0}
    assert list(found["tasks"]) == list(public.GOALS["xquad"])
    assert found["published"] == {"source": "a paper", "rows": {"a model": {"en": 90.0}}}
    one = found["tasks"]["th to en"]
    assert (one["questions"], one["passages"], one["goal"]) == (2, 2, 0.88)
    assert {name: ranks["ndcg_10"] for name, ranks in one["searches"].items()} == dict.fromkeys(
        (peers.OURS, peers.WORDS, peers.MEANING), everything
    )
    assert list(public.ntrex()["tasks"]) == list(public.GOALS["ntrex"])


def test_peers_rank_by_words_or_by_meaning_alone(encoder_folder: Path) -> None:
    encoder: Encoder = load("embedded", encoder_folder, threads=2)
    passages = [
        corpus.Passage("cat", "The cat sleeps on the sofa all day.", "en", (), ""),
        corpus.Passage("tax", "Form 77 is for taxes on land.", "en", ("Form 77",), ""),
    ]
    made = corpus.build(passages, encoder)
    asked = [Question("1", "แมวของฉันนอนหลับบนโซฟาทั้งวัน land", "th", frozenset(["cat"]))]
    searches = peers.of_corpus(
        passages, made, asked, encoder.questions([one.text for one in asked])
    )
    ranks = {
        name: [hit.id for hit in search(asked[0], 10).hits] for name, search in searches.items()
    }
    assert ranks == {peers.WORDS: ["tax", "cat"], peers.MEANING: ["cat", "tax"]}


@pytest.mark.parametrize("outcome", ["answer", "unknown"])
def test_what_a_peer_names_is_kept_in_order(outcome: Outcome) -> None:
    found = peers.named(["b", "a"], outcome)
    assert (found.outcome, [hit.id for hit in found.hits]) == (outcome, ["b", "a"])
