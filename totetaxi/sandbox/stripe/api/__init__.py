"""How a call comes in and an answer goes out, whatever the resource."""
