-- Purpose: filters that a person keeps under a name. Touches: saved_views (new). Locks: none. Undo: drop the table and functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.saved_views (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  profile_id uuid not null,
  page text not null check (page = 'drafts'),
  name text not null check (length(name) between 1 and 60),
  query jsonb not null check (jsonb_typeof(query) = 'object' and length(query::text) <= 4000),
  created_at timestamptz not null default now(),
  foreign key (workspace_id, profile_id) references public.memberships (workspace_id, profile_id) on delete cascade
);
create unique index saved_views_name_idx on public.saved_views (workspace_id, profile_id, page, lower(name));
comment on table public.saved_views is 'Filters of a page that somebody comes back to. Theirs alone.';
comment on column public.saved_views.query is 'The page''s filters by name; a page passes over what it does not know.';

alter table public.saved_views enable row level security;
create policy "People read the filters they saved" on public.saved_views
  for select to authenticated
  using (profile_id = (select auth.uid()) and workspace_id = any ((select private.my_workspaces())::uuid[]));
grant select on public.saved_views to authenticated;

create function private.normalise_view(p_query text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_query jsonb;
begin
  begin
    v_query := p_query::jsonb;
  exception when others then
    perform private.refuse('PT400', 'view_invalid', 'These filters could not be read. Nothing was saved.');
  end;
  if jsonb_typeof(v_query) is distinct from 'object' or length(v_query::text) > 4000
    or exists (select 1 from jsonb_each(v_query) q where q.key !~ '^[a-z_]{1,40}$') then
    perform private.refuse('PT400', 'view_invalid', 'These filters could not be read. Nothing was saved.');
  end if;
  return v_query;
end
$$;
comment on function private.normalise_view is 'Filters by name, at most 4,000 characters of them.';

create function public.save_view(p_workspace uuid, p_page text, p_name text, p_query text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'influencer', 'professional', 'coordinator');
  v_name text := private.require_line(p_name, 60, 'a name for these filters');
  v_query jsonb := private.normalise_view(p_query);
  v_view uuid;
begin
  if p_page is distinct from 'drafts' then
    perform private.refuse('PT400', 'view_invalid', 'These filters could not be read. Nothing was saved.');
  end if;
  -- One at a time, or two windows could both find room for the last one.
  perform 1 from public.memberships m where m.workspace_id = p_workspace and m.profile_id = v_me for update;
  insert into public.saved_views (workspace_id, profile_id, page, name, query)
  values (p_workspace, v_me, p_page, v_name, v_query)
  on conflict (workspace_id, profile_id, page, lower(name)) do update set query = excluded.query, name = excluded.name
  returning id into v_view;
  if (select count(*) from public.saved_views s where s.workspace_id = p_workspace and s.profile_id = v_me and s.page = p_page) > 30 then
    perform private.refuse('PT409', 'too_many_views', 'You have 30 saved filters here. Delete one you no longer need.');
  end if;
  return v_view;
end
$$;
comment on function public.save_view is 'Keeps the caller''s filters of a page under a name; one of the same name is replaced.';

create function private.require_view(p_view uuid)
returns public.saved_views
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_view public.saved_views;
begin
  select * into v_view from public.saved_views s
  where s.id = p_view and s.profile_id = private.require_uid() and s.workspace_id = any (private.my_workspaces()) for update;
  if v_view.id is null then
    perform private.refuse('PT404', 'not_found', 'These saved filters are not here any more.');
  end if;
  return v_view;
end
$$;
comment on function private.require_view is 'Saved filters of the caller, locked; others'' and none look the same.';

create function public.rename_view(p_view uuid, p_name text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_view public.saved_views := private.require_view(p_view);
  v_name text := private.require_line(p_name, 60, 'a name for these filters');
begin
  if exists (select 1 from public.saved_views s where s.workspace_id = v_view.workspace_id and s.profile_id = v_view.profile_id
    and s.page = v_view.page and lower(s.name) = lower(v_name) and s.id <> v_view.id) then
    perform private.refuse('PT409', 'name_taken', 'You have other filters of this name already.');
  end if;
  update public.saved_views s set name = v_name where s.id = v_view.id;
end
$$;
comment on function public.rename_view is 'Another name for filters the caller saved.';

create function public.delete_view(p_view uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_view public.saved_views := private.require_view(p_view);
begin
  delete from public.saved_views s where s.id = v_view.id;
end
$$;
comment on function public.delete_view is 'Saved filters of the caller go; drafts stay as they are.';

grant execute on function
  public.save_view(uuid, text, text, text),
  public.rename_view(uuid, text),
  public.delete_view(uuid)
to authenticated;
