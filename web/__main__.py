"""`python -m web serve`."""

from __future__ import annotations

import argparse
import logging
import sys

import uvicorn
from pydantic import ValidationError

from forewarn.knowledge.problems import KnowledgeError
from forewarn.phrases import PhraseError
from web.app import create_app
from web.settings import WebSettings

KEEP_ALIVE_SECONDS = 20
SHUTDOWN_SECONDS = 4


def main() -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_subparsers(dest="verb", required=True).add_parser(
        "serve", help="serve the public edge"
    )
    parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # It would write a line with the address of every call to another part.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        settings = WebSettings()
        app = create_app(settings)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = "".join(f"FOREWARN_{part}: " for part in problem["loc"]).upper()
            sys.stderr.write(f"{name}{problem['msg'].removeprefix('Value error, ')}\n")
        return 1
    except (KnowledgeError, PhraseError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    uvicorn.run(
        app,
        host=settings.web_host,
        port=settings.web_port,
        # A log of who asked what and when is what people at risk must not leave behind here.
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
