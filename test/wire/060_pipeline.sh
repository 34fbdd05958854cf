#!/bin/bash
# The extended protocol as drivers speak it, message by message: each statement and portal has the way back to
# its own text, whatever was parsed since; pipelines; what needs nothing here; scripts that end a failed transaction.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
psql -qc 'CREATE EXTENSION sparkify_dwh' -c 'CREATE TABLE t (a int, b int)' -c 'INSERT INTO t VALUES (1, 2)'

# reads lines "P name text", "B portal name", "D S|P name", "E portal", "C S|P name", "Q text", "S", "H"; a line "--"
# sends them
# and waits for a ReadyForQuery for each S and Q in it. Prints the answers: types, tags of C, rows of D, errors as
# E:code:place.
talk() { perl -MIO::Socket::INET -e '
  my ($port, $db) = @ARGV;
  my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die;
  alarm 30;
  sub Message { my ($type, $body) = @_; return $type . pack("N", 4 + length $body) . $body; }
  my %make = (
    P => sub { my ($name, $text) = $_[0] =~ /^(\S*) (.*)/; Message("P", "$name\0$text\0\0\0") },
    B => sub { my ($portal, $name) = split / /, $_[0], -1; Message("B", "$portal\0$name\0\0\0\0\0\0\0") },
    D => sub { my ($kind, $name) = $_[0] =~ /^(.) ?(.*)/; Message("D", "$kind$name\0") },
    C => sub { my ($kind, $name) = $_[0] =~ /^(.) ?(.*)/; Message("C", "$kind$name\0") },
    E => sub { Message("E", "$_[0]\0\0\0\0\0") },
    Q => sub { Message("Q", "$_[0]\0") },
    S => sub { Message("S", "") }, H => sub { Message("H", "") });
  sub Answers {
    my ($wanted) = @_;
    my @got;
    while ($wanted > 0) {
      read($s, my $head, 5) == 5 or return "@got (closed)";
      my ($type, $length) = unpack "aN", $head;
      my $body = "";
      read($s, $body, $length - 4) if $length > 4;
      next if $type =~ /[RSKtTN]/;
      if ($type eq "C") { push @got, "C:" . $body =~ s/\0//r }
      elsif ($type eq "D") { push @got, "D:" . join ",", map { defined ? $_ : "null" } unpack "n/(N/a)", $body }
      elsif ($type eq "E") { my ($code) = $body =~ /\0C([^\0]*)/; my ($at) = $body =~ /\0P(\d+)\0/;
        push @got, join ":", "E", $code, $at // () }
      else { push @got, $type }
      $wanted-- if $type eq "Z";
    }
    return "@got";
  }
  my $start = pack("N", 196608) . "user\0postgres\0database\0$db\0\0";
  print $s pack("N", 4 + length $start) . $start; $s->flush; Answers(1);
  my ($out, $syncs) = ("", 0);
  for my $line (my @lines = (<STDIN>, "--")) {
    chomp $line;
    if ($line eq "--") { print $s $out; $s->flush; print Answers($syncs), "\n" if $syncs;
      ($out, $syncs) = ("", 0); next; }
    my ($type, $rest) = $line =~ /^(.) ?(.*)/;
    $out .= $make{$type}->($rest); $syncs++ if $type =~ /[SQ]/;
  }' "$WIRE_PORT" "$PGDATABASE"; }

place() { local before=${1%%"$2"*}; echo $((${#before} + 1)); }
one="SELECT NVL(1, 2), NVL(3, 4), b FROM t"; \
  two="SELECT NVL(5, 6), DATEADD(day, 1, '2018-11-01'::date), NVL(7, 8), b FROM t"
psql -qc 'CREATE TABLE u AS TABLE t'
is "each statement keeps the way back to its own text" "$(talk <<END
P one $one
P two $two
P same SELECT 1
B  one
E 
B p two
E p
S
--
Q ALTER TABLE t DROP COLUMN b
--
P  SELECT 3
B  one
E 
S
--
B p two
S
B p one
S
--
C S one
P one SELECT b FROM u
B  one
E 
B  two
S
--
END
)" "1 1 1 2 D:1,3,2 C:SELECT 1 2 D:5,2018-11-02 00:00:00,7,2 C:SELECT 1 Z
C:ALTER TABLE Z
1 E:42703:$(place "$one" "b FROM") Z
E:42703:$(place "$two" "b FROM") Z E:42703:$(place "$one" "b FROM") Z
3 1 2 D:2 C:SELECT 1 E:42703:$(place "$two" "b FROM") Z"

is "what needs nothing answers with its tag, an empty text as such" "$(talk <<'END'
P v VACUUM
D S v
B  v
D P
E 
P  SET query_group TO 'x'
B q 
E q
B  v
E 
P  
B  
E 
S
--
END
)" "1 n 2 n C:VACUUM 1 2 C:SET 2 C:VACUUM 1 2 I Z"

is "behind an error a pipeline is passed over, up to its Sync" "$(talk <<'END'
P a SELECT NVL(nosuch, 1)
P b SELECT NVL(2, 1)
B  b
E 
S
P b SELECT NVL(3, 1)
B  b
E 
S
--
END
)" "E:42703:12 Z 1 2 D:3 C:SELECT 1 Z"

three="ROLLBACK; BEGIN; SELECT NVL(6, 1); COMMIT; SELECT NVL(7, nosuch)"
is "a script that ends a failed transaction goes on behind it, translated" "$(talk <<END
Q BEGIN
--
Q SELECT nosuch
--
Q SELECT 1
--
Q /* ; */ ROLLBACK; SELECT NVL(4, 1); INSERT INTO u VALUES (5, 5); SELECT NVL(a, 0) FROM u WHERE b = 5
--
Q BEGIN; SELECT 1/0
--
Q $three
--
Q BEGIN; SAVEPOINT "a;b"; SELECT nosuch
--
Q ROLLBACK TO "a;b"; SELECT NVL(8, 1); COMMIT
--
Q BEGIN; SELECT nosuch
--
Q COMMIT; /* nothing else */ ;
--
Q SELECT 9
--
END
)" "C:BEGIN Z
E:42703:8 Z
E:25P02 Z
C:ROLLBACK D:4 C:SELECT 1 C:INSERT 0 1 D:5 C:SELECT 1 Z
C:BEGIN E:22012 Z
C:ROLLBACK C:BEGIN D:6 C:SELECT 1 C:COMMIT E:42703:$(place "$three" nosuch) Z
C:BEGIN C:SAVEPOINT E:42703:32 Z
C:ROLLBACK D:8 C:SELECT 1 C:COMMIT Z
C:BEGIN E:42703:15 Z
C:ROLLBACK Z
D:9 C:SELECT 1 Z"

is "a prepared statement's name keeps its case; a driver's savepoints in front of other statements" "$(talk <<'END'
P _PLAN0x1 SELECT NVL(1, 0)
B  _PLAN0x1
E 
S
--
Q DEALLOCATE "_PLAN0x1"
--
P _PLAN0x1 SELECT NVL(2, 0)
B  _PLAN0x1
E 
S
--
Q PREPARE "Plan" (INT) AS SELECT NVL($1, 3); EXECUTE "Plan"(NULL); DEALLOCATE PREPARE "Plan"
--
Q BEGIN
--
Q SAVEPOINT _svp; SELECT nosuch
--
Q ROLLBACK TO _svp; RELEASE _svp; SELECT NVL(4, 0); END
--
END
)" \
  "1 2 D:1 C:SELECT 1 Z
C:DEALLOCATE Z
1 2 D:2 C:SELECT 1 Z
C:PREPARE D:3 C:SELECT 1 C:DEALLOCATE Z
C:BEGIN Z
C:SAVEPOINT E:42703:24 Z
C:ROLLBACK C:RELEASE D:4 C:SELECT 1 C:COMMIT Z"

many() { local i; for i in $(seq 300); do echo "P s$i SELECT NVL($i, 0)"; echo "B p$i s$i"; echo "E p$i"; \
  echo "C P p$i"; done; echo S; }
is "300 statements in one pipeline" "$(many | talk)" \
  "$(for i in $(seq 300); do printf '1 2 D:%s C:SELECT 1 3 ' "$i"; done)Z"
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
