"""The command line of the knowledge base: ``python -m forewarn VERB``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from forewarn.danger import Judge
from forewarn.hotlines import Hotlines, Person
from forewarn.knowledge import guide
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import load
from forewarn.knowledge.problems import KnowledgeError
from forewarn.knowledge.schema import ContactKind
from forewarn.knowledge.validate import validate


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code is 1 where the knowledge base has errors."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except KnowledgeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m forewarn", description=__doc__)
    parser.add_argument(
        "--knowledge",
        type=Path,
        default=Path(os.environ.get("FOREWARN_KNOWLEDGE", "knowledge")),
        help="the knowledge folder",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    check = verbs.add_parser("validate", help="name everything wrong with the knowledge")
    check.set_defaults(run=_validate)

    danger = verbs.add_parser("danger", help="judge a message for danger, by phrase")
    danger.add_argument("text", help="the message; - reads one a line from standard input")
    danger.set_defaults(run=_danger)

    hotlines = verbs.add_parser("hotlines", help="show the contacts a person would get")
    hotlines.add_argument("--country", help="where the person is, such as TH")
    hotlines.add_argument("--nationality", help="whose passport the person has, such as CN")
    hotlines.add_argument("--kind", action="append", type=ContactKind, help="may be given again")
    hotlines.add_argument("--language", default=BASE_LANGUAGE)
    hotlines.set_defaults(run=_hotlines)

    written = verbs.add_parser("guide", help="write editor hints and the guide's tables of fields")
    written.add_argument("--page", type=Path, default=Path("docs/staff-guide.md"))
    written.set_defaults(run=_guide)

    for verb in (check, danger, hotlines):
        verb.add_argument("--json", action="store_true", help="print JSON lines")
    return parser


def _validate(options: argparse.Namespace) -> int:
    problems = validate(options.knowledge)
    for problem in problems:
        sys.stdout.write(f"{json.dumps(asdict(problem)) if options.json else problem}\n")
    errors = sum(problem.severity == "error" for problem in problems)
    if not options.json:
        sys.stdout.write(f"{errors} errors, {len(problems) - errors} warnings\n")
    return 1 if errors else 0


def _danger(options: argparse.Namespace) -> int:
    judge = Judge(load(options.knowledge))
    texts = sys.stdin.read().splitlines() if options.text == "-" else [options.text]
    for text in texts:
        found = judge.judge(text)
        line = f"{found.level} {' '.join(found.kinds)}".rstrip()
        sys.stdout.write(f"{json.dumps(asdict(found)) if options.json else line}\n")
    return 0


def _hotlines(options: argparse.Namespace) -> int:
    kinds = options.kind or list(ContactKind)
    person = Person(options.country, options.nationality)
    block = Hotlines(load(options.knowledge)).choose(kinds, person, options.language)
    if options.json:
        sys.stdout.write(f"{block.model_dump_json()}\n")
        return 0
    for item in block.items:
        numbers = (item.dial_inside, item.dial_from_abroad, item.sms, item.url)
        reach = " / ".join(number for number in numbers if number)
        sys.stdout.write(f"{item.country_name}: {item.name}: {reach}\n")
    if block.note:
        sys.stdout.write(f"{block.note}\n")
    return 0


def _guide(options: argparse.Namespace) -> int:
    guide.write(options.knowledge / ".schema", options.page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
