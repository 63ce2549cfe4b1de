"""The project, and whom it serves: people, tenants, the vendor's calendar, sign-in."""
