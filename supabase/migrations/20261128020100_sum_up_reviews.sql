-- Purpose: figures of review from sums by month, kept as rounds change: reading them costs the same
-- however many drafts there are. Whole months, at most 36 of them; people at most 30, those with most.
-- Touches: author_months, decider_months, wait_months (new, filled from review_rounds), triggers on
-- review_rounds and drafts, get_review_figures. Locks: review_rounds and drafts against writes for a
-- moment; filling reads review_rounds once. Undo: drop triggers, tables and functions, restore
-- get_review_figures and answers_by_professional of 20261127070200.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.author_months (
  workspace_id uuid not null references public.workspaces (id),
  month date not null check (extract(day from month) = 1),
  author_id uuid not null,
  restricted_to uuid,
  first_answers integer not null,
  approved_first integer not null,
  edited_first integer not null,
  approvals integer not null,
  rounds integer not null,
  reviewer_time interval not null,
  author_time interval not null,
  hold_time interval not null,
  unique nulls not distinct (workspace_id, month, author_id, restricted_to)
);
comment on table public.author_months is
  'What review_rounds says of a month (UTC), by who sent the drafts: first decisions, and ways to a first approval, with their sums. Kept by triggers; private.sum_up_reviews makes the same of the rounds.';
comment on column public.author_months.restricted_to is
  'Of drafts for professionals only: whose they are. Their author reads them, and professionals do.';
comment on column public.author_months.rounds is 'Decisions that the approved drafts took; the times are sums over them as well.';

create table public.decider_months (
  workspace_id uuid not null references public.workspaces (id),
  month date not null check (extract(day from month) = 1),
  decider_id uuid not null,
  restricted_to uuid,
  approved integer not null,
  edited integer not null,
  sent_back integer not null,
  declined integer not null,
  answer_time interval not null,
  unique nulls not distinct (workspace_id, month, decider_id, restricted_to)
);
comment on table public.decider_months is 'Decisions of a month (UTC) by who made them, those after an approval too. Kept as author_months are.';
comment on column public.decider_months.answer_time is 'Sum over the decisions, each from the sending of its round, holds left out.';

create table public.wait_months (
  workspace_id uuid not null references public.workspaces (id),
  month date not null check (extract(day from month) = 1),
  step integer not null,
  restricted_to uuid,
  drafts integer not null,
  waited interval not null,
  unique nulls not distinct (workspace_id, month, step, restricted_to)
);
comment on table public.wait_months is
  'How many drafts waited how long for their first decision, by the month (UTC) in which it came: the median is found here. Kept as author_months are.';
comment on column public.wait_months.step is 'Whole hours; beyond 30 days whole days, counted on from 720. waited is the sum of the waits in it.';

alter table public.author_months enable row level security;
alter table public.decider_months enable row level security;
alter table public.wait_months enable row level security;
create policy "Members read sums over drafts they see" on public.author_months
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and (restricted_to is null or restricted_to = (select auth.uid())
      or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])));
create policy "Members read sums over drafts they see" on public.decider_months
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and (restricted_to is null or restricted_to = (select auth.uid())
      or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])));
create policy "Members read sums over drafts they see" on public.wait_months
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and (restricted_to is null or restricted_to = (select auth.uid())
      or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])));
grant select on public.author_months, public.decider_months, public.wait_months to authenticated;

create function private.month_of(p_at timestamptz)
returns date
language sql
immutable
set search_path = ''
as $$
  select date_trunc('month', p_at at time zone 'UTC')::date
$$;
comment on function private.month_of is 'The first day of the month in UTC.';

create function private.author_months_of(p_round public.review_rounds, p_restricted_to uuid)
returns setof public.author_months
language sql
immutable
set search_path = ''
as $$
  select p_round.workspace_id, private.month_of(p_round.ended_at), p_round.author_id, p_restricted_to, 1,
    (p_round.outcome = 'approved')::integer, (p_round.outcome = 'approved_with_edits')::integer,
    0, 0, interval '0', interval '0', interval '0'
  where p_round.answer = 1
  union all
  select p_round.workspace_id, private.month_of(p_round.approved_at), p_round.author_id, p_restricted_to, 0, 0, 0,
    1, p_round.answer, p_round.reviewer_time, p_round.author_time, p_round.hold_time
  where p_round.approved_at is not null and not p_round.after_approval
