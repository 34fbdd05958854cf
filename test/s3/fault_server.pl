#!/usr/bin/perl
# fault_server.pl PORTFILE LOGFILE: an S3 service that plays what a real one seldom does.
#
# The bucket names the fault (%faults below); objects are the same in all of
# them, so a reader that copes gets the same checksum everywhere.  It also plays
# the credential services: instance metadata, a container's agent, STS.  Every
# request is a line of the log.  One process, one loop; it ends with its parent.
#
#   o/01 ... o/20       1,000 bytes and more, o/large of 3,000,000
#   bucket put-...      takes objects, whole and in parts, and keeps them
#   bucket many-N-MS    N objects of 100 bytes, every answer after MS milliseconds
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(time);

my ($portfile, $logfile) = @ARGV;
my $parent = getppid;
my $server = IO::Socket::INET->new(Listen => 512, LocalAddr => '127.0.0.1', ReuseAddr => 1, Blocking => 0)
  or die "$!\n";
my $port = $server->sockport;
open my $log, '>>', $logfile or die "$logfile: $!\n";
$log->autoflush(1);
open my $file, '>', "$portfile.new" or die "$!\n"; print $file "$port\n"; close $file;
rename "$portfile.new", $portfile;
$SIG{PIPE} = 'IGNORE';

my (%stored, %uploads, $upload); # of buckets put-...: objects, open uploads and their parts, the last id
my %seen;       # how often a target of a bucket was asked for
my %connection; # by file number: socket, in, out, due, then
my ($readers, $writers) = (IO::Select->new($server), IO::Select->new);
my $checked = time;

