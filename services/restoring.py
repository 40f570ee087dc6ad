"""An old version as the text to go on with."""

from __future__ import annotations

from services import drafts, errors
from services.gateway.client import Gateway
from services.models import Version


def restore_version(gateway: Gateway, *, draft_id: str, version: Version) -> None:
    """As author, copy a version's content over the text being written.

    What was there is kept as a version of its own first, unless one has exactly that text. An
    approval of another text ends, as with every edit.

    Raises:
        NotFound: not the caller's to write, or a version without its content.
        Conflict: `stale_revision`: another window saved in this moment; `draft_closed`.
    """
    editor = drafts.get_editor(gateway, draft_id=draft_id)
    buffer = editor.buffer
    if buffer is None or version.content is None:
        raise errors.NotFound
    if all(buffer.content_hash != one.content_hash for one in editor.versions):
        drafts.save_version(
            gateway,
            draft_id=draft_id,
            expected_revision=buffer.revision,
            note=f"Kept before version {version.number} was put back",
        )
    drafts.save_buffer(
        gateway,
        draft_id=draft_id,
        expected_revision=buffer.revision,
        title=editor.draft.title,
        content=version.content,
        publish_by=editor.draft.publish_by,
    )
