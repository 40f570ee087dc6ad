-- Purpose: every change to a draft: write, submit, comment, decide, publish, withdraw, hand over.
-- Touches: functions only. Undo: drop the functions.
-- Each refuses callers without a person, finds the draft as the caller may see it, locks it, checks
-- what the caller expected it to be, writes, and records the event last.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.lock_draft(p_draft uuid)
returns public.drafts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_draft public.drafts;
begin
  select * into v_draft from public.drafts d
  where d.id = p_draft
    and (d.author_id = v_me or d.first_submitted_at is not null)
    and exists (select 1 from public.memberships m
      where m.workspace_id = d.workspace_id and m.profile_id = v_me and m.suspended_at is null)
  for update;
  -- The lock may have been waited for: whoever was suspended meanwhile is a stranger.
  if v_draft.id is null or not v_draft.workspace_id = any (private.my_workspaces()) then
    perform private.refuse('PT404', 'not_found', 'We could not find that draft. It may not be shared with you.');
  end if;
  return v_draft;
end
$$;
comment on function private.lock_draft is 'The draft, locked until the transaction ends; not found and not theirs look the same.';

create function private.lock_own_draft(p_draft uuid)
returns public.drafts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
begin
  if v_draft.author_id is distinct from auth.uid() then
    perform private.refuse('PT403', 'not_the_author', 'Only the author of this draft may do this.');
  end if;
  return v_draft;
end
$$;

create function private.require_day(p_day date)
returns date
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- PostgreSQL knows 'infinity' and years that no calendar of our readers does.
  if p_day not between '2000-01-01' and '2100-12-31' then
    perform private.refuse('PT400', 'day_invalid', 'Choose a day between 2000 and 2100.');
  end if;
  return p_day;
end
$$;
comment on function private.require_day is 'The day, which every reader can show; null stays null.';

create function public.create_draft(p_workspace uuid, p_title text, p_publish_by date, p_content text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'influencer');
  v_title text := private.require_line(p_title, 140, 'a working title');
  v_content jsonb := private.normalise_content(p_content);
  v_publish_by date := private.require_day(p_publish_by);
  v_draft uuid;
begin
  if (select count(*) from public.drafts d where d.workspace_id = p_workspace and d.author_id = v_me
      and d.created_at > now() - interval '1 day') >= 200 then
    perform private.refuse('PT429', 'too_many_drafts', 'That is 200 new drafts in one day. Please go on tomorrow.');
  end if;
  insert into public.drafts (workspace_id, author_id, title, platform, topic, publish_by)
  values (p_workspace, v_me, v_title, v_content ->> 'platform', v_content ->> 'topic', v_publish_by)
  returning id into v_draft;
  insert into public.draft_buffers (draft_id, workspace_id, author_id, content, content_hash)
  values (v_draft, p_workspace, v_me, v_content, private.content_hash(v_content));
  perform private.record_event(p_workspace, v_me, 'draft_created', v_draft, null, null);
  return jsonb_build_object('id', v_draft, 'revision', 1);
end
$$;

