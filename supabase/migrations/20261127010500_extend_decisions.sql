-- Purpose: approve with edits, hold and resume, withdraw an approval, hand a post off to the public.
-- Touches: decisions, drafts (columns, checks), holds, post_links, comment_watches (new).
-- Locks: decisions and drafts exclusively for a moment each. Undo: drop what is new, restore the functions
-- of 20261101000600.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.decisions
  -- squawk-ignore ban-drop-constraint
  drop constraint decisions_kind_check,
  -- squawk-ignore ban-drop-constraint
  drop constraint decisions_check,
  -- squawk-ignore ban-drop-constraint
  drop constraint decisions_check1,
  add constraint decisions_kind_check
    check (kind in ('approved', 'approved_with_edits', 'changes_requested', 'declined', 'approval_withdrawn')),
  add constraint decisions_reason_check
    check ((kind in ('approved', 'approved_with_edits')) = (reason_code is null)),
  add constraint decisions_valid_until_check
    check ((kind in ('approved', 'approved_with_edits')) = (valid_until is not null));
-- At most one decision a version, and at most one end of it.
drop index public.decisions_version_idx;
create unique index decisions_version_idx on public.decisions (draft_id, version_number, (kind = 'approval_withdrawn'));

alter table public.drafts
  add column offered_version integer,
  add column approval_withdrawn_at timestamptz,
  add column taken_down_at timestamptz;
comment on column public.drafts.offered_version is 'A professional''s edit that the author may accept as it is; null when there is none to accept.';
comment on column public.drafts.approval_withdrawn_at is 'Of a published draft: a professional withdrew the approval of what is out there.';
comment on column public.drafts.taken_down_at is 'Of a published draft: the post is no longer public, as its author or a coordinator says.';

create table public.holds (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  note text not null check (length(note) between 1 and 4000),
  held_by uuid not null references public.profiles (id),
  held_at timestamptz not null default now(),
  resumed_by uuid references public.profiles (id),
  resumed_at timestamptz,
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  check ((resumed_at is null) = (resumed_by is null))
);
create unique index holds_open_idx on public.holds (draft_id) where resumed_at is null;
create index holds_draft_idx on public.holds (workspace_id, draft_id, held_at);
create index holds_held_by_idx on public.holds (held_by);
create index holds_resumed_by_idx on public.holds (resumed_by);
comment on table public.holds is 'When a review was set aside without a decision, by whom and why, and who took it up again.';

create table public.post_links (
  draft_id uuid not null,
  workspace_id uuid not null,
  platform text not null,
  url text not null check (length(url) between 9 and 500),
  added_by uuid not null references public.profiles (id),
  added_at timestamptz not null default now(),
  primary key (draft_id, platform),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index post_links_draft_idx on public.post_links (workspace_id, draft_id);
create index post_links_added_by_idx on public.post_links (added_by);
comment on table public.post_links is 'Where a published draft can be seen, an address a platform.';

create table public.comment_watches (
  draft_id uuid not null,
  workspace_id uuid not null,
  profile_id uuid not null,
  until timestamptz not null,
  set_by uuid not null references public.profiles (id),
  set_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (draft_id, profile_id),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (workspace_id, profile_id) references public.memberships (workspace_id, profile_id)
);
create index comment_watches_draft_idx on public.comment_watches (workspace_id, draft_id);
create index comment_watches_member_idx on public.comment_watches (workspace_id, profile_id, until);
create index comment_watches_set_by_idx on public.comment_watches (set_by);
comment on table public.comment_watches is 'Who reads the comments under a published post on a sensitive topic, and until when.';

alter table public.holds enable row level security;
alter table public.post_links enable row level security;
alter table public.comment_watches enable row level security;
create policy "Members read holds" on public.holds
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
create policy "Members read where posts are" on public.post_links
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
create policy "Members read who watches comments" on public.comment_watches
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
grant select on public.holds, public.post_links, public.comment_watches to authenticated;

create function private.sensitive_topics()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['suicide_self_harm', 'eating_disorders', 'trauma', 'substance_use', 'psychosis_bipolar', 'young_people']
$$;
comment on function private.sensitive_topics is 'Topics under whose posts people in distress may write: somebody reads the comments for a while.';

-- Submitting: a version sent back goes to the same professional for a second look.

create or replace function public.submit_draft(p_draft uuid, p_expected_revision bigint, p_note text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
  v_version public.draft_versions;
begin
  perform private.require_role(v_draft.workspace_id, 'influencer');
  if v_draft.state not in ('drafting', 'changes_requested', 'in_review') and not (
    v_draft.state = 'approved' and v_draft.approved_until <= now()) then
    perform private.refuse('PT409', 'wrong_state', pg_catalog.format(
      'This draft is %s, so it cannot be sent for review.', replace(v_draft.state, '_', ' ')));
  end if;
  v_version := private.cut_version(v_draft, p_expected_revision, p_note, true);
  if v_draft.state = 'in_review' and exists (
    select 1 from public.draft_versions v where v.draft_id = p_draft
      and v.number = v_draft.submitted_version and v.content_hash = v_version.content_hash) then
    perform private.refuse('PT409', 'already_submitted', 'This text is already in review.');
  end if;
  update public.drafts d
  set state = 'in_review', submitted_version = v_version.number, submitted_at = now(),
    first_submitted_at = coalesce(d.first_submitted_at, now()),
    platform = v_version.content ->> 'platform', topic = v_version.content ->> 'topic',
    format = coalesce(v_version.content ->> 'format', 'post'),
    thumbnail = (v_version.content -> 'media' -> 0 ->> 'id')::uuid,
    excerpt = private.excerpt_of(v_version.content),
    approved_version = null, approved_hash = null, approved_by = null, approved_at = null, approved_until = null,
    offered_version = null, change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft
  returning * into v_draft;
  perform private.tell_of_submission(v_draft);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_submitted', p_draft, null,
    jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash));
  return jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash, 'state', 'in_review');
