"""Sign-in, invitations, preferences, second factor, sessions."""

from django.urls import path

from organization.views import preferences, security, sign_in, single_sign_on

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-in/sso/", single_sign_on.start, name="single_sign_on"),
    path("sign-in/sso/return/", single_sign_on.come_back, name="single_sign_on_return"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign_out"),
    path("confirm/", sign_in.confirm, name="confirm"),
    path("invite/<uidb64>/<token>/", sign_in.Invitation.as_view(), name="invitation"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/sign-in/", security.security, name="security"),
    path(
        "preferences/sign-in/second-factor/",
        security.second_factor,
        name="second_factor",
    ),
    path(
        "preferences/sign-in/second-factor/remove/",
        security.remove_second_factor,
        name="remove_second_factor",
    ),
    path(
        "preferences/sign-in/recovery-codes/",
        security.new_recovery_codes,
        name="new_recovery_codes",
    ),
    path("preferences/sign-in/sessions/end/", security.end_others, name="end_other_sessions"),
    path("preferences/sign-in/sessions/<slug:name>/end/", security.end_one, name="end_session"),
    path("password/", security.ChangePassword.as_view(), name="change_password"),
    path("language/", preferences.set_language, name="language"),
    path("theme/", preferences.set_theme, name="theme"),
]
