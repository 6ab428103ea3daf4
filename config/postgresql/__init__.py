"""Django's own PostgreSQL backend, told the truth about our primary keys (docs/adr/0002)."""
