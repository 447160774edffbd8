"""Surveys: what customers think of us."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Surveys, answers and the scores of each night."""

    name = "surveys"
    verbose_name = _("Surveys")
