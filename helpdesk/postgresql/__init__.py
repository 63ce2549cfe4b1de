"""Django's backend for PostgreSQL with shorter ways to begin and to end a transaction."""