$$;
comment on function private.author_months_of is 'What one round adds to author_months.';

create function private.decider_months_of(p_round public.review_rounds, p_restricted_to uuid)
returns setof public.decider_months
language sql
immutable
set search_path = ''
as $$
  select p_round.workspace_id, private.month_of(p_round.ended_at), p_round.decided_by, p_restricted_to,
    (p_round.outcome = 'approved')::integer, (p_round.outcome = 'approved_with_edits')::integer,
    (p_round.outcome = 'changes_requested')::integer, (p_round.outcome = 'declined')::integer,
    p_round.ended_at - p_round.sent_at - p_round.held
  where p_round.answer is not null
$$;
comment on function private.decider_months_of is 'What one round adds to decider_months.';

create function private.wait_months_of(p_round public.review_rounds, p_restricted_to uuid)
returns setof public.wait_months
language sql
immutable
set search_path = ''
as $$
  select p_round.workspace_id, private.month_of(p_round.ended_at),
    case when h.hours < 720 then h.hours else 720 + (h.hours - 720) / 24 end, p_restricted_to,
    1, p_round.ended_at - p_round.first_sent_at
  from (select floor(extract(epoch from p_round.ended_at - p_round.first_sent_at) / 3600)::integer as hours) h
  where p_round.answer = 1
$$;
comment on function private.wait_months_of is 'What one round adds to wait_months.';

create function private.sum_up_round(
  p_old public.review_rounds, p_old_restricted_to uuid, p_new public.review_rounds, p_new_restricted_to uuid
)
returns void
language sql
security definer
set search_path = ''
as $$
  -- Always in this order, so that two that decide at once wait for each other and never in a circle.
  insert into public.author_months as t
  select x.workspace_id, x.month, x.author_id, x.restricted_to, sum(x.sign * x.first_answers), sum(x.sign * x.approved_first),
    sum(x.sign * x.edited_first), sum(x.sign * x.approvals), sum(x.sign * x.rounds), sum(x.sign * x.reviewer_time),
    sum(x.sign * x.author_time), sum(x.sign * x.hold_time)
  from (select -1 as sign, o.* from private.author_months_of(p_old, p_old_restricted_to) o
    union all select 1, n.* from private.author_months_of(p_new, p_new_restricted_to) n) x
  group by x.workspace_id, x.month, x.author_id, x.restricted_to
  having (sum(x.sign * x.first_answers), sum(x.sign * x.approved_first), sum(x.sign * x.edited_first),
    sum(x.sign * x.approvals), sum(x.sign * x.rounds), sum(x.sign * x.reviewer_time), sum(x.sign * x.author_time),
    sum(x.sign * x.hold_time)) <> (0, 0, 0, 0, 0, interval '0', interval '0', interval '0')
  order by 1, 2, 3, 4
  on conflict (workspace_id, month, author_id, restricted_to) do update set
    first_answers = t.first_answers + excluded.first_answers, approved_first = t.approved_first + excluded.approved_first,
    edited_first = t.edited_first + excluded.edited_first, approvals = t.approvals + excluded.approvals,
    rounds = t.rounds + excluded.rounds, reviewer_time = t.reviewer_time + excluded.reviewer_time,
    author_time = t.author_time + excluded.author_time, hold_time = t.hold_time + excluded.hold_time;

  insert into public.decider_months as t
  select x.workspace_id, x.month, x.decider_id, x.restricted_to, sum(x.sign * x.approved), sum(x.sign * x.edited),
    sum(x.sign * x.sent_back), sum(x.sign * x.declined), sum(x.sign * x.answer_time)
  from (select -1 as sign, o.* from private.decider_months_of(p_old, p_old_restricted_to) o
    union all select 1, n.* from private.decider_months_of(p_new, p_new_restricted_to) n) x
  group by x.workspace_id, x.month, x.decider_id, x.restricted_to
  having (sum(x.sign * x.approved), sum(x.sign * x.edited), sum(x.sign * x.sent_back), sum(x.sign * x.declined),
    sum(x.sign * x.answer_time)) <> (0, 0, 0, 0, interval '0')
  order by 1, 2, 3, 4
  on conflict (workspace_id, month, decider_id, restricted_to) do update set
    approved = t.approved + excluded.approved, edited = t.edited + excluded.edited,
    sent_back = t.sent_back + excluded.sent_back, declined = t.declined + excluded.declined,
    answer_time = t.answer_time + excluded.answer_time;

  insert into public.wait_months as t
  select x.workspace_id, x.month, x.step, x.restricted_to, sum(x.sign * x.drafts), sum(x.sign * x.waited)
  from (select -1 as sign, o.* from private.wait_months_of(p_old, p_old_restricted_to) o
    union all select 1, n.* from private.wait_months_of(p_new, p_new_restricted_to) n) x
  group by x.workspace_id, x.month, x.step, x.restricted_to
  having (sum(x.sign * x.drafts), sum(x.sign * x.waited)) <> (0, interval '0')
  order by 1, 2, 3, 4
  on conflict (workspace_id, month, step, restricted_to) do update set
    drafts = t.drafts + excluded.drafts, waited = t.waited + excluded.waited;
