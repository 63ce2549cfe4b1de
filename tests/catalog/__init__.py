"""The pages of the catalog, without a database."""
