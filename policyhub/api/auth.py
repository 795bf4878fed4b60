"""Bearer tokens for scripts."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from policyhub.accounts.models import Token, User
from policyhub.accounts.queries import find_token
from policyhub.record.queries import now


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` names the person who made the token."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        token = find_token(words[1].decode("latin-1"), at=now()) if len(words) == 2 else None
        if token is None:
            raise AuthenticationFailed("This token is unknown, ended or expired. Make a new one on your desk.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="PolicyHub"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
