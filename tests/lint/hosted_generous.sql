-- The default privileges of hosted projects made before late 2026, and of the embedded server: everything
-- on everything new, for every API role. Migrations must end in the same rights with them and without.

alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to anon, authenticated, service_role;
