-- Purpose: what each page reads, in one round trip, as the calling person (row-level security applies).
-- Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.shown_state(p_state text, p_approved_until timestamptz)
returns text
language sql
stable
set search_path = ''
as $$
  select case when p_state = 'approved' and p_approved_until <= now() then 'expired' else p_state end
$$;
comment on function private.shown_state is 'The state as people see it: an approval past its date is expired.';
grant execute on function private.shown_state(text, timestamptz) to authenticated;

create function private.my_roles(p_workspace uuid)
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce((select m.roles from public.memberships m
    where m.workspace_id = p_workspace and m.profile_id = auth.uid() and m.suspended_at is null), '{}')
$$;
grant execute on function private.my_roles(uuid) to authenticated;

create function private.why_not_decide(p_draft public.drafts)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when not 'professional' = any (private.my_roles(p_draft.workspace_id)) then 'not_a_professional'
    when auth.uid() = any (array_append(p_draft.former_author_ids, p_draft.author_id)) then 'own_draft'
    when (private.current_credential(p_draft.workspace_id, auth.uid(), null)).id is null then 'no_credential'
    when (private.current_credential(p_draft.workspace_id, auth.uid(), p_draft.topic)).id is null then 'out_of_scope'
  end
$$;
comment on function private.why_not_decide is 'Null when the caller may decide, else the word of the refusal decide_draft would give.';
grant execute on function private.why_not_decide(public.drafts) to authenticated;

create function private.draft_json(p_draft public.drafts)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_draft.id, 'workspace_id', p_draft.workspace_id, 'title', p_draft.title,
    'state', private.shown_state(p_draft.state, p_draft.approved_until),
    'platform', p_draft.platform, 'topic', p_draft.topic, 'publish_by', p_draft.publish_by,
    'excerpt', p_draft.excerpt, 'author_id', p_draft.author_id,
    'author_name', (select p.display_name from public.profiles p where p.id = p_draft.author_id),
    'version_count', p_draft.version_count, 'submitted_version', p_draft.submitted_version,
    'submitted_at', p_draft.submitted_at, 'approved_version', p_draft.approved_version,
    'approved_hash', p_draft.approved_hash, 'approved_until', p_draft.approved_until,
    'approved_by_name', (select p.display_name from public.profiles p where p.id = p_draft.approved_by),
    'published_at', p_draft.published_at, 'published_url', p_draft.published_url,
    'change_number', p_draft.change_number, 'created_at', p_draft.created_at, 'updated_at', p_draft.updated_at)
$$;
grant execute on function private.draft_json(public.drafts) to authenticated;

create function public.get_me()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'profile_id', p.id, 'name', p.display_name, 'time_zone', p.time_zone,
    'email', (select c.email from public.profile_contacts c where c.profile_id = p.id),
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object('workspace_id', w.id, 'workspace_name', w.name, 'roles', m.roles)
        order by w.name, w.id)
      from public.memberships m join public.workspaces w on w.id = m.workspace_id
      where m.profile_id = p.id and m.suspended_at is null), '[]'))
  from public.profiles p where p.id = (select auth.uid())
$$;
comment on function public.get_me is 'The caller''s profile and the workspaces they may enter; null before the first sign-in.';

