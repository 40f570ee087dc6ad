"""The only way to Supabase: one module a group of tables, typed errors."""
