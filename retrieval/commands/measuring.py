"""Verbs that measure, and fit what was measured."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from forewarn.knowledge.checks.parity import compared, said
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import load, read
from forewarn.knowledge.problems import Problem
from forewarn.offers.flags import Meaning
from forewarn.published import Reader
from retrieval import adapt as adapting
from retrieval import calibrate as calibration
from retrieval import calibrate_offers as offer_calibration
from retrieval import calibrate_parity as parity_calibration
from retrieval import convert, json_lines, questions, shipped
from retrieval import corpus as corpora
from retrieval import evaluate as evaluation
from retrieval import index as indexes
from retrieval import parity as parities
from retrieval import publish as publication
from retrieval.adapter import FILE, Adapter
from retrieval.checks import every_check
from retrieval.commands.models import REFUSALS as REFUSALS
from retrieval.commands.models import patient_encoder, showing
from retrieval.commands.terminal import print_json, say, tell
from retrieval.questions import Question
from retrieval.service import Service, UnknownLanguageError
from retrieval.settings import RetrievalSettings
from retrieval.space import Vectors
from retrieval.versions import Versions


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
        print_json(evaluation.as_json(found))
    else:
        say(evaluation.as_table(found))
    return 0


def _evaluate_corpus(
    options: argparse.Namespace, asked: Sequence[Question], settings: RetrievalSettings
) -> dict[str, evaluation.Quality]:
    passages = corpora.read(options.corpus)
    names = {one.id for one in passages}
    _expecting(options.file, asked, names)
    encoder = patient_encoder(settings)
    encode = showing(encoder, tell)
    corpus = corpora.build(passages, encoder, encode, settings.corpora_folder)
    if options.calibration:
        sample = questions.read(options.calibration)
        _expecting(options.calibration, sample, names)
        fitted = calibration.fit(corpus, encoder, sample, [], [options.calibration])
        corpus = dataclasses.replace(corpus, confidence=fitted)
    else:
        tell("no confidence is fitted for this corpus, so nothing is answered (--calibration)")
    vectors = encode("question", [question.text for question in asked])
    return evaluation.of_corpus(asked, corpus, vectors)


def _expecting(path: Path, asked: Sequence[Question], entries: Iterable[str]) -> None:
    missing = questions.unknown_entries(asked, entries)
    if missing:
        raise ValueError(f"{path} expects entries that do not exist: {', '.join(missing)}")


def adapt(options: argparse.Namespace) -> int:
    """Learn from the knowledge what is added to the encoder, and write it beside the program."""
    knowledge = load(RetrievalSettings().knowledge)
    tasks = adapting.tasks(knowledge, adapting.written_in(options.without))
    with TemporaryDirectory() as work:
        folder = Path(work) / "encoder"
        say("converting the encoder as the package has it (about 10 s)")
        convert.convert(folder, Adapter.none())
        held = adapting.passages(knowledge)
        learnt = adapting.learn(tasks, held, folder, encode_with=showing, report=_Progress())
    output: Path = options.output or FILE
    learnt.save(output)
    say(
        f"{output} holds what was learnt from {len(adapting.texts_of(tasks))} texts; "
        "the next build converts the encoder anew, then run `make vectors` and `make calibrate`"
    )
    return 0


class _Progress:
    """Says now and then what the tasks' losses have come to since it last did."""

    def __init__(self) -> None:
        self._since: dict[str, list[float]] = defaultdict(list)

    def __call__(self, step: int, steps: int, losses: Mapping[str, float]) -> None:
        for name, loss in losses.items():
            self._since[name].append(loss)
        if step % _SAID_EVERY == 0 or step == steps:
            means = (f"{name} {sum(some) / len(some):.3f}" for name, some in self._since.items())
            say(f"  step {step} of {steps}: {', '.join(means)}")
            self._since.clear()


_SAID_EVERY = 20
"""Steps, some 25 seconds."""


def calibrate(options: argparse.Namespace) -> int:
    """Fit the confidence and write it into the program's own folder."""
    settings = RetrievalSettings()
    encoder = patient_encoder(settings)
    knowledge = load(settings.knowledge)
    files = sorted(options.questions.glob("questions*.jsonl"))
    asked = [question for path in files for question in questions.read(path)]
    _expecting(options.questions, asked, {*knowledge.faq, *knowledge.articles})
    encode = shipped.sparing(encoder, showing(encoder))
    index = indexes.build(knowledge, encoder, None, encode)
    fitted = calibration.fit(index, encoder, asked, every_check(knowledge), files)
    fitted.save(publication.CONFIDENCE)
    say(
        f"fitted on {fitted.questions} questions: answer from {fitted.answer_from}, "
        f"choose from {fitted.choose_from}; build the index again to use it"
    )
    return 0


def calibrate_offers(options: argparse.Namespace) -> int:
    """Fit what red flags weigh, by the index in service, and write it into the knowledge."""
    settings = RetrievalSettings()
    encoder = patient_encoder(settings)
    served = publication.open_current(Versions(settings.index_folder), encoder, Reader())

    def encode(text: str) -> Vectors:
        vector: Vectors = encoder.questions([text])[0]
        return vector

    def meaning(text: str) -> Meaning:
        plain = served.knowledge.door.read(text)
        return served.index.offers.judge(plain, encode)

    offers = [one for _, one in json_lines.read(options.offers, offer_calibration.Offer)]
    fitted = offer_calibration.fit(served.knowledge, offers, meaning)
    fitted.write(settings.knowledge / "verdict.yml")
    say(f"fitted on {len(offers)} offers: careful from {fitted.careful_from} "
         f"(by tone alone {fitted.tone_careful_from}), "
         f"lure from {fitted.lure_from}; build the index again to use it")  # fmt: skip
    return 0


def calibrate_parity(_: argparse.Namespace) -> int:
    """Fit the parity check and write it into the program's own folder."""
    settings = RetrievalSettings()
    knowledge = read(settings.knowledge, drafts_too=True)[0]  # `make validate` names the problems
    fitted = parity_calibration.fit(knowledge, patient_encoder(settings))
    fitted.save(parities.PARITY)
    lines = ", ".join(f"{norms.lines} in {name}" for name, norms in fitted.languages.items())
    say(f"fitted on the lines of half of the entries: {lines}")
    return 0


def parity(options: argparse.Namespace) -> int:
    """Compare every translation with its English, and name what seems to differ."""
    settings = RetrievalSettings()
    encoder = patient_encoder(settings)
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
            print_json(dataclasses.asdict(problem))
        else:
            say(str(problem))
    return 0
