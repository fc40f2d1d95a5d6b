"""What breaks each invariant: SQL on copies of tables, which know no constraints.

A copy is a temporary table of the same name: the database takes it for the real one until the
transaction ends.
"""

from typing import Any

from django.db import connection

PAST = "'2020-01-01 00:00:00'"

# (what is broken, the tables that are changed, how)
CORRUPTORS: dict[str, list[str]] = {
    "covered_bookings_are_paid": [
        "UPDATE payments_payment SET captured_cents = captured_cents - 1",
        "UPDATE booking_booking SET total_cents = total_cents + 1 WHERE status = 'paid'",
        "DELETE FROM payments_payment",
    ],
    "covered_bookings_are_not_pending": [
        "UPDATE booking_booking SET status = 'pending' WHERE status = 'paid'",
    ],
    "late_money_goes_back": [
        "DELETE FROM payments_refund",
        "UPDATE payments_refund SET status = 'refused'",
        "UPDATE payments_refund SET amount_cents = amount_cents - 1",
    ],
    "one_page_is_open_at_most": [
        "INSERT INTO payments_payment SELECT * FROM payments_payment WHERE status = 'pending'",
        "UPDATE payments_payment SET status = 'pending'",
    ],
    "refunds_fit_their_payment": [
        "UPDATE payments_refund SET amount_cents = amount_cents + 1",
        "INSERT INTO payments_refund SELECT * FROM payments_refund",
    ],
    "payments_are_what_was_asked_for": [
        "UPDATE payments_payment SET captured_cents = captured_cents + 1",
        "UPDATE payments_payment SET currency = 'eur'",
    ],
    "each_id_of_stripes_stands_once": [
        "INSERT INTO payments_payment SELECT * FROM payments_payment",
        "INSERT INTO payments_refund SELECT * FROM payments_refund",
        "UPDATE payments_payment SET intent_id = 'pi_1'",
    ],
    "money_has_its_proof": [
        "UPDATE payments_payment SET intent_id = NULL",
        "UPDATE payments_payment SET method = 'offline'",
        "UPDATE payments_refund SET stripe_id = NULL",
    ],
    "surplus_goes_back_or_is_told": [
        "UPDATE payments_payment SET captured_cents = captured_cents + 1",
        "UPDATE booking_booking SET total_cents = total_cents - 1",
    ],
    "money_is_in_its_audit": [
        "DELETE FROM payments_paymentaudit WHERE act = 'captured'",
        "DELETE FROM payments_paymentaudit WHERE act = 'refunded'",
        "INSERT INTO payments_paymentaudit SELECT * FROM payments_paymentaudit",
    ],
    "matched_movements_are_ours": [
        "UPDATE payments_balancemovement SET payment_id = NULL",
        "UPDATE payments_balancemovement SET amount_cents = amount_cents - 1",
        "INSERT INTO payments_balancemovement SELECT * FROM payments_balancemovement",
    ],
    "open_money_is_told": ["UPDATE payments_balancemovement SET standing = 'open'"],
    "our_money_is_in_stripes_books": [
        f"UPDATE payments_payment SET succeeded_at = {PAST}",
        f"UPDATE payments_refund SET succeeded_at = {PAST}",
    ],
    "pages_end_with_their_time": [f"UPDATE payments_payment SET session_expires_at = {PAST}"],
    "events_are_processed": [
        f"UPDATE payments_stripeevent SET outcome = 'waiting', received_at = {PAST}",
        "UPDATE payments_stripeevent SET outcome = 'failed'",
    ],
    "each_event_stands_once": [
        "INSERT INTO payments_stripeevent SELECT * FROM payments_stripeevent",
        "UPDATE payments_stripeevent SET processed_at = NULL",
    ],
    "lines_add_up_to_the_total": [
        "UPDATE booking_bookingline SET amount_cents = amount_cents + 1",
        "DELETE FROM booking_bookingline",
        "UPDATE booking_booking SET total_cents = total_cents - 1",
    ],
    "events_tell_the_way_to_the_status": [
        "UPDATE booking_booking SET status = 'completed'",
        "DELETE FROM booking_bookingevent WHERE to_status = 'paid'",
        "DELETE FROM booking_bookingevent WHERE to_status = 'pending'",
        "DELETE FROM booking_bookingevent",
        "INSERT INTO booking_bookingevent SELECT * FROM booking_bookingevent",
        "UPDATE booking_bookingevent SET from_status = 'cancelled' WHERE to_status = 'paid'",
        "UPDATE booking_bookingevent SET to_status = 'completed' WHERE to_status = 'paid'",
    ],
    "letters_are_planned_once": ["INSERT INTO booking_message SELECT * FROM booking_message"],
    "paid_bookings_are_confirmed": ["DELETE FROM booking_message"],
    "letters_are_sent": [f"UPDATE booking_message SET next_try_at = {PAST}"],
    "vans_hold_what_they_can": [
        "UPDATE booking_booking SET room_pieces = 1000",
        "UPDATE booking_booking SET room_whole_van = TRUE",
        "UPDATE booking_van SET pieces = 1",
        "UPDATE booking_van SET has_rack = FALSE",
        "UPDATE booking_vanday SET in_service = FALSE",
        "UPDATE booking_day SET cap_pieces = 1",
        "UPDATE booking_day SET is_closed = TRUE",
    ],
    "holds_end_with_their_time": [f"UPDATE booking_booking SET hold_expires_at = {PAST}"],
    "codes_are_used_as_often_as_they_may": [
        "UPDATE booking_discountcode SET max_uses = 0",
        "UPDATE booking_booking SET status = 'cancelled'",
    ],
    "numbers_have_no_gaps": [
        "UPDATE booking_booking SET number = number + 1",
        "UPDATE booking_booking SET number = 1",
        "UPDATE booking_counter SET value = value - 1",
        "DELETE FROM booking_booking WHERE number = 2",
    ],
}


def corrupt(sql: str) -> None:
    """Break a copy of the table that a statement changes."""
    words: Any = sql.split()
    table = words[2] if words[0] in {"INSERT", "DELETE"} else words[1]
    place = {"sqlite": "main", "postgresql": "public"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {place}.{table}")
        cursor.execute(sql)
        assert cursor.rowcount > 0, "nothing was there to be broken"
