import pytest

from jumelage.bridge.freight.deliveries.states import ENDED, LATE, TRANSITIONS, Event, State, follow
from jumelage.bridge.freight.errors import DeliveryStateError


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("event", list(Event))
def test_what_has_ended_stays_ended(state: State, event: Event) -> None:
    if event in LATE:
        assert follow(state, event) == state
    else:
        with pytest.raises(DeliveryStateError):
            follow(state, event)


@pytest.mark.parametrize("state", sorted(set(State) - ENDED))
@pytest.mark.parametrize("event", list(Event))
def test_an_event_happens_only_where_the_table_says(state: State, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        assert follow(state, event) == TRANSITIONS[state, event]
    else:
        with pytest.raises(DeliveryStateError):
            follow(state, event)


def test_a_delivery_of_any_state_can_be_given_up() -> None:
    assert {follow(state, Event.CANCEL) for state in set(State) - ENDED} == {State.CANCELLED}
