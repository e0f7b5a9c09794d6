#!/usr/bin/env bash
# Check every PDF in a folder with veraPDF, flavour PDF/UA-1: `.ci/verapdf.sh DIR`. Fails on any failure, or on no PDF.
# Needs Java 17 and Maven; the jar is kept in the user's cache folder and must have the hash below.
set -euo pipefail

folder=${1:?usage: .ci/verapdf.sh DIR}
version=1.28.2
sha256=687d4d8bcfec48c9f7e931cf78ed061f1eeccfba55d4cdc000ba9b4d8aa46ce6
cache=${XDG_CACHE_HOME:-$HOME/.cache}/handout-checkers
jar=$cache/greenfield-apps-$version.jar

if ! sha256sum --check --status <<<"$sha256  $jar" 2>/dev/null; then
    mkdir -p "$cache"
    mvn --quiet --batch-mode dependency:copy -Dartifact="org.verapdf.apps:greenfield-apps:$version" \
        -DoutputDirectory="$cache" -Dmdep.useBaseVersion=true -Dmdep.overWriteReleases=true >"$cache/maven.log" || { cat "$cache/maven.log" >&2; exit 1; }
    sha256sum --check --quiet <<<"$sha256  $jar"
fi

mapfile -t pdfs < <(find "$folder" -name '*.pdf' -type f | sort)
if ((${#pdfs[@]} == 0)); then
    echo "veraPDF: no PDF in $folder" >&2
    exit 1
fi
report=$(java -cp "$jar" org.verapdf.apps.GreenfieldCliWrapper --flavour ua1 --format text -v "${pdfs[@]}") || true
passed=$(grep -c '^PASS ' <<<"$report" || true)
if ((passed != ${#pdfs[@]})); then
    grep -v '^PASS ' <<<"$report" >&2 || true
    echo "veraPDF $version, PDF/UA-1: $((${#pdfs[@]} - passed)) of ${#pdfs[@]} files failed" >&2
    exit 1
fi
echo "veraPDF $version, PDF/UA-1: $passed files, no failure"
