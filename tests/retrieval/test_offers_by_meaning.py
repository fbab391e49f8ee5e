"""The signs of a lure are seen in other words than the phrases; where nothing is known, nothing."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from forewarn.knowledge.loader import Knowledge, load
from forewarn.knowledge.schema.offers import HonestOffers
from forewarn.offers.flags import FlagFinder, Meaning
from retrieval import shipped
from retrieval.encoder import Encoder
from retrieval.offers_by_meaning import LONG, OffersByMeaning, offer_digest, offer_texts
from retrieval.ordinary import messages
from retrieval.sentences import pieces
from retrieval.space import Vectors
from tests.retrieval.conftest import ROOT

TAUGHT = ("free-ticket-debt", "passport-collection", "upfront-fee")
"""Few flags, so that little is to be encoded."""

WRITTEN = ("en", "th")
"""Languages of whole messages."""

ADAPTED = "We take care of how you get here, and you settle it out of what you earn."
"""A sign in words that no phrase foresees."""

HONEST = [
    "We meet every Tuesday at the library to practise English.",
    "ร้านปิดวันจันทร์ เปิดสิบโมงเช้าถึงสองทุ่ม",
]


@pytest.fixture(scope="module")
def taught() -> Knowledge:
    knowledge = load(ROOT / "knowledge")
    flags = {name: knowledge.red_flags[name] for name in TAUGHT}
    honest = HonestOffers(
        sentences={code: some[:30] for code, some in knowledge.honest_offers.sentences.items()},
        messages={code: knowledge.honest_offers.messages[code][-20:] for code in WRITTEN},
    )
    lures = {
        name: lure.model_copy(
            update={
                "examples": {
                    code: some[:5] for code, some in lure.examples.items() if code in WRITTEN
                }
            }
        )
        for name, lure in knowledge.lures.items()
    }
    return replace(knowledge, red_flags=flags, lures=lures, honest_offers=honest)


@pytest.fixture(scope="module")
def vectors(encoder: Encoder) -> Callable[[list[str]], Vectors]:
    """Gives vectors of texts, without encoding those that come with the program."""
    encode = shipped.sparing(encoder, lambda _, texts: encoder.questions(texts))
    return partial(encode, "question")


@pytest.fixture(scope="module")
def offers(taught: Knowledge, vectors: Callable[[list[str]], Vectors]) -> OffersByMeaning:
    mean = vectors(list(messages())).mean(axis=0)
    return OffersByMeaning.fit(taught, vectors, mean)


def _judged(
    offers: OffersByMeaning, encoder: Encoder, text: str, asked: list[str] | None = None
) -> Meaning:
    """What is said of ``text``; what was encoded for it is added to ``asked``."""

    def encode(piece: str) -> Vectors:
        if asked is not None:
            asked.append(piece)
        vector: Vectors = encoder.questions([piece])[0]
        return vector

    return offers.judge(text, encode)


def test_a_sign_is_quoted_with_the_sentence_that_shows_it(
    offers: OffersByMeaning, encoder: Encoder, taught: Knowledge
) -> None:
    text = f"{HONEST[0]} {ADAPTED} See you soon, dear friend!"
    assert FlagFinder(taught).find(text) == []
    (found,) = _judged(offers, encoder, text).flags
    assert (found.id, found.quote) == ("free-ticket-debt", ADAPTED)
    assert 0 < found.share <= 1


@pytest.mark.parametrize("text", HONEST)
def test_honest_sentences_show_none(offers: OffersByMeaning, encoder: Encoder, text: str) -> None:
    judged = _judged(offers, encoder, text)
    assert judged.flags == ()
    assert judged.likeness < 0
    assert judged.wording < 0


def test_a_message_without_words_says_nothing(offers: OffersByMeaning, encoder: Encoder) -> None:
    assert _judged(offers, encoder, "!!!").flags == ()


def test_known_words_are_seen_whatever_else_they_mean(
    offers: OffersByMeaning, encoder: Encoder, taught: Knowledge
) -> None:
    for flag in taught.red_flags.values():
        for text in flag.must_match["km"]:
            assert 0 < _judged(offers, encoder, text).wording <= 1


def test_nothing_is_read_twice_and_a_page_only_piece_by_piece(
    offers: OffersByMeaning, encoder: Encoder
) -> None:
    short, asked = [ADAPTED, *HONEST], list[str]()
    _judged(offers, encoder, "\n".join([*short, *short]), asked)
    assert sorted(asked) == sorted([*short, "\n".join([*short, *short])])
    asked.clear()
    page = [f"{number} {ADAPTED}" for number in range(LONG + 1)]
    judged = _judged(offers, encoder, "\n".join(page), asked)
    assert asked == page
    assert judged.likeness > 0


def test_is_read_as_it_was_written(
    offers: OffersByMeaning, encoder: Encoder, tmp_path: Path
) -> None:
    offers.save(tmp_path / "offers.npz")
    again = OffersByMeaning.load(tmp_path / "offers.npz")
    assert _judged(again, encoder, ADAPTED) == _judged(offers, encoder, ADAPTED)


def test_without_examples_nothing_is_claimed(taught: Knowledge, encoder: Encoder) -> None:
    nothing = replace(taught, red_flags={}, lures={})
    mean = np.zeros(encoder.dimension, np.float32)
    offers = OffersByMeaning.fit(nothing, encoder.questions, mean)
    assert _judged(offers, encoder, ADAPTED) == Meaning()


def test_whole_messages_are_judged_by_whole_messages_alone(
    offers: OffersByMeaning,
    encoder: Encoder,
    taught: Knowledge,
    vectors: Callable[[list[str]], Vectors],
) -> None:
    sentences = replace(taught, lures={}, honest_offers=HonestOffers())
    sentences_alone = OffersByMeaning.fit(sentences, vectors, offers.mean)
    assert _judged(sentences_alone, encoder, ADAPTED).flags != ()
    assert _judged(sentences_alone, encoder, ADAPTED).likeness == 0
    for example in (one for lure in taught.lures.values() for one in lure.examples.get("en", [])):
        assert _judged(offers, encoder, example).likeness > 0
    for message in taught.honest_offers.messages["th"]:
        assert _judged(offers, encoder, message).likeness < 0


def test_the_pieces_of_messages_are_among_the_texts(taught: Knowledge) -> None:
    texts = offer_texts(taught)
    assert len(texts) == len(set(texts))
    for message in taught.honest_offers.messages["en"]:
        assert {message, *pieces(message)} <= set(texts)


def test_what_was_learnt_from_has_a_digest(taught: Knowledge) -> None:
    fewer = replace(taught, red_flags={"upfront-fee": taught.red_flags["upfront-fee"]})
    assert len({offer_digest(taught), offer_digest(fewer)}) == 2
    assert offer_digest(taught) == offer_digest(replace(taught))
