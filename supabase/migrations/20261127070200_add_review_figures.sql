-- Purpose: the figures of review, as the calling person. Touches: functions only. Undo: drop the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.days_of(p_time interval)
returns double precision
language sql
immutable
as $$
  select extract(epoch from p_time)::double precision / 86400
$$;
comment on function private.days_of is 'A length of time in days of 24 hours.';

create function private.open_reviews_json(p_workspace uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('drafts', count(*), 'on_hold', count(r.held_since),
    'over_three_days', count(*) filter (where r.sent_at < now() - interval '3 days'),
    'median_days', percentile_cont(0.5) within group (order by private.days_of(now() - r.sent_at)),
    'longest_days', max(private.days_of(now() - r.sent_at)))
  from public.review_rounds r
  where r.workspace_id = p_workspace and r.ended_at is null
$$;
comment on function private.open_reviews_json is 'What is with reviewers at this moment, and for how long already.';

create function private.answers_by_professional(p_workspace uuid, p_from timestamptz, p_until timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('profile_id', x.decided_by, 'name', p.display_name, 'answers', x.answers,
    'approved', x.approved, 'edited', x.edited, 'sent_back', x.sent_back, 'declined', x.declined,
    'answer_days', x.answer_days) order by p.display_name, p.id), '[]')
  from (
    select r.decided_by, count(*) as answers, count(*) filter (where r.outcome = 'approved') as approved,
      count(*) filter (where r.outcome = 'approved_with_edits') as edited,
      count(*) filter (where r.outcome = 'changes_requested') as sent_back,
      count(*) filter (where r.outcome = 'declined') as declined,
      percentile_cont(0.5) within group (order by private.days_of(r.ended_at - r.sent_at - r.held)) as answer_days
    from public.review_rounds r
    where r.workspace_id = p_workspace and r.answer is not null and r.ended_at >= p_from and r.ended_at < p_until
    group by r.decided_by) x
  join public.profiles p on p.id = x.decided_by
$$;
comment on function private.answers_by_professional is
  'Decisions of the period by who made them, also those after an approval; answer_days is the median from the round''s sending to it, holds left out.';

grant execute on function
  private.days_of(interval),
  private.open_reviews_json(uuid),
  private.answers_by_professional(uuid, timestamptz, timestamptz)
to authenticated;

create function public.get_review_figures(p_workspace uuid, p_from date, p_to date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with asked as (
    select private.my_roles(p_workspace) as roles, (select auth.uid()) as me,
      p_from::timestamp at time zone 'UTC' as since, (p_to + 1)::timestamp at time zone 'UTC' as until
  ), firsts as (
    -- The first decision on a draft, by when it was made.
    select grouping(x.month, x.author_id) as kind, x.month, x.author_id, count(*) as first_answers,
      count(*) filter (where x.outcome = 'approved') as approved_first,
      count(*) filter (where x.outcome = 'approved_with_edits') as edited_first,
      percentile_cont(0.5) within group (order by x.days) as first_answer_days
    from (select to_char(r.ended_at at time zone 'UTC', 'YYYY-MM') as month, r.author_id, r.outcome,
        private.days_of(r.ended_at - r.first_sent_at) as days
      from asked a join public.review_rounds r on r.workspace_id = p_workspace and r.answer = 1
        and r.ended_at >= a.since and r.ended_at < a.until) x
    group by grouping sets ((), (x.month), (x.author_id))
  ), approvals as (
    -- The way of a draft to its first approval, by when that came to count.
    select grouping(x.month, x.author_id) as kind, x.month, x.author_id, count(*) as approvals,
      avg(x.answer)::double precision as rounds, avg(x.reviewer_days) as reviewer_days,
      avg(x.author_days) as author_days, avg(x.hold_days) as hold_days
    from (select to_char(r.approved_at at time zone 'UTC', 'YYYY-MM') as month, r.author_id, r.answer,
        private.days_of(r.reviewer_time) as reviewer_days, private.days_of(r.author_time) as author_days,
        private.days_of(r.hold_time) as hold_days
      from asked a join public.review_rounds r on r.workspace_id = p_workspace and not r.after_approval
        and r.approved_at >= a.since and r.approved_at < a.until) x
    group by grouping sets ((), (x.month), (x.author_id))
  ), figures as (
    select k.kind, k.month, k.author_id, jsonb_build_object(
      'first_answers', coalesce(f.first_answers, 0), 'approved_first', coalesce(f.approved_first, 0),
      'edited_first', coalesce(f.edited_first, 0), 'first_answer_days', f.first_answer_days,
      'approvals', coalesce(g.approvals, 0), 'rounds', g.rounds, 'reviewer_days', g.reviewer_days,
      'author_days', g.author_days, 'hold_days', g.hold_days) as figure
    from (select kind, month, author_id from firsts union select kind, month, author_id from approvals) k
    left join firsts f on f.kind = k.kind and f.month is not distinct from k.month and f.author_id is not distinct from k.author_id
    left join approvals g on g.kind = k.kind and g.month is not distinct from k.month and g.author_id is not distinct from k.author_id
  )
  select jsonb_build_object(
    'total', (select f.figure from figures f where f.kind = 3),
    'months', (select coalesce(jsonb_agg(f.figure || jsonb_build_object('month', f.month) order by f.month), '[]')
      from figures f where f.kind = 1),
    'authors', (select coalesce(jsonb_agg(f.figure || jsonb_build_object('profile_id', p.id, 'name', p.display_name)
        order by p.display_name, p.id), '[]')
      from figures f join public.profiles p on p.id = f.author_id
      -- Whoever only writes sees themselves and the whole team, and no list to be compared in.
      where f.kind = 2 and (a.roles && array['professional', 'coordinator'] or f.author_id = a.me)),
    'professionals', case when a.roles && array['professional', 'coordinator']
      then private.answers_by_professional(p_workspace, a.since, a.until) else '[]' end,
    'approvals_withdrawn', (select count(*) from public.decisions x
      where x.workspace_id = p_workspace and x.kind = 'approval_withdrawn' and x.decided_at >= a.since and x.decided_at < a.until),
    'open', private.open_reviews_json(p_workspace))
  from asked a
  where p_workspace = any ((select private.my_workspaces())::uuid[])
$$;
comment on function public.get_review_figures is
  'Figures of review from the beginning of p_from to the end of p_to, in UTC, over the drafts the caller may see. First decisions count in the month they were made, approvals in the month they came to count; only a draft''s way to its first approval counts. authors: who sent the drafts; influencers find only themselves there, and no professionals. Days are means but for the medians first_answer_days and median_days. Null for strangers.';
grant execute on function public.get_review_figures(uuid, date, date) to authenticated;
