#!/usr/bin/perl
# s3_request.pl ENDPOINT KEY_ID SECRET: signed requests for the tests, one a line of stdin:
#
#   METHOD /encoded/path[?sorted=query] [name:value ...] [=text | @file]
#
# Prints each answer's status and body.  A signer written apart from the one it
# helps to test; any answer but 2xx fails the run, unless SHOW is set.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex hmac_sha256 hmac_sha256_hex);
use IO::Socket::INET;
use POSIX qw(strftime);

my ($endpoint, $id, $secret) = @ARGV;
my ($host) = $endpoint =~ m{^http://([^/]+)$} or die "endpoint must be http://host:port\n";
my ($socket, $failed);

while (my $line = <STDIN>) {
  chomp $line;
  next if $line eq '';
  my ($method, $target, $rest) = split / /, $line, 3;
  my ($body, @headers) = ('');
  $rest //= '';
  if ($rest =~ s/(?:^| )=(.*)$//s) { $body = $1 }
  elsif ($rest =~ s/(?:^| )\@(\S+)$//) { open my $f, '<:raw', $1 or die "$1: $!\n"; local $/; $body = <$f>; close $f }
  @headers = map { [split /:/, $_, 2] } split / /, $rest;
  my ($status, $answer) = request($method, $target, $body, @headers);
  next if $status =~ /^2/ && !$ENV{SHOW};
  print "$status $method $target $answer\n";
  $failed = 1 if $status !~ /^2/;
}
exit($failed ? 1 : 0);

sub request {
  my ($method, $target, $body, @extra) = @_;
  my ($path, $query) = split /\?/, $target, 2;
  $query //= '';
  my $date = strftime '%Y%m%dT%H%M%SZ', gmtime;
  my $day = substr $date, 0, 8;
  my %headers = (host => $host, 'x-amz-date' => $date, 'x-amz-content-sha256' => sha256_hex($body),
    map { lc $_->[0] => $_->[1] } @extra);
  my $names = join ';', sort keys %headers;
  my $canonical = join "\n", $method, $path, $query, (map { "$_:$headers{$_}" } sort keys %headers),
    '', $names, $headers{'x-amz-content-sha256'};
  my $scope = "$day/us-east-1/s3/aws4_request";
  my $key = "AWS4$secret";
  $key = hmac_sha256($_, $key) for $day, 'us-east-1', 's3', 'aws4_request';
  my $signature = hmac_sha256_hex(join("\n", 'AWS4-HMAC-SHA256', $date, $scope, sha256_hex($canonical)), $key);
  my $text = "$method $target HTTP/1.1\r\n" . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers)
    . "authorization: AWS4-HMAC-SHA256 Credential=$id/$scope,SignedHeaders=$names,Signature=$signature\r\n"
    . 'content-length: ' . length($body) . "\r\n\r\n";
  for my $attempt (1, 2) {
    $socket //= IO::Socket::INET->new(PeerAddr => $host, Proto => 'tcp') or die "connect: $!\n";
    setsockopt $socket, 6, 1, 1;
    print {$socket} $text . $body;
    $socket->flush;
    my ($status, $answer) = answer();
    return ($status, $answer) if defined $status;
    undef $socket; # a connection that had been closed in the meantime
  }
  die "no answer to $method $target\n";
}

sub answer {
  my $line = <$socket> // return;
  my ($status) = $line =~ /^HTTP\S+ (\d+)/ or return;
  my ($length, $chunked, $close) = (0);
  while (defined($line = <$socket>) && $line !~ /^\r?\n$/) {
    $length = $1 if $line =~ /^content-length:\s*(\d+)/i;
    $chunked = 1 if $line =~ /^transfer-encoding:\s*chunked/i;
    $close = 1 if $line =~ /^connection:\s*close/i;
  }
  my $body = '';
  if ($chunked) {
    while (defined($line = <$socket>) && (my $size = hex($line =~ /^([0-9a-f]+)/i ? $1 : 0))) {
      my $part = "";
      read $socket, $part, $size; $body .= $part; <$socket>
    }
    <$socket>;
  } elsif ($length) { read $socket, $body, $length }
  undef $socket if $close;
  return ($status, $body);
}
