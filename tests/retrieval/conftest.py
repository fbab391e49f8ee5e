"""The real encoder and a small cut of the real knowledge, made once for all tests here."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.loader import Knowledge, load
from retrieval import convert
from retrieval.encoder import EMBEDDED, Encoder
from retrieval.encoder import load as load_encoder
from retrieval.index import Index, build
from retrieval.publish import publish
from retrieval.settings import RetrievalSettings

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = 8
"""Entries in the small cut: enough to tell apart, few enough to be encoded in seconds."""


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The converted encoder: the one of this machine, or one made here."""
    folder = RetrievalSettings().encoder_folder
    if not convert.is_current(folder):
        folder = tmp_path_factory.mktemp("encoder") / "encoder"
        convert.convert(folder)
    return folder.absolute()


@pytest.fixture(scope="session")
def encoder(encoder_folder: Path) -> Encoder:
    return load_encoder(EMBEDDED, encoder_folder, threads=2)


def cut(source: Path, target: Path) -> Path:
    """Copy the knowledge with only the first entries and no articles."""
    shutil.copytree(source, target, ignore=lambda folder, _: {"faq", "articles"})
    kept = sorted((source / "faq").glob("*/*.en.md"), key=lambda path: path.name)[:ENTRIES]
    for english in kept:
        name = english.name.removesuffix(".en.md")
        folder = target / "faq" / english.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        for path in english.parent.glob(f"{name}.*.md"):
            shutil.copy(path, folder)
    return target


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small cut; read it, never change it."""
    return cut(ROOT / "knowledge", tmp_path_factory.mktemp("small") / "knowledge")


@pytest.fixture(scope="session")
def small(small_folder: Path) -> Knowledge:
    return load(small_folder)


@pytest.fixture(scope="session")
def index(small: Knowledge, encoder: Encoder) -> Index:
    return build(small, encoder)


@pytest.fixture(scope="session")
def published(
    small_folder: Path, encoder: Encoder, index: Index, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder of indexes with the small cut in service; read it, never change it."""
    indexes = tmp_path_factory.mktemp("published") / "index"
    publish(indexes, small_folder, encoder, served=index)
    return indexes


@pytest.fixture
def own_copy(
    small_folder: Path, published: Path, tmp_path: Path
) -> Callable[[], tuple[Path, Path]]:
    """Copies of the small knowledge and its published index that a test may break."""

    def copy() -> tuple[Path, Path]:
        knowledge = shutil.copytree(small_folder, tmp_path / "knowledge")
        indexes = shutil.copytree(published, tmp_path / "var" / "index", symlinks=True)
        return knowledge, indexes

    return copy
