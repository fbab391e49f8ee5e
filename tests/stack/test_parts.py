"""What each part is started with."""

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from forewarn import deadlines
from stack.parts import parts, python
from stack.settings import StackSettings, kept_secret


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackSettings:
    """Settings with a folder of their own, and none from the environment of the tests."""
    for name in ("FOREWARN_BOT_SECRET", "FOREWARN_TOKEN_KEY", "FOREWARN_RETRIEVAL_URL"):
        monkeypatch.delenv(name, raising=False)
    return StackSettings(var=tmp_path)


def environments(settings: StackSettings) -> dict[str, dict[str, str]]:
    return {part.name: dict(part.environment) for part in parts(settings)}


def test_each_part_runs_in_its_own_python(settings: StackSettings) -> None:
    main, bot = python(settings, "web"), python(settings, "bot")
    assert {part.name: part.command for part in parts(settings)} == {
        "bot": (str(bot), "-m", "bot.serve"),
        "retrieval": (str(main), "-m", "retrieval", "serve"),
        "actions": (str(main), "-m", "actions", "serve"),
        "web": (str(main), "-m", "web", "serve"),
    }
    assert main.parent.parent.name == "main"
    assert bot.parent.parent.name == "bot"


def test_secrets_are_made_once_and_only_their_owner_reads_them(settings: StackSettings) -> None:
    first, second = environments(settings), environments(settings)
    assert first["web"]["FOREWARN_TOKEN_KEY"] == second["web"]["FOREWARN_TOKEN_KEY"]
    assert first["web"]["FOREWARN_BOT_SECRET"] == first["bot"]["FOREWARN_BOT_SECRET"]
    assert first["web"]["FOREWARN_BOT_SECRET"] != first["web"]["FOREWARN_TOKEN_KEY"]
    kept = sorted((settings.var / "secrets").iterdir())
    assert [path.name for path in kept] == ["bot_secret", "token_key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert stat.S_IMODE((settings.var / "secrets").stat().st_mode) == 0o700
    assert all(len(path.read_text().strip()) >= 32 for path in kept)


def test_a_secret_that_is_set_is_used_and_kept_nowhere(tmp_path: Path) -> None:
    settings = StackSettings(var=tmp_path, bot_secret="s" * 32, token_key="k" * 32)
    given = environments(settings)
    assert given["bot"]["FOREWARN_BOT_SECRET"] == "s" * 32
    assert given["web"]["FOREWARN_TOKEN_KEY"] == "k" * 32
    assert not (tmp_path / "secrets").exists()


def test_saved_knowledge_is_published_unless_that_is_switched_off(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FOREWARN_WATCH_KNOWLEDGE", raising=False)
    assert environments(settings)["retrieval"]["FOREWARN_WATCH_KNOWLEDGE"] == "true"
    monkeypatch.setenv("FOREWARN_WATCH_KNOWLEDGE", "false")
    assert environments(settings)["retrieval"]["FOREWARN_WATCH_KNOWLEDGE"] == "false"


def test_no_part_holds_a_secret_it_does_not_use(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_BOT_SECRET", "from the environment, 32 letters")
    monkeypatch.setenv("FOREWARN_TOKEN_KEY", "from the environment, 32 letters")
    held = {
        name: sorted(set(environment) & {"FOREWARN_BOT_SECRET", "FOREWARN_TOKEN_KEY"})
        for name, environment in environments(settings).items()
    }
    assert held == {
        "web": ["FOREWARN_BOT_SECRET", "FOREWARN_TOKEN_KEY"],
        "bot": ["FOREWARN_BOT_SECRET"],
        "retrieval": [],
        "actions": [],
    }


def test_byte_code_is_written_and_thread_pools_are_small(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    for environment in environments(settings).values():
        assert "PYTHONDONTWRITEBYTECODE" not in environment
        assert environment["OMP_NUM_THREADS"] == "1"
        assert environment["MALLOC_ARENA_MAX"] == "2"
        assert environment["HF_HUB_OFFLINE"] == "1"
    assert environments(settings)["bot"]["RASA_TELEMETRY_ENABLED"] == "false"


def test_the_parts_find_each_other_where_they_listen(tmp_path: Path) -> None:
    settings = StackSettings(
        var=tmp_path, retrieval_host="0.0.0.0", retrieval_port=9001, bot_host="::1", bot_port=9002
    )
    for environment in environments(settings).values():
        assert environment["FOREWARN_RETRIEVAL_URL"] == "http://127.0.0.1:9001"
        assert environment["FOREWARN_BOT_URL"] == "http://[::1]:9002"
        assert environment["FOREWARN_ACTIONS_URL"] == "http://127.0.0.1:5055"


def test_a_part_that_runs_elsewhere_keeps_its_address(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREWARN_RETRIEVAL_URL", "http://10.0.0.2:8001")
    assert environments(settings)["bot"]["FOREWARN_RETRIEVAL_URL"] == "http://10.0.0.2:8001"


def test_every_part_is_told_the_deadlines(settings: StackSettings) -> None:
    for environment in environments(settings).values():
        assert float(environment["FOREWARN_DEADLINE_WEB"]) == deadlines.WEB
        assert float(environment["FOREWARN_DEADLINE_BOT"]) == deadlines.BOT
        assert float(environment["FOREWARN_DEADLINE_ACTIONS"]) == deadlines.ACTIONS
        assert float(environment["FOREWARN_DEADLINE_RETRIEVAL"]) == deadlines.RETRIEVAL


def test_only_a_model_of_a_hub_may_reach_for_it(tmp_path: Path) -> None:
    assert not StackSettings(encoder_model="embedded").encoder_from_hub()
    assert not StackSettings(encoder_model=str(tmp_path)).encoder_from_hub()
    assert StackSettings(encoder_model="intfloat/multilingual-e5-small").encoder_from_hub()


def test_an_impossible_port_is_refused() -> None:
    with pytest.raises(ValidationError):
        StackSettings(web_port=70000)


def test_a_secret_is_the_one_that_was_written_first(tmp_path: Path) -> None:
    assert kept_secret(tmp_path, "key") == kept_secret(tmp_path, "key")
