"""The command line: ``python -m retrieval VERB``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

RUNNING, ASKING, MEASURING, STAFF = (
    f"retrieval.commands.{name}" for name in ("running", "asking", "measuring", "staff")
)
"""Where verbs are carried out: with the models, which take seconds to import, or, what staff do,
without, for that has to be quick."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; 0 when it worked, 1 with one clear sentence when it did not."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    options = _parser().parse_args(arguments)
    module = import_module(options.module)
    try:
        return int(getattr(module, options.verb)(options))
    except module.REFUSALS as error:
        sys.stderr.write(f"{error}\n")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m retrieval", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, module: str, text: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text)
        made.set_defaults(module=module, verb=name.replace("-", "_"))
        return made

    encoder = verb("encoder", RUNNING, "convert the embedded encoder, once")
    encoder.set_defaults(verb="make_encoder")
    encoder.add_argument("--output", type=Path, help="folder to write (default: var/encoder)")

    build = verb("build", RUNNING, "build the index and put it into service, if it is due")
    build.add_argument("--output", type=Path, help="folder of indexes (default: var/index)")

    verb("serve", RUNNING, "run the service")
    verb("refit", RUNNING, "learn anew from all of the version in service")
    verb("check", RUNNING, "show how many check_with questions find their entry, beside the bars")

    publish = verb("publish", STAFF, "ask the running service to take new knowledge in")
    publish.add_argument("--json", action="store_true", help="print the service's own reply")
    verb("rollback", STAFF, "go back to the version before the one in service")
    down = verb("take-down", STAFF, "take a contact out of service, now")
    down.add_argument("contact", help="its id, as in knowledge/hotlines/")
    down.add_argument(
        "--force", action="store_true", help="also if its country is left without emergency line"
    )

    search = verb("search", ASKING, "search, as the service does")
    search.add_argument(
        "text", help="the question, or a .jsonl file, or - to read JSON lines (id, text, language)"
    )
    search.add_argument("--language", help="the reader's language (default: the text's own)")
    search.add_argument("--top", type=int, default=5, help="entries to list")
    search.add_argument("--json", action="store_true", help="print JSON")

    offer = verb("check-offer", ASKING, "check an offer, as the service does")
    offer.add_argument(
        "text", help="the offer, or a .jsonl file, or - to read JSON lines (id, text, language)"
    )
    offer.add_argument("--language", help="the reader's language (default: the text's own)")
    offer.add_argument("--json", action="store_true", help="print JSON")

    vectors = verb("vectors", RUNNING, "write the vectors of the bot's examples and tests")
    vectors.add_argument("folders", type=Path, nargs="+", help="folders of Rasa's YAML files")
    vectors.add_argument("--output", type=Path, required=True, help="npz file to write")

    ship = verb("ship-vectors", RUNNING, "store the vectors of today's texts beside the program")
    ship.add_argument("folders", type=Path, nargs="+", help="folders of Rasa's YAML files")

    evaluate = verb("evaluate", MEASURING, "measure the search on questions in a file")
    evaluate.add_argument("file", type=Path, help="JSON lines: id, text, language, expect")
    evaluate.add_argument(
        "--corpus",
        type=Path,
        help="passages to search instead of the knowledge, JSON lines: id, text, and if you like "
        "language, title, variants",
    )
    evaluate.add_argument(
        "--calibration",
        type=Path,
        help="other questions to the corpus, some with nothing expected: when to answer is learnt "
        "from them",
    )
    evaluate.add_argument("--json", action="store_true", help="print JSON")

    adapt = verb("adapt", MEASURING, "learn what our own examples add to the encoder")
    adapt.add_argument(
        "--without",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="JSON lines with a text each that is not learnt from: what is measured with",
    )
    adapt.add_argument("--output", type=Path, help="npz file to write (default: the program's)")

    calibrate = verb("calibrate", MEASURING, "fit the confidence on calibration questions")
    calibrate.add_argument(
        "--questions", type=Path, default=Path("bench/calibration"), help="folder of JSON lines"
    )

    weigh = verb("calibrate-offers", MEASURING, "fit what red flags weigh on calibration offers")
    weigh.add_argument(
        "--offers", type=Path, default=Path("bench/calibration/offers.jsonl"), help="JSON lines"
    )

    verb("calibrate-parity", MEASURING, "fit the parity check on half the entries")
    parity = verb("parity", MEASURING, "compare every translation with its English")
    parity.add_argument("--language", help="only translations into this language")
    parity.add_argument("--json", action="store_true", help="print JSON lines")
    return parser


if __name__ == "__main__":
    sys.exit(main())
