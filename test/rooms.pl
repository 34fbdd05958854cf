#!/usr/bin/perl
# rooms.pl: the rooms of src/ and the direction of the arrows between them.
#
# Each line of the table is a room and the rooms it may include; a room's own files
# and compat.h always.  "room/*" stands for all rooms below it.  A line "circle room: files"
# admits that these files need each other; no other circle may be in a room.  Prints what breaks
# the rule, a line each; exits with 1 if anything does.
use strict;
use warnings;

my (%may, %circles);
# a line that begins with blanks goes on with the one before it
my $table = do { local $/; <DATA> };
for my $line (split "\n", $table =~ s/\n +/ /gr)
{
	next if $line =~ /^\s*(#|$)/;
	if ($line =~ /^circle (\S+): (.*)$/) { push @{ $circles{$1} }, $2; next; }
	my ($room, $list) = $line =~ /^(\S+):\s*(.*)$/ or die "rooms.pl: $line\n";
	$may{$room} = [ split ' ', $list ];
}

# Whether the room is among the names of a list.
sub Allowed
{
	my ($room, @names) = @_;
	for my $name (@names)
	{
		return 1 if $name eq $room;
		return 1 if $name =~ m{^(.*)/\*$} && $room =~ m{^\Q$1\E(/|$)};
	}
	return 0;
}

my $bad = 0;
my %files;
for my $file (split "\n", `find src -name '*.[ch]' | sort`)
{
	my ($room) = $file =~ m{^src/(.*)/[^/]+$};
	next unless defined $room;
	$files{$room}++;
	unless (exists $may{$room}) { print "$file: no room of this name in test/rooms.pl\n"; $bad = 1; next; }
	open my $in, '<', $file or die "$file: $!";
	while (<$in>)
	{
		next unless m{^#include "(.+)/([^/"]+\.h)"};
		my $other = $1;
		# PostgreSQL has folders of the same names
		next unless -e "src/$other/$2";
		next if $other eq $room || Allowed($other, @{ $may{$room} });
		print "$file:$.: $room/ may not include $other/\n";
		$bad = 1;
	}
	close $in;
}
for my $room (sort keys %files)
{
	next if $files{$room} <= 20;
	print "src/$room: $files{$room} files; a room holds 20\n";
	$bad = 1;
}
# --- circles: within a room, no file may need one that needs it, directly or round about.
# A file needs another that defines a function or table it names.
sub Circles
{
	my ($room, @sources) = @_;
	my (%owner, %text, %needs);

	for my $file (@sources)
	{
		open my $in, '<', $file or die "$file: $!";
		my $code = do { local $/; <$in> };
		close $in;
		$code =~ s{/\*.*?\*/}{}gs;
		$code =~ s{"(\\.|[^"\\\n])*"}{""}g;
		$text{$file} = $code;
		while ($code =~ /^(?!static)\w[^\n;=]*\n(\w+)\(|^(?!static)[\w \*]*?\b(\w+)(?:\[[^\]]*\])* =/gm)
		{
			$owner{ $1 // $2 } //= $file;
		}
	}
	for my $file (@sources)
	{
		my %words = map { $_ => 1 } $text{$file} =~ /\b(\w+)\b/g;
		$needs{$file} = { map { $owner{$_} => 1 } grep { $owner{$_} && $owner{$_} ne $file } keys %words };
	}
	# a file is in a circle when it reaches itself; those that reach each other are one circle
	my %reach;
	for my $file (@sources)
	{
		my @next = keys %{ $needs{$file} };
		while (defined(my $other = shift @next))
		{
			push @next, keys %{ $needs{$other} } unless $reach{$file}{$other}++;
		}
	}
	my %seen;
	for my $file (grep { $reach{$_}{$_} } @sources)
	{
		next if $seen{$file};
		my @circle = grep { $reach{$file}{$_} && $reach{$_}{$file} } @sources;
		$seen{$_} = 1 for @circle;
		my $names = join ' ', map { m{([^/]+)\.c$} } @circle;
		next if grep { $_ eq $names } @{ $circles{$room} };
		print "src/$room: a circle of files: $names\n";
		$bad = 1;
	}
}

for my $room (sort keys %files)
{
	Circles($room, grep { m{^src/\Q$room\E/[^/]+\.c$} } split "\n", `find src -name '*.c' | sort`);
}

# --- dead functions: what a header offers is used outside the file that has it, in src/, a test or
# the extension script
{
	my (%uses, @offers);
	for my $file (split "\n", `find src test sparkify_dwh--*.sql -name '*.[ch]' -o -name 'sparkify_dwh--*.sql'`)
	{
		open my $in, '<', $file or die "$file: $!";
		my $code = do { local $/; <$in> };
		close $in;
		$code =~ s{/\*.*?\*/}{}gs if $file =~ /[.][ch]$/;
		(my $unit = $file) =~ s/[.][ch]$//;
		$uses{$_}{$unit} = 1 for $code =~ /\b([A-Za-z]\w+)\b/g;
		next unless $file =~ m{^src/.*[.]h$};
		# an inline function of the header may need it, and the server calls what it is told by name
		push @offers, map { [$_, $unit, $file] } grep { 1 == (() = $code =~ /\b$_\b/g) }
			$code =~ /^extern (?!PGDLLEXPORT)[^;={]*?\b(\w+)\(/gm;
	}
	for my $offer (@offers)
	{
		my ($name, $unit, $file) = @$offer;
		next if grep { $_ ne $unit } keys %{ $uses{$name} };
		print "$file: nobody uses $name\n";
		$bad = 1;
	}
}
exit $bad;

__DATA__
# plain C11, no PostgreSQL; of copy_options only object_form.h
source/base:
source/aws: secrets source/base
source/aws/credentials: source/aws source/base
source/store: source/read/json source/base
source/s3/client: source/aws source/aws/credentials source/base
source/s3: source/s3/client source/aws source/store source/base
source/codec: source/base copy_options
source/read: source/base
source/read/json: source/read source/base
source/row: source/read source/read/json source/base
source/convert: source/row source/read source/read/json source/base
source/write: source/convert source/base copy_options
source/drain: source/store source/codec source/write source/base
source/feed: source/store source/codec source/read source/read/json source/convert source/row source/base
# of endpoint only answer.h, the form of an answer
gateway/base:
gateway/relay: gateway/base endpoint
gateway: gateway/relay gateway/base

copy_options:
secrets:

dialect/lex:
dialect/text: dialect/lex copy_options secrets
dialect/parse: dialect/text copy_options
dialect/rewrite/tree: dialect/lex dialect/text
dialect/rewrite/scope: dialect/rewrite/tree dialect/text
dialect/rewrite/types: dialect/rewrite/scope dialect/rewrite/tree dialect/text
dialect/rewrite/calls: dialect/rewrite/types dialect/rewrite/scope dialect/rewrite/tree dialect/text
dialect/rewrite: dialect/rewrite/calls dialect/rewrite/types dialect/rewrite/scope dialect/rewrite/tree dialect/text
dialect/print: dialect/rewrite dialect/parse dialect/lex dialect/text copy_options secrets
dialect/check: dialect/parse dialect/rewrite/tree dialect/text copy_options
# a statement on its way through the hooks
hooks:
functions: hooks dialect/text
functions/super: functions

stores: hooks source/*
record: source/* stores
load: source/* stores record copy_options secrets
load/job: load stores record copy_options
unload: source/* stores record copy_options secrets
catalog: hooks record secrets dialect/*
plan: load
explain/facts:
explain: explain/facts script catalog secrets dialect/*
late_binding: hooks script catalog record dialect/*
script: plan load unload catalog record stores secrets dialect/*
warehouse: script load load/job unload catalog record secrets dialect/*
warehouse/report: warehouse script catalog dialect/*
warehouse/export: warehouse script catalog secrets dialect/*
endpoint: hooks script catalog record secrets dialect/*

# an expression holds queries and a query expressions: the parser of one needs that of the other, as gram.y does
circle dialect/rewrite: rewrite_expr rewrite_from rewrite_functions rewrite_pivot rewrite_query
circle dialect/rewrite/tree:
  rewrite_parse rewrite_parse_call rewrite_parse_expr rewrite_parse_from rewrite_parse_operand
