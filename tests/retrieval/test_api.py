"""The private interface keeps its contract and never tells what somebody wrote."""

import base64
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from forewarn.knowledge.loader import Knowledge
from retrieval.api import create_app
from retrieval.encoder import Encoder
from retrieval.index import Index
from retrieval.service import Service
from retrieval.settings import RetrievalSettings

MARKER = "kumquat-marker"

Open = Callable[..., TestClient]


@pytest.fixture(scope="module")
def var(encoder_folder: Path, published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("var")
    (folder / "encoder").symlink_to(encoder_folder)
    shutil.copytree(published, folder / "index", symlinks=True)
    return folder


@pytest.fixture(scope="module")
def client(var: Path, small_folder: Path) -> Iterator[TestClient]:
    app = create_app(RetrievalSettings(var=var, knowledge=small_folder, deadline_retrieval=60))
    with TestClient(app) as made:
        yield made


def test_understands_a_message(client: TestClient, encoder: Encoder) -> None:
    text = "I'm in Thailand, is it true what they say about jobs abroad?"
    reply = client.post("/understand", json={"text": text})
    content = reply.json()
    vector = np.frombuffer(base64.b64decode(content.pop("vector")), "<f4")
    np.testing.assert_allclose(vector, encoder.questions([text])[0], atol=1e-3)
    assert (reply.status_code, content) == (
        200,
        {
            "language": "en",
            "identified": "en",
            "danger": {"level": "none", "kinds": [], "by": "none"},
            "place": {
                "mentioned": ["TH"],
                "here": "TH",
                "only": False,
                "peoples": [],
                "citizen_of": None,
                "told": False,
            },
            "encoder": encoder.fingerprint,
        },
    )


@pytest.mark.parametrize(
    ("text", "language", "answered_in"),
    [
        ("有人介绍工作", "en", "zh"),
        ("มีคนชวนไปทำงาน", None, "th"),
        ("ok", "th", "th"),
        ("🙂", "zh", "zh"),
        ("?", None, "en"),
    ],
)
def test_keeps_the_language_where_the_message_does_not_tell(
    client: TestClient, text: str, language: str | None, answered_in: str
) -> None:
    asked = {"text": text, "language": language}
    assert client.post("/understand", json=asked).json()["language"] == answered_in


def test_danger_by_phrase(client: TestClient, small: Knowledge) -> None:
    for kind, danger in small.dangers.items():
        text = danger.must_match["en"][0]
        judged = client.post("/understand", json={"text": text}).json()["danger"]
        assert judged["level"] != "none"
        assert kind in judged["kinds"]


def test_searches(client: TestClient, small: Knowledge) -> None:
    name, entry = next(iter(small.faq.items()))
    asked = {"text": entry.texts["th"].question, "language": "th", "top": 2}
    content = client.post("/search", json=asked).json()
    assert set(content) == {"outcome", "answers", "hits"}
    assert [set(hit) for hit in content["hits"]] == [
        {"id", "kind", "language", "score", "confidence"}
    ] * 2
    first = content["hits"][0]
    assert (first["id"], first["kind"], first["language"]) == (name, "faq", "th")


def test_checks_an_offer(client: TestClient) -> None:
    content = client.post("/offers/check", json={"text": "hello", "language": "zh"}).json()
    assert (content["type"], content["level"], content["flags"]) == ("verdict", "unclear", [])


def test_an_answer_to_the_question_that_decides_is_folded_in(client: TestClient) -> None:
    text = "Job as a nurse in our clinic: diploma, salary by the tariff, interview on Tuesday."
    asked = {"text": text, "language": "en"}
    first = client.post("/offers/check", json=asked).json()
    assert (first["level"], first["question"]["id"]) == ("unclear", "where")
    answers = {"where": "abroad", "visa": "tourist"}
    content = client.post("/offers/check", json={**asked, "answers": answers}).json()
    assert (content["level"], content["question"]) == ("careful", None)
    assert [flag["id"] for flag in content["flags"]] == ["tourist-visa-for-work"]


def test_says_what_is_in_service(client: TestClient, index: Index) -> None:
    assert client.get("/health").json() == {"alive": True, "knowledge": index.made.knowledge}
    assert client.get("/ready").json() == {
        "encoder": index.made.encoder,
        "knowledge": index.made.knowledge,
    }


@pytest.mark.parametrize("path", ["/understand", "/search", "/offers/check"])
@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", 422, "invalid_request"),
        (b"{", 422, "invalid_request"),
        (b'{"text": "\xff"}', 400, "bad_request"),
        (b"[]", 422, "invalid_request"),
        (b'{"text": ""}', 422, "invalid_request"),
        (b'{"text": 1}', 422, "invalid_request"),
        (b'{"text": "x", "language": "xx"}', 422, "unknown_language"),
        (b'{"text": "x", "language": ["kumquat-marker"]}', 422, "invalid_request"),
        (b'{"text": "x", "language": "en", "kumquat-marker": 1}', 422, "invalid_request"),
        (
            b'{"text": "' + b"kumquat-marker " * 2000 + b'", "language": "en"}',
            422,
            "invalid_request",
        ),
    ],
)
def test_bad_input_is_refused_without_an_echo(
    client: TestClient, path: str, body: bytes, status: int, error: str
) -> None:
    reply = client.post(path, content=body, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["error"]) == (status, error)
    assert MARKER not in reply.text


