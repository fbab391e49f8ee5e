"""Takes one contact out of service, whatever state the knowledge folder is in."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.problems import Problem, meant
from forewarn.knowledge.yaml_text import YamlError, line_of, parse
from forewarn.published import COPY, Reader
from retrieval.settings import RetrievalSettings
from retrieval.versions import Versions

FOLDER, LIST = "hotlines", "hotlines"
"""Where contacts lie: the folder of their files, and the list in each file."""

MARK = "#~ "
"""What the lines of a contact that was taken down begin with; who removes it puts it back."""

ASIDE = ".taken-down"
"""What is added to the name of a file whose only contact was taken down."""

_NO_RECORD = re.compile(r"^\s*(#.*)?$")


class TakeDownRefusedError(RuntimeError):
    """The contact stays; the message says why."""


class TakeDown:
    """The removal of one contact."""

    def __init__(self, settings: RetrievalSettings, contact: str, *, force: bool) -> None:
        """Look the contact up in what is in service.

        Raises:
            TakeDownRefusedError: there is no such contact, or its country would be left without an
                emergency line and ``force`` is not given.
            IndexRefusedError: nothing is in service.
        """
        self._settings = settings
        self._contact = contact
        self._versions = Versions(settings.index_folder)
        self._live = self._versions.current() / COPY
        knowledge, _ = Reader().read(self._live)
        known = {one.id: code for code, many in knowledge.contacts.items() for one in many}
        if contact not in known:
            hint = meant(contact, known, f"they are: {', '.join(sorted(known))}")
            raise TakeDownRefusedError(f"no contact “{contact}” is in service. {hint}")
        self._country = known[contact]
        self.leaves_no_line = self._is_last_line(knowledge)
        """Whether its country has no other emergency line."""
        if self.leaves_no_line and not force:
            raise TakeDownRefusedError(
                f"“{contact}” is the last emergency line of {self._country}: people in danger "
                "there would see none. Mark another contact with emergency: true first, or give "
                "--force"
            )

    def edit(self) -> Iterator[str]:
        """Comment the contact out of the files of the knowledge folder; yields what was done and
        how to put it back."""
        yield from self._edit(self._settings.knowledge)

    def publish_what_is_live(self) -> str:
        """Publish the knowledge in service without the contact, and with nothing else changed;
        returns its content hash.

        Raises: as :meth:`retrieval.publish.Publisher.publish`.
        """
        # Imported when it is needed: the models take seconds.
        from retrieval import encoder as encoders
        from retrieval.publish import Publisher, open_current

        settings = self._settings
        encoder = encoders.load(
            settings.encoder_model, settings.encoder_folder, settings.encoder_threads
        )
        with tempfile.TemporaryDirectory(prefix="take-down-") as work:
            copy = Path(work) / COPY
            shutil.copytree(self._live, copy)
            list(self._edit(copy))
            served = open_current(self._versions, encoder, Reader())
            publisher = Publisher(
                self._versions, copy, encoder, Reader(), tolerated=self._is_to_be_expected
            )
            new = publisher.publish(served)
            self._versions.forget_oldest()
            return new.index.made.knowledge

    def _edit(self, knowledge: Path) -> Iterator[str]:
        folder = knowledge / FOLDER
        files = [folder / f"{self._country}.yml", *sorted(folder.glob(f"{self._country}.*.yml"))]
        try:
            texts = {path: path.read_bytes().decode("utf-8") for path in files}
            places = {path: _place(text, self._contact) for path, text in texts.items()}
        except (OSError, UnicodeDecodeError, YamlError) as error:
            yield f"{files[0]} and the files beside it were left as they are: {error}"
            return
        # A list may not be left empty: the file with the only contact is laid aside instead.
        alone = [path for path, place in places.items() if place == (0, 1)]
        aside = files if files[0] in alone else alone
        for path in aside:
            path.rename(path.with_name(path.name + ASIDE))
            yield f"{path}: nothing else is in it; it is now {path.name}{ASIDE}"
        for path, place in places.items():
            if place is not None and path not in aside:
                _replace(path, "".join(_commented(texts[path], place[0])))
                yield f"{path}: “{self._contact}” is commented out"
        yield (
            f"To put it back, remove “{MARK}” from the lines that begin with it and “{ASIDE}” from "
            "the names of files that end with it."
        )

    def _is_last_line(self, knowledge: Knowledge) -> bool:
        country = knowledge.countries.countries[self._country]
        lines = {one.id for one in knowledge.contacts[self._country] if one.emergency}
        return country.region and lines == {self._contact}

    def _is_to_be_expected(self, problem: Problem) -> bool:
        """Whether a problem follows from the removal, and must not stop it."""
        no_line = self.leaves_no_line and problem.field == self._country
        return no_line or (problem.field == "parent" and f"“{self._contact}”" in problem.problem)


def _replace(path: Path, text: str) -> None:
    """Give ``path`` the content ``text``, all at once."""
    fresh = path.with_name(f".{path.name}-new")
    fresh.write_bytes(text.encode("utf-8"))
    shutil.copymode(path, fresh)
    fresh.replace(path)


def _place(text: str, contact: str) -> tuple[int, int] | None:
    """Which of how many contacts of a file it is; None where the file does not have it."""
    content = parse(text)
    listed = content.get(LIST) if isinstance(content, dict) else None
    names = [one.get("id") for one in listed or [] if isinstance(one, dict)]
    return (names.index(contact), len(names)) if contact in names else None


def _commented(text: str, number: int) -> list[str]:
    """The lines of ``text`` with its contact ``number`` commented out."""
    lines = text.splitlines(keepends=True)
    begin, end = line_of(text, (LIST, number)) - 1, len(lines)
    indent = len(lines[begin]) - len(lines[begin].lstrip())
    for later in range(begin + 1, len(lines)):
        line = lines[later]
        if not _NO_RECORD.match(line) and len(line) - len(line.lstrip()) <= indent:
            end = later
            break
    # What stands above the next contact belongs to that one.
    while _NO_RECORD.match(lines[end - 1]):
        end -= 1
    return [*lines[:begin], *(MARK + line for line in lines[begin:end]), *lines[end:]]
