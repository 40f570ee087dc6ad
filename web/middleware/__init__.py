"""What every request and websocket passes through before a page or route sees it."""
