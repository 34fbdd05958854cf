#!/usr/bin/perl
# gateway_seeds.pl DIRECTORY: exchanges as fuzz_gateway reads them: a query, an error, a pipeline, a script with COPY,
# a start-up packet.
use strict;
use warnings;

sub Piece
{
	my ($side, $bytes) = @_;
	return join '', map { chr(length($_) << 1 | $side) . $_ } unpack '(a100)*', $bytes;
}
sub Message { my ($type, $body) = @_; return $type . pack('N', 4 + length $body) . $body; }
sub Ready { return Message('Z', 'I'); }
sub Value { return Piece(0, Message('V', pack 'N/a', $_[0]) . Ready()); }
sub Asked { return join '', map { Message($_, '') } qw(3 1 2); }
sub Row { return Message('D', pack 'nN/a', 1, $_[0]); }

my $answer = pack('NN', 1, 0) . 'R' . pack('N/a N/a', 'SELECT', 'SELECT 1') . pack('NNNC', 1, 0, 0, 1);
my $nothing = pack('NN', 1, 0) . 'N' . pack('N/a N/a N', 'VACUUM', '', 0);
my $two = pack('NN', 2, 0) . 'R' . pack('N/a N/a N', 'SELECT', 'SELECT 1', 0) . pack('N', 9) . 'L'
  . pack('N/a N/a N', 'SELECT', 'SELECT 2', 0);
my $begin = Piece(0, Ready());
my $done = Message('C', "SELECT 1\0");
my %seeds = (
	query => $begin . Piece(1, Message('Q', "SELECT 1\0")) . Value($answer)
		. Piece(0, Message('T', "\0\0") . Message('D', "\0\0") . $done . Ready()),
	nothing => $begin . Piece(1, Message('Q', "VACUUM\0")) . Value($nothing),
	error => $begin . Piece(1, Message('Q', "SELECT x\0")) . Value($answer)
		. Piece(0, Message('E', "SERROR\0C42703\0P8\0\0") . Ready()),
	refused => $begin . Piece(1, Message('P', "a\0SELECT x\0\0\0") . Message('B', "\0a\0\0\0\0\0\0\0")
		. Message('S', '')) . Piece(0, Message('E', "SERROR\0\0") . Ready() . Ready()),
	pipeline => $begin . Piece(1, Message('P', "a\0SELECT \$1\0\0\0") . Message('B', "\0a\0\0\0\0\0\0\0")
		. Message('E', "\0\0\0\0\0") . Message('P', "b\0SELECT 2\0\0\0") . Message('S', '')) . Value($answer)
	  . Piece(0, Message('1', '') . Message('2', '') . $done . Asked() . Row($answer) . $done . Message('3', '')
	  . Message('1', '') . Ready()),
	script => $begin . Piece(1, Message('Q', "SELECT 1;SELECT 2\0")) . Value($two)
	  . Piece(0, Message('1', '') . Message('2', '') . Message('n', '') . $done . Asked() . Row($answer) . $done
	  . Message('3', ''))
	  . Piece(0, Message('1', '') . Message('2', '') . Message('n', '') . Message('G', "\0\0\0"))
	  . Piece(1, Message('d', "1\n") . Message('c', '')) . Piece(0, Message('C', "COPY 1\0") . Ready()),
	ending => $begin . Piece(1, Message('Q', "BEGIN\0")) . Piece(0, Message('C', "BEGIN\0") . Message('Z', 'E'))
		. Piece(1, Message('Q', "ROLLBACK; SELECT 1; SELECT 2\0"))
	  . Piece(0, Message('1', '') . Message('2', '') . Message('n', '') . $done . Asked() . Row($two) . $done
	  . Message('3', ''))
	  . Piece(0, Message('1', '') . Message('2', '') . Message('n', '') . $done . Asked() . Row($answer) . $done
	  . Message('3', '')),
	tag => $begin . Piece(1, Message('P', "v\0VACUUM\0\0\0") . Message('B', "\0v\0\0\0\0\0\0\0") . Message('D', "P\0")
		. Message('E', "\0\0\0\0\0") . Message('C', "Sv\0") . Message('S', ''))
	  . Value($nothing) . Piece(0, Message('1', '') . Message('2', '') . Message('n', '') . Message('I', '')
	  . Message('3', '') . Ready()),
	startup => "\xff" . "user\0IAMA:me:g\0database\0d\0client_protocol_version\0002\0\0",
);
mkdir $ARGV[0];
for my $name (keys %seeds) { open my $out, '>', "$ARGV[0]/seed-$name" or die; print $out $seeds{$name}; }
