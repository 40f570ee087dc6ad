-- Purpose: a draft belongs to a campaign, and lists show one campaign's drafts.
-- Touches: drafts (a column, two indexes), draft_json, the readers of lists (one more filter each), get_draft_filters.
-- Locks: drafts exclusively for a moment, and against writes while the indexes are built.
-- Undo: restore the functions of 20261127010700 and 20261127070400, drop set_draft_campaign and the column.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.drafts add column campaign_id uuid;
comment on column public.drafts.campaign_id is
  'What it is written for. Not published, so not part of the content hash; a change of it ends no approval.';
alter table public.drafts
  add constraint drafts_campaign_fkey foreign key (workspace_id, campaign_id)
  references public.campaigns (workspace_id, id) not valid;
alter table public.drafts validate constraint drafts_campaign_fkey;
create index drafts_campaign_idx on public.drafts (workspace_id, campaign_id, updated_at desc, id desc)
  where campaign_id is not null;
-- The newest of each state, and their number, with all that the policy looks at.
create index drafts_campaign_state_idx on public.drafts (workspace_id, campaign_id, state, updated_at desc, id desc)
  include (author_id, first_submitted_at, professionals_only, approved_until)
  where campaign_id is not null;

create function public.set_draft_campaign(p_draft uuid, p_campaign uuid default null, p_expected uuid default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_is_coordinator boolean := v_draft.workspace_id = any (private.my_workspaces_as('coordinator'));
  v_campaign public.campaigns;
begin
  if not v_is_coordinator and v_draft.author_id is distinct from auth.uid() then
    perform private.refuse('PT403', 'not_the_author', 'Only the author of this draft or a coordinator may do this.');
  end if;
  if not v_is_coordinator and v_draft.state in ('published', 'declined', 'withdrawn') then
    perform private.refuse('PT409', 'draft_closed', pg_catalog.format(
      'This draft is %s. A coordinator can still put it into a campaign.', v_draft.state));
  end if;
  if v_draft.campaign_id is distinct from p_expected then
    perform private.refuse('PT409', 'stale_campaign', 'Somebody chose another campaign for this draft meanwhile.');
  end if;
  if v_draft.campaign_id is not distinct from p_campaign then
    return;
  end if;
  if p_campaign is not null then
    -- Shared, so that nobody closes it in this moment.
    select * into v_campaign from public.campaigns c
    where c.workspace_id = v_draft.workspace_id and c.id = p_campaign for share;
    if v_campaign.id is null then
      perform private.refuse('PT404', 'not_found', 'We could not find that campaign.');
    end if;
    if v_campaign.closed_at is not null then
      perform private.refuse('PT409', 'campaign_closed', 'This campaign is closed, so nothing new is put into it.');
    end if;
  end if;
  update public.drafts d set campaign_id = p_campaign, change_number = d.change_number + 1 where d.id = p_draft;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'draft_campaign_set', p_draft, p_campaign, null);
end
$$;
comment on function public.set_draft_campaign is
  'Puts a draft into an open campaign, or (null) into none: its author while they may edit it, or a coordinator who sees it. p_expected: the campaign the caller saw.';

