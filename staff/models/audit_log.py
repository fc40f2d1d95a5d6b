"""Who did what, when, from where. Rows are only ever added."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.profile import StaffProfile


class Action(models.TextChoices):
    """What staff do that leaves a row. New parts add theirs here, with the words to show."""

    SIGNED_IN = "signed_in", _("Signed in")
    SIGNED_OUT = "signed_out", _("Signed out")
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", _("Signed out everywhere")
    LOCKED = "locked", _("Locked after wrong passwords or codes")
    FAILED_SECOND_FACTOR = "failed_second_factor", _("Failed the second factor")
    CONFIRMED = "confirmed", _("Confirmed who they are")
    ADDED_FACTOR = "added_factor", _("Added a second factor")
    REMOVED_FACTOR = "removed_factor", _("Removed a second factor")
    MADE_RECOVERY_CODES = "made_recovery_codes", _("Made new recovery codes")
    CHANGED_PASSWORD = "changed_password", _("Changed the password")
    CHANGED_OWN_SETTINGS = "changed_own_settings", _("Changed own settings")
    INVITED = "invited", _("Invited a colleague")
    RESENT_INVITATION = "resent_invitation", _("Sent an invitation again")
    WITHDREW_INVITATION = "withdrew_invitation", _("Withdrew an invitation")
    ACCEPTED_INVITATION = "accepted_invitation", _("Accepted an invitation")
    CHANGED_ROLE = "changed_role", _("Changed a role")
    DEACTIVATED = "deactivated", _("Deactivated a colleague")
    REACTIVATED = "reactivated", _("Reactivated a colleague")
    RESET_FACTORS = "reset_factors", _("Reset a second factor")
    SAVED_FILTER = "saved_filter", _("Saved a view of the bookings")
    DELETED_FILTER = "deleted_filter", _("Deleted a view of the bookings")
    ADDED_NOTE = "added_note", _("Added a note")
    FILED_CERTIFICATE = "filed_certificate", _("Put a certificate on file")
    STARTED_BOOKING = "started_booking", _("Started a booking")
    COMPLETED_BOOKING = "completed_booking", _("Completed a booking")
    CANCELLED_BOOKING = "cancelled_booking", _("Cancelled a booking")
    APPROVED_CHANGE = "approved_change", _("Approved what a customer asked for")
    REFUSED_CHANGE = "refused_change", _("Refused what a customer asked for")
    TOOK_ALERT = "took_alert", _("Took up an alert")
    GAVE_BACK_ALERT = "gave_back_alert", _("Gave an alert back")
    CLOSED_ALERT = "closed_alert", _("Closed an alert")
    CHANGED_DAY = "changed_day", _("Closed, opened or capped a day")
    CHANGED_VAN_DAY = "changed_van_day", _("Set a van for a day")
    CHANGED_VAN = "changed_van", _("Changed a van")
    ADDED_VAN = "added_van", _("Added a van")
    ASSIGNED_VAN = "assigned_van", _("Gave a booking another van")
    MOVED_BOOKING = "moved_booking", _("Moved a booking")
    CHANGED_CUSTOMER = "changed_customer", _("Changed a customer")
    ASKED_NEW_EMAIL = "asked_new_email", _("Asked a customer to confirm a new e-mail")
    SENT_PASSWORD_RESET = "sent_password_reset", _("Sent a customer a password reset")
    ADDED_ADDRESS = "added_address", _("Added a customer's address")
    CHANGED_ADDRESS = "changed_address", _("Changed a customer's address")
    DELETED_ADDRESS = "deleted_address", _("Deleted a customer's address")
    CLOSED_ACCOUNT = "closed_account", _("Deactivated a customer")
    REOPENED_ACCOUNT = "reopened_account", _("Reactivated a customer")
    MERGED_CUSTOMERS = "merged_customers", _("Merged two customers")
    ENDED_VIEW_AS = "ended_view_as", _("Ended seeing the site as a customer")
    SENT_LINK = "sent_link", _("Sent a payment link")
    RESENT_LINK = "resent_link", _("Sent a payment link again")
    WITHDREW_LINK = "withdrew_link", _("Withdrew a payment link")
    REQUESTED_REFUND = "requested_refund", _("Asked for a refund")
    APPROVED_REFUND = "approved_refund", _("Approved a refund")
    REFUSED_REFUND = "refused_refund", _("Refused a refund")
    RETRIED_REFUND = "retried_refund", _("Tried a refund again")
    PAID_REFUND = "paid_refund", _("Paid a refund out by hand")
    RECORDED_PAYMENT = "recorded_payment", _("Wrote down an offline payment")
    STRUCK_PAYMENT = "struck_payment", _("Struck out an offline payment")
    ACCEPTED_PAYMENT = "accepted_payment", _("Accepted another sum than was asked for")
    ISSUED_RECEIPT = "issued_receipt", _("Issued a receipt")
    ISSUED_INVOICE = "issued_invoice", _("Issued an invoice")
    EXPLAINED_MONEY = "explained_money", _("Explained a movement at Stripe")
    HEALED_MONEY = "healed_money", _("Had our rows brought up to date with Stripe")
    CHANGED_CATALOGUE = "changed_catalogue", _("Changed the catalogue")
    CHANGED_ORDER = "changed_order", _("Changed a booking")
    SET_PRICE = "set_price", _("Set another price")
    TOOK_ORDER = "took_order", _("Booked for a caller")
    WROTE_MESSAGE = "wrote_message", _("Wrote to a customer")
    EXPORTED = "exported", _("Exported data")
    OPENED = "opened", _("Opened a sensitive record")


class AuditLog(models.Model):
    """One act. Written through `staff.audit`, in the transaction of what it tells of.

    The database itself refuses to change, delete or truncate rows (migration 0002). `before` and
    `after` hold field names and their values; for personal fields no values (DECISIONS.md, 14).
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(
        StaffProfile, null=True, on_delete=models.PROTECT, related_name="audit_rows"
    )
    action = models.CharField(max_length=40)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    object_label = models.CharField(max_length=120, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    ip = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            models.Index(fields=["at"], name="audit_at"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_label}".rstrip()

    @property
    def action_words(self) -> str:
        """`Changed a role`."""
        return str(Action(self.action).label) if self.action in Action.values else self.action
