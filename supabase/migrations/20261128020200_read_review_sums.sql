-- Purpose: figures of review read from the sums by month. Touches: functions only. Undo: drop what is new,
-- restore get_review_figures and answers_by_professional of 20261127070200.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.waits_by_month(p_workspace uuid, p_from date, p_to date)
returns table (month date, days double precision)
language sql
stable
set search_path = ''
as $$
  with steps as (
    -- The whole period is the month that is null.
    select w.month, w.step, sum(w.drafts) as drafts, private.days_of(sum(w.waited)) / sum(w.drafts) as days
    from public.wait_months w
    where w.workspace_id = p_workspace and w.month between p_from and p_to and w.drafts > 0
    group by grouping sets ((w.step), (w.month, w.step))
  ), counted as (
    select s.*, sum(s.drafts) over (partition by s.month) as n,
      sum(s.drafts) over (partition by s.month order by s.step) as until
    from steps s
  )
  -- The one or two drafts in the middle; each counts as the mean of its step.
  select c.month, sum(c.days * m.middles) / 2
  from counted c
  cross join lateral (select
    (floor((c.n + 1) / 2) > c.until - c.drafts and floor((c.n + 1) / 2) <= c.until)::integer
    + (floor((c.n + 2) / 2) > c.until - c.drafts and floor((c.n + 2) / 2) <= c.until)::integer as middles) m
  group by c.month
$$;
comment on function private.waits_by_month is
  'Median days to the first decision, by month and (month null) over all of them: right to the hour, beyond 30 days to the day.';

create function private.deciders_json(p_workspace uuid, p_from date, p_to date, p_most integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('profile_id', x.decider_id, 'name', p.display_name, 'answers', x.answers,
    'approved', x.approved, 'edited', x.edited, 'sent_back', x.sent_back, 'declined', x.declined,
    'answer_days', x.answer_days, 'people', x.people) order by p.display_name, p.id), '[]')
  from (
    select s.*, count(*) over () as people
    from (
      select m.decider_id, sum(m.approved + m.edited + m.sent_back + m.declined) as answers, sum(m.approved) as approved,
        sum(m.edited) as edited, sum(m.sent_back) as sent_back, sum(m.declined) as declined,
        private.days_of(sum(m.answer_time)) / nullif(sum(m.approved + m.edited + m.sent_back + m.declined), 0) as answer_days
      from public.decider_months m
      where m.workspace_id = p_workspace and m.month between p_from and p_to
      group by m.decider_id) s
    where s.answers > 0
    order by s.answers desc, s.decider_id
    limit p_most) x
  join public.profiles p on p.id = x.decider_id
$$;
comment on function private.deciders_json is
  'Decisions of some months by who made them, those with most; people: how many there are. answer_days is the mean from a round''s sending, holds left out.';

grant execute on function
  private.waits_by_month(uuid, date, date),
  private.deciders_json(uuid, date, date, integer)
to authenticated;

-- squawk-ignore ban-drop-function
drop function public.get_review_figures(uuid, date, date);
-- squawk-ignore ban-drop-function
drop function private.answers_by_professional(uuid, timestamptz, timestamptz);

create function public.get_review_figures(p_workspace uuid, p_from date, p_to date)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_from constant date := date_trunc('month', p_from::timestamp)::date;
  v_to constant date := date_trunc('month', p_to::timestamp)::date;
  v_roles constant text[] := private.my_roles(p_workspace);
  v_most constant integer := 30;
  v_answer jsonb;
begin
  if not p_workspace = any (private.my_workspaces()) then
    return null;
  end if;
  if v_from is null or v_to is null or v_to >= v_from + interval '36 months' then
    perform private.refuse('PT400', 'period_invalid', 'Figures cover at most 36 months. Choose a shorter period.');
  end if;
  with sums as (
    select grouping(m.month, m.author_id) as kind, m.month, m.author_id, sum(m.first_answers) as first_answers,
      sum(m.approved_first) as approved_first, sum(m.edited_first) as edited_first, sum(m.approvals) as approvals,
      sum(m.rounds) as rounds, sum(m.reviewer_time) as reviewer_time, sum(m.author_time) as author_time,
      sum(m.hold_time) as hold_time
    from public.author_months m
    where m.workspace_id = p_workspace and m.month between v_from and v_to
    group by grouping sets ((), (m.month), (m.author_id))
  ), ranked as (
    select s.*, row_number() over (partition by s.kind order by s.first_answers + s.approvals desc, s.author_id) as place,
      count(*) over (partition by s.kind) as people
    from sums s
    where s.kind = 3 or s.first_answers + s.approvals > 0
      -- Whoever only writes sees themselves and the whole team, and no list to be compared in.
      and (s.kind = 1 or v_roles && array['professional', 'coordinator'] or s.author_id = (select auth.uid()))
  ), figures as (
    select r.kind, r.month, r.author_id, r.people, jsonb_build_object('first_answers', coalesce(r.first_answers, 0),
      'approved_first', coalesce(r.approved_first, 0), 'edited_first', coalesce(r.edited_first, 0),
      'first_answer_days', w.days, 'approvals', coalesce(r.approvals, 0),
      'rounds', r.rounds::double precision / nullif(r.approvals, 0),
      'reviewer_days', private.days_of(r.reviewer_time) / nullif(r.approvals, 0),
      'author_days', private.days_of(r.author_time) / nullif(r.approvals, 0),
      'hold_days', private.days_of(r.hold_time) / nullif(r.approvals, 0)) as figure
    from ranked r
    left join private.waits_by_month(p_workspace, v_from, v_to) w on r.kind <> 2 and w.month is not distinct from r.month
    where r.kind <> 2 or r.place <= v_most
  )
  select jsonb_build_object(
    'total', (select f.figure from figures f where f.kind = 3),
    'months', (select coalesce(jsonb_agg(f.figure || jsonb_build_object('month', to_char(f.month, 'YYYY-MM')) order by f.month), '[]')
      from figures f where f.kind = 1),
    'authors', (select coalesce(jsonb_agg(f.figure || jsonb_build_object('profile_id', p.id, 'name', p.display_name,
        'people', f.people) order by p.display_name, p.id), '[]')
      from figures f join public.profiles p on p.id = f.author_id where f.kind = 2),
    'professionals', case when v_roles && array['professional', 'coordinator']
      then private.deciders_json(p_workspace, v_from, v_to, v_most) else '[]' end,
    'approvals_withdrawn', (select count(*) from public.decisions x
      where x.workspace_id = p_workspace and x.kind = 'approval_withdrawn'
        and x.decided_at >= v_from::timestamp at time zone 'UTC'
        and x.decided_at < (v_to + interval '1 month') at time zone 'UTC'),
    'open', private.open_reviews_json(p_workspace))
  into v_answer;
  return v_answer;
end
$$;
comment on function public.get_review_figures is
  'Figures of review from the month of p_from to that of p_to (UTC, at most 36), over the drafts the caller may see. First decisions count in the month they were made, approvals in the month they came to count; only a draft''s way to its first approval counts. authors: who sent the drafts, the 30 with most and in people how many there are, without first_answer_days; influencers find only themselves there, and no professionals. Days are means but for the median first_answer_days, which is right to the hour. Null for strangers.';
grant execute on function public.get_review_figures(uuid, date, date) to authenticated;
