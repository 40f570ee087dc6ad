"""What posts did: accounts, imports of exports, figures typed by hand, posts.

`services.metrics` reads the files; here their figures are kept, taken back and looked at.
"""
