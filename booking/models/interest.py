"""People who would book if we came to them."""

from django.db import models

from totetaxi.lib.models import Entity


class ServiceInterest(Entity):
    """An e-mail left for a ZIP that is not served yet."""

    email = models.EmailField(max_length=254)
    zip = models.CharField(max_length=5)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["email", "zip"], name="interest_once"),)

    def __str__(self) -> str:
        return f"{self.zip} {self.email}"
