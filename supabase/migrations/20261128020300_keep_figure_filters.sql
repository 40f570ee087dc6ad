-- Purpose: people keep filters of the figures under a name, as they do those of drafts.
-- Touches: saved_views (which pages it takes), save_view. Locks: saved_views for a moment; few rows are checked.
-- Undo: delete those of figures, restore the constraint and save_view of 20261127070300.

set lock_timeout = '5s';
set statement_timeout = '60s';

-- squawk-ignore ban-drop-constraint
alter table public.saved_views drop constraint saved_views_page_check;
alter table public.saved_views add constraint saved_views_page_check check (page in ('drafts', 'figures')) not valid;
alter table public.saved_views validate constraint saved_views_page_check;

create or replace function public.save_view(p_workspace uuid, p_page text, p_name text, p_query text)
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
  if p_page is null or p_page not in ('drafts', 'figures') then
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
