-- Breaks each rule of ../schema.sql and the others of ../migrations.py: tests/unit/test_checks.py applies it
-- and expects every one of them to speak up.

create schema private;

create table public.open_house (id uuid primary key);
grant select on public.open_house to anon;

create function public.lookup() returns uuid language sql stable security definer as $$ select auth.uid() $$;

create view public.peek as select id from public.open_house;

create materialized view public.frozen as select id from public.open_house;
grant select on public.frozen to authenticated;

create table public.parent (
  id integer generated always as identity primary key,
  workspace_id uuid,
  state text,
  owner_id uuid references auth.users (id)
);
create index parent_owner on public.parent (owner_id);
create index parent_owner_again on public.parent (owner_id);
create table public.child (workspace_id uuid, parent_id integer references public.parent (id));
alter table public.parent enable row level security;
alter table public.child enable row level security;
comment on table public.child is 'The only one that says what it is.';
create policy "Everybody" on public.parent using (owner_id = auth.uid() and owner_id = public.lookup());
create policy "Everybody again" on public.parent for select using (owner_id = (select auth.uid()));
grant insert on public.parent to authenticated;
grant update (state) on public.parent to authenticated;

create function public.sweep() returns void language sql as $$ select $$;
create function public.server_sweep() returns void language sql as $$ select $$;
grant execute on function public.sweep() to service_role;
grant execute on function public.server_sweep() to authenticated;

create extension citext with schema public;
