#!/bin/bash
# What is exported passes checks that this project did not write: sqlfluff's grammar of
# Redshift, Perl's JSON parser, cfn-lint where it is installed; psql runs the script's own commands.
set -euo pipefail
cd "$(dirname "$0")/../.."
number=0; status=0
ok() { number=$((number + 1)); echo "ok $number - $1"; }
not_ok() { number=$((number + 1)); status=1; echo "not ok $number - $1"; }
skip() { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT

sql -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION sparkify_dwh' \
  -c "SELECT sparkify_configure(E'[IAM_ROLE]\nARN=arn:aws:iam::123456789012:role/dwhRole')" \
  -c "UPDATE sparkify_setting SET value = 'analysts' WHERE name = 'reader'" >/dev/null

# The grammar knows no psql: its commands go, its variables become literals and names.
plain() { sed -E "/^\\\\/d; s/:'([a-z_]+)'/'\1'/g; s/:\"([a-z_]+)\"/\1/g"; }
parses() { sqlfluff parse --dialect redshift "$1" >"$dir/out" 2>&1 && ! grep -q unparsable "$dir/out"; }
for target in provisioned serverless; do
  for format in psql ddl load drop; do
    sql -c "SELECT sparkify_export('$format', '$target')" | plain >"$dir/$format.sql"
    if ! command -v sqlfluff >/dev/null; then skip "$format for $target" "sqlfluff is not installed"
    elif parses "$dir/$format.sql"; then ok "sqlfluff parses $format for $target"
    else grep -A3 unparsable "$dir/out" | head -20; not_ok "sqlfluff parses $format for $target"; fi
  done
done
if command -v sqlfluff >/dev/null; then
  echo "SELECT 1; COPY t FROM 's3://b/k' IAM_ROLL 'x' JSON 'auto';" >"$dir/bad.sql"
  if parses "$dir/bad.sql"; then not_ok "the grammar does refuse"; else ok "the grammar does refuse"; fi
fi

# JSON, by Perl's parser; limits of BatchExecuteStatement counted there.
if sql -c "SELECT sparkify_export('data-api')" | perl -MJSON::PP -e '
  local $/; my $calls = JSON::PP->new->utf8->decode(<STDIN>);
  die "no calls\n" unless @$calls;
  for (@$calls) {
    my $in = $_->{input};
    if ($_->{operation} eq "BatchExecuteStatement") {
      die "too many\n" if @{$in->{Sqls}} > 40;
      length > 102400 and die "too long\n" for @{$in->{Sqls}};
    } elsif ($_->{operation} ne "ExecuteStatement" || ref $in->{Sql}) { die "unknown operation\n" }
  }'; then ok "the Data API's calls are JSON within its limits"; \
    else not_ok "the Data API's calls are JSON within its limits"; fi

for target in provisioned serverless; do
  sql -c "SELECT sparkify_export('cloudformation', '$target')" >"$dir/$target.json"
  if perl -MJSON::PP -e 'local $/; open my $f, "<", shift; my $t = JSON::PP->new->utf8->decode(<$f>);
      my %known = map { $_ => 1 } keys %{$t->{Resources}}, keys %{$t->{Parameters}};
      my $walk; $walk = sub { my $n = shift;
        if (ref $n eq "HASH") { for (keys %$n) {
            die "no resource or parameter $n->{$_}\n" if $_ eq "Ref" && !$known{$n->{$_}};
            die "no resource $n->{$_}[0]\n" if $_ eq "Fn::GetAtt" && !$t->{Resources}{$n->{$_}[0]};
            die "no condition\n" if $_ eq "Fn::If" && !$t->{Conditions}{$n->{$_}[0]};
            $walk->($n->{$_}) } }
        elsif (ref $n eq "ARRAY") { $walk->($_) for @$n } };
      $walk->($t); die "no outputs\n" unless $t->{Outputs}{Endpoint} && $t->{Outputs}{RoleArn};' "$dir/$target.json"
  then ok "the template for $target refers to what it has"; \
    else not_ok "the template for $target refers to what it has"; fi
  if ! command -v cfn-lint >/dev/null || ! cfn-lint --version >/dev/null 2>&1; then
    skip "cfn-lint accepts the template for $target" "cfn-lint is not installed"
  elif cfn-lint --non-zero-exit-code error --template "$dir/$target.json" >"$dir/out" 2>&1
  then ok "cfn-lint accepts the template for $target"; else cat "$dir/out"; \
    not_ok "cfn-lint accepts the template for $target"; fi
done
sql -c "SELECT sparkify_export('cloudformation-drop')" >"$dir/drop.sh"
if sh -n "$dir/drop.sh"; then ok "the removal is a shell script"; else not_ok "the removal is a shell script"; fi

# psql takes the variables as the header says: a missing one ends the script before it did anything.
sql -c "UPDATE sparkify_setting SET value = NULL WHERE name = 'iam_role'"
sql -c "SELECT sparkify_export('load')" >"$dir/load.sql"
if psql -X -q -f "$dir/load.sql" >"$dir/out" 2>&1; then not_ok "a missing variable stops the script"
elif grep -q 'variable iam_role is not set' "$dir/out"; then ok "a missing variable stops the script"
else cat "$dir/out"; not_ok "a missing variable stops the script"; fi
if psql -X -q -v iam_role=arn:aws:iam::1:role/x -f "$dir/load.sql" 2>&1 | grep -q 'variable'; then
  not_ok "a variable given with -v is taken"; else ok "a variable given with -v is taken"; fi

# psql reads a value as it was written, whatever is in it, and runs none of it.
sql <<'SQL'
UPDATE sparkify_setting SET value = 'arn:aws:iam::123456789012:role/dwhRole',
  description = E'two\n\\! touch pwned\r\\! touch pwned\nlines' WHERE name = 'iam_role';
INSERT INTO sparkify_setting (name, value)
  VALUES ('motto', E'it''s "x" \\ \n\r\t\\! touch pwned\n`touch pwned` :region ${x} $$ */ -- ; é \\101');
INSERT INTO sparkify_definition (phase, position, name, statement)
  VALUES ('create', 1, E'x\n\\! touch pwned', 'SELECT :''motto''');
SQL
motto() { (cd "$dir" && sed '/^-- Part 1/,$d' psql.sql && echo "SELECT md5(:'motto');") >"$dir/motto.sql"
  (cd "$dir" && psql -X -A -t -q "$@" -f motto.sql | tail -1); }
sql -c "SELECT sparkify_export('psql')" >"$dir/psql.sql"
if [ "$(motto)" = "$(sql -c "SELECT md5(value) FROM sparkify_setting WHERE name = 'motto'")" ] && [ ! -e "$dir/pwned" ]
then ok "psql reads a setting's default as it is"; else not_ok "psql reads a setting's default as it is"; fi
if [ "$(motto -v "motto=it's")" = "$(printf "it's" | md5sum | cut -d' ' -f1)" ]
then ok "and takes another one"; else not_ok "and takes another one"; fi
# The whole script, which this server can't run: it ends at the first statement of Redshift's own, with psql's status 3.
status_of() { local s=0; (cd "$dir" && psql -X -q -f psql.sql) >"$dir/out" 2>&1 || s=$?; echo $s; }
if [ "$(status_of)" = 3 ] && grep -q 'ERROR:.*query_group' "$dir/out" && ! grep -q 'staging_events' "$dir/out" &&
  [ ! -e "$dir/pwned" ]
then ok "an error ends the script, and psql says so"; else cat "$dir/out"; \
  not_ok "an error ends the script, and psql says so"; fi
echo 1..$number
exit $status
