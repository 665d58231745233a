"""long lists: an index for each order and part of the lists that staff have, so that none reads a whole table."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'

INDEXES = (
    ('ix_cases_kind_stands_on_id', 'cases', ['kind', 'stands_on', 'id'], None),
    ('ix_cases_kind_id', 'cases', ['kind', 'id'], None),
    ('ix_cases_queue', 'cases', ['kind', 'status', 'stands_on', 'id'], None),
    ('ix_appeals_topic_id', 'appeals', ['topic_id'], None),
    ('ix_documents_from_company_id', 'documents', ['from_company', 'id'], None),
    ('ix_documents_title_id', 'documents', ['title', 'id'], None),
    ('ix_documents_dated_id', 'documents', ['dated', 'id'], None),
    ('ix_decisions_state_document_id', 'decisions', ['state', 'document_id'], None),
    ('ix_letters_state_id', 'letters', ['state', 'id'], None),
    ('ix_letters_sent_at_id', 'letters', ['sent_at', 'id'], None),
    ('ix_letters_attempts_id', 'letters', ['attempts', 'id'], None),
    ('ix_meters_serial_id', 'meters', ['serial', 'id'], None),
    ('ix_readings_month_id', 'readings', ['month', 'id'], None),
    ('ix_readings_source_id', 'readings', ['source', 'id'], None),
    ('ix_readings_odd', 'readings', ['id'], 'odd IS NOT NULL'),
    ('ix_readings_corrections', 'readings', ['id'], 'corrects_id IS NOT NULL'),
    ('ix_meters_retired', 'meters', ['id'], 'retired_at IS NOT NULL'),
    ('ix_subscribers_kind_id', 'subscribers', ['kind', 'id'], None),
    ('ix_subscribers_blocked', 'subscribers', ['id'], 'blocked_at IS NOT NULL'),
)


def upgrade() -> None:
    op.add_column('cases', sa.Column('stands_on', sa.Date(), server_default='9999-12-31', nullable=False))
    finished = "('redirected', 'answered', 'closed', 'withdrawn', 'done', 'cancelled', 'worked', 'refused')"
    op.execute(f"UPDATE cases SET stands_on = coalesce(due_on, '9999-12-30') WHERE status NOT IN {finished}")
    op.drop_index('ix_cases_kind_status_due_on', table_name='cases')
    for name, table, columns, where in INDEXES:
        only = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    op.create_index('ix_cases_kind_status_due_on', 'cases', ['kind', 'status', 'due_on'])
    with op.batch_alter_table('cases') as batch_op:
        batch_op.drop_column('stands_on')
