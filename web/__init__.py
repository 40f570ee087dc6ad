"""Everything that meets the network before a page does."""
