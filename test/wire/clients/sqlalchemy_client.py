"""SQLAlchemy over psycopg2, and pandas over SQLAlchemy where it is installed: queries, reflection, frames."""
import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base

from tap import DATABASE, HOST, PASSWORD, PORT, USER, end, failure, same

engine = sa.create_engine('postgresql+psycopg2://{}:{}@{}:{}/{}'.format(USER, PASSWORD, HOST, PORT, DATABASE),
    connect_args={'sslmode': 'prefer'})
with engine.begin() as conn:
    conn.execute(sa.text("CREATE TABLE sa_users (user_id INT NOT NULL SORTKEY, first_name VARCHAR(40), level "
                         "VARCHAR(10) DEFAULT 'free', joined TIMESTAMP, PRIMARY KEY (user_id)) DISTSTYLE ALL"))
    conn.execute(sa.text("CREATE TABLE sa_plays (play_id BIGINT IDENTITY(0,1), user_id INT REFERENCES sa_users "
                         "(user_id), price DECIMAL(8,2)) DISTKEY(user_id)"))
    conn.execute(sa.text("CREATE TABLE sa_songs_of (song INT, artist INT, label VARCHAR(9), "
                         "PRIMARY KEY (song, artist), UNIQUE (label))"))
    conn.execute(sa.text("CREATE TABLE sa_turns (turn INT, of_artist INT, of_song INT, "
                         "FOREIGN KEY (of_song, of_artist) REFERENCES sa_songs_of (song, artist))"))
    conn.execute(sa.text("CREATE VIEW sa_paid AS SELECT user_id, NVL(level, 'free') AS level FROM sa_users"))
    conn.execute(sa.text("COMMENT ON TABLE sa_users IS 'who listens'"))

# reflection
inspector = sa.inspect(engine)
same([t for t in inspector.get_table_names() if t.startswith('sa_')],
    ['sa_users', 'sa_plays', 'sa_songs_of', 'sa_turns'], 'get_table_names')
same([v for v in inspector.get_view_names() if v.startswith('sa_')], ['sa_paid'], 'get_view_names')
same('public' in inspector.get_schema_names(), True, 'get_schema_names')
same([(c['name'], str(c['type']), c['nullable'], c['default']) for c in inspector.get_columns('sa_users')],
     [('user_id', 'INTEGER', False, None), ('first_name', 'VARCHAR(40)', True, None),
         ('level', 'VARCHAR(10)', True, "'free'::character varying"), ('joined', 'TIMESTAMP', True, None)],
         'get_columns')
same(inspector.get_table_comment('sa_users')['text'], 'who listens', 'get_table_comment')
same(inspector.has_table('sa_plays') and not inspector.has_table('sa_none'), True, 'has_table')
view = inspector.get_view_definition('sa_paid').upper()
same('NVL' in view or 'COALESCE' in view, True, 'get_view_definition')
for question in ('get_pk_constraint', 'get_foreign_keys', 'get_indexes', 'get_unique_constraints',
    'get_check_constraints'):
    same(isinstance(getattr(inspector, question)('sa_users'), (list, dict)), True, question)

# keys, which Redshift keeps and doesn't enforce
key = inspector.get_pk_constraint('sa_users')
same((key['name'], key['constrained_columns']), ('sa_users_pkey', ['user_id']), 'a primary key')
same(sorted(inspector.get_pk_constraint('sa_songs_of')['constrained_columns']), ['artist', 'song'], 'of two columns')
same([(f['constrained_columns'], f['referred_schema'], f['referred_table'], f['referred_columns'])
      for f in inspector.get_foreign_keys('sa_plays')], [(['user_id'], None, 'sa_users', ['user_id'])], 'a foreign key')
same([(f['constrained_columns'], f['referred_table'], f['referred_columns'])
      for f in inspector.get_foreign_keys('sa_turns')],
     [(['of_song', 'of_artist'], 'sa_songs_of', ['song', 'artist'])], 'of two columns')
same([u['column_names'] for u in inspector.get_unique_constraints('sa_songs_of')], [['label']], 'a unique key')
same(inspector.get_indexes('sa_songs_of'), [], 'no index')
metadata = sa.MetaData()
metadata.reflect(engine, only=['sa_plays', 'sa_users'])
plays = metadata.tables['sa_plays']
same([str(f.column) for f in plays.foreign_key_constraints.pop().elements], ['sa_users.user_id'], 'reflected, too')
same(str(plays.join(metadata.tables['sa_users']).onclause), 'sa_users.user_id = sa_plays.user_id', 'a join by it')

