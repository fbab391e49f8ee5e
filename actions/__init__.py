"""Rasa's custom actions, one a file: each asks what it needs and composes a reply."""
