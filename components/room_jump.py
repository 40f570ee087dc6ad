"""Near the top of the review room: the way to what its reader came for, below a long text."""

from __future__ import annotations

from components import review, review_text
from components.jump import draw_jump
from components.review import Visit
from components.room_posting import may_post


def draw_way(visit: Visit) -> None:
    """A link to the decision, to publishing or to the comments; none before a content note."""
    if not review_text.is_opened(visit):
        return
    draft = visit.room.draft
    if draft.state == "in_review" and visit.room.why_not is None and visit.is_latest:
        draw_jump(review.DECISION, label="Go to your decision", is_stacked=True)
    elif draft.state == "approved" and may_post(visit):
        draw_jump(review.PUBLISHING, label="Go to publishing", is_stacked=True)
    else:
        draw_jump(review.COMMENTS, label="Go to the comments")
