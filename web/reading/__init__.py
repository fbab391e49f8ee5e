"""Reads the words and the codes in a picture, in a process of its own that can be killed."""
