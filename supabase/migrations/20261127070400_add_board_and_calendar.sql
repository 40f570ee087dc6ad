-- Purpose: drafts as a list, a board and a calendar, through the same filters.
-- Touches: drafts (two indexes), list_drafts (two more filters). Locks: drafts against writes while
-- the indexes are built. Undo: drop what is new, restore list_drafts of 20261101000800.

set lock_timeout = '5s';
set statement_timeout = '60s';

create index drafts_due_idx on public.drafts (workspace_id, publish_by, id)
  where publish_by is not null and state not in ('published', 'declined', 'withdrawn');
create index drafts_published_idx on public.drafts (workspace_id, published_at, id) where published_at is not null;
create index drafts_topic_idx on public.drafts (workspace_id, topic, updated_at desc, id desc);

create function private.draft_filter(p_platform text, p_author uuid, p_search text, p_topic text, p_since date)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Only what is asked for is in the query, so that each filter uses the index made for it.
  select case when p_platform is not null then ' and d.platform = $2' else '' end
    || case when p_author is not null then ' and d.author_id = $3' else '' end
    || case when coalesce(p_search, '') <> '' then ' and d.title || '' '' || d.excerpt ilike $4' else '' end
    || case when p_topic is not null then ' and d.topic = $5' else '' end
    || case when p_since is not null then ' and d.updated_at >= $6' else '' end
$$;
comment on function private.draft_filter is
  'Conditions on drafts d: $2 platform, $3 author, $4 pattern of the search, $5 topic, $6 changed since; $1 is the workspace.';