def test_what_does_not_exist(client: TestClient) -> None:
    assert client.get("/nothing").json() == {"error": "not_found"}
    assert client.get("/search").json() == {"error": "method_not_allowed"}


def test_a_fault_inside_tells_nothing(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def broken(_: Service, text: str, *__: object) -> None:
        raise RuntimeError(f"cannot do {text}")

    monkeypatch.setattr(Service, "understand", broken)
    caplog.set_level(logging.DEBUG)
    reply = client.post("/understand", json={"text": MARKER})
    assert (reply.status_code, reply.json()) == (500, {"error": "internal"})
    written = "".join(capfd.readouterr())
    assert MARKER not in reply.text + caplog.text + written
    assert "request failed: RuntimeError" in caplog.text


def test_nothing_written_is_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="retrieval")
    for path in ("/understand", "/search", "/offers/check"):
        client.post(path, json={"text": f"help me {MARKER}", "language": "en"})
    ours = [record.getMessage() for record in caplog.records if "retrieval" in record.name]
    assert MARKER not in "".join([*ours, *capfd.readouterr()])


def test_a_slow_answer_is_given_up(var: Path, small_folder: Path) -> None:
    app = create_app(RetrievalSettings(var=var, knowledge=small_folder, deadline_retrieval=1e-6))
    with TestClient(app) as slow:
        reply = slow.post("/understand", json={"text": "hello"})
    assert (reply.status_code, reply.json()) == (504, {"error": "timeout"})


def test_the_meaning_of_vietnamese_without_marks_is_read_with_them(
    client: TestClient, encoder: Encoder
) -> None:
    """Without, most ordinary messages are near to cries."""
    text = "hom nay troi dep qua, di cho mua rau ve nau canh"
    reply = client.post("/understand", json={"text": text, "language": "vi"}).json()
    vector = np.frombuffer(base64.b64decode(reply["vector"]), dtype="<f4")
    plain, marked = encoder.questions([text, "hôm nay trời đẹp quá, đi chợ mua rau về nấu canh"])
    assert vector @ marked > vector @ plain


def test_a_search_reuses_the_vector_of_understanding(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/understand", json={"text": "twice the same question"})

    def never(*_: object) -> None:
        raise AssertionError("encoded again")

    monkeypatch.setattr(Encoder, "questions", never)
    asked = {"text": "twice the same question", "language": "en"}
    assert client.post("/search", json=asked).status_code == 200
    assert client.post("/search", json={**asked, "text": "another"}).status_code == 500


def test_publishing(own_copy: Callable[[], tuple[Path, Path]], encoder_folder: Path) -> None:
    knowledge, indexes = own_copy()
    (indexes.parent / "encoder").symlink_to(encoder_folder)
    settings = RetrievalSettings(var=indexes.parent, knowledge=knowledge)
    path = min((knowledge / "faq").glob("*/*.en.md"))
    good = path.read_text("utf-8")
    with TestClient(create_app(settings)) as client:
        before = client.get("/ready").json()
        path.write_text(good.replace("question: ", "quest: ", 1), "utf-8")
        refused = client.post("/publish")
        assert (refused.status_code, refused.json()["error"]) == (422, "knowledge_broken")
        name = path.relative_to(knowledge).as_posix()
        assert f"{name}:2: error: quest: " in refused.json()["problems"][0]
        assert client.get("/ready").json() == before
        path.write_text(good.replace("question: ", "question: Well, ", 1), "utf-8")
        published = client.post("/publish").json()
        assert client.get("/ready").json() == published
        assert published["knowledge"] != before["knowledge"]
        assert published["encoder"] == before["encoder"]
