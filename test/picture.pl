#!/usr/bin/perl
# picture.pl REPORT.html: an SVG of some pictures of a report, one below the other, for README.md.
#
# It has the page's own colours for light and dark; the hints at each mark are left out.  "make pictures" calls it.
use strict;
use warnings;

my @sections = qw(plays_a_day peak_times schema);
my $width = 860;
my $margin = 20;

local $/;
my $page = <>;
my ($style) = $page =~ m{<style>(.*?)</style>}s or die "picture.pl: no style\n";
my @rules = grep { /^:root|^\@media \(prefers|^(svg )?\.(s|l)\d|^polyline|^\.(spot|box)/ } split /\n/, $style;
push @rules, 'svg text{fill:var(--ink);font:12px system-ui,sans-serif}'
	. 'svg .faint{fill:var(--faint)}svg .rule{stroke:var(--rule)}',
	'svg .heading{font-size:15px;font-weight:600}.paper{fill:var(--paper)}';

my ($y, @parts) = ($margin);
for my $name (@sections)
{
	my ($heading, $rest) = $page =~ m{<section id="$name">\s*<h2>(.*?)</h2>(.*?)</section>}s
		or die "picture.pl: no section $name\n";
	my ($svg) = $rest =~ m{(<svg [^>]*role="img".*</svg>)(?=.*?</figure>)}s or die "picture.pl: no picture in $name\n";

	# the first picture that has a role, to its own end; nested ones belong to it
	my ($depth, $end) = (0, 0);
	while ($svg =~ m{<(/?)svg\b}g) { $depth += $1 ? -1 : 1; if ($depth == 0) { $end = pos $svg; last; } }
	$svg = substr($svg, 0, $end) . '>';
	$svg =~ s{<title>.*?</title>}{}gs;
	$svg =~ s{ data-value="[^"]*"| xmlns="[^"]*"| style="[^"]*"}{}g;

	my ($box_width, $box_height) = $svg =~ /^<svg[^>]*viewBox="0 0 (\d+) (\d+)"/;
	my ($height) = defined $box_height ? int($box_height * ($width - 2 * $margin) / $box_width)
		: $svg =~ /^<svg[^>]* height="(\d+)"/;
	$svg =~ s{^(<svg[^>]*?) height="\d+"}{$1};
	$svg =~ s{^<svg}{'<svg x="' . $margin . '" y="' . ($y + 28) . '" width="' . ($width - 2 * $margin)
		. '" height="' . $height . '"'}e;
	push @parts, qq{<text x="$margin" y="} . ($y + 14) . qq{" class="heading">$heading</text>\n$svg};

	# which line is which, beside the heading
	my @names = $rest =~ m{class="s\d" /></svg>(.*?)</li>}g;
	for my $i (0 .. $#names)
	{
		my $x = $width - $margin - 90 * (@names - $i);
		push @parts, qq{<rect x="$x" y="} . ($y + 4) . qq{" width="12" height="12" class="s} . ($i + 1)
			. qq{" /><text x="} . ($x + 18) . qq{" y="} . ($y + 14) . qq{">$names[$i]</text>};
	}
	$y += $height + 60;
}
print qq{<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $y" role="img" }
	. qq{aria-label="Plays a day, the hours and weekdays as a heat map, }
	. qq{and the star schema, drawn by sparkify_report()">\n},
	"<style>\n", join("\n", @rules), "\n</style>\n",
	qq{<rect width="100%" height="100%" class="paper" />\n}, join("\n", @parts), "\n</svg>\n";
