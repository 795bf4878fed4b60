"""How allauth signs people in here: by e-mail code, never a persona, never two accounts for one address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage

from policyhub.accounts.acts import canonical_address
from policyhub.accounts.models import User
from policyhub.accounts.queries import find_user
from policyhub.core.errors import NotPossible
from policyhub.record.queries import now, stand


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Keeps personas out of the ordinary door and gives new people no password."""

    def save_user(self, request: Any, user: User, form: Any, commit: bool = True) -> User:
        """The new person, known by a lower-case address and without a password."""
        saved: User = super().save_user(request, user, form, commit=False)
        saved.email = saved.email.lower()
        saved.joined_at = now()
        saved.set_unusable_password()
        if commit:
            saved.save()
        return saved

    def clean_email(self, email: str) -> str:
        """The address, refused where no act would take it."""
        try:
            return canonical_address(email)
        except NotPossible as refusal:
            raise ValidationError(str(refusal)) from None

    def pre_login(self, request: Any, user: User, **arguments: Any) -> Any:
        """Personas come in by the links that `up` prints, not by mail: nobody reads their mail."""
        if user.is_persona:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **arguments)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The letter is sent, unless the address is a persona's; the answer to the request is the same.

        Somebody whom others named has no row at allauth yet: it is made here, so that the code can verify it.
        """
        person = find_user(email)
        if person is not None and person.is_persona:
            return
        if person is not None:
            EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
        super().send_mail(template_prefix, email, context)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """The letter, its links leading to the site's own address whatever host the request named."""
        safe = {name: _on_site(value) if name.endswith("_url") else value for name, value in context.items()}
        proven = {**safe, "proof": stand(), "site_url": settings.SITE_URL}
        letter: EmailMessage = super().render_mail(template_prefix, email, proven, headers=headers)
        letter.extra_headers.setdefault("Auto-Submitted", "auto-generated")
        return letter


def _on_site(address: str) -> str:
    parts = urlsplit(address)
    return f"{settings.SITE_URL}{parts.path}" + (f"?{parts.query}" if parts.query else "")
