-- What was written at the time of this transaction gets another one. Every column of moments in
-- every table, so that tables which come later are moved as well.

create function pg_temp.write_moves() returns text
language sql as $$
  select string_agg(format('update public.%I set %s where now() in (%s);', t.name, t.sets, t.columns), E'\n')
  from (
    select c.table_name as name,
      string_agg(format('%1$I = case when %1$I = now() then p_at else %1$I end', c.column_name), ', ') as sets,
      string_agg(quote_ident(c.column_name), ', ') as columns
    from information_schema.columns c
    join information_schema.tables b using (table_schema, table_name)
    where c.table_schema = 'public' and b.table_type = 'BASE TABLE' and c.data_type = 'timestamp with time zone'
      and c.table_name not in ('audit_events', 'web_sessions', 'rate_limits', 'identities')
    group by c.table_name) t
$$;

do $do$
begin
  execute format($f$
    create function pg_temp.move_to(p_at timestamptz) returns void
    language plpgsql as $body$
    declare
      v_event public.audit_events;
      v_previous bytea;
    begin
      -- Rows that are never changed are changed here.
      perform set_config('session_replication_role', 'replica', true);
      -- What lasts for a while after that moment moves with it.
      update public.comment_watches set until = until - (now() - p_at) where set_at = now();
      update public.decisions x set valid_until = x.valid_until - (now() - p_at) where x.decided_at = now();
      update public.drafts d set approved_until = x.valid_until from public.decisions x
      where d.approved_at = now() and x.draft_id = d.id and x.version_number = d.approved_version
        and x.kind in ('approved', 'approved_with_edits');
      %s
      for v_event in select * from public.audit_events e where e.at = now() order by e.workspace_id, e.seq loop
        v_previous := coalesce((select e.hash from public.audit_events e
          where e.workspace_id = v_event.workspace_id and e.seq = v_event.seq - 1), '\x');
        v_event.at := p_at;
        v_event.previous_hash := v_previous;
        v_event.hash := private.audit_hash(v_previous, v_event);
        update public.audit_events e set at = v_event.at, previous_hash = v_previous, hash = v_event.hash
        where e.workspace_id = v_event.workspace_id and e.seq = v_event.seq;
        update public.audit_heads h set hash = v_event.hash
        where h.workspace_id = v_event.workspace_id and h.seq = v_event.seq;
      end loop;
      perform set_config('session_replication_role', 'origin', true);
    end
    $body$
  $f$, pg_temp.write_moves());
end
$do$;
