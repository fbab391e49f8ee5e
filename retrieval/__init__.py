"""Meaning and search: the private service that encodes, finds and measures."""
