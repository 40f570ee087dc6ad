-- Takes an earlier load test's data away, in every table that names a workspace or a person.
-- Works for tables that later migrations add: each of them leads with workspace_id.

do $$
declare
  v_workspaces uuid[] := array(select md5('tandem-load/workspace/' || w)::uuid from generate_series(0, 99) w);
  v_people uuid[] := array(select m.profile_id from public.memberships m where m.workspace_id = any (v_workspaces));
  v_table record;
begin
  for v_table in
    select c.table_name as name, min(c.column_name) filter (where c.column_name = 'workspace_id') as workspace
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name in ('workspace_id', 'profile_id')
    group by c.table_name
  loop
    if v_table.workspace is null then
      execute format('delete from public.%I where profile_id = any ($1)', v_table.name) using v_people;
    else
      execute format('delete from public.%I where workspace_id = any ($1)', v_table.name) using v_workspaces;
    end if;
  end loop;
  delete from public.workspaces where id = any (v_workspaces);
  delete from public.profiles where id = any (v_people);
  delete from auth.users where id = any (v_people);
end
$$;
