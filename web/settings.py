"""What web reads from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from forewarn import deadlines

Hosts = Annotated[list[str], NoDecode]
"""A list written with commas: `https://a.example, https://b.example`."""

SHORTEST_SECRET = 16


class WebSettings(BaseSettings):
    """The settings of web; each is an environment variable `FOREWARN_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_", frozen=True)

    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses to start without an operator"
    )
    knowledge: Path = Field(
        default=Path("knowledge"),
        description="folder of the knowledge files, until something is published",
    )
    var: Path = Field(default=Path("var"), description="folder that what is published lies in")
    version_seconds: float = Field(
        default=30, gt=0, description="seconds the parts may speak from different versions"
    )
    web_host: str = Field(default="127.0.0.1", description="address web listens on")
    web_port: int = Field(default=8000, ge=1, le=65535, description="port web listens on")
    bot_url: str = Field(default="http://127.0.0.1:5005", description="where the bot is reached")
    actions_url: str = Field(
        default="http://127.0.0.1:5055", description="where the actions are reached"
    )
    retrieval_url: str = Field(
        default="http://127.0.0.1:8001", description="where retrieval is reached"
    )
    bot_secret: SecretStr = Field(
        default=SecretStr(""),
        validate_default=True,
        description="secret shared with the bot; made by the stack",
    )
    token_key: SecretStr = Field(
        default=SecretStr(""),
        validate_default=True,
        description="key that signs conversation tokens; made by the stack",
    )
    deadline_web: float = Field(
        default=deadlines.WEB, gt=0, description="seconds a person waits for an answer at most"
    )

    operator_name: str = Field(default="", description="who runs this service")
    operator_contact: str = Field(default="", description="how the operator is reached")
    operator_country: str = Field(default="", description="the country the operator is in")
    leave_url: str = Field(
        default="/recipes",
        pattern=r"^(https?://|/)\S*$",
        description="the neutral page the Leave button leads to; our own recipes by default",
    )

    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#]+)?$",
        description="the address people reach us at; the QR codes of the help pages lead there",
    )
    fonts: Path = Field(
        default=Path("/usr/share/fonts"),
        description="folder below which the fonts for pictures of the contacts are looked for",
    )

    redis_url: SecretStr = Field(
        default=SecretStr(""),
        description="the Redis in which events of messaging apps wait; in memory if not set",
    )
    channel_workers: int = Field(
        default=8, ge=0, description="events of messaging apps answered at once; 0: elsewhere"
    )
    channel_call_seconds: float = Field(
        default=10, gt=0, description="seconds a messaging app may take to accept a message"
    )
    channel_retry_seconds: float = Field(
        default=1,
        gt=0,
        description="seconds until a message is sent a second time; each later wait is doubled",
    )
    channel_answer_minutes: float = Field(
        default=10, gt=0, description="minutes after which an event is not answered any more"
    )

    conversation_minutes: float = Field(
        default=30, gt=0, description="minutes without a message until a conversation is forgotten"
    )
    max_conversations: int = Field(
        default=20_000, gt=0, description="conversations held at once; the longest idle goes first"
    )
    max_waiting: int = Field(
        default=8, gt=0, description="messages of one conversation that may wait for their turn"
    )
    max_text: int = Field(default=4_000, gt=0, description="characters of one chat message")
    max_offer: int = Field(default=20_000, gt=0, description="characters of one offer to check")
    max_body: int = Field(default=65_536, gt=0, description="bytes of one request")
    max_offer_body: int = Field(
        default=262_144, gt=0, description="bytes of one request that holds an offer"
    )
    max_picture: int = Field(
        default=10_485_760, gt=0, description="bytes of one picture of an offer"
    )
    picture_seconds: float = Field(
        default=10, gt=0, description="seconds until a process that reads a picture is killed"
    )
    tesseract: str = Field(
        default="tesseract",
        description="the command that reads the words in pictures; empty: they are not read",
    )
    rate_conversation_burst: int = Field(
        default=20, ge=0, description="messages one conversation may send at once; 0: no limit"
    )
    rate_conversation_per_second: float = Field(
        default=0.5, gt=0, description="messages a second one conversation may send on average"
    )
    rate_address_burst: int = Field(
        default=120, ge=0, description="requests one address may send at once; 0: no limit"
    )
    rate_address_per_second: float = Field(
        default=4.0, gt=0, description="requests a second one address may send on average"
    )

    cors_origins: Hosts = Field(
        default_factory=list, description="origins whose pages may call the API; none by default"
    )
    frame_ancestors: Hosts = Field(
        default_factory=list, description="origins that may show our pages in a frame"
    )
    trusted_proxies: Hosts = Field(
        default_factory=list,
        description="addresses of our own proxies, whose X-Forwarded-For is believed",
    )

    @property
    def index_folder(self) -> Path:
        """Where the published versions lie."""
        return self.var / "index"

    def address(self, path: str) -> str:
        """Where people reach the page at `path`; empty where we do not know how they reach us."""
        return self.public_url and self.public_url + path

    @field_validator("bot_secret", "token_key")
    @classmethod
    def _is_a_secret(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"set a secret of at least {SHORTEST_SECRET} random characters")
        return value

    @field_validator("cors_origins", "frame_ancestors", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("cors_origins", "frame_ancestors")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            scheme, _, host = origin.partition("://")
            if scheme not in {"http", "https"} or not host or set(host) & set("/ ;'\"*"):
                raise ValueError("write each origin as https://host or https://host:port")
        return value

    @model_validator(mode="after")
    def _production_names_its_operator(self) -> Self:
        if self.environment == "production":
            missing = [
                f"FOREWARN_{name.upper()}"
                for name in ("operator_name", "operator_contact", "operator_country")
                if not getattr(self, name).strip()
            ]
            if missing:
                raise ValueError(
                    "in production people must be told who runs this service: set "
                    + ", ".join(missing)
                )
        return self