# What each bucket does to a good answer ($a: status, headers, body, then); $n counts the requests for a target.
my %faults = (
  good => sub { },
  busy => sub { my ($a, $n) = @_; error($a, 503, 'SlowDown') if $n <= 2 },
  down => sub { my ($a) = @_; error($a, 503, 'SlowDown') },
  bare500 => sub { my ($a, $n) = @_; %$a = (status => 500, headers => {}, body => '') if $n <= 1 },
  cut => sub { my ($a, $n, $r) = @_; half($a, 'close') if $n <= 1 && $r->{key} },
  cutalways => sub { my ($a, $n, $r) = @_; half($a, 'close') if $r->{key} },
  cutlist => sub { my ($a, $n, $r) = @_; half($a, 'close') if $n <= 1 && !$r->{key} },
  reset => sub { my ($a, $n) = @_; half($a, 'reset') if $n <= 1 },
  stall => sub { my ($a, $n, $r) = @_; half($a, 'hang') if $n <= 1 && $r->{key} },
  stallalways => sub { my ($a, $n, $r) = @_; half($a, 'hang') if $r->{key} },
  silent => sub { my ($a, $n) = @_; $a->{then} = 'silent' if $n <= 1 },
  silentlist => sub { my ($a, $n, $r) = @_; $a->{then} = 'silent' if !$r->{key} },
  short => sub { my ($a, $n, $r) = @_; chop $a->{body} for 1 .. ($n <= 1 && $r->{key} ? 10 : 0) },
  shortalways => sub { my ($a, $n, $r) = @_; chop $a->{body} for 1 .. ($r->{key} ? 10 : 0) },
  long => sub { my ($a, $n, $r) = @_; $a->{body} .= 'x' x 10 if $r->{key} },
  chunked => sub { my ($a) = @_; $a->{chunked} = 1 },
  chunkcut => sub { my ($a, $n, $r) = @_; $a->{chunked} = 1; $a->{cut} = 1 if $n <= 1 && $r->{key} },
  unbounded => sub { my ($a, $n, $r) = @_; $a->{unbounded} = 1;
    $a->{body} = substr $a->{body}, 0, 500 if $n <= 1 && $r->{key} },
  oneshot => sub { my ($a) = @_; $a->{headers}{Connection} = 'close'; $a->{then} = 'close' },
  changed => sub { my ($a, $n, $r) = @_; error($a, 412, 'PreconditionFailed') if $r->{headers}{'if-match'} },
  replaced => sub { my ($a, $n, $r) = @_; $a->{headers}{ETag} = '"other"' },
  rewritten => sub { my ($a, $n, $r) = @_; # changes after its first range
    error($a, 412, 'PreconditionFailed') if $r->{key} eq 'o/large' && $seen{rewritten}++ > 2 },
  dribble => sub { my ($a, $n, $r) = @_; $a->{dribble} = 1 if $r->{key} },
  # a line now and then: of the head, of answers before it, behind the body
  slowhead => sub { my ($a, $n, $r) = @_; $a->{slowly} = join '', map { "x-$_: y\r\n" } 1 .. 200 if $r->{key} },
  slowinterim => sub { my ($a, $n, $r) = @_; $a->{interim} = "HTTP/1.1 102 X\r\n\r\n" x 100 if $r->{key} },
  slowtrailer => sub { my ($a, $n, $r) = @_; $a->{slowly} = join '', map { "x-$_: y\r\n" } 1 .. 200 if $r->{key};
    $a->{chunked} = 1 },
  vanished => sub { my ($a, $n, $r) = @_; error($a, 404, 'NoSuchKey') if $r->{key} eq 'o/07' },
  norange => sub { my ($a, $n, $r) = @_; $a->{status} = 200; delete $a->{headers}{'Content-Range'};
    $a->{body} = $r->{whole} if $r->{key} },
  badrange => sub { my ($a) = @_; $a->{headers}{'Content-Range'} =~ s/bytes (\d+)/'bytes ' . ($1 + 1)/e
    if $a->{headers}{'Content-Range'} },
  region => sub { my ($a, $n, $r) = @_; redirected($a, $r, 301, 'PermanentRedirect', 'eu-west-1', 1) },
  region400 => sub { my ($a, $n, $r) = @_; redirected($a, $r, 400, 'AuthorizationHeaderMalformed', 'eu-west-1', 0) },
  region400header => sub { my ($a, $n, $r) = @_;
    redirected($a, $r, 400, 'IllegalLocationConstraintException', 'me-south-1', 1) },
  regionloop => sub { my ($a, $n, $r) = @_; redirected($a, $r, 301, 'PermanentRedirect', "r-$n", 1) },
  regionevil => sub { my ($a, $n, $r) = @_; redirected($a, $r, 301, 'PermanentRedirect', 'evil.example/', 1) },
  elsewhere => sub { my ($a, $n, $r) = @_; $a->{status} = 302; $a->{body} = '';
    $a->{headers} = {Location => "http://127.0.0.1:$port/good/followed"} },
  html => sub { my ($a) = @_; $a->{body} = '<html><body>Welcome</body></html>' },
  endless => sub { my ($a, $n, $r) = @_; page($a, 'true', 'same', 1 .. 2) if !$r->{key} },
  twopages => sub { my ($a, $n, $r) = @_; return if $r->{key};
    my $token = $r->{query}{'continuation-token'} // '';
    return page($a, 'true', '1+/x=y z', 1 .. 10) if $token eq '';
    return page($a, 'false', '', 11 .. 21) if $token eq '1+/x=y z';
    error($a, 400, 'InvalidArgument') },
  echo => sub { my ($a, $n, $r) = @_;
    error($a, 403, 'InvalidToken', 'bad ' . ($r->{headers}{'x-amz-security-token'} // '')) },
  payer => sub { my ($a, $n, $r) = @_;
    error($a, 403, 'AccessDenied') if ($r->{headers}{'x-amz-request-payer'} // '') ne 'requester' },
);

# What a bucket put-... does to a request that changes something ($r: method, query, body; $n counts it), before it is
# done (returns an answer: it isn't) or to the answer ($a) of one that was.
my %put_before = (
  'put-busy' => sub { my ($r, $n) = @_; my $a = {}; return if $n > 2; error($a, 503, 'SlowDown'); $a },
  'put-denied' => sub { my ($r) = @_; my $a = {}; return if ($r->{query}{partNumber} // 0) != 2;
    error($a, 403, 'AccessDenied'); $a },
  'put-expired' => sub { my ($r) = @_; my $a = {}; return if ($r->{query}{partNumber} // 0) != 2;
    error($a, 400, 'ExpiredToken'); $a },
  'put-full' => sub { my ($r) = @_; my $a = {}; return if ($r->{query}{partNumber} // 0) < 2;
    error($a, 507, 'InsufficientStorage'); $a },
  'put-down' => sub { my ($r) = @_; my $a = {}; return if ($r->{query}{partNumber} // 0) < 2;
    error($a, 503, 'SlowDown'); $a },
  'put-silent' => sub { my ($r) = @_; return if !$r->{query}{partNumber} && $r->{method} ne 'DELETE';
    {then => 'silent'} },
  'put-answer' => sub { my ($r, $n) = @_; my $a = {};
    return if $r->{method} ne 'POST' || !$r->{query}{uploadId} || $n > 1; error($a, 500, 'InternalError');
    $a->{status} = 200; $a },
  'put-second' => sub { my ($r) = @_; my $a = {};
    return if $r->{method} ne 'POST' || !$r->{query}{uploadId} || $r->{key} !~ /part_01$/;
    error($a, 403, 'AccessDenied'); $a },
);
my %put_after = (
  'put-reset' => sub { my ($a, $r, $n) = @_; half($a, 'reset') if $n <= 1 && $r->{query}{partNumber} },
  'put-lost' => sub { my ($a, $r, $n) = @_;
    half($a, 'reset') if $n <= 1 && $r->{method} eq 'POST' && $r->{query}{uploadId} },
  'put-noetag' => sub { my ($a) = @_; delete $a->{headers}{ETag} },
);

while (1) {
  my $wait = 1;
  for my $c (grep { defined $_->{due} } values %connection) {
    my $left = $c->{due} - time;
    if ($left <= 0) { undef $c->{due}; flush_out($c) }
    elsif ($left < $wait) { $wait = $left }
  }
  my ($r, $w) = IO::Select->select($readers, $writers, undef, $wait);
  for my $s (@{$r // []}) {
    if ($s == $server) {
      while (my $new = $server->accept) {
        $new->blocking(0);
        setsockopt $new, IPPROTO_TCP, TCP_NODELAY, 1;
        $readers->add($new);
        $connection{fileno $new} = {socket => $new, in => '', out => ''};
      }
    } else { take($connection{fileno $s}) }
  }
  flush_out($_) for grep { $_ } map { $connection{fileno($_) // -1} } @{$w // []};
  if (time - $checked > 1) { exit if getppid != $parent; $checked = time }
}

sub drop {
  my ($c) = @_;
  delete $connection{fileno $c->{socket}};
  $readers->remove($c->{socket}); $writers->remove($c->{socket});
  close $c->{socket};
}

sub take {
  my ($c) = @_;
  my $n = sysread $c->{socket}, $c->{in}, 65536, length $c->{in};
  return if !defined $n && $!{EAGAIN};
  return drop($c) if !$n;
  return if $c->{in} !~ /\r\n\r\n/;
  my ($length) = $c->{in} =~ /^content-length:\s*(\d+)/mi;
  my $head = index($c->{in}, "\r\n\r\n") + 4;
  return if length $c->{in} < $head + ($length // 0);
  my $request = substr $c->{in}, 0, $head + ($length // 0), '';
  my $answer = respond($request);
  return if $answer->{then} && $answer->{then} eq 'silent';
  $c->{out} = wire($answer);
  $c->{then} = $answer->{then};
  @$c{qw(dribble fast)} = @$answer{qw(dribble fast)}; # fast: bytes that go out at once before it dribbles
  if ($answer->{delay}) { $c->{due} = time + $answer->{delay} } else { flush_out($c) }
}

sub flush_out {
  my ($c) = @_;
  if (length $c->{out}) {
    my $n = syswrite $c->{socket}, $c->{out}, !$c->{dribble} ? length $c->{out} : $c->{fast} ? $c->{fast}
      : $c->{dribble};
    return drop($c) if !defined $n && !$!{EAGAIN};
    $c->{fast} -= $n // 0 if $c->{fast};
    substr $c->{out}, 0, $n // 0, '';
  }
  if (length $c->{out} && $c->{dribble}) { $c->{due} = time + 0.1; return }
  return $writers->add($c->{socket}) if length $c->{out};
  $writers->remove($c->{socket});
  my $then = $c->{then} // '';
  setsockopt $c->{socket}, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0) if $then eq 'reset';
  drop($c) if $then eq 'reset' || $then eq 'close';
}

sub wire {
  my ($a) = @_;
  my $text = "HTTP/1.1 $a->{status} X\r\nx-amz-request-id: REQ1\r\n";
  $text .= "$_: $a->{headers}{$_}\r\n" for sort keys %{$a->{headers}};
  if ($a->{interim}) { @$a{qw(dribble fast)} = (9, 1); $text = $a->{interim} . $text }
  if ($a->{slowly} && !$a->{chunked}) { @$a{qw(dribble fast)} = (12, length $text); $text .= $a->{slowly} }
  if ($a->{chunked}) {
    $text .= "Transfer-Encoding: chunked\r\n\r\n";
    my $half = int(length($a->{body}) / 2);
    $text .= sprintf "%x\r\n%s\r\n", $half, substr $a->{body}, 0, $half if $half;
    if ($a->{cut}) { $a->{then} = 'close'; return $text }
    $text .= sprintf("%x\r\n%s\r\n", length($a->{body}) - $half, substr $a->{body}, $half) . "0\r\n";
    @$a{qw(dribble fast)} = (12, length $text) if $a->{slowly};
    return $text . ($a->{slowly} // '') . "\r\n";
  }
  if ($a->{unbounded}) { $a->{then} = 'close'; return $text . "Connection: close\r\n\r\n$a->{body}" }
  my $length = $a->{claim} // length $a->{body};
  return $text . "Content-Length: $length\r\n\r\n$a->{body}";
}

sub half {
  my ($a, $then) = @_;
  $a->{claim} = length $a->{body};
  $a->{body} = substr $a->{body}, 0, $a->{claim} / 2;
  $a->{then} = $then;
}

sub error {
  my ($a, $status, $code, $message) = @_;
  $message //= "told so";
  %$a = (status => $status, headers => {'Content-Type' => 'application/xml'},
    body => "<?xml version=\"1.0\"?>\n<Error><Code>$code</Code><Message>$message</Message>"
      . "<RequestId>REQ1</RequestId></Error>");
}

sub redirected {
  my ($a, $r, $status, $code, $region, $header) = @_;
  my ($scope) = ($r->{headers}{authorization} // '') =~ m{Credential=[^/]+/\d+/([^/]+)/};
  return if ($scope // '') eq $region;
  error($a, $status, $code);
  if ($header) {
    $a->{headers}{'x-amz-bucket-region'} = $region;
    $a->{headers}{Location} = "http://127.0.0.1:$port/good/followed" }
  else { $a->{body} =~ s{</Message>}{</Message><Region>$region</Region>} }
}

sub object_key { my ($i) = @_; $i == 21 ? 'o/large' : sprintf 'o/%02d', $i }
sub object_size { my ($i) = @_; $i == 21 ? 3_000_000 : 1000 * $i }
sub content { my ($key, $size) = @_; substr "$key is here\n" x ($size / (length($key) + 9) + 1), 0, $size }
sub etag { my ($key) = @_; '"' . unpack('H*', $key) . '"' }

sub page {
  my ($a, $truncated, $token, @objects) = @_;
  $a->{body} = "<?xml version=\"1.0\"?>\n<ListBucketResult>"
    . "<EncodingType>url</EncodingType><IsTruncated>$truncated</IsTruncated>"
    . ($token ne '' ? "<NextContinuationToken>$token</NextContinuationToken>" : '')
    . join('', map { sprintf '<Contents><Key>%s</Key><ETag>%s</ETag><Size>%d</Size></Contents>',
      object_key($_), etag(object_key($_)), object_size($_) } @objects)
    . '</ListBucketResult>';
}

# A page of many-N-MS: a thousand keys from the one the token names.
sub page_of_many {
  my ($a, $count, $token) = @_;
  my $first = $token || 1;
  my $last = $first + 999 < $count ? $first + 999 : $count;
  $a->{body} = '<ListBucketResult><IsTruncated>' . ($last < $count ? 'true' : 'false') . '</IsTruncated>'
    . ($last < $count ? '<NextContinuationToken>' . ($last + 1) . '</NextContinuationToken>' : '')
    . join('', map { sprintf '<Contents><Key>m/%06d</Key><ETag>"e"</ETag><Size>100</Size></Contents>', $_ }
      $first .. $last)
    . '</ListBucketResult>';
}

sub respond {
  my ($text) = @_;
  my ($line, @lines) = split /\r\n/, (split /\r\n\r\n/, $text)[0];
  my ($method, $target) = split / /, $line;
  my %headers = map { /^([^:]+):\s*(.*)$/ ? (lc $1 => $2) : () } @lines;
  my ($body) = $text =~ /\r\n\r\n(.*)$/s;
  print $log "$line", (map { " $_=$headers{$_}" } grep { $headers{$_} } 'range', 'if-match', 'authorization'), "\n"
    if $target !~ m{^/many-};
  my $service = credentials_service($method, $target, \%headers, $body);
  return $service if $service;
  my ($path, $query) = split /\?/, $target, 2;
  my (undef, $bucket, $key) = split m{/}, $path, 3;
  $key //= '';
  my %query = map { my ($n, $v) = split /=/, $_, 2; $v =~ s/%(..)/chr hex $1/ge; ($n => $v) } split /&/, $query // '';
  my $a = {status => 200, headers => {}, body => ''};
  if ($bucket =~ /^many-(\d+)-(\d+)$/) {
    $a->{delay} = $2 / 1000;
    if ($key eq '') { page_of_many($a, $1, $query{'continuation-token'}) }
    else { $a->{headers}{ETag} = '"e"'; my ($n) = $key =~ /(\d+)$/;
      $a->{body} = sprintf "%-99s\n", sprintf '{"n": %d, "t": "x"}', $n }
    return $a;
  }
  if ($bucket =~ /^error-(\d+)-(\w+)$/) { error($a, $1, $2); return $a }
  return put_bucket($bucket, {key => $key, query => \%query, method => $method, body => $body,
    range => $headers{range}, query_text => $query // ''}) if $bucket =~ /^put-/;
  my $fault = $faults{$bucket};
  if (!$fault) { error($a, 404, 'NoSuchBucket'); return $a }
  my %r = (key => $key, query => \%query, headers => \%headers);
  if ($key eq '') { page($a, 'false', '', 1 .. 21) }
  else {
    my ($i) = grep { object_key($_) eq $key } 1 .. 21;
    if (!$i) { error($a, 404, 'NoSuchKey'); return $a }
    $a->{body} = $r{whole} = content($key, object_size($i));
    $a->{headers}{ETag} = etag($key);
    if (($headers{range} // '') =~ /^bytes=(\d+)-(\d*)$/) {
      my $total = length $a->{body};
      my $last = $2 eq '' || $2 >= $total ? $total - 1 : $2;
      $a->{status} = 206;
      $a->{headers}{'Content-Range'} = "bytes $1-$last/$total";
      $a->{body} = substr $a->{body}, $1, $last - $1 + 1;
    }
  }
  my $range = $headers{range} // '';
  $range =~ s/bytes=\d+-//; # a retry goes on at another offset, and is the same target
  $fault->($a, ++$seen{"$bucket $key $range"}, \%r);
  return $a;
}

# A bucket that takes objects.
sub put_bucket {
  my ($bucket, $r) = @_;
  my $changes = $r->{method} ne 'GET';
  my $n = $changes ? ++$seen{"$bucket $r->{method} $r->{key} $r->{query_text}"} : 0;
  $r->{key} =~ s/%(..)/chr hex $1/ge;
  my $before = $changes && $put_before{$bucket} ? $put_before{$bucket}->($r, $n) : undef;
  return $before if $before;
  my $a = {status => 200, headers => {}, body => ''};
  my ($objects, $open, $q) = ($stored{$bucket} //= {}, $uploads{$bucket} //= {}, $r->{query});
  if ($r->{method} eq 'PUT' && $q->{uploadId}) {
    if (!$open->{$q->{uploadId}}) { error($a, 404, 'NoSuchUpload'); return $a }
    $open->{$q->{uploadId}}{parts}[$q->{partNumber} - 1] = $r->{body};
    $a->{headers}{ETag} = qq("part$q->{partNumber}");
  } elsif ($r->{method} eq 'PUT') {
    $objects->{$r->{key}} = $r->{body}; $a->{headers}{ETag} = '"whole"';
  } elsif ($r->{method} eq 'POST' && exists $q->{uploads}) {
    my $id = 'upload+' . ++$upload; $open->{$id} = {key => $r->{key}, parts => []};
    $a->{body} = "<InitiateMultipartUploadResult><UploadId>$id</UploadId></InitiateMultipartUploadResult>";
  } elsif ($r->{method} eq 'POST') {
    my $done = delete $open->{$q->{uploadId}};
    if (!$done) { error($a, 404, 'NoSuchUpload'); return $a }
    my @told = $r->{body} =~ /<ETag>([^<]*)/g;
    if (@told != @{$done->{parts}}) { error($a, 400, 'InvalidPart'); return $a }
    $objects->{$done->{key}} = join '', @{$done->{parts}};
    $a->{body} = '<CompleteMultipartUploadResult><ETag>"all"</ETag></CompleteMultipartUploadResult>';
  } elsif ($r->{method} eq 'DELETE') {
    $a->{status} = 204;
    if ($q->{uploadId}) { delete $open->{$q->{uploadId}} or error($a, 404, 'NoSuchUpload') }
    else { delete $objects->{$r->{key}} }
  } elsif (exists $q->{uploads}) {
    $a->{body} = '<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>'
      . join('', map { "<Upload><Key>$open->{$_}{key}</Key><UploadId>$_</UploadId></Upload>\n" } sort keys %$open)
      . '</ListMultipartUploadsResult>';
  } elsif ($r->{key} eq '') {
    my $prefix = $q->{prefix} // '';
    $a->{body} = '<ListBucketResult><IsTruncated>false</IsTruncated>'
      . join('', map { sprintf "<Contents><Key>%s</Key><ETag>\"e\"</ETag><Size>%d</Size></Contents>\n",
          $_, length $objects->{$_} }
        grep { index($_, $prefix) == 0 } sort keys %$objects) . '</ListBucketResult>';
  } elsif (!exists $objects->{$r->{key}}) { error($a, 404, 'NoSuchKey') }
  else {
    $a->{body} = $objects->{$r->{key}}; $a->{headers}{ETag} = '"e"';
    if (($r->{range} // '') =~ /^bytes=(\d+)-(\d*)$/) {
      my $total = length $a->{body};
      my $last = $2 eq '' || $2 >= $total ? $total - 1 : $2;
      $a->{status} = 206; $a->{headers}{'Content-Range'} = "bytes $1-$last/$total";
      $a->{body} = substr $a->{body}, $1, $last - $1 + 1;
    }
  }
  $put_after{$bucket}->($a, $r, $n) if $changes && $put_after{$bucket};
  return $a;
}

# The services that give credentials; keys count up, so that renewals show.
sub credentials_service {
  my ($method, $target, $headers, $body) = @_;
  my $json = sub { my ($token, $seconds) = @_; my @t = gmtime(time + $seconds);
    sprintf '{"Code":"Success","AccessKeyId":"%s%d","SecretAccessKey":"s3cr3t","Token":"t0k3n",'
      . '"Expiration":"%04d-%02d-%02dT%02d:%02d:%02dZ"}',
      $token, ++$seen{keys}, $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0] };
  my $answer = sub { my ($status, $text) = @_; {status => $status, headers => {}, body => $text} };
  if ($target eq '/latest/api/token') {
    return $answer->($method eq 'PUT' && $headers->{'x-aws-ec2-metadata-token-ttl-seconds'}
      ? (200, 'imds-token') : (403, ''));
  }
  if ($target =~ m{^/latest/meta-data/iam/security-credentials/(.*)$}) {
    return $answer->(401, '') if ($headers->{'x-aws-ec2-metadata-token'} // '') ne 'imds-token';
    return $answer->(200, $1 eq '' ? 'the-role' : $json->('INSTANCE', 4));
  }
  if ($target =~ m{^/container}) {
    return $answer->(($headers->{authorization} // '') eq 'container-token' ? (200, $json->('CONTAINER', 3600))
      : (401, ''));
  }
  if ($method eq 'POST' && $target eq '/') {
    my %form = map { my ($n, $v) = split /=/, $_, 2; $v =~ s/%(..)/chr hex $1/ge; ($n => $v) } split /&/, $body;
    my $web = $form{Action} eq 'AssumeRoleWithWebIdentity';
    return $answer->(403, '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>'
        . '<RequestId>R</RequestId></ErrorResponse>')
      if $form{RoleArn} =~ /forbidden/ || ($web ? $form{WebIdentityToken} ne 'web-token'
        : ($headers->{authorization} // '') !~ /Credential=/);
    return $answer->(503, 'busy') if $form{RoleArn} =~ /busy/ && $seen{sts}++ < 1;
    my ($from) = ($headers->{authorization} // 'Credential=WEB/') =~ m{Credential=([^/]+)/};
    my ($role) = $form{RoleArn} =~ m{([^/]+)$};
    return $answer->(200, "<$form{Action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
        . "<$form{Action}Result><Credentials>"
      . "<AccessKeyId>$role-of-$from</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
      . "<Expiration>2090-01-01T00:00:00Z</Expiration></Credentials></$form{Action}Result></$form{Action}Response>");
  }
  return;
}
