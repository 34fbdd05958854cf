#!/usr/bin/perl
# rooms.pl: the rooms of src/ and the direction of the arrows between them.
#
# Each line of the table is a room and the rooms it may include; a room's own files
# and compat.h always.  "room/*" stands for all rooms below it.  Prints what breaks
# the rule, a line each; exits with 1 if anything does.
use strict;
use warnings;

my %may;
while (my $line = <DATA>)
{
	next if $line =~ /^\s*(#|$)/;
	my ($room, $list) = $line =~ /^(\S+):\s*(.*)$/ or die "rooms.pl: $line";
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
	next if $files{$room} <= 24;
	print "src/$room: $files{$room} files; a room holds about 20\n";
	$bad = 1;
}
exit $bad;

__DATA__
# plain C11, no PostgreSQL
source/base:
source/aws: source/base
source/store: source/base
source/s3: source/aws source/store source/base
source/codec: source/base
source/read: source/base
source/convert: source/read source/base
source/write: source/convert source/base
source/drain: source/store source/codec source/write source/base
source/feed: source/store source/codec source/read source/convert source/base
gateway: 

copy_options:
secrets:

dialect/text: copy_options secrets
dialect/parse: dialect/text copy_options
dialect/rewrite/tree: dialect/text
dialect/rewrite: dialect/rewrite/tree dialect/text
dialect/print: dialect/rewrite dialect/parse dialect/text copy_options
dialect/check: dialect/parse dialect/text
functions: dialect/text

stores: source/*
record: source/* stores
load: source/* stores record copy_options secrets
unload: source/* stores record copy_options secrets
catalog: secrets dialect/*
explain: script catalog secrets dialect/*
script: load unload catalog record stores secrets dialect/*
warehouse: script load unload catalog record secrets dialect/*
warehouse/report: warehouse script catalog dialect/*
warehouse/export: warehouse script catalog secrets dialect/*
endpoint: script catalog record secrets dialect/*
