-- Purpose: Home says who sent a draft back and why; the review room says under which credential,
-- and for how many days, a decision would count, before it is made.
-- Touches: functions only. Undo: put back get_home and get_review of 20261101000800, drop the two new ones.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.last_sent_back(p_workspace uuid, p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('name', x.credential ->> 'name', 'reason_code', x.reason_code,
    'note', left(x.note, 280), 'decided_at', x.decided_at)
  from public.decisions x
  where x.workspace_id = p_workspace and x.draft_id = p_draft and x.kind = 'changes_requested'
  order by x.decided_at desc
  limit 1
$$;
comment on function private.last_sent_back is 'Who sent a draft back last, and why; the beginning of the note only.';

create function private.my_credential_json(p_workspace uuid, p_topic text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.credential_snapshot(c)
  from private.current_credential(p_workspace, auth.uid(), p_topic) c
  where c.id is not null and 'professional' = any (private.my_roles(p_workspace))
$$;
comment on function private.my_credential_json is 'The credential the caller''s decision on this topic would carry, or null.';
grant execute on function private.last_sent_back(uuid, uuid), private.my_credential_json(uuid, text) to authenticated;

create or replace function public.get_home(p_workspace uuid)
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
    'mine', (select coalesce(jsonb_agg(private.draft_json(x.d) || jsonb_build_object(
          'sent_back', case when (x.d).state = 'changes_requested' then private.last_sent_back((x.d).workspace_id, (x.d).id) end)
        order by x.rank, x.at desc), '[]') from (
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

create or replace function public.get_review(p_draft uuid, p_version integer default null, p_compare integer default null)
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
    'my_credential', private.my_credential_json(d.workspace_id, d.topic),
    'approval_days', (select w.approval_days from public.workspaces w where w.id = d.workspace_id),
    'statement', public.review_statement())
  from public.drafts d where d.id = p_draft and d.submitted_version is not null
$$;
