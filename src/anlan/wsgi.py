from django.core.wsgi import get_wsgi_application

from anlan.commands.loading import ready

ready()
application = get_wsgi_application()
