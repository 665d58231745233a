"""words of letters that staff changed, drafts of consents."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'


def upgrade() -> None:
    op.create_table('consent_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['journal.id'], name=op.f('fk_consent_drafts_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_drafts')),
    sa.UniqueConstraint('kind', name=op.f('uq_consent_drafts_kind'))
    )
    op.create_table('letter_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['journal.id'], name=op.f('fk_letter_texts_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_texts')),
    sa.UniqueConstraint('name', name=op.f('uq_letter_texts_name'))
    )


def downgrade() -> None:
    op.drop_table('letter_texts')
    op.drop_table('consent_drafts')
