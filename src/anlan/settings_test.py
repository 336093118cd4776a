"""Settings of the test suite: the toy district of the kernel's own tests is installed too."""

from anlan.settings import *  # noqa: F403
from anlan.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "anlan.kernel.tests.toy"]
MIDDLEWARE = list(MIDDLEWARE)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
