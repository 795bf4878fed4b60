"""People who sign in, and what lets scripts and newcomers in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Makes people by address; nobody here has a password."""

    def create_user(self, email: str, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an address. `label` is what others are shown: a function, not a name."""

    email = models.EmailField(unique=True)
    label = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    may_convene = models.BooleanField(default=False)
    is_persona = models.BooleanField(default=False)
    joined_at = models.DateTimeField(null=True)
    sign_ins_ended = models.PositiveIntegerField(default=0, help_text="How often every session was ended at once.")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                condition=Q(is_persona=False) | Q(is_operator=False, may_convene=False),
                name="user_persona_has_no_right",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.email

    @property
    def is_staff(self) -> bool:
        return self.is_operator

    def get_session_auth_hash(self) -> str:
        """What a session is checked against: it ends with all others, a persona's with the run that let it in."""
        own = f"{super().get_session_auth_hash()}:{self.sign_ins_ended}"
        return f"{own}:{settings.RUN_ID}" if self.is_persona else own

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Operators may look at everything in the admin site; the record's tables stay read-only there."""
        return self.is_active and self.is_operator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_operator


class Token(models.Model):
    """A person's API token: only its SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Link(models.Model):
    """A link that lets its bearer in: the set-up of the operator (once) or a persona (while this run lasts)."""

    class Purpose(models.TextChoices):
        SET_UP = "set_up"
        SIGN_IN = "sign_in"

    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    run = models.CharField(max_length=40)
    user = models.ForeignKey(User, models.CASCADE, null=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="set_up", user__isnull=True) | Q(purpose="sign_in", user__isnull=False),
                name="link_user_fits_purpose",
            )
        ]
