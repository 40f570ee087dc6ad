-- Purpose: members read who switched what off in the checker and when, coordinators the rates beside it.
-- Touches: safety_switches (new), get_safety_settings, set_safety_settings, list_hint_rates. Locks: none.
-- What was switched off before has no row: nobody knows any more who did it.
-- Undo: restore the three functions of 20261130010200 and 20261130020200, drop the table and hint_rates_of.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.safety_switches (
  workspace_id uuid not null references public.workspaces (id),
  kind text not null check (kind in ('pack', 'rule')),
  name text not null check (name ~ '^[a-z0-9-]{1,60}$'),
  switched_by uuid not null references public.profiles (id),
  switched_at timestamptz not null default now(),
  primary key (workspace_id, kind, name)
);
create index safety_switches_switched_by_idx on public.safety_switches (switched_by);
comment on table public.safety_switches is
  'Who switched off a pack or a rule that is off now. Beside safety_settings, which alone says what is off; what is on again has no row, the record has its history.';

alter table public.safety_switches enable row level security;
create policy "Members read who switched off what" on public.safety_switches
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[]));
grant select on public.safety_switches to authenticated;

create function private.hint_rates_of(p_workspace uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('rule', r.rule, 'answers', r.answers, 'not_meant', r.not_meant)
    order by r.not_meant desc, r.rule), '[]')
  from (
    select h.rule, count(*) as answers, count(*) filter (where h.answer = 'not_meant') as not_meant
    from public.hint_answers h
    where h.workspace_id = p_workspace
      -- Functions whose rights a caller borrows are for coordinators too.
      and p_workspace = any (private.my_workspaces_as('coordinator'))
    group by h.rule) r
$$;
comment on function private.hint_rates_of is 'How often authors answered a rule''s notes; empty for everybody but coordinators.';

create or replace function public.list_hint_rates(p_workspace uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(p_workspace, 'coordinator');
  return private.hint_rates_of(p_workspace);
end
$$;

create or replace function public.get_safety_settings(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('settings', c.settings, 'configuration_hash', private.configuration_hash(c.settings),
    'changed_at', s.changed_at, 'changed_by_name', (select p.display_name from public.profiles p where p.id = s.changed_by),
    'switches', (select coalesce(jsonb_agg(jsonb_build_object('kind', w.kind, 'name', w.name, 'at', w.switched_at,
        'by_name', (select p.display_name from public.profiles p where p.id = w.switched_by))), '[]')
      from public.safety_switches w where w.workspace_id = p_workspace),
    'rates', private.hint_rates_of(p_workspace))
  from private.safety_settings_of(p_workspace) c (settings)
  left join public.safety_settings s on s.workspace_id = p_workspace
  where p_workspace = any (private.my_workspaces())
$$;
comment on function public.get_safety_settings is
  'What the workspace has switched off and added, who did so last and who switched what off; for coordinators also how often authors say that a rule missed the point. Null for strangers.';

create or replace function public.set_safety_settings(p_workspace uuid, p_settings text, p_expected text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_settings jsonb := private.normalise_safety_settings(p_settings);
  v_before text;
  v_hash text := private.configuration_hash(v_settings);
begin
  perform 1 from public.workspaces w where w.id = p_workspace for update;
  v_before := private.configuration_hash(private.safety_settings_of(p_workspace));
  if v_before is distinct from p_expected then
    perform private.refuse('PT409', 'stale_settings', 'Somebody changed this meanwhile. Look at it again before you change it.');
  end if;
  if v_hash <> v_before then
    -- Read before they are replaced: what was off already stays with whoever switched it off, or with nobody.
    with off as (
      select 'pack' as kind, n.name from jsonb_array_elements_text(v_settings -> 'packs_off') n (name)
      union all
      select 'rule', n.name from jsonb_array_elements_text(v_settings -> 'rules_off') n (name)
    ), gone as (
      delete from public.safety_switches w
      where w.workspace_id = p_workspace and not exists (select 1 from off o where o.kind = w.kind and o.name = w.name)
    )
    insert into public.safety_switches (workspace_id, kind, name, switched_by)
    select p_workspace, o.kind, o.name, v_me from off o
    where not private.safety_settings_of(p_workspace) -> (o.kind || 's_off') ? o.name;
    insert into public.safety_settings (workspace_id, settings, changed_by) values (p_workspace, v_settings, v_me)
    on conflict (workspace_id) do update set settings = v_settings, changed_by = v_me, changed_at = now();
    -- Own words are texts, so they stay out of the record.
    perform private.record_event(p_workspace, v_me, 'safety_settings_changed', null, null, jsonb_build_object(
      'packs_off', v_settings -> 'packs_off', 'rules_off', v_settings -> 'rules_off',
      'own_words', jsonb_array_length(v_settings -> 'own_words'), 'configuration_hash', v_hash));
  end if;
  return jsonb_build_object('configuration_hash', v_hash);
end
$$;

-- The database cannot refuse what stops an approval: what is found in a draft that is being written is computed
-- outside and kept nowhere, and how grave a rule's note is depends on the words around it.
comment on function public.answer_hint is
  'Keeps what the author of a draft makes of a note; without an answer, takes back what they said. Whether the note stops an approval is not known here, nor does it matter: the gate reads safety_findings and safety_waivers, never these answers, and the editor passes over an answer to such a note.';

grant execute on function private.hint_rates_of(uuid) to authenticated;
