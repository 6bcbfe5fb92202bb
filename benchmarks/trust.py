"""Makes two nodes trust each other before they run, as two people who compared words would."""

import json

from benchmarks.nodes import RealNode

_DESCRIBE = """
from jumelage.bridge.models import Node
me = Node.objects.get(is_self=True)
names = "origin url slug name country time_zone languages accent".split()
answer = {name: getattr(me, name) for name in names}
answer |= {name: bytes(getattr(me, name)).hex()
           for name in ("genesis", "genesis_signatures", "signing_key")}
"""
_TRUST = """
from jumelage.bridge.models import Node, Pairing
from jumelage.bridge.api import open_kind
from jumelage.kit import clock
from jumelage.kit.component import record_types
from jumelage.kit.uris import new_id
said = json.loads({said!r})
said |= {{name: bytes.fromhex(said[name])
          for name in ("genesis", "genesis_signatures", "signing_key")}}
node = Node.objects.create(**said)
at = clock.now()
Pairing.objects.create(nonce=new_id(), node=node, state=Pairing.State.PAIRED, created_at=at,
                       expires_at=at, confirmed_here_at=at, confirmed_there_at=at)
for kind, record in record_types().items():
    for audience in record.audiences:
        open_kind(kind=kind, audience=audience, article="benchmark", instrument="benchmark")
answer = True
"""


def introduce(one: RealNode, other: RealNode) -> None:
    """Pair two stopped nodes and open every kind, without the ceremony.

    The ceremony itself is what `make bench-pairing` and tests/pair measure.
    """
    for here, there in ((one, other), (other, one)):
        here.python(_TRUST.format(said=json.dumps(there.python(_DESCRIBE))))
