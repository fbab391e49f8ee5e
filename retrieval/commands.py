"""What each verb of the command line does."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn

from forewarn.knowledge.checks.parity import compared, said
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import content_hash, load, read
from forewarn.knowledge.problems import KnowledgeError, Problem
from forewarn.offers.flags import Meaning
from forewarn.offers.verdict import NO_ANSWERS, Weighed
from forewarn.phrases import PhraseError
from forewarn.published import COPY, Reader
from retrieval import calibrate as calibration
from retrieval import calibrate_offers as offer_calibration
from retrieval import calibrate_parity as parity_calibration
from retrieval import convert, gate, json_lines, publishing, questions, rasa_texts
from retrieval import corpus as corpora
from retrieval import encoder as encoders
from retrieval import evaluate as evaluation
from retrieval import index as indexes
from retrieval import parity as parities
from retrieval import publish as publication
from retrieval.api import create_app
from retrieval.checks import every_check
from retrieval.encoder import EncoderError
from retrieval.gate import BelowBarError
from retrieval.publish import ChangedMeanwhileError
from retrieval.questions import Question
from retrieval.record import IndexRefusedError
from retrieval.refit import NICE, OVERTAKEN
from retrieval.remembered import Encode
from retrieval.rows import Part
from retrieval.service import Service, UnknownLanguageError
from retrieval.settings import RetrievalSettings
from retrieval.space import Vectors
from retrieval.versions import OvertakenError, Versions
from retrieval.wheel import WheelError

REFUSALS = (
    EncoderError, WheelError, IndexRefusedError, KnowledgeError, PhraseError, BelowBarError,
    ChangedMeanwhileError, OvertakenError, UnknownLanguageError,
)  # fmt: skip
"""What is said in one sentence."""

_BATCH = encoders.MOST_TOGETHER

JSON_LINES = ".jsonl"
"""How a name ends that is given in place of a text: of a file of many texts."""


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _tell(text: str) -> None:
    """Say beside the result, which another program may read."""
    sys.stderr.write(text + "\n")


def _print_json(content: object) -> None:
    _say(json.dumps(content, ensure_ascii=False))


def _encoder(settings: RetrievalSettings) -> encoders.Encoder:
    return encoders.load(settings.encoder_model, settings.encoder_folder, settings.encoder_threads)


def _patient_encoder(settings: RetrievalSettings) -> encoders.Encoder:
    """An encoder for long work with nobody waiting beside it: it may use every core, a text each,
    as two threads on one text spend half their time waiting for each other."""
    return encoders.load(
        settings.encoder_model, settings.encoder_folder, threads=1, at_once=os.cpu_count() or 1
    )


def _showing(encoder: encoders.Encoder, say: Callable[[str], None] = _say) -> Encode:
    """Encodes in batches and says how far it is."""
    calls = {"question": encoder.questions, "passage": encoder.passages}

    def encode(part: Part, texts: list[str]) -> Vectors:
        done = [np.empty((0, encoder.dimension), dtype=np.float32)]
        for start in range(0, len(texts), _BATCH):
            done.append(calls[part](texts[start : start + _BATCH]))
            say(f"  {part}s: {min(start + _BATCH, len(texts))} of {len(texts)}")
        return np.concatenate(done)

    return encode


def make_encoder(options: argparse.Namespace) -> int:
    """Convert the embedded encoder unless that was done."""
    folder: Path = options.output or RetrievalSettings().encoder_folder
    if convert.is_current(folder):
        _say(f"the encoder in {folder} is up to date")
        return 0
    _say("converting the encoder (about 10 s)")
    convert.convert(folder)
    _say(f"the encoder is in {folder}")
    return 0


def build(options: argparse.Namespace) -> int:
    """Build the index and put it into service unless the one there is just the same."""
    settings = RetrievalSettings()
    folder: Path = options.output or settings.index_folder
    versions, encoder = Versions(folder), _patient_encoder(settings)
    versions.sweep()
    try:
        served = publication.open_current(versions, encoder, Reader())
    except IndexRefusedError:
        served = None
    publisher = publication.Publisher(
        versions, settings.knowledge, encoder, Reader(), _showing(encoder)
    )
    if served is not None and not publisher.is_due(served):
        _say(f"the index in {folder} is up to date")
        return 0
    if served is not None and versions.held_back() == content_hash(settings.knowledge):
        _say("the knowledge folder holds what was rolled back; what is in service stays")
        return 0
    new = publisher.publish(served, anew=True)
    versions.hold_back(None)
    versions.forget_oldest()
    counts = ", ".join(f"{len(shelf.rows)} {part}s" for part, shelf in new.index.shelves.items())
    _say(f"the index in {folder} holds {counts}")
    if new.index.confidence is None:
        _say("no confidence is fitted yet: every search says unknown until `make calibrate` ran")
    return 0


def refit(_: argparse.Namespace) -> int:
    """Learn anew from all of the version in service, and put what comes of it into service."""
    os.nice(NICE)
    settings = RetrievalSettings()
    versions, encoder = Versions(settings.index_folder), _encoder(settings)
    served = publication.open_current(versions, encoder, Reader())
    copy = versions.current() / COPY
    try:
        publication.Publisher(versions, copy, encoder, Reader()).publish(served, anew=True)
    except OvertakenError as error:
        _say(str(error))
        return OVERTAKEN
    versions.forget_oldest()
    return 0


def check(_: argparse.Namespace) -> int:
    """Show, for each language, how many check_with questions find their entry."""
    settings = RetrievalSettings()
    versions = Versions(settings.index_folder)
    served = publication.open_current(versions, _encoder(settings), Reader())
    bars = gate.Bars.load()
    answers = gate.ask(served.index, served.searcher, bars.top)
    for language in served.knowledge.language_codes:
        found = [right for one, right in answers.items() if one.language == language]
        share = sum(found) / max(len(found), 1)
        _say(f"{language}: {share:.3f} of {len(found)} (bar {bars.of(language):.2f})")
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


def _asked(text: str) -> Iterator[dict[str, Any]]:
    """One text, or what the JSON lines of the standard input or of a file hold."""
    if text == "-":
        yield from questions.read_lines(sys.stdin)
    elif text.endswith(JSON_LINES):
        with Path(text).open(encoding="utf-8") as lines:
            yield from questions.read_lines(lines)
    else:
        yield {"text": text}


def _are_many(text: str) -> bool:
    return text == "-" or text.endswith(JSON_LINES)


def search(options: argparse.Namespace) -> int:
    """Search for one text, or for many given as JSON lines."""
    service = Service(RetrievalSettings())
    for asked in _asked(options.text):
        language = asked.get("language") or options.language
        language = language or service.understand(asked["text"], None).language
        found = service.search(asked["text"], language, options.top)
        content = {"outcome": found.outcome, "hits": [dataclasses.asdict(h) for h in found.hits]}
        if options.json or _are_many(options.text):
            _print_json({**({"id": asked["id"]} if "id" in asked else {}), **content})
        else:
            _say(found.outcome)
            for hit in found.hits:
                scores = f"{hit.confidence:.2f}  {hit.score:6.3f}"
                _say(f"  {scores}  {hit.kind} {hit.id} ({hit.language})")
    return 0


def check_offer(options: argparse.Namespace) -> int:
    """Check one offer, or many given as JSON lines, and show how each verdict comes about."""
    service = Service(RetrievalSettings())
    for asked in _asked(options.text):
        language = asked.get("language") or options.language
        answers = asked.get("answers", NO_ANSWERS)
        weighed, verdict = service.judge_offer(asked["text"], language, answers=answers)
        if options.json or _are_many(options.text):
            name = {"id": asked["id"]} if "id" in asked else {}
            _print_json({**name, **verdict.model_dump(mode="json"), "sum": _sum(weighed)})
            continue
        _say(f"{verdict.level.value}: {verdict.headline}")
        for line in weighed.lines:
            _say(f"  {line.weight:+5.2f}  {line.flag.id}: “{line.flag.quote}”")
        rule = service.served.offers.rule
        _say(f"  {weighed.whole:+5.2f}  the message as a whole")
        _say(
            f"  {weighed.total:+5.2f}  together; careful from {rule.careful_from:g}, "
            f"lure from {rule.lure_from:g}"
        )
        for beside in (*verdict.noticed, *(check.question for check in verdict.checks)):
            _say(f"  {beside}")
        if verdict.question is not None:
            _say(f"  {verdict.question.ask}")
    return 0


def _sum(weighed: Weighed) -> dict[str, object]:
    """What each flag adds, and the message as a whole."""
    flags = {line.flag.id: round(line.weight, 3) for line in weighed.lines}
    whole, total = round(weighed.whole, 3), round(weighed.total, 3)
    return {"flags": flags, "whole": whole, "total": total}


def vectors(options: argparse.Namespace) -> int:
    """Write the vectors of the bot's training examples and test messages."""
    texts = rasa_texts.texts(options.folders)
    encoder = _patient_encoder(RetrievalSettings())
    found = _showing(encoder)("question", texts)
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
    _say(f"{options.output} holds the vectors of {len(texts)} texts")
    return 0


