"""The people of a company: invitations, roles, who left, who stands in for whom."""
