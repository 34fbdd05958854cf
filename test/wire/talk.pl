#!/usr/bin/perl
# talk.pl PORT NAME=VALUE...: speaks the protocol as a driver was seen to, message by message, and prints what comes
# back.
#
# The arguments are the start-up parameters; WIRE_PASSWORD is given where a clear-text password is asked for.  Its
# standard input has a message a line, "--" waits for as many ReadyForQuery as were asked for, and a line with
# blanks before it goes on with the last:
#
#   P name text @21,25   Parse, with types      D S|P name   Describe        Q text   Query
#   B portal name v...   Bind (below)           E portal n   Execute         S, H     Sync, Flush
#                                               C S|P name   Close
#
# A value of Bind is null, t:text, i2: i4: i8: f8:number (binary); =1,0 at the end are the formats of the results.
# Printed are types, T:names, t:types, D:values, C:tag, E:SQLSTATE:place, R with its code.
use strict;
use warnings;
use IO::Socket::INET;

my $port = shift;
my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "no connection: $!";
alarm 30;
my $startup = pack('N', 196608) . join('', map { join("\0", split(/=/, $_, 2)) . "\0" } @ARGV) . "\0";
print $socket pack('N', 4 + length $startup) . $startup;
$socket->flush;

my %binary = (i2 => 's>', i4 => 'l>', i8 => 'q>', f8 => 'd>');
sub Message { my ($type, $body) = @_; return $type . pack('N', 4 + length $body) . $body; }

sub Bind {
	my ($portal, $name, @values) = split / /, $_[0], -1;
	my @formats = @values && $values[-1] =~ /^=(.*)/ ? split /,/, $1 : ();
	pop @values if @formats;
	my (@kinds, @bytes);
	for (@values) {
		my ($kind, $value) = /^(\w+):(.*)/;
		push @kinds, defined $kind && $binary{$kind} ? 1 : 0;
		push @bytes, !defined $kind ? pack('N', 0xffffffff)
			: pack('N/a', $binary{$kind} ? pack($binary{$kind}, $value) : $value);
	}
	return Message('B', "$portal\0$name\0" . pack('n/n*', @kinds) . pack('n', scalar @bytes) . join('', @bytes)
		. pack('n/n*', @formats));
}

my %make = (
	P => sub { my $types = $_[0] =~ s/ @([\d,]+)$// ? $1 : ''; my ($name, $text) = $_[0] =~ /^(\S*) (.*)/;
		Message('P', "$name\0$text\0" . pack('n/N*', split /,/, $types)) },
	B => \&Bind,
	D => sub { my ($kind, $name) = $_[0] =~ /^(.) ?(.*)/; Message('D', "$kind$name\0") },
	C => sub { my ($kind, $name) = $_[0] =~ /^(.) ?(.*)/; Message('C', "$kind$name\0") },
	E => sub { my ($portal, $rows) = $_[0] =~ /^(\S*) ?(\d*)/; Message('E', "$portal\0" . pack('N', $rows || 0)) },
	Q => sub { Message('Q', "$_[0]\0") },
	S => sub { Message('S', '') },
	H => sub { Message('H', '') });

# One answer, as it is printed; undef: it isn't.
sub Shown {
	my ($type, $body) = @_;
	return if $type =~ /[KNS]/;
	return 'R' . unpack('N', $body) if $type eq 'R';
	return 'C:' . $body =~ s/\0//r if $type eq 'C';
	return 'D:' . join(',', map { !defined $_ ? 'null' : /[^ -~]/ ? unpack 'H*', $_ : $_ } Row($body)) if $type eq 'D';
	return 'T:' . join(',', map { s/\0.*//sr } unpack '(Z* x18)*', substr $body, 2) if $type eq 'T';
	return 't:' . join(',', unpack 'n/N', $body) if $type eq 't';
	return join ':', 'E', $body =~ /\0C([^\0]*)/, $body =~ /\0P(\d+)\0/ if $type eq 'E';
	return $type;
}

sub Row {
	my ($count, $rest) = unpack 'na*', $_[0];
	my @values;
	for (1 .. $count) {
		(my $length, $rest) = unpack 'l>a*', $rest;
		push @values, $length < 0 ? undef : substr $rest, 0, $length, '';
	}
	return @values;
}

# Reads up to so many ReadyForQuery.
sub Answers {
	my ($wanted) = @_;
	my @got;
	while ($wanted > 0) {
		read($socket, my $head, 5) == 5 or return "@got (closed)";
		my ($type, $length) = unpack 'aN', $head;
		my $body = '';
		read($socket, $body, $length - 4) if $length > 4;
		push @got, Shown($type, $body) // ();
		push @got, "S:$1" if $type eq 'S'
			&& $body =~ /^(server_protocol_version|show_discovery|datashare_enabled|server_version)\0/;
		if ($type eq 'R' && unpack('N', $body) == 3)
		{
			print $socket Message('p', "$ENV{WIRE_PASSWORD}\0") . Message('H', '');
			$socket->flush;
		}
		$wanted-- if $type eq 'Z';
	}
	return "@got";
}

print Answers(1), "\n";
my ($out, $cycles) = ('', 0);
my $messages = do { local $/; <STDIN> } // '';
for my $line (my @lines = (split(/^/m, $messages =~ s/\n +/ /gr), '--')) {
	chomp $line;
	if ($line eq '--')
	{
		print $socket $out;
		$socket->flush;
		print Answers($cycles), "\n" if $cycles;
		($out, $cycles) = ('', 0);
		next;
	}
	my ($type, $rest) = $line =~ /^(.) ?(.*)/;
	$out .= $make{$type}->($rest);
	$cycles++ if $type =~ /[SQ]/;
}
