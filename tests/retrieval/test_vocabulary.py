"""Both forms of the vocabulary cut text alike."""

from pathlib import Path

from tokenizers import Tokenizer

from forewarn.knowledge.loader import Knowledge
from retrieval.rows import rows
from retrieval.vocabulary import Vocabulary, normalise
from tests.retrieval.test_encoder import SENTENCES


def test_both_forms_agree_on_all_we_say(small: Knowledge, encoder_folder: Path) -> None:
    ours = Vocabulary(encoder_folder / "vocabulary.model")
    theirs = Tokenizer.from_file(str(encoder_folder / "tokenizer.json"))
    texts = [
        *(row.text for row in rows(small)),
        *SENTENCES.values(),
        "ｆｕｌｌ　ｗｉｄｔｈ ﬁ",
        "\t\n x",
    ]
    theirs.no_padding()
    for text in texts:
        asked = f"query: {text}"
        assert ours.ids(asked, 512) == theirs.encode(asked).ids, text


def test_long_texts_are_cut_but_keep_their_marks(encoder_folder: Path) -> None:
    ids = Vocabulary(encoder_folder / "vocabulary.model").ids("word " * 2000, 512)
    assert (len(ids), ids[0], ids[-1]) == (512, 0, 2)


def test_normalises_as_the_model_was_trained() -> None:
    assert normalise("ａ\u200bb\tc\x07d  e") == "a b cd e"
