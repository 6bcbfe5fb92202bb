"""How allauth fits the node: how a session is read, what single sign-on tells."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin

from jumelage.directory.models import Account


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
