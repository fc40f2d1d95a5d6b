from django.core.management import call_command


def make_catalogue() -> None:
    """The standard catalogue, zones, vans and policies, as a new installation has them."""
    call_command("load_catalogue", verbosity=0)
