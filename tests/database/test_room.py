"""The review room's own rules: visits, the numbers of open rooms, putting an old version back."""

from __future__ import annotations

from services import discussion, drafts, restoring, rooms
from services.errors import Conflict, NotFound
from services.gateway.server import Server
from services.models import Version
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    submit,
)
from tests.support.refusals import assert_refused


def look_of(world: World, draft: MadeDraft) -> rooms.Look | None:
    return rooms.get_room(world.dana.gateway(), draft_id=draft.id).look


def let_time_pass(world: World) -> None:
    world.run_sql("update public.draft_looks set looked_at = looked_at - interval '1 hour'")


class TestVisits:
    def test_a_reload_is_the_same_visit(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        discussion.note_look(world.dana.gateway(), draft_id=draft.id, version=1)
        first = look_of(world, draft)
        discussion.note_look(world.dana.gateway(), draft_id=draft.id, version=1)
        second = look_of(world, draft)
        assert first is not None
        assert second is not None
        assert (second.previous_version, second.previous_at) == (None, None)
        assert second.looked_at >= first.looked_at

    def test_a_later_visit_to_the_same_version_finds_nothing_changed(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        discussion.note_look(world.dana.gateway(), draft_id=draft.id, version=1)
        submit(world, edit(world, draft, make_content("Another text.")))
        discussion.note_look(world.dana.gateway(), draft_id=draft.id, version=2)
        look = look_of(world, draft)
        assert look is not None
        assert (look.version_number, look.previous_version) == (2, 1)
        let_time_pass(world)
        discussion.note_look(world.dana.gateway(), draft_id=draft.id, version=2)
        look = look_of(world, draft)
        assert look is not None
        assert (look.version_number, look.previous_version) == (2, 2)

    def test_strangers_leave_no_trace(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        for person in (world.otto, world.nobody):
            assert_refused(
                NotFound,
                "not_found",
                discussion.note_look,
                person.gateway(),
                draft_id=draft.id,
                version=1,
            )
        assert world.run_sql("select count(*) from public.draft_looks") == [(0,)]


def test_the_server_learns_of_all_open_rooms_at_once(world: World) -> None:
    one, two = draft_in_state(world, "in_review"), draft_in_state(world, "in_review", title="Two")
    server = Server(url=world.stack.url, secret_key=world.stack.secret_key, http=world.dana._http)
    before = server.list_change_numbers(draft_ids=[one.id, two.id])
    discussion.add_comment(world.marco.gateway(), draft_id=one.id, version=1, body="Hello")
    discussion.add_note(world.dana.gateway(), draft_id=two.id, version=1, body="Between us")
    after = server.list_change_numbers(draft_ids=[one.id, two.id])
    assert after[one.id] == (before[one.id][0] + 1, 0)
    # Even that there is a note is not for everybody: the draft's own number stays.
    assert after[two.id] == (before[two.id][0], 1)


class TestRestore:
    def version(self, world: World, draft: MadeDraft, number: int) -> Version:
        return rooms.get_room(world.ines.gateway(), draft_id=draft.id, version=number).version

    def test_what_was_being_written_is_kept_first(self, world: World) -> None:
        draft = draft_in_state(world, "changes_requested")
        edit(world, draft, make_content("Half a new thought"))
        restoring.restore_version(
            world.ines.gateway(), draft_id=draft.id, version=self.version(world, draft, 1)
        )
        editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
        assert editor.buffer is not None
        assert editor.buffer.content == draft.content
        assert editor.buffer.content_hash == draft.content_hash
        kept = editor.versions[0]
        assert (kept.number, kept.submitted) == (2, False)
        assert kept.note == "Kept before version 1 was put back"

    def test_a_text_that_is_a_version_already_is_not_kept_twice(self, world: World) -> None:
        first = draft_in_state(world, "in_review")
        draft = submit(world, edit(world, first, make_content("Rest is a gift.")))
        restoring.restore_version(
            world.ines.gateway(), draft_id=draft.id, version=self.version(world, draft, 1)
        )
        editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
        assert [version.number for version in editor.versions] == [2, 1]
        assert editor.buffer is not None
        assert editor.buffer.content == first.content

    def test_it_ends_the_approval_of_another_text(self, world: World) -> None:
        first = draft_in_state(world, "in_review")
        draft = submit(world, edit(world, first, make_content("Rest is a gift.")))
        decide(world, draft, "approved")
        version = self.version(world, draft, 1)
        restoring.restore_version(world.ines.gateway(), draft_id=draft.id, version=version)
        room = rooms.get_room(world.ines.gateway(), draft_id=draft.id)
        assert (room.draft.state, room.draft.approved_hash) == ("drafting", None)

    def test_nobody_else_can_and_a_closed_draft_stays(self, world: World) -> None:
        draft = draft_in_state(world, "declined")
        version = self.version(world, draft, 1)
        assert_refused(
            Conflict,
            "draft_closed",
            restoring.restore_version,
            world.ines.gateway(),
            draft_id=draft.id,
            version=version,
        )
        for person in (world.dana, world.sam, world.otto):
            assert_refused(
                NotFound,
                "",
                restoring.restore_version,
                person.gateway(),
                draft_id=draft.id,
                version=version,
            )
