"""Loads the staging tables and fills the star schema."""
import configparser
import psycopg2
from sql_queries import copy_table_queries, insert_table_queries, tables


def run(cur, conn, queries):
    for query in queries:
        cur.execute(query)
        conn.commit()


def main():
    config = configparser.ConfigParser()
    config.read('dwh.cfg')
    conn = psycopg2.connect("host={} dbname={} user={} password={} port={}".format(*config['CLUSTER'].values()))
    cur = conn.cursor()
    run(cur, conn, copy_table_queries)
    run(cur, conn, insert_table_queries)
    for table in tables:
        cur.execute('SELECT COUNT(*) FROM {}'.format(table))
        print(table, cur.fetchone()[0])
    conn.close()


if __name__ == "__main__":
    main()
