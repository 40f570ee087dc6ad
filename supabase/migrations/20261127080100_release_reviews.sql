-- Purpose: nobody keeps a review they can no longer do: suspended, without the role, or now the author.
-- Touches: triggers on memberships and drafts. Undo: drop both triggers and functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.release_reviews_of_member()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.review_requests r set closed_at = now(), outcome = 'taken_back'
  where r.workspace_id = new.workspace_id and r.assignee_id = new.profile_id and r.closed_at is null
    and (new.suspended_at is not null
      or not case r.kind when 'professional' then 'professional' else 'influencer' end = any (new.roles));
  return null;
end
$$;
comment on function private.release_reviews_of_member is
  'Trigger: whoever is suspended or loses a role no longer has the drafts it was for, so that others see them as free.';

create function private.release_reviews_of_author()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.review_requests r set closed_at = now(), outcome = 'taken_back'
  where r.draft_id = new.id and r.assignee_id = new.author_id and r.closed_at is null;
  return null;
end
$$;
comment on function private.release_reviews_of_author is 'Trigger: a draft handed to somebody who was to review it is theirs to write now.';

create trigger memberships_release_reviews after update of roles, suspended_at on public.memberships
  for each row execute function private.release_reviews_of_member();
create trigger drafts_release_reviews after update of author_id on public.drafts
  for each row when (old.author_id is distinct from new.author_id)
  execute function private.release_reviews_of_author();
