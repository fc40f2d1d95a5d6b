"""The page Money."""

from tests.staff.money.scene import unknown
from tests.staff.posts.stage import Post

READS = frozenset({"money", "money_report"})

POSTS: dict[str, Post] = {
    "compare_money": lambda stage: stage.post("compare_money"),
    "export_money_report": lambda stage: stage.post("export_money_report"),
    "explain_movement": lambda stage: stage.post(
        "explain_movement",
        unknown().pk,
        why="unknown_payment",
        explanation="An invoice of the year before",
    ),
}
