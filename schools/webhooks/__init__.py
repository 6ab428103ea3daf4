"""A district's own programs are told of what happens: Standard Webhooks, from an outbox."""
