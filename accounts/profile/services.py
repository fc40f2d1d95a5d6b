"""What a customer says about themselves: name, phone, and which mails they want."""

from django.db import transaction

from accounts.models import CustomerProfile, User


def profile_of(user: User) -> CustomerProfile:
    """A customer's profile, made where there is none: the one place that makes it."""
    profile, _created = CustomerProfile.objects.get_or_create(user=user)
    return profile


def find_profile(user: User) -> CustomerProfile:
    """The same for reading: where there is none, its defaults, not saved."""
    found = CustomerProfile.objects.filter(user=user).first()
    return found or CustomerProfile(user=user)


def change_contact(user: User, *, name: str, phone: str) -> None:
    """Keep the name and the phone (E.164, or empty). Writes only what differs."""
    with transaction.atomic():
        profile = profile_of(user)
        if user.name != name:
            user.name = name
            user.save(update_fields=["name"])
        if profile.phone != phone:
            profile.phone = phone
            profile.save(update_fields=["phone", "updated_at"])


def change_preferences(user: User, **wanted: bool) -> None:
    """Keep which mails without money in them are wanted: `wants_reminders` and its like."""
    profile = profile_of(user)
    for name, value in wanted.items():
        setattr(profile, name, value)
    profile.save(update_fields=[*wanted, "updated_at"])
