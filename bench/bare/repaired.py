"""Serves the bare bot with our repairs of Rasa and our store, in place of ``rasa run``.

``python -m bench.bare.repaired MODEL``, in the bot's environment and with the bot's settings; the
channel is Rasa's own REST channel, as in the bot as shipped.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from bot import frozen, logs
from bot.settings import Settings


def main() -> None:
    """Run until stopped."""
    settings = Settings.from_environment(os.environ)
    logs.quieten()
    frozen.serve_without_tensorflow()
    import aiohttp
    from rasa.core.channels.channel import register
    from rasa.core.channels.rest import RestInput
    from sanic import Sanic

    from bot.conversations import Conversations
    from bot.serve import load_agent

    app = Sanic("bare", configure_logging=False)
    conversations = Conversations(None, settings.conversation_minutes)

    async def load(app: Sanic[Any, Any], _: Any) -> None:
        app.ctx.session = aiohttp.ClientSession()
        app.ctx.agent = load_agent(settings, Path(sys.argv[1]), conversations, app.ctx.session)

    async def close(app: Sanic[Any, Any], _: Any) -> None:
        await app.ctx.session.close()

    register([RestInput()], app, route="/webhooks/")
    app.register_listener(load, "before_server_start")
    app.register_listener(close, "after_server_stop")
    app.run(host=settings.host, port=settings.port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
