"""A Rasa project with next to nothing in it: what a turn costs before anything is thought."""
