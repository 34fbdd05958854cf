#!/bin/bash
# translate.sh [CALL]: the processor time of sparkify_translate (or sparkify_check) over scripts of growing length, in
# ms: the best and the median of RUNS calls in one session, and the best for each statement in µs.  Run in two trees
# in turn it compares them: processor time is little disturbed by what else runs.
set -euo pipefail
call=${1:-sparkify_translate} runs=${RUNS:-15}
if [ -z "${SPARKIFY_ROOT:-}" ]; then exec "$(dirname "$0")/../cluster.sh" run "$(realpath "$0")" "$call"; fi

psql -qX -v ON_ERROR_STOP=1 <<'SQL'
SET client_min_messages = error;
CREATE EXTENSION sparkify_dwh;
CREATE TABLE sizes (a int, b varchar(20));
CREATE TABLE scripts (name text PRIMARY KEY, statements int, script text);
-- what pipelines are made of, in turn
CREATE FUNCTION mixed(i int) RETURNS text LANGUAGE sql AS $$
SELECT CASE i % 8
    WHEN 0 THEN format('SELECT nvl(a, 0), dateadd(day, %s, getdate()) FROM sizes WHERE b LIKE ''x%%'' AND a > %1$s', i)
    WHEN 1 THEN format('INSERT INTO sizes (a, b) VALUES (%s, ''text %1$s''), (%1$s, ''b'')', i)
    WHEN 2 THEN format('UPDATE sizes SET a = %s, b = ''new %1$s'' WHERE b = ''x'' AND a <> 3', i)
    WHEN 3 THEN format('CREATE TABLE t_%s (a int DISTKEY, b varchar(20) SORTKEY, c timestamp DEFAULT sysdate)', i)
    WHEN 4 THEN 'SELECT a, count(*), listagg(b, '','') WITHIN GROUP (ORDER BY b) FROM sizes GROUP BY 1 LIMIT 10'
    WHEN 5 THEN format('DELETE FROM sizes USING sizes s2 WHERE sizes.a = s2.a AND s2.b = ''%s''', i)
    WHEN 6 THEN format('COPY t_%s FROM ''s3://b/k'' IAM_ROLE ''arn:aws:iam::1:role/r'' FORMAT JSON ''auto''', i - 3)
    ELSE format('GRANT SELECT ON t_%s TO PUBLIC', i - 4)
END $$;
INSERT INTO scripts
SELECT kind || ' ' || n, n, (SELECT string_agg(CASE kind WHEN 'mixed' THEN mixed(i) WHEN 'insert' THEN
        format('INSERT INTO sizes VALUES (%s, ''v%1$s'')', i) ELSE format('SELECT %s FROM sizes', i) END,
          '; ' ORDER BY i)
    FROM generate_series(0, n - 1) AS i)
FROM unnest(ARRAY['mixed', 'select', 'insert']) AS kind, unnest(ARRAY[10, 100, 1000, 4000, 16000]) AS n;
INSERT INTO scripts VALUES
('VALUES of 1000', 1, 'INSERT INTO sizes (a, b) VALUES ' ||
    (SELECT string_agg(format('(%s, ''v%1$s'')', i), ', ') FROM generate_series(1, 1000) AS i)),
('columns 1000', 1, 'CREATE TABLE w (' ||
    (SELECT string_agg(format('c%s varchar(9) DEFAULT ''x''', i), ', ') FROM generate_series(1, 1000) AS i) || ')'),
('literal of 1 MB', 1, 'INSERT INTO sizes (b) VALUES (''' || repeat('abcdefgh', 131072) || ''')');
SQL

# The server says after each statement what it has used; the first call of a session is left out.
printf '%-16s %10s %10s %12s\n' script best median "µs/statement"
psql -qXAt -F ' ' -c "SELECT statements, name FROM scripts ORDER BY split_part(name, ' ', 1), statements" |
  while read -r statements name; do
    once="SELECT count(*) FROM scripts, $call(script) WHERE name = '$name'"
    { echo "SET client_min_messages = log;" "$once;"
      for _ in $(seq "$runs"); do echo "SET log_statement_stats = on;" "$once;" "SET log_statement_stats = off;"; done
    } | psql -qXAt 2>&1 |
      perl -e '
        my ($statements, $name) = @ARGV;
        my @used = sort { $a <=> $b }
          map { m{([\d.]+) s user, ([\d.]+) s system, [\d.]+ s elapsed} ? 1000 * ($1 + $2) : () } <STDIN>;
        splice @used, 0, @used / 2; # the half of them is SET
        printf "%-16s %10.2f %10.2f %12.1f\n", $name, $used[0], $used[@used / 2], 1000 * $used[0] / $statements;
      ' "$statements" "$name"
  done
