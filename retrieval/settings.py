"""What the retrieval service can be told by its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from forewarn import deadlines
from retrieval.encoder import EMBEDDED


class RetrievalSettings(BaseSettings):
    """Settings of the retrieval service; each is an environment variable ``FOREWARN_…``."""

    model_config = SettingsConfigDict(env_prefix="FOREWARN_", frozen=True)

    knowledge: Path = Field(default=Path("knowledge"), description="where the knowledge files lie")
    var: Path = Field(default=Path("var"), description="where generated files lie")
    encoder_model: str = Field(
        default=EMBEDDED,
        validation_alias=AliasChoices("ENCODER_MODEL", "encoder_model"),
        description="`embedded`, a sentence-transformers folder, or a model id",
    )
    retrieval_host: str = Field(default="127.0.0.1", description="address to listen on")
    retrieval_port: int = Field(default=8001, ge=1, le=65535, description="port to listen on")
    encoder_threads: int = Field(
        default=1, ge=1, le=64, description="threads one encoding may use; the parts share cores"
    )
    deadline_retrieval: float = Field(
        default=deadlines.RETRIEVAL, gt=0, description="seconds one request may take"
    )

    watch_knowledge: bool = Field(
        default=False, description="whether saved knowledge files are published by themselves"
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)

    @property
    def encoder_folder(self) -> Path:
        """Where the embedded encoder lies."""
        return self.var / "encoder"

    @property
    def index_folder(self) -> Path:
        """Where the published indexes lie."""
        return self.var / "index"

    @property
    def corpora_folder(self) -> Path:
        """Where the vectors of corpora lie that were evaluated, so that the next time is quick."""
        return self.var / "corpora"
