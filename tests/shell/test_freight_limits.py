"""What comes in is limited, and parts belong together: on the page and in the command alike."""

from django.test import Client

from jumelage.bridge.api import freight
from jumelage.bridge.models import Delivery, FreightLimit
from jumelage.node.operations import freight as told
from tests.factories import directory
from tests.factories.bridge import Peer
from tests.shell.test_freight_pages import NOON, delivery, page


def test_page_and_command_show_the_parts_of_one_delivery(client: Client, peer: Peer) -> None:
    first = delivery(peer, title="Film (1/2)", part=1, parts=2)
    Delivery.objects.update(whole=first.uri)
    second = delivery(peer, title="Film (2/2)", whole=first.uri, part=2, parts=2, state="packing")
    seen = page(client, f"{second.slug}/")
    for words in ("part 2 of 2 of one delivery", f'/{first.slug}/">Film (1/2)', "being packed"):
        assert words in seen
    held = told.now(second)
    assert f"part 2 of 2 of one delivery: {first.slug[:8]} {second.slug[:8]}" in told.details(held)
    facts = told.facts(held)
    assert (facts["whole"], facts["part"], facts["parts"]) == (first.slug, 2, 2)


def test_limit_of_what_comes_in_is_set_in_the_browser(client: Client, peer: Peer) -> None:
    client.force_login(directory.person("administrator").user)
    path = "/en/bridge/deliveries/limits/"
    assert client.post(path, {"rate": "0", "direction": "in"}).status_code == 302
    assert client.post(path, {"rate": "80", "direction": "sideways"}).status_code == 200

    assert FreightLimit.objects.get().direction == "in"
    seen = page(client, "limits/")
    assert "what is received" in seen
    assert "nothing comes in" in seen


def test_page_and_command_say_that_the_other_city_limits(client: Client, peer: Peer) -> None:
    one = delivery(peer, began_at=NOON, limit_there=2_500_000)
    words = f"limited to 20 Mbit/s by {one.peer}"
    assert words in page(client, f"{one.slug}/")
    held = freight.all_progress([one])[0]
    assert words in [line.replace("\xa0", " ") for line in told.details(held)]
    assert (told.facts(held)["limit"], told.facts(held)["limited_there"]) == (2_500_000, True)

    FreightLimit.objects.create(rate=1_250_000, set_by="x", set_at=NOON)
    assert "a limit of 10 Mbit/s holds now" in page(client, f"{one.slug}/")
    FreightLimit.objects.update(direction="in")
    assert words in page(client, f"{one.slug}/")
    Delivery.objects.update(direction="in")
    assert "a limit of 10 Mbit/s holds now" in page(client, f"{one.slug}/")
    FreightLimit.objects.update(rate=0)
    assert "a limit of this city lets nothing come in now" in page(client, f"{one.slug}/")
