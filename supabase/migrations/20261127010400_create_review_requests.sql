-- Purpose: who is asked to look at a draft, by whom, since when: assign, take, pass on, be away.
-- Touches: review_requests (new), memberships (away_until). Locks: memberships exclusively for a moment.
-- Undo: drop the table, the column and the functions.

set lock_timeout = '5s';
set statement_timeout = '60s';

alter table public.memberships add column away_until date;
comment on column public.memberships.away_until is 'The last day on which this person takes no reviews; null or past: they do.';

create table public.review_requests (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  kind text not null check (kind in ('peer', 'professional')),
  assignee_id uuid not null,
  asked_by uuid not null references public.profiles (id),
  reason text not null check (reason in ('taken', 'assigned', 'asked', 'second_look', 'second_opinion', 'not_my_area')),
  note text not null default '' check (length(note) <= 500),
  asked_at timestamptz not null default now(),
  closed_at timestamptz,
  outcome text check (outcome in ('decided', 'advised', 'passed_on', 'let_go', 'taken_back', 'withdrawn')),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (workspace_id, assignee_id) references public.memberships (workspace_id, profile_id),
  check ((closed_at is null) = (outcome is null))
);
create unique index review_requests_open_idx on public.review_requests (draft_id, assignee_id) where closed_at is null;
create index review_requests_draft_idx on public.review_requests (workspace_id, draft_id, asked_at);
create index review_requests_assignee_idx on public.review_requests (workspace_id, assignee_id) where closed_at is null;
create index review_requests_member_idx on public.review_requests (workspace_id, assignee_id, asked_at);
create index review_requests_asked_by_idx on public.review_requests (asked_by);
comment on table public.review_requests is 'Who has a draft, or had it. A request that was answered stays, with how it ended.';
comment on column public.review_requests.kind is 'peer: advice is wanted; professional: a decision.';
comment on column public.review_requests.reason is 'How it came about: the person took it, a coordinator assigned it, its author or a colleague asked, or they decided on an earlier version.';

alter table public.review_requests enable row level security;
create policy "Members read who has a draft" on public.review_requests
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));
grant select on public.review_requests to authenticated;

create function private.is_away(p_until date)
returns boolean
language sql
stable
as $$
  select coalesce(p_until >= (now() at time zone 'UTC')::date, false)
$$;
comment on function private.is_away is 'Whether somebody takes no reviews today, in UTC.';
grant execute on function private.is_away(date) to authenticated;

