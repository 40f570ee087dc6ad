-- Purpose: campaigns as pages show them: their drafts by state, and the help of their countries to check first.
-- Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.campaign_counts(p_workspace uuid, p_campaign uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(c.shown, c.n), '{}')
  from unnest(array['drafting', 'in_review', 'on_hold', 'changes_requested', 'approved', 'expired', 'published',
    'declined', 'withdrawn']) s (shown)
  cross join lateral (
    select s.shown, count(*) as n from (
      select 1 from public.drafts d
      where d.workspace_id = p_workspace and d.campaign_id = p_campaign
        and d.state = case s.shown when 'expired' then 'approved' else s.shown end
        and private.shown_state(d.state, d.approved_until) = s.shown
      limit 101) f) c
  where c.n > 0
$$;
comment on function private.campaign_counts is
  'How many drafts that the caller may see a campaign has, by shown state; counted to 101, so that a large campaign costs no more than a small one.';

create function private.campaign_json(p_campaign public.campaigns)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_campaign.id, 'name', p_campaign.name, 'aim', p_campaign.aim,
    'starts_on', p_campaign.starts_on, 'ends_on', p_campaign.ends_on, 'countries', p_campaign.countries,
    'topics', p_campaign.topics, 'revision', p_campaign.revision, 'closed_at', p_campaign.closed_at,
    'changed_at', p_campaign.changed_at,
    'changed_by_name', (select p.display_name from public.profiles p where p.id = p_campaign.changed_by),
    'counts', private.campaign_counts(p_campaign.workspace_id, p_campaign.id))
$$;
comment on function private.campaign_json is 'A campaign as lists and headers show it.';

create function public.list_campaigns(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'open', (select coalesce(jsonb_agg(private.campaign_json(c) order by c.ends_on, lower(c.name), c.id), '[]')
      from public.campaigns c where c.workspace_id = p_workspace and c.closed_at is null),
    'closed', (select coalesce(jsonb_agg(private.campaign_json(c) order by c.closed_at desc, c.id), '[]')
      from (select c.* from public.campaigns c where c.workspace_id = p_workspace and c.closed_at is not null
        order by c.closed_at desc, c.id limit 20) c))
  where p_workspace = any (array(select unnest(private.my_workspaces())))
$$;
comment on function public.list_campaigns is
  'The open campaigns of a workspace, those that end first on top, and the twenty closed last. Null for strangers.';

create function private.help_to_check(p_workspace uuid, p_countries text[], p_topics text[])
returns table (resource public.resources, state text, next_due date, check_seq bigint, place bigint)
language sql
stable
set search_path = ''
as $$
  with lines as (
    select e.*, (e.resource).country as country, (e.resource).name as name,
      -- Whoever is in danger first, then what the campaign is about.
      not (e.resource).topics && array['suicide', 'crisis'] as is_later,
      cardinality(array(select unnest((e.resource).topics) intersect select unnest(p_topics))) as fitting
    from private.library_entries(p_workspace) e
    where (e.resource).kind = 'helpline' and (e.resource).country = any (p_countries) and e.state <> 'withdrawn'
  ), paired as (
    select l.*, bool_and(l.is_later) over pair as all_later, max(l.fitting) over pair as best,
      min(l.name) over pair as leader
    from lines l window pair as (partition by l.pair_id)
  )
  select p.resource, p.state, p.next_due, p.check_seq,
    dense_rank() over (order by p.country, p.all_later, p.best desc, p.leader, p.pair_id)
  from paired p
$$;
comment on function private.help_to_check is
  'Helplines of these countries in the order in which a campaign wants them checked: for crises and suicide first, then what fits its topics. Those that come together have one place.';

grant execute on function
  private.campaign_counts(uuid, uuid),
  private.campaign_json(public.campaigns),
  private.help_to_check(uuid, text[], text[])
to authenticated;

create function public.get_campaign(p_workspace uuid, p_campaign uuid, p_country text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with campaign as (
    select c.* from public.campaigns c
    where c.workspace_id = p_workspace and c.id = p_campaign
      and p_workspace = any (array(select unnest(private.my_workspaces())))
  ), help as materialized (
    select h.*, (h.resource).country as country, (h.resource).name as name
    from campaign c cross join lateral private.help_to_check(p_workspace, c.countries, c.topics) h
  ), progress as materialized (
    select o.country, count(h.country) as lines,
      count(*) filter (where h.state in ('current', 'due')) as checked
    from campaign c cross join lateral unnest(c.countries) o (country)
    left join help h on h.country = o.country
    group by o.country
  ), chosen as (
    -- The one asked for, else the first where something is left to do.
    select p.country from progress p
    order by p.country is distinct from p_country, p.lines = 0, p.checked = p.lines, p.country limit 1
  )
  select jsonb_build_object(
    'campaign', private.campaign_json(c),
    'drafts', public.get_board(p_workspace, p_campaign => p_campaign, p_limit => 3, p_states => array[
      'drafting', 'in_review', 'on_hold', 'changes_requested', 'approved', 'expired', 'published', 'declined', 'withdrawn']),
    'progress', (select coalesce(jsonb_agg(to_jsonb(p) order by p.country), '[]') from progress p),
    'country', (select k.country from chosen k),
    'entries', (select coalesce(jsonb_agg(private.resource_json(p_workspace, f.resource, f.state, f.next_due, f.check_seq)
          || jsonb_build_object('group', f.place) order by f.place, f.name), '[]')
      from (select h.* from help h join chosen k on k.country = h.country order by h.place, h.name limit 100) f),
    'checkers', (select coalesce(jsonb_agg(x.display_name order by x.display_name), '[]')
      from (select p.display_name from public.memberships m join public.profiles p on p.id = m.profile_id
        where m.workspace_id = p_workspace and m.suspended_at is null and m.roles && array['professional', 'coordinator']
        order by p.display_name limit 12) x))
  from campaign c
$$;
comment on function public.get_campaign is
  'A campaign with its newest drafts of each state, how much of its countries'' help is checked here, and the helplines of one country, those to check first on top. Null for strangers.';

grant execute on function
  public.list_campaigns(uuid),
  public.get_campaign(uuid, uuid, text)
to authenticated;
