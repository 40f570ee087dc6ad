-- Purpose: what Home, Drafts and People read, in one round trip each, as the calling person
-- (row-level security applies). Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- Without a search_path of its own, so that PostgreSQL writes it into the queries that call it.
create function private.shown_state(p_state text, p_approved_until timestamptz)
returns text
language sql
stable
as $$
  select case when p_state = 'approved' and p_approved_until <= now() then 'expired' else p_state end
$$;
comment on function private.shown_state is 'The state as people see it: an approval past its date is expired.';

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
comment on function private.my_roles is 'What the caller is in the workspace; empty for strangers and the suspended.';

create function private.my_scope(p_workspace uuid)
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select array_agg(distinct s.topic)
  from public.credentials c cross join unnest(c.scope) s (topic)
  where c.workspace_id = p_workspace and c.profile_id = auth.uid() and private.is_current(c)
$$;
comment on function private.my_scope is 'Topics that the caller''s checked, unexpired credentials cover; null without one.';

create function private.why_not_decide(p_draft public.drafts, p_roles text[], p_scope text[])
returns text
language sql
stable
set search_path = ''
as $$
  select case
    when not 'professional' = any (p_roles) then 'not_a_professional'
    when auth.uid() = any (array_append(p_draft.former_author_ids, p_draft.author_id)) then 'own_draft'
    when p_scope is null then 'no_credential'
    when not p_draft.topic = any (p_scope) then 'out_of_scope'
  end
$$;
comment on function private.why_not_decide is
  'Null when the caller, of these roles and this scope, may decide, else the word of the refusal decide_draft would give.';

create function private.draft_json(p_draft public.drafts, p_author text, p_approved_by text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_draft.id, 'workspace_id', p_draft.workspace_id, 'title', p_draft.title,
    'state', private.shown_state(p_draft.state, p_draft.approved_until),
    'platform', p_draft.platform, 'topic', p_draft.topic, 'publish_by', p_draft.publish_by,
    'excerpt', p_draft.excerpt, 'author_id', p_draft.author_id, 'author_name', p_author,
    'version_count', p_draft.version_count, 'submitted_version', p_draft.submitted_version,
    'submitted_at', p_draft.submitted_at, 'approved_version', p_draft.approved_version,
    'approved_hash', p_draft.approved_hash, 'approved_until', p_draft.approved_until,
    'approved_by_name', p_approved_by,
    'published_at', p_draft.published_at, 'published_url', p_draft.published_url,
    'change_number', p_draft.change_number, 'created_at', p_draft.created_at, 'updated_at', p_draft.updated_at)
$$;
comment on function private.draft_json is 'A draft as lists and headers show it; the names are read by the caller, for many drafts at once.';

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

grant execute on function
  private.shown_state(text, timestamptz),
  private.my_roles(uuid),
  private.my_scope(uuid),
  private.why_not_decide(public.drafts, text[], text[]),
  private.draft_json(public.drafts, text, text),
  private.last_sent_back(uuid, uuid)