create function private.ask_for_review(
  p_draft public.drafts, p_assignee uuid, p_kind text, p_reason text, p_note text
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_member public.memberships;
  v_name text := (select p.display_name from public.profiles p where p.id = p_assignee);
  v_note text := coalesce(btrim(private.clean_text(p_note)), '');
  v_request uuid;
begin
  select * into v_member from public.memberships m
  where m.workspace_id = p_draft.workspace_id and m.profile_id = p_assignee and m.suspended_at is null;
  if v_member.profile_id is null then
    perform private.refuse('PT404', 'not_found', 'There is no such person in this workspace.');
  end if;
  if p_assignee = p_draft.author_id or p_kind = 'professional' and p_assignee = any (p_draft.former_author_ids) then
    perform private.refuse('PT409', 'own_draft', pg_catalog.format('%s wrote this draft, so somebody else has to look at it.', v_name));
  end if;
  if p_kind = 'professional' and (not 'professional' = any (v_member.roles)
    or (private.current_credential(p_draft.workspace_id, p_assignee, p_draft.topic)).id is null) then
    perform private.refuse('PT409', 'cannot_decide', pg_catalog.format(
      '%s has no checked credential that covers this topic, so they cannot decide on it.', v_name));
  end if;
  if p_kind = 'peer' and not 'influencer' = any (v_member.roles) then
    perform private.refuse('PT409', 'no_peer', pg_catalog.format('%s is no influencer here. Peers give advice.', v_name));
  end if;
  if not p_assignee = any (private.readers_of(p_draft)) then
    perform private.refuse('PT409', 'cannot_see', 'This draft is for professionals only.');
  end if;
  if private.is_away(v_member.away_until) and p_assignee is distinct from auth.uid() then
    perform private.refuse('PT409', 'away', pg_catalog.format('%s is away until %s. Ask somebody else.',
      v_name, to_char(v_member.away_until, 'FMDD FMMonth YYYY')));
  end if;
  if length(v_note) > 500 then
    perform private.refuse('PT400', 'text_too_long', 'A note can have at most 500 characters.');
  end if;
  insert into public.review_requests as r (workspace_id, draft_id, kind, assignee_id, asked_by, reason, note)
  values (p_draft.workspace_id, p_draft.id, p_kind, p_assignee, auth.uid(), p_reason, v_note)
  -- Who was asked for advice can still be asked to decide; that is more, and takes its place.
  on conflict (draft_id, assignee_id) where closed_at is null do update
    set kind = excluded.kind, asked_by = excluded.asked_by, reason = excluded.reason, note = excluded.note, asked_at = now()
    where r.kind = 'peer' and excluded.kind = 'professional'
  returning id into v_request;
  if v_request is null then
    return null;
  end if;
  update public.drafts d set change_number = d.change_number + 1 where d.id = p_draft.id;
  perform private.notify(p_draft, array[p_assignee], case p_kind when 'peer' then 'advice_wanted' else 'review_wanted' end,
    v_request, jsonb_build_object('reason', p_reason));
  return v_request;
end
$$;
comment on function private.ask_for_review is
  'Puts a draft before one person who can do what is asked of them; null when they have it already. The caller records the event.';

create function private.close_requests(p_draft uuid, p_kind text, p_assignee uuid, p_outcome text)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_closed integer;
begin
  update public.review_requests r set closed_at = now(), outcome = p_outcome
  where r.draft_id = p_draft and r.closed_at is null
    and (p_kind is null or r.kind = p_kind) and (p_assignee is null or r.assignee_id = p_assignee);
  get diagnostics v_closed = row_count;
  return v_closed;
end
$$;
comment on function private.close_requests is 'Ends the open requests of this kind and person (null: any); returns how many.';

create function private.require_reviewable(p_draft public.drafts)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_draft.state not in ('in_review', 'on_hold') then
    perform private.refuse('PT409', 'wrong_state', pg_catalog.format(
      'This draft is %s, so there is nothing to review.', replace(p_draft.state, '_', ' ')));
  end if;
end
$$;

create function public.take_review(p_draft uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_other text;
begin
  perform private.require_decider(v_draft, v_draft.topic);
  perform private.require_reviewable(v_draft);
  select p.display_name into v_other
  from public.review_requests r join public.profiles p on p.id = r.assignee_id
  where r.draft_id = p_draft and r.kind = 'professional' and r.closed_at is null and r.assignee_id <> auth.uid() limit 1;
  if v_other is not null then
    perform private.refuse('PT409', 'already_taken', pg_catalog.format('%s has this draft already.', v_other));
  end if;
  if private.ask_for_review(v_draft, auth.uid(), 'professional', 'taken', '') is not null then
    perform private.record_event(v_draft.workspace_id, auth.uid(), 'review_taken', p_draft, auth.uid(), null);
  end if;
end
$$;
comment on function public.take_review is 'A professional who may decide on the draft says that they will.';

create function public.assign_reviews(p_workspace uuid, p_drafts uuid[], p_assignee uuid, p_note text default '')
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'coordinator');
  v_draft public.drafts;
  v_id uuid;
  v_assigned uuid[] := '{}';
begin
  if coalesce(cardinality(p_drafts), 0) not between 1 and 100 then
    perform private.refuse('PT400', 'too_many', 'Choose between 1 and 100 drafts.');
  end if;
  -- Always in the same order, or two coordinators at once would wait for each other.
  foreach v_id in array array(select distinct d from unnest(p_drafts) d order by d) loop
    v_draft := private.lock_draft(v_id);
    if v_draft.workspace_id <> p_workspace then
      perform private.refuse('PT404', 'not_found', 'We could not find that draft. It may not be shared with you.');
    end if;
    perform private.require_reviewable(v_draft);
    update public.review_requests r set closed_at = now(), outcome = 'taken_back'
    where r.draft_id = v_id and r.kind = 'professional' and r.closed_at is null and r.assignee_id <> p_assignee;
    if private.ask_for_review(v_draft, p_assignee, 'professional', 'assigned', p_note) is not null then
      v_assigned := v_assigned || v_id;
    end if;
  end loop;
  foreach v_id in array v_assigned loop
    perform private.record_event(p_workspace, v_me, 'review_assigned', v_id, p_assignee, null);
  end loop;
  return cardinality(v_assigned);
end
$$;
comment on function public.assign_reviews is
  'A coordinator gives drafts to one professional, all or none; whoever had one before is relieved of it. Returns how many are new to them.';

create function public.ask_reviewer(p_draft uuid, p_assignee uuid, p_kind text, p_note text default '')
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_own_draft(p_draft);
begin
  perform private.require_reviewable(v_draft);
  if p_kind is null or p_kind not in ('peer', 'professional') then
    perform private.refuse('PT400', 'kind_invalid', 'Ask a peer or a professional.');
  end if;
  if p_kind = 'professional' and exists (select 1 from public.review_requests r
    where r.draft_id = p_draft and r.kind = 'professional' and r.closed_at is null and r.assignee_id <> p_assignee) then
    perform private.refuse('PT409', 'already_taken', 'A professional has this draft already. A coordinator can give it to somebody else.');
  end if;
  if private.ask_for_review(v_draft, p_assignee, p_kind, 'asked', p_note) is null then
    perform private.refuse('PT409', 'already_asked', 'They have been asked already.');
  end if;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'review_asked', p_draft, p_assignee,
    jsonb_build_object('kind', p_kind));
