"""Who may look after the bridge."""

from jumelage.directory.policy import Verbs, is_administrator, is_member, is_observer, is_officer

verbs: Verbs = {
    "bridge.pair": is_officer | is_administrator,
    "bridge.read-refusals": is_officer | is_administrator,
    "bridge.see-passages": is_officer | is_administrator,
    "bridge.close": is_officer | is_administrator,
    "bridge.erase": is_officer | is_administrator,
    "bridge.read-erasures": is_officer | is_administrator,
    "bridge.begin-epoch": is_administrator,
    "bridge.rotate-key": is_administrator,
    "bridge.read-audit": is_administrator,
    "bridge.see-deliveries": is_member | is_observer,
    "bridge.receive-files": is_officer | is_administrator,
    "bridge.send-files": is_officer | is_administrator,
    "bridge.steer-deliveries": is_officer | is_administrator,
    "bridge.limit-freight": is_administrator,
}
