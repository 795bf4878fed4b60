"""The two forms by which people ask for a sign-in code, each counting what one client asks for one address."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from allauth.core.internal.ratelimit import get_ip


class SignIn(LoginForm):  # type: ignore[misc]
    """One address; a code is sent to it."""

    def clean_login(self) -> str:
        return count_request(super().clean_login())


class RequestCode(RequestLoginCodeForm):  # type: ignore[misc]
    """One address; a code is sent to it, again."""

    def clean_email(self) -> str:
        return count_request(super().clean_email())


def count_request(address: str) -> str:
    """The address, or a refusal when this client asked for codes to it too often.

    Counted for the client and the address together: for the address alone, a stranger could keep somebody out.
    """
    address = get_adapter().clean_email(address)
    asked = f"{get_ip(context.request)} {address.lower()}"
    if not ratelimit.consume(context.request, action="request_code_for_address", key=asked):
        raise get_adapter().validation_error("too_many_login_attempts")
    return address
