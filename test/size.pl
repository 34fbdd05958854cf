#!/usr/bin/perl
# size.pl: files and functions that can be read at one go.
#
# No C file of src/ or test/ is over 600 lines, and no function of src/ has over 60 between its braces.
# Prints what is longer, exits with 1 if anything is.
use strict;
use warnings;
use constant { FILE => 600, FUNCTION => 60 };

my $bad = 0;

sub Check
{
	my ($what, $lines, $most) = @_;
	return if $lines <= $most;
	print "$what: $lines lines, at most $most\n";
	$bad = 1;
}

for my $file (split "\n", `find src test -name '*.[ch]' | sort`)
{
	open my $in, '<', $file or die "$file: $!";
	my ($name, $begin) = (undef, 0);

	# the layout sees to it that a function's name begins a line, and its last brace is alone in one
	while (<$in>)
	{
		$name = $1 if /^(\w+)\(/;
		$begin = $. if /^\{$/;
		Check("$file:$begin: $name", $. - $begin - 1, FUNCTION)
			if defined $name && /^\}$/ && $file =~ m{^src/};
		$name = undef if /^\}/;
	}
	Check($file, $., FILE);
}
exit $bad;
