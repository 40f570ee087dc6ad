-- Purpose: how long reviews take and how many rounds they need, kept beside the drafts as they change.
-- Touches: review_rounds (new, filled from the record), a trigger on drafts, decisions (an index).
-- Locks: drafts against writes for a moment; filling reads the record once. Undo: drop the trigger, table and functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

create table public.review_rounds (
  workspace_id uuid not null,
  draft_id uuid not null,
  number integer not null check (number > 0),
  author_id uuid not null references public.profiles (id),
  first_sent_at timestamptz not null,
  sent_at timestamptz not null,
  held_since timestamptz,
  ended_at timestamptz,
  outcome text check (outcome in ('approved', 'approved_with_edits', 'changes_requested', 'declined', 'withdrawn')),
  decided_by uuid references public.profiles (id),
  answer integer check (answer > 0),
  approved_at timestamptz,
  after_approval boolean not null,
  held interval not null default '0',
  reviewer_time interval not null default '0',
  author_time interval not null default '0',
  hold_time interval not null default '0',
  primary key (draft_id, number),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  check ((ended_at is null) = (outcome is null)),
  check ((answer is null) = (outcome is null or outcome = 'withdrawn')),
  check ((answer is null) = (decided_by is null)),
  check (approved_at is null or outcome in ('approved', 'approved_with_edits')),
  check (ended_at is null or held_since is null)
);
create index review_rounds_draft_idx on public.review_rounds (workspace_id, draft_id, number);
create index review_rounds_answered_idx on public.review_rounds (workspace_id, ended_at) where answer is not null;
create index review_rounds_approved_idx on public.review_rounds (workspace_id, approved_at) where approved_at is not null;
create index review_rounds_open_idx on public.review_rounds (workspace_id, sent_at) where ended_at is null;
create index review_rounds_author_id_idx on public.review_rounds (author_id);
create index review_rounds_decided_by_idx on public.review_rounds (decided_by);
create index decisions_approval_withdrawn_idx on public.decisions (workspace_id, decided_at) where kind = 'approval_withdrawn';
comment on table public.review_rounds is
  'Each stay of a draft with its reviewers: from being sent until a decision or until its author takes it back. A newer text sent meanwhile belongs to the same round. Kept by a trigger on drafts; private.rebuild_review_rounds makes the same of the record.';
comment on column public.review_rounds.author_id is 'Who sent it: a draft that was handed over later keeps its rounds.';
comment on column public.review_rounds.first_sent_at is 'When the draft was sent for the very first time.';
comment on column public.review_rounds.answer is 'How many decisions the draft has had with this one; null while open and when it was withdrawn.';
comment on column public.review_rounds.approved_at is 'When this round''s approval came to count: at the decision, or when the author accepted the edits.';
comment on column public.review_rounds.after_approval is 'The draft had been approved before; such rounds do not count on the way to the first approval.';
comment on column public.review_rounds.held is 'For how long this round was on hold.';
comment on column public.review_rounds.reviewer_time is 'From the first sending on, all rounds with this one: time with reviewers, holds left out.';
comment on column public.review_rounds.author_time is 'From the first sending on: time between rounds, and until edits were accepted.';
comment on column public.review_rounds.hold_time is 'From the first sending on: time on hold.';

alter table public.review_rounds enable row level security;
create policy "Members read the rounds of drafts they see" on public.review_rounds
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
grant select on public.review_rounds to authenticated;

create function private.open_round(p_draft public.drafts)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_last public.review_rounds;
begin
  select * into v_last from public.review_rounds r where r.draft_id = p_draft.id order by r.number desc limit 1;
  insert into public.review_rounds (workspace_id, draft_id, number, author_id, first_sent_at, sent_at, after_approval,
    reviewer_time, author_time, hold_time)
  values (p_draft.workspace_id, p_draft.id, coalesce(v_last.number, 0) + 1, p_draft.author_id,
    coalesce(v_last.first_sent_at, now()), now(),
    coalesce(v_last.after_approval or v_last.approved_at is not null, false),
    coalesce(v_last.reviewer_time, '0'),
    coalesce(v_last.author_time + (now() - greatest(v_last.ended_at, v_last.approved_at)), '0'),
    coalesce(v_last.hold_time, '0'));
end
$$;
comment on function private.open_round is 'The draft was sent for review.';

