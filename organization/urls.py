"""Sign-in, invitations, preferences."""

from django.urls import path

from organization import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("invite/<uidb64>/<token>/", views.Invitation.as_view(), name="invitation"),
    path("preferences/", views.preferences, name="preferences"),
    path("password/", views.ChangePassword.as_view(), name="change_password"),
    path("language/", views.set_language, name="language"),
    path("theme/", views.set_theme, name="theme"),
]