create function private.search_pattern(p_search text)
returns text
language sql
immutable
set search_path = ''
as $$
  select '%' || replace(replace(replace(left(p_search, 100), '\', '\\'), '%', '\%'), '_', '\_') || '%'
$$;
comment on function private.search_pattern is 'What somebody typed, as a pattern without wildcards of theirs.';

grant execute on function
  private.draft_filter(text, uuid, text, text, date),
  private.search_pattern(text)
to authenticated;

-- squawk-ignore ban-drop-function
drop function public.list_drafts(uuid, text, text[], text, uuid, integer, integer);
create function public.list_drafts(
  p_workspace uuid,
  p_search text default null,
  p_states text[] default null,
  p_platform text default null,
  p_author uuid default null,
  p_offset integer default 0,
  p_limit integer default 25,
  p_topic text default null,
  p_since date default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_found text := 'select d.id, d.updated_at from public.drafts d where d.workspace_id = $1'
    || private.draft_filter(p_platform, p_author, p_search, p_topic, p_since);
  -- One more than is ever shown: counting stops there, so a large workspace costs no more than a small one.
  v_newest constant text := ' order by updated_at desc, id desc limit 1001';
  v_answer jsonb;
begin
  if p_states is null then
    v_found := v_found || v_newest;
  else
    -- A look at each state, in the order of its index, in place of a walk through all drafts.
    v_found := 'select f.id, f.updated_at from unnest($7) s (shown) cross join lateral (' || v_found
      || ' and d.state = case s.shown when ''expired'' then ''approved'' else s.shown end'
      || ' and private.shown_state(d.state, d.approved_until) = s.shown' || v_newest || ') f' || v_newest;
  end if;
  execute 'with found as (' || v_found || '), page as (
      select f.id from found f order by f.updated_at desc, f.id desc offset $8 limit $9)
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
  using p_workspace, p_platform, p_author, private.search_pattern(p_search), p_topic, p_since::timestamp at time zone 'UTC',
    array(select distinct s from unnest(p_states) s),
    greatest(0, least(coalesce(p_offset, 0), 1000)), greatest(1, least(coalesce(p_limit, 25), 100));
  return v_answer;
end
$$;
comment on function public.list_drafts is
  'Drafts the caller may see, latest change first. total counts at most 1,000; more says that there are others. Search looks in title and excerpt, without wildcards. p_since: changed on that day in UTC or later.';

create function public.get_board(
  p_workspace uuid,
  p_search text default null,
  p_states text[] default null,
  p_platform text default null,
  p_author uuid default null,
  p_topic text default null,
  p_since date default null,
  p_limit integer default 6
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_answer jsonb;
begin
  execute 'with found as (
      select s.shown, f.id, f.updated_at, row_number() over (partition by s.shown order by f.updated_at desc, f.id desc) as place
      from unnest($7) s (shown) cross join lateral (
        select d.id, d.updated_at from public.drafts d where d.workspace_id = $1'
    || private.draft_filter(p_platform, p_author, p_search, p_topic, p_since)
    || ' and d.state = case s.shown when ''expired'' then ''approved'' else s.shown end'
    || ' and private.shown_state(d.state, d.approved_until) = s.shown
        order by d.updated_at desc, d.id desc limit 201) f)
    select jsonb_build_object(
      ''counts'', (select coalesce(jsonb_object_agg(c.shown, c.n), ''{}'')
        from (select shown, count(*) as n from found group by shown) c),
      ''drafts'', (select coalesce(jsonb_agg(private.draft_json(d, a.display_name, b.display_name)
          order by d.updated_at desc, d.id desc), ''[]'')
        from found f
        join public.drafts d on d.id = f.id
        join public.profiles a on a.id = d.author_id
        left join public.profiles b on b.id = d.approved_by
        where f.place <= $8))'
  into v_answer
  using p_workspace, p_platform, p_author, private.search_pattern(p_search), p_topic, p_since::timestamp at time zone 'UTC',
    coalesce(p_states, array['drafting', 'in_review', 'on_hold', 'changes_requested', 'approved', 'expired', 'published']),
    greatest(1, least(coalesce(p_limit, 6), 20));
  return v_answer;
end
$$;
comment on function public.get_board is
  'Drafts the caller may see, the newest of each shown state and how many it has (counted to 201). Without p_states all but those declined and withdrawn.';

create function public.get_calendar(
  p_workspace uuid,
  p_from date,
  p_to date,
  p_search text default null,
  p_states text[] default null,
  p_platform text default null,
  p_author uuid default null,
  p_topic text default null,
  p_since date default null,
  p_zone text default 'UTC'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_zone text := coalesce(p_zone, 'UTC');
  v_filter text := private.draft_filter(p_platform, p_author, p_search, p_topic, p_since)
    || case when p_states is not null then ' and private.shown_state(d.state, d.approved_until) = any ($7)' else '' end;
  v_answer jsonb;
begin
  if p_from is null or p_to is null or p_to - p_from not between 0 and 62 then
    perform private.refuse('PT400', 'day_invalid', 'A calendar shows at most two months.');
  end if;
  begin
    perform now() at time zone v_zone;
  exception when invalid_parameter_value then
    v_zone := 'UTC';
  end;
  execute 'with found as (
      select d.id, d.publish_by as day from public.drafts d where d.workspace_id = $1
        and d.publish_by between $8 and $9 and d.state not in (''published'', ''declined'', ''withdrawn'')' || v_filter || '
      union all
      select d.id, (d.published_at at time zone $10)::date from public.drafts d where d.workspace_id = $1
        and d.published_at >= ($8::timestamp at time zone $10) and d.published_at < (($9 + 1)::timestamp at time zone $10)'
    || v_filter || '), placed as (
      select f.*, row_number() over (partition by f.day order by f.id) as place, count(*) over (partition by f.day) as n from found f)
    select coalesce(jsonb_agg(jsonb_build_object(''day'', p.day, ''n'', p.n,
      ''draft'', private.draft_json(d, a.display_name, null)) order by p.day, d.published_at, p.place), ''[]'')
    from placed p
    join public.drafts d on d.id = p.id
    join public.profiles a on a.id = d.author_id
    where p.place <= 6'
  into v_answer
  using p_workspace, p_platform, p_author, private.search_pattern(p_search), p_topic, p_since::timestamp at time zone 'UTC',
    p_states, p_from, p_to, v_zone;
  return v_answer;
end
$$;
comment on function public.get_calendar is
  'Days on which drafts the caller may see are to be published, or were (days of p_zone): at most six a day, with how many the day has.';

create function public.get_draft_filters(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'views', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'page', s.page, 'name', s.name, 'query', s.query)
        order by lower(s.name)), '[]')
      from public.saved_views s where s.workspace_id = p_workspace and s.profile_id = (select auth.uid())),
    'authors', (select coalesce(jsonb_agg(jsonb_build_array(m.profile_id, p.display_name) order by p.display_name, p.id), '[]')
      from public.memberships m join public.profiles p on p.id = m.profile_id
      where m.workspace_id = p_workspace and 'influencer' = any (m.roles)))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.get_draft_filters is 'What can be chosen above lists of drafts: people who write, and the filters the caller saved. Null for strangers.';

grant execute on function
  public.list_drafts(uuid, text, text[], text, uuid, integer, integer, text, date),
  public.get_board(uuid, text, text[], text, uuid, text, date, integer),
  public.get_calendar(uuid, date, date, text, text[], text, uuid, text, date, text),
  public.get_draft_filters(uuid)
to authenticated;
