"""Table tests of the pure rules: no database, no clock."""
