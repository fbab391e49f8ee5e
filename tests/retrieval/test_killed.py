"""A process killed while it publishes leaves the last good version, or the new one, and no mess."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from forewarn.knowledge.loader import content_hash
from forewarn.published import Reader
from retrieval.encoder import Encoder
from retrieval.publish import Publisher, open_current
from retrieval.versions import Versions

ROOT = Path(__file__).resolve().parents[2]

PUBLISH_AND_DIE = """
import os, signal, sys
from pathlib import Path
from forewarn.published import Reader
from retrieval import folders, index_folder, versions
from retrieval.encoder import load
from retrieval.publish import Publisher, open_current

def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def dies_after(work, times):
    def wrapped(*given, **named):
        nonlocal times
        times -= 1
        return dies() if times < 0 else work(*given, **named)
    return wrapped

moment, knowledge, indexes, encoder = sys.argv[1:]
encoder = load("embedded", Path(encoder), 1)
all_of_them = versions.Versions(Path(indexes))
served = open_current(all_of_them, encoder, Reader())
if moment == "while writing":
    index_folder.hash_file = dies_after(index_folder.hash_file, 2)
elif moment == "before the disk has it":
    versions.sync = dies
elif moment == "before the pointer moves":
    versions.point = dies
elif moment == "while the pointer moves":
    folders.os.replace = dies
elif moment == "after the pointer moved":
    versions.Versions.forget_oldest = dies
Publisher(all_of_them, Path(knowledge), encoder, Reader()).publish(served)
all_of_them.forget_oldest()
"""

MOMENTS = {
    "while writing": False,
    "before the disk has it": False,
    "before the pointer moves": False,
    "while the pointer moves": False,
    "after the pointer moved": True,
}
"""When it is killed, and whether the new version is in service by then."""


def test_nothing_is_lost_and_nothing_half_published(
    encoder: Encoder,
    encoder_folder: Path,
    tmp_path: Path,
    copied: Callable[[Path], tuple[Path, Path]],
) -> None:
    killed = {}
    for moment in MOMENTS:
        knowledge, indexes = copied(tmp_path / moment)
        path = min((knowledge / "faq").glob("*/*.en.md"))
        path.write_text(path.read_text("utf-8").replace("question: ", "question: Well, ", 1))
        arguments = [moment, str(knowledge), str(indexes), str(encoder_folder)]
        command = [sys.executable, "-c", PUBLISH_AND_DIE, *arguments]
        killed[moment] = subprocess.Popen(command, cwd=ROOT)
    for moment, is_new in MOMENTS.items():
        assert killed[moment].wait(timeout=1800) == -signal.SIGKILL
        knowledge, indexes = tmp_path / moment / "knowledge", tmp_path / moment / "var" / "index"
        versions = Versions(indexes)
        served = open_current(versions, encoder, Reader())
        assert (served.index.made.knowledge == content_hash(knowledge)) is is_new
        versions.sweep()
        assert not list(indexes.glob(".building-*"))
        publisher = Publisher(versions, knowledge, encoder, Reader())
        if not is_new:
            served = publisher.publish(served)
        versions.forget_oldest()
        assert served.folder == versions.current()
        assert not publisher.is_due(open_current(versions, encoder, Reader()))
        folders = [path for path in indexes.iterdir() if path.is_dir() and not path.is_symlink()]
        assert len(folders) == 2
