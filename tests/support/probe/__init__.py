"""A page with every way into data, behind the app's own sign-in."""
