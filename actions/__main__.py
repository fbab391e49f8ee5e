"""The command line of the action server: ``python -m actions serve``."""

from __future__ import annotations

import argparse
import logging

import uvicorn

from actions.app import create_app
from actions.settings import ActionsSettings


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m actions", description=__doc__)
    parser.add_subparsers(required=True, metavar="VERB").add_parser("serve", help="serve actions")
    parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("rasa_sdk").setLevel(logging.ERROR)  # its warnings quote trackers
    settings = ActionsSettings()
    uvicorn.run(
        create_app(settings),
        host=settings.actions_host,
        port=settings.actions_port,
        access_log=False,
        server_header=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
