"""The command line: ``python -m retrieval VERB``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from forewarn.knowledge.problems import KnowledgeError
from forewarn.phrases import PhraseError
from retrieval import commands
from retrieval.encoder import EncoderError
from retrieval.index import IndexRefusedError
from retrieval.service import UnknownLanguageError
from retrieval.wheel import WheelError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; 0 when it worked, 1 with one clear sentence when it did not."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UnknownLanguageError as error:
        sys.stderr.write(f"“{error}” is none of the languages in languages.yml\n")
    except (EncoderError, WheelError, IndexRefusedError, KnowledgeError, PhraseError) as error:
        sys.stderr.write(f"{error}\n")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m retrieval", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, run: commands.Command, text: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    encoder = verb("encoder", commands.make_encoder, "convert the embedded encoder, once")
    encoder.add_argument("--output", type=Path, help="folder to write (default: var/encoder)")

    build = verb("build", commands.build, "build the index and put it into service, if it is due")
    build.add_argument("--output", type=Path, help="folder of indexes (default: var/index)")

    verb("serve", commands.serve, "run the service")
    publish = verb("publish", commands.publish, "ask the running service to take new knowledge in")
    publish.add_argument("--json", action="store_true", help="print the service's own reply")

    search = verb("search", commands.search, "search, as the service does")
    search.add_argument("text", help="the question, or - to read JSON lines (id, text, language)")
    search.add_argument("--language", help="the reader's language (default: the text's own)")
    search.add_argument("--top", type=int, default=5, help="entries to list")
    search.add_argument("--json", action="store_true", help="print JSON")

    offer = verb("check-offer", commands.check_offer, "check an offer, as the service does")
    offer.add_argument("text", help="the offer, or - to read JSON lines (id, text, language)")
    offer.add_argument("--language", help="the reader's language (default: the text's own)")
    offer.add_argument("--json", action="store_true", help="print JSON")

    vectors = verb("vectors", commands.vectors, "write the vectors of the bot's examples and tests")
    vectors.add_argument("folders", type=Path, nargs="+", help="folders of Rasa's YAML files")
    vectors.add_argument("--output", type=Path, required=True, help="npz file to write")

    evaluate = verb("evaluate", commands.evaluate, "measure the search on questions in a file")
    evaluate.add_argument("file", type=Path, help="JSON lines: id, text, language, expect")
    evaluate.add_argument("--json", action="store_true", help="print JSON")

    calibrate = verb("calibrate", commands.calibrate, "fit the confidence on calibration questions")
    calibrate.add_argument(
        "--questions", type=Path, default=Path("bench/calibration"), help="folder of JSON lines"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
