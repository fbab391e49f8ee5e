"""Imports Rasa as the service does, without TensorFlow, and without the warnings that its frozen
libraries give as they are imported. Import this before anything of Rasa's.
"""

from __future__ import annotations

import importlib
import os
import warnings

from bot import frozen

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"  # one frozen library about another
frozen.serve_without_tensorflow()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for _name in ("rasa.core.agent", "bot.components.intents", "bot.turns"):
        importlib.import_module(_name)
