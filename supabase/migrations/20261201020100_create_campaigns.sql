-- Purpose: campaigns, what drafts are written for: a name, an aim, dates, the countries whose help has to be there.
-- Touches: campaigns (new). Locks: none. Undo: drop the table and the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.campaigns (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  name text not null check (length(name) between 1 and 80),
  aim text not null check (length(aim) <= 300),
  starts_on date check (starts_on between '2000-01-01' and '2100-12-31'),
  ends_on date check (ends_on between '2000-01-01' and '2100-12-31'),
  countries text[] not null check (cardinality(countries) <= 60),
  topics text[] not null check (cardinality(topics) <= 20),
  revision integer not null default 1,
  closed_at timestamptz,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  changed_by uuid not null,
  changed_at timestamptz not null default now(),
  unique (workspace_id, id),
  foreign key (workspace_id, created_by) references public.memberships (workspace_id, profile_id),
  foreign key (workspace_id, changed_by) references public.memberships (workspace_id, profile_id),
  check (ends_on >= starts_on)
);
create unique index campaigns_name_idx on public.campaigns (workspace_id, lower(name)) where closed_at is null;
create index campaigns_closed_idx on public.campaigns (workspace_id, closed_at desc, id) where closed_at is not null;
create index campaigns_created_by_idx on public.campaigns (workspace_id, created_by);
create index campaigns_changed_by_idx on public.campaigns (workspace_id, changed_by);
comment on table public.campaigns is
  'What drafts of a workspace are written for. Read by its members, written by coordinators through the functions.';
comment on column public.campaigns.aim is 'In a sentence: what it wants to reach.';
comment on column public.campaigns.countries is 'ISO 3166-1 alpha-2, sorted: where its readers are, unless a draft says otherwise.';
comment on column public.campaigns.topics is 'What it is about, as the library has topics; empty: not said.';
comment on column public.campaigns.revision is 'A change says which one it is based on.';
comment on column public.campaigns.closed_at is 'Set: nothing new is put into it; its drafts stay as they are.';

alter table public.campaigns enable row level security;
create policy "Members read their workspaces' campaigns" on public.campaigns
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[]));
grant select on public.campaigns to authenticated;

create function private.read_countries(p_countries text[])
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_countries text[] := array(select distinct upper(c) from unnest(p_countries) c order by 1);
begin
  if cardinality(v_countries) > 60 or exists (select 1 from unnest(v_countries) c where coalesce(c, '') !~ '^[A-Z]{2}$') then
    perform private.refuse('PT400', 'countries_invalid', 'Countries are two-letter codes, at most 60 of them.');
  end if;
  return v_countries;
end
$$;
comment on function private.read_countries is 'Countries as content keeps them: sorted, each once.';

create function private.campaign_of(
  p_name text, p_aim text, p_starts_on date, p_ends_on date, p_countries text[], p_topics text[]
)
returns public.campaigns
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_campaign public.campaigns;
begin
  v_campaign.name := private.require_line(p_name, 80, 'a name for the campaign');
  v_campaign.aim := private.optional_line(p_aim, 300, 'the aim');
  v_campaign.starts_on := private.require_day(p_starts_on);
  v_campaign.ends_on := private.require_day(p_ends_on);
  v_campaign.countries := private.read_countries(p_countries);
  v_campaign.topics := array(select t from unnest(private.help_topics()) t where t = any (p_topics));
  if v_campaign.ends_on < v_campaign.starts_on then
    perform private.refuse('PT400', 'dates_invalid', 'A campaign ends on the day it starts, or later.');
  end if;
  if exists (select 1 from unnest(p_topics) t where t is null or not t = any (private.help_topics())) then
    perform private.refuse('PT400', 'topics_invalid', 'Choose topics from the list.');
  end if;
  return v_campaign;
end
$$;
comment on function private.campaign_of is 'What somebody wrote of a campaign, as it is kept.';

create function private.require_campaign(p_workspace uuid, p_campaign uuid, p_revision integer)
returns public.campaigns
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_campaign public.campaigns;
begin
  select * into v_campaign from public.campaigns c
  where c.workspace_id = p_workspace and c.id = p_campaign for no key update;
  if v_campaign.id is null then
    perform private.refuse('PT404', 'not_found', 'We could not find that campaign.');
  end if;
  if v_campaign.revision is distinct from p_revision then
    perform private.refuse('PT409', 'stale_campaign', 'Somebody changed this campaign meanwhile. Look at it again before you change it.');
  end if;
  return v_campaign;
