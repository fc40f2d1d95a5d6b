"""Stripe's error answers: `{"error": {type, code, param, message, doc_url}}`."""

from .store import Json


class ApiError(Exception):
    """An answer other than 200.

    `begun` False means that the endpoint had not started its work, so that nothing is stored
    under the request's idempotency key.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        error_type: str = "invalid_request_error",
        begun: bool = True,
    ) -> None:
        """Keep what the answer needs."""
        super().__init__(message)
        self.status = status
        self.begun = begun
        error: Json = {"message": message, "type": error_type}
        if code:
            error["code"] = code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if param:
            error["param"] = param
        self.body: Json = {"error": error}


class ImpossibleError(Exception):
    """A command that the present state does not allow: a refund that has ended cannot fail."""


def invalid(
    message: str, *, param: str | None = None, code: str | None = None, begun: bool = False
) -> ApiError:
    """Return the 400 for parameters that are refused, before any work by default."""
    return ApiError(400, message, param=param, code=code, begun=begun)


def missing_object(kind: str, object_id: str, param: str, *, status: int = 404) -> ApiError:
    """Return the answer for an object that is not there (404 in the path, 400 as a parameter)."""
    return ApiError(
        status,
        f"No such {kind}: '{object_id}'",
        code="resource_missing",
        param=param,
        begun=status == 404,
    )


def unknown_url(method: str, path: str) -> ApiError:
    """Return the 404 for a path or method that the API does not have."""
    return ApiError(
        404,
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we"
        " can help at https://support.stripe.com/.",
        begun=False,
    )


def too_many_requests() -> ApiError:
    """Return the 429 of the rate limiter."""
    return ApiError(
        429,
        "Request rate limit exceeded. Learn more about rate limits here"
        " https://stripe.com/docs/rate-limits.",
        code="rate_limit",
        begun=False,
    )


def broken() -> ApiError:
    """Return the 500 of a vendor in trouble."""
    return ApiError(
        500,
        "An unknown error occurred. Let us know at https://support.stripe.com/contact.",
        error_type="api_error",
    )
