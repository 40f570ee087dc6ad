-- Purpose: whoever coordinates learns that a post has to come down also where they may not read its draft:
-- whose it is, on which platform, its addresses, who withdrew the approval and when; and can record that it is down.
-- Touches: functions, the policy of notifications. Locks: notifications exclusively for a moment.
-- Undo: drop the new functions, restore withdraw_approval of 20261127010500, take_down of 20261127010600,
-- private.describe_session and read_notifications of 20261127010200 with that policy, list_notifications of
-- 20261127060100 and get_home of 20261127010800.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.kinds_of_hidden_posts()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['hidden_post_withdrawn', 'hidden_post_taken_down']
$$;
comment on function private.kinds_of_hidden_posts is
  'Kinds of notifications that reach coordinators about drafts they may not read: without title or text.';

create function private.tell_blind_coordinators(p_draft public.drafts, p_kind text, p_subject uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  -- Those whom private.notify leaves out. Ordered as there.
  insert into public.notifications as n (workspace_id, profile_id, kind, draft_id, actor_id, subject_id)
  select p_draft.workspace_id, m.profile_id, p_kind, p_draft.id, auth.uid(), p_subject
  from public.memberships m
  where p_draft.professionals_only and m.workspace_id = p_draft.workspace_id and m.suspended_at is null
    and 'coordinator' = any (m.roles) and not 'professional' = any (m.roles)
    and m.profile_id <> p_draft.author_id and m.profile_id is distinct from auth.uid()
  order by m.profile_id
  on conflict (profile_id, workspace_id, draft_id, kind) where read_at is null
    do update set created_at = now(), actor_id = excluded.actor_id, subject_id = excluded.subject_id, times = n.times + 1
$$;
comment on function private.tell_blind_coordinators is
  'Tells coordinators who may not read this draft, in one of private.kinds_of_hidden_posts(); nobody for other drafts.';

create function private.hidden_post_json(p_draft uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('draft_id', d.id, 'author_id', d.author_id, 'author_name', a.display_name,
    'platform', d.platform, 'published_at', d.published_at, 'withdrawn_at', d.approval_withdrawn_at,
    'withdrawn_by_name', (select p.display_name from public.decisions x join public.profiles p on p.id = x.decided_by
      where x.workspace_id = d.workspace_id and x.draft_id = d.id and x.kind = 'approval_withdrawn'
      order by x.decided_at desc limit 1),
    'links', (select coalesce(jsonb_object_agg(k.platform, k.url), '{}') from public.post_links k
      where k.workspace_id = d.workspace_id and k.draft_id = d.id))
  from public.drafts d join public.profiles a on a.id = d.author_id
  where d.id = p_draft and d.professionals_only and d.state = 'published' and d.approval_withdrawn_at is not null
    and exists (select 1 from public.memberships m where m.workspace_id = d.workspace_id
      and m.profile_id = auth.uid() and m.suspended_at is null and 'coordinator' = any (m.roles))
$$;
comment on function private.hidden_post_json is
  'All that a coordinator learns of a published post for professionals only whose approval was withdrawn. Null for everybody else, and for every other draft.';

create function private.hidden_posts_json(p_workspace uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(private.hidden_post_json(x.id) order by x.approval_withdrawn_at), '[]')
  from (select d.id, d.approval_withdrawn_at from public.drafts d
    where d.workspace_id = p_workspace and d.approval_withdrawn_at is not null and d.taken_down_at is null
      and d.professionals_only and d.author_id <> auth.uid()
      and 'coordinator' = any (private.my_roles(p_workspace)) and not 'professional' = any (private.my_roles(p_workspace))
    order by d.approval_withdrawn_at limit 8) x
$$;
comment on function private.hidden_posts_json is
  'Posts that have to come down and whose drafts the caller, a coordinator, may not read; none for others.';

grant execute on function
  private.kinds_of_hidden_posts(),
  private.hidden_post_json(uuid),
  private.hidden_posts_json(uuid)
to authenticated;

alter policy "People read what they were told" on public.notifications
  using (profile_id = (select auth.uid()) and workspace_id = any ((select private.my_workspaces())::uuid[])
    and (not draft_id = any ((select private.my_hidden_drafts())::uuid[])
      or kind = any ((select private.kinds_of_hidden_posts())::text[])
        and workspace_id = any ((select private.my_workspaces_as('coordinator'))::uuid[])));

create function private.lock_to_take_down(p_draft uuid)
returns public.drafts
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts;
begin
  if private.hidden_post_json(p_draft) is not null then
    select * into v_draft from public.drafts d where d.id = p_draft for update;
    -- The lock may have been waited for: whoever was suspended meanwhile is a stranger.
    if private.hidden_post_json(p_draft) is not null then
      return v_draft;
    end if;
  end if;
  return private.lock_to_publish(p_draft);
end
$$;
comment on function private.lock_to_take_down is
  'The draft, for its author or a coordinator; for a coordinator who may not read it, once it has to come down.';

create or replace function public.withdraw_approval(p_draft uuid, p_content_hash text, p_reason_code text, p_note text)
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
  if v_draft.state = 'published' then
    perform private.tell_blind_coordinators(v_draft, 'hidden_post_withdrawn', v_decision);
  end if;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'approval_withdrawn', p_draft, v_decision,
    jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash, 'was', v_draft.state));
  return jsonb_build_object('id', v_decision, 'state', case v_draft.state when 'published' then 'published' else 'changes_requested' end);
