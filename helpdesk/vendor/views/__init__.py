"""The vendor's pages, and what a company sees of the vendor's visits."""
