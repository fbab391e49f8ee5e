"""Rasa's own command line, without TensorFlow: `python -m bot.rasa_command data validate ...`."""

from __future__ import annotations

from bot import frozen

if __name__ == "__main__":
    frozen.train_without_tensorflow()
    from rasa.__main__ import main

    main()
