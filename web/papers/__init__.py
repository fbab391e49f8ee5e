"""Pages for a person's own device: shown, filled in or printed there, and never sent to us."""
