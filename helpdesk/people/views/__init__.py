"""The pages about people: the list, one person, and the door for who is invited."""
