"""Safety rules: everybody reads what the checker looks for; coordinators change it, and say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from streamlit.testing.v1 import AppTest

from components.rules_cards import Chosen
from services import rules
from services.safety import OwnWord
from services.safety.config import Configuration
from tests.pages.conftest import Seat, press, read_page
from tests.support.people import MadeDraft, World, draft_in_state, have_checked, make_content

OpenPage = Callable[..., AppTest]
BRAND = OwnWord(words="Loud Week", instead="Quiet Week", reason="The campaign was renamed.")


def read(at: AppTest) -> str:
    """The page as a reader sees it, without escapes and joiners."""
    return read_page(at).replace("\\", "").replace("\u2060", "")


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def chosen(world: World) -> Configuration:
    return rules.get_settings(world.sam.gateway(), workspace_id=world.home).chosen


def choose(
    world: World, change: Callable[[Configuration], Configuration], who: str = "sam"
) -> None:
    gateway = getattr(world, who).gateway()
    now = rules.get_settings(gateway, workspace_id=world.home)
    rules.save_choice(gateway, workspace_id=world.home, chosen=change(now.chosen), seen=now.seen)


def fill(at: AppTest, form: str, **fields: str) -> AppTest:
    for name, text in fields.items():
        at.text_input(key=f"rules_{name}_{form}").input(text)
    return at


class TestReading:
    @pytest.mark.parametrize("name", ["ines", "marco", "dana", "paul"])
    def test_everybody_reads_and_only_coordinators_change(
        self, open_page: OpenPage, seat: Seat, name: str
    ) -> None:
        at = open_page(name, "rules", rules_group="Words about mental health")
        page = read(at)

        assert "90 of 90 rules are on. Nothing was changed here" in page.replace("**", "")
        assert "“Crazy” and its like, said of people" in page
        assert "For example: “The people under that video are unhinged.”" in page
        assert "](<https://" in page
        assert "Coordinators can switch rules off" in page
        assert not {"Switch off", "Add words", "Switch the whole group off"} & set(labels(at))
        assert seat.calls == ["get_safety_settings"]

    def test_a_sentence_finds_the_rules_that_speak_of_it(self, open_page: OpenPage) -> None:
        page = read(open_page("ines", "rules", rules_search="this hold music is driving me nuts"))
        assert "“Crazy” and its like, said of things" in page
        assert "Commit" not in page

    def test_a_word_finds_what_is_said_of_rules(self, open_page: OpenPage) -> None:
        page = read(open_page("ines", "rules", rules_search="Shame return"))
        assert "Shame about a return to use" in page
        assert "No rule fits" in read(open_page("ines", "rules", rules_search="xylophone"))

    def test_groups_are_folded_until_somebody_looks(self, open_page: OpenPage) -> None:
        at = open_page("sam", "rules")
        assert "Switch off" not in labels(at)
        assert next(one.label for one in at.expander) == "Suicide and self-harm (22)"

    def test_hard_examples_show_when_asked_for(self, open_page: OpenPage) -> None:
        at = open_page("ines", "rules", rules_search="method detail")
        assert "hanged himself" not in read(at)
        at.toggle(key="rules_hard").set_value(True).run()
        assert "For example: “he hanged himself”" in read(at)

    def test_coordinators_read_what_authors_say(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "drafting")
        world.ines.gateway().write(
            "answer_hint",
            {
                "p_draft": draft.id,
                "p_rule": "crazy-casual",
                "p_quote_hash": "c" * 64,
                "p_answer": "not_meant",
            },
        )
        query = {"rules_group": "Illness words in everyday speech"}
        said = "“Not what I meant”: 1 of 1 answer, too few to tell"
        assert said in read(open_page("sam", "rules", **query))
        assert "Not what I meant" not in read(open_page("dana", "rules", **query))


def _page_of_dialog() -> None:
    """A page that only asks: AppTest runs whole pages, and a dialog does not outlive such a run."""
    from datetime import UTC, datetime

    import streamlit as st

    from components import cached, feedback, rules, rules_dialogs, session

    person = session.require()
    feedback.draw_flash()
    settings = cached.get_rules(session.gateway(), person)
    desk = rules.Desk(person, datetime.now(UTC), settings)
    rules_dialogs.act(st.session_state["asked"], desk)


@pytest.fixture
def ask(seat: Seat) -> Callable[..., AppTest]:
    """The dialog for what Sam chose."""

    def open_dialog(asked: Chosen) -> AppTest:
        seat.name = "sam"
        at = AppTest.from_function(_page_of_dialog, default_timeout=30)
        at.session_state["asked"] = asked
        return at.run()

    return open_dialog


Ask = Callable[[Chosen], AppTest]
STOP = Chosen("off_rule", "stop-medication-advice")
NEW = Chosen("edit_word")


class TestSwitching:
    def test_off_says_what_it_means_first(self, world: World, open_page: OpenPage) -> None:
        at = open_page("sam", "rules", rules_search="advice to stop medication")
        page = read(press(at, "Switch off"))
        assert "This rule stops approvals" in page
        assert "without a professional answering" in page
        assert "read anew when somebody opens them" in page
        assert chosen(world).disabled_rules == frozenset()

    def test_everybody_reads_who_did_it(self, world: World, open_page: OpenPage, ask: Ask) -> None:
        press(ask(STOP), "Switch it off")
        assert chosen(world).disabled_rules == {"stop-medication-advice"}
        page = read(open_page("ines", "rules")).replace("**", "")
        assert "89 of 90 rules are on" in page
        assert "Last changed by Sam" in page
        assert "Advice to stop medication" in page
        assert "Switched off by Sam" in page

        at = press(open_page("kim", "rules"), "Switch on")
        assert chosen(world).disabled_rules == frozenset()
        assert "90 of 90" in read(at)

    def test_a_group_goes_as_a_whole_and_the_author_at_risk_stays(
        self, world: World, open_page: OpenPage, ask: Ask
    ) -> None:
        query = {"rules_group": "Suicide and self-harm"}
        page = read(press(open_page("sam", "rules", **query), "Switch the whole group off"))
        assert "what these 21 rules look for" in page
        assert "7 of them stop approvals" in page
        assert "in danger is still looked for: that cannot be switched off" in page

        press(ask(Chosen("off_pack", "suicide-prevention")), "Switch it off")
        assert chosen(world).disabled_packs == {"suicide-prevention"}
        page = read(open_page("sam", "rules", **query))
        assert "The group “Suicide and self-harm”" in page
        assert "69 of 90" in page
        assert "Always on" in page
        assert "Off with its group." in page

    def test_the_author_at_risk_has_no_switch(self, open_page: OpenPage) -> None:
        at = open_page("sam", "rules", rules_search="the author were in danger themselves")
        assert "Always on" in read(at)
        assert "Switch off" not in labels(at)

    def test_who_switched_off_stays_when_others_change_other_things(
        self, world: World, open_page: OpenPage
    ) -> None:
        choose(world, lambda now: rules.switch(now, "rule", "crazy-casual", on=False), "kim")
        choose(world, lambda now: rules.put_word(now, BRAND), "sam")
        page = read(open_page("ines", "rules"))
        assert "Switched off by Kim" in page
        assert "Last changed by Sam" in page
        assert "with 1 wording of your own" in page

    def test_a_colleague_who_was_faster_is_not_overwritten(self, world: World, ask: Ask) -> None:
        at = ask(STOP)
        choose(world, lambda now: rules.switch(now, "rule", "crazy-casual", on=False), "kim")
        assert "Kim changed the rules meanwhile, so nothing was saved" in read(
            press(at, "Switch it off")
        )
        assert chosen(world).disabled_rules == {"crazy-casual"}
        press(at, "Switch it off")
        assert chosen(world).disabled_rules == {"crazy-casual", "stop-medication-advice"}

    def test_on_is_told_at_the_top_when_a_colleague_was_faster(
        self, world: World, open_page: OpenPage
    ) -> None:
        choose(world, lambda now: rules.switch(now, "rule", "crazy-casual", on=False))
        at = open_page("sam", "rules")
        choose(world, lambda now: rules.put_word(now, BRAND), "kim")
        at = press(at, "Switch on")
        assert "Kim changed the rules meanwhile" in at.warning[0].value
        assert "“Loud Week”" in read(at)
        press(at, "Switch on")
        assert chosen(world) == Configuration(own_words=(BRAND,))


class TestOwnWords:
    FIELDS: ClassVar[dict[str, str]] = {
        "words": "loud week",
        "instead": "Quiet Week",
        "reason": "It was renamed.",
    }

    def test_are_tried_before_they_are_kept(
        self, world: World, open_page: OpenPage, ask: Ask
    ) -> None:
        at = fill(ask(NEW), "new", **self.FIELDS)
        at.radio(key="rules_severity_new").set_value("blocker")
        at.text_area(key="rules_try_new").input("Join our Loud Week, it is crazy.")
        page = read(at.button(key="rules_try_go_new").click().run())
        assert "“Loud Week”**  \nWords of your own." in page
        assert "“crazy”" in page
        assert chosen(world).own_words == ()

        press(at, "Save")
        (word,) = chosen(world).own_words
        assert (word.words, word.severity) == ("loud week", "blocker")
        assert "“loud week”" in read(open_page("ines", "rules"))

    def test_go_and_come_back(self, world: World, open_page: OpenPage) -> None:
        choose(world, lambda now: rules.put_word(now, BRAND))
        at = press(open_page("sam", "rules"), "Remove")
        assert chosen(world).own_words == ()
        assert "“Loud Week” is not looked for any more." in read(at)
        at = press(at, "Undo")
        assert chosen(world).own_words == (BRAND,)
        assert "Undo" not in labels(at)

    def test_are_edited_and_put_back(self, world: World, ask: Ask, open_page: OpenPage) -> None:
        choose(world, lambda now: rules.put_word(now, BRAND))
        at = ask(Chosen("edit_word", word=BRAND))
        at = press(fill(at, BRAND.rule, words="Loud Month"), "Save")
        assert [one.words for one in chosen(world).own_words] == ["Loud Month"]
        undo = at.session_state["rules_undo"]
        page = open_page("sam", "rules")
        page.session_state["rules_undo"] = undo
        press(page.run(), "Undo")
        assert chosen(world).own_words == (BRAND,)

    def test_a_colleague_who_was_faster_costs_nothing_typed(self, world: World, ask: Ask) -> None:
        at = ask(NEW)
        choose(world, lambda now: rules.put_word(now, BRAND), "kim")
        at = press(fill(at, "new", **(self.FIELDS | {"words": "shouting"})), "Save")
        assert "nothing was saved" in read(at)
        assert at.text_input(key="rules_words_new").value == "shouting"
        assert chosen(world).own_words == (BRAND,)
        press(at, "Save")
        assert [one.words for one in chosen(world).own_words] == ["Loud Week", "shouting"]

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"words": "..."}, "with a letter in them"),
            ({"instead": " "}, "Please say what to write instead"),
            ({"reason": ""}, "Please say why"),
            ({"words": "LOUD  week"}, "looks for these words already"),
        ],
    )
    def test_have_to_be_whole(
        self, world: World, ask: Ask, fields: dict[str, str], said: str
    ) -> None:
        choose(world, lambda now: rules.put_word(now, BRAND))
        at = press(fill(ask(NEW), "new", **(self.FIELDS | fields)), "Save")
        assert said in read(at)
        assert chosen(world).own_words == (BRAND,)

    def test_anybody_can_try_a_text(self, open_page: OpenPage) -> None:
        at = open_page("ines", "rules")
        at.text_area(key="rules_try_now").input("She takes walks. <b>Crazy</b> week")
        page = read(at.button(key="rules_try_go_now").click().run())
        assert "“Crazy" in page


class TestAtOnce:
    def test_what_is_in_review_is_read_anew_when_the_room_opens(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "in_review", content=make_content("Come to our Loud Week."))
        have_checked(world, draft.id)
        assert "Nothing to change" in read(open_page("dana", "review", draft=draft.id))

        choose(world, lambda now: rules.put_word(now, BRAND))
        assert not _is_checked(world, draft)
        page = read(open_page("dana", "review", draft=draft.id))
        assert "“Loud Week”" in page
        assert _is_checked(world, draft)

        choose(world, lambda _now: Configuration(disabled_rules=frozenset({"crazy-casual"})))
        assert not _is_checked(world, draft)
        assert "Loud Week”" not in read(open_page("dana", "review", draft=draft.id))

    def test_the_editor_reads_with_it_in_the_next_run(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "drafting", content=make_content("Come to our Loud Week."))
        at = open_page("ines", "draft", draft=draft.id)
        assert not _hints_of(at, draft)
        choose(world, lambda now: rules.put_word(now, BRAND))
        assert _hints_of(at.run(), draft) == [BRAND.rule]


def _is_checked(world: World, draft: MadeDraft) -> bool:
    sheet = world.server().get_check(draft_id=draft.id, version=None)
    assert sheet is not None
    return bool(sheet["checked"])


def _hints_of(at: AppTest, draft: MadeDraft) -> list[Any]:
    assert not at.exception
    found = at.session_state[f"draft_hints_{draft.id}"][2]
    return [one.finding.rule for one in found if one.part == "caption"]