def evaluate(options: argparse.Namespace) -> int:
    """Measure the search in service, or that of any corpus, on a file of questions."""
    asked = questions.read(options.file)
    if not asked:
        raise ValueError(f"{options.file} holds no questions")
    if options.calibration and not options.corpus:
        raise ValueError("--calibration needs --corpus: the knowledge has `make calibrate`")
    settings = RetrievalSettings()
    if options.corpus:
        found = _evaluate_corpus(options, asked, settings)
    else:
        service = Service(settings)
        _expecting(options.file, asked, service.served.entries)
        found = evaluation.evaluate(
            asked, lambda question, depth: service.search(question.text, question.language, depth)
        )
    if options.json:
        _print_json(evaluation.as_json(found))
    else:
        _say(evaluation.as_table(found))
    return 0


def _evaluate_corpus(
    options: argparse.Namespace, asked: Sequence[Question], settings: RetrievalSettings
) -> dict[str, evaluation.Quality]:
    passages = corpora.read(options.corpus)
    names = {one.id for one in passages}
    _expecting(options.file, asked, names)
    encoder = _patient_encoder(settings)
    encode = _showing(encoder, _tell)
    corpus = corpora.build(passages, encoder, encode, settings.corpora_folder)
    if options.calibration:
        sample = questions.read(options.calibration)
        _expecting(options.calibration, sample, names)
        fitted = calibration.fit(corpus, encoder, sample, [], [options.calibration])
        corpus = dataclasses.replace(corpus, confidence=fitted)
    else:
        _tell("no confidence is fitted for this corpus, so nothing is answered (--calibration)")
    vectors = encode("question", [question.text for question in asked])
    return evaluation.of_corpus(asked, corpus, vectors)


