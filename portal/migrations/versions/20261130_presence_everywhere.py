"""who has any record open, not only a case."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'


def upgrade() -> None:
    op.execute('DELETE FROM glances')  # forgotten after minutes anyway
    with op.batch_alter_table('glances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_glances_case_id'))
        batch_op.drop_constraint(batch_op.f('fk_glances_case_id'), type_='foreignkey')
        batch_op.drop_column('case_id')
        batch_op.add_column(sa.Column('subject', sa.String(), nullable=False))
        batch_op.create_index(batch_op.f('ix_glances_subject'), ['subject'], unique=False)


def downgrade() -> None:
    op.execute('DELETE FROM glances')
    with op.batch_alter_table('glances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_glances_subject'))
        batch_op.drop_column('subject')
        batch_op.add_column(sa.Column('case_id', sa.Integer(), nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_glances_case_id'), 'cases', ['case_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_glances_case_id'), ['case_id'], unique=False)
