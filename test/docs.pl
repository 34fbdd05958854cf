#!/usr/bin/perl
# docs.pl: whether the documentation keeps up with the code.
#
# Every link between the project's pages leads somewhere, headings included; and every
# function and view of the SQL script, every setting, every option of COPY and of stores is
# named in README.md or on a page of doc/.  A rule stands once in the tables of test/README.md,
# and the scripts it names are there.  Prints what isn't, a line each; exits with 1.
use strict;
use warnings;

my @pages = grep { -e } ('README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md',
	'test/README.md', glob('doc/*.md'),
	glob('test/*/README.md'));
my $bad = 0;

sub Slurp
{
	my ($file) = @_;
	local $/;
	open my $in, '<', $file or die "$file: $!";
	return scalar <$in>;
}

sub Say
{
	print "$_[0]\n";
	$bad = 1;
}

# The anchors of a page, as its headings make them: lower case, blanks to hyphens, no punctuation.
sub Anchors
{
	my ($file) = @_;
	my %anchors;
	for my $heading (Slurp($file) =~ /^#+ +(.*?) *$/mg)
	{
		my $anchor = lc $heading;
		$anchor =~ s/[^\w\- ]//g;
		$anchor =~ s/ /-/g;
		$anchors{$anchor} = 1;
	}
	return \%anchors;
}

for my $page (@pages)
{
	my ($folder) = $page =~ m{^(.*/)?[^/]*$};
	$folder //= '';
	for my $link (Slurp($page) =~ /\]\(([^)\s]+)\)/g)
	{
		next if $link =~ /^[a-z]+:/;
		my ($file, $anchor) = $link =~ /^([^#]*)#?(.*)$/;
		my $target = $file eq '' ? $page : $folder . $file;
		1 while $target =~ s{(^|/)(?!\.\./)[^/]+/\.\./}{$1};
		if (!-e $target) { Say("$page: no such page: $link"); }
		elsif ($anchor ne '' && !Anchors($target)->{$anchor}) { Say("$page: no such heading: $link"); }
	}
}

my $documented = join "\n", map { Slurp($_) } grep { $_ eq 'README.md' || m{^doc/} } @pages;
my $sql = Slurp(glob 'sparkify_dwh--*.sql');
my %private = map { $_ => 1 } map { /(\w+)\s*\(/g } $sql =~ /REVOKE ALL ON FUNCTION (.*?) FROM PUBLIC/sg;
my %names;
for ($sql =~ /^CREATE (?:OR REPLACE )?FUNCTION (\w+)\s*\(/mg)
{
	$names{$_} = 'function' if /^(sparkify_|pg_last_)/ && !/_validator$/ && !$private{$_};
}
for ($sql =~ /^CREATE (?:OR REPLACE )?VIEW (\w+)/mg) { $names{$_} = 'view' unless /^sparkify_/; }
for my $file (split "\n", `find src -name '*.c'`)
{
	my $text = Slurp($file);
	$names{$_} = 'setting' for $text =~ /DefineCustom\w+Variable\(\s*"(sparkify_dwh\.\w+)"/g;
	next unless $file =~ m{/(copy_option_rules|store_options)\.c$};
	for ($text =~ /^\s*(?:\w+\(|\{)"[\w ]*",?\s*(?:"(\w+)")?/mg) { $names{$_} = 'option' if defined; }
	$names{$_} = 'option' for $text =~ /^\s*\{"(\w+)",/mg;
}
for my $name (sort keys %names)
{
	Say("$names{$name} $name is on no page of the documentation") unless $documented =~ /\b\Q$name\E\b/;
}

my %rules;
for my $line (split "\n", Slurp('test/README.md'))
{
	my ($rule, $tests) = $line =~ /^\| (.*?) \| (.*) \|$/ or next;
	Say("test/README.md: a rule stands twice: $rule") if $rules{$rule}++ && $rule !~ /^(rule|-+)$/;
	for ($tests =~ /\b(test_\w+)\b(?!\*)/g) { Say("test/README.md: no unit test $_") unless -e "test/unit/$_.c"; }
	for my $room ('t', 'wire')
	{
		for ($tests =~ m{\b$room/(\d+)}g)
		{
			my @scripts = glob "test/$room/${_}_*.sh";
			Say("test/README.md: no script $room/$_") unless @scripts;
		}
	}
}
exit $bad;
