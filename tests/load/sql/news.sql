-- What people were told, where they were, the rounds that the record tells of, and their sums.

-- The last of each kind a draft; what is older than three days has been read.
insert into public.notifications (id, workspace_id, profile_id, kind, draft_id, actor_id, subject_id, times, created_at, read_at)
select pg_temp.make_id('news', hashtextextended(t.kind || t.draft_id || t.profile_id, 0)), t.workspace_id, t.profile_id, t.kind,
  t.draft_id, t.actor_id, t.subject_id, t.times, t.at,
  case when t.at < p.as_of - interval '3 days' then t.at + interval '5 hours' end
from load_plan p, (
  select distinct on (d.id, x.kind) d.workspace_id, d.author_id as profile_id, 'draft_' || x.kind as kind, d.id as draft_id,
    q.id as actor_id, x.id as subject_id, 1 as times, x.decided_at as at
  from load_decisions x join load_drafts d using (w, i) join load_people q on q.w = x.w and q.k = x.decider_k
  order by d.id, x.kind, x.decided_at desc
) t
union all
select pg_temp.make_id('comment news', t.n), t.workspace_id, t.author_id, 'comment_added', t.id, t.actor_id, t.subject_id, t.times, t.at,
  case when t.at < p.as_of - interval '3 days' then t.at + interval '5 hours' end
from load_plan p, (
  select distinct on (d.id) d.n, d.workspace_id, d.author_id, d.id, q.id as actor_id, c.id as subject_id, c.created_at as at,
    (count(*) over (partition by d.id))::integer as times
  from load_threads c join load_drafts d using (w, i) join load_people q on q.w = c.w and q.k = c.author_k
  where q.id <> d.author_id
  order by d.id, c.created_at desc
) t
union all
select distinct on (d.id, q.id) pg_temp.make_id('request news', r.n * 8 + r.number), d.workspace_id, q.id, 'review_wanted', d.id,
  d.author_id, pg_temp.make_id('request', r.n * 8 + r.number), 1, r.asked_at, r.closed_at
from load_requests r join load_drafts d using (w, i) join load_people q on q.w = r.w and q.k = r.assignee_k
where r.reason = 'second_look'
order by 1;

-- Authors, whoever decided last, and one more person have been in each draft's room.
insert into public.draft_looks (profile_id, draft_id, workspace_id, version_number, previous_version, looked_at, previous_at)
select q.id, d.id, d.workspace_id, v.number, nullif(v.number - 1, 0), v.created_at + d.step * 0.4,
  case when v.number > 1 then v.created_at - d.step * 0.4 end
from load_plan p, load_versions v
join load_drafts d using (w, i)
left join load_decisions x on x.w = v.w and x.i = v.i and x.last
cross join lateral (select distinct k from unnest(array[x.decider_k, pg_temp.pick(v.n, 70, p.blocks * 40)]) k where k is not null) s
join load_people q on q.w = v.w and q.k = s.k
where v.last and v.submitted;

select private.rebuild_review_rounds(pg_temp.make_id('workspace', w)) from load_plan p, generate_series(0, p.workspaces - 1) w;
select private.sum_up_reviews(pg_temp.make_id('workspace', w)) from load_plan p, generate_series(0, p.workspaces - 1) w;