end
$$;

create function private.excerpt_of(p_content jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select left(case when not private.is_blank(p_content ->> 'caption') then p_content ->> 'caption'
    when not private.is_blank(p_content ->> 'script') then p_content ->> 'script'
    else coalesce(p_content ->> 'on_screen_text', p_content -> 'media' -> 0 ->> 'alt', '') end, 280)
$$;
comment on function private.excerpt_of is 'The first words of a post, for lists.';

create function private.tell_of_submission(p_draft public.drafts)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before uuid;
begin
  -- Professionals who have it, or who decided on the version before this one.
  if not exists (select 1 from public.review_requests r
    where r.draft_id = p_draft.id and r.kind = 'professional' and r.closed_at is null) then
    select x.decided_by into v_before
    from public.decisions x
    join public.memberships m on m.workspace_id = x.workspace_id and m.profile_id = x.decided_by
      and m.suspended_at is null and 'professional' = any (m.roles) and not private.is_away(m.away_until)
    where x.workspace_id = p_draft.workspace_id and x.draft_id = p_draft.id
      -- Whoever gave it back since, or was relieved of it, is not asked again.
      and not exists (select 1 from public.review_requests r
        where r.draft_id = x.draft_id and r.assignee_id = x.decided_by and r.closed_at > x.decided_at
          and r.outcome in ('let_go', 'passed_on', 'taken_back'))
    order by x.decided_at desc limit 1;
    if v_before is not null and v_before <> p_draft.author_id and not v_before = any (p_draft.former_author_ids)
      and (private.current_credential(p_draft.workspace_id, v_before, p_draft.topic)).id is not null then
      perform private.ask_for_review(p_draft, v_before, 'professional', 'second_look', '');
    end if;
  end if;
  -- Those who had it before hear that it changed; who is asked just now was told so.
  perform private.notify(p_draft, array(select r.assignee_id from public.review_requests r
    where r.draft_id = p_draft.id and r.closed_at is null and r.asked_at < now()), 'new_version', null);
end
$$;

-- Decisions.

create function private.approval_end(p_workspace uuid)
returns timestamptz
language sql
stable
security definer
set search_path = ''
as $$
  select now() + make_interval(days => w.approval_days) from public.workspaces w where w.id = p_workspace
$$;

create function private.add_decision(
  p_version public.draft_versions, p_kind text, p_reason_code text, p_note text, p_credential public.credentials,
  p_until timestamptz
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_decision uuid;
begin
  insert into public.decisions (workspace_id, draft_id, version_number, content_hash, kind, reason_code, note,
    decided_by, credential_id, credential, statement_version, statement, valid_until)
  values (p_version.workspace_id, p_version.draft_id, p_version.number, p_version.content_hash, p_kind, p_reason_code,
    p_note, auth.uid(), p_credential.id, private.credential_snapshot(p_credential),
    (public.review_statement() ->> 'version')::integer, public.review_statement() ->> 'text', p_until)
  returning id into v_decision;
  return v_decision;
end
$$;
comment on function private.add_decision is 'A decision by the caller under this credential, on exactly this version.';

create function private.require_reason(p_reason_code text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_reason_code is null or p_reason_code not in (
    'safety', 'accuracy', 'wording', 'missing_help', 'privacy', 'out_of_scope', 'other') then
    perform private.refuse('PT400', 'reason_missing', 'Choose a reason, so that the author knows what it is about.');
  end if;
  return p_reason_code;
end
$$;

create function private.optional_note(p_note text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_note text := coalesce(btrim(private.clean_text(p_note), E' \t\n'), '');
begin
  if length(v_note) > 4000 then
    perform private.refuse('PT400', 'text_too_long', 'A note can have at most 4,000 characters.');
  end if;
  return v_note;
end
$$;

create function private.require_current(p_draft public.drafts, p_version integer, p_content_hash text)
returns public.draft_versions
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_version public.draft_versions := private.require_submitted(p_draft, p_version, 'decide on');
begin
  if p_draft.submitted_version is distinct from p_version or v_version.content_hash is distinct from p_content_hash then
    perform private.refuse('PT409', 'stale_version',
      'The author sent a newer version while you were reading. Your note is kept; please look at what changed.');
  end if;
  if p_draft.state <> 'in_review' then
    perform private.refuse('PT409', case p_draft.state when 'on_hold' then 'on_hold' else 'already_decided' end,
      case p_draft.state when 'on_hold' then 'This draft is on hold. Resume the review first; your note is kept.'
        else pg_catalog.format('Somebody was faster: this draft is %s now. Your note is kept.', replace(p_draft.state, '_', ' ')) end);
  end if;
  return v_version;
end
$$;
comment on function private.require_current is 'The version in review, if it is the one with this number and hash.';

create or replace function public.decide_draft(
  p_draft uuid, p_version integer, p_content_hash text, p_kind text, p_reason_code text, p_note text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_version public.draft_versions;
  v_credential public.credentials;
  v_until timestamptz;
  v_decision uuid;
  v_note text;
begin
  perform private.require_role(v_draft.workspace_id, 'professional');
  if p_kind is null or p_kind not in ('approved', 'changes_requested', 'declined') then
    perform private.refuse('PT400', 'kind_invalid', 'Choose to approve, to send back or to decline.');
  end if;
  if p_kind = 'approved' then
    v_note := private.optional_note(p_note);
    v_until := private.approval_end(v_draft.workspace_id);
  else
    v_note := private.require_text(p_note, 4000, 'what should change, and why');
    perform private.require_reason(p_reason_code);
  end if;
  v_version := private.require_submitted(v_draft, p_version, 'decide on');
  v_credential := private.require_decider(v_draft, v_version.content ->> 'topic');
  v_version := private.require_current(v_draft, p_version, p_content_hash);
  v_decision := private.add_decision(v_version, p_kind, case when p_kind <> 'approved' then p_reason_code end, v_note,
    v_credential, v_until);
  perform private.apply_decision(v_draft, p_kind, v_version, v_until, v_decision);
  return jsonb_build_object('id', v_decision, 'state', p_kind, 'content_hash', v_version.content_hash, 'valid_until', v_until);
end
$$;

create or replace function private.apply_decision(
  p_draft public.drafts, p_kind text, p_version public.draft_versions, p_until timestamptz, p_decision uuid
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_approved boolean := p_kind = 'approved';
begin
  update public.drafts d
  set state = p_kind,
    approved_version = case when v_approved then p_version.number end,
    approved_hash = case when v_approved then p_version.content_hash end,
    approved_by = case when v_approved then auth.uid() end,
    approved_at = case when v_approved then now() end,
    approved_until = p_until, offered_version = null,
    change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft.id;
  perform private.close_requests(p_draft.id, null, null, 'decided');
  perform private.notify(p_draft, array[p_draft.author_id], 'draft_' || p_kind, p_decision);
  if v_approved then
    perform private.notify(p_draft, private.people_as(p_draft.workspace_id, 'coordinator'), 'ready_to_publish', p_decision);
  end if;
  perform private.record_event(p_draft.workspace_id, auth.uid(), 'draft_' || p_kind, p_draft.id, p_decision,
    jsonb_build_object('version', p_version.number, 'content_hash', p_version.content_hash));
end
$$;

create function private.fixed_parts(p_content jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  -- Wording may be edited; where it goes, to whom, what it is about and which images, may not.
  select jsonb_build_object('platform', p_content -> 'platform', 'format', p_content -> 'format', 'topic', p_content -> 'topic',
    'audience_countries', p_content -> 'audience_countries', 'video_link', p_content -> 'video_link',
    'media', (select jsonb_agg(m.value ->> 'sha256' order by m.ordinality)
      from jsonb_array_elements(coalesce(p_content -> 'media', '[]')) with ordinality m))
$$;
comment on function private.fixed_parts is 'What a professional''s edit has to leave as it is.';

create function public.approve_with_edits(p_draft uuid, p_version integer, p_content_hash text, p_content text, p_note text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_version public.draft_versions := private.require_submitted(v_draft, p_version, 'decide on');
  v_credential public.credentials := private.require_decider(v_draft, v_version.content ->> 'topic');
  v_content jsonb := private.normalise_content(p_content);
  v_note text := private.optional_note(p_note);
  v_until timestamptz := private.approval_end(v_draft.workspace_id);
  v_decision uuid;
begin
  v_version := private.require_current(v_draft, p_version, p_content_hash);
  if private.content_hash(v_content) = v_version.content_hash then
    perform private.refuse('PT400', 'nothing_edited', 'You did not change anything. Approve it as it is.');
  end if;
  if private.fixed_parts(v_content) <> private.fixed_parts(v_version.content) then
    perform private.refuse('PT400', 'edit_too_wide',
      'An edit changes words: captions, scripts, hashtags, links and descriptions of images. For anything else, send the draft back.');
  end if;
  perform private.require_whole_content(p_draft, v_content);
  v_version := private.add_version(v_draft, v_content, left(v_note, 500), true, true);
  v_decision := private.add_decision(v_version, 'approved_with_edits', null, v_note, v_credential, v_until);
  update public.drafts d
  set state = 'changes_requested', offered_version = v_version.number, change_number = d.change_number + 1
  where d.id = p_draft;
  perform private.close_requests(p_draft, null, null, 'decided');
  perform private.notify(v_draft, array[v_draft.author_id], 'edits_offered', v_decision);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_approved_with_edits', p_draft, v_decision,
    jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash));
  return jsonb_build_object('id', v_decision, 'state', 'changes_requested', 'version', v_version.number,
    'content_hash', v_version.content_hash, 'valid_until', v_until);
end
$$;
comment on function public.approve_with_edits is
  'A professional''s edit of the version in review, approved as edited: it counts once the author accepts exactly that text.';

create function public.accept_edits(p_draft uuid, p_version integer, p_content_hash text, p_expected_revision bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
  v_buffer public.draft_buffers;
  v_version public.draft_versions;
  v_decision public.decisions;
  v_revision bigint;
begin
  perform private.require_role(v_draft.workspace_id, 'influencer');
  if v_draft.state <> 'changes_requested' or v_draft.offered_version is distinct from p_version then
    perform private.refuse('PT409', 'nothing_offered', 'There is no edit to accept any more. Look at the draft as it is now.');
  end if;
  select * into v_version from public.draft_versions v where v.draft_id = p_draft and v.number = p_version;
  select * into v_decision from public.decisions x
  where x.draft_id = p_draft and x.version_number = p_version and x.kind = 'approved_with_edits';
  if v_version.content_hash is distinct from p_content_hash then
    perform private.refuse('PT409', 'hash_differs', 'The text you have is not the one that was offered. Reload before you accept.');
  end if;
  if v_decision.valid_until <= now() then
    perform private.refuse('PT409', 'approval_expired', 'The approval of this edit has expired. Send the draft for review again.');
  end if;
  select * into v_buffer from public.draft_buffers b where b.draft_id = p_draft;
  if v_buffer.revision is distinct from p_expected_revision then
    perform private.refuse('PT409', 'stale_revision',
      'This draft was changed in another window since you opened it here. Both texts are kept; choose which one to go on with.');
  end if;
  if not exists (select 1 from public.draft_versions v where v.draft_id = p_draft and v.content_hash = v_buffer.content_hash) then
    -- What they wrote on meanwhile stays, as a version for themselves.
    perform private.add_version(v_draft, v_buffer.content, 'What you had written before you accepted the edit', false, false);
  end if;
  update public.draft_buffers b
  set content = v_version.content, content_hash = v_version.content_hash, revision = b.revision + 1, updated_at = now()
  where b.draft_id = p_draft returning b.revision into v_revision;
  update public.drafts d
  set state = 'approved', submitted_version = p_version, submitted_at = v_version.created_at,
    excerpt = private.excerpt_of(v_version.content), offered_version = null,
    approved_version = p_version, approved_hash = v_version.content_hash, approved_by = v_decision.decided_by,
    approved_at = now(), approved_until = v_decision.valid_until,
    change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft;
  perform private.notify(v_draft, array_append(private.people_as(v_draft.workspace_id, 'coordinator'), v_decision.decided_by),
    'edits_accepted', v_decision.id);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'edits_accepted', p_draft, v_decision.id,
    jsonb_build_object('version', p_version, 'content_hash', v_version.content_hash));
  return jsonb_build_object('state', 'approved', 'revision', v_revision, 'content_hash', v_version.content_hash,
    'valid_until', v_decision.valid_until);
end
$$;
comment on function public.accept_edits is 'The author takes the professional''s edit exactly as it is, which makes it approved at once.';

create function public.hold_draft(p_draft uuid, p_note text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_hold uuid;
  v_note text := private.require_text(p_note, 4000, 'why it waits');
begin
  perform private.require_decider(v_draft, v_draft.topic);
  if v_draft.state <> 'in_review' then
    perform private.refuse('PT409', 'wrong_state', pg_catalog.format(
      'This draft is %s, so it cannot be put on hold. Your note is kept.', replace(v_draft.state, '_', ' ')));
  end if;
  insert into public.holds (workspace_id, draft_id, note, held_by)
  values (v_draft.workspace_id, p_draft, v_note, auth.uid()) returning id into v_hold;
  update public.drafts d set state = 'on_hold', change_number = d.change_number + 1, updated_at = now() where d.id = p_draft;
  perform private.notify(v_draft, array[v_draft.author_id], 'draft_held', v_hold);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_held', p_draft, v_hold, null);
end
$$;
comment on function public.hold_draft is 'Sets a review aside without deciding, with a reason the author reads.';

create function public.resume_draft(p_draft uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_hold uuid;
begin
  perform private.require_decider(v_draft, v_draft.topic);
  update public.holds h set resumed_at = now(), resumed_by = auth.uid()
  where h.draft_id = p_draft and h.resumed_at is null returning h.id into v_hold;
  if v_draft.state <> 'on_hold' or v_hold is null then
    perform private.refuse('PT409', 'wrong_state', 'This draft is not on hold.');
  end if;
  update public.drafts d set state = 'in_review', change_number = d.change_number + 1, updated_at = now() where d.id = p_draft;
  perform private.notify(v_draft, array[v_draft.author_id], 'draft_resumed', v_hold);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_resumed', p_draft, v_hold, null);
end
$$;
comment on function public.resume_draft is 'Takes up a review that was on hold, where it was.';

create function public.withdraw_approval(p_draft uuid, p_content_hash text, p_reason_code text, p_note text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_note text := private.require_text(p_note, 4000, 'why the approval ends');
  v_reason text := private.require_reason(p_reason_code);
  v_credential public.credentials := private.require_decider(v_draft, v_draft.topic);
  v_version public.draft_versions;
  v_decision uuid;
begin
  if v_draft.state not in ('approved', 'published') or v_draft.approval_withdrawn_at is not null then
    perform private.refuse('PT409', 'not_approved', 'There is no approval to withdraw any more. Your note is kept.');
  end if;
  if v_draft.approved_hash is distinct from p_content_hash then
    perform private.refuse('PT409', 'hash_differs', 'The text you have is not the one that was approved. Reload first; your note is kept.');
  end if;
  select * into v_version from public.draft_versions v where v.draft_id = p_draft and v.number = v_draft.approved_version;
  v_decision := private.add_decision(v_version, 'approval_withdrawn', v_reason, v_note, v_credential, null);
  if v_draft.state = 'published' then
    update public.drafts d set approval_withdrawn_at = now(), change_number = d.change_number + 1, updated_at = now()
    where d.id = p_draft;
  else
    update public.drafts d
    set state = 'changes_requested', approved_version = null, approved_hash = null, approved_by = null,
      approved_at = null, approved_until = null, change_number = d.change_number + 1, updated_at = now()
    where d.id = p_draft;
  end if;
  perform private.notify(v_draft, v_draft.author_id || private.people_as(v_draft.workspace_id, 'coordinator')
    || v_draft.approved_by, 'approval_withdrawn', v_decision, jsonb_build_object('was', v_draft.state));
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'approval_withdrawn', p_draft, v_decision,
    jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash, 'was', v_draft.state));
  return jsonb_build_object('id', v_decision, 'state', case v_draft.state when 'published' then 'published' else 'changes_requested' end);
end
$$;
comment on function public.withdraw_approval is
  'A professional who could have approved it takes an approval back, with a reason, also after publication. Author and coordinators are told.';
