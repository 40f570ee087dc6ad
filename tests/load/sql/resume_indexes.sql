-- The indexes that pause_indexes.sql took away, as they were.

do $$
declare
  v_definition text;
begin
  for v_definition in select definition from load_indexes order by name loop
    execute v_definition;
  end loop;
end
$$;
