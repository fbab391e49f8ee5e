"""What staff do to what is in service, by command: publish, go back, take a contact down.

Nothing here imports the models unless it has to: those take seconds, and this may be urgent.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import httpx

from forewarn.knowledge.loader import content_hash
from forewarn.knowledge.problems import KnowledgeError
from retrieval.commands.terminal import print_json, say
from retrieval.settings import RetrievalSettings
from retrieval.take_down import TakeDown
from retrieval.versions import Versions

REFUSALS = (RuntimeError, KnowledgeError)
"""What is said in one sentence: all refusals to publish are one of these."""

_PUBLISH_SECONDS = 600.0
_BUSY_SECONDS = 20.0


def publish(options: argparse.Namespace) -> int:
    """Ask the running service to publish what is in the knowledge folder."""
    settings = RetrievalSettings()
    reply = _ask_to_publish(settings)
    if reply is None:
        sys.stderr.write(
            f"the retrieval service does not answer at {_url(settings)}: is it running?\n"
        )
        return 1
    content: dict[str, Any] = reply.json()
    if options.json:
        print_json(content)
    elif reply.is_success:
        say(f"published: knowledge {content['knowledge'][:12]}")
    else:
        lines = content.get("problems") or [content.get("error", "")]
        lines.append("Nothing was published; the last good version stays in service.")
        sys.stderr.write("\n".join(lines) + "\n")
    return 0 if reply.is_success else 1


def rollback(_: argparse.Namespace) -> int:
    """Put the version before the one in service back; every part follows within a second."""
    settings = RetrievalSettings()
    versions = Versions(settings.index_folder)
    newer, older = versions.back(content_hash(settings.knowledge))
    say(
        f"back in service: {older.name} instead of {newer.name}\n"
        "The knowledge folder is as it was and is not published again by itself until a file in "
        "it changes. Forward again: `python -m retrieval publish`."
    )
    return 0


def take_down(options: argparse.Namespace) -> int:
    """Take a contact out of the knowledge files and out of service."""
    settings = RetrievalSettings()
    work = TakeDown(settings, options.contact, force=options.force)
    for line in work.edit():
        say(line)
    reply = None if work.leaves_no_line else _ask_to_publish(settings)
    if reply is not None and reply.is_success:
        say(f"Out of service: knowledge {reply.json()['knowledge'][:12]} is live without it.")
        return 0
    if reply is not None:
        say("The knowledge folder cannot be published as it is:")
        for problem in reply.json().get("problems", []):
            say(f"  {problem}")
    say("Publishing what is in service, without the contact …")
    say(f"Out of service: knowledge {work.publish_what_is_live()[:12]} is live without it.")
    return 0


def _url(settings: RetrievalSettings) -> str:
    return f"http://{settings.retrieval_host}:{settings.retrieval_port}/publish"


def _ask_to_publish(settings: RetrievalSettings) -> httpx.Response | None:
    """The service's reply, once it is not busy publishing; None where nothing answers."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            reply = httpx.post(_url(settings), timeout=_PUBLISH_SECONDS, trust_env=False)
        except httpx.TransportError:
            return None
        if reply.status_code != httpx.codes.CONFLICT or time.monotonic() > until:
            return reply
        time.sleep(0.1)
