"""Who may open the portal: a signed-in customer, nobody of the staff."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from totetaxi.lib.htmx import redirect

View = Callable[..., HttpResponseBase]


def customer_page(view: View) -> View:
    """For pages of the portal: kept by no cache; strangers sign in first, staff find nothing.

    A request of htmx goes to the sign-in page as a whole, never into the part it would swap.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/account/"
            query = urlencode({REDIRECT_FIELD_NAME: back})
            return redirect(request, f"{reverse('account_login')}?{query}")
        if request.user.is_staff:
            raise Http404
        return view(request, *args, **options)

    return never_cache(checked)
