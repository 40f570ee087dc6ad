-- Purpose: what the checker found in a version, which rules it read with, and what a professional waived.
-- Touches: safety_rule_sets, safety_settings, safety_checks, safety_findings, safety_waivers,
-- waivers_taken_back, approval_checks (all new). Locks: none. Undo: drop the seven tables, and the
-- functions named here.

set lock_timeout = '5s';
set statement_timeout = '60s';

create function private.is_hash(p_text text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_text ~ '^[0-9a-f]{64}$'
$$;
comment on function private.is_hash is 'Whether it is a SHA-256 in hex.';

create table public.safety_rule_sets (
  seq bigint generated always as identity primary key,
  hash text not null check (private.is_hash(hash)),
  stated_at timestamptz not null default now()
);
comment on table public.safety_rule_sets is
  'Rules the checker has read with, as the server stated them: the last row is the current set. Append-only.';
comment on column public.safety_rule_sets.hash is 'Over all rule files.';

create table public.safety_settings (
  workspace_id uuid primary key references public.workspaces (id),
  settings jsonb not null,
  changed_by uuid not null references public.profiles (id),
  changed_at timestamptz not null default now()
);
create index safety_settings_changed_by_idx on public.safety_settings (changed_by);
comment on table public.safety_settings is
  'What a workspace has switched off in the checker, and the words it added. No row: everything is on.';
comment on column public.safety_settings.settings is 'packs_off, rules_off, own_words (words, instead, reason, severity), as normalise_safety_settings gives them.';

create table public.safety_checks (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  version_number integer not null,
  review_hash text not null check (private.is_hash(review_hash)),
  rule_set_hash text not null check (private.is_hash(rule_set_hash)),
  configuration_hash text not null check (private.is_hash(configuration_hash)),
  blockers integer not null check (blockers >= 0),
  checked_at timestamptz not null default now(),
  unique (workspace_id, id),
  unique (draft_id, version_number, review_hash, rule_set_hash, configuration_hash),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (draft_id, version_number) references public.draft_versions (draft_id, number)
);
create index safety_checks_draft_idx on public.safety_checks (workspace_id, draft_id);
comment on table public.safety_checks is
  'The checker has read exactly this state of a submitted version, with these rules and this configuration. Written by the server alone; append-only. Read by nobody: its count would tell of findings that not everybody sees.';
comment on column public.safety_checks.review_hash is 'Over everything the checker saw, see private.review_hash.';
comment on column public.safety_checks.blockers is 'How many there are, also beyond those kept as rows.';

create table public.safety_findings (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  version_number integer not null,
  check_id uuid not null,
  position integer not null check (position between 1 and 500),
  rule text not null check (rule ~ '^[a-z0-9-]{1,60}$'),
  category text not null check (length(category) between 1 and 60),
  severity text not null check (severity in ('blocker', 'warning', 'suggestion')),
  part text not null check (part ~ '^[a-z0-9_:-]{0,60}$'),
  span_start integer not null check (span_start >= 0),
  span_end integer not null check (span_end >= span_start),
  quote text not null check (length(quote) <= 500),
  reason text not null check (length(reason) between 1 and 1000),
  suggestion text not null check (length(suggestion) <= 1000),
  source jsonb not null check (jsonb_typeof(source) = 'object' and length(source::text) <= 1500),
  needs_professional boolean not null,
  unique (check_id, position),
  foreign key (workspace_id, check_id) references public.safety_checks (workspace_id, id),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (draft_id, version_number) references public.draft_versions (draft_id, number)
);
create index safety_findings_check_idx on public.safety_findings (workspace_id, check_id);
create index safety_findings_draft_idx on public.safety_findings (workspace_id, draft_id);
create index safety_findings_version_idx on public.safety_findings (draft_id, version_number);
comment on table public.safety_findings is 'What a check found, blockers first. Written by the server alone; append-only.';
comment on column public.safety_findings.part is 'Where in the post: caption, script, alt: and the id of an image, and so on; empty for the whole of it.';
comment on column public.safety_findings.span_start is 'Characters (code points) of that part as it is kept; 0 and 0 for the whole post.';
comment on column public.safety_findings.quote is 'The first 500 characters of what stands there.';
comment on column public.safety_findings.source is 'The guideline: name, year, url.';

create table public.safety_waivers (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null,
  draft_id uuid not null,
  version_number integer not null,
  review_hash text not null check (private.is_hash(review_hash)),
  rule text not null,
  category text not null,
  part text not null,
  span_start integer not null,
  span_end integer not null,
  quote text not null,
  said text not null,
  reason text not null check (length(reason) between 1 and 1000),
  waived_by uuid not null references public.profiles (id),
  waived_at timestamptz not null default now(),
  credential_id uuid not null,
  credential jsonb not null,
  unique (workspace_id, id),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (draft_id, version_number) references public.draft_versions (draft_id, number),
  foreign key (workspace_id, credential_id) references public.credentials (workspace_id, id)
);
create index safety_waivers_version_idx on public.safety_waivers (draft_id, version_number);
create index safety_waivers_draft_idx on public.safety_waivers (workspace_id, draft_id);
create index safety_waivers_waived_by_idx on public.safety_waivers (waived_by);
create index safety_waivers_credential_idx on public.safety_waivers (workspace_id, credential_id);
comment on table public.safety_waivers is
  'A professional answers for words that a rule would stop: one rule on one span of exactly one state of a version. Append-only.';
comment on column public.safety_waivers.review_hash is 'Of what was before them; anything else there is not covered.';
comment on column public.safety_waivers.said is 'Why the checker stopped the post. A rule that says something else later is not covered.';
comment on column public.safety_waivers.credential is 'As in decisions.';

create table public.waivers_taken_back (
  waiver_id uuid primary key,
  workspace_id uuid not null,
  draft_id uuid not null,
  taken_back_by uuid not null references public.profiles (id),
  taken_back_at timestamptz not null default now(),
  foreign key (workspace_id, waiver_id) references public.safety_waivers (workspace_id, id),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id)
);
create index waivers_taken_back_waiver_idx on public.waivers_taken_back (workspace_id, waiver_id);
create index waivers_taken_back_draft_idx on public.waivers_taken_back (workspace_id, draft_id);
create index waivers_taken_back_by_idx on public.waivers_taken_back (taken_back_by);
comment on table public.waivers_taken_back is 'Waivers that do not count any more. Append-only.';

