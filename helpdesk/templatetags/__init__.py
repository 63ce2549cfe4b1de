"""Template tags of the face: icons, times and the words of a status."""
