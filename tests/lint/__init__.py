"""`python -m tests.lint`: every check that reads the code instead of running it."""
