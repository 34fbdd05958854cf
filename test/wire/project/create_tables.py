"""Drops and creates the tables, one statement and one commit at a time."""
import configparser
import psycopg2
from sql_queries import create_table_queries, drop_table_queries


def main():
    config = configparser.ConfigParser()
    config.read('dwh.cfg')
    conn = psycopg2.connect("host={} dbname={} user={} password={} port={}".format(*config['CLUSTER'].values()))
    cur = conn.cursor()
    for query in drop_table_queries + create_table_queries:
        cur.execute(query)
        conn.commit()
    conn.close()


if __name__ == "__main__":
    main()
