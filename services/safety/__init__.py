"""The safe-messaging checker: a pure library, `check(text, context)` in, findings out.

`find_topics(text, context)` tells which sensitive topics a text touches.

It reads no database, opens no connection, writes nothing and remembers nothing of what it read.
Rules are data in rules/*.yaml; docs/safety.md says how they are written. Errors: BadRules (a rule
file), BadContext (a context that cannot be read), BadOwnWord (a workspace's own words).
"""

from services.safety.checker import check
from services.safety.config import BadOwnWord, Configuration, OwnWord
from services.safety.models import BadContext, Context, Finding, Guideline, Media
from services.safety.rulebook import hash_rules, load_rules
from services.safety.sources import BadRules
from services.safety.topics import find_topics

__all__ = [
    "BadContext",
    "BadOwnWord",
    "BadRules",
    "Configuration",
    "Context",
    "Finding",
    "Guideline",
    "Media",
    "OwnWord",
    "check",
    "find_topics",
    "hash_rules",
    "load_rules",
]
