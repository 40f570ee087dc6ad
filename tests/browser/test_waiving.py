"""A post that the checker stops, as people meet it: refused in words, answered for, approved."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import support
from tests.browser.support import BrowserAs, look_at, open_room, press
from tests.support.acts import deny, state_of
from tests.support.findings import AT_RISK, STOPPED, WAIVED, approving
from tests.support.people import World, draft_in_state, find_version


class TestBlocker:
    def test_stops_the_approval_until_somebody_answers_for_it(
        self, browser_as: BrowserAs, members: World
    ) -> None:
        ines = browser_as("ines")
        ines.goto("/")
        draft_id = support.start_draft(ines, "What my cousin heard")
        support.write(ines, STOPPED.caption)
        support.send(ines)
        draft = find_version(members, draft_id, STOPPED)

        dana = browser_as("dana")
        open_room(dana, draft.id)
        panel = dana.get_by_role("heading", name="What the checker noticed")
        expect(panel).to_be_visible()
        expect(dana.get_by_text("“Stop taking your antidepressants”").first).to_be_visible()
        look_at(dana, "noticed-blocker")
        press(dana, "Approve")
        expect(dana.get_by_text("This version cannot be approved yet")).to_be_visible()
        expect(dana.get_by_role("button", name="Approve version 1")).to_have_count(0)
        deny("blocker_stands", members.dana, "decide_draft", draft, **approving(draft))

        press(dana, "Waive with a reason")
        look_at(dana, "noticed-waiving")
        support.dialog(dana).get_by_role("button", name="Waive it", exact=True).click()
        expect(support.dialog(dana).get_by_text("Please write a reason first.")).to_be_visible()
        support.dialog(dana).get_by_label("Why these words are right here").fill(WAIVED)
        support.dialog(dana).get_by_role("button", name="Waive it", exact=True).click()
        expect(support.dialog(dana)).to_have_count(0)
        expect(dana.get_by_text(WAIVED).first).to_be_visible()
        look_at(dana, "noticed-waived")
        support.approve(dana, 1)
        assert state_of(members, draft) == "approved"

        open_room(ines, draft.id)
        expect(ines.get_by_text(WAIVED).first).to_be_visible()
        look_at(ines, "noticed-decision")

    def test_puts_an_author_at_risk_before_everything(
        self, browser_as: BrowserAs, members: World
    ) -> None:
        draft = draft_in_state(members, "in_review", content=AT_RISK)

        ines = browser_as("ines")
        open_room(ines, draft.id)
        expect(ines.get_by_text("You matter more than the post").first).to_be_visible()
        expect(ines.get_by_text("Stops the approval")).to_have_count(0)
        look_at(ines, "noticed-author")
        marco = browser_as("marco")
        open_room(marco, draft.id)
        expect(marco.get_by_role("heading", name="What the checker noticed")).to_be_visible()
        expect(marco.get_by_text("You matter more than the post")).to_have_count(0)
        look_at(marco, "noticed-peer")