to authenticated;

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
  with me as (
    select private.my_roles(p_workspace) as roles, private.my_scope(p_workspace) as scope
  ), mine as materialized (
    select d.id, d.updated_at, private.shown_state(d.state, d.approved_until) as shown
    from public.drafts d
    where d.workspace_id = p_workspace and d.author_id = (select auth.uid())
      and d.state in ('drafting', 'changes_requested', 'in_review', 'approved')
  )
  select jsonb_build_object(
    'roles', me.roles,
    'mine_counts', (select coalesce(jsonb_object_agg(s.shown, s.n), '{}')
      from (select shown, count(*) as n from mine group by shown) s),
    'mine', (select coalesce(jsonb_agg(private.draft_json(d, a.display_name, b.display_name) || jsonb_build_object(
          'sent_back', case when d.state = 'changes_requested' then private.last_sent_back(d.workspace_id, d.id) end)
        order by x.rank, x.updated_at desc), '[]')
      from (select m.id, m.updated_at, array_position(
          array['changes_requested', 'expired', 'approved', 'drafting', 'in_review'], m.shown) as rank
        from mine m order by rank, m.updated_at desc limit 8) x
      join public.drafts d on d.id = x.id
      join public.profiles a on a.id = d.author_id
      left join public.profiles b on b.id = d.approved_by),
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
        order by q.publish_by, q.submitted_at limit 8) x
      join public.drafts d on d.id = x.id
      join public.profiles a on a.id = d.author_id),
    'credential', (select to_jsonb(c) - 'submitted_by' - 'checked_by' from public.credentials c
      where c.workspace_id = p_workspace and c.profile_id = (select auth.uid()) and c.revoked_at is null
      order by c.checked_at is null, c.expires_on desc, c.submitted_at desc limit 1),
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
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Only the filters that are asked for are in the query, so that each uses the index made for it.
  v_found text := 'select d.id, d.updated_at from public.drafts d where d.workspace_id = $1'
    || case when p_platform is not null then ' and d.platform = $2' else '' end
    || case when p_author is not null then ' and d.author_id = $3' else '' end
    || case when coalesce(p_search, '') <> '' then ' and d.title || '' '' || d.excerpt ilike $4' else '' end;
  -- One more than is ever shown: counting stops there, so a large workspace costs no more than a small one.
  v_newest constant text := ' order by updated_at desc, id desc limit 1001';
  v_answer jsonb;
begin
  if p_states is null then
    v_found := v_found || v_newest;
  else
    -- A look at each state, in the order of its index, in place of a walk through all drafts.
    v_found := 'select f.id, f.updated_at from unnest($5) s (shown) cross join lateral (' || v_found
      || ' and d.state = case s.shown when ''expired'' then ''approved'' else s.shown end'
      || ' and private.shown_state(d.state, d.approved_until) = s.shown' || v_newest || ') f' || v_newest;
  end if;
  execute 'with found as (' || v_found || '), page as (
      select f.id from found f order by f.updated_at desc, f.id desc offset $6 limit $7)
    select jsonb_build_object(
      ''total'', (select least(count(*), 1000) from found),
      ''more'', (select count(*) > 1000 from found),
      ''drafts'', (select coalesce(jsonb_agg(private.draft_json(d, a.display_name, b.display_name)
          order by d.updated_at desc, d.id desc), ''[]'')
        from page p
        join public.drafts d on d.id = p.id
        join public.profiles a on a.id = d.author_id
        left join public.profiles b on b.id = d.approved_by))'
  into v_answer
  using p_workspace, p_platform, p_author,
    '%' || replace(replace(replace(left(p_search, 100), '\', '\\'), '%', '\%'), '_', '\_') || '%',
    array(select distinct s from unnest(p_states) s),
    greatest(0, least(coalesce(p_offset, 0), 1000)), greatest(1, least(coalesce(p_limit, 25), 100));
  return v_answer;
end
$$;
comment on function public.list_drafts is
  'Drafts the caller may see, latest change first. total counts at most 1,000; more says that there are others. Search looks in title and excerpt, without wildcards.';

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
        'open_drafts', coalesce(o.n, 0),
        'credentials', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'profession', c.profession,
            'register_url', c.register_url, 'jurisdiction', c.jurisdiction, 'scope', c.scope,
            'submitted_at', c.submitted_at, 'checked_at', c.checked_at, 'expires_on', c.expires_on,
            'revoked_at', c.revoked_at,
            'checked_by_name', (select k.display_name from public.profiles k where k.id = c.checked_by))
            order by c.submitted_at desc), '[]')
          from public.credentials c where c.workspace_id = p_workspace and c.profile_id = m.profile_id))
      order by p.display_name, p.id), '[]')
      from public.memberships m
      join public.profiles p on p.id = m.profile_id
      left join (select d.author_id, count(*) as n from public.drafts d
        where d.workspace_id = p_workspace and d.state in ('in_review', 'changes_requested', 'approved')
        group by d.author_id) o on o.author_id = m.profile_id
      where m.workspace_id = p_workspace),
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
  public.get_people(uuid)
to authenticated;
