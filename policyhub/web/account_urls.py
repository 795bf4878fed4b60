"""What varies by person below /accounts/ beside allauth's own pages."""

from __future__ import annotations

from django.urls import path

from policyhub.web import account

urlpatterns = [
    path("set-up/<str:secret>/", account.set_up, name="set-up"),
    path("in/<str:secret>/", account.sign_in_persona, name="sign-in-persona"),
    path("tokens/", account.tokens, name="tokens"),
    path("tokens/<int:token>/end/", account.end_token, name="end-token"),
    path("unsubscribe/<str:token>/", account.unsubscribe, name="unsubscribe"),
]
