#!/usr/bin/perl
# width.pl: lines of the tests fit a screen.
#
# No line of a client's program is over 120 signs, and none of sql/ but for the literals and psql's
# commands in it.  The files of the table are left out.  Prints the lines, exits with 1 if there are any.
use strict;
use warnings;
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
	return if length $line <= WIDTH;
	print "$file:$number: " . length($line) . " signs\n";
	$bad = 1;
}

for my $file (split "\n", `git ls-files test/wire/clients test/wire/project '*.mjs'`)
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
# not folded yet
catalog_columns
copy_job
dialect_varchar
late_binding
plan_first_rows
warehouse_insert_select
catalog_design
catalog_views
dialect_documented
dialect_parse
export_formats
rewrite_projects
rights
warehouse_insert_plans
warehouse_insert_targets
warehouse_semantics
