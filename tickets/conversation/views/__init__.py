"""Pages and commands of the conversation about a run."""
