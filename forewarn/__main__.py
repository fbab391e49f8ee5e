"""The command line of the knowledge base: ``python -m forewarn VERB``."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from forewarn.danger import Judge
from forewarn.hotlines import Hotlines, Person
from forewarn.knowledge import freshness, guide, scaffold
from forewarn.knowledge.entries import BASE_LANGUAGE
from forewarn.knowledge.loader import load
from forewarn.knowledge.problems import KnowledgeError
from forewarn.knowledge.scaffold import ScaffoldError
from forewarn.knowledge.schema.contacts import ContactKind
from forewarn.knowledge.schema.texts import TODO
from forewarn.knowledge.validate import validate


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code is 1 where the knowledge base has errors."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (KnowledgeError, ScaffoldError) as error:
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

    old = verbs.add_parser("freshness", help="list what to look at again, worst first")
    old.set_defaults(run=_freshness)

    language = verbs.add_parser("add-language", help="make every file of a new language")
    language.add_argument("code", help="the code used in file names, such as ms")
    language.add_argument("name", help="the language's own name, such as Bahasa Melayu")
    language.add_argument("--script", required=True, help="the Unicode script, such as Latin")
    language.add_argument("--html-lang", help="the tag browsers need; the code where left out")
    language.add_argument("--no-spaces", action="store_true", help="words are not separated")
    language.set_defaults(run=_add_language)

    question = verbs.add_parser("new-faq", help="make the files of a new question")
    question.add_argument("topic", help="a folder of faq/, such as travel")
    question.add_argument("id", help="lower-case words joined by hyphens")
    question.set_defaults(run=_new_faq)

    for verb in (check, danger, hotlines, old):
        verb.add_argument("--json", action="store_true", help="print JSON lines")
    return parser


def _validate(options: argparse.Namespace) -> int:
    problems = validate(options.knowledge, processes=os.cpu_count() or 1)
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


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def _freshness(options: argparse.Namespace) -> int:
    knowledge, today = load(options.knowledge), _today()
    found = freshness.due(knowledge, today)
    for one in found:
        line = json.dumps(asdict(one), default=str) if options.json else str(one)
        sys.stdout.write(f"{line}\n")
    if not options.json:
        sys.stdout.write(f"{len(found)} to look at again\n\nShare of contacts with a hedge:\n")
        for country, share in freshness.hedged_shares(knowledge, today).items():
            sys.stdout.write(f"  {country} {share:.0%}\n")
    return 0


def _add_language(options: argparse.Namespace) -> int:
    made = scaffold.add_language(
        options.knowledge,
        code=options.code,
        name=options.name,
        html_lang=options.html_lang or options.code,
        script=options.script,
        spaces=not options.no_spaces,
    )
    sys.stdout.write(
        f"{len(made)} files were made, and “{options.code}” is in languages.yml as a draft: nobody "
        f"is offered it. Replace every {TODO}; `make validate` lists them. Then remove `draft`.\n"
    )
    return 0


def _new_faq(options: argparse.Namespace) -> int:
    for path in scaffold.new_faq(options.knowledge, options.topic, options.id, _today()):
        sys.stdout.write(f"{path}\n")
    sys.stdout.write(f"Replace every {TODO} in them; `make validate` lists what is missing.\n")
    return 0


def _guide(options: argparse.Namespace) -> int:
    guide.write(options.knowledge / ".schema", options.page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