end
$$;
comment on function public.ask_reviewer is 'An author asks a peer for advice, or a professional for a decision.';

create function public.pass_on_review(p_draft uuid, p_reason text, p_to uuid default null, p_note text default '')
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_draft public.drafts := private.lock_draft(p_draft);
  v_mine public.review_requests;
begin
  if p_reason is null or p_reason not in ('not_my_area', 'second_opinion', 'no_time') then
    perform private.refuse('PT400', 'reason_missing', 'Say why you pass it on.');
  end if;
  select * into v_mine from public.review_requests r
  where r.draft_id = p_draft and r.assignee_id = auth.uid() and r.closed_at is null;
  if v_mine.id is null then
    perform private.refuse('PT409', 'not_yours', 'You do not have this draft, or not any more.');
  end if;
  if p_to = auth.uid() then
    perform private.refuse('PT400', 'colleague_missing', 'Choose somebody else.');
  end if;
  if p_reason = 'second_opinion' then
    if p_to is null then
      perform private.refuse('PT400', 'colleague_missing', 'Choose whose opinion you would like.');
    end if;
    if private.ask_for_review(v_draft, p_to, v_mine.kind, 'second_opinion', p_note) is null then
      perform private.refuse('PT409', 'already_asked', 'They have been asked already.');
    end if;
  else
    perform private.close_requests(p_draft, null, auth.uid(), case when p_to is null then 'let_go' else 'passed_on' end);
    if p_to is not null then
      perform private.ask_for_review(v_draft, p_to, v_mine.kind,
        case p_reason when 'not_my_area' then 'not_my_area' else 'asked' end, p_note);
    end if;
    update public.drafts d set change_number = d.change_number + 1 where d.id = p_draft;
    perform private.notify(v_draft, case when v_mine.asked_by = auth.uid() then '{}'::uuid[] else array[v_mine.asked_by] end,
      'review_passed_on', p_to, jsonb_build_object('reason', p_reason));
  end if;
  perform private.record_event(v_draft.workspace_id, auth.uid(), 'review_passed_on', p_draft, p_to,
    jsonb_build_object('reason', p_reason));
