#!/bin/bash
# COPY between server and client, which Redshift has not and drivers offer, works whatever sparkify_dwh.strict
# says: options are PostgreSQL's, a query is Redshift's.  In texts of clients a colon makes no psql variable.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
psql -qc 'CREATE EXTENSION sparkify_dwh'
gate() { timeout 20 psql -X -qAt "host=127.0.0.1 port=$WIRE_PORT user=postgres dbname=$PGDATABASE" "$@" 2>&1; }

gate -c 'CREATE TABLE u (a int SORTKEY, b varchar(20))' >/dev/null
is "both ways without a warning, the query translated" \
  "$(printf '10\tx\n20\t\\N\n' | gate -c 'COPY u FROM STDIN')$(gate -c \
  "COPY (SELECT a, NVL(b, 'none') FROM u ORDER BY a) TO STDOUT WITH CSV")" \
  $'10,x\n20,none'
printf '30,"a\\"b"\n' | gate -c "/* (; */ COPY u (a, b) FROM stdin CSV QUOTE '\"' ESCAPE E'\\\\' -- ;"
is "a backslash in an option is a backslash" "$(gate -c 'SELECT b FROM u WHERE a = 30')" 'a"b'
is "an error of the query is at its place" \
  "$(gate -c "COPY (SELECT 'it\\'s', nosuch FROM u) TO STDOUT (FORMAT csv)" | tail -1)" \
  "                              ^"
is "an error of the options" "$(gate -c 'COPY u FROM STDIN WITH (FORMAT nosuch)' | head -1)" \
  'ERROR:  COPY format "nosuch" not recognized'
is "another statement follows" \
  "$(printf '40\ty\n' | gate -c "COPY u FROM STDIN; SELECT NVL(b, '') FROM u WHERE a = 40")" \
  y
is "from a file it stays refused" "$(gate -c "COPY u FROM '/dev/null'" | head -1)" \
  "ERROR:  Redshift's COPY reads objects from S3 only"
is "and to one" \
  "$(gate -c 'SELECT count(*) FROM u' -c "COPY (SELECT 1) TO '/dev/null'" | head -2)" \
  $'4\nERROR:  Redshift\'s COPY reads objects from S3 only'
text=$(perl -e 'my $t = "SELECT 1, :name\0";
  print join "", map { sprintf "\\x%02x", ord } split //, "Q" . pack("N", 4 + length $t) . $t')
answer() { perl -MIO::Socket::INET -e '
  my ($port, $db, $bytes) = @ARGV; $bytes = eval qq("$bytes");
  my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die;
  my $body = pack("N", 196608) . "user\0postgres\0database\0$db\0\0";
  print $s pack("N", 4 + length $body) . $body . $bytes . "X\0\0\0\4";
  my ($all, $buffer) = ""; $all .= $buffer while sysread $s, $buffer, 65536;
  print "$1 $2" if $all =~ /\0M([^\0]+)\0P(\d+)\0/' "$WIRE_PORT" "$PGDATABASE" "$1"; }
is "a colon and a name are no variable of psql's" "$(answer "$text")" 'syntax error at or near ":" 11'
# psql counts quotes itself: what it doesn't send is sent here
talk() { WIRE_DATABASE=$PGDATABASE WIRE_TEXT="$1" perl -MIO::Socket::INET -e '
  my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $ENV{WIRE_PORT}) or die;
  my $body = pack("N", 196608) . "user\0postgres\0database\0$ENV{WIRE_DATABASE}\0\0";
  my $text = "$ENV{WIRE_TEXT}\0";
  print $s pack("N", 4 + length $body) . $body . "Q" . pack("N", 4 + length $text) . $text . "X\0\0\0\4";
  while (read($s, my $head, 5) == 5) {
    my ($type, $length) = unpack "aN", $head; my $data = "";
    read $s, $data, $length - 4 if $length > 4;
    print "copied ", $data =~ s/\n//r, "; " if $type eq "d";
    print "row ", substr($data, 6) =~ s/\0\0\0./,/gr, "; " if $type eq "D";
    print "$1 at $2; " if $type eq "E" && $data =~ /\0M([^\0]+)\0P(\d+)\0/;
  }'; }
is "ESCAPE '\\' in a COPY ends with it: other statements follow" \
  "$(talk "COPY (SELECT NVL(NULL, 6)) TO STDOUT CSV ESCAPE '\\'; SELECT NVL(NULL, 7), 'it\\'s'; SELECT 8")" \
  "copied 6; row 7,it's; row 8; "
is "and their errors are at their place" \
  "$(talk "COPY (SELECT 6) TO STDOUT CSV ESCAPE '\\'; SELECT nosuch")" \
  "copied 6; column \"nosuch\" does not exist at 50; "
is "likewise where it isn't the first, or not the only one" \
  "$(talk "SELECT 5; COPY (SELECT NVL(NULL, 6)) TO STDOUT CSV ESCAPE '\\'; SELECT NVL(NULL, 7), 'it\\'s';\
 COPY (SELECT 8) TO STDOUT CSV ESCAPE '\\'; SELECT nosuch")" \
  "row 5; copied 6; row 7,it's; copied 8; column \"nosuch\" does not exist at 143; "
is "or stands behind nothing" "$(talk "; COPY (SELECT NVL(NULL, 6)) TO STDOUT CSV ESCAPE '\\'")" "copied 6; "

python=/usr/bin/python3
if "$python" -c 'import psycopg2' 2>/dev/null; then
  is "psycopg2's copy_from, copy_expert, copy_to" \
    "$(timeout 60 "$python" - "host=127.0.0.1 port=$WIRE_PORT dbname=$PGDATABASE user=postgres" 2>&1 <<'PY'
import io, sys, psycopg2
conn = psycopg2.connect(sys.argv[1])
cur = conn.cursor()
cur.execute("CREATE TABLE driven (a int, b varchar(20))")
cur.copy_from(io.StringIO("1\tx\n2\t\\N\n3\ta\\\\b\n"), 'driven', columns=('a', 'b'))
cur.copy_from(io.StringIO("7|NULL\n"), 'driven', sep='|', null='NULL')
cur.copy_expert("COPY driven FROM STDIN WITH (FORMAT csv, HEADER true, NULL '\\N')",
  io.StringIO('a,b\n5,"q,r"\n6,\\N\n'))
cur.copy_expert("COPY driven FROM STDIN CSV QUOTE '\"' ESCAPE '\\'", io.StringIO('8,"a\\"b"\n'))
out = io.StringIO()
cur.copy_to(out, 'driven')
print(repr(out.getvalue()), conn.notices)
PY
)" \
  "'1\\tx\\n2\\t\\\\N\\n3\\ta\\\\\\\\b\\n7\\t\\\\N\\n5\\tq,r\\n6\\t\\\\N\\n8\\ta\"b\\n' []"
else
  echo "# there is no psycopg2 (Debian: python3-psycopg2): its COPY was not run"
fi
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
