"""The public edge: the only part the internet reaches."""
