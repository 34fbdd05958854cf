#!/usr/bin/perl
# width.pl: lines fit a screen.
#
# No line of C, of a script or of a client's program is over 120 columns, and none of sql/ but for the
# literals and psql's commands in it; a tab goes to the next multiple of four.  The files of the table
# are left out.  Prints the lines, exits with 1 if there are any.
use strict;
use warnings;
use open qw(:std :encoding(UTF-8));
use constant WIDTH => 120;

my %left_out = map { /^(\w+)/ ? ($1 => 1) : () } <DATA>;
my $bad = 0;

# The lines of a file without its newlines.
sub Lines
{
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!";
	chomp(my @lines = <$in>);
	return @lines;
}

sub Check
{
	my ($file, $number, $line) = @_;
	1 while $line =~ s/^([^\t]*)\t/$1 . ' ' x (4 - length($1) % 4)/e;
	return if length $line <= WIDTH;
	print "$file:$number: " . length($line) . " columns\n";
	$bad = 1;
}

for my $file (split "\n", `find src test .ci '(' -name '*.[ch]' -o -name '*.sh' -o -name '*.p[ly]' \\
	-o -name '*.mjs' -o -path '.ci/run' -o -path 'test/wire/clients/*' -o -path 'test/wire/project/*' ')' -type f`)
{
	my $number = 0;
	Check($file, ++$number, $_) for Lines($file);
}

for my $file (glob 'sql/*.sql')
{
	next if $left_out{ $file =~ s{^sql/(.*)\.sql$}{$1}r };
	my ($number, $in_literal) = (0, 0);
	for my $line (Lines($file))
	{
		my $rest = '';
		$number++;

		# what is outside of literals; a comment's apostrophe begins none
		while ($line =~ /\G(?:([^'-]+)|(')|(--.*)|(-))/gc)
		{
			if (defined $2) { $in_literal = !$in_literal; }
			elsif (!$in_literal) { $rest .= $1 // $3 // $4; }
			elsif (defined $3) { pos($line) -= length($3) - 1; }
		}
		Check($file, $number, $rest) unless $line =~ /^\\/;
	}
}
exit $bad;

__DATA__
# the lines and places of their scripts are what is tested
check_guide
dialect_check
dialect_collate
dialect_messages
dialect_roundtrip
rewrite_outer
unload
