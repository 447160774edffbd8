"""The import page."""

from django.urls import path

from workspace.views import imports

urlpatterns = [
    path("", imports.imports, name="imports"),
    path("blank/<str:kind>.<str:form>", imports.blank, name="import_blank"),
    path("<int:number>/", imports.upload, name="import_upload"),
    path("<int:number>/columns/", imports.choose_columns, name="import_columns"),
    path("<int:number>/check/", imports.check_again, name="import_check"),
    path("<int:number>/correct/", imports.correct, name="import_correct"),
    path("<int:number>/take/", imports.take, name="import_take"),
    path("<int:number>/undo/", imports.take_back, name="import_undo"),
    path("<int:number>/discard/", imports.discard, name="import_discard"),
    path("<int:number>/files/<str:name>", imports.download, name="import_file"),
]
