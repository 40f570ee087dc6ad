-- Purpose: the bucket that holds the images of drafts, who may put one there and who may fetch it; one
-- image's row for the address that shows it.
-- Touches: storage.buckets (one row), storage.objects (two policies), functions. Locks: storage.objects for a
-- moment. Undo: drop policies and functions; the bucket goes once it is empty.
--
-- Storage makes its tables before any migration runs, on a hosted project and on the embedded server.

set lock_timeout = '5s';
set statement_timeout = '60s';

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('media', 'media', false, 20000000, array['image/jpeg', 'image/png', 'image/webp'])
on conflict (id) do update
set public = excluded.public, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;

create function private.may_store_image(p_name text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_parts text[] := regexp_match(p_name,
    '^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[0-9a-f]{64}[.](?:jpg|png|webp)$');
begin
  if v_parts is null or not exists (
    select 1 from public.drafts d
    where d.workspace_id = v_parts[1]::uuid and d.id = v_parts[2]::uuid and d.author_id = auth.uid()
      and d.workspace_id = any (private.my_workspaces())
      and d.state not in ('published', 'declined', 'withdrawn')) then
    return false;
  end if;
  -- By bytes, so that the index on name serves it, whatever the database's collation.
  return (select count(*) from storage.objects o
    where o.bucket_id = 'media' and o.name ~>=~ left(p_name, 74) and o.name ~<~ (left(p_name, 73) || '0')) < 120;
end
$$;
comment on function private.may_store_image is
  'Whether the caller may put an image at workspace/draft/sha256.ending: in an open draft of their own that does not have far too many.';
grant execute on function private.may_store_image(text) to authenticated;

create policy "Authors store images of their open drafts" on storage.objects
  for insert to authenticated
  with check (bucket_id = 'media' and private.may_store_image(name));

-- The subquery runs as the caller: whoever may see the row of an image may fetch its bytes, nobody else.
create policy "Who sees an image may fetch it" on storage.objects
  for select to authenticated
  using (bucket_id = 'media' and exists (select 1 from public.media i where i.path = objects.name));

create function public.get_media(p_media uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', i.id, 'sha256', i.sha256, 'content_type', i.content_type, 'width', i.width,
    'height', i.height, 'byte_count', i.byte_count, 'path', i.path)
  from public.media i where i.id = p_media
$$;
comment on function public.get_media is 'One image and where Storage has it, or null when the caller may not see it.';
grant execute on function public.get_media(uuid) to authenticated;
