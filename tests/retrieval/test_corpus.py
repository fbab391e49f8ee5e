"""Any corpus is measured with the product's own search, and bad input gets a clear sentence."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from retrieval import corpus
from retrieval.__main__ import main
from retrieval.encoder import Encoder

PASSAGES = [
    {"id": "pandas", "text": "Pandas eat bamboo in the mountains.", "language": "en"},
    {"id": "rice", "text": "ข้าวเหนียวมะม่วงทำจากข้าวเหนียว มะม่วงสุก และกะทิ", "language": "th"},
    {"id": "train", "text": "The train north leaves at six and takes twelve hours."},
]
ASKED = [
    {"id": "1", "text": "What do pandas eat?", "language": "en", "expect": ["pandas"]},
    {"id": "2", "text": "ข้าวเหนียวมะม่วงใส่อะไรบ้าง", "language": "th", "expect": ["rice"]},
    {"id": "3", "text": "How long is the train ride north?", "language": "en", "expect": ["train"]},
]
NOT_FITTED = "no confidence is fitted for this corpus, so nothing is answered (--calibration)"

Evaluate = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def corpora_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where vectors are kept, of all tests here: everyday messages are encoded once."""
    return tmp_path_factory.mktemp("corpora")


@pytest.fixture(autouse=True)
def _settings(
    encoder_folder: Path, corpora_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "encoder").symlink_to(encoder_folder)
    (tmp_path / "var" / "corpora").symlink_to(corpora_folder)
    monkeypatch.setenv("FOREWARN_VAR", str(tmp_path / "var"))


