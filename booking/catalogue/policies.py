# ruff: noqa: E501  the texts are paragraphs, a line each
"""The first version of each text that customers agree to. Later versions are staff's."""

from datetime import datetime

from booking.models import CatalogueSeed, PolicyKind, PolicySetting, PolicyText

TERMS = """
These terms apply to every booking with ToteTaxi. By booking you accept the version shown here; its number is kept with your booking.

## What we carry
Luggage, boxes, household things and the specialty items of our catalogue, each item at most 50 lb. We do not carry cash, jewellery, live animals, plants, hazardous or illegal goods, or anything that needs a licence to be moved.

## Collection and delivery
We collect within one hour from the time that you choose and deliver the same day by 6:00 PM. Please have everything packed and labelled, and somebody present at both ends. If weather, traffic or a building keeps us, we tell you at once and agree on what to do.

## Your building
Where a building asks for a certificate of insurance, tell us its wording when you book. The certificate must be on file 24 hours before the pickup.

## Price and payment
The price that you see before you pay is the whole price. It is charged when you book, by card, on the pages of our payment provider; we never see your card's number.

## Loss and damage
Tell us within 48 hours if something is missing or marked, with photographs where you can. We make it good up to the value that was declared, or repair it at our cost.

## Getting in touch
Call us any day between 7:00 AM and 8:00 PM. The number is at the top of every page.
"""

CANCELLATION = """
You may change or cancel without charge until 48 hours before your pickup: we return everything that you paid.

## Later than that
If less than 48 hours remain, we keep half of the price for the van and the crew that were set aside for you, and return the other half. Once we have begun to collect, nothing is returned.

## When it is our fault
If we cannot keep the day, everything that you paid is returned, whenever it happens.

## How long it takes
Refunds go back to the card that paid. Most banks show them within five to ten days.
"""

PRIVACY = """
We keep what we need to carry your things, and no more.

## What we keep
Your name, e-mail and phone number, the two addresses, what we carry, and what was paid. Card numbers stay with our payment provider; we see only the last four digits.

## Who sees it
Our staff, as far as their work needs it, the crew of your van, and the payment provider. We sell nothing to anybody and show no advertising. This site asks no other company for anything while you read it.

## For how long
Drafts that are not booked are deleted after 90 days. Bookings and payments are kept for as long as tax law asks.

## Your choice
Write or call, and we send you everything that we hold about you, correct it, or delete what the law does not ask us to keep.
"""

TEXTS = {
    PolicyKind.TERMS: TERMS,
    PolicyKind.CANCELLATION: CANCELLATION,
    PolicyKind.PRIVACY: PRIVACY,
}


def load_policies(now: datetime) -> int:
    """Make version 1 of each text, and the policy's figures, once in the life of an installation.

    Returns how many rows were made. What staff published, changed or deleted stays so.
    """
    made = 0
    for kind, body in TEXTS.items():
        if _first_time(f"policytext:{kind}"):
            PolicyText.objects.create(kind=kind, version=1, body=body.strip(), published_at=now)
            made += 1
    if _first_time("policysetting"):
        PolicySetting.objects.create()
        made += 1
    return made


def _first_time(key: str) -> bool:
    return CatalogueSeed.objects.get_or_create(key=key)[1]
