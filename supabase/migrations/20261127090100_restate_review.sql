-- Purpose: what a professional states covers a whole post: its words, images and links.
-- Touches: one function. Decisions made before keep the statement they were made under.
-- Undo: restore review_statement of 20261101000500.

set lock_timeout = '5s';
set statement_timeout = '60s';

create or replace function public.review_statement()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('version', 2, 'text',
    'I read this exact post as a professional within the topics of my checked credential: its words, its images with their '
    'descriptions, and the transcript where there is a video. '
    'I looked at whether it is accurate, safe and kind to people who may be affected by it, and whether it points to help where it should. '
    'I did not review the video or sound itself, what the links lead to, comments, or the account it is posted from, '
    'and this is not advice for any one person. '
    'If any part of the post changes, this decision no longer covers it.')
$$;
