"""People as operators see them. Tokens, links and addresses open doors, so that nobody looks at or edits them here."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from policyhub.accounts.models import User
from policyhub.core.admin import ReadOnly

admin.site.site_header = admin.site.site_title = "PolicyHub"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister([EmailAddress, Group])


@admin.register(User)
class UserAdmin(ReadOnly):
    list_display = ("email", "label", "is_active", "is_operator", "may_convene", "is_persona")
    list_filter = ("is_active", "is_operator", "may_convene", "is_persona")
    search_fields = ("email", "label")
    ordering = ("email",)
    exclude = ("password", "groups", "user_permissions", "is_superuser")
