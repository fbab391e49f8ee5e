"""Checking an offer: the red flags in it, and what they add up to."""
