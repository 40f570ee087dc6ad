"""The proof: unit, database, pages, routes, browser; the checks are in tests/lint."""
