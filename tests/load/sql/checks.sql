-- What is in review was read by the checker, which found nothing, and so was what is approved.
insert into public.safety_checks (id, workspace_id, draft_id, version_number, review_hash, rule_set_hash, configuration_hash,
  blockers, checked_at)
select md5('tandem-load/check/' || d.id)::uuid, d.workspace_id, d.id, v.number, private.review_hash(d, v),
  private.current_rule_set(), private.configuration_hash(private.safety_settings_of(d.workspace_id)), 0, v.created_at
from load_drafts l
join public.drafts d on d.id = l.id
join public.draft_versions v on v.draft_id = d.id and v.number = d.submitted_version
where d.state in ('in_review', 'on_hold', 'approved', 'published');

insert into public.approval_checks (workspace_id, draft_id, version_number, review_hash, rule_set_hash, configuration_hash, approved_at)
select c.workspace_id, c.draft_id, c.version_number, c.review_hash, c.rule_set_hash, c.configuration_hash, d.approved_at
from public.safety_checks c
join load_drafts l on l.id = c.draft_id
join public.drafts d on d.id = c.draft_id and d.approved_version = c.version_number;