def _expecting(path: Path, asked: Sequence[Question], entries: Iterable[str]) -> None:
    missing = questions.unknown_entries(asked, entries)
    if missing:
        raise ValueError(f"{path} expects entries that do not exist: {', '.join(missing)}")


def calibrate(options: argparse.Namespace) -> int:
    """Fit the confidence and write it into the program's own folder."""
    settings = RetrievalSettings()
    encoder = _patient_encoder(settings)
    knowledge = load(settings.knowledge)
    files = sorted(options.questions.glob("questions*.jsonl"))
    asked = [question for path in files for question in questions.read(path)]
    _expecting(options.questions, asked, {*knowledge.faq, *knowledge.articles})
    index = indexes.build(knowledge, encoder, None, _showing(encoder))
    fitted = calibration.fit(index, encoder, asked, every_check(knowledge), files)
    fitted.save(publication.CONFIDENCE)
    _say(
        f"fitted on {fitted.questions} questions: answer from {fitted.answer_from}, "
        f"choose from {fitted.choose_from}; build the index again to use it"
    )
    return 0


def calibrate_offers(options: argparse.Namespace) -> int:
    """Fit what red flags weigh, by the index in service, and write it into the knowledge."""
    settings = RetrievalSettings()
    encoder = _patient_encoder(settings)
    served = publication.open_current(Versions(settings.index_folder), encoder, Reader())

    def encode(text: str) -> Vectors:
        vector: Vectors = encoder.questions([text])[0]
        return vector

    def meaning(text: str) -> Meaning:
        plain = served.knowledge.door.read(text)
        return served.index.offers.judge(plain, encode(plain), encode)

    offers = [one for _, one in json_lines.read(options.offers, offer_calibration.Offer)]
    fitted = offer_calibration.fit(served.knowledge, offers, meaning)
    fitted.write(settings.knowledge / "verdict.yml")
    _say(f"fitted on {len(offers)} offers: careful from {fitted.careful_from}, "
         f"lure from {fitted.lure_from}; build the index again to use it")  # fmt: skip
    return 0


def calibrate_parity(_: argparse.Namespace) -> int:
    """Fit the parity check and write it into the program's own folder."""
    settings = RetrievalSettings()
    knowledge = read(settings.knowledge, drafts_too=True)[0]  # `make validate` names the problems
    fitted = parity_calibration.fit(knowledge, _patient_encoder(settings))
    fitted.save(parities.PARITY)
    lines = ", ".join(f"{norms.lines} in {name}" for name, norms in fitted.languages.items())
    _say(f"fitted on the lines of half of the entries: {lines}")
    return 0


def parity(options: argparse.Namespace) -> int:
    """Compare every translation with its English, and name what seems to differ."""
    settings = RetrievalSettings()
    encoder = _patient_encoder(settings)
    fitted = parities.Fitted.load(encoder.fingerprint)
    knowledge = read(settings.knowledge, drafts_too=True)[0]  # `make validate` names the problems
    chosen = [options.language] if options.language else sorted(
        set(knowledge.language_codes) - {BASE_LANGUAGE}
    )  # fmt: skip
    if not set(chosen) <= set(knowledge.language_codes) - {BASE_LANGUAGE}:
        raise UnknownLanguageError(options.language)
    translations = list(compared(knowledge))
    english = [one.english for one in translations]
    judge = parities.Judge(knowledge.wording, encoder, fitted, english)
    problems: list[Problem] = []
    for language in chosen:
        mine = [one for one in translations if one.language == language]
        if mine and not judge.knows(language):
            sys.stderr.write(
                f"{language}: meanings are not compared, too few lines when it was fitted\n"
            )
        found = judge.differences(language, [(one.english, one.text) for one in mine])
        for one, differences in zip(mine, found, strict=True):
            problems += said(knowledge.folder, one, differences)
    for problem in sorted(dataclasses.replace(one, severity="warning") for one in problems):
        if options.json:
            _print_json(dataclasses.asdict(problem))
        else:
            _say(str(problem))
    return 0
