"""exchange."""

import re

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'

LINK = re.compile(r": (https?://\S+)\n+--\n")


def _find_links():
    """Letters that are there already lead somewhere too: the address stands at the end of their text."""
    letters = sa.table('letters', sa.column('id'), sa.column('text'), sa.column('link'))
    found = [(row.id, LINK.search(row.text)) for row in op.get_bind().execute(sa.select(letters.c.id, letters.c.text))]
    for letter_id, link in found:
        if link:
            op.execute(sa.update(letters).where(letters.c.id == letter_id).values(link=link[1]))


def upgrade() -> None:
    op.create_table('decisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('way', sa.String(), nullable=True),
    sa.Column('sha256', sa.String(), nullable=True),
    sa.Column('ip_address', sa.String(), nullable=False),
    sa.Column('consent_id', sa.Integer(), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('sheet_id', sa.Integer(), nullable=True),
    sa.Column('signature_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['consent_id'], ['consents.id'], name=op.f('fk_decisions_consent_id')),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_decisions_document_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['documents.id'], name=op.f('fk_decisions_sheet_id')),
    sa.ForeignKeyConstraint(['signature_id'], ['documents.id'], name=op.f('fk_decisions_signature_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_decisions_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions')),
    sa.UniqueConstraint('document_id', name=op.f('uq_decisions_document_id'))
    )
    op.create_table('receipts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ip_address', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_receipts_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipts')),
    sa.UniqueConstraint('document_id', name=op.f('uq_receipts_document_id'))
    )
    op.create_table('signature_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_signature_requests_document_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_signature_requests_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature_requests')),
    sa.UniqueConstraint('document_id', name=op.f('uq_signature_requests_document_id'))
    )
    op.create_table('signing_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('subscriber_id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_signing_codes_document_id')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_signing_codes_letter_id')),
    sa.ForeignKeyConstraint(['subscriber_id'], ['subscribers.id'], name=op.f('fk_signing_codes_subscriber_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_codes')),
    sa.UniqueConstraint('letter_id', name=op.f('uq_signing_codes_letter_id'))
    )
    with op.batch_alter_table('signing_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signing_codes_document_id_id'), ['document_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_signing_codes_subscriber_id'), ['subscriber_id'], unique=False)

    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subscriber_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.alter_column('case_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_unique_constraint(batch_op.f('uq_documents_replaces_id'), ['replaces_id'])
        batch_op.create_check_constraint(batch_op.f('ck_documents_one_owner'), '(case_id IS NULL) <> (subscriber_id IS NULL)')
        batch_op.create_index(batch_op.f('ix_documents_subscriber_id'), ['subscriber_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_documents_replaces_id'), 'documents', ['replaces_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_documents_subscriber_id'), 'subscribers', ['subscriber_id'], ['id'])

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link', sa.String(), nullable=True))

    _find_links()
    with op.batch_alter_table('subscribers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('notified_id', sa.Integer(), server_default='0', nullable=False))

    # What was sent before there were notifications is not news.
    op.execute('UPDATE subscribers SET notified_id = (SELECT coalesce(max(id), 0) FROM letters)')


def downgrade() -> None:
    op.drop_table('signing_codes')
    op.drop_table('signature_requests')
    op.drop_table('decisions')
    op.drop_table('receipts')
    # General documents have no place in the schema before.
    op.execute('DELETE FROM documents WHERE case_id IS NULL')
    with op.batch_alter_table('subscribers', schema=None) as batch_op:
        batch_op.drop_column('notified_id')

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_column('link')

    with op.batch_alter_table('documents', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_documents_one_owner'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_documents_replaces_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('fk_documents_subscriber_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_documents_replaces_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_documents_subscriber_id'))
        batch_op.alter_column('case_id', existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column('replaces_id')
        batch_op.drop_column('subscriber_id')
