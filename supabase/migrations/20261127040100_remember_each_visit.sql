-- Purpose: a visit that found nothing new counts as one, so that the next reload shows no old changes.
-- Touches: function note_look. Locks: none. Undo: restore it from 20261127010300.

set lock_timeout = '5s';
set statement_timeout = '60s';

create or replace function public.note_look(p_draft uuid, p_version integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_uid();
  v_draft public.drafts;
begin
  select * into v_draft from public.drafts d where d.id = p_draft;
  if v_draft.id is null or not v_me = any (private.readers_of(v_draft))
    or not exists (select 1 from public.draft_versions v where v.draft_id = p_draft and v.number = p_version and v.submitted) then
    perform private.refuse('PT404', 'not_found', 'We could not find that draft. It may not be shared with you.');
  end if;
  insert into public.draft_looks as l (profile_id, draft_id, workspace_id, version_number)
  values (v_me, p_draft, v_draft.workspace_id, p_version)
  on conflict (profile_id, draft_id) do update set
    -- An older version read again is no step back. A new visit to the same version: nothing changed since.
    previous_version = case when excluded.version_number > l.version_number or l.looked_at < now() - interval '30 minutes'
      then l.version_number else l.previous_version end,
    version_number = greatest(l.version_number, excluded.version_number),
    -- A reload is the same visit.
    previous_at = case when l.looked_at < now() - interval '30 minutes' or excluded.version_number > l.version_number
      then l.looked_at else l.previous_at end,
    looked_at = now();
  update public.notifications n set read_at = now()
  where n.profile_id = v_me and n.workspace_id = v_draft.workspace_id and n.draft_id = p_draft and n.read_at is null;
end
$$;
comment on function public.note_look is 'The caller has the version on the screen: remembered for their next visit, and what they were told about the draft counts as read.';