# tables that are reflected, and used
users = sa.Table('sa_users', sa.MetaData(), autoload_with=engine)
same([c.name for c in users.columns], ['user_id', 'first_name', 'level', 'joined'], 'a reflected table')
with engine.begin() as conn:
    conn.execute(users.insert(), [{'user_id': i, 'first_name': 'u%d' % i,
        'joined': datetime.datetime(2018, 11, 1)} for i in range(100)])
    conn.execute(users.update().where(users.c.user_id < 10).values(level='paid'))
    same(conn.execute(sa.select(users.c.level, sa.func.count()).group_by(users.c.level).order_by(users.c.level)).all(),
        [('free', 90), ('paid', 10)], 'insert, update, select of expressions')
    same(conn.execute(sa.text("SELECT DATEDIFF(day, joined, :now), NVL(first_name, 'x') FROM sa_users WHERE user_id = "
                              ":id"), {'now': datetime.datetime(2018, 11, 3), 'id': 3}).one(), (2, 'u3'),
                              'text() with parameters')
with engine.connect().execution_options(stream_results=True, max_row_buffer=10) as conn:
    same(sum(1 for _ in conn.execute(sa.select(users))), 100, 'stream_results')
def delete_and_fail():
    """Deletes, and then asks for what isn't there."""
    with engine.begin() as conn:
        conn.execute(users.delete())
        conn.execute(sa.text("SELECT * FROM sa_nosuch"))


error = failure(delete_and_fail)
same(type(error), sa.exc.ProgrammingError, 'an error: its class')
same((error.orig.pgcode, error.orig.diag.statement_position), ('42P01', '15'), 'its SQLSTATE and place')
with engine.connect() as conn:
    same(conn.execute(sa.text("SELECT COUNT(*) FROM sa_users")).scalar(), 100, 'begin() rolled back')
with engine.connect().execution_options(isolation_level='AUTOCOMMIT') as conn:
    conn.execute(sa.text("VACUUM sa_users"))
    same(conn.execute(sa.text("SELECT COUNT(*) FROM sa_users WHERE level = 'paid'")).scalar(), 10, 'AUTOCOMMIT: VACUUM')

# a model
Base = declarative_base()


class Song(Base):
    """A table that SQLAlchemy makes."""
    __tablename__ = 'sa_songs'
    song_id = sa.Column(sa.String(18), primary_key=True)
    title = sa.Column(sa.String(256))
    year = sa.Column(sa.Integer)


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Song(song_id='S%d' % i, title='t', year=2000 + i) for i in range(5)])
    session.commit()
    same(session.query(Song).filter(Song.year >= 2002).count(), 3, 'a session of the ORM')

try:
    import pandas as pd
except ImportError:
    print('ok - read_sql, to_sql # SKIP there is no pandas')
else:
    with engine.connect() as conn:
        frame = pd.read_sql("SELECT level, COUNT(*) AS n, MIN(joined) AS first FROM sa_users GROUP BY level ORDER BY "
                            "level", conn)
        same((list(frame.columns), frame['first'][0].year), (['level', 'n', 'first'], 2018), 'read_sql')
        same(sum(len(part) for part in pd.read_sql(sa.text("SELECT * FROM sa_users"), conn, chunksize=30)), 100,
            'read_sql in chunks')
    frame.to_sql('sa_levels', engine, index=False, if_exists='replace', method='multi')
    with engine.connect() as conn:
        same(len(pd.read_sql_table('sa_levels', conn)), 2, 'to_sql, read_sql_table')
    with engine.begin() as conn:
        conn.execute(sa.text("DROP TABLE sa_levels"))
Base.metadata.drop_all(engine)
with engine.begin() as conn:
    for drop in ("VIEW sa_paid", "TABLE sa_turns", "TABLE sa_songs_of", "TABLE sa_plays", "TABLE sa_users"):
        conn.execute(sa.text("DROP " + drop))
same([t for t in sa.inspect(engine).get_table_names() if t.startswith('sa_')], [], 'all dropped')
end()
