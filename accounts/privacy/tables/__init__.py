"""Every table of the site, judged: what it holds about a customer, or why it holds nothing."""

from accounts.privacy.holdings import Holding
from accounts.privacy.tables import account, bookings, documents, money, notes

# In the order in which people read them. A booking's parts follow the bookings.
HOLDINGS: tuple[Holding, ...] = (
    account.ACCOUNT,
    account.PROFILE,
    account.EMAIL_ADDRESSES,
    account.SIGN_IN_METHODS,
    account.SAVED_ADDRESSES,
    money.SAVED_CARDS,
    money.CARD_SETUPS,
    money.STRIPE_CUSTOMER,
    account.DRAFTS,
    account.INTERESTS,
    notes.NOTES,
    bookings.BOOKINGS,
    bookings.ADDRESSES,
    bookings.ITEMS,
    bookings.LINES,
    bookings.DISCOUNTS,
    bookings.CHANGE_REQUESTS,
    bookings.EVENTS,
    money.LINKS,
    money.PAYMENTS,
    money.ATTEMPTS,
    money.REFUNDS,
    documents.DOCUMENTS,
    bookings.TOKENS,
    bookings.MESSAGES,
)
