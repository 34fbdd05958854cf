#!/usr/bin/perl
# meta.pl: META.json against the rules of PGXN's specification 1.0.0 (https://pgxn.org/spec/), and against what
# the project says elsewhere: the version of the control file, the files that it names.
#
# PGXN::Meta::Validator checks more, where it is installed; what it would refuse of ours is checked here, too.
use strict;
use warnings;
use JSON::PP;

my $bad = 0;
sub wrong { print "META.json: @_\n"; $bad = 1; }

open my $in, '<', 'META.json' or die "META.json: $!";
my $meta = eval { JSON::PP->new->utf8->decode(do { local $/; <$in> }) };
unless (defined $meta) { print "META.json: $@"; exit 1; }
open my $control, '<', 'sparkify_dwh.control' or die "sparkify_dwh.control: $!";
my ($version) = join('', <$control>) =~ /^default_version *= *'(.*)'/m;

my $semver = qr/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-?[A-Za-z][0-9A-Za-z-]*)?$/;
my $term = qr/^[^\s\/\\\p{Cc}]{2,}$/;
my %known = map { $_ => 1 } qw(name abstract description version release_status maintainer license provides prereqs
	resources generated_by meta-spec tags no_index);

for my $key (qw(name abstract version maintainer license provides meta-spec))
{
	wrong("no $key") unless defined $meta->{$key};
}
for my $key (keys %$meta) { wrong("unknown key $key") unless $known{$key} || $key =~ /^[xX]_/; }
for my $key (qw(name abstract description generated_by))
{
	wrong("$key is no text") if defined $meta->{$key} && (ref $meta->{$key} || $meta->{$key} eq '');
}
wrong("name") unless $meta->{name} =~ $term;
wrong("license $meta->{license}")
	unless $meta->{license} =~ /^(agpl_3|apache_[12]_[01]|artistic_[12]|bsd|freebsd|gpl_[123]|lgpl_[23]_[01]|mit
		|mozilla_1_[01]|openssl|perl_5|postgresql|qpl_1_0|ssleay|sun|zlib|open_source|restricted|unrestricted
		|unknown)$/x;
wrong("release_status") unless ($meta->{release_status} // 'stable') =~ /^(stable|testing|unstable)$/;
wrong("meta-spec") unless ($meta->{'meta-spec'}{version} // '') =~ $semver
  && $meta->{'meta-spec'}{url} eq 'https://pgxn.org/meta/spec.txt';
wrong("tags") if grep { ref || !length || length > 255 || m{[/\\\p{Cc}]} } @{ $meta->{tags} // [] };
my @phases = keys %{ $meta->{prereqs} // {} };
wrong("phase of prereqs: $_") for grep { !/^(configure|build|test|runtime|develop)$/ } @phases;
for my $phase (map { $meta->{prereqs}{$_} } @phases)
{
	for my $relation (keys %$phase)
	{
		wrong("prereqs: $relation") unless $relation =~ /^(requires|recommends|suggests|conflicts)$/;
		for (values %{ $phase->{$relation} }) { wrong("version of a prerequisite: $_") unless /^0$/ || /$semver/; }
	}
}

# what the project says elsewhere: PGXN wants three numbers where the control file has two
wrong("version $meta->{version}, but default_version of the control file is $version")
  unless $meta->{version} eq "$version.0";
for my $name (keys %{ $meta->{provides} })
{
	my $extension = $meta->{provides}{$name};
	wrong("provides $name, which has no control file") unless -e "$name.control";
	wrong("$name: no $_") for grep { !defined $extension->{$_} } qw(file version);
	wrong("$name: another version") unless $extension->{version} eq $meta->{version};
	wrong("$name: no file $_") for grep { !-e } grep { defined } @$extension{qw(file docfile)};
}
exit $bad;
