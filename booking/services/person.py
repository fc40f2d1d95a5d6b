"""Who counts as the same person (DECISIONS.md, 19)."""

from uuid import UUID

# Stands in every address of somebody who was erased; it can never receive mail (RFC 2606).
ERASED_DOMAIN = "erased.invalid"


def is_erased(email: str) -> bool:
    """Whether an address stands for somebody who was erased."""
    return email.lower().endswith(f"@{ERASED_DOMAIN}")


def email_key(email: str) -> str:
    """Lower case, without its `+tag`: `Ann+hamptons@Example.com` is `ann@example.com`."""
    local, _at, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def person_key(customer_id: UUID | None, email: str) -> str:
    """The account where there is one, else the e-mail's key."""
    return f"user:{customer_id}" if customer_id else f"email:{email_key(email)}"
