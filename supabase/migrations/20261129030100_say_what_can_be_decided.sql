-- Purpose: the way to the next review shows only where there is one that the reader may decide on; an edit that
-- was taken back is no earlier decision in the queue either.
-- Touches: functions only. Undo: restore get_queue of 20261127010700, get_next_review of 20261127060100 and
-- get_home of 20261128010300, drop the two new functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.has_next_review(p_workspace uuid, p_roles text[], p_scope text[])
returns boolean
language sql
stable
set search_path = ''
as $$
  select 'professional' = any (p_roles) and p_scope is not null and exists (
    select 1 from public.drafts q
    where q.workspace_id = p_workspace and q.state = 'in_review' and q.author_id <> (select auth.uid())
      and private.why_not_decide(q, p_roles, p_scope) is null
      and (exists (select 1 from public.review_requests r
          where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional' and r.assignee_id = (select auth.uid()))
        or not exists (select 1 from public.review_requests r
          where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional')))
$$;
comment on function private.has_next_review is
  'Whether get_next_review finds one; p_roles and p_scope are the caller''s.';

create function private.my_last_decision(p_draft public.drafts)
returns integer
language sql
stable
set search_path = ''
as $$
  -- An edit that was taken back is a later version than the one in review.
  select max(o.version_number) from public.decisions o
  where o.workspace_id = p_draft.workspace_id and o.draft_id = p_draft.id
    and o.decided_by = (select auth.uid()) and o.version_number < p_draft.submitted_version
$$;
comment on function private.my_last_decision is
  'The last version before the submitted one that the caller decided on; null when there is none.';
grant execute on function
  private.has_next_review(uuid, text[], text[]), private.my_last_decision(public.drafts)
to authenticated;

create or replace function public.get_next_review(p_workspace uuid, p_except uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
  v_roles text[] := private.my_roles(p_workspace);
  v_scope text[] := private.my_scope(p_workspace);
  v_next uuid;
begin
  if not 'professional' = any (v_roles) or v_scope is null then
    return null;
  end if;
  select q.id into v_next
  from public.review_requests r join public.drafts q on q.id = r.draft_id
  where r.workspace_id = p_workspace and r.assignee_id = v_me and r.kind = 'professional' and r.closed_at is null
    and q.state = 'in_review' and q.id is distinct from p_except and private.why_not_decide(q, v_roles, v_scope) is null
  order by r.reason <> 'second_look', private.topic_risk(q.topic) desc, q.publish_by, q.submitted_at, q.id limit 1;
  if v_next is null then
    select q.id into v_next
    from public.drafts q
    where q.workspace_id = p_workspace and q.state = 'in_review'
      and q.author_id <> v_me and q.id is distinct from p_except and private.why_not_decide(q, v_roles, v_scope) is null
      and not exists (select 1 from public.review_requests r
        where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional')
    order by private.topic_risk(q.topic) desc, q.publish_by, q.submitted_at, q.id limit 1;
  end if;
  return (select private.draft_json(d, a.display_name, null) || jsonb_build_object(
      'requests', private.open_requests_json(d.workspace_id, d.id),
      'my_decision', private.my_last_decision(d))
    from public.drafts d join public.profiles a on a.id = d.author_id where d.id = v_next);
end
$$;

create or replace function public.get_queue(
  p_workspace uuid, p_show text default 'mine', p_sort text default 'risk', p_offset integer default 0, p_limit integer default 25
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
  v_roles text[] := private.my_roles(p_workspace);
  v_scope text[] := private.my_scope(p_workspace);
  v_days constant text := $q$ and (q.publish_by <= (select private.today()) or q.submitted_at < now() - interval '3 days')$q$;
  v_held constant text := $q$ exists (select 1 from public.review_requests r
    where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional' and r.assignee_id %s $2)$q$;
  v_from constant text := $q$ from public.drafts q where q.workspace_id = $1 and q.state in ('in_review', 'on_hold')
    and q.author_id <> $2 $q$;
  v_where text;
  v_order text := case when p_sort = 'publish_by'
    then ' order by q.publish_by, private.topic_risk(q.topic) desc, q.submitted_at, q.id' else ' order by private.topic_risk(q.topic) desc, q.publish_by, q.submitted_at, q.id' end;
  v_mine constant text := $q$ and q.id in (select r.draft_id from public.review_requests r
    where r.workspace_id = $1 and r.assignee_id = $2 and r.closed_at is null)$q$;
  v_others text := ' and ' || format(v_held, '<>');
  v_none text := $q$ and q.state = 'in_review' and not exists (select 1 from public.review_requests r
    where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional')$q$;
  v_answer jsonb;
begin
  if cardinality(v_roles) = 0 then
    return null;
  end if;
  v_where := case p_show when 'mine' then v_mine when 'unassigned' then v_none when 'others' then v_others
    when 'overdue' then ' and q.state = ''in_review''' || v_days else '' end;
  execute 'select jsonb_build_object(
      ''has_next'', private.has_next_review($1, $3, $4),
      ''counts'', jsonb_build_object(
        ''mine'', (select count(*) ' || v_from || v_mine || '),
        ''unassigned'', (select count(*) ' || v_from || v_none || '),
        ''others'', (select count(*) ' || v_from || v_others || '),
        ''overdue'', (select count(*) ' || v_from || ' and q.state = ''in_review''' || v_days || '),
        ''all'', (select count(*) ' || v_from || ')),
      ''drafts'', (select coalesce(jsonb_agg(private.draft_json(d, a.display_name, null) || jsonb_build_object(
          ''requests'', private.open_requests_json(d.workspace_id, d.id),
          ''my_decision'', private.my_last_decision(d),
          ''why_not'', private.why_not_decide(d, $3, $4)) order by p.place), ''[]'')
        from (select q.id, row_number() over (' || v_order || ') as place ' || v_from || v_where || v_order
          || ' offset $5 limit $6) p
        join public.drafts d on d.id = p.id
        join public.profiles a on a.id = d.author_id))'
  into v_answer
  using p_workspace, v_me, v_roles, v_scope, greatest(0, least(coalesce(p_offset, 0), 1000)),
    greatest(1, least(coalesce(p_limit, 25), 100));
  return v_answer;
end
$$;

create or replace function public.get_home(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with me as (
    select private.my_roles(p_workspace) as roles, private.my_scope(p_workspace) as scope
  ), mine as materialized (
    select d.id, d.updated_at, private.shown_state(d.state, d.approved_until) as shown
    from public.drafts d
    where d.workspace_id = p_workspace and d.author_id = (select auth.uid())
      and d.state in ('drafting', 'changes_requested', 'in_review', 'on_hold', 'approved')
  )
  select jsonb_build_object(
    'roles', me.roles,
    'mine_counts', (select coalesce(jsonb_object_agg(s.shown, s.n), '{}')
      from (select shown, count(*) as n from mine group by shown) s),
    'mine', (select coalesce(jsonb_agg(private.draft_json(d, a.display_name, b.display_name) || jsonb_build_object(
          'sent_back', case when d.state = 'changes_requested' then private.last_sent_back(d.workspace_id, d.id) end,
          'requests', case when d.state in ('in_review', 'on_hold') then private.open_requests_json(d.workspace_id, d.id) end)
        order by x.rank, x.updated_at desc), '[]')
      from (select m.id, m.updated_at, array_position(
          array['changes_requested', 'expired', 'approved', 'drafting', 'on_hold', 'in_review'], m.shown) as rank
        from mine m order by rank, m.updated_at desc limit 8) x
      join public.drafts d on d.id = x.id
      join public.profiles a on a.id = d.author_id
      left join public.profiles b on b.id = d.approved_by),
    'asked', (select coalesce(jsonb_agg(private.home_draft_json(r.draft_id) || jsonb_build_object('request',
          jsonb_build_object('id', r.id, 'kind', r.kind, 'assignee_id', r.assignee_id, 'assignee_name', '', 'reason', r.reason,
            'note', r.note, 'asked_at', r.asked_at,
            'asked_by_name', (select p.display_name from public.profiles p where p.id = r.asked_by)))
        order by r.asked_at), '[]')
      from (select q.* from public.review_requests q join public.drafts d on d.id = q.draft_id
        where q.workspace_id = p_workspace and q.assignee_id = (select auth.uid()) and q.closed_at is null
          and d.state in ('in_review', 'on_hold')
        order by q.asked_at limit 8) r),
    'queue_count', (select count(*) from public.drafts d
      where d.workspace_id = p_workspace and d.state = 'in_review' and d.author_id <> (select auth.uid())),
    'queue_overdue_count', (select count(*) from public.drafts d
      where d.workspace_id = p_workspace and d.state = 'in_review' and d.author_id <> (select auth.uid())
        and (d.publish_by <= (select private.today()) or d.submitted_at < now() - interval '3 days')),
    'queue', (select coalesce(jsonb_agg(private.draft_json(d, a.display_name, null) || jsonb_build_object(
          'why_not', private.why_not_decide(d, me.roles, me.scope))
        order by d.publish_by, d.submitted_at), '[]')
      from (select q.id from public.drafts q
        where q.workspace_id = p_workspace and q.state = 'in_review' and q.author_id <> (select auth.uid())
          and not exists (select 1 from public.review_requests r
            where r.draft_id = q.id and r.closed_at is null and r.kind = 'professional')
        order by q.publish_by, q.submitted_at limit 8) x
      join public.drafts d on d.id = x.id
      join public.profiles a on a.id = d.author_id),
    'has_next', private.has_next_review(p_workspace, me.roles, me.scope),
    'credential', (select to_jsonb(c) - 'submitted_by' - 'checked_by' from public.credentials c
      where c.workspace_id = p_workspace and c.profile_id = (select auth.uid()) and c.revoked_at is null
      order by c.checked_at is null, c.expires_on desc, c.submitted_at desc limit 1),
    'alarms', (select coalesce(jsonb_agg(private.home_draft_json(x.id) order by x.approval_withdrawn_at), '[]')
      from (select d.id, d.approval_withdrawn_at from public.drafts d
        where d.workspace_id = p_workspace and d.approval_withdrawn_at is not null and d.taken_down_at is null
          and (d.author_id = (select auth.uid()) or 'coordinator' = any (me.roles))
        order by d.approval_withdrawn_at limit 8) x),
    'hidden_alarms', private.hidden_posts_json(p_workspace),
    'watching', (select coalesce(jsonb_agg(private.home_draft_json(w.draft_id) || jsonb_build_object('watch_until', w.until)
        order by w.until), '[]')
      from (select v.* from public.comment_watches v
        where v.workspace_id = p_workspace and v.profile_id = (select auth.uid()) and v.ended_at is null and v.until > now()
        order by v.until limit 8) w),
    'news', public.list_notifications(p_workspace, null, 6),
    'steps', private.first_steps(p_workspace),
    'ready_to_publish', case when 'coordinator' = any (me.roles) then (
      select coalesce(jsonb_agg(private.draft_json(d, a.display_name, b.display_name) order by d.publish_by, d.submitted_at), '[]')
      from (select r.id from public.drafts r
        where r.workspace_id = p_workspace and r.state = 'approved' and r.approved_until > now()
        order by r.publish_by, r.submitted_at limit 8) x
      join public.drafts d on d.id = x.id
      join public.profiles a on a.id = d.author_id
      left join public.profiles b on b.id = d.approved_by) end,
    'unchecked_credentials', case when 'coordinator' = any (me.roles) then (
      select count(*) from public.credentials c where c.workspace_id = p_workspace
        and c.checked_at is null and c.revoked_at is null) end,
    'lapsing_credentials', case when 'coordinator' = any (me.roles) then (
      select count(*) from public.credentials c where c.workspace_id = p_workspace
        and c.revoked_at is null and c.expires_on between (select private.today()) and (select private.today()) + 30) end)
  from me
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
