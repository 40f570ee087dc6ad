-- Purpose: what Home shows besides drafts: what one was asked to do, news, posts to act on, first steps.
-- Touches: memberships (welcomed_at), drafts (an index); get_home. Locks: memberships exclusively for a
-- moment, drafts against writes while the index is built.
-- Undo: drop the column, the index and the new functions, restore get_home of 20261101000800.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.memberships add column welcomed_at timestamptz;
comment on column public.memberships.welcomed_at is 'When the person put the list of first steps away; null while they may see it.';

-- Whether somebody has published anything yet is asked at each look at Home.
create index drafts_published_author_idx on public.drafts (workspace_id, author_id, published_at)
  where state = 'published';

create function public.hide_first_steps(p_workspace uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'influencer', 'professional', 'coordinator');
begin
  update public.memberships m set welcomed_at = now()
  where m.workspace_id = p_workspace and m.profile_id = v_me and m.welcomed_at is null;
end
$$;
comment on function public.hide_first_steps is 'The caller has seen enough of the first steps on Home.';

create function private.first_steps(p_workspace uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  -- Each step ticks itself once the thing was done. Null once put away.
  select case
    when m.welcomed_at is not null then null
    when 'influencer' = any (m.roles) then jsonb_build_array(
      jsonb_build_array('draft_written', exists (select 1 from public.drafts d where d.workspace_id = p_workspace and d.author_id = m.profile_id)),
      jsonb_build_array('draft_sent', exists (select 1 from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id and d.first_submitted_at is not null)),
      jsonb_build_array('peer_helped', exists (select 1 from public.comments c join public.drafts d on d.id = c.draft_id
          where c.author_id = m.profile_id and c.workspace_id = p_workspace and d.author_id <> m.profile_id)
        or exists (select 1 from public.advice a where a.given_by = m.profile_id and a.workspace_id = p_workspace)),
      -- Looked for from the person's drafts, of which there are few, and never through all decisions.
      jsonb_build_array('draft_approved', exists (select 1 from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id and (select x.kind from public.decisions x
          where x.workspace_id = d.workspace_id and x.draft_id = d.id and x.kind in ('approved', 'approved_with_edits')
          limit 1) is not null)),
      -- In the order of its index: a colleague's thousand posts are not looked through for one's own.
      jsonb_build_array('draft_published', (select d.published_at from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id and d.state = 'published'
        order by d.published_at limit 1) is not null))
    when 'professional' = any (m.roles) then jsonb_build_array(
      jsonb_build_array('credential_recorded', exists (select 1 from public.credentials c
        where c.workspace_id = p_workspace and c.profile_id = m.profile_id)),
      jsonb_build_array('credential_checked', exists (select 1 from public.credentials c
        where c.workspace_id = p_workspace and c.profile_id = m.profile_id and c.checked_at is not null)),
      jsonb_build_array('draft_read', exists (select 1 from public.draft_looks l
        where l.profile_id = m.profile_id and l.workspace_id = p_workspace)),
      jsonb_build_array('comment_written', exists (select 1 from public.comments c
        where c.author_id = m.profile_id and c.workspace_id = p_workspace)),
      jsonb_build_array('decision_made', exists (select 1 from public.decisions x
        where x.decided_by = m.profile_id and x.workspace_id = p_workspace)))
    else jsonb_build_array(
      jsonb_build_array('person_invited', exists (select 1 from public.invitations i
        where i.workspace_id = p_workspace and i.invited_by = m.profile_id)),
      jsonb_build_array('person_joined', (select count(*) > 1 from public.memberships o where o.workspace_id = p_workspace)),
      jsonb_build_array('check_done', exists (select 1 from public.credentials c
        where c.workspace_id = p_workspace and c.checked_by = m.profile_id)),
      jsonb_build_array('review_assigned', exists (select 1 from public.review_requests r
        where r.workspace_id = p_workspace and r.asked_by = m.profile_id and r.reason = 'assigned')),
      jsonb_build_array('draft_published', exists (select 1 from public.drafts d
        where d.workspace_id = p_workspace and d.state = 'published' and not d.professionals_only)))
  end
  from public.memberships m
  where m.workspace_id = p_workspace and m.profile_id = auth.uid() and m.suspended_at is null
$$;
comment on function private.first_steps is 'At most five [step, done] for the caller''s first role here; null once they put the list away.';

create function private.home_draft_json(p_draft uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.draft_json(d, a.display_name, b.display_name)
  from public.drafts d
  join public.profiles a on a.id = d.author_id
  left join public.profiles b on b.id = d.approved_by
  where d.id = p_draft
$$;

grant execute on function private.first_steps(uuid), private.home_draft_json(uuid) to authenticated;

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
    'credential', (select to_jsonb(c) - 'submitted_by' - 'checked_by' from public.credentials c
      where c.workspace_id = p_workspace and c.profile_id = (select auth.uid()) and c.revoked_at is null
      order by c.checked_at is null, c.expires_on desc, c.submitted_at desc limit 1),
    'alarms', (select coalesce(jsonb_agg(private.home_draft_json(x.id) order by x.approval_withdrawn_at), '[]')
      from (select d.id, d.approval_withdrawn_at from public.drafts d
        where d.workspace_id = p_workspace and d.approval_withdrawn_at is not null and d.taken_down_at is null
          and (d.author_id = (select auth.uid()) or 'coordinator' = any (me.roles))
        order by d.approval_withdrawn_at limit 8) x),
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
comment on function public.get_home is
  'What waits for the caller: their own drafts, what they were asked to review, reviews nobody has (overdue: publish-by reached or three days waiting), posts whose approval was withdrawn, comments they watch, news, first steps; for coordinators what is ready and which credentials need a look. Null for strangers.';

grant execute on function public.hide_first_steps(uuid) to authenticated;
