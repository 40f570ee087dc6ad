-- Purpose: an offer that is not there cannot be accepted; first steps are looked for from the person, not
-- through a whole team's comments and requests.
-- Touches: accept_edits, first_steps, indexes of advice and review_requests.
-- Locks: advice and review_requests against writes while an index is built.
-- Undo: restore the functions of 20261127010500 and 20261127010800, and the indexes on given_by and
-- asked_by alone.

set lock_timeout = '5s';
set statement_timeout = '60s';

drop index public.advice_given_by_idx;
create index advice_given_by_idx on public.advice (given_by, given_at);
drop index public.review_requests_asked_by_idx;
create index review_requests_asked_by_idx on public.review_requests (asked_by, reason, asked_at);

create or replace function public.accept_edits(p_draft uuid, p_version integer, p_content_hash text, p_expected_revision bigint)
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
  -- No version at all is not the offer that is not there.
  if v_draft.state <> 'changes_requested' or v_draft.offered_version is null
    or v_draft.offered_version is distinct from p_version then
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

create or replace function private.first_steps(p_workspace uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  -- Each step ticks itself once the thing was done. Null once put away. Every look is in the order of
  -- the index that starts with the person: a team's ten thousand comments are not gone through to find
  -- that one member has written none.
  select case
    when m.welcomed_at is not null then null
    when 'influencer' = any (m.roles) then jsonb_build_array(
      jsonb_build_array('draft_written', (select d.id from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id
        order by d.updated_at desc, d.id desc limit 1) is not null),
      jsonb_build_array('draft_sent', (select d.id from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id and d.first_submitted_at is not null
        order by d.updated_at desc, d.id desc limit 1) is not null),
      jsonb_build_array('peer_helped', (select c.id from public.comments c
          where c.author_id = m.profile_id and c.workspace_id = p_workspace
            and (select d.author_id from public.drafts d where d.id = c.draft_id) <> m.profile_id
          order by c.created_at limit 1) is not null
        or (select a.id from public.advice a where a.given_by = m.profile_id and a.workspace_id = p_workspace
          order by a.given_at limit 1) is not null),
      jsonb_build_array('draft_approved', (select d.id from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id and (select x.kind from public.decisions x
          where x.workspace_id = d.workspace_id and x.draft_id = d.id and x.kind in ('approved', 'approved_with_edits')
          limit 1) is not null
        order by d.updated_at desc, d.id desc limit 1) is not null),
      jsonb_build_array('draft_published', (select d.id from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id and d.state = 'published'
        order by d.published_at limit 1) is not null))
    when 'professional' = any (m.roles) then jsonb_build_array(
      jsonb_build_array('credential_recorded', exists (select 1 from public.credentials c
        where c.workspace_id = p_workspace and c.profile_id = m.profile_id)),
      jsonb_build_array('credential_checked', exists (select 1 from public.credentials c
        where c.workspace_id = p_workspace and c.profile_id = m.profile_id and c.checked_at is not null)),
      jsonb_build_array('draft_read', (select l.draft_id from public.draft_looks l
        where l.profile_id = m.profile_id and l.workspace_id = p_workspace order by l.draft_id limit 1) is not null),
      jsonb_build_array('comment_written', (select c.id from public.comments c
        where c.author_id = m.profile_id and c.workspace_id = p_workspace order by c.created_at limit 1) is not null),
      jsonb_build_array('decision_made', (select x.id from public.decisions x
        where x.decided_by = m.profile_id and x.workspace_id = p_workspace order by x.draft_id limit 1) is not null))
    else jsonb_build_array(
      jsonb_build_array('person_invited', exists (select 1 from public.invitations i
        where i.workspace_id = p_workspace and i.invited_by = m.profile_id)),
      jsonb_build_array('person_joined', (select count(*) > 1 from public.memberships o where o.workspace_id = p_workspace)),
      jsonb_build_array('check_done', exists (select 1 from public.credentials c
        where c.workspace_id = p_workspace and c.checked_by = m.profile_id)),
      jsonb_build_array('review_assigned', (select r.id from public.review_requests r
        where r.asked_by = m.profile_id and r.workspace_id = p_workspace and r.reason = 'assigned'
        order by r.asked_at limit 1) is not null),
      jsonb_build_array('draft_published', (select d.id from public.drafts d
        where d.workspace_id = p_workspace and d.state = 'published' and not d.professionals_only
        order by d.updated_at desc, d.id desc limit 1) is not null))
  end
  from public.memberships m
  where m.workspace_id = p_workspace and m.profile_id = auth.uid() and m.suspended_at is null
$$;
