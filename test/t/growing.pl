#!/usr/bin/perl
# growing.pl SEED...: warehouses that grow, each compared with one full load.
#
# It says TAP, without the plan.  A seed makes a small bucket of hard cases and delivers its objects in random
# batches and order, some twice under another key, some batches empty.  Some runs fail in the middle (a bad object,
# a timeout, a cancel, kill -9), some are two at once, some change the mode.  In the end every table is compared with
# one full load of the same objects (songplay_id apart).  All seeds share a database and two sessions: so the time
# goes into runs of the pipeline.
#
# The bucket has what a log of real users has seldom: equal times, few users whose levels change, events
# without a user, a session or a time, songs after their plays, songs under two ids, songs and artists that are
# there twice, more and less complete.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use IPC::Open2;
use Time::HiRes qw(sleep);

my $work = "$ENV{SPARKIFY_ROOT}/server/growing_seeds";
my ($tests, %faults) = (0);
my $marker = 0;

my $fingerprint = join ' UNION ALL ', map("SELECT '$_->[0]' || ' ' || count(*) || ' '"
	. " || coalesce(md5(string_agg(r, ',' ORDER BY r COLLATE \"C\")), '')"
	. " FROM (SELECT $_->[1]::text AS r FROM $_->[0] AS t) AS t",
	['songplays', '(start_time, user_id, level, song_id, artist_id, session_id, location, user_agent)'],
	map([$_, 't'], qw(users songs artists time)));

# Sessions.

sub session {
	my $session = {};

	$session->{pid} = open2($session->{from}, $session->{to}, "exec psql -X -A -t -q 2>&1");
	send_sql($session, 'SET client_min_messages = warning; SELECT pg_backend_pid();');
	($session->{backend}) = answer($session) =~ /^(\d+)$/m;
	return $session->{backend} ? $session : undef;
}

sub send_sql {
	my ($session, $sql) = @_;

	$session->{marker} = 'marker ' . ++$marker;
	print { $session->{to} } "$sql\nSELECT '$session->{marker}';\n";
	$session->{to}->flush;
}

# What the session says up to the end of what was sent; less where it ended before.
sub answer {
	my ($session) = @_;
	my $said = '';

	while (defined(my $line = readline $session->{from})) {
		return $said if $line eq "$session->{marker}\n";
		$said .= $line;
	}
	return $said;
}

sub ask {
	send_sql(@_);
	return answer($_[0]);
}

sub leave {
	for my $session (@_) {
		close $session->{to};
		1 while readline $session->{from};
		waitpid $session->{pid}, 0;
	}
}

# Two sessions, when the server has recovered.
sub sessions {
	for (1 .. 300) {
		my $first = session();

		return ($first, session()) if $first;
		sleep 0.1;
	}
	die "the server does not come back\n";
}

# The bucket.

sub one_of { return $_[rand @_] }

sub json {
	my (%value) = @_;

	return '{' . join(',', map { "\"$_\":" . (!defined $value{$_} ? 'null' : $value{$_} =~ /^-?\d+(\.\d+)?$/
		? $value{$_} : "\"$value{$_}\"") } sort keys %value) . "}\n";
}

