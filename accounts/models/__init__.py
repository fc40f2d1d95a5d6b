"""The people who sign in, and what customers keep here."""

from accounts.models.address import SavedAddress
from accounts.models.erased import ErasedCustomer
from accounts.models.profile import CustomerProfile
from accounts.models.user import User, UserManager

__all__ = ["CustomerProfile", "ErasedCustomer", "SavedAddress", "User", "UserManager"]
