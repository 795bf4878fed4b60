"""What varies by person below /accounts/: our own pages, and those of allauth that the product uses."""

from __future__ import annotations

from allauth.account import views
from django.urls import path

from policyhub.web import account

# allauth leads to these by name. There is no password here, and one address for each person: nothing stands there.
UNUSED = {
    "email/": "account_email",
    "password/change/": "account_change_password",
    "password/reset/": "account_reset_password",
    "password/set/": "account_set_password",
    "reauthenticate/": "account_reauthenticate",
}

urlpatterns = [
    path("set-up/<str:secret>/", account.set_up, name="set-up"),
    path("in/<str:secret>/", account.sign_in_persona, name="sign-in-persona"),
    path("tokens/", account.tokens, name="tokens"),
    path("erase/", account.erase, name="erase"),
    path("tokens/<int:token>/end/", account.end_token, name="end-token"),
    path("unsubscribe/<str:token>/", account.unsubscribe, name="unsubscribe"),
    path("login/", views.login, name="account_login"),
    path("login/code/", views.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    path("signup/", views.signup, name="account_signup"),
    path("confirm-email/", views.email_verification_sent, name="account_email_verification_sent"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("logout/", views.logout, name="account_logout"),
    *(path(address, account.absent, name=name) for address, name in UNUSED.items()),
]
