"""The language of the rules, and that nothing in it can take long."""

import re

import pytest

from services.safety import load_rules
from services.safety.inflections import inflect
from services.safety.lexicon import Lexicon, Phrase
from services.safety.nodes import Words, longest
from services.safety.phrases import BadPhrase, parse_phrase

LISTS = {"food": Words(frozenset({"bread", "rice"}))}


def matches(phrase: str, text: str) -> str | None:
    """What the phrase finds in a text of small words, with signs as words of their own."""
    node = parse_phrase(phrase, LISTS.get)
    words = text.split()
    signs = {".": "\n", ",": ",", ":": ":"}
    lexicon = Lexicon([node], [frozenset(words) - set(signs)])
    made = Phrase(phrase, node)
    lexicon.prepare([made])
    code = "".join(signs.get(word) or lexicon.codes[word] for word in words)
    found = made.expression.search(code)
    if found is None:
        return None
    start, end = found.span("quoted") if made.quotes else found.span()
    return " ".join(words[start:end])


class TestPhrases:
    @pytest.mark.parametrize(
        ("phrase", "text", "found"),
        [
            ("commit~ suicide", "he committed suicide", "committed suicide"),
            ("a|b c", "b c", "b c"),
            ("(a b|c) d", "a b d", "a b d"),
            ("(a b|c) d", "c d", "c d"),
            ("(a|b c / d) e", "b c e", "b c e"),
            ("(a|b c / d) e", "a e", None),
            ("a b? c", "a c", "a c"),
            ("a *2 b", "a x y b", "a x y b"),
            ("a *2 b", "a x y z b", None),
            ("a *2 b", "a , b", None),
            ("a **2 b", "a , b", "a , b"),
            ("a **2 b", "a . b", None),
            ("a <food>", "a rice", "a rice"),
            ("a [b] c", "a b c", "b"),
            ("a !b .", "a b", None),
            ("a !b .", "a c", "a c"),
            ("<!b a", "b a", None),
            ("<!b a", "c a", "a"),
            ("^ a", "b . a", "a"),
            ("^ a", "b a", None),
            ("& a", "a", None),
            ("& a", "b a", "a"),
            ("a $", "a . b", "a"),
            ("a ; b", "a . b", "a . b"),
            ("a : b", "a : b", "a : b"),
            ("dont go", "don't go", "don't go"),
        ],
    )
    def test_find_what_they_say(self, phrase: str, text: str, found: str | None) -> None:
        assert matches(phrase, text) == found

    @pytest.mark.parametrize(
        "phrase",
        [
            "",
            "(a",
            "a)",
            "[a",
            "a?b?",
            "? a",
            "*0 a",
            "*99 a",
            "A b",
            "<nobody> a",
            "a |",
            "(a|)",
            "a?",
            "[a] b [c]",
            "([a] b / [c] d)",
        ],
    )
    def test_say_what_cannot_be_read(self, phrase: str) -> None:
        with pytest.raises(BadPhrase):
            parse_phrase(phrase, LISTS.get)

    def test_know_the_forms_of_words(self) -> None:
        assert {"commit", "commits", "committed", "committing"} <= inflect("commit")
        assert {"abuse", "abused", "abusing", "abuses"} <= inflect("abuse")
        assert {"bury", "buries", "buried"} <= inflect("bury")
        assert inflect("take") == {"take", "takes", "took", "taken", "taking"}


class TestEveryPhraseOfTheRules:
    def list_phrases(self) -> list[Phrase]:
        book = load_rules()
        found = list(book.net.owners)
        for test in book.tests.values():
            found += [*test.before, *test.after, *test.around, *test.sentence]
        for rule in book.rules.values():
            for case in rule.cases:
                found += [*case.exceptions, *case.unless, *case.unless_near, *case.unless_post]
        return found

    def test_looks_at_a_bounded_number_of_words(self) -> None:
        assert max(longest(one.node) for one in self.list_phrases()) <= 60

    def test_repeats_nothing_without_a_limit(self) -> None:
        for phrase in self.list_phrases():
            bare = re.sub(r"\[[^\]]*\]", "x", phrase.expression.pattern)
            assert not re.search(r"[*+](?!\?)|\{\d+,\}", bare), phrase.source
