"""No table of its own; without this file Django tells no app that it has migrated."""
