-- Purpose: a professional takes back an edit they offered, as long as its author has not accepted it.
-- Touches: decisions (one kind more), functions, the trigger function that keeps review_rounds.
-- Locks: decisions exclusively for a moment. Undo: drop take_back_edits and private.reopen_round, restore
-- private.follow_round and private.rebuild_review_rounds of 20261127070100, private.my_earlier_decision of
-- 20261127050100; the kind stays while there are rows of it.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.decisions
  -- squawk-ignore ban-drop-constraint
  drop constraint decisions_kind_check,
  add constraint decisions_kind_check check (kind in (
    'approved', 'approved_with_edits', 'changes_requested', 'declined', 'approval_withdrawn', 'edits_taken_back')),
  -- squawk-ignore ban-drop-constraint
  drop constraint decisions_reason_check,
  -- Whoever takes an edit back goes on with the review: a reason comes with what they decide then.
  add constraint decisions_reason_check
    check ((kind in ('approved', 'approved_with_edits', 'edits_taken_back')) = (reason_code is null));
-- At most one decision a version, and at most one end of it.
drop index public.decisions_version_idx;
create unique index decisions_version_idx
  on public.decisions (draft_id, version_number, (kind in ('approval_withdrawn', 'edits_taken_back')));

create function private.give_requests_back(p_draft public.drafts, p_decision public.decisions)
returns uuid[]
language sql
security definer
set search_path = ''
as $$
  -- Closed in the transaction of the decision, so at its very moment. Nobody gets back what they could
  -- not be asked for now.
  with opened as (
    update public.review_requests r set closed_at = null, outcome = null
    from public.memberships m
    where r.draft_id = p_draft.id and r.outcome = 'decided' and r.closed_at = p_decision.decided_at
      and m.workspace_id = r.workspace_id and m.profile_id = r.assignee_id and m.suspended_at is null
      and case r.kind when 'peer' then 'influencer' else 'professional' end = any (m.roles)
      and r.assignee_id = any (private.readers_of(p_draft)) and r.assignee_id <> p_draft.author_id
      and (r.kind = 'peer' or not r.assignee_id = any (p_draft.former_author_ids))
    returning r.assignee_id)
  select coalesce(array_agg(o.assignee_id), '{}') from opened o
$$;
comment on function private.give_requests_back is
  'The requests that a decision closed are open again, for those who could still answer them; who they are.';

create function public.take_back_edits(p_draft uuid, p_version integer, p_content_hash text, p_note text default '')
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_credential public.credentials := private.require_decider(v_draft, v_draft.topic);
  v_note text := private.optional_note(p_note);
  v_version public.draft_versions;
  v_offer public.decisions;
  v_decision uuid;
  v_colleagues uuid[];
begin
  if v_draft.state <> 'changes_requested' or v_draft.offered_version is null
    or v_draft.offered_version is distinct from p_version then
    perform private.refuse('PT409', 'nothing_offered', case when v_draft.state in ('approved', 'published')
      then 'The author was faster and accepted the edit, so it is approved. You can withdraw the approval; your note is kept.'
      else 'There is no such edit to take back any more. Look at the draft as it is now; your note is kept.' end);
  end if;
  select * into v_version from public.draft_versions v where v.draft_id = p_draft and v.number = p_version;
  select * into v_offer from public.decisions x
  where x.draft_id = p_draft and x.version_number = p_version and x.kind = 'approved_with_edits';
  if v_offer.decided_by is distinct from auth.uid() then
    perform private.refuse('PT403', 'not_the_editor', 'Somebody else offered this edit, so it is theirs to take back.');
  end if;
  if v_version.content_hash is distinct from p_content_hash then
    perform private.refuse('PT409', 'hash_differs', 'The text you have is not the one that was offered. Reload first; your note is kept.');
  end if;
  v_decision := private.add_decision(v_version, 'edits_taken_back', null, v_note, v_credential, null);
  update public.drafts d
  set state = 'in_review', offered_version = null, change_number = d.change_number + 1, updated_at = now()
  where d.id = p_draft returning * into v_draft;
  v_colleagues := private.give_requests_back(v_draft, v_offer);
  -- It is theirs to decide, also if nobody had asked them before.
  perform private.ask_for_review(v_draft, auth.uid(), 'professional', 'taken', '');
  perform private.notify(v_draft, array_append(v_colleagues, v_draft.author_id), 'edits_taken_back', v_decision);
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'edits_taken_back', p_draft, v_decision,
    jsonb_build_object('version', v_version.number, 'content_hash', v_version.content_hash));
  return jsonb_build_object('id', v_decision, 'state', 'in_review', 'version', v_draft.submitted_version);
