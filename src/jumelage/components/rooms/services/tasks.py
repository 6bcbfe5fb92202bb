"""What workers do for the rooms, as tasks of `django_tasks`: rows that any worker takes."""

from django_tasks import task


@task()
def mix(name: str) -> None:
    """Make the recording *name* one file that plays."""
    from jumelage.components.rooms.engines.recording import making  # noqa: PLC0415  # workers only

    making.make(name)


@task()
def take_photo(delivery: str, photo: str) -> None:
    """Look at a photo that a delivery of another city brought."""
    from jumelage.components.rooms.photos import crossing  # noqa: PLC0415  # workers only

    crossing.take_in(delivery=delivery, photo=photo)
