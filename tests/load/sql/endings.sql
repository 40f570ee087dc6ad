-- The drafts last, from what happened to them.
create temp table load_endings as
select d.w, d.i,
  case when d.state = 'published' or d.state = 'withdrawn' or d.voided then d.created_at + d.step * (d.versions + 0.9) end as ended_at,
  -- Published by the author, every fourth time by a coordinator.
  case when d.n % 4 = 0 then k.id else d.author_id end as ended_by
from load_plan p, load_drafts d
join load_people k on k.w = d.w and k.k = 37;

insert into public.drafts (id, workspace_id, author_id, title, state, platform, topic, publish_by, excerpt, version_count,
  submitted_version, first_submitted_at, submitted_at, approved_version, approved_hash, approved_by, approved_at, approved_until,
  published_at, published_by, published_url, change_number, campaign_id, created_at, updated_at)
select d.id, d.workspace_id, d.author_id,
  pg_temp.pick_from(array['Small steps', 'What helps', 'Kind words', 'A note', 'Questions', 'Three ideas', 'Asking for help',
    'First session', 'Talking to friends', 'Rest'], d.n, 60) || ' ' ||
  pg_temp.pick_from(array['on hard mornings', 'after a panic attack', 'when sleep will not come', 'before an exam', 'for new parents',
    'when everything is loud', 'about medication', 'in the first week of therapy', 'for people who care for others', 'at work'], d.n, 61),
  d.state, d.platform, (private.topics())[1 + d.topic],
  case when d.n % 3 > 0 then (d.created_at + d.span)::date + 1 + pg_temp.pick(d.n, 62, 10) end,
  coalesce(left(v.content ->> 'caption', 280), ''), d.versions, v.number, f.first_at, v.created_at,
  a.number, a.content_hash, q.id, a.decided_at, a.decided_at + interval '180 days',
  case when d.state = 'published' then e.ended_at end, case when d.state = 'published' then e.ended_by end,
  case when d.state = 'published' then 'https://example.org/post/' || d.n end,
  1 + coalesce(f.events, 0) + coalesce(x.events, 0) + coalesce(c.events, 0)
    + coalesce(s.events, 0) + coalesce(r.events, 0) + (e.ended_at is not null)::integer,
  case when pg_temp.pick(d.n, 63, 6) < 4 then pg_temp.make_id('campaign', d.w * 4 + pg_temp.pick(d.n, 63, 6)) end,
  d.created_at, greatest(d.created_at + d.step * d.versions, x.last_at, e.ended_at)
from load_drafts d
join load_endings e using (w, i)
left join load_versions v on v.w = d.w and v.i = d.i and v.last and v.submitted
left join (select w, i, min(created_at) as first_at, count(*) as events from load_submitted group by w, i) f on f.w = d.w and f.i = d.i
left join (select w, i, max(decided_at) as last_at, count(*) as events from load_decisions group by w, i) x on x.w = d.w and x.i = d.i
left join (select w, i, count(*) as events from load_comments group by w, i) c on c.w = d.w and c.i = d.i
left join (select w, i, count(*) as events from load_settled group by w, i) s on s.w = d.w and s.i = d.i
left join (select w, i, count(*) as events from load_requests group by w, i) r on r.w = d.w and r.i = d.i
left join load_decisions a on a.w = d.w and a.i = d.i and a.last and a.kind = 'approved' and d.state in ('approved', 'published')
left join load_people q on q.w = a.w and q.k = a.decider_k
order by d.created_at;
