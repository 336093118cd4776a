"""What people type to sign in and to change their password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .passwords import MOST


class SignInForm(forms.Form):
    login_name = forms.CharField(label=_("登录名"), max_length=40, widget=forms.TextInput(
        attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}))
    password = forms.CharField(label=_("密码"), max_length=MOST, strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "current-password"}))


class PasswordForm(forms.Form):
    old = forms.CharField(label=_("现在的密码"), max_length=MOST, strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "current-password"}))
    new = forms.CharField(label=_("新密码"), max_length=MOST, strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "new-password"}))
    again = forms.CharField(label=_("再输一次新密码"), max_length=MOST, strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "new-password"}))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("两次输入的新密码不一样"))
        if given.get("new") and given["new"] == given.get("old"):
            self.add_error("new", _("新密码不能与现在的一样"))
        return given
