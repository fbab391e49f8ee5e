"""How long each part may take for one chat turn, in seconds: the one table.

Every wait is shorter than its caller's, so that the caller still has time to say something useful
when a part below it is frozen. A person waits three seconds at most.
"""

WEB = 3.0
BOT = 2.5
ACTIONS = 2.0
RETRIEVAL = 1.5
