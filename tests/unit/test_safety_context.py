"""Words that are mentioned, told or denied instead of used, and what is known of the draft."""

import pytest

from services.safety import BadContext, Context, Media, check


def rules(text: str, **known: object) -> set[str]:
    return {one.rule for one in check(text, Context.read(known))}


class TestMention:
    @pytest.mark.parametrize(
        "text",
        [
            'Say "died by suicide", not "committed suicide".',
            "We never say “committed suicide” here.",
            "Instead of committed suicide, say died by suicide.",
            "Words to avoid:\n- \"committed suicide\"\n- 'junkie'",
            "❌ committed suicide\n✅ died by suicide",
            "Why the phrase 'committed suicide' hurts",
            "The word ~~junkie~~ is outdated.",
        ],
    )
    def test_is_left_alone(self, text: str) -> None:
        assert rules(text) == set()

    @pytest.mark.parametrize(
        "text", ['He "committed suicide" last week.', "❌ wrong day. ✅ He committed suicide."]
    )
    def test_needs_a_cue(self, text: str) -> None:
        assert "commit-suicide" in rules(text)

    def test_never_covers_a_method(self) -> None:
        assert "suicide-method-detail" in rules('Never write "he hanged himself".')


class TestReportSelfTitleDenial:
    @pytest.mark.parametrize(
        "text",
        [
            "They called me a psycho at school.",
            "I was labelled crazy for years.",
            "He told me to man up.",
            "I'm an addict in recovery.",
            "As a schizophrenic, I choose that word.",
            "We watched American Psycho.",
            "The Suicide Squad poster is up.",
            "Depression is not a choice.",
            "Myth: self-harm is attention-seeking.",
            "OCD is not about being tidy.",
        ],
    )
    def test_silence_a_rule(self, text: str) -> None:
        assert rules(text) == set()

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("My brother is an addict.", "addict-label"),
            ("Depression is a choice.", "illness-as-weakness"),
            ("That psycho next door.", "mental-health-slur"),
        ],
    )
    def test_do_not_silence_others(self, text: str, rule: str) -> None:
        assert rule in rules(text)


class TestPrecedence:
    def test_the_author_at_risk_comes_first(self) -> None:
        found = check("This week was crazy. My shrink is away. I want to die.")

        assert found[0].rule == "author-at-risk"
        assert len(found) == 3

    def test_one_finding_a_rule_and_sentence(self) -> None:
        found = check("A junkie and a crackhead. A junkie.")

        assert [one.quote for one in found] == ["junkie", "junkie"]

    def test_the_more_specific_rule_wins_on_the_same_words(self) -> None:
        assert rules("@river.poet is clearly bipolar.") == {"diagnoses-named-person"}

    def test_two_rules_speak_when_the_repairs_differ(self) -> None:
        assert rules("She committed su1cide.") == {"commit-suicide", "algospeak"}


class TestWholePost:
    TEXT = "My cousin died by suicide. Check on each other."

    def test_unknown_means_silent(self) -> None:
        assert rules(self.TEXT) == set()

    def test_known_parts_make_it_a_post(self) -> None:
        assert "crisis-resource-missing" in rules(self.TEXT, platform="instagram")

    @pytest.mark.parametrize(
        "line",
        [
            "Samaritans: 116 123 (UK)",
            "In the US call 988.",
            "findahelpline.com",
            "Helplines are in my bio.",
            "Text SHOUT to 85258 in the UK",
            "@samaritans",
        ],
    )
    def test_help_in_the_text_is_enough(self, line: str) -> None:
        assert "crisis-resource-missing" not in rules(f"{self.TEXT}\n{line}", platform="x")

    def test_help_in_another_part_is_enough(self) -> None:
        assert "crisis-resource-missing" not in rules(self.TEXT, script="Call 988 in the US.")

    def test_a_number_that_is_closed_is_no_help(self) -> None:
        found = rules(f"{self.TEXT} Call 1-833-456-4566 in Canada.", platform="x")

        assert {"helpline-outdated", "crisis-resource-missing"} <= found

    def test_a_light_mention_asks_softly(self) -> None:
        [found] = [
            one
            for one in check("Suicide prevention week starts today.", Context(platform="x"))
            if one.rule == "crisis-resource-missing"
        ]
        assert (found.severity, found.start, found.end, found.quote) == ("suggestion", 0, 0, "")

    def test_the_guide_of_the_audience_is_cited(self) -> None:
        text = "He committed suicide. In the UK, call 116 123."
        sources = {
            country: found.source.key
            for country in ("AU", "GB", "US", "FR")
            for found in check(text, Context(audience_countries=(country,)))
            if found.rule == "commit-suicide"
        }
        assert sources == {"AU": "MF-S", "GB": "SAM-WSPD", "US": "AP-SUI", "FR": "MF-S"}


class TestJoke:
    def test_makes_no_danger_of_exaggeration(self) -> None:
        assert rules("If I get one more spreadsheet I will kill myself.") == {"kms-joke"}

    def test_takes_no_danger_for_a_joke_because_of_a_word_beside_it(self) -> None:
        text = "I see no reason to set an alarm. I don't want to wake up."

        assert rules(text) == {"author-at-risk"}


class TestContext:
    def test_reads_what_is_known(self) -> None:
        read = Context.read(
            {"audience_countries": ["uk", "us"], "media": [{"type": "image", "alt": "A cup"}]}
        )
        assert read == Context(
            audience_countries=("GB", "US"), media=(Media(type="image", alt="A cup"),)
        )

    @pytest.mark.parametrize(
        ("raw", "message"),
        [
            ([], "context: an object"),
            ({"captoin": "x"}, "unknown field 'captoin'"),
            ({"caption": 1}, "context.caption: text"),
            ({"sponsored": "yes"}, "context.sponsored: true or false"),
            ({"hashtags": "x"}, "context.hashtags: a list"),
            ({"audience_countries": ["USA"]}, "no two-letter code"),
            ({"voice": "doctor"}, "context.voice: one of"),
            ({"media": [{"type": "cake"}]}, r"context.media\[0\].type: one of"),
            ({"media": {}}, "context.media: a list"),
        ],
    )
    def test_says_what_it_cannot_read(self, raw: object, message: str) -> None:
        with pytest.raises(BadContext, match=message):
            Context.read(raw)
