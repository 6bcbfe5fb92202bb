"""How allauth fits the node: how a session is read, what single sign-on tells."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from jumelage.bridge.api import audit
from jumelage.directory.models import Account


class AccountAdapter(DefaultAccountAdapter):
    """Notes in the audit feed who signed in, and that somebody could not."""

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin a session."""
        super().login(request, user)
        audit.note("signed-in", by=f"person:{user.person.pk}" if hasattr(user, "person") else "")

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        """Note the attempt without what was typed: it may be a password in the wrong field."""
        super().authentication_failed(request, **credentials)
        audit.note("sign-in-failed", by="somebody")


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Proposes the name the city's directory knows."""

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, str]:
        """Return what the sign-up form is filled with at first."""
        claims = sociallogin.account.extra_data
        userinfo = claims.get("userinfo", claims)
        known = super().get_signup_form_initial_data(sociallogin)
        return {**known, "name": str(userinfo.get("name", ""))[:120]}


class Backend(AuthenticationBackend):
    """Reads account and person together, one query for each request."""

    def get_user(self, user_id: int) -> Account | None:
        """Return the account of a session, with its person; None when it may not sign in."""
        account = Account.objects.select_related("person").filter(pk=user_id).first()
        return account if account and account.is_active else None
