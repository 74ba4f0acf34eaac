"""Who works here: roles, sign-in, what the log keeps."""
