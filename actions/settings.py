"""The settings of the action server."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from forewarn import deadlines


class ActionsSettings(BaseSettings):
    """Read from ``FOREWARN_…`` environment variables."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_", extra="ignore")

    knowledge: Path = Field(
        default=Path("knowledge"), description="the knowledge folder, until something is published"
    )
    var: Path = Field(default=Path("var"), description="where what is published lies")
    actions_host: str = Field(default="127.0.0.1", description="address the actions listen on")
    actions_port: int = Field(default=5055, description="port the actions listen on")
    retrieval_url: str = Field(default="http://127.0.0.1:8001", description="where retrieval is")
    deadline_retrieval: float = Field(
        default=deadlines.RETRIEVAL, gt=0, description="seconds retrieval may take"
    )
    deadline_actions: float = Field(
        default=deadlines.ACTIONS, gt=0, description="seconds one action may take"
    )

    operator_name: str = Field(default="", description="who runs this service")
    operator_contact: str = Field(default="", description="how the operator is reached")
    operator_country: str = Field(default="", description="the country the operator is in")

    @property
    def operator(self) -> dict[str, str]:
        """Who runs the service, as the message ``operator`` names them; empty where nobody does."""
        if not self.operator_name:
            return {}
        return {
            "name": self.operator_name,
            "contact": self.operator_contact,
            "country": self.operator_country,
        }

    @property
    def index_folder(self) -> Path:
        """Where the published versions lie."""
        return self.var / "index"