end
$$;
create or replace function public.take_down(p_draft uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_to_take_down(p_draft);
begin
  if v_draft.state <> 'published' or v_draft.taken_down_at is not null then
    perform private.refuse('PT409', 'wrong_state', 'This post is not out, or it was taken down already.');
  end if;
  update public.drafts d set taken_down_at = now(), change_number = d.change_number + 1, updated_at = now() where d.id = p_draft;
  update public.comment_watches w set ended_at = now() where w.draft_id = p_draft and w.ended_at is null;
  perform private.notify(v_draft, v_draft.author_id || private.people_as(v_draft.workspace_id, 'coordinator')
    || v_draft.approved_by, 'taken_down', null);
  if v_draft.approval_withdrawn_at is not null then
    perform private.tell_blind_coordinators(v_draft, 'hidden_post_taken_down', null);
  end if;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_taken_down', p_draft, null, null);
end
$$;
create or replace function private.describe_session(p_session public.web_sessions)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'profile_id', p.id,
    'name', p.display_name,
    'time_zone', p.time_zone,
    'email', coalesce(c.email, ''),
    'method', p_session.method,
    'workspace_id', p_session.workspace_id,
    'sealed', p_session.sealed,
    'generation', p_session.generation,
    'access_expires_at', extract(epoch from p_session.access_expires_at),
    'memberships', coalesce((
      select jsonb_agg(
        jsonb_build_object('workspace_id', w.id, 'workspace_name', w.name, 'roles', m.roles,
          -- As the person themselves would count them.
          'unread', (select count(*) from public.notifications n join public.drafts d on d.id = n.draft_id
            where n.profile_id = p.id and n.workspace_id = w.id and n.read_at is null
              and (not d.professionals_only or d.author_id = p.id or 'professional' = any (m.roles)
                or n.kind = any (private.kinds_of_hidden_posts()) and 'coordinator' = any (m.roles))))
        order by w.name, w.id)
      from public.memberships m
      join public.workspaces w on w.id = m.workspace_id
      where m.profile_id = p.id and m.suspended_at is null), '[]'::jsonb))
  from public.profiles p
  left join public.profile_contacts c on c.profile_id = p.id
  where p.id = p_session.profile_id
$$;

create or replace function public.read_notifications(p_workspace uuid, p_ids uuid[] default null)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_read integer;
begin
  -- Locked in one order: whoever assigns many drafts tells the same person of each in that order.
  update public.notifications n set read_at = now()
  from (select u.id from public.notifications u
    where u.profile_id = v_me and u.workspace_id = p_workspace and u.read_at is null
      and (p_ids is null or u.id = any (p_ids))
      and (not u.draft_id = any ((select private.my_hidden_drafts())::uuid[]) or u.kind = any (private.kinds_of_hidden_posts()))
    order by u.draft_id, u.kind for update) unread
  where n.id = unread.id;
  get diagnostics v_read = row_count;
  return v_read;
end
$$;
create or replace function public.list_notifications(
  p_workspace uuid, p_before timestamptz default null, p_limit integer default 25, p_before_id uuid default null,
  p_unread boolean default false
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'unread', (select count(*) from public.notifications n
      where n.profile_id = (select auth.uid()) and n.workspace_id = p_workspace and n.read_at is null),
    'notifications', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'draft_id', x.draft_id,
        'title', coalesce(d.title, ''), 'author_id', d.author_id, 'post', h.post, 'subject_id', x.subject_id, 'detail', x.detail, 'times', x.times,
        'created_at', x.created_at, 'read_at', x.read_at,
        'actor_name', (select p.display_name from public.profiles p where p.id = x.actor_id))
        order by x.created_at desc, x.id desc), '[]')
      from (select n.* from public.notifications n
        where n.profile_id = (select auth.uid()) and n.workspace_id = p_workspace
          and (p_before is null or n.created_at <= p_before)
          -- What one transaction wrote has one time: the id tells where the page before it ended.
          and (p_before is null or n.created_at < p_before or n.id < p_before_id)
          and (not coalesce(p_unread, false) or n.read_at is null)
        order by n.created_at desc, n.id desc limit greatest(1, least(coalesce(p_limit, 25), 101))) x
      left join public.drafts d on d.id = x.draft_id
      cross join lateral (select case when d.id is null and x.kind = any (private.kinds_of_hidden_posts())
        then private.hidden_post_json(x.draft_id) end as post) h
      where d.id is not null or h.post is not null))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.list_notifications is
  'The caller''s own, latest first, and how many are unread. p_before with p_before_id: only those after that one in the list; p_unread: only those not read yet. post is set, and title empty, where a coordinator is told of a post whose draft they may not read. Null for strangers.';

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
comment on function public.get_home is
  'What waits for the caller: their own drafts, what they were asked to review, reviews nobody has (overdue: publish-by reached or three days waiting), posts whose approval was withdrawn (hidden_alarms: those whose drafts a coordinator may not read), comments they watch, news, first steps; for coordinators what is ready and which credentials need a look. Null for strangers.';
