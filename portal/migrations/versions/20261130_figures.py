"""figures: indexes of the moves of a period, and of the readings of a month by the day they came."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'


def index(name, table, columns, condition):
    where = sa.text(condition)
    op.create_index(op.f(name), table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    index('ix_journal_at_case_id', 'journal', ['at', 'case_id'], 'to_status IS NOT NULL')
    index('ix_readings_month_received_at', 'readings', ['month', 'received_at'], 'corrects_id IS NULL')


def downgrade() -> None:
    op.drop_index(op.f('ix_readings_month_received_at'), table_name='readings')
    op.drop_index(op.f('ix_journal_at_case_id'), table_name='journal')
