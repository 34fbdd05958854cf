#!/bin/bash
# The warehouse over the real data has the rows that a count without the extension says.
# The data is no part of the project: found at SPARKIFY_REAL_DATA, or beside the tree.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "$0")/../.."
data=${SPARKIFY_REAL_DATA:-$PWD/../shared/data/s3}/udacity-dend
if [ ! -d "$data/log_data" ]; then echo "1..0 # SKIP the real data is not here"; exit 0; fi

# The server's account may read a copy.
mirror=$SPARKIFY_ROOT/mirror/udacity-dend
rm -rf "$mirror"; cp -r "$data" "$mirror"; chmod -R a+rX "$mirror"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }

# What the files say, counted by Perl's own JSON reader.
eval "$(perl -MJSON::PP -MFile::Find -e '
  my ($json, $dir) = (JSON::PP->new, shift);
  my (%times, %users, %last, %songs, %artists, %known, $events, $files, $plays, $matched);
  my $slurp = sub { open my $f, "<:raw", $_[0] or die "$_[0]: $!"; local $/; <$f> };
  my (@log, @song);
  find(sub { push @log, $File::Find::name if /\.json$/ }, "$dir/log_data");
  find(sub { push @song, $File::Find::name if /\.json$/ }, "$dir/song_data");
  for (@song) {
    my $s = $json->decode($slurp->($_));
    $files++; $songs{$s->{song_id}} = 1; $artists{$s->{artist_id}} = 1;
    $known{join "\0", $s->{title}, $s->{artist_name}, $s->{duration}} = 1;
  }
  for (sort @log) {
    for (split /\n/, $slurp->($_)) {
      my $e = $json->decode($_);
      $events++;
      if ($e->{userId} ne "") {
        my $l = $last{$e->{userId}};
        $last{$e->{userId}} = $e if !$l || $e->{ts} > $l->{ts}
          || $e->{ts} == $l->{ts} && ($e->{sessionId} <=> $l->{sessionId} ||
          $e->{itemInSession} <=> $l->{itemInSession}) > 0;
      }
      next if $e->{page} ne "NextSong";
      $plays++; $times{$e->{ts}} = 1; $users{$e->{userId}} = 1;
      $matched++ if $known{join "\0", $e->{song}, $e->{artist}, $e->{length}};
    }
  }
  my $paid = grep { $last{$_}{level} eq "paid" } keys %users;
  print "events=$events files=$files plays=$plays matched=$matched times=@{[scalar keys %times]} ",
    "users=@{[scalar keys %users]} ",
        "paid=$paid songs=@{[scalar keys %songs]} artists=@{[scalar keys %artists]}\n";
' "$data")"

sql <<SQL >/dev/null
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER real FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://udacity-dend/', mirror '$mirror');
SELECT sparkify_configure('[IAM_ROLE]
ARN=arn:aws:iam::123456789012:role/dwhRole');
SELECT sparkify_etl();
SQL
rows() { sql -c "SELECT count(*) FROM $1"; }
echo 1..12
is "staging_events has every event" "$(rows staging_events)" "$events"
is "staging_songs has every song file" "$(rows staging_songs)" "$files"
is "songplays has one row for each NextSong event" "$(rows songplays)" "$plays"
is "songplays knows the songs of the library" "$(rows 'songplays WHERE song_id IS NOT NULL')" "$matched"
is "time has one row for each start time" "$(rows time)" "$times"
is "users has one row for each user who played a song" "$(rows users)" "$users"
is "users has the level of the latest event" "$(rows "users WHERE level = 'paid'")" "$paid"
is "songs has one row an id" "$(rows songs)" "$songs"
is "artists has one row an id" "$(rows artists)" "$artists"
is "every play finds its time and its user" \
  "$(rows 'songplays p JOIN time t USING (start_time) JOIN users u USING (user_id)')" "$plays"
sum() { sql -c "SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (SELECT start_time, user_id, level,\
 song_id, artist_id, session_id, location, user_agent FROM songplays) t"; }
before=$(sum); sql -c 'SELECT sparkify_etl()' >/dev/null
is "a second run gives the same plays" "$(sum)" "$before"
is "the milliseconds are kept" \
  "$(sql -c "SELECT count(*) FROM time t WHERE NOT EXISTS (SELECT FROM staging_events e WHERE e.ts =\
 round(extract(epoch FROM t.start_time) * 1000))")" 0
exit $failed
