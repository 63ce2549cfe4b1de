"""What is said about a run: comments, mentions, attachments, drafts, what is unread."""
