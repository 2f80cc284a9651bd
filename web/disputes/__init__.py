"""Filing, qualifying, inviting, answering; a dispute's page."""
