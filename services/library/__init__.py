"""The help library: where people find help, what writers can lean on, and who checked it."""
