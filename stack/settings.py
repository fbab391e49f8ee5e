"""The settings of the stack: where things are, who listens where, and the two shared secrets."""

import os
import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

# Any address of the machine, as a listener writes it; a caller on the machine uses the loopback.
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104

PartName = Literal["retrieval", "actions", "bot", "web"]


class StackSettings(BaseSettings):
    """What the stack reads from the environment; the parts read theirs themselves."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_", populate_by_name=True)

    knowledge: Path = ROOT / "knowledge"
    var: Path = ROOT / "var"
    encoder_model: str = Field(default="embedded", validation_alias="ENCODER_MODEL")

    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8000, ge=1, le=65535)
    retrieval_host: str = "127.0.0.1"
    retrieval_port: int = Field(default=8001, ge=1, le=65535)
    actions_host: str = "127.0.0.1"
    actions_port: int = Field(default=5055, ge=1, le=65535)
    bot_host: str = "127.0.0.1"
    bot_port: int = Field(default=5005, ge=1, le=65535)

    bot_secret: str = ""
    token_key: str = ""

    start_seconds: float = Field(default=180.0, gt=0)
    stop_seconds: float = Field(default=5.0, gt=0)

    def listens(self, part: PartName) -> tuple[str, int]:
        """Return the host and the port that a part listens on."""
        return getattr(self, f"{part}_host"), getattr(self, f"{part}_port")

    def url(self, part: PartName) -> str:
        """Return the address at which a caller on this machine reaches a part."""
        host, port = self.listens(part)
        host = _EVERY_ADDRESS.get(host, host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def encoder_from_hub(self) -> bool:
        """Say whether the encoder is a model id that a hub has to serve."""
        return self.encoder_model != "embedded" and not Path(self.encoder_model).is_dir()


def kept_secret(folder: Path, name: str) -> str:
    """Return the secret kept in `folder`, made on first use; only the owner can read the file."""
    path = folder / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
    return path.read_text(encoding="ascii").strip()
