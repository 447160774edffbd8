"""Pages of survey results."""

from django.urls import path

from surveys import views

urlpatterns = [
    path("", views.survey_list, name="survey_scores"),
    path("<path:code>/", views.survey, name="survey_score"),
]
