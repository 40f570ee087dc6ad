-- Comments in threads, notes, and who was asked to review.

-- Comments fall on submitted versions at random, so some drafts have none and some have twenty.
create temp table load_submitted as
select w, i, number, created_at, row_number() over (partition by w order by i, number) - 1 as place,
  count(*) over (partition by w) as versions
from load_versions where submitted;
alter table load_submitted add primary key (w, place);
analyze load_submitted;

create temp table load_comments as
with numbered as (
  select o.w, o.w * 100000000::bigint + g as n, o.versions
  from load_plan p, load_submitted o, generate_series(0, p.drafts * 6 - 1) g
  where o.place = 0
)
select s.w, s.i, s.number, c.n, pg_temp.make_id('comment', c.n) as id,
  s.created_at + d.step * (0.05 + pg_temp.pick(c.n, 51, 900) / 1000.0) as created_at,
  pg_temp.pick(c.n, 52, p.blocks * 40) as author_k
from load_plan p, numbered c
join load_submitted s on s.w = c.w and s.place = pg_temp.pick(c.n, 50, c.versions)
join load_drafts d on d.w = s.w and d.i = s.i;

-- The first comment on a version begins a thread; every other one after it is an answer in it.
create temp table load_threads as
select c.w, c.i, c.number, c.n, c.id, c.author_k, c.created_at,
  case when c.n % 2 = 0 and c.id <> first_value(c.id) over one then first_value(c.id) over one end as parent_id,
  first_value(c.author_k) over one as asked_by_k
from load_comments c
window one as (partition by c.w, c.i, c.number order by c.created_at, c.n);

insert into public.comments (id, workspace_id, draft_id, version_number, author_id, body, created_at, parent_id, mentions)
select c.id, d.workspace_id, d.id, c.number, q.id,
  pg_temp.pick_from(pg_temp.remarks(), c.n, 53)
    || case when c.n % 3 = 0 then ' ' || pg_temp.pick_from(pg_temp.remarks(), c.n, 54) else '' end, c.created_at, c.parent_id,
  case when c.parent_id is not null and c.n % 4 = 0 and a.id <> q.id then array[a.id] else '{}'::uuid[] end
from load_threads c
join load_drafts d using (w, i)
join load_people q on q.w = c.w and q.k = c.author_k
join load_people a on a.w = c.w and a.k = c.asked_by_k
order by c.created_at;

-- A third of the threads were settled by the draft's author, once the last answer was there.
create temp table load_settled as
select t.w, t.i, t.id, max(coalesce(r.created_at, t.created_at)) + interval '1 minute' as resolved_at
from load_plan p, load_threads t
left join load_threads r on r.parent_id = t.id
where t.parent_id is null and t.n % 3 = 0
group by t.w, t.i, t.id, p.as_of
having max(coalesce(r.created_at, t.created_at)) + interval '1 minute' < p.as_of;
insert into public.comment_threads (comment_id, workspace_id, draft_id, resolved_at, resolved_by)
select s.id, d.workspace_id, d.id, s.resolved_at, d.author_id from load_settled s join load_drafts d using (w, i);

insert into public.professional_notes (id, workspace_id, draft_id, version_number, author_id, body, created_at)
select pg_temp.make_id('note', x.n * 8 + x.number), d.workspace_id, d.id, x.number, q.id,
  pg_temp.pick_from(pg_temp.remarks(), x.n, 55), x.decided_at - d.step * 0.01
from load_decisions x join load_drafts d using (w, i) join load_people q on q.w = x.w and q.k = x.decider_k
where pg_temp.pick(x.n * 8 + x.number, 56, 8) = 0;

-- Whoever decided had the draft before: taken at first, back for a second look later. Two thirds
-- of those in review are with somebody.
create temp table load_requests as
select v.w, v.i, v.n, v.number, case when v.number = f.number then 'taken' else 'second_look' end as reason,
  case when v.number = f.number then v.created_at + d.step * 0.3 else v.created_at end as asked_at,
  x.decided_at as closed_at, coalesce(x.decider_k, s.number / 8 * 40 + 28 + s.number % 8) as assignee_k
from load_plan p, load_versions v
join load_drafts d using (w, i)
join (select w, i, min(number) as number from load_submitted group by w, i) f on f.w = v.w and f.i = v.i
left join load_decisions x on x.w = v.w and x.i = v.i and x.number = v.number
join lateral (select pg_temp.pick(v.n * 8 + v.number, 40, p.blocks * 8 - 1) as base) b on true
join lateral (select b.base + case when (d.topic + 1 + b.base) % 3 = 0 then 1 else 0 end as number) s on true
where v.submitted and (x.decided_at is not null or v.last and d.state = 'in_review' and pg_temp.pick(v.n, 57, 3) > 0);
insert into public.review_requests (id, workspace_id, draft_id, kind, assignee_id, asked_by, reason, asked_at, closed_at, outcome)
select pg_temp.make_id('request', r.n * 8 + r.number), d.workspace_id, d.id, 'professional', q.id,
  case r.reason when 'taken' then q.id else d.author_id end, r.reason, r.asked_at, r.closed_at,
  case when r.closed_at is not null then 'decided' end
from load_requests r join load_drafts d using (w, i) join load_people q on q.w = r.w and q.k = r.assignee_k
order by r.asked_at;
