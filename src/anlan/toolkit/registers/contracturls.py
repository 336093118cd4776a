"""The registers' API with nothing else in it, for the contract that every register inherits."""

from django.urls import path

from anlan.toolkit.api import new_api
from anlan.toolkit.registers.rest import expose_registers

api = new_api("register-contract")
expose_registers(api)
urlpatterns = [path("contract-api/", api.urls)]