# The texts of the objects, by name.
sub bucket {
	my %objects;
	my @songs = map {
		{ title => "T" . int rand 6, artist_name => "A" . int rand 3, duration => 200 + int(rand 2) + 0.5 }
	} 1 .. 8;
	my %item;

	# mostly one week, so that times are equal; one after it, and the end of the sixties
	my @weeks = ((1541105830000) x 8, 1541105830000 + 604800000, -30);

	for my $number (1 .. 3 + rand 14) {
		my %song = (%{ one_of(@songs) }, num_songs => 1, song_id => 'S' . int rand 12, artist_id => 'R' . int rand 5,
			year => one_of(0, 1999, 2005));

		# less complete ones, and such as the join can't use
		for my $field (qw(title artist_name duration artist_id year)) {
			$song{$field} = undef if rand() < 0.04;
		}
		$song{artist_location} = one_of(undef, 'here', 'there', '');
		$song{artist_latitude} = one_of(undef, 1.5);
		$song{artist_longitude} = one_of(undef, -2.5);
		$objects{"song_data/$number"} = json(%song);
	}
	for my $number (1 .. 2 + rand 12) {
		my $lines = '';

		for (1 .. 1 + rand 6) {
			my $session = rand() < 0.05 ? undef : int rand 4;
			my $user = rand() < 0.1 ? undef : 1 + int rand 5;
			my $page = rand() < 0.8 ? 'NextSong' : 'Home';
			my %song = rand() < 0.8 ? %{ one_of(@songs) }
				: (title => "unknown", artist_name => "A0", duration => 1.5);
			my $who = one_of('', 'x');

			# no play is there twice but under two keys: a full load would count it twice
			$lines .= json(artist => $song{artist_name}, auth => 'Logged In', firstName => $user && "F$user$who",
				gender => one_of('F', 'M'), itemInSession => $item{ $session // '' }++, lastName => $user && "L$user",
				length => $song{duration}, level => one_of('free', 'paid'), location => one_of('X', 'Y', undef),
				method => 'PUT', page => $page, registration => 1.5, sessionId => $session, song => $song{title},
				status => 200, ts => $page eq 'Home' && rand() < 0.2 ? undef : one_of(@weeks) + int rand 60,
				userAgent => 'u',
				userId => $user // '');
		}
		$objects{"log_data/$number"} = $lines;
	}
	return %objects;
}

sub put {
	my ($folder, $name, $text) = @_;

	make_path("$work/$folder/song_data", "$work/$folder/log_data");
	open my $file, '>', "$work/$folder/$name.json" or die "$work/$folder/$name.json: $!";
	print $file $text;
	close $file;
}

# A warehouse.

sub settings {
	my ($folder, $mode) = @_;

	return "UPDATE sparkify_setting"
		. " SET value = CASE name WHEN 'mode' THEN '$mode' ELSE 's3://bucket/$folder/' || name || '/' END"
		. " WHERE name IN ('mode', 'log_data', 'song_data');";
}

my $etl = "SELECT count(*) FROM sparkify_etl();";

# A run that is to fail, or may: leaves the sessions to go on with.
sub fault {
	my ($one, $two, $may_kill) = @_;
	my $kind = int rand 10;

	if ($kind == 0) {
		put('part', 'log_data/bad', '{"ts":"bad"}');
		ask($one, $etl) =~ /ERROR/ or die "a bad object was loaded\n";
		$faults{'bad object'}++;
		unlink "$work/part/log_data/bad.json";
	} elsif ($kind == 1) {
		my $limit = 5 + int rand 150;

		$faults{timeout}++ if ask($one, "SET statement_timeout = $limit; $etl RESET statement_timeout;") =~ /timeout/;
	} elsif ($kind == 2) {
		send_sql($one, $etl);
		sleep rand 0.15;
		ask($two, "SELECT pg_cancel_backend($one->{backend});");
		$faults{cancel}++ if answer($one) =~ /cancel/;

		# one that came too late would end what follows
		ask($one, "SELECT 1;");
	} elsif ($kind == 3 && $may_kill) {
		send_sql($one, $etl);
		sleep rand 0.15;
		kill 9, $one->{backend};
		answer($one);
		leave($one, $two);
		($one, $two) = sessions();
		$faults{'kill -9'}++;
	} elsif ($kind == 4 && rand() < 0.5) {

		# what was delivered twice is there twice in a full load: so it is cleaned up first
		unlink glob "$work/part/*/*-again.json";
		ask($one, settings('part', 'full') . $etl . settings('part', 'incremental')) =~ /ERROR/
			and die "a full load failed\n";
		$faults{'mode change'}++;
	}
	return ($one, $two);
}

# Grows a warehouse; returns the sessions and how many runs it took.
sub grow {
	my ($one, $two, $may_kill, %objects) = @_;
	my @names = sort { $a->[1] <=> $b->[1] } map { [$_, rand] } sort keys %objects;
	my $runs = 0;

	# the first load needs an object of each kind
	for my $kind ('log_data', 'song_data') {
		my ($first) = grep { $names[$_][0] =~ /^$kind/ } 0 .. $#names;

		put('part', $names[$first][0], $objects{ $names[$first][0] });
		splice @names, $first, 1;
	}
	do {
		my $size = rand() < 0.2 ? 0 : int rand 12;

		for (splice @names, 0, $size) {
			put('part', $_->[0], $objects{ $_->[0] });
			put('part', "$_->[0]-again", $objects{ $_->[0] }) if rand() < 0.15;
		}
		($one, $two) = fault($one, $two, $may_kill);
		my $both = rand() < 0.15;

		send_sql($two, $etl) if $both;
		my $said = ask($one, $etl) . ($both ? answer($two) : '');

		$faults{'two at once'} += $both;
		die $said if $said =~ /ERROR|FATAL/;
		$runs++;
	} while @names;
	return ($one, $two, $runs);
}

sub check_seed {
	my ($seed, $one, $two) = @_;

	srand $seed;
	remove_tree("$work/part", "$work/whole");
	my %objects = bucket();

	put('whole', $_, $objects{$_}) for keys %objects;
	ask($one, 'SELECT sparkify_drop_tables();' . settings('part', 'incremental'));
	($one, $two, my $runs) = grow($one, $two, $seed % 25 == 3, %objects);
	my $grown = ask($one, "$fingerprint;");
	my $said = ask($one, settings('whole', 'full') . $etl);
	my $whole = ask($one, "$fingerprint;");

	my $same = $grown eq $whole && $said !~ /ERROR/;

	$tests++;
	printf "%s %d - seed %d: %d objects in %d runs are one full load\n", $same ? 'ok' : 'not ok', $tests, $seed,
		scalar keys %objects, $runs;
	return ($one, $two) if $same;
	print map { "# $_\n" } split /\n/, "grown:\n${grown}whole:\n$whole$said";
	exit 1;
}

umask 022;
$| = 1;
$SIG{PIPE} = 'IGNORE';
make_path($work);
open my $paths, '>', "$work/paths.json" or die;
print $paths '{"jsonpaths":[' . join(',', map {
  "\"\$.$_\"" } qw(artist auth firstName gender itemInSession lastName length level
	location method page registration sessionId song status ts userAgent userId)) . "]}\n";
close $paths;
$ENV{PGDATABASE} = 'growing_seeds';
system('createdb', 'growing_seeds') == 0 or die;
my ($one, $two) = sessions();
ask($one, "CREATE EXTENSION sparkify_dwh;
	CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bucket/', mirror '$work');
	UPDATE sparkify_setting
	SET value = CASE name WHEN 'iam_role' THEN 'arn:aws:iam::1:role/x' ELSE 's3://bucket/paths.json' END
	WHERE name IN ('iam_role', 'log_jsonpath');");
($one, $two) = check_seed($_, $one, $two) for @ARGV;
leave($one, $two);
print "# ", join(', ', map { "$_ $faults{$_}" } sort keys %faults), "\n";
