"""Pages made of several apps."""

urlpatterns: list[object] = []
