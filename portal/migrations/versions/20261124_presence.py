"""who has a case open."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table('glances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_glances_case_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_glances_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_glances'))
    )
    with op.batch_alter_table('glances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_glances_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('glances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_glances_case_id'))

    op.drop_table('glances')
