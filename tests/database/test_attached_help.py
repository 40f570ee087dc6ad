"""Services that go with a post: who attaches them, what is kept of them with an approval."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from services import rooms
from services.checking import CHOSEN, SENSITIVE
from services.drafts import TOPICS as DRAFT_TOPICS
from services.library import attached, store
from services.library.attached import FITTING, fitting_topics
from services.library.models import TOPICS, Contact
from tests.support.acts import act, actions_of, deny, get_rows
from tests.support.findings import refuse_approval, save_card
from tests.support.gate import GRAVE, approve, attached_names, missing, refuse, share_line
from tests.support.helped import DIRECTORY, add_line, attach, check_line
from tests.support.library import CARD, add, correct
from tests.support.matrix import hide
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    make_content,
    make_draft,
    submit,
)


@pytest.fixture
def grave(world: World) -> MadeDraft:
    """In review by ines, on suicide, for people in Germany."""
    return draft_in_state(world, "in_review", content=GRAVE)


class TestAttaching:
    def test_is_for_the_author_and_those_who_may_decide(
        self, world: World, grave: MadeDraft
    ) -> None:
        line = add_line(world)
        for person, word in (
            (world.marco, "role_missing"),
            (world.sam, "role_missing"),
            (world.paul, "no_credential"),
            (world.otto, "not_found"),
            (world.nobody, "not_found"),
        ):
            deny(word, person, "attach_help", grave, resources=[line.id])
            deny(word, person, "take_off_help", grave, resources=[line.id])
            deny(word, person, "attach_directory", grave, attached=True)
        for person in (world.ines, world.dana, world.kim):
            assert act(person, "attach_help", grave, resources=[line.id]) == 1
            assert act(person, "attach_help", grave, resources=[line.id]) == 0
            assert act(person, "take_off_help", grave, resources=[line.id]) == 1
            assert act(person, "take_off_help", grave, resources=[line.id]) == 0

    def test_is_the_authors_alone_before_it_is_sent(self, world: World) -> None:
        draft, line = make_draft(world, content=GRAVE), add_line(world)
        deny("not_found", world.dana, "attach_help", draft, resources=[line.id])

        act(world.ines, "attach_help", draft, resources=[line.id])

        for person in world.people:
            assert len(get_rows(person, "/draft_resources")) == int(person.name == "ines")
        assert "help_attached" not in actions_of(world, draft)

    def test_is_over_with_the_approval(self, world: World) -> None:
        draft = draft_in_state(world, "approved", content=GRAVE)
        ((line,),) = world.run_sql("select resource_id::text from public.draft_resources")

        deny("wrong_state", world.ines, "take_off_help", draft, resources=[line])
        deny("already_decided", world.dana, "take_off_help", draft, resources=[line])
        assert attached_names(world, draft) == ["Night Light"]

    @pytest.mark.parametrize("state", ["published", "declined", "withdrawn"])
    def test_is_over_in_a_closed_draft(self, world: World, state: str) -> None:
        draft = draft_in_state(world, state)
        line = add_line(world)

        deny("wrong_state", world.ines, "attach_help", draft, resources=[line.id])

    def test_goes_on_with_an_approval_that_expired(self, world: World) -> None:
        draft = draft_in_state(world, "expired")

        assert act(world.ines, "attach_help", draft, resources=[add_line(world).id]) == 1

    def test_takes_what_is_in_the_library(self, world: World, grave: MadeDraft) -> None:
        line = add_line(world)
        card = add(world.sam, world, CARD)
        unknown = "00000000-0000-4000-8000-000000000000"
        for asked in ([], [unknown], [card.id], [line.id, unknown]):
            deny("not_found", world.ines, "attach_help", grave, resources=asked)
        store.set_withdrawn(
            world.sam.gateway(),
            workspace_id=world.home,
            resource_id=line.id,
            revision=line.revision,
            withdrawn=True,
        )
        deny("not_found", world.ines, "attach_help", grave, resources=[line.id])

    def test_has_an_end(self, world: World, grave: MadeDraft) -> None:
        world.run_sql(
            "insert into public.resources (library_id, kind, name, country, topics, audience,"
            " languages, words, sources, seen, confidence, pair) select"
            " private.shared_library(), 'helpline', 'Line ' || n, 'DE', '{crisis}', '', '{}', '',"
            " '{}', '', '', case when n < 42 then 'many' else '' end from generate_series(1, 42) n"
        )
        ((last,), (first,)) = world.run_sql(
            "select id::text from public.resources where name in ('Line 42', 'Line 1')"
            " order by name desc"
        )
        act(world.ines, "attach_help", grave, resources=[last])

        deny("too_many_services", world.ines, "attach_help", grave, resources=[first])

    def test_follows_a_workspaces_own_entry(self, world: World, grave: MadeDraft) -> None:
        shared = share_line(world)
        attach(world, grave, shared)
        own = correct(world.sam, world, shared, audience="Everybody")
        refuse_approval("not_checked", grave, by=world.dana)
        refuse(world, grave, "DE")

        check_line(world, own)
        assert missing(world, grave) == ()
        store.set_withdrawn(
            world.sam.gateway(),
            workspace_id=world.home,
            resource_id=own.id,
            revision=own.revision,
            withdrawn=True,
        )
        refuse(world, grave, "DE")
        check_line(world, shared)
        assert missing(world, grave) == ()
        assert attached.take_off(world.ines.gateway(), draft_id=grave.id, resource_ids=[shared.id])
        assert attached_names(world, grave) == []

    def test_ends_a_waiver_as_every_change_does(self, world: World, grave: MadeDraft) -> None:
        before = sheet(world, grave)
        attach(world, grave, add_line(world))
        assert sheet(world, grave) != before

    def test_of_a_hidden_draft_is_not_there_for_others(
        self, world: World, grave: MadeDraft
    ) -> None:
        attach(world, grave, add_line(world))
        hide(grave)

        for person in world.people:
            sees = person.name in ("ines", "dana", "paul", "kim")
            assert len(get_rows(person, "/draft_resources")) == int(sees)


def sheet(world: World, draft: MadeDraft) -> Any:
    """What a check of the draft is bound to."""
    found = world.server().get_check(draft_id=draft.id, version=None)
    assert found is not None
    return found["review_hash"]


class TestApproval:
    def test_keeps_what_went_with_it(self, world: World, grave: MadeDraft) -> None:
        line = add_line(world)
        attach(world, grave, line)
        decide(world, grave, "approved")
        correct(world.sam, world, line, contacts=(Contact("call", "01632 960 557"),))

        room = rooms.get_room(world.marco.gateway(), draft_id=grave.id)
        ((decision,),) = (room.decisions,)
        assert decision.help is not None
        ((service,),) = (decision.help.services,)
        assert (service.name, service.checked_by) == ("Night Light", "Kim")
        assert service.ways[0].address == "01632 960 555"
        assert service.until is not None
        ((row,),) = (get_rows(world.marco, "/approval_checks"),)
        assert row["help"]["topics"] == ["suicide"]
        assert row["help"]["countries"] == ["DE"]

    def test_is_never_changed(self, world: World) -> None:
        world.server().state_directory(address=DIRECTORY)

        with pytest.raises(psycopg.Error, match="never changed or removed"):
            world.run_sql("delete from public.help_directories")

    def test_card_does_not_matter(self, world: World, grave: MadeDraft) -> None:
        attach(world, grave, add_line(world))
        draft = save_card(grave, "To say his name")
        refuse_approval("not_checked", draft, by=world.dana)

        approve(world, draft)


def test_pages_and_database_mean_the_same(world: World) -> None:
    ((names,),) = world.run_sql("select private.help_subjects()")
    assert sorted(names) == sorted(SENSITIVE) == sorted(FITTING)
    for topic in (*SENSITIVE, None):
        asked = [topic] if topic else []
        ((fitting,),) = world.run_sql("select private.fitting_topics(%s)", asked)
        assert frozenset(fitting) == fitting_topics(asked)
        assert frozenset(fitting) <= TOPICS.keys()


def test_the_draft_brings_what_could_help_where_it_is_known_to_be_needed(world: World) -> None:
    for topic in DRAFT_TOPICS:
        draft = make_draft(world, content=make_content("Rest is a skill.", topic=topic))
        assert read_draft(world, draft)["help"]["whole"] is (topic in CHOSEN), topic


def test_the_draft_brings_it_by_the_words_that_were_sent(world: World) -> None:
    draft = make_draft(world, content=GRAVE)
    assert GRAVE.topic not in CHOSEN
    assert read_draft(world, draft)["help"]["whole"] is False

    submit(world, draft)

    assert read_draft(world, draft)["help"]["whole"] is True


def read_draft(world: World, draft: MadeDraft) -> Any:
    return world.ines.gateway().read("get_draft", {"p_draft": draft.id})
