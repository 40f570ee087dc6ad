"""Reusable parts of pages: drawing only, no decisions."""
