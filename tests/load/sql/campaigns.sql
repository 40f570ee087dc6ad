-- Four campaigns a workspace, the last one closed; endings.sql puts two of three drafts into them.
insert into public.campaigns (id, workspace_id, name, aim, starts_on, ends_on, countries, topics, closed_at,
  created_by, created_at, changed_by, changed_at)
select pg_temp.make_id('campaign', k.w * 4 + c), k.workspace_id,
  (array['Ask early', 'Small rests', 'Exam weeks', 'A day for all'])[1 + c], 'More people ask for help before it is urgent.',
  (p.as_of - interval '300 days')::date, (p.as_of + interval '60 days')::date,
  (array['{DE,GB,US}', '{AU,GB}', '{DE}', '{GB,IE,US}'])[1 + c]::text[], '{suicide,youth}',
  case when c = 3 then p.as_of - interval '20 days' end, k.id, k.joined_at, k.id, k.joined_at
from load_plan p, load_people k, generate_series(0, 3) c
where k.k = 37;