end
$$;
comment on function public.take_back_edits is
  'Whoever offered an edit takes it back before its author accepted exactly that text: the version they edited is in review again, with everybody who had it and could still decide.';
grant execute on function public.take_back_edits(uuid, integer, text, text) to authenticated;

create or replace function private.my_earlier_decision(p_draft public.drafts)
returns integer
language sql
stable
set search_path = ''
as $$
  -- Only decisions before the version in review: an edit of it that was taken back is a later version.
  select o.version_number from public.decisions o
  where p_draft.state = 'in_review' and o.workspace_id = p_draft.workspace_id and o.draft_id = p_draft.id
    and o.decided_by = (select auth.uid()) and o.version_number < p_draft.submitted_version
  order by o.decided_at desc limit 1
$$;

-- Figures: an edit that was taken back was no answer, so its round goes on as if there had been none.

create function private.reopen_round(p_draft public.drafts)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.review_rounds r
  set ended_at = null, outcome = null, decided_by = null, answer = null,
    reviewer_time = r.reviewer_time - (r.ended_at - r.sent_at - r.held), hold_time = r.hold_time - r.held
  where r.draft_id = p_draft.id and r.outcome = 'approved_with_edits' and r.approved_at is null
    and r.number = (select max(o.number) from public.review_rounds o where o.draft_id = p_draft.id)
$$;
comment on function private.reopen_round is
  'The edits that ended the round were taken back: the draft has been with its reviewers all the time.';

create or replace function private.follow_round()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.state = 'in_review' and old.state = 'on_hold' then
    update public.review_rounds r set held = r.held + (now() - r.held_since), held_since = null
    where r.draft_id = new.id and r.ended_at is null and r.held_since is not null;
  elsif new.state = 'in_review' and old.offered_version is not null and new.submitted_version = old.submitted_version then
    -- Nothing was sent: the edits were taken back.
    perform private.reopen_round(new);
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

create or replace function private.rebuild_review_rounds(p_workspace uuid)
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
      lag(e.action) over one as before, lead(e.action) over one as after, lead(e.at) over one as next_at
    from public.audit_events e
    where e.workspace_id = p_workspace and e.draft_id is not null and e.action in ('draft_submitted', 'draft_held',
      'draft_resumed', 'draft_approved', 'draft_approved_with_edits', 'draft_changes_requested', 'draft_declined',
      'edits_accepted', 'edits_taken_back', 'draft_withdrawn')
    window one as (partition by e.draft_id order by e.seq)
  ), numbered as (
    select s.*, count(*) filter (where s.action = 'draft_submitted'
      -- A newer text that is sent while one is in review goes on with the round.
      and coalesce(s.before, '') not in ('draft_submitted', 'draft_resumed', 'edits_taken_back')) over (partition by s.draft_id order by s.seq) as number
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
        when n.action = 'draft_withdrawn' and n.before in ('draft_submitted', 'draft_held', 'draft_resumed', 'edits_taken_back')
          then 'withdrawn'
        -- Edits that were taken back were no answer.
        when n.action = 'draft_approved_with_edits' and n.after = 'edits_taken_back' then null
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
