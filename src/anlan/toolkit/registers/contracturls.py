"""The addresses under which the contract of registers is tested: their pages, and the API with nothing else in it."""

from django.urls import include, path

from anlan.toolkit.api import new_api
from anlan.toolkit.registers import register_urls
from anlan.toolkit.registers.rest import expose_registers

api = new_api("register-contract")
expose_registers(api)
urlpatterns = [path("desk/", include(register_urls())), path("api/", api.urls)]