$$;
comment on function private.sum_up_round is 'Takes a round as it was out of the sums, and adds it as it is now; null for none.';

create function private.restriction_of(p_draft public.drafts)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select case when p_draft.professionals_only then p_draft.author_id end
$$;
comment on function private.restriction_of is 'For a draft for professionals only, its author, who reads it too; else null.';

create function private.follow_sums()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft uuid := case when tg_op = 'DELETE' then old.draft_id else new.draft_id end;
  v_restricted_to uuid := (select private.restriction_of(d) from public.drafts d where d.id = v_draft);
begin
  perform private.sum_up_round(case when tg_op <> 'INSERT' then old end, v_restricted_to,
    case when tg_op <> 'DELETE' then new end, v_restricted_to);
  return null;
end
$$;
comment on function private.follow_sums is 'Trigger: keeps the sums by month in step with review_rounds.';

create trigger review_rounds_follow_sums after insert or update or delete on public.review_rounds
  for each row execute function private.follow_sums();

create function private.move_sums()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.sum_up_round(r, private.restriction_of(old), r, private.restriction_of(new))
  from public.review_rounds r where r.draft_id = new.id order by r.number;
  return null;
end
$$;
comment on function private.move_sums is 'Trigger: a draft came to be for professionals only, or no longer, or passed to somebody else as such.';

-- Before drafts_follow_round, by its name: that one already finds the new restriction.
create trigger drafts_ask_for_sums after update of professionals_only, author_id on public.drafts
  for each row when ((old.professionals_only or new.professionals_only)
    and (old.professionals_only, old.author_id) is distinct from (new.professionals_only, new.author_id))
  execute function private.move_sums();

create function private.sum_up_reviews(p_workspace uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  delete from public.author_months m where m.workspace_id = p_workspace;
  delete from public.decider_months m where m.workspace_id = p_workspace;
  delete from public.wait_months m where m.workspace_id = p_workspace;
  insert into public.author_months
  select x.workspace_id, x.month, x.author_id, x.restricted_to, sum(x.first_answers), sum(x.approved_first), sum(x.edited_first),
    sum(x.approvals), sum(x.rounds), sum(x.reviewer_time), sum(x.author_time), sum(x.hold_time)
  from public.review_rounds r join public.drafts d on d.id = r.draft_id
  cross join lateral private.author_months_of(r, private.restriction_of(d)) x
  where r.workspace_id = p_workspace group by x.workspace_id, x.month, x.author_id, x.restricted_to;
  insert into public.decider_months
  select x.workspace_id, x.month, x.decider_id, x.restricted_to, sum(x.approved), sum(x.edited), sum(x.sent_back),
    sum(x.declined), sum(x.answer_time)
  from public.review_rounds r join public.drafts d on d.id = r.draft_id
  cross join lateral private.decider_months_of(r, private.restriction_of(d)) x
  where r.workspace_id = p_workspace group by x.workspace_id, x.month, x.decider_id, x.restricted_to;
  insert into public.wait_months
  select x.workspace_id, x.month, x.step, x.restricted_to, sum(x.drafts), sum(x.waited)
  from public.review_rounds r join public.drafts d on d.id = r.draft_id
  cross join lateral private.wait_months_of(r, private.restriction_of(d)) x
  where r.workspace_id = p_workspace group by x.workspace_id, x.month, x.step, x.restricted_to;
$$;
comment on function private.sum_up_reviews is
  'Makes the sums of a workspace again from its rounds: once when the tables came, and after rounds were written past the triggers.';

select private.sum_up_reviews(w.id) from public.workspaces w;
