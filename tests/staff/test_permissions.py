"""The table of roles is the matrix of DOMAIN.md with DECISIONS.md, 23 to 25."""

from staff.permissions import PERMISSION_GROUPS, PERMISSIONS, Role

MATRIX = """
view_operations     v s c m a
view_money          v . . m a
edit_bookings       . s c m a
change_status       . . c m a
handle_documents    . s c m a
cancel_paid         . s . m a
request_refunds     . s . m a
approve_refunds     . . . m a
override_price      . . . m a
override_payment    . . . m a
edit_discounts      . . . m a
edit_catalogue      . . . m a
export_data         . . . m a
manage_staff        . . . . a
view_audit          . . . . a
view_as             . . . m a
merge_customers     . . . m a
cancel_in_progress  . . . m a
same_day            . . c m a
over_limit          . . c m a
delete              . . . . a
"""


def test_permissions_are_the_matrix():
    rows = [line.split() for line in MATRIX.strip().splitlines()]
    wanted = {
        name: {role for role, cell in zip(Role, cells, strict=True) if cell != "."}
        for name, *cells in rows
    }
    assert {name: set(roles) for name, roles in PERMISSIONS.items()} == wanted


def test_every_permission_has_words_once():
    named = [name for _heading, lines in PERMISSION_GROUPS for name in lines]
    assert sorted(named) == sorted(PERMISSIONS)
