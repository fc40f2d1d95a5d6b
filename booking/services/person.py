"""Who counts as the same person (DECISIONS.md, 19)."""

from uuid import UUID


def email_key(email: str) -> str:
    """Lower case, without its `+tag`: `Ann+hamptons@Example.com` is `ann@example.com`."""
    local, _at, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def person_key(customer_id: UUID | None, email: str) -> str:
    """The account where there is one, else the e-mail's key."""
    return f"user:{customer_id}" if customer_id else f"email:{email_key(email)}"
