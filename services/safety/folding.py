"""Letters that only look different: folded to the plain ones before a word is looked up."""

from __future__ import annotations

import unicodedata

# Characters inside a word that change how it looks and not what it is: accents written apart,
# variation selectors, soft hyphens, joiners and other invisible ones. Ready to stand in a [].
FOLDABLE = (
    r"\u00ad\u0300-\u036f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u1ab0-\u1aff"
    r"\u1dc0-\u1dff\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
    r"\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
)
# Letters of other alphabets, and a few signs, that are drawn like Latin ones. From the shapes
# themselves; the ones that people really swap. Small letters: the word is in small letters by then.
LOOK_ALIKES = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ї": "i",
        "ј": "j", "к": "k",
        "ӏ": "l", "м": "m", "н": "h", "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t",
        "у": "y", "ү": "y",
        "ѵ": "v", "ԝ": "w", "х": "x", "ё": "e", "ӓ": "a", "ӧ": "o", "є": "e", "г": "r",
        # Greek
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o",
        "ρ": "p", "σ": "o",
        "τ": "t", "υ": "u", "χ": "x", "ω": "w", "γ": "y", "ϲ": "c", "ϳ": "j", "μ": "u",
        "ς": "s",
        # Latin letters from elsewhere, and Armenian ones
        "ı": "i", "ɩ": "i", "ɡ": "g", "ɑ": "a", "ɔ": "c", "ɛ": "e", "ʟ": "l", "ɴ": "n",
        "ʀ": "r", "ѡ": "w",
        "ø": "o", "ł": "l", "đ": "d", "ƙ": "k", "օ": "o", "ս": "u", "ո": "n", "հ": "h",
        "ց": "g", "ꜱ": "s",
        "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ʜ": "h", "ɪ": "i", "ᴊ": "j",
        "ᴋ": "k", "ᴍ": "m",
        "ᴏ": "o", "ᴘ": "p", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z",
        "ꞓ": "c",
    }
)  # fmt: skip
SQUARES = {0x1F130: 26, 0x1F150: 26, 0x1F170: 26}


def fold_word(word: str) -> str:
    """The word in plain small letters, as far as they can be told."""
    if word.isascii():
        return word
    return fold_marks(word).translate(LOOK_ALIKES)


def fold_marks(word: str) -> str:
    """The word without invisible and combining characters, styled letters made plain."""
    plain = unicodedata.normalize("NFKD", "".join(map(unsquare, word)))
    kept = (one for one in plain if unicodedata.category(one) not in ("Mn", "Me", "Cf"))
    return "".join(kept).replace("ʼ", "'").replace("’", "'").lower()


def unsquare(letter: str) -> str:
    """The letter in a square or a disc, which normalisation leaves alone."""
    for first, count in SQUARES.items():
        if first <= ord(letter) < first + count:
            return chr(ord("a") + ord(letter) - first)
    return letter


def has_look_alike(word: str) -> bool:
    """Whether a word of the Latin alphabet has letters of another one in it."""
    plain = fold_marks(word)
    return not plain.isascii() and any(one.isascii() and one.isalpha() for one in plain)
