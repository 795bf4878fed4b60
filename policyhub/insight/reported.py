"""The impact of a withdrawal as pages show it: names for slugs, addresses for numbers, outcomes in words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from policyhub.decisions.verdicts import outcome_words
from policyhub.drafting.models import Document
from policyhub.insight.report import CallEffect, Report
from policyhub.participation.models import Organization, Process
from policyhub.participation.queries import categories


def impact_for_page(report: Report, process: Process) -> dict[str, Any]:
    """What the component `impact` shows."""
    names = dict(categories(process).values_list("slug", "name"))
    return {
        "report": report,
        "leaving": list(Organization.objects.filter(slug__in=report.leaving).order_by("name")),
        "rows": [{"name": names.get(each.category, each.category), "effect": each} for each in report.categories],
        "calls": [_call(each, process) for each in report.calls],
        "objections": list(
            process.objections.filter(number__in=report.objections).select_related("call__process").order_by("number")
        ),
        "requirements": list(
            process.requirements.filter(number__in=report.requirements).select_related("point").order_by("number")
        ),
        "drafts": list(Document.objects.filter(slug__in=report.drafts).order_by("title")),
    }


def _call(effect: CallEffect, process: Process) -> dict[str, Any]:
    found = Organization.objects.filter(slug__in=effect.unanswered).order_by("name")
    return {
        "effect": effect,
        "href": reverse("call", args=[process.slug, effect.number]),
        "before": outcome_words(effect.before),
        "as_cast": outcome_words(effect.as_cast),
        "without": outcome_words(effect.without),
        "unanswered": [each.name for each in found],
    }
