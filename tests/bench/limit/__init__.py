"""The limit: what bare Django costs on the same machine, behind the same server and middleware."""
