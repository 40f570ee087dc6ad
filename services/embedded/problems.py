"""What can go wrong on this machine, as sentences for the person at the terminal.

StartupProblem            the base: show the message, no traceback
+-- PortBusy              something else listens where Tandem should
+-- AlreadyRunning        another runner uses the same data folder
+-- DatabaseGone          PostgreSQL ended while something was started on top of it
"""


class StartupProblem(Exception):
    """Something a person has to put right; the message says what and how."""


class PortBusy(StartupProblem):
    """Something else listens on the port."""


class AlreadyRunning(StartupProblem):
    """Another runner uses the same data folder."""


class DatabaseGone(StartupProblem):
    """PostgreSQL ended while something was started on top of it; start it first."""
