#!/usr/bin/env bash
# Check every PDF in folders with veraPDF, flavour PDF/UA-1: `.ci/verapdf.sh DIR…`. Fails on any failure, or on no PDF.
# Needs Java 17 and Maven.
set -euo pipefail

: "${1:?usage: .ci/verapdf.sh DIR…}"
jar=$("$(dirname "$0")/get-jar.sh" verapdf)

mapfile -t pdfs < <(find "$@" -name '*.pdf' -type f | sort)
if ((${#pdfs[@]} == 0)); then
    echo "veraPDF: no PDF in $*" >&2
    exit 1
fi
report=$(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$jar" org.verapdf.apps.GreenfieldCliWrapper --flavour ua1 --format text -v "${pdfs[@]}") || true
passed=$(grep -c '^PASS ' <<<"$report" || true)
if ((passed != ${#pdfs[@]})); then
    grep -v '^PASS ' <<<"$report" >&2 || true
    echo "veraPDF, PDF/UA-1: $((${#pdfs[@]} - passed)) of ${#pdfs[@]} files failed" >&2
    exit 1
fi
echo "veraPDF, PDF/UA-1: $passed files, no failure"
