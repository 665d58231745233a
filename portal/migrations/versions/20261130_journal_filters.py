"""the journal: who did what from day to day, newest first, along an index."""

from alembic import op

revision = '0015'
down_revision = '0014'

FILTERS = {'at': ['at', 'id'], 'staff_id': ['staff_id', 'at', 'id'], 'subscriber_id': ['subscriber_id', 'at', 'id']}


def upgrade() -> None:
    for name, columns in FILTERS.items():
        op.drop_index(op.f(f'ix_journal_{name}'), table_name='journal')
        op.create_index(op.f(f'ix_journal_{"_".join(columns)}'), 'journal', columns)


def downgrade() -> None:
    for name, columns in FILTERS.items():
        op.drop_index(op.f(f'ix_journal_{"_".join(columns)}'), table_name='journal')
        op.create_index(op.f(f'ix_journal_{name}'), 'journal', [name])