def written(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


@pytest.fixture
def evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Evaluate:
    """Values by language, for questions and passages; raises with what was said instead."""

    def run(
        asked: list[dict[str, Any]], passages: list[dict[str, Any]], *more: str
    ) -> dict[str, Any]:
        questions = written(tmp_path / "asked.jsonl", asked)
        texts = written(tmp_path / "corpus.jsonl", passages)
        failed = main(["evaluate", str(questions), "--corpus", str(texts), "--json", *more])
        said = capsys.readouterr()
        if failed:
            raise ValueError(said.err.splitlines()[-1])
        return {
            language: {
                key: value["value"] if isinstance(value, dict) else value
                for key, value in one.items()
            }
            for language, one in json.loads(said.out).items()
        }

    return run


def quality(questions: int, **changed: float) -> dict[str, float]:
    found = dict.fromkeys(("hit_1", "hit_3", "mrr", "ndcg_10", "refused"), 1.0)
    nothing = ("answered", "answered_right", "choice_right", "out_refused", "out_answered")
    return {"questions": questions, **found, **dict.fromkeys(nothing, 0.0), "out_of_scope": 0,
            **changed}  # fmt: skip


def tiny(folder: Path, **values: float) -> Path:
    """An ordinary encoder of another make: two numbers a word, those of ``values`` spoilt."""
    words = ["[UNK]", "pandas", "eat", "bamboo", "train", "quagga"]
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()  # type: ignore[assignment]
    weights = np.ones((len(words), 2), dtype=np.float32)
    weights[4] = [1, -1]
    for word, value in values.items():
        weights[words.index(word)] = value
    module = StaticEmbedding(tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


def test_measures_any_passages_in_any_language(evaluate: Evaluate) -> None:
    assert evaluate(ASKED, PASSAGES) == {"en": quality(2), "th": quality(1), "all": quality(3)}


def test_shows_a_table_with_intervals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = written(tmp_path / "asked.jsonl", ASKED[:1])
    texts = tmp_path / "corpus.jsonl.gz"
    texts.write_bytes(gzip.compress(json.dumps(PASSAGES[0]).encode()))
    assert main(["evaluate", str(questions), "--corpus", str(texts)]) == 0
    said = capsys.readouterr()
    head, english, whole = said.out.splitlines()
    assert head.split()[:5] == ["questions", "hit_1", "hit_3", "mrr", "ndcg_10"]
    assert english.split()[:4] == ["en", "1", "1.000", "(0.21–1.00)"]
    assert whole.split()[:2] == ["all", "1"]
    assert said.err.splitlines()[-2:] == [NOT_FITTED, "  questions: 1 of 1"]


def test_a_title_and_variants_are_ways_to_ask(evaluate: Evaluate) -> None:
    other = {"id": "x", "text": "Platform nine."}
    named = {**other, "id": "y", "title": "Zebra", "variants": ["where do quaggas graze"]}
    asked = [
        {"id": text, "text": text, "language": "en", "expect": ["y"]}
        for text in ("Zebra", "where do quaggas graze")
    ]
    assert evaluate(asked, [other, named])["all"] == quality(2)


def test_sentences_are_found_by_what_they_say(evaluate: Evaluate) -> None:
    """Nothing but ways to say it: question and sentence are compared as equals."""
    sentences = {"pay": "The fee must be paid today.", "sea": "The boat left the harbour at dawn."}
    texts = [{"id": name, "language": "en", "variants": [s]} for name, s in sentences.items()]
    asked = [
        {"id": "1", "text": "เรือออกจากท่าตอนรุ่งสาง", "language": "th", "expect": ["sea"]},
        {"id": "2", "text": "费用今天必须付清。", "language": "zh", "expect": ["pay"]},
        {"id": "3", "text": "फीस आज ही देनी होगी।", "language": "hi", "expect": ["pay"]},
    ]
    assert evaluate(asked, texts)["all"] == quality(3)


def test_a_long_passage_is_found_by_what_stands_at_its_end(evaluate: Evaluate) -> None:
    """Far behind the 512 pieces that the encoder sees at once."""
    filler = "The committee met again and agreed on the minutes of the meeting before. " * 60
    texts = [
        {"id": "bread", "text": f"{filler} Sourdough needs flour, water, salt and patience."},
        {"id": "train", "text": f"{filler} The night train crosses the mountains to the coast."},
    ]
    asked = [
        {"id": "1", "text": "ทำขนมปังต้องใช้อะไรบ้าง", "language": "th", "expect": ["bread"]},
        {"id": "2", "text": "坐火车去海边", "language": "zh", "expect": ["train"]},
    ]
    assert evaluate(asked, texts)["all"] == quality(2)


def test_passages_are_encoded_once(
    evaluate: Evaluate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = evaluate(ASKED, PASSAGES)
    main(["evaluate", *(str(tmp_path / name) for name in ("asked.jsonl",)), "--corpus",
          str(tmp_path / "corpus.jsonl")])  # fmt: skip
    assert "passages" not in capsys.readouterr().err
    assert evaluate(ASKED, PASSAGES) == first


def test_a_confidence_is_fitted_on_other_questions(evaluate: Evaluate, tmp_path: Path) -> None:
    def sample(name: str) -> list[dict[str, Any]]:
        inside = [
            {**one, "id": f"{name}{number}{one['id']}", "text": f"{one['text']} {name * number}"}
            for number in range(12)
            for one in ASKED
        ]
        outside = [
            {"id": f"{name}out{number}", "text": f"{'?' * number} 1 + {number}", "language": "en",
             "expect": []}
            for number in range(12)
        ]  # fmt: skip
        return [*inside, *outside]

    fitted_on = written(tmp_path / "sample.jsonl", sample("a"))
    found = evaluate(sample("b"), PASSAGES, "--calibration", str(fitted_on))["all"]
    assert (found["questions"], found["out_of_scope"]) == (36, 12)
    assert found["refused"] <= 0.2
    assert found["out_answered"] <= 0.2
    assert found["answered_right"] == 1


def test_a_corpus_in_one_language_serves_readers_of_another(evaluate: Evaluate) -> None:
    english = [{**one, "language": "en"} for one in PASSAGES if one["id"] != "rice"]
    asked = [{"id": "1", "text": "แพนด้ากินอะไร", "language": "th", "expect": ["pandas"]}]
    assert evaluate(asked, english) == {"th": quality(1), "all": quality(1)}


def test_of_a_question_beyond_the_window_the_beginning_counts(
    evaluate: Evaluate, encoder: Encoder
) -> None:
    """The encoder sees 512 pieces of a text."""
    long = [{**one, "text": f"{one['text']} " * 120 + "so it goes " * 600} for one in ASKED]
    begun = encoder.questions([one["text"][:4000] for one in long])
    np.testing.assert_array_equal(encoder.questions([one["text"] for one in long]), begun)
    assert evaluate(long, PASSAGES)["all"] == quality(3)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("corpus", "", "ValueError: {corpus} holds no passages"),
        ("asked", "\n", "ValueError: {asked} holds no questions"),
        ("corpus", '{"id": "a", "text": "x"}\n' * 2,
         "ValueError: {corpus}:2: the id a is used twice"),
        ("corpus", '{"id": "a", "text": "x"}\n\n{"id": "b", "txt": "secret"}',
         "ValueError: {corpus}:3: wrong or missing: txt"),
        ("corpus", '{"id": "a", "text": ""}', "ValueError: {corpus}:1: wrong or missing: text"),
        ("corpus", '{"id": "a"}', "ValueError: {corpus}:1: wrong or missing: line"),
        ("corpus", b"\xff\xfe", "ValueError: {corpus}:1: wrong or missing: line"),
        ("corpus", '{"id": "a", "text": "x"}',
         "ValueError: {asked} expects entries that do not exist: 1: pandas"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_with_its_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: str | bytes,
    said: str,
) -> None:
    paths = {
        "asked": written(tmp_path / "asked.jsonl", ASKED[:1]),
        "corpus": written(tmp_path / "corpus.jsonl", PASSAGES),
    }
    paths[name].write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["evaluate", str(paths["asked"]), "--corpus", str(paths["corpus"])]) == 1
    assert capsys.readouterr().err.splitlines() == [said.format(**paths)]


def test_a_packed_file_cut_short_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "a", "text": "x"}')[:-9])
    with pytest.raises(ValueError, match=r"corpus\.jsonl\.gz is cut short$"):
        corpus.read(path)


def test_calibration_is_for_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = str(written(tmp_path / "asked.jsonl", ASKED))
    assert main(["evaluate", questions, "--calibration", questions]) == 1
    assert capsys.readouterr().err == (
        "ValueError: --calibration needs --corpus: the knowledge has `make calibrate`\n"
    )


def test_an_encoder_of_another_dimension_measures_a_corpus_and_is_refused_an_index(
    evaluate: Evaluate,
    tmp_path: Path,
    published: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    english = [one for one in PASSAGES if one["id"] != "rice"]
    evaluate(ASKED[:1], english)  # its vectors of 384 numbers are kept apart
    monkeypatch.setenv("ENCODER_MODEL", str(tiny(tmp_path / "tiny")))
    assert evaluate(ASKED[:1], english)["all"] == quality(1)
    (tmp_path / "var" / "index").symlink_to(published)
    assert main(["evaluate", str(tmp_path / "asked.jsonl")]) == 1
    assert capsys.readouterr().err == (
        f"the index in {(published / 'current').readlink()} was made with another encoder: run "
        "`python -m retrieval build`\n"
    )


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ("bamboo", "{folder}/corpus.jsonl:1: its vector holds a number that is not finite"),
        ("quagga", "question 1: its vector holds a number that is not finite"),
    ],
)
def test_vectors_that_are_no_numbers_are_refused(
    evaluate: Evaluate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str, said: str
) -> None:
    monkeypatch.setenv("ENCODER_MODEL", str(tiny(tmp_path / "tiny", **{spoilt: float("nan")})))
    passages = [{"id": "pandas", "text": "pandas bamboo"}, {"id": "train", "text": "train"}]
    asked = [{"id": "1", "text": "pandas quagga", "language": "en", "expect": ["pandas"]}]
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        evaluate(asked, passages)
    assert str(error.value) == "ValueError: " + said.format(folder=tmp_path)


def test_an_encoder_that_says_another_length_is_refused() -> None:
    class Liar:
        prompts: dict[str, str] = {}  # noqa: RUF012

        def get_embedding_dimension(self) -> int:
            return 3

        def __getitem__(self, _: int) -> None:
            return None

        def encode(self, texts: list[str], **_: Any) -> Any:
            return np.ones((len(texts), 2), np.float32)

    encoder = Encoder(Liar(), "liar")  # type: ignore[arg-type]
    passages = [corpus.Passage("a", "x", "en", (), "corpus.jsonl:1")]
    with pytest.raises(ValueError, match=r"its vectors have 3 numbers, but they have 2$"):
        corpus.build(passages, encoder)
