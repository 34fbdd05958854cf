#!/bin/bash
# seeds.sh TARGET DIRECTORY: writes what a fuzz target of plain C begins with, one object in every style, behind the
# option bytes that each target reads first; for the dialect the statements of the regression tests.
set -euo pipefail
cd "$(dirname "$0")/../.."

# What a program of Perl makes of its input: a frame of zstd with the bytes as they are.
zstd_frame='local $/; $_ = <STDIN>; print pack("V", 0xFD2FB528), chr(0x20) . chr(length($_) < 256 ? length($_) : 255),
  pack("v", (length($_) << 3 | 1) & 0xffff), chr(length($_) >> 13), $_'

seeds() {
  local dir=$1 target=$2 n=0 options
  mkdir -p "$dir"
  put() { n=$((n + 1)); printf "$1" >"$dir/seed-$n"; printf '%s' "$2" >>"$dir/seed-$n"; }
  local row='{"a":true,"b":1,"c":-2,"d":1541105830796,"e":1.5,"f":2.5e-3,"g":"12.3456","h":"ab",'
  row+='"i":"caf\u00e9 \ud83d\ude00\n",'
  row+='"j":"2018-11-01","k":"10:20:30","l":"10:20:30+01","m":"2018-11-01 10:20:30.5","n":"2018-11-01T10:20:30Z",'
  row+='"o":"0aff","p":{"x":[1,{"y":null}],"a":"\"\\/"},"q":"::1"}'
  if [ "$target" = json ]; then
    for options in 00 01 04 0c 10 20 40 44; do
      put "\\x$options\\x00" "$row"$'\n'"$row"
      put "\\x$options\\x1f" \
        '{"A":null,"b":"","c":12.0,"c":"x","i":[1, 2.50,[ ]],"z":{"a":[{}]}}[1]{"i":"\udc00"},{"g":1e400}'
      put "\\x$options\\x28" $'{\n  "a": "x,\n  "b": 2\n}\n{"a":1,,}\n{"m":"01.11.2018 10:20","j":"J2451187"'
    done
    local paths='"$.a","$.b","$.c.d","$.c.e[0]","$","$.f","$.g","$.h","$.i",'
    paths+='"$.c","$.k","$.l","$.m","$.n","$.o","$.p","$.q"'
    for options in 02 06 42; do
      put "\\x$options\\x00{\"jsonpaths\":[" "$paths]}"
      printf '\0%s' '{"c":{"d":1,"e":[2]},"i":"s","c":{"d":3,"e":[]}}'"$row" >>"$dir/seed-$n"
      put "\\x$options\\x00" "{\"jsonpaths\":[${paths//\$./\$[0].}]}"
      printf '\0[%s]' "$row" >>"$dir/seed-$n"
    done
  elif [ "$target" = chain ]; then
    # every compression (2 bits) in every encoding (the next 3), over every format with and without header lines
    local plain packed format c e
    for c in 0 1 2 3; do
      for e in 0 1 2 3 4; do
        for format in 0 1 2 3 4 5 6 7 15; do
          n=$((n + 1))
          printf "\\x$(printf %02x $((c | e << 2)))\\x$(printf %02x $format)\\x$(printf %02x $((n % 8)))" \
            >"$dir/seed-$n"
          plain="$row"$'\n'"$row"$'\n1,2,"3"\n'
          case $e in
            0) printf '%s' "$plain" ;;
            1) printf '%s' "$plain" | iconv -t UTF-16 ;;
            2) printf '%s' "$plain" | iconv -t UTF-16LE ;;
            3) printf '%s' "$plain" | iconv -t UTF-16BE ;;
            4) printf '%s' "$plain" | iconv -c -t ISO-8859-1 ;;
          esac | case $c in 0) cat ;; 1) gzip -c ;; 2) bzip2 -1c ;; 3) perl -e "$zstd_frame" ;; esac >>"$dir/seed-$n"
        done
      done
    done
    # long runs, and what has no byte order mark though it should
    for c in 1 2; do
      n=$((n + 1)); printf "\\x$(printf %02x $((c | 1 << 2)))\\x07\\x03" >"$dir/seed-$n"
      head -c 200000 /dev/zero | tr '\0' 'x' | case $c in 1) gzip -c ;; 2) bzip2 -c ;; esac >>"$dir/seed-$n"
    done
  elif [ "$target" = format ]; then
    # every format with every option, each delimiter and text for NULL
    for ((n = 1; n <= 96; n++)); do
      printf "\\x$(printf %02x $((n % 32)))\\x$(printf %02x $(((n * 37) % 256)))" >"$dir/seed-$n"
      for ((c = 1; c <= 24; c++)); do
        printf "\\x$(printf %02x $((n * c % 9 ? c : 255)))%s" "$c|\"x\\,y;a" >>"$dir/seed-$n"
      done
    done
  elif [ "$target" = s3xml ]; then
    local object='<Contents><Key>a%%2Fb+c&amp;.json</Key>'
    object+='<LastModified>2018-11-01T10:20:30.000Z</LastModified>'
    object+='<ETag>&quot;0af&quot;</ETag><Size>12</Size></Contents>'
    local list='<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>'
    list+='<EncodingType>url</EncodingType><KeyCount>2</KeyCount><IsTruncated>true</IsTruncated>'
    list+='<NextContinuationToken>1ueG=</NextContinuationToken>'
    put "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" \
      "$list${object//%%/%}${object//%%/%}</ListBucketResult>"
    put "<ListBucketResult>" \
      '<IsTruncated>false</IsTruncated><Contents>'\
'<Key><![CDATA[x&#233;]]>&#233;</Key><Size>-1</Size></Contents></ListBucketResult>'
    for options in AccessDenied SlowDown PermanentRedirect AuthorizationHeaderMalformed NoSuchBucket; do
      put "<Error><Code>$options</Code>" '<Message>text</Message><Region>eu-west-1</Region>'\
'<Endpoint>b.s3.amazonaws.com</Endpoint><RequestId>1</RequestId></Error>'
    done
    put "<!DOCTYPE x [<!ENTITY e 'y'>" ']><Error><Code>&e;</Code></Error>'
  else
    for options in 00 08 10 20 48 80; do
      put "\\x00\\x$options\\x00" $'t|1|-2|3|1.5|2.5|12.3|ab|caf\xc3\xa9|2018-11-01|10:20:30|10:20+01|'\
$'2018-11-01 10:20:30|2018-11-01|0aff|{"a":1}|::1\n\\N|\'x|y\'|"z"|a\\|b|\r\n\n'
      put "\\x01\\x01\\x$options" $'f,"1","2 ""x""\n",,,,,,,,,,,,,,\r\n"a"b,\n"open'
      put "\\x82\\x$options\\x1c" $'t 1  2   3abcde2018-11-0110:20:30\n'
    done
  fi
}

case $1 in
  dialect)
    mkdir -p "$2"
    perl -0777 -ne 'for (split /;\s*\n|\$\$|\x27\),?\n/) { next if length > 2000 || !/\w/;
      open F, ">", sprintf("'"$2"'/seed-%05d", $n++); print F $_ }' sql/*.sql ;;
  gateway) perl test/fuzz/gateway_seeds.pl "$2" ;;
  *) seeds "$2" "$1" ;;
esac
