"""The local Supabase: a real PostgreSQL and Supabase Lite, started and stopped by the app itself.

Nothing outside this folder knows how the servers are run; the app is given a URL and keys, as it
would be for a hosted project. Start with `python -m services.embedded run` or, in tests, `Stack`.
"""
