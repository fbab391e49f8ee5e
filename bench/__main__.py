"""The command line: ``python -m bench [VERB …]``; without a verb, what needs no running stack."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from bench import (
    channels,
    danger,
    encoder,
    follow_ups,
    heldout,
    intents,
    language,
    memory,
    offers,
    parity,
    public,
    publishing,
    reliability,
    report,
    results_file,
    running,
    scale,
    screenshots,
    starting,
    turns,
    validation,
)

MEASURES: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "search": (heldout.measure, "quality of the search on held-out questions, beside peers"),
    "search-rasa": (heldout.beside_rasa, "the same questions asked of Rasa as it ships"),
    "reliability": (reliability.measure, "how far the confidence can be believed"),
    "follow-ups": (follow_ups.measure, "held-out follow-ups, and messages that ask two things"),
    "xquad": (public.xquad, "the search on public questions about paragraphs, beside peers"),
    "ntrex": (public.ntrex, "the search for public translated sentences, beside peers"),
    "intents-held-out": (intents.heldout, "intents of held-out messages, beside Rasa's default"),
    "clinc150": (intents.clinc150, "intents on public English messages"),
    "danger": (danger.measure, "recognition of danger on held-out messages"),
    "offers": (offers.measure, "verdicts on held-out offers"),
    "screenshots": (screenshots.measure, "screenshots read: errors, seconds, memory"),
    "language": (language.measure, "languages told apart, beside two libraries"),
    "parity": (parity.measure, "damaged translations caught, good ones accused"),
    "validation": (validation.measure, "seconds to check all knowledge files"),
    "encoder": (encoder.measure, "speed of the encoder beside bare onnxruntime"),
    "scale": (scale.measure, "the search among 100,000 passages"),
    "turns": (turns.measure, "a whole turn beside a turn of bare Rasa"),
    "memory-retrieval": (memory.of_retrieval, "memory of retrieval, part by part"),
    "disk": (memory.on_disk, "what set-up takes on the disk"),
    "channels": (channels.measure, "messaging apps: how soon taken and answered, lost, doubled"),
    "chat": (running.chat, "speed of a chat turn, of a running stack"),
    "memory": (running.memory, "memory of each part, of a running stack"),
    "publishing": (publishing.edits, "seconds until a saved file is live in every part"),
    "publishing-large": (publishing.large, "the same with 10,000 made-up entries; takes long"),
    "start": (starting.second_start, "seconds to start again"),
    "setup": (starting.fresh_clone, "seconds from a fresh clone to an answer"),
}
_FAULTS = (running.NotRunningError, OSError, ValueError, subprocess.SubprocessError)
_ALONE = [
    *("search", "reliability", "follow-ups", "xquad", "ntrex", "clinc150"),
    *("intents-held-out", "search-rasa"),
    *("danger", "offers", "screenshots", "language", "parity", "validation"),
    *("encoder", "scale", "turns", "memory-retrieval", "disk"),
]


def main() -> int:
    """Measure, store, and write the report; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    verbs = ", ".join(f"{name} ({text})" for name, (_, text) in MEASURES.items())
    parser.add_argument("verbs", nargs="*", metavar="VERB", help=f"{verbs}, report (tables only)")
    chosen = parser.parse_args().verbs or _ALONE
    unknown = [verb for verb in chosen if verb not in {*MEASURES, "report"}]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    failed = 0
    for verb in chosen:
        if verb in MEASURES:
            try:
                path = results_file.write(verb, MEASURES[verb][0]())
                sys.stdout.write(f"{verb}: {path.relative_to(starting.ROOT)}\n")
            except _FAULTS as error:
                sys.stderr.write(f"{verb}: {error}\n")
                failed += 1
    report.write()
    sys.stdout.write(f"wrote {report.PAGE.relative_to(starting.ROOT)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
