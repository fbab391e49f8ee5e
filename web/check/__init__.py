"""Checking a message that somebody got: for programs, and on a page without JavaScript."""
