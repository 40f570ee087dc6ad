"""Speed: a year of an agency's data, and a benchmark that runs the real app on it."""