create function public.get_home(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with mine as (
    select d.*, private.shown_state(d.state, d.approved_until) as shown
    from public.drafts d
    where d.workspace_id = p_workspace and d.author_id = (select auth.uid())
      and d.state in ('drafting', 'changes_requested', 'in_review', 'approved')
  ), queue as (
    select d.* from public.drafts d
    where d.workspace_id = p_workspace and d.state = 'in_review' and d.author_id <> (select auth.uid())
  )
  select jsonb_build_object(
    'roles', private.my_roles(p_workspace),
    'mine_counts', (select coalesce(jsonb_object_agg(s.shown, s.n), '{}')
      from (select shown, count(*) as n from mine group by shown) s),
    'mine', (select coalesce(jsonb_agg(private.draft_json(x.d) order by x.rank, x.at desc), '[]') from (
        select d, m.updated_at as at, array_position(
          array['changes_requested', 'expired', 'approved', 'drafting', 'in_review'], m.shown) as rank
        from mine m join public.drafts d on d.id = m.id order by rank, m.updated_at desc limit 8) x),
    'queue_count', (select count(*) from queue),
    'queue_overdue_count', (select count(*) from queue q
      where q.publish_by <= private.today() or q.submitted_at < now() - interval '3 days'),
    'queue', (select coalesce(jsonb_agg(private.draft_json(x.d) || jsonb_build_object(
          'why_not', private.why_not_decide(x.d))
        order by (x.d).publish_by nulls last, (x.d).submitted_at), '[]') from (
        select d from queue q join public.drafts d on d.id = q.id
        order by q.publish_by nulls last, q.submitted_at limit 8) x),
    'credential', (select to_jsonb(c) - 'submitted_by' - 'checked_by' from public.credentials c
      where c.workspace_id = p_workspace and c.profile_id = (select auth.uid()) and c.revoked_at is null
      order by c.checked_at is null, c.expires_on desc, c.submitted_at desc limit 1),
    'ready_to_publish', case when 'coordinator' = any (private.my_roles(p_workspace)) then (
      select coalesce(jsonb_agg(private.draft_json(x.d) order by (x.d).publish_by nulls last), '[]') from (
        select d from public.drafts d where d.workspace_id = p_workspace and d.state = 'approved'
          and d.approved_until > now() order by d.publish_by nulls last limit 8) x) end,
    'unchecked_credentials', case when 'coordinator' = any (private.my_roles(p_workspace)) then (
      select count(*) from public.credentials c where c.workspace_id = p_workspace
        and c.checked_at is null and c.revoked_at is null) end,
    'lapsing_credentials', case when 'coordinator' = any (private.my_roles(p_workspace)) then (
      select count(*) from public.credentials c where c.workspace_id = p_workspace
        and c.revoked_at is null and c.expires_on between private.today() and private.today() + 30) end)
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.get_home is
  'What waits for the caller: their own drafts, the review queue (overdue: publish-by reached or three days waiting), and for coordinators what is ready and which credentials need a look. Null for strangers.';

create function public.list_drafts(
  p_workspace uuid,
  p_search text default null,
  p_states text[] default null,
  p_platform text default null,
  p_author uuid default null,
  p_offset integer default 0,
  p_limit integer default 25
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with found as (
    select d.id, d.updated_at from public.drafts d
    where d.workspace_id = p_workspace
      and (p_states is null or private.shown_state(d.state, d.approved_until) = any (p_states))
      and (p_platform is null or d.platform = p_platform)
      and (p_author is null or d.author_id = p_author)
      and (coalesce(p_search, '') = '' or d.title || ' ' || d.excerpt ilike
        '%' || replace(replace(replace(left(p_search, 100), '\', '\\'), '%', '\%'), '_', '\_') || '%')
    order by d.updated_at desc, d.id desc
    -- One more than is ever shown: counting stops there, so a large workspace costs no more than a small one.
    limit 1001
  ), page as (
    select f.id, f.updated_at from found f
    order by f.updated_at desc, f.id desc
    offset greatest(0, least(p_offset, 1000)) limit greatest(1, least(p_limit, 100))
  )
  select jsonb_build_object(
    'total', (select least(count(*), 1000) from found),
    'more', (select count(*) > 1000 from found),
    'drafts', (select coalesce(jsonb_agg(private.draft_json(d) order by d.updated_at desc, d.id desc), '[]')
      from page p join public.drafts d on d.id = p.id))
$$;
comment on function public.list_drafts is
  'Drafts the caller may see, latest change first. total counts at most 1,000; more says that there are others. Search looks in title and excerpt, without wildcards.';

create function private.version_json(p_version public.draft_versions)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('number', p_version.number, 'content_hash', p_version.content_hash,
    'submitted', p_version.submitted, 'note', p_version.note, 'created_at', p_version.created_at,
    'created_by_name', (select p.display_name from public.profiles p where p.id = p_version.created_by))
$$;

create function private.decision_json(p_decision public.decisions)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_decision.id, 'version_number', p_decision.version_number,
    'content_hash', p_decision.content_hash, 'kind', p_decision.kind, 'reason_code', p_decision.reason_code,
    'note', p_decision.note, 'decided_by', p_decision.decided_by, 'decided_at', p_decision.decided_at,
    'capacity', p_decision.capacity, 'credential', p_decision.credential,
    'statement_version', p_decision.statement_version, 'statement', p_decision.statement,
    'valid_until', p_decision.valid_until)
$$;
grant execute on function private.version_json(public.draft_versions), private.decision_json(public.decisions) to authenticated;

create function public.get_draft(p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'draft', private.draft_json(d),
    'buffer', (select jsonb_build_object('content', b.content, 'revision', b.revision,
        'content_hash', b.content_hash, 'updated_at', b.updated_at)
      from public.draft_buffers b where b.draft_id = d.id),
    'versions', (select coalesce(jsonb_agg(private.version_json(v) order by v.number desc), '[]')
      from public.draft_versions v where v.draft_id = d.id),
    'decision', (select private.decision_json(x) from public.decisions x
      where x.workspace_id = d.workspace_id and x.draft_id = d.id order by x.decided_at desc limit 1))
  from public.drafts d where d.id = p_draft
$$;
comment on function public.get_draft is 'For the editor; buffer is null for everybody but the author. Null when there is no such draft for the caller.';

create function public.get_review(p_draft uuid, p_version integer default null, p_compare integer default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'draft', private.draft_json(d),
    'version', (select private.version_json(v) || jsonb_build_object('content', v.content)
      from public.draft_versions v where v.draft_id = d.id and v.number = coalesce(p_version, d.submitted_version)),
    'compare', (select private.version_json(v) || jsonb_build_object('content', v.content)
      from public.draft_versions v where v.draft_id = d.id and v.number = coalesce(p_compare, (
        select max(o.number) from public.draft_versions o
        where o.draft_id = d.id and o.submitted and o.number < coalesce(p_version, d.submitted_version)))),
    'versions', (select coalesce(jsonb_agg(private.version_json(v) order by v.number desc), '[]')
      from public.draft_versions v where v.draft_id = d.id),
    'comments', (select coalesce(jsonb_agg(jsonb_build_object(
        'id', c.id, 'version_number', c.version_number, 'body', c.body, 'created_at', c.created_at,
        'author_id', c.author_id, 'author_name', p.display_name,
        'author_roles', (select m.roles from public.memberships m
          where m.workspace_id = c.workspace_id and m.profile_id = c.author_id)) order by c.created_at, c.id), '[]')
      from public.comments c join public.profiles p on p.id = c.author_id
      where c.workspace_id = d.workspace_id and c.draft_id = d.id),
    'decisions', (select coalesce(jsonb_agg(private.decision_json(x) order by x.decided_at desc), '[]')
      from public.decisions x where x.workspace_id = d.workspace_id and x.draft_id = d.id),
    'events', (select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'at', e.at, 'action', e.action,
        'detail', e.detail, 'actor_name', (select p.display_name from public.profiles p where p.id = e.actor_id))
        order by e.seq desc), '[]')
      from (select * from public.audit_events a where a.workspace_id = d.workspace_id and a.draft_id = d.id
        order by a.seq desc limit 100) e),
    'why_not', private.why_not_decide(d),
    'statement', public.review_statement())
  from public.drafts d where d.id = p_draft and d.submitted_version is not null
$$;
comment on function public.get_review is
  'The review room: the version asked for (else the latest submitted), one to compare with (else the one submitted before it), history, comments and decisions. Null when there is nothing for the caller.';

create function public.get_change_number(p_draft uuid)
returns bigint
language sql
stable
set search_path = ''
as $$
  select d.change_number from public.drafts d where d.id = p_draft
$$;
comment on function public.get_change_number is 'What an open room polls: one indexed row.';

create function public.get_people(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'people', (select coalesce(jsonb_agg(jsonb_build_object(
        'profile_id', m.profile_id, 'name', p.display_name, 'roles', m.roles, 'suspended_at', m.suspended_at,
        'joined_at', m.created_at, 'email', (select c.email from public.profile_contacts c where c.profile_id = m.profile_id),
        'open_drafts', (select count(*) from public.drafts d where d.workspace_id = p_workspace
          and d.author_id = m.profile_id and d.state in ('in_review', 'changes_requested', 'approved')),
        'credentials', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'profession', c.profession,
            'register_url', c.register_url, 'jurisdiction', c.jurisdiction, 'scope', c.scope,
            'submitted_at', c.submitted_at, 'checked_at', c.checked_at, 'expires_on', c.expires_on,
            'revoked_at', c.revoked_at,
            'checked_by_name', (select k.display_name from public.profiles k where k.id = c.checked_by))
            order by c.submitted_at desc), '[]')
          from public.credentials c where c.workspace_id = p_workspace and c.profile_id = m.profile_id))
      order by p.display_name, p.id), '[]')
      from public.memberships m join public.profiles p on p.id = m.profile_id where m.workspace_id = p_workspace),
    'invitations', (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'email', i.email, 'roles', i.roles,
        'created_at', i.created_at, 'expires_at', i.expires_at) order by i.created_at desc), '[]')
      from public.invitations i where i.workspace_id = p_workspace and i.accepted_at is null
        and i.revoked_at is null and i.expires_at > now()))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.get_people is 'Members with roles and credentials; addresses and invitations only for coordinators. Null for strangers.';

grant execute on function
  public.get_me(),
  public.get_home(uuid),
  public.list_drafts(uuid, text, text[], text, uuid, integer, integer),
  public.get_draft(uuid),
  public.get_review(uuid, integer, integer),
  public.get_change_number(uuid),
  public.get_people(uuid)
to authenticated;
