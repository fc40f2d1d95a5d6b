"""What banks, Stripe and its dashboard do about money, as rules of a state machine."""

from typing import Any

from payments import tasks
from tests.payments.colleagues import Colleagues
from tests.payments.moves import move
from totetaxi.lib import clock
from totetaxi.sandbox.stripe.errors import ImpossibleError
from totetaxi.sandbox.stripe.store import Json

UNDECIDED = ("needs_response", "under_review")


class Bank(Colleagues):
    """Colleagues, and those whom they have to follow."""

    def charges(self) -> list[Json]:
        """What was paid for bookings."""
        return [one for one in self.stripe.objects("charge", paid=True) if one["metadata"]]

    def disputes(self) -> list[Json]:
        """Those that the bank has not decided."""
        return [one for one in self.stripe.objects("dispute") if one["status"] in UNDECIDED]

    def refunds(self) -> list[Json]:
        """What went back, and has not come back since."""
        return [one for one in self.stripe.objects("refund") if one["status"] != "failed"]

    @move(when=lambda self: self.charges())
    def dispute(self) -> None:
        details: dict[str, Any] = self.draw.choice([{}, {"amount": 1000}, {"inquiry": True}])
        try:
            self.stripe.dispute(self.draw.choice(self.charges())["id"], **details)
        except ImpossibleError:
            self.happened["disputed before"] += 1

    @move(when=lambda self: self.disputes())
    def decide_a_dispute(self) -> None:
        decide = self.draw.choice([self.stripe.win_dispute, self.stripe.lose_dispute])
        decide(self.draw.choice(self.disputes())["id"])

    decide_a_dispute_2 = decide_a_dispute

    @move(when=lambda self: self.refunds())
    def refund_comes_back(self) -> None:
        """Days later, say: the card is closed."""
        self.stripe.fail_refund(self.draw.choice(self.refunds())["id"])

    refund_comes_back_2 = refund_comes_back

    @move()
    def refunds_take_their_time(self) -> None:
        self.stripe.next_refunds(self.draw.choice(["pending", "fail_later"]), seconds=60)

    @move(when=lambda self: self.charges())
    def refund_in_the_dashboard(self) -> None:
        charge, cents = self.draw.choice(self.charges()), self.draw.choice([100, 100_00, None])
        try:
            self.stripe.refund_by_hand(charge["id"], cents)
        except ImpossibleError:
            self.happened["dashboard refused"] += 1
        else:
            self.happened["refunded in the dashboard"] += 1

    @move()
    def invoice_made_by_hand(self) -> None:
        """None of ours: it never alarms."""
        self.stripe.charge_by_hand(4200)
        self.happened["invoice by hand"] += 1

    @move(when=lambda self: self.charges())
    def nights_pass(self) -> None:
        """Fees are known, and after some days what came is paid out; each night all is compared."""
        self.stripe.settle()
        self.travel(self.draw.choice([25, 50]))
        try:
            self.stripe.pay_out()
        except ImpossibleError:
            self.happened["nothing to pay out"] += 1
        self.compare()

    @move()
    def compare_all(self) -> None:
        self.compare()

    def compare(self) -> None:
        tasks.reconcile_night(clock.now())
