"""The WSGI entry for the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

application = get_wsgi_application()

from crm.safety import (  # noqa: E402  (needs Django set up)
    refuse_almighty_database_login,
    refuse_demonstration,
)

refuse_almighty_database_login()
refuse_demonstration()
