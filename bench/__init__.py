"""Measures quality and speed; results are JSON in ``bench/results/``, tables are made of them."""
