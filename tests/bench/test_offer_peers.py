"""The simpler ways that the check of offers is measured beside are taught by the same examples."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np

from bench import offer_peers
from forewarn.knowledge.loader import Knowledge
from forewarn.knowledge.schema.offers import HonestOffers, Lure
from retrieval.encoder import Encoder
from retrieval.offers_by_meaning import offer_texts
from retrieval.remembered import Remembered
from retrieval.rows import Part
from retrieval.space import Vectors

LURES = ["pay the fee first", "pay a deposit first", "first pay us the fee"]
HONEST = ["lunch is at noon", "we open at noon", "noon is when lunch begins"]
ASKED = ["please pay the fee", "see you for lunch at noon"]


class ByWord:
    """Knows of a text only how often it speaks of paying and of noon."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        return np.array([[t.count("pay"), t.count("noon"), 1] for t in texts], dtype=np.float32)


def taught() -> Knowledge:
    lure = Lure.model_construct(id="other", examples={"en": LURES})
    honest = HonestOffers(messages={"en": HONEST})
    return Knowledge(Path(), lures={"other": lure}, honest_offers=honest)


def test_the_nearest_neighbour_decides() -> None:
    encoder = cast(Encoder, ByWord())
    knowledge = taught()
    texts: list[tuple[Part, str]] = [("question", text) for text in offer_texts(knowledge)]
    known = Remembered(3).with_(texts, lambda _, some: encoder.questions(some))
    judged = offer_peers.nearest_neighbour(knowledge, known, encoder, ASKED)
    assert judged.warns.tolist() == [True, False]
    assert judged.scores[0] > judged.scores[1]


def test_runs_of_letters_decide() -> None:
    judged = offer_peers.tfidf(taught(), ASKED)
    assert judged.warns.tolist() == [True, False]
