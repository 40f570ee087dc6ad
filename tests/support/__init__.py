"""What tests share: a running server, people with tokens, ways to look at the database."""
