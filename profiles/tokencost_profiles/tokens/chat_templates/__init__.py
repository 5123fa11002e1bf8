"""Chat templates of users who serve a model themselves: what their server sends, token by token."""