create function private.campaign_brief(p_campaign uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('id', c.id, 'name', c.name, 'countries', c.countries, 'closed', c.closed_at is not null)
  from public.campaigns c where c.id = p_campaign
$$;
comment on function private.campaign_brief is
  'The campaign of a draft, for whoever sees the draft: they belong to its workspace. Without a policy, since lists ask it for each draft.';

create or replace function private.draft_json(p_draft public.drafts, p_author text, p_approved_by text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_draft.id, 'workspace_id', p_draft.workspace_id, 'title', p_draft.title,
    'state', private.shown_state(p_draft.state, p_draft.approved_until),
    'platform', p_draft.platform, 'format', p_draft.format, 'topic', p_draft.topic, 'publish_by', p_draft.publish_by,
    'excerpt', p_draft.excerpt, 'author_id', p_draft.author_id, 'author_name', p_author,
    'professionals_only', p_draft.professionals_only, 'thumbnail', p_draft.thumbnail, 'risk', private.topic_risk(p_draft.topic),
    'version_count', p_draft.version_count, 'submitted_version', p_draft.submitted_version,
    'submitted_at', p_draft.submitted_at, 'approved_version', p_draft.approved_version,
    'approved_hash', p_draft.approved_hash, 'approved_until', p_draft.approved_until,
    'approved_by_name', p_approved_by, 'offered_version', p_draft.offered_version,
    'published_at', p_draft.published_at, 'published_url', p_draft.published_url)
    -- One call takes at most a hundred arguments.
    || jsonb_build_object('approval_withdrawn_at', p_draft.approval_withdrawn_at, 'taken_down_at', p_draft.taken_down_at,
    'change_number', p_draft.change_number, 'created_at', p_draft.created_at, 'updated_at', p_draft.updated_at,
    'campaign', case when p_draft.campaign_id is not null then private.campaign_brief(p_draft.campaign_id) end)
$$;

grant execute on function private.campaign_brief(uuid), public.set_draft_campaign(uuid, uuid, uuid) to authenticated;

-- Lists.

-- squawk-ignore ban-drop-function
drop function private.draft_filter(text, uuid, text, text, date);
create function private.draft_filter(p_platform text, p_author uuid, p_search text, p_topic text, p_since date, p_campaign uuid)
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
    || case when p_campaign is not null then pg_catalog.format(' and d.campaign_id = %L', p_campaign) else '' end
$$;
comment on function private.draft_filter is
  'Conditions on drafts d: $2 platform, $3 author, $4 pattern of the search, $5 topic, $6 changed since; $1 is the workspace; the campaign is written into it.';
grant execute on function private.draft_filter(text, uuid, text, text, date, uuid) to authenticated;

-- squawk-ignore ban-drop-function
drop function public.list_drafts(uuid, text, text[], text, uuid, integer, integer, text, date);
create function public.list_drafts(
  p_workspace uuid,
  p_search text default null,
  p_states text[] default null,
  p_platform text default null,
  p_author uuid default null,
  p_offset integer default 0,
  p_limit integer default 25,
  p_topic text default null,
  p_since date default null,
  p_campaign uuid default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_found text := 'select d.id, d.updated_at from public.drafts d where d.workspace_id = $1'
    || private.draft_filter(p_platform, p_author, p_search, p_topic, p_since, p_campaign);
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

-- squawk-ignore ban-drop-function
drop function public.get_board(uuid, text, text[], text, uuid, text, date, integer);
create function public.get_board(
  p_workspace uuid,
  p_search text default null,
  p_states text[] default null,
  p_platform text default null,
  p_author uuid default null,
  p_topic text default null,
  p_since date default null,
  p_limit integer default 6,
  p_campaign uuid default null
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
    || private.draft_filter(p_platform, p_author, p_search, p_topic, p_since, p_campaign)
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

-- squawk-ignore ban-drop-function
drop function public.get_calendar(uuid, date, date, text, text[], text, uuid, text, date, text);
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
  p_zone text default 'UTC',
  p_campaign uuid default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_zone text := coalesce(p_zone, 'UTC');
  v_filter text := private.draft_filter(p_platform, p_author, p_search, p_topic, p_since, p_campaign)
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

create or replace function public.get_draft_filters(p_workspace uuid)
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
      where m.workspace_id = p_workspace and 'influencer' = any (m.roles)),
    'campaigns', (select coalesce(jsonb_agg(jsonb_build_array(c.id, c.name, c.closed_at is not null)
        order by c.closed_at is not null, lower(c.name), c.id), '[]')
      from (select c.* from public.campaigns c where c.workspace_id = p_workspace
        order by c.closed_at desc nulls first, c.id limit 100) c))
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.get_draft_filters is 'What can be chosen above lists of drafts: people who write, campaigns (open ones, and the latest that were closed), and the filters the caller saved. Null for strangers.';

grant execute on function
  public.list_drafts(uuid, text, text[], text, uuid, integer, integer, text, date, uuid),
  public.get_board(uuid, text, text[], text, uuid, text, date, integer, uuid),
  public.get_calendar(uuid, date, date, text, text[], text, uuid, text, date, text, uuid)
to authenticated;
