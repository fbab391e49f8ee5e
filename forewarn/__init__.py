"""What Forewarn knows and decides: plain Python, no network, no model, no web framework."""