end
$$;
comment on function public.pass_on_review is
  'Whoever has a draft gives it back or to a colleague (not my area, no time), or keeps it and asks a colleague as well (second opinion).';

create function public.set_away(p_workspace uuid, p_until date)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_role(p_workspace, 'influencer', 'professional', 'coordinator');
begin
  if p_until is not null and p_until not between private.today() and private.today() + 366 then
    perform private.refuse('PT400', 'day_invalid', 'Choose a day from today, within a year.');
  end if;
  update public.memberships m set away_until = p_until
  where m.workspace_id = p_workspace and m.profile_id = v_me;
  perform private.record_event(p_workspace, v_me, 'away_changed', null, v_me, jsonb_build_object('until', p_until));
  return (select count(*) from public.review_requests r
    where r.workspace_id = p_workspace and r.assignee_id = v_me and r.closed_at is null);
end
$$;
comment on function public.set_away is
  'The caller takes no reviews until that day (its end, UTC), or takes them again (null). Returns how many drafts they still have.';

-- People who leave, or become a draft's author, have nothing to review any more.

create function private.release_requests()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- In the order in which drafts are assigned.
  perform 1 from public.review_requests r
  where r.workspace_id = new.workspace_id and r.assignee_id = new.profile_id and r.closed_at is null
  order by r.draft_id for update;
  update public.review_requests r set closed_at = now(), outcome = 'taken_back'
  where r.workspace_id = new.workspace_id and r.assignee_id = new.profile_id and r.closed_at is null
    and (new.suspended_at is not null
      or not case r.kind when 'peer' then 'influencer' else 'professional' end = any (new.roles));
  return null;
end
$$;
comment on function private.release_requests is
  'Trigger of memberships: whoever is suspended, or loses the role that a review needs, does not keep drafts that others then cannot take.';
create trigger memberships_release_requests after update of roles, suspended_at on public.memberships
  for each row when (new.suspended_at is not null and old.suspended_at is null or not old.roles <@ new.roles)
  execute function private.release_requests();

create or replace function public.hand_over_drafts(p_workspace uuid, p_from uuid, p_to uuid)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := private.require_coordinator_alone(p_workspace);
  v_to public.memberships := private.require_member(p_workspace, p_to);
  v_ids uuid[];
  v_id uuid;
begin
  perform private.require_member(p_workspace, p_from);
  if p_from = p_to or v_to.suspended_at is not null or not 'influencer' = any (v_to.roles) then
    perform private.refuse('PT409', 'cannot_take_over', 'Drafts can be handed to another influencer who is not suspended.');
  end if;
  v_ids := array(select d.id from public.drafts d
    where d.workspace_id = p_workspace and d.author_id = p_from and d.state not in ('published', 'declined', 'withdrawn')
    order by d.id for update);
  if exists (select 1 from public.decisions x where x.draft_id = any (v_ids) and x.decided_by = p_to) then
    perform private.refuse('PT409', 'decided_by_them',
      'This person decided on some of these drafts, so they cannot become their author.');
  end if;
  update public.drafts d
  set author_id = p_to, former_author_ids = array_append(array_remove(d.former_author_ids, p_from), p_from),
    change_number = d.change_number + 1
  where d.id = any (v_ids);
  update public.draft_buffers b set author_id = p_to where b.draft_id = any (v_ids);
  update public.review_requests r set closed_at = now(), outcome = 'taken_back'
  where r.draft_id = any (v_ids) and r.assignee_id = p_to and r.closed_at is null;
  -- One event a draft, so that each draft's own record tells it.
  foreach v_id in array v_ids loop
    perform private.record_event(p_workspace, v_me, 'draft_handed_over', v_id, p_to, jsonb_build_object('from', p_from));
  end loop;
  return cardinality(v_ids);
end
$$;

grant execute on function
  public.take_review(uuid),
  public.assign_reviews(uuid, uuid[], uuid, text),
  public.ask_reviewer(uuid, uuid, text, text),
  public.pass_on_review(uuid, text, uuid, text),
  public.set_away(uuid, date)
to authenticated;
