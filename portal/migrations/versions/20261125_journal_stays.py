"""the journal: indexes for its filters, and triggers that let nobody change it."""

from alembic import op

revision = '0010'
down_revision = '0009'

REFUSAL = 'the journal is append-only'


def upgrade() -> None:
    op.create_index(op.f('ix_journal_event_id'), 'journal', ['event', 'id'])
    op.create_index(op.f('ix_journal_subject_id'), 'journal', ['subject', 'id'])
    if op.get_bind().dialect.name == 'sqlite':
        for what in ('UPDATE', 'DELETE'):
            op.execute(f"CREATE TRIGGER journal_stays_{what.lower()} BEFORE {what} ON journal "
                       f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
    else:
        op.execute(f"CREATE FUNCTION journal_stays() RETURNS trigger LANGUAGE plpgsql AS "
                   f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$")
        op.execute('CREATE TRIGGER journal_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON journal '
                   'EXECUTE FUNCTION journal_stays()')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TRIGGER journal_stays_delete')
        op.execute('DROP TRIGGER journal_stays_update')
    else:
        op.execute('DROP TRIGGER journal_stays ON journal')
        op.execute('DROP FUNCTION journal_stays()')
    op.drop_index(op.f('ix_journal_subject_id'), table_name='journal')
    op.drop_index(op.f('ix_journal_event_id'), table_name='journal')
