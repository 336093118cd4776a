from anlan.kernel.tests.conftest import forgetful, ground  # noqa: F401
from anlan.toolkit.intake.tests.conftest import toy_api  # noqa: F401