end
$$;
comment on function private.require_campaign is 'A campaign of the workspace, locked, at the revision that the caller saw.';

create function private.require_campaign_name(p_workspace uuid, p_name text, p_except uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time, or two could both find a name free, or room for the last one.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('campaigns ' || p_workspace::text, 0));
  if exists (select 1 from public.campaigns c where c.workspace_id = p_workspace and c.closed_at is null
      and lower(c.name) = lower(p_name) and c.id is distinct from p_except) then
    perform private.refuse('PT409', 'name_taken', 'An open campaign has this name already.');
  end if;
  if (select count(*) from public.campaigns c where c.workspace_id = p_workspace and c.closed_at is null
      and c.id is distinct from p_except) >= 50 then
    perform private.refuse('PT409', 'too_many_campaigns', 'You have 50 open campaigns. Close one that is over.');
  end if;
end
$$;
comment on function private.require_campaign_name is 'Refuses a name that another open campaign has, and the fifty-first open one.';

create function public.create_campaign(
  p_workspace uuid, p_name text, p_aim text default '', p_starts_on date default null, p_ends_on date default null,
  p_countries text[] default '{}', p_topics text[] default '{}'
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_new public.campaigns := private.campaign_of(p_name, p_aim, p_starts_on, p_ends_on, p_countries, p_topics);
  v_id uuid;
begin
  perform private.require_campaign_name(p_workspace, v_new.name, null);
  insert into public.campaigns (workspace_id, name, aim, starts_on, ends_on, countries, topics, created_by, changed_by)
  values (p_workspace, v_new.name, v_new.aim, v_new.starts_on, v_new.ends_on, v_new.countries, v_new.topics, v_me, v_me)
  returning id into v_id;
  perform private.record_event(p_workspace, v_me, 'campaign_created', null, v_id,
    jsonb_build_object('countries', v_new.countries));
  return v_id;
end
$$;
comment on function public.create_campaign is 'A coordinator begins a campaign; its id.';

create function public.change_campaign(
  p_workspace uuid, p_campaign uuid, p_revision integer, p_name text, p_aim text default '',
  p_starts_on date default null, p_ends_on date default null, p_countries text[] default '{}', p_topics text[] default '{}'
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_new public.campaigns := private.campaign_of(p_name, p_aim, p_starts_on, p_ends_on, p_countries, p_topics);
  v_old public.campaigns := private.require_campaign(p_workspace, p_campaign, p_revision);
begin
  if v_old.closed_at is not null then
    perform private.refuse('PT409', 'campaign_closed', 'This campaign is closed. Reopen it first.');
  end if;
  perform private.require_campaign_name(p_workspace, v_new.name, p_campaign);
  update public.campaigns c
  set name = v_new.name, aim = v_new.aim, starts_on = v_new.starts_on, ends_on = v_new.ends_on,
    countries = v_new.countries, topics = v_new.topics, revision = c.revision + 1, changed_by = v_me, changed_at = now()
  where c.id = p_campaign;
  perform private.record_event(p_workspace, v_me, 'campaign_changed', null, p_campaign,
    jsonb_build_object('countries', v_new.countries));
end
$$;
comment on function public.change_campaign is
  'A coordinator writes a campaign anew. Drafts in it keep the countries they have. p_revision: of what they looked at.';

create function public.set_campaign_closed(p_workspace uuid, p_campaign uuid, p_revision integer, p_closed boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_campaign public.campaigns := private.require_campaign(p_workspace, p_campaign, p_revision);
begin
  if p_closed is null then
    perform private.refuse('PT400', 'choice_missing', 'Say whether to close the campaign or to reopen it.');
  end if;
  if (v_campaign.closed_at is not null) = p_closed then
    return;
  end if;
  if not p_closed then
    perform private.require_campaign_name(p_workspace, v_campaign.name, p_campaign);
  end if;
  update public.campaigns c
  set closed_at = case when p_closed then now() end, revision = c.revision + 1, changed_by = v_me, changed_at = now()
  where c.id = p_campaign;
  perform private.record_event(p_workspace, v_me,
    case when p_closed then 'campaign_closed' else 'campaign_reopened' end, null, p_campaign, null);
end
$$;
comment on function public.set_campaign_closed is 'A coordinator closes a campaign, or reopens it. Its drafts stay as they are.';

grant execute on function
  public.create_campaign(uuid, text, text, date, date, text[], text[]),
  public.change_campaign(uuid, uuid, integer, text, text, date, date, text[], text[]),
  public.set_campaign_closed(uuid, uuid, integer, boolean)
to authenticated;
