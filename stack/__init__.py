"""Everything that makes Forewarn run on one machine: set-up, supervisor, demo and terminal chat.

`stack.pythons` and `stack.environments` use the standard library alone and run under any Python
from 3.8 on, because they are what finds and makes the two Pythons that all else needs.
"""