create table public.approval_checks (
  workspace_id uuid not null,
  draft_id uuid not null,
  version_number integer not null,
  review_hash text not null check (private.is_hash(review_hash)),
  rule_set_hash text not null check (private.is_hash(rule_set_hash)),
  configuration_hash text not null check (private.is_hash(configuration_hash)),
  approved_at timestamptz not null default now(),
  primary key (draft_id, version_number),
  foreign key (workspace_id, draft_id) references public.drafts (workspace_id, id),
  foreign key (draft_id, version_number) references public.draft_versions (draft_id, number)
);
create index approval_checks_draft_idx on public.approval_checks (workspace_id, draft_id);
comment on table public.approval_checks is
  'What the approval of a version rests on: the check of exactly the state that was approved. Append-only.';
comment on column public.approval_checks.approved_at is 'When it counted: of an edit, when its author accepted it.';

create trigger safety_rule_sets_append_only before update or delete or truncate on public.safety_rule_sets
  for each statement execute function private.refuse_change();
create trigger safety_checks_append_only before update or delete or truncate on public.safety_checks
  for each statement execute function private.refuse_change();
create trigger safety_findings_append_only before update or delete or truncate on public.safety_findings
  for each statement execute function private.refuse_change();
create trigger safety_waivers_append_only before update or delete or truncate on public.safety_waivers
  for each statement execute function private.refuse_change();
create trigger waivers_taken_back_append_only before update or delete or truncate on public.waivers_taken_back
  for each statement execute function private.refuse_change();
create trigger approval_checks_append_only before update or delete or truncate on public.approval_checks
  for each statement execute function private.refuse_change();

alter table public.safety_rule_sets enable row level security;
alter table public.safety_settings enable row level security;
alter table public.safety_checks enable row level security;
alter table public.safety_findings enable row level security;
alter table public.safety_waivers enable row level security;
alter table public.waivers_taken_back enable row level security;
alter table public.approval_checks enable row level security;

create policy "Members read what their workspace has chosen" on public.safety_settings
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[]));

-- That an author may be in danger is between them and those who can decide.
create policy "Members read findings, of authors at risk only those concerned" on public.safety_findings
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[])
    and (rule <> 'author-at-risk'
      or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])
      or exists (select 1 from public.drafts d
        where d.id = safety_findings.draft_id and d.author_id = (select auth.uid()))));

create policy "Members read waivers, of authors at risk only those concerned" on public.safety_waivers
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[])
    and (rule <> 'author-at-risk'
      or workspace_id = any ((select private.my_workspaces_as('professional'))::uuid[])
      or exists (select 1 from public.drafts d
        where d.id = safety_waivers.draft_id and d.author_id = (select auth.uid()))));

create policy "Whoever reads a waiver reads that it was taken back" on public.waivers_taken_back
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and exists (select 1 from public.safety_waivers w where w.id = waivers_taken_back.waiver_id));

create policy "Members read what approvals rest on" on public.approval_checks
  for select to authenticated
  using (workspace_id = any ((select private.my_workspaces())::uuid[])
    and not draft_id = any ((select private.my_hidden_drafts())::uuid[]));

grant select on public.safety_settings, public.safety_findings, public.safety_waivers, public.waivers_taken_back,
  public.approval_checks to authenticated;
