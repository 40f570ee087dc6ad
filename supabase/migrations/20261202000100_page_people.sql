-- Purpose: the page of people read everybody of the workspace to show twenty, and the settings did to show one. Now the
-- database looks for people and cuts the list, so its answer stays as long however large a workspace grows.
-- Touches: get_people. Locks: none. Undo: drop it and restore that of 20261127010700.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- squawk-ignore ban-drop-function
drop function public.get_people(uuid);

create function public.get_people(
  p_workspace uuid, p_search text default '', p_show text default 'everybody', p_today date default null,
  p_offset integer default 0, p_limit integer default null, p_person uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with
  words as (
    select array(select w from regexp_split_to_table(lower(left(p_search, 200)), '\s+') w where w <> '' limit 20) as wanted
  ),
  fitting as (
    select m.profile_id, m.roles, m.suspended_at, m.created_at, m.away_until, p.display_name
    from public.memberships m
    join public.profiles p on p.id = m.profile_id
    cross join words
    where m.workspace_id = p_workspace
      and (p_person is null or m.profile_id = p_person)
      and case
        when p_show in ('influencer', 'professional', 'coordinator') then p_show = any (m.roles) and m.suspended_at is null
        when p_show = 'suspended' then m.suspended_at is not null
        when p_show in ('unchecked', 'lapsing') then exists (
          select from public.credentials c
          where c.workspace_id = p_workspace and c.profile_id = m.profile_id and c.revoked_at is null
            and case p_show
              when 'unchecked' then c.checked_at is null or c.expires_on is null
              -- components/credentials.py calls the same month "ends soon".
              else c.checked_at is not null
                and c.expires_on between coalesce(p_today, private.today()) and coalesce(p_today, private.today()) + 30
              end)
        else true
        end
      -- Rights decide here too: nobody finds somebody by an address they may not read.
      and (cardinality(words.wanted) = 0 or (
        select bool_and(position(w in f.told) > 0)
        from unnest(words.wanted) w
        cross join lateral (select lower(concat_ws(' ', p.display_name,
          (select c.email from public.profile_contacts c where c.profile_id = m.profile_id),
          (select string_agg(c.profession || ' ' || c.jurisdiction, ' ')
            from public.credentials c where c.workspace_id = p_workspace and c.profile_id = m.profile_id))) as told) f))
  ),
  page as (
    select * from fitting
    order by display_name, profile_id
    offset greatest(0, coalesce(p_offset, 0))
    limit p_limit
  )
  select jsonb_build_object(
    'total', (select count(*) from fitting),
    'people', (select coalesce(jsonb_agg(jsonb_build_object(
        'profile_id', m.profile_id, 'name', m.display_name, 'roles', m.roles, 'suspended_at', m.suspended_at,
        'joined_at', m.created_at, 'email', (select c.email from public.profile_contacts c where c.profile_id = m.profile_id),
        'away_until', case when private.is_away(m.away_until) then m.away_until end,
        'open_drafts', o.n, 'open_reviews', r.n,
        'credentials', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'profession', c.profession,
            'register_url', c.register_url, 'jurisdiction', c.jurisdiction, 'scope', c.scope,
            'submitted_at', c.submitted_at, 'checked_at', c.checked_at, 'expires_on', c.expires_on,
            'revoked_at', c.revoked_at,
            'checked_by_name', (select k.display_name from public.profiles k where k.id = c.checked_by))
            order by c.submitted_at desc), '[]')
          from public.credentials c where c.workspace_id = p_workspace and c.profile_id = m.profile_id))
      order by m.display_name, m.profile_id), '[]')
      from page m
      -- Counted up to a hundred, so that a large workspace costs no more than a small one.
      cross join lateral (select count(*) as n from (select from public.drafts d
        where d.workspace_id = p_workspace and d.author_id = m.profile_id
          and d.state in ('in_review', 'changes_requested', 'approved') limit 101) capped) o
      cross join lateral (select count(*) as n from public.review_requests q
        where q.workspace_id = p_workspace and q.assignee_id = m.profile_id and q.closed_at is null) r),
    'invitations', (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'email', i.email, 'roles', i.roles,
        'created_at', i.created_at, 'expires_at', i.expires_at) order by i.created_at desc), '[]')
      from public.invitations i where i.workspace_id = p_workspace and i.accepted_at is null
        and i.revoked_at is null and i.expires_at > now()))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.get_people is
  'Members with roles and credentials, by name: p_search looks for all its words in name, address, profession and country; p_show is everybody, a role, unchecked, lapsing (on p_today) or suspended; p_person is one alone. With how many fit. Addresses and invitations only for coordinators. Null for strangers.';

grant execute on function public.get_people(uuid, text, text, date, integer, integer, uuid) to authenticated;
