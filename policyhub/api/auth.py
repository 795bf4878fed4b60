"""Bearer tokens for scripts."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from policyhub.accounts.models import Token, User
from policyhub.accounts.queries import find_token
from policyhub.participation.models import ServiceToken
from policyhub.participation.queries import find_service_token
from policyhub.record.queries import now


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` names the person who made the token, or the organization whose program reads."""

    def authenticate(self, request: Request) -> tuple[User, Token | ServiceToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        at, secret = now(), words[1].decode("latin-1") if len(words) == 2 else ""
        token = find_token(secret, at=at)
        if token is not None:
            return token.user, token
        service = find_service_token(secret, at=at)
        if service is None:
            raise AuthenticationFailed("This token is unknown, ended or expired. Make a new one on your desk.")
        found, lead = service
        _only_reads(request, found)
        return lead, found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="PolicyHub"'


def _only_reads(request: Request, token: ServiceToken) -> None:
    """An organization's token reads what the organization reads in its process: nothing else of its lead's."""
    process = token.participation.process.slug
    if request.method not in SAFE_METHODS:
        raise PermissionDenied("An organization's token only reads. Act with a token of your own.")
    if not request.path.startswith(f"/api/v1/processes/{process}/"):
        raise PermissionDenied(f"This token reads the process {process}. Read everything public without a token.")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
