"""python -m stack VERB: the verbs behind the Makefile. Run by the main environment's Python."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Mapping

from pydantic import ValidationError

from stack import chat, demo, stages
from stack.parts import parts
from stack.prepare import StepError
from stack.running import NotReadyError, announce, prepare_all, reachable, run, to_screen
from stack.settings import StackSettings
from stack.supervisor import PortInUseError, check_ports


def _run(settings: StackSettings, arguments: argparse.Namespace) -> int:
    del arguments
    check_ports(parts(settings))
    prepare_all(settings)
    asyncio.run(run(settings))
    return 0


def _prepare(settings: StackSettings, arguments: argparse.Namespace) -> int:
    del arguments
    prepare_all(settings)
    return 0


def _demo(settings: StackSettings, arguments: argparse.Namespace) -> int:
    del arguments

    async def show() -> None:
        async with reachable(settings) as address:
            await demo.show(address, demo.script(), to_screen)

    asyncio.run(show())
    announce("every question was answered")
    return 0


def _chat(settings: StackSettings, arguments: argparse.Namespace) -> int:
    async def talk() -> None:
        async with reachable(settings) as address:
            announce("write, or type the number of an answer; an empty line ends the conversation")
            await chat.talk(address, arguments.language, to_screen)

    asyncio.run(talk())
    return 0


def _stages(settings: StackSettings, arguments: argparse.Namespace) -> int:
    del settings
    return stages.run(arguments.targets, to_screen)


_VERBS: Mapping[str, tuple[str, Callable[[StackSettings, argparse.Namespace], int]]] = {
    "run": ("prepare what changed, then run all parts until Ctrl-C", _run),
    "prepare": ("bring encoder, index and bot up to date", _prepare),
    "demo": ("ask one question in each language, an offer and a cry for help", _demo),
    "chat": ("talk in the terminal", _chat),
    "stages": ("run make targets one after the other and time them", _stages),
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stack", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, (sentence, _) in _VERBS.items():
        verb = verbs.add_parser(name, help=sentence, description=sentence)
        if name == "chat":
            verb.add_argument("--language", help="a language of knowledge/languages.yml")
        if name == "stages":
            verb.add_argument("targets", nargs="+", help="targets of the Makefile, in order")
    return parser.parse_args()


def main() -> int:
    """Do what the command line says; return the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    arguments = _arguments()
    try:
        return _VERBS[arguments.verb][1](StackSettings(), arguments)
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False, include_input=False):
            name = "FOREWARN_" + "_".join(map(str, error["loc"])).upper()
            sys.stderr.write(f"{name}: {error['msg']} (docs/settings.md)\n")
    except (PortInUseError, StepError, NotReadyError, demo.UnansweredError) as failure:
        sys.stderr.write(f"{failure}\n")
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
