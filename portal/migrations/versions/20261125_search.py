"""search: an index of words, and of the numbers that administrators look for whole."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'

NUMBERS = ('inn', 'ogrn', 'registry_number', 'snils', 'passport')


def word(name):
    # Compared letter by letter on both databases, so that a beginning of a word is a range of the index.
    return sa.Column(name, sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False)


def upgrade() -> None:
    op.create_table('search_texts',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'subject_id', name=op.f('pk_search_texts')),
    sqlite_with_rowid=False,
    )
    op.create_table('search_words',
    sa.Column('kind', sa.String(), nullable=False),
    word('word'),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'word', 'subject_id', name=op.f('pk_search_words')),
    sqlite_with_rowid=False,
    )
    op.create_table('search_slips',
    word('slip'),
    word('word'),
    sa.PrimaryKeyConstraint('slip', 'word', name=op.f('pk_search_slips')),
    sqlite_with_rowid=False,
    )
    for name in NUMBERS:
        op.create_index(op.f(f'ix_subscribers_{name}'), 'subscribers', [name])


def downgrade() -> None:
    for name in NUMBERS:
        op.drop_index(op.f(f'ix_subscribers_{name}'), table_name='subscribers')
    op.drop_table('search_slips')
    op.drop_table('search_words')
    op.drop_table('search_texts')
