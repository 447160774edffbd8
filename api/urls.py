"""The API's versions, its schema and its page."""

from django.urls import include, path

from api.docs import docs, schema

urlpatterns = [
    path("docs/", docs, name="api_docs"),
    path("v1/schema/", schema, name="api_schema"),
    path("v1/", include("api.v1.urls")),
]
