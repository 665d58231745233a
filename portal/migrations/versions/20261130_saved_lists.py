"""saved lists: what a member of staff has saved of a list under a name."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'


def upgrade() -> None:
    op.create_table('saved_lists',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('screen', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_saved_lists_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_lists')),
    sa.UniqueConstraint('staff_id', 'screen', 'name', name=op.f('uq_saved_lists_staff_id_screen_name')),
    )


def downgrade() -> None:
    op.drop_table('saved_lists')
