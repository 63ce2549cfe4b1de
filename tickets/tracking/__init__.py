"""What the requester sees without signing in, and what people say afterwards."""
