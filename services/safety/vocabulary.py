"""Which character stands for a word, however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.safety.folding import fold_word
from services.safety.lexicon import CLAUSE, COLON, NAME, NEW_NAME, NUMBER, OTHER, SENTENCE, Lexicon


class Vocabulary(dict[str, str]):
    """The character of every word; those it does not know are worked out and not remembered.

    Words of drafts are private: nothing that was read stays in memory.
    """

    def __init__(self, lexicon: Lexicon, common: Iterable[str]) -> None:
        super().__init__()
        for word in common:
            self[word] = self[word.upper()] = OTHER
            self[word.capitalize()] = NAME
        for word, code in lexicon.codes.items():
            for form in spell(word):
                self[form] = self[form.upper()] = code
                self[form.capitalize()] = lexicon.capitals.get(word, code)
        self.update({" ": "", "'": "", '"': "", "‘": "", "’": "", "“": "", "”": "", "-": ""})
        self.update({"\n": "", "\n\n": SENTENCE, "/": "", "_": "", " -": CLAUSE, " --": CLAUSE})
        self.update(dict.fromkeys([",", "(", ")", "—", "–", "[", "]", "|", "→", "•", "·"], CLAUSE))
        self.update(dict.fromkeys([".", "!", "?", ";", "...", "…", "!!", "??", "?!"], SENTENCE))
        self[":"] = COLON
        for sign, word in (("&", "and"), ("%", "%"), ("=", "="), ("+", "and")):
            self[sign] = lexicon.codes.get(word, "")

    def __missing__(self, token: str) -> str:
        first = token[0]
        if first.isalpha() or fold_word(token).isalpha():
            return self.read_word(token)
        if first.isdigit():
            return self.get(token.replace("/", ":"), NUMBER)
        if first in ".!?;…":
            return SENTENCE
        if first.isspace():
            return SENTENCE if token.count("\n") > 1 or is_bullet(token) else ""
        if "\n" in token:
            return SENTENCE
        return self.get(fold_word(token), "")

    def read_word(self, token: str) -> str:
        """The character of a word in unusual letters or case, or of no known word."""
        lower = token.lower()
        code = self.get(lower)
        if code is None:
            folded = fold_word(lower)
            code = self.get(folded)
            if code is None:
                code = self.get(squeeze(folded))
        if code is not None:
            return NAME if code == OTHER and token[0].isupper() else code
        return (
            NEW_NAME if token[0].isupper() and not (len(token) > 5 and token.isupper()) else OTHER
        )


def spell(word: str) -> set[str]:
    """The word with the apostrophes that keyboards make of it, and without."""
    if "'" not in word:
        return {word}
    return {word, word.replace("'", "’"), word.replace("'", "ʼ")} | (
        {word.replace("'", "")} if word.endswith("n't") else set()
    )


def is_bullet(token: str) -> bool:
    """Whether white space with a line break leads to an item of a list."""
    return "\n" in token and bool(token.strip())


THREE = re.compile(r"(.)\1{2,}")


def squeeze(word: str) -> str:
    """The word with letters that are drawn out written once: "noooo" as "no"."""
    return THREE.sub(r"\1", word)