create function public.save_buffer(
  p_draft uuid, p_expected_revision bigint, p_title text, p_publish_by date, p_content text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
  v_title text := private.require_line(p_title, 140, 'a working title');
  v_content jsonb := private.normalise_content(p_content);
  v_hash text := private.content_hash(v_content);
  v_publish_by date := private.require_day(p_publish_by);
  v_revision bigint;
  v_voided boolean;
begin
  if v_draft.state in ('published', 'declined', 'withdrawn') then
    perform private.refuse('PT409', 'draft_closed', pg_catalog.format(
      'This draft is %s and cannot be edited any more. Start a new one from it.', v_draft.state));
  end if;
  update public.draft_buffers b
  set content = v_content, content_hash = v_hash, revision = b.revision + 1, updated_at = now()
  where b.draft_id = p_draft and b.revision = p_expected_revision
  returning b.revision into v_revision;
  if v_revision is null then
    perform private.refuse('PT409', 'stale_revision',
      'This draft was changed in another window since you opened it here. Both texts are kept; choose which one to go on with.');
  end if;
  v_voided := v_draft.state = 'approved' and v_hash <> v_draft.approved_hash;
  update public.drafts d
  set title = v_title, publish_by = v_publish_by, updated_at = now(),
    platform = case when d.submitted_version is null then v_content ->> 'platform' else d.platform end,
    topic = case when d.submitted_version is null then v_content ->> 'topic' else d.topic end
  where d.id = p_draft;
  if v_voided then
    perform private.void_approval(v_draft, 'edited');
  end if;
  return jsonb_build_object('revision', v_revision, 'content_hash', v_hash, 'voided', v_voided,
    'state', case when v_voided then 'drafting' else v_draft.state end, 'saved_at', now());
end
$$;
comment on function public.save_buffer is
  'Keeps the text being written. An approved draft whose content hash changes loses its approval in the same transaction.';

create function private.void_approval(p_draft public.drafts, p_why text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.drafts d
  set state = 'drafting', approved_version = null, approved_hash = null, approved_by = null,
    approved_at = null, approved_until = null, change_number = d.change_number + 1
  where d.id = p_draft.id;
  perform private.record_event(p_draft.workspace_id, auth.uid(), 'approval_voided', p_draft.id, null,
    jsonb_build_object('version', p_draft.approved_version, 'content_hash', p_draft.approved_hash, 'why', p_why));
end
$$;

create function private.cut_version(p_draft public.drafts, p_expected_revision bigint, p_note text, p_submitted boolean)
returns public.draft_versions
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_buffer public.draft_buffers;
  v_version public.draft_versions;
  v_note text := coalesce(btrim(private.clean_text(p_note)), '');
begin
  select * into v_buffer from public.draft_buffers b where b.draft_id = p_draft.id;
  if v_buffer.revision is distinct from p_expected_revision then
    perform private.refuse('PT409', 'stale_revision',
      'This draft was changed in another window since you opened it here. Both texts are kept; choose which one to go on with.');
  end if;
  if private.is_blank(v_buffer.content ->> 'caption') then
    perform private.refuse('PT400', 'text_missing', 'There is no text yet. Write something first.');
  end if;
  if length(v_buffer.content ->> 'caption') > 20000 then
    perform private.refuse('PT400', 'text_too_long', pg_catalog.format(
      'The text has %s characters; 20,000 is the most. It is saved; please shorten it and try again.',
      length(v_buffer.content ->> 'caption')));
  end if;
  if length(v_note) > 500 then
    perform private.refuse('PT400', 'text_too_long', 'A note can have at most 500 characters.');
  end if;
  if p_draft.version_count >= 500 then
    perform private.refuse('PT409', 'too_many_versions', 'This draft has 500 versions. Start a new one from it.');
  end if;
  insert into public.draft_versions (workspace_id, draft_id, number, content, content_hash, submitted, note, created_by)
  values (p_draft.workspace_id, p_draft.id, p_draft.version_count + 1, v_buffer.content, v_buffer.content_hash,
    p_submitted, v_note, auth.uid())
  returning * into v_version;
  update public.drafts d set version_count = v_version.number, updated_at = now() where d.id = p_draft.id;
  return v_version;
end
$$;

create function public.save_version(p_draft uuid, p_expected_revision bigint, p_note text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
  v_version public.draft_versions;
begin
  if v_draft.state in ('published', 'declined', 'withdrawn') then
    perform private.refuse('PT409', 'draft_closed', 'This draft is closed. Start a new one from it.');
  end if;
  v_version := private.cut_version(v_draft, p_expected_revision, p_note, false);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'version_saved', p_draft, null,
    jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash));
  return jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash);
end
$$;
comment on function public.save_version is 'Keeps the text as a version that only its author sees.';

create function public.submit_draft(p_draft uuid, p_expected_revision bigint, p_note text)
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
    excerpt = left(v_version.content ->> 'caption', 280),
    approved_version = null, approved_hash = null, approved_by = null, approved_at = null, approved_until = null,
    change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_submitted', p_draft, null,
    jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash));
  return jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash, 'state', 'in_review');
end
$$;
comment on function public.submit_draft is
  'Cuts a version of exactly the text the author saw and puts it before the professionals. An expired approval is sent in again this way.';

create function public.add_comment(p_draft uuid, p_version integer, p_body text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_body text := private.require_text(p_body, 4000, 'a comment');
  v_comment uuid;
begin
  if not exists (select 1 from public.draft_versions v
    where v.draft_id = p_draft and v.number = p_version and v.submitted) then
    perform private.refuse('PT404', 'not_found', 'There is no such version to comment on.');
  end if;
  if (select count(*) from public.comments c where c.author_id = auth.uid()
      and c.created_at > now() - interval '1 hour') >= 120 then
    perform private.refuse('PT429', 'too_many_comments', 'That is 120 comments in an hour. Please go on a little later.');
  end if;
  if (select count(*) from public.comments c where c.workspace_id = v_draft.workspace_id and c.draft_id = p_draft) >= 2000 then
    perform private.refuse('PT409', 'too_many_comments', 'This draft has 2,000 comments. Please go on in a new draft.');
  end if;
  insert into public.comments (workspace_id, draft_id, version_number, author_id, body)
  values (v_draft.workspace_id, p_draft, p_version, auth.uid(), v_body)
  returning id into v_comment;
  update public.drafts d set change_number = d.change_number + 1 where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'comment_added', p_draft, v_comment,
    jsonb_build_object('version', p_version));
  return v_comment;