create function private.close_round(p_draft public.drafts, p_outcome text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_round public.review_rounds;
  v_held interval;
begin
  select * into v_round from public.review_rounds r where r.draft_id = p_draft.id and r.ended_at is null;
  if v_round.draft_id is null then
    return;
  end if;
  v_held := v_round.held + coalesce(now() - v_round.held_since, '0');
  update public.review_rounds r
  set ended_at = now(), outcome = p_outcome, held_since = null, held = v_held,
    decided_by = case when p_outcome <> 'withdrawn' then auth.uid() end,
    answer = case when p_outcome <> 'withdrawn' then 1 + (select count(*) from public.review_rounds o
      where o.draft_id = p_draft.id and o.answer is not null) end,
    approved_at = case when p_outcome = 'approved' then now() end,
    reviewer_time = r.reviewer_time + (now() - r.sent_at) - v_held,
    hold_time = r.hold_time + v_held
  where r.draft_id = v_round.draft_id and r.number = v_round.number;
end
$$;
comment on function private.close_round is 'The draft left its reviewers.';

create function private.follow_round()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.state = 'in_review' and old.state = 'on_hold' then
    update public.review_rounds r set held = r.held + (now() - r.held_since), held_since = null
    where r.draft_id = new.id and r.ended_at is null and r.held_since is not null;
  elsif new.state = 'in_review' then
    perform private.open_round(new);
  elsif new.state = 'on_hold' then
    update public.review_rounds r set held_since = now() where r.draft_id = new.id and r.ended_at is null;
  elsif old.state in ('in_review', 'on_hold') then
    perform private.close_round(new, case when new.state = 'changes_requested' and new.offered_version is not null
      then 'approved_with_edits' else new.state end);
  elsif new.state = 'approved' and old.state = 'changes_requested' then
    -- The author accepted the edits of the last round.
    update public.review_rounds r
    set approved_at = now(), author_time = r.author_time + (now() - r.ended_at)
    where r.draft_id = new.id and r.outcome = 'approved_with_edits'
      and r.number = (select max(o.number) from public.review_rounds o where o.draft_id = new.id);
  end if;
  return null;
end
$$;
comment on function private.follow_round is 'Trigger: keeps review_rounds in step with the states of drafts.';

create trigger drafts_follow_round after update of state on public.drafts
  for each row when (old.state is distinct from new.state) execute function private.follow_round();

create function private.rebuild_review_rounds(p_workspace uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  delete from public.review_rounds r where r.workspace_id = p_workspace;
  insert into public.review_rounds (workspace_id, draft_id, number, author_id, first_sent_at, sent_at, held_since, ended_at,
    outcome, decided_by, answer, approved_at, after_approval, held, reviewer_time, author_time, hold_time)
  with steps as (
    select e.draft_id, e.seq, e.at, e.actor_id, e.action,
      lag(e.action) over one as before, lead(e.at) over one as next_at
    from public.audit_events e
    where e.workspace_id = p_workspace and e.draft_id is not null and e.action in ('draft_submitted', 'draft_held',
      'draft_resumed', 'draft_approved', 'draft_approved_with_edits', 'draft_changes_requested', 'draft_declined',
      'edits_accepted', 'draft_withdrawn')
    window one as (partition by e.draft_id order by e.seq)
  ), numbered as (
    select s.*, count(*) filter (where s.action = 'draft_submitted'
      -- A newer text that is sent while one is in review goes on with the round.
      and coalesce(s.before, '') not in ('draft_submitted', 'draft_resumed')) over (partition by s.draft_id order by s.seq) as number
    from steps s
  ), rounds as (
    select n.draft_id, n.number::integer as number, min(n.at) as sent_at,
      (array_agg(n.actor_id order by n.seq))[1] as author_id,
      min(n.at) filter (where x.outcome is not null) as ended_at,
      min(x.outcome) as outcome,
      (array_agg(n.actor_id) filter (where x.outcome <> 'withdrawn'))[1] as decided_by,
      min(n.at) filter (where n.action in ('draft_approved', 'edits_accepted')) as approved_at,
      min(n.at) filter (where n.action = 'draft_held' and n.next_at is null) as held_since,
      coalesce(sum(n.next_at - n.at) filter (where n.action = 'draft_held'), '0') as held
    from numbered n
    cross join lateral (select case
        -- Taken back before it was ever with reviewers, or once they were done: no end of a round.
        when n.action = 'draft_withdrawn' and n.before in ('draft_submitted', 'draft_held', 'draft_resumed') then 'withdrawn'
        when n.action in ('draft_approved', 'draft_approved_with_edits', 'draft_changes_requested', 'draft_declined')
          then substr(n.action, 7) end as outcome) x
    where n.number > 0
    group by n.draft_id, n.number
  ), timed as (
    select r.*, coalesce(r.ended_at, r.sent_at) - r.sent_at - case when r.ended_at is null then '0' else r.held end as reviewing,
      r.sent_at - lag(greatest(r.ended_at, r.approved_at)) over one as gap,
      case when r.outcome = 'approved_with_edits' then coalesce(r.approved_at - r.ended_at, '0') else '0' end as accepting
    from rounds r
    window one as (partition by r.draft_id order by r.number)
  )
  select p_workspace, t.draft_id, t.number, t.author_id, min(t.sent_at) over one, t.sent_at, t.held_since, t.ended_at, t.outcome,
    t.decided_by,
    case when t.decided_by is not null then count(t.decided_by) over one end,
    t.approved_at,
    coalesce(count(t.approved_at) over (partition by t.draft_id order by t.number rows between unbounded preceding and 1 preceding) > 0, false),
    t.held,
    sum(t.reviewing) over one,
    sum(coalesce(t.gap, '0') + t.accepting) over one,
    coalesce(sum(t.held) filter (where t.ended_at is not null) over one, '0')
  from timed t
  window one as (partition by t.draft_id order by t.number rows between unbounded preceding and current row)
$$;
comment on function private.rebuild_review_rounds is
  'Makes the rounds of a workspace again from its record: once when the table came, and after rows were written past the functions.';

select private.rebuild_review_rounds(w.id) from public.workspaces w;
