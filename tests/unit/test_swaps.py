"""What is offered in place of words: ready to stand there, and found harmless by the rules."""

import pytest

from services.safety import Configuration, Context, OwnWord, check, load_rules
from services.swaps import list_swaps
from tests.support.labelled import read_cases

STYLED = "\U0001d5d9\U0001d5ff\U0001d5f2\U0001d5f2"
RULES = load_rules().rules


def swaps_in(text: str) -> dict[str, tuple[str, ...]]:
    return {one.quote: list_swaps(one, RULES[one.rule]) for one in check(text)}


@pytest.mark.parametrize(
    ("text", "quote", "first"),
    [
        ("He committed suicide.", "committed suicide", "died by suicide"),
        ("He hanged himself.", "hanged himself", "died by suicide"),
        ("Addicts deserve care.", "Addicts", "People with an addiction"),
        ("My cousin is an addict.", "addict", "person with an addiction"),
        ("She suffers from depression.", "suffers from", "has"),
        ("Rest well #endthestigma #slowsundays", "#endthestigma", "#EndTheStigma"),
        (
            "\U0001d5d9\U0001d5ff\U0001d5f2\U0001d5f2 day",
            "\U0001d5d9\U0001d5ff\U0001d5f2\U0001d5f2",
            "Free",
        ),
    ],
)
def test_words_come_as_they_fit(text: str, quote: str, first: str) -> None:
    assert swaps_in(text)[quote][0] == first


@pytest.mark.parametrize(
    "text",
    [
        "Never commit suicide.",
        "He was found with a plastic bag, he died by suicide.",
        "This tea cures depression.",
    ],
)
def test_nothing_is_offered_where_it_would_not_fit(text: str) -> None:
    found = swaps_in(text)
    assert found
    assert set(found.values()) == {()}


def test_a_workspace_offers_words_of_its_own() -> None:
    own = Configuration(own_words=(OwnWord(words="wellness journey", instead="the way I live"),))
    (found,) = check("My wellness journey", Context(), own)
    assert list_swaps(found, load_rules(own).rules[found.rule]) == ("the way I live",)


def test_what_is_put_in_breaks_no_rule_of_wording() -> None:
    worse = set()
    for case in read_cases():
        for found in check(case.text):
            for words in list_swaps(found, RULES[found.rule]):
                text = case.text[: found.start] + words + case.text[found.end :]
                before = {one.rule for one in check(case.text)}
                worse |= {(found.rule, one.rule) for one in check(text) if one.rule not in before}
    # Where a label stands, what "successfully" says of a death, and which study found what most
    # people do, is another thing to mend.
    assert worse <= {
        ("vague-disclosure", "buried-disclosure"),
        ("suicide-method-detail", "suicide-success-failure"),
        ("addict-label", "unsourced-statistic"),
    }