end
$$;

create function private.require_decider(p_draft public.drafts, p_topic text)
returns public.credentials
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_draft.workspace_id, 'professional');
  v_credential public.credentials;
begin
  if p_draft.author_id = v_me or v_me = any (p_draft.former_author_ids) then
    perform private.refuse('PT403', 'own_draft', 'You wrote this draft, so somebody else has to decide on it.');
  end if;
  v_credential := private.current_credential(p_draft.workspace_id, v_me, p_topic);
  if v_credential.id is null then
    if (private.current_credential(p_draft.workspace_id, v_me, null)).id is null then
      perform private.refuse('PT403', 'no_credential',
        'You can decide once a coordinator has checked your credential. You can comment meanwhile.');
    end if;
    perform private.refuse('PT403', 'out_of_scope',
      'This topic is outside the scope of your checked credential. You can comment, or leave it to a colleague.');
  end if;
  return v_credential;
end
$$;

create function public.decide_draft(
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
  v_note text := coalesce(btrim(private.clean_text(p_note), E' \t\n'), '');
begin
  perform private.require_role(v_draft.workspace_id, 'professional');
  if p_kind is null or p_kind not in ('approved', 'changes_requested', 'declined') then
    perform private.refuse('PT400', 'kind_invalid', 'Choose to approve, to send back or to decline.');
  end if;
  if p_kind <> 'approved' then
    v_note := private.require_text(v_note, 4000, 'what should change, and why');
    if p_reason_code is null or p_reason_code not in (
      'safety', 'accuracy', 'wording', 'missing_help', 'privacy', 'out_of_scope', 'other') then
      perform private.refuse('PT400', 'reason_missing', 'Choose a reason, so that the author knows what it is about.');
    end if;
  elsif length(v_note) > 4000 then
    perform private.refuse('PT400', 'text_too_long', 'A note can have at most 4,000 characters.');
  end if;
  select * into v_version from public.draft_versions v
  where v.draft_id = p_draft and v.number = p_version and v.submitted;
  if v_version.draft_id is null then
    perform private.refuse('PT404', 'not_found', 'There is no such version to decide on.');
  end if;
  v_credential := private.require_decider(v_draft, v_version.content ->> 'topic');
  if v_draft.submitted_version is distinct from p_version or v_version.content_hash is distinct from p_content_hash then
    perform private.refuse('PT409', 'stale_version',
      'The author sent a newer version while you were reading. Your note is kept; please look at what changed.');
  end if;
  if v_draft.state <> 'in_review' then
    perform private.refuse('PT409', 'already_decided', pg_catalog.format(
      'Somebody was faster: this draft is %s now. Your note is kept.', replace(v_draft.state, '_', ' ')));
  end if;
  if p_kind = 'approved' then
    select now() + make_interval(days => w.approval_days) into v_until
    from public.workspaces w where w.id = v_draft.workspace_id;
  end if;
  insert into public.decisions (workspace_id, draft_id, version_number, content_hash, kind, reason_code, note,
    decided_by, credential_id, credential, statement_version, statement, valid_until)
  values (v_draft.workspace_id, p_draft, p_version, v_version.content_hash, p_kind,
    case when p_kind <> 'approved' then p_reason_code end, v_note, auth.uid(), v_credential.id,
    private.credential_snapshot(v_credential),
    (public.review_statement() ->> 'version')::integer, public.review_statement() ->> 'text', v_until)
  returning id into v_decision;
  perform private.apply_decision(v_draft, p_kind, v_version, v_until, v_decision);
  return jsonb_build_object('id', v_decision, 'state', p_kind, 'content_hash', v_version.content_hash, 'valid_until', v_until);
end
$$;
comment on function public.decide_draft is
  'A professional''s decision on exactly the version and hash they read. Refused when the author has sent a newer one.';

create function private.credential_snapshot(p_credential public.credentials)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('name', p.display_name, 'profession', p_credential.profession,
    'register_url', p_credential.register_url, 'jurisdiction', p_credential.jurisdiction,
    'scope', p_credential.scope, 'checked_at', p_credential.checked_at, 'expires_on', p_credential.expires_on)
  from public.profiles p where p.id = p_credential.profile_id
$$;

create function private.apply_decision(
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
    approved_until = p_until,
    change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft.id;
  perform private.record_event(p_draft.workspace_id, auth.uid(), 'draft_' || p_kind, p_draft.id, p_decision,
    jsonb_build_object('version', p_version.number, 'content_hash', p_version.content_hash));
end
$$;

create function public.mark_published(p_draft uuid, p_content_hash text, p_url text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_url text := nullif(btrim(coalesce(p_url, ''), E' \t\r\n'), '');
begin
  if v_draft.author_id is distinct from auth.uid() then
    perform private.require_role(v_draft.workspace_id, 'coordinator');
  end if;
  perform private.require_role(v_draft.workspace_id, 'influencer', 'coordinator');
  if v_url is not null and (length(v_url) > 500 or not private.is_web_address(v_url)) then
    perform private.refuse('PT400', 'url_invalid', 'The address of the post starts with https://.');
  end if;
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
  update public.drafts d
  set state = 'published', published_at = now(), published_by = auth.uid(), published_url = v_url,
    change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_published', p_draft, null,
    jsonb_build_object('version', v_draft.approved_version, 'content_hash', v_draft.approved_hash));
  return jsonb_build_object('state', 'published', 'content_hash', v_draft.approved_hash);
end
$$;
comment on function public.mark_published is 'By the author or a coordinator, only for the approved, unexpired hash.';

create function public.withdraw_draft(p_draft uuid, p_expected_state text)
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
    approved_at = null, approved_until = null, change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_withdrawn', p_draft, null,
    jsonb_build_object('from', v_draft.state));
  return jsonb_build_object('state', 'withdrawn');
end
$$;

create function public.reopen_draft(p_draft uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
begin
  if v_draft.state <> 'withdrawn' then
    perform private.refuse('PT409', 'wrong_state', 'Only a withdrawn draft can be opened again.');
  end if;
  update public.drafts d set state = 'drafting', change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_reopened', p_draft, null, null);
  return jsonb_build_object('state', 'drafting');
end
$$;

create function public.hand_over_drafts(p_workspace uuid, p_from uuid, p_to uuid)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_coordinator_alone(p_workspace);
  v_to public.memberships := private.require_member(p_workspace, p_to);
  v_ids uuid[];
  v_id uuid;
begin
  perform private.require_member(p_workspace, p_from);
  if p_from = p_to or v_to.suspended_at is not null or not 'influencer' = any (v_to.roles) then
    perform private.refuse('PT409', 'cannot_take_over', 'Drafts can be handed to another influencer who is not suspended.');
  end if;
  v_ids := array(select d.id from public.drafts d
    where d.workspace_id = p_workspace and d.author_id = p_from and d.state not in ('published', 'declined', 'withdrawn')
    order by d.id for update);
  if exists (select 1 from public.decisions x where x.draft_id = any (v_ids) and x.decided_by = p_to) then
    perform private.refuse('PT409', 'decided_by_them',
      'This person decided on some of these drafts, so they cannot become their author.');
  end if;
  update public.drafts d
  set author_id = p_to, former_author_ids = array_append(array_remove(d.former_author_ids, p_from), p_from),
    change_number = d.change_number + 1
  where d.id = any (v_ids);
  update public.draft_buffers b set author_id = p_to where b.draft_id = any (v_ids);
  -- One event a draft, so that each draft's own record tells it.
  foreach v_id in array v_ids loop
    perform private.record_event(p_workspace, v_me, 'draft_handed_over', v_id, p_to, jsonb_build_object('from', p_from));
  end loop;
  return cardinality(v_ids);
end
$$;
comment on function public.hand_over_drafts is 'Open drafts of one person get another author; versions keep the name of who wrote them.';

grant execute on function
  public.create_draft(uuid, text, date, text),
  public.save_buffer(uuid, bigint, text, date, text),
  public.save_version(uuid, bigint, text),
  public.submit_draft(uuid, bigint, text),
  public.add_comment(uuid, integer, text),
  public.decide_draft(uuid, integer, text, text, text, text),
  public.mark_published(uuid, text, text),
  public.withdraw_draft(uuid, text),
  public.reopen_draft(uuid),
  public.hand_over_drafts(uuid, uuid, uuid)
to authenticated;
