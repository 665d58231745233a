"""figures: indexes of the moves of a period, and of the readings of a month by the day they came."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'


def upgrade() -> None:
    moves = sa.text('to_status IS NOT NULL')
    columns = ['at', 'case_id']
    op.create_index(op.f('ix_journal_at_case_id'), 'journal', columns, sqlite_where=moves, postgresql_where=moves)
    columns = ['month', 'received_at', 'corrects_id']
    op.create_index(op.f('ix_readings_month_received_at_corrects_id'), 'readings', columns)


def downgrade() -> None:
    op.drop_index(op.f('ix_readings_month_received_at_corrects_id'), table_name='readings')
    op.drop_index(op.f('ix_journal_at_case_id'), table_name='journal')
