"""The checker on the labelled set: the floor below which it must not fall."""

import pytest

from services.safety import Context, check
from tests.support.labelled import Case, read_cases, read_catalogue
from tests.support.safety_scores import Scores, score

CASES = read_cases()


@pytest.fixture(scope="module")
def scores() -> Scores:
    return score(CASES)


class TestFloor:
    def test_no_blocker_is_missed(self, scores: Scores) -> None:
        assert [(case.id, label.rule.id) for case, label in scores.missed_blockers] == []

    def test_at_most_one_clean_text_in_fifty_has_a_blocker_or_warning(self, scores: Scores) -> None:
        assert scores.clean_disturbed <= 0.02 * scores.clean

    def test_nine_in_ten_expected_findings_and_more_are_made(self, scores: Scores) -> None:
        assert scores.recall >= 0.92

    def test_what_is_not_expected_stays_rare(self, scores: Scores) -> None:
        assert scores.precision >= 0.95

    def test_every_rule_is_found_somewhere(self, scores: Scores) -> None:
        assert {label.rule.id for _, label, _ in scores.hits} == set(read_catalogue())


class TestNearMisses:
    @pytest.mark.parametrize("case", [one for one in CASES if one.silent], ids=lambda one: one.id)
    def test_a_rule_that_is_named_as_silent_says_nothing(self, case: Case) -> None:
        spoken = {one.rule for one in check(case.text, Context.read(case.context))}

        assert spoken & {rule.id for rule in case.silent} == set()


def test_texts_nobody_tuned_it_on_are_read_as_well_as_before() -> None:
    scores = score(read_cases("unseen"))
    assert scores.clean_disturbed <= 2
    assert scores.precision >= 0.9
    assert scores.recall >= 0.9
