"""What every page's frame needs."""

from django.http import HttpRequest

from organization.models import User


def shell(request: HttpRequest) -> dict[str, object]:
    """Colours and row height of the person, for the <html> element."""
    user = request.user if isinstance(getattr(request, "user", None), User) else None
    return {
        "theme": user.theme if user else User.Theme.AUTO,
        "density": user.density if user else User.Density.COMFORTABLE,
    }
