"""Lets a template ask the policy: `{% may "agreement.add-evidence" commitment as allowed %}`."""

from django import template
from django.template import Context

from jumelage.directory import policy

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: Context, verb: str, thing: object | None = None) -> bool:
    """Tell whether whoever looks at the page may do *verb* to *thing*."""
    return policy.may(context.get("person"), verb, thing)
