from anlan.kernel.tests.conftest import forgetful, ground, leak, report  # noqa: F401
from anlan.toolkit.intake.tests.conftest import toy_api  # noqa: F401
