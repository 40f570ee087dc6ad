"""Text as it is really written: which words are read, and that their spans are the original's."""

import pytest

from services.safety import check, load_rules
from services.safety.reading import Reading


def read(text: str) -> Reading:
    return load_rules().reader.read(text)


def words(text: str) -> list[str]:
    """The pieces of the text that were read as words, signs left out."""
    reading = read(text)
    spans = zip(reading.code, reading.starts, reading.ends, strict=True)
    return [text[start:end] for code, start, end in spans if code not in ",:\n"]


def find(text: str) -> list[tuple[str, str]]:
    return [(one.rule, one.quote) for one in check(text)]


class TestWords:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("She's here, isn't she?", ["She", "'s", "here", "isn't", "she"]),
            ("isn’t it’s", ["isn’t", "it", "’s"]),
            ("self-harm and/or self harm", ["self", "harm", "and", "or", "self", "harm"]),
            ("40mg at 12:30, 1,200 km", ["40", "mg", "at", "12:30", "1,200", "km"]),
            ("see www.example.org/a?b=c.", ["see", "www.example.org/a?b=c."]),
            ("mail a.b@c.org now", ["mail", "a.b@c.org", "now"]),
            ("hi @some.one there", ["hi", "@some.one", "there"]),
            ("#CommittedSuicide", ["Committed", "Suicide"]),
            ("#committedsuicide", ["committed", "suicide"]),
            ("Dr. Ray said", ["Dr.", "Ray", "said"]),
        ],
    )
    def test_are_cut_where_people_see_them(self, text: str, found: list[str]) -> None:
        assert words(text) == found

    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("One. Two! Three? Four; five", 5),
            ("One line\nand the same sentence", 1),
            ("One\n\nTwo", 2),
            ("List:\n- one\n- two", 3),
            ("At 1.5 per cent", 1),
            ("Dr. Ray and e.g. Mrs. Low", 1),
            ("Wait... what?!", 3),
        ],
    )
    def test_stand_in_sentences(self, text: str, count: int) -> None:
        reading = read(text)
        ends = reading.code.rstrip("\n").count("\n") + 1 if "..." not in text else count
        assert ends == count


class TestSpans:
    @pytest.mark.parametrize(
        ("text", "quote"),
        [
            ("He committed suicide.", "committed suicide"),
            ("HE COMMITTED SUICIDE", "COMMITTED SUICIDE"),
            ("💔🏳️‍🌈 he committed 💔 suicide", "committed 💔 suicide"),
            ("he committed\nsuicide", "committed\nsuicide"),
            ("he com\u200bmitted sui\u00adcide", "com\u200bmitted sui\u00adcide"),
            ("he committed su\u0301icide", "committed su\u0301icide"),
            ("he ｃｏｍｍｉｔｔｅｄ ｓｕｉｃｉｄｅ", "ｃｏｍｍｉｔｔｅｄ ｓｕｉｃｉｄｅ"),
            ("he 𝐜𝐨𝐦𝐦𝐢𝐭𝐭𝐞𝐝 𝓼𝓾𝓲𝓬𝓲𝓭𝓮", "𝐜𝐨𝐦𝐦𝐢𝐭𝐭𝐞𝐝 𝓼𝓾𝓲𝓬𝓲𝓭𝓮"),
            ("he commіttеd suісide", "commіttеd suісide"),
            ("he ⓒⓞⓜⓜⓘⓣⓣⓔⓓ suicide", "ⓒⓞⓜⓜⓘⓣⓣⓔⓓ suicide"),
            ("#CommittedSuicide", "CommittedSuicide"),
            ("he commited su1cide", "commited su1cide"),
            ("he committed suiiicide", "committed suiiicide"),
        ],
    )
    def test_are_those_of_the_original(self, text: str, quote: str) -> None:
        assert ("commit-suicide", quote) in find(text)


class TestMasks:
    @pytest.mark.parametrize(
        "word",
        ["su1cide", "su!cide", "s*icide", "$uicide", "s.u.i.c.i.d.e", "s-u-i-c-i-d-e", "suic1d3"],
    )
    def test_of_coded_words_are_seen_through(self, word: str) -> None:
        assert ("algospeak", word) in find(f"Her {word} was last year.")

    @pytest.mark.parametrize(
        "text",
        [
            "I take 40mg and 2 more.",
            "Ask @jess_94 about h2o in 2019.",
            "The B2B team met at 10.30 in room 4b.",
            "That costs $uper little, a$ap.",
            "f*** this, said nobody",
            "Well-being, e-mail, re-reading.",
        ],
    )
    def test_are_not_seen_where_there_are_none(self, text: str) -> None:
        assert read(text).masked == []

    def test_need_the_whole_word(self) -> None:
        assert read("xsu1cidex presu1cide su1cidely").masked == []


class TestTags:
    @pytest.mark.parametrize(
        ("tag", "better"),
        [
            ("#mentalhealthmatters", "#MentalHealthMatters"),
            ("#endthestigma", "#EndTheStigma"),
            ("#selfcaresunday", "#SelfCareSunday"),
        ],
    )
    def test_of_several_words_get_capitals(self, tag: str, better: str) -> None:
        [found] = check(f"Be kind. {tag}")
        assert (found.rule, found.quote, found.suggestion) == (
            "hashtag-not-camelcase",
            tag,
            f"Write {better}",
        )

    @pytest.mark.parametrize(
        "tag", ["#MentalHealth", "#OCD", "#recovery", "#fyp", "#ad", "#TikTok", "#a_b"]
    )
    def test_that_can_be_read_are_left_alone(self, tag: str) -> None:
        assert check(f"Be kind. {tag}") == []
