"""Verbs that prepare the service and run it."""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
from pathlib import Path

import numpy as np
import uvicorn

from forewarn.knowledge.loader import content_hash
from forewarn.published import COPY, Reader
from retrieval import convert, gate, publishing, rasa_texts, shipped
from retrieval import publish as publication
from retrieval.api import create_app
from retrieval.commands.models import REFUSALS as REFUSALS
from retrieval.commands.models import one_encoder, patient_encoder, showing
from retrieval.commands.terminal import say
from retrieval.index import texts_of
from retrieval.record import IndexRefusedError
from retrieval.refit import NICE, OVERTAKEN
from retrieval.settings import RetrievalSettings
from retrieval.versions import OvertakenError, Versions


def make_encoder(options: argparse.Namespace) -> int:
    """Convert the embedded encoder unless that was done."""
    folder: Path = options.output or RetrievalSettings().encoder_folder
    if convert.is_current(folder):
        say(f"the encoder in {folder} is up to date")
        return 0
    say("converting the encoder (about 10 s)")
    convert.convert(folder)
    say(f"the encoder is in {folder}")
    return 0


def build(options: argparse.Namespace) -> int:
    """Build the index and put it into service unless the one there is just the same."""
    settings = RetrievalSettings()
    folder: Path = options.output or settings.index_folder
    versions, encoder = Versions(folder), patient_encoder(settings)
    versions.sweep()
    try:
        served = publication.open_current(versions, encoder, Reader())
    except IndexRefusedError:
        served = None
    encode = shipped.sparing(encoder, showing(encoder))
    publisher = publication.Publisher(versions, settings.knowledge, encoder, Reader(), encode)
    if served is not None and not publisher.is_due(served):
        say(f"the index in {folder} is up to date")
        return 0
    if served is not None and versions.held_back() == content_hash(settings.knowledge):
        say("the knowledge folder holds what was rolled back; what is in service stays")
        return 0
    new = publisher.publish(served, anew=True)
    versions.hold_back(None)
    versions.forget_oldest()
    counts = ", ".join(f"{len(shelf.rows)} {part}s" for part, shelf in new.index.shelves.items())
    say(f"the index in {folder} holds {counts}")
    if new.index.confidence is None:
        say("no confidence is fitted yet: every search says unknown until `make calibrate` ran")
    return 0


def refit(_: argparse.Namespace) -> int:
    """Learn anew from all of the version in service, and put what comes of it into service."""
    os.nice(NICE)
    settings = RetrievalSettings()
    versions, encoder = Versions(settings.index_folder), one_encoder(settings)
    served = publication.open_current(versions, encoder, Reader())
    copy = versions.current() / COPY
    try:
        publication.Publisher(versions, copy, encoder, Reader()).publish(served, anew=True)
    except OvertakenError as error:
        say(str(error))
        return OVERTAKEN
    versions.forget_oldest()
    return 0


def check(_: argparse.Namespace) -> int:
    """Show, for each language, how many check_with questions find their entry."""
    settings = RetrievalSettings()
    versions = Versions(settings.index_folder)
    served = publication.open_current(versions, one_encoder(settings), Reader())
    bars = gate.Bars.load()
    answers = gate.ask(served.index, served.searcher, bars.top)
    for language in served.knowledge.language_codes:
        found = [right for one, right in answers.items() if one.language == language]
        share = sum(found) / max(len(found), 1)
        say(f"{language}: {share:.3f} of {len(found)} (bar {bars.of(language):.2f})")
    return 0


def serve(_: argparse.Namespace) -> int:
    """Run the service until it is stopped."""
    settings = RetrievalSettings()
    publishing.LOG.setLevel(logging.INFO)  # staff see what their saved files come to
    uvicorn.run(
        create_app(settings),
        host=settings.retrieval_host,
        port=settings.retrieval_port,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,
    )
    return 0


def vectors(options: argparse.Namespace) -> int:
    """Write the vectors of the bot's training examples and test messages."""
    texts = rasa_texts.texts(options.folders)
    encoder = patient_encoder(RetrievalSettings())
    found = shipped.sparing(encoder, showing(encoder))("question", texts)
    hashes = [hashlib.sha256(text.encode("utf-8")).hexdigest() for text in texts]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    fresh = options.output.with_name(f".{options.output.name}")
    with fresh.open("wb") as file:
        np.savez(
            file,
            hashes=np.array(hashes, dtype=np.str_),
            vectors=found,
            encoder=np.array(encoder.fingerprint),
        )
    fresh.replace(options.output)
    say(f"{options.output} holds the vectors of {len(texts)} texts")
    return 0


def ship_vectors(options: argparse.Namespace) -> int:
    """Store the vectors of the version in service and of the bot's texts beside the program."""
    settings = RetrievalSettings()
    encoder = patient_encoder(settings)
    served = publication.open_current(Versions(settings.index_folder), encoder, Reader())
    texts = texts_of(served.knowledge)
    texts += [("question", text) for text in rasa_texts.texts(options.folders)]
    known = served.index.remembered.with_(texts, showing(encoder)).only(texts)
    shipped.save(known, encoder)
    say(f"{shipped.FILE.name} holds the vectors of {len(known)} texts")
    return 0
