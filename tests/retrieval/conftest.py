"""The real encoder and a small cut of the real knowledge, made once for all tests here."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from forewarn.knowledge.loader import Knowledge, load
from forewarn.published import Reader
from retrieval import shipped
from retrieval.encoder import EMBEDDED, Encoder
from retrieval.encoder import load as load_encoder
from retrieval.index import Index, build, encode_with
from retrieval.publish import Publisher
from retrieval.remembered import Encode
from retrieval.rows import Part
from retrieval.space import Vectors
from retrieval.versions import Versions

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def encoder(encoder_folder: Path) -> Encoder:
    return load_encoder(EMBEDDED, encoder_folder, threads=1, at_once=2)


def _later(most: int) -> re.Pattern[str]:
    """Matches lists of examples, in group 1 the first ``most`` of each."""
    lists = "examples|ordinary|sentences|messages|must_match|must_not_match"
    item = r"\2  - .*\n"
    return re.compile(rf"^(( *)(?:{lists}):\n(?:{item}){{1,{most}}})(?:{item})*", re.M)


OFFERS = ("red_flags/*.yml", "honest_offers*.yml", "lures*.yml")
_LATER_WORDINGS = re.compile(r"^(also_asked:\n(?:  - .*\n){1,4})(?:  - .*\n)*", re.M)


def cut(source: Path, target: Path) -> Path:
    """Copy the knowledge with only the entries that something else needs, and no articles: enough
    to tell apart, few enough to be encoded in seconds, and without an error."""
    shutil.copytree(source, target, ignore=lambda folder, _: {"faq", "articles"})
    knowledge = load(source)
    assert knowledge.menus is not None
    assert knowledge.deciding is not None
    taps = (*knowledge.menus.first_screen, *knowledge.menus.under_verdict)
    kept = {
        knowledge.menus.about_us,
        knowledge.deciding.check_otherwise,
        *(topic.first for topic in knowledge.topics.values()),
        *(lure.entry for lure in knowledge.lures.values()),
        *(tap.slots["faq"] for tap in taps if "faq" in tap.slots),
        *(entry for danger in knowledge.dangers.values() for entry in danger.related),
    }
    countries = target / "countries.yml"
    text = countries.read_text(encoding="utf-8")
    countries.write_text(re.sub(r"    check_job: .*\n", "", text), encoding="utf-8")
    for path in sorted((source / "faq").glob("*/*.md")):
        if path.name.split(".")[0] in kept:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            # What is left out cannot be related.
            text = re.sub("(?m)^related: .*\n", "", path.read_text("utf-8"))
            copy.write_text(_LATER_WORDINGS.sub(r"\1", text), "utf-8")
    for files, most in (("danger/*.yml", 8), *((one, 3) for one in OFFERS)):
        for path in target.glob(files):
            path.write_text(_later(most).sub(r"\1", path.read_text("utf-8")), "utf-8")
    (target / "coverage.yml").write_text("reported: []\nasked: []\n", "utf-8")
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
    return build(small, encoder, encode=shipped.sparing(encoder, encode_with(encoder)))


def reusing(index: Index, encoder: Encoder) -> Encode:
    """Encodes only what ``index`` does not know."""

    def encode(part: Part, texts: list[str]) -> Vectors:
        known = index.remembered.with_([(part, text) for text in texts], encode_with(encoder))
        return known.of(part, texts)

    return encode


@pytest.fixture(scope="session")
def published(
    small_folder: Path, encoder: Encoder, index: Index, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder of indexes with the small cut in service; read it, never change it."""
    indexes = tmp_path_factory.mktemp("published") / "index"
    encode = reusing(index, encoder)
    Publisher(Versions(indexes), small_folder, encoder, Reader(), encode).publish(None)
    return indexes


@pytest.fixture
def copied(small_folder: Path, published: Path) -> Callable[[Path], tuple[Path, Path]]:
    """Copies, in a folder that is given, of the small knowledge and its published index."""

    def copy(folder: Path) -> tuple[Path, Path]:
        knowledge = shutil.copytree(small_folder, folder / "knowledge")
        indexes = shutil.copytree(published, folder / "var" / "index", symlinks=True)
        return knowledge, indexes

    return copy


@pytest.fixture
def own_copy(
    copied: Callable[[Path], tuple[Path, Path]], tmp_path: Path
) -> Callable[[], tuple[Path, Path]]:
    """Copies of the small knowledge and its published index that a test may break."""
    return lambda: copied(tmp_path)


@pytest.fixture
def own_var(
    own_copy: Callable[[], tuple[Path, Path]], encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such copies, with the encoder beside them, where the settings look for them."""
    knowledge, indexes = own_copy()
    (indexes.parent / "encoder").symlink_to(encoder_folder)
    monkeypatch.setenv("FOREWARN_VAR", str(indexes.parent))
    monkeypatch.setenv("FOREWARN_KNOWLEDGE", str(knowledge))
