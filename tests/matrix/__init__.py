"""Who may do what, asked of every route: personas, methods and objects, all answers as sets."""
