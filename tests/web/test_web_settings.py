"""Settings that would hurt someone stop web at the start."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from web.settings import WebSettings

SECRETS = {"bot_secret": "a secret of the tests", "token_key": "another secret of the tests"}


def problems(**changes: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        WebSettings(**{**SECRETS, **changes})  # type: ignore[arg-type]
    return [error["msg"] for error in caught.value.errors()]


def test_without_secrets_web_does_not_start() -> None:
    wanted = "Value error, set a secret of at least 16 random characters"
    assert problems(bot_secret="", token_key="short") == [wanted, wanted]


def test_production_names_its_operator() -> None:
    assert problems(environment="production", operator_name="Somebody") == [
        "Value error, in production people must be told who runs this service: "
        "set FOREWARN_OPERATOR_CONTACT, FOREWARN_OPERATOR_COUNTRY"
    ]
    named = WebSettings(
        **SECRETS,  # type: ignore[arg-type]
        environment="production",
        operator_name="Somebody",
        operator_contact="somebody@example.org",
        operator_country="Thailand",
    )
    assert named.operator_country == "Thailand"


@pytest.mark.parametrize(
    "origins", ["*", "partner.example", "https://partner.example/path", "https://*.example", "null"]
)
def test_origins_are_whole_and_single(origins: str) -> None:
    wanted = "Value error, write each origin as https://host or https://host:port"
    assert problems(cors_origins=origins) == [wanted]
    assert problems(frame_ancestors=origins) == [wanted]


def test_lists_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREWARN_CORS_ORIGINS", "https://a.example, https://b.example:8443")
    monkeypatch.setenv("FOREWARN_BOT_SECRET", SECRETS["bot_secret"])
    monkeypatch.setenv("FOREWARN_TOKEN_KEY", SECRETS["token_key"])
    settings = WebSettings()
    assert settings.cors_origins == ["https://a.example", "https://b.example:8443"]
    assert settings.frame_ancestors == []
    assert SECRETS["token_key"] not in repr(settings)
