-- Purpose: the audit record: append-only, one hash chain a workspace.
-- Touches: audit_heads, audit_events. Locks: none (new tables). Undo: drop both tables.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.audit_heads (
  workspace_id uuid primary key references public.workspaces (id),
  seq bigint not null default 0,
  hash bytea not null default '\x'
);
comment on table public.audit_heads is
  'The end of each workspace''s chain. Its row is locked as the last step of a transaction, so that chains of events do not deadlock.';

create table public.audit_events (
  workspace_id uuid not null references public.workspaces (id),
  seq bigint not null check (seq > 0),
  at timestamptz not null,
  actor_id uuid references public.profiles (id),
  action text not null check (action ~ '^[a-z_]{3,40}$'),
  draft_id uuid,
  subject_id uuid,
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object'),
  previous_hash bytea not null,
  hash bytea not null,
  primary key (workspace_id, seq)
);
create index audit_events_draft_idx on public.audit_events (workspace_id, draft_id, seq) where draft_id is not null;
create index audit_events_actor_id_idx on public.audit_events (actor_id);
comment on table public.audit_events is 'Who did what, when: append-only, each row chained to the one before by its hash.';
comment on column public.audit_events.actor_id is 'Null where the operator acted from the command line.';
comment on column public.audit_events.subject_id is 'The person, version, decision, invitation or credential acted on.';
comment on column public.audit_events.detail is 'States, numbers and hashes; never a text that may have to be erased.';
comment on column public.audit_events.hash is
  'SHA-256 over the previous hash and this row, so that a changed or removed row shows.';

create trigger audit_events_append_only before update or delete or truncate on public.audit_events
  for each statement execute function private.refuse_change();

create function private.audit_hash(p_previous bytea, p_event public.audit_events)
returns bytea
language sql
immutable
set search_path = ''
as $$
  select sha256(p_previous || convert_to(jsonb_build_array(
    p_event.workspace_id, p_event.seq, extract(epoch from p_event.at), p_event.actor_id,
    p_event.action, p_event.draft_id, p_event.subject_id, p_event.detail)::text, 'UTF8'))
$$;

create function private.record_event(
  p_workspace uuid,
  p_actor uuid,
  p_action text,
  p_draft uuid,
  p_subject uuid,
  p_detail jsonb,
  p_at timestamptz default now()
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_event public.audit_events;
begin
  insert into public.audit_heads (workspace_id) values (p_workspace) on conflict do nothing;
  update public.audit_heads h set seq = h.seq + 1 where h.workspace_id = p_workspace
    returning h.seq, h.hash into v_event.seq, v_event.previous_hash;
  v_event.workspace_id := p_workspace;
  v_event.at := p_at;
  v_event.actor_id := p_actor;
  v_event.action := p_action;
  v_event.draft_id := p_draft;
  v_event.subject_id := p_subject;
  v_event.detail := coalesce(p_detail, '{}');
  v_event.hash := private.audit_hash(v_event.previous_hash, v_event);
  insert into public.audit_events select v_event.*;
  update public.audit_heads h set hash = v_event.hash where h.workspace_id = p_workspace;
end
$$;
comment on function private.record_event is
  'Adds one event to the chain. Call it last: it holds the workspace''s head until the transaction ends.';

create function public.verify_audit(p_workspace uuid)
returns bigint
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_event public.audit_events;
  v_previous bytea := '\x';
  v_seq bigint := 0;
  v_head public.audit_heads;
begin
  perform private.require_role(p_workspace, 'coordinator');
  for v_event in
    select * from public.audit_events e where e.workspace_id = p_workspace order by e.seq
  loop
    v_seq := v_seq + 1;
    if v_event.seq <> v_seq or v_event.previous_hash <> v_previous
      or v_event.hash <> private.audit_hash(v_previous, v_event) then
      return v_seq;
    end if;
    v_previous := v_event.hash;
  end loop;
  select * into v_head from public.audit_heads h where h.workspace_id = p_workspace;
  if coalesce(v_head.seq, 0) <> v_seq or coalesce(v_head.hash, '\x') <> v_previous then
    return v_seq + 1;
  end if;
  return null;
end
$$;
comment on function public.verify_audit is
  'Reads the whole chain again. Null when it is whole, else the number of the first event that is missing or changed.';

alter table public.audit_heads enable row level security;
alter table public.audit_events enable row level security;

grant execute on function public.verify_audit(uuid) to authenticated;
