#!/usr/bin/env bash
# Check every PDF in folders with veraPDF, as PDF/UA-1 and as PDF/A-2a: `.ci/verapdf.sh DIR…`. Fails on any failure, on a
# file that does not say that it is both, or on no PDF. Needs Java 17 and Maven.
set -euo pipefail

: "${1:?usage: .ci/verapdf.sh DIR…}"
jar=$("$(dirname "$0")/get-jar.sh" verapdf)

mapfile -t pdfs < <(find "$@" -name '*.pdf' -type f | sort)
if ((${#pdfs[@]} == 0)); then
    echo "veraPDF: no PDF in $*" >&2
    exit 1
fi
# Flavour 0: by all that a file says it is.
options=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC) # compiled quickly instead of well: two thirds of the processor time
report=$(java "${options[@]}" -cp "$jar" org.verapdf.apps.GreenfieldCliWrapper --flavour 0 --format text -v "${pdfs[@]}") || true
for flavour in ua1 2a; do
    passed=$(grep -c "^PASS .* $flavour\$" <<<"$report" || true)
    if ((passed != ${#pdfs[@]})); then
        grep -v '^PASS ' <<<"$report" >&2 || true
        echo "veraPDF, $flavour: $((${#pdfs[@]} - passed)) of ${#pdfs[@]} files failed" >&2
        exit 1
    fi
done
echo "veraPDF, PDF/UA-1 and PDF/A-2a: ${#pdfs[@]} files, no failure"
