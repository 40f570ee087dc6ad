-- Purpose: recording where a post is, who watches its comments, that it was taken down; and withdrawing.
-- Touches: functions only. Undo: restore mark_published and withdraw_draft of 20261101000600.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.normalise_links(p_links text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_links jsonb;
begin
  begin
    v_links := coalesce(p_links, '{}')::jsonb;
  exception when others then
    perform private.refuse('PT400', 'url_invalid', 'The addresses could not be read.');
  end;
  if jsonb_typeof(v_links) <> 'object'
    or exists (select 1 from jsonb_each(v_links) l where not l.key = any (private.platforms()) or jsonb_typeof(l.value) <> 'string') then
    perform private.refuse('PT400', 'url_invalid', 'The addresses could not be read.');
  end if;
  v_links := coalesce((select jsonb_object_agg(l.key, btrim(l.value, E' \t\r\n')) from jsonb_each_text(v_links) l
    where btrim(l.value, E' \t\r\n') <> ''), '{}');
  if exists (select 1 from jsonb_each_text(v_links) l where length(l.value) > 500 or not private.is_web_address(l.value)) then
    perform private.refuse('PT400', 'url_invalid', 'The address of a post starts with https://.');
  end if;
  return v_links;
end
$$;
comment on function private.normalise_links is 'Addresses of a post by platform; empty ones are left out.';

create function private.keep_links(p_draft public.drafts, p_links jsonb)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into public.post_links as k (draft_id, workspace_id, platform, url, added_by)
  select p_draft.id, p_draft.workspace_id, l.key, l.value, auth.uid() from jsonb_each_text(p_links) l
  on conflict (draft_id, platform) do update set url = excluded.url, added_by = excluded.added_by, added_at = now()
$$;

create function private.keep_watch(p_draft public.drafts, p_watcher uuid, p_until timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_until is null or p_until not between now() and now() + interval '60 days' then
    perform private.refuse('PT400', 'day_invalid', 'Say until when the comments are watched, at most 60 days from now.');
  end if;
  if not p_watcher = any (private.readers_of(p_draft)) then
    perform private.refuse('PT400', 'watcher_invalid', 'Choose somebody of this workspace who can see the draft.');
  end if;
  insert into public.comment_watches as w (draft_id, workspace_id, profile_id, until, set_by)
  values (p_draft.id, p_draft.workspace_id, p_watcher, p_until, auth.uid())
  on conflict (draft_id, profile_id) do update set until = excluded.until, set_by = excluded.set_by, set_at = now(), ended_at = null;
  perform private.notify(p_draft, array[p_watcher], 'watch_wanted', p_watcher);
end
$$;
comment on function private.keep_watch is 'Somebody reads the comments under the post until then.';

create function private.lock_to_publish(p_draft uuid)
returns public.drafts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
begin
  if v_draft.author_id is distinct from auth.uid() then
    perform private.require_role(v_draft.workspace_id, 'coordinator');
  end if;
  perform private.require_role(v_draft.workspace_id, 'influencer', 'coordinator');
  return v_draft;
end
$$;
comment on function private.lock_to_publish is 'The draft, for its author or a coordinator.';

-- squawk-ignore ban-drop-function
drop function public.mark_published(uuid, text, text);
create function public.mark_published(
  p_draft uuid, p_content_hash text, p_links text default '{}', p_watcher uuid default null,
  p_watch_until timestamptz default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_to_publish(p_draft);
  v_links jsonb := private.normalise_links(p_links);
begin
  if v_draft.state <> 'approved' then
    perform private.refuse('PT409', 'not_approved', pg_catalog.format(
      'This draft is %s. Only an approved text can be marked published.', replace(v_draft.state, '_', ' ')));
  end if;
  if v_draft.approved_until <= now() then
    perform private.refuse('PT409', 'approval_expired', 'The approval has expired. Send the draft for review again.');
  end if;
  if v_draft.approved_hash is distinct from p_content_hash then
    perform private.refuse('PT409', 'hash_differs', 'The text you have is not the one that was approved. Reload before you publish.');
  end if;
  if p_watcher is null and v_draft.topic = any (private.sensitive_topics()) then
    perform private.refuse('PT400', 'watcher_missing',
      'People in distress may write under this post. Say who reads the comments, and until when.');
  end if;
  update public.drafts d
  set state = 'published', published_at = now(), published_by = auth.uid(),
    published_url = coalesce(v_links ->> d.platform, (select l.value from jsonb_each_text(v_links) l order by l.key limit 1)),
    change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft returning * into v_draft;
  perform private.keep_links(v_draft, v_links);
  if p_watcher is not null then
    perform private.keep_watch(v_draft, p_watcher, p_watch_until);
  end if;
  perform private.notify(v_draft, array[v_draft.author_id, v_draft.approved_by], 'draft_published', null);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_published', p_draft, null,
    jsonb_build_object('version', v_draft.approved_version, 'content_hash', v_draft.approved_hash));
  return jsonb_build_object('state', 'published', 'content_hash', v_draft.approved_hash);
end
$$;
comment on function public.mark_published is
  'By the author or a coordinator, only for the approved, unexpired hash. p_links: {platform: address}. On a sensitive topic somebody has to watch the comments.';

create function public.set_post_links(p_draft uuid, p_links text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_to_publish(p_draft);
  v_links jsonb := private.normalise_links(p_links);
begin
  if v_draft.state <> 'published' then
    perform private.refuse('PT409', 'wrong_state', 'Addresses can be added once the draft is marked published.');
  end if;
  perform private.keep_links(v_draft, v_links);
  update public.drafts d
  set published_url = coalesce(v_links ->> d.platform, d.published_url, (select l.value from jsonb_each_text(v_links) l order by l.key limit 1)),
    change_number = d.change_number + 1
  where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'links_changed', p_draft, null, null);
end
$$;
comment on function public.set_post_links is 'Adds or replaces the addresses of a published post, by its author or a coordinator.';

create function public.set_comment_watch(p_draft uuid, p_watcher uuid, p_until timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_to_publish(p_draft);
begin
  if v_draft.state <> 'published' then
    perform private.refuse('PT409', 'wrong_state', 'There are no comments to watch before the post is published.');
  end if;
  if v_draft.taken_down_at is not null then
    perform private.refuse('PT409', 'wrong_state', 'This post was taken down, so there are no comments to watch.');
  end if;
  perform private.keep_watch(v_draft, p_watcher, p_until);
  update public.drafts d set change_number = d.change_number + 1 where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'watch_set', p_draft, p_watcher, null);
end
$$;
comment on function public.set_comment_watch is 'Somebody else, or the same person for longer, watches the comments under a published post.';

create function public.end_comment_watch(p_draft uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
begin
  update public.comment_watches w set ended_at = now()
  where w.draft_id = p_draft and w.profile_id = auth.uid() and w.ended_at is null;
  if not found then
    perform private.refuse('PT409', 'not_yours', 'You do not watch the comments of this post.');
  end if;
  update public.drafts d set change_number = d.change_number + 1 where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'watch_ended', p_draft, auth.uid(), null);
end
$$;
comment on function public.end_comment_watch is 'The caller is done watching the comments.';

create function public.take_down(p_draft uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_to_publish(p_draft);
begin
  if v_draft.state <> 'published' or v_draft.taken_down_at is not null then
    perform private.refuse('PT409', 'wrong_state', 'This post is not out, or it was taken down already.');
  end if;
  update public.drafts d set taken_down_at = now(), change_number = d.change_number + 1, updated_at = now() where d.id = p_draft;
  update public.comment_watches w set ended_at = now() where w.draft_id = p_draft and w.ended_at is null;
  perform private.notify(v_draft, v_draft.author_id || private.people_as(v_draft.workspace_id, 'coordinator')
    || v_draft.approved_by, 'taken_down', null);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_taken_down', p_draft, null, null);
end
$$;
comment on function public.take_down is 'Records that a published post is no longer public.';

create or replace function public.withdraw_draft(p_draft uuid, p_expected_state text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
begin
  if v_draft.state is distinct from p_expected_state or v_draft.state in ('published', 'declined', 'withdrawn') then
    perform private.refuse('PT409', 'wrong_state', pg_catalog.format(
      'This draft is %s now, so it was not withdrawn.', replace(v_draft.state, '_', ' ')));
  end if;
  update public.drafts d
  set state = 'withdrawn', approved_version = null, approved_hash = null, approved_by = null,
    approved_at = null, approved_until = null, offered_version = null, change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft;
  update public.holds h set resumed_at = now(), resumed_by = auth.uid() where h.draft_id = p_draft and h.resumed_at is null;
  perform private.notify(v_draft, array(select r.assignee_id from public.review_requests r
    where r.draft_id = p_draft and r.closed_at is null), 'draft_withdrawn', null);
  perform private.close_requests(p_draft, null, null, 'withdrawn');
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_withdrawn', p_draft, null,
    jsonb_build_object('from', v_draft.state));
  return jsonb_build_object('state', 'withdrawn');
end
$$;

grant execute on function
  public.approve_with_edits(uuid, integer, text, text, text),
  public.accept_edits(uuid, integer, text, bigint),
  public.hold_draft(uuid, text),
  public.resume_draft(uuid),
  public.withdraw_approval(uuid, text, text, text),
  public.mark_published(uuid, text, text, uuid, timestamptz),
  public.set_post_links(uuid, text),
  public.set_comment_watch(uuid, uuid, timestamptz),
  public.end_comment_watch(uuid),
  public.take_down(uuid)
to authenticated;
