"""Settings of the test suite: the toy district of the kernel's tests and the registers' toy town are installed too."""

from anlan.settings import *  # noqa: F403
from anlan.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "anlan.kernel.tests.toy", "anlan.toolkit.tests.town"]
ANLAN_SENDER = "null"
ANLAN_COUNTS_SHARED = False
MIDDLEWARE = list(MIDDLEWARE)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
